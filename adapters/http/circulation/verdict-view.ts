/** What a rule said, as the API shows it: in refusals, warnings and the dry run alike. */
import * as t from 'io-ts'
import { integer, orNull, time, word } from '../shapes.ts'

export const VerdictView = t.strict(
  {
    rule: t.string,
    verdict: word(['pass', 'fail']),
    kind: word(['blocker', 'overridable', 'warning']),
    message: t.string,
    limit: orNull(t.union([t.number, t.string])),
    actual: orNull(t.union([t.number, t.string])),
  },
  'Verdict',
)

export const EligibilityView = t.strict(
  { allowed: t.boolean, rules: t.array(VerdictView), due_date: orNull(time) },
  'Eligibility',
)

export const NextStepView = t.strict(
  { action: word(['reshelve', 'hold', 'transfer']), branch_id: integer, reservation_id: orNull(integer) },
  'NextStep',
)
