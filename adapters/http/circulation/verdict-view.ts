/** What a rule said, as the API shows it: in refusals, warnings and the dry run alike. */
import * as t from 'io-ts'
import { integer, orNull, time, view, word } from '../shapes.ts'

export const VerdictView = view(
  'Verdict',
  {
    rule: t.string,
    verdict: word(['pass', 'fail']),
    kind: word(['blocker', 'overridable', 'warning']),
    message: t.string,
    limit: orNull(t.union([t.number, t.string])),
    actual: orNull(t.union([t.number, t.string])),
  },
  {
    rule: 'loan-limit',
    verdict: 'fail',
    kind: 'overridable',
    message: 'The member has enough on loan',
    limit: 10,
    actual: 10,
  },
)

export const EligibilityView = view(
  'Eligibility',
  { allowed: t.boolean, rules: t.array(VerdictView), due_date: orNull(time) },
  { allowed: false, rules: [VerdictView.example], due_date: null },
)

/** `meta` of what was let pass: failed rules that refused nothing, and what was overridden. */
export const Warnings = view('Warnings', { warnings: t.array(VerdictView) }, { warnings: [] })

export const NextStepView = view(
  'NextStep',
  { action: word(['reshelve', 'hold', 'transfer']), branch_id: integer, reservation_id: orNull(integer) },
  { action: 'reshelve', branch_id: 2, reservation_id: null },
)
