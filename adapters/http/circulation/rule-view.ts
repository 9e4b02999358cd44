/** The rule table as the API shows it, what it says to one case, and how it was changed. */
import * as t from 'io-ts'
import { allRows, defaultRow, defaultValues, ruleNames } from '../../../core/circulation/rule-table.ts'
import type { RowKeys, RuleTable, RuleValues } from '../../../core/circulation/rule-table.ts'
import type { RuleChange } from '../../../core/circulation/use-cases/list-rule-changes.ts'
import type { Resolved } from '../../../core/circulation/use-cases/show-rules.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { snakeCase, snaked } from '../../../core/shared/spelling.ts'
import type { Snaked } from '../../../core/shared/spelling.ts'
import { day, integer, orNull, time, view, withExample, word } from '../shapes.ts'
import * as words from './rule-words.ts'

const standard = snaked(defaultValues)

const PeriodView = view('Period', { length: integer, unit: word(words.periodUnits) }, standard.loan_period)

const FineRuleView = view(
  'FineRule',
  {
    amount: integer,
    per: word(words.fineUnits),
    charge_at: word(words.chargeMoments),
    grace: integer,
    grace_mode: word(words.graceModes),
    steps: t.readonlyArray(t.strict({ after_units: integer, amount: integer })),
    count_closed_days: t.boolean,
    cap: orNull(integer),
    cap_to_price: t.boolean,
    member_cap: orNull(integer),
  },
  standard.fine,
)

const values = {
  lendable: t.boolean,
  max_checkouts_per_hour: orNull(integer),
  loan_period: PeriodView,
  closed_days: word(words.closedDays),
  closed_hours: word(words.closedHours),
  hard_due_date: orNull(day),
  hard_due_date_mode: word(words.hardDueDateModes),
  end_with_membership: t.boolean,
  high_demand: orNull(t.strict({ reservations_over: integer, loan_period: PeriodView })),
  max_loans: orNull(integer),
  max_loans_in_category: orNull(integer),
  max_overdue: orNull(integer),
  max_lost: orNull(integer),
  debt_ceiling: orNull(integer),
  max_renewals: orNull(integer),
  renewal_period: orNull(PeriodView),
  renewal_from: word(words.renewalStarts),
  renewal_not_before_days: orNull(integer),
  renewal_if_overdue: word(words.ifOverdue),
  renewal_blackouts: t.readonlyArray(t.strict({ from: day, to: day })),
  auto_renew: t.boolean,
  max_reservations: orNull(integer),
  reservations_when_on_shelf: word(words.whenOnShelf),
  reservation_days: orNull(integer),
  pickup_days: orNull(integer),
  reservation_priority: integer,
  fine: FineRuleView,
  lost_processing_fee: orNull(integer),
  lost_refund_days: orNull(integer),
  refund_processing_fee: t.boolean,
  default_price: orNull(integer),
  charge_overdue_on_lost_return: t.boolean,
  damage_fees: t.strict({
    minor: orNull(integer),
    major: orNull(integer),
    beyond_repair: orNull(integer),
  }),
  escalation: orNull(
    t.strict({
      reminder_days: t.readonlyArray(integer),
      block_days: orNull(integer),
      lost_days: orNull(integer),
      collection_days: orNull(integer),
      collection_over: orNull(integer),
    }),
  ),
} satisfies Readonly<Record<keyof Snaked<RuleValues>, t.Mixed>>

/** A row has those it changes, the default row all. */
const RuleValuesView = withExample(t.exact(t.partial(values), 'RuleValues'), standard)

/** For whom a row counts, and when. */
const keys = {
  branch_id: orNull(integer),
  membership_type: orNull(t.string),
  loan_category: orNull(t.string),
  valid_from: orNull(day),
  valid_to: orNull(day),
}
const ofStudents = {
  branch_id: null,
  membership_type: 'student',
  loan_category: 'media',
  valid_from: '2027-01-01',
  valid_to: null,
}

const RuleView = view(
  'Rule',
  { ...keys, values: RuleValuesView },
  { ...ofStudents, values: { loan_period: { length: 7, unit: 'days' }, max_renewals: 0 } },
)

/** As it is put again: its version is its entity tag. */
export const RuleTableView = view(
  'RuleTable',
  { rows: t.readonlyArray(RuleView) },
  { rows: [snaked(defaultRow({ defaults: defaultValues })), RuleView.example] },
)

export const ruleTableView = (table: RuleTable): t.TypeOf<typeof RuleTableView> => ({
  rows: allRows(table).map(row => snaked(row)),
})

export const RuleKeysView = view('RuleKeys', keys, ofStudents)

export const ruleKeys = (row: RowKeys): t.TypeOf<typeof RuleKeysView> => ({
  branch_id: row.branchId,
  membership_type: row.membershipType,
  loan_category: row.loanCategory,
  valid_from: row.validFrom,
  valid_to: row.validTo,
})

const resolved = <Value extends t.Mixed>(value: Value) => t.strict({ value, row: RuleKeysView })

type ResolvedFields = {
  readonly [Name in keyof typeof values]: ReturnType<typeof resolved<(typeof values)[Name]>>
}

/** Every value, and the row that gave it. */
const ResolvedValuesView = t.strict(
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, resolved(value)]),
  ) as ResolvedFields,
  'ResolvedValues',
)

const resolvedValues = ({
  values: found,
  rows,
}: Pick<Resolved, 'values' | 'rows'>): t.TypeOf<typeof ResolvedValuesView> =>
  Object.fromEntries(
    ruleNames.map(name => [snakeCase(name), { value: snaked(found[name]), row: ruleKeys(rows[name]) }]),
  ) as unknown as t.TypeOf<typeof ResolvedValuesView>

const ofTheDefault = defaultRow({ defaults: defaultValues })

export const ResolvedRulesView = view(
  'ResolvedRules',
  {
    branch_id: orNull(integer),
    membership_type: orNull(t.string),
    loan_category: orNull(t.string),
    day,
    values: ResolvedValuesView,
  },
  {
    branch_id: 2,
    membership_type: 'student',
    loan_category: 'media',
    day: '2027-01-07',
    values: {
      ...resolvedValues({
        values: defaultValues,
        rows: Object.fromEntries(ruleNames.map(name => [name, ofTheDefault])) as Resolved['rows'],
      }),
      max_renewals: { value: 0, row: ofStudents },
    },
  },
)

export const resolvedRulesView = (found: Resolved): t.TypeOf<typeof ResolvedRulesView> => ({
  branch_id: found.key.branchId,
  membership_type: found.key.membershipType,
  loan_category: found.key.loanCategory,
  day: found.key.day,
  values: resolvedValues(found),
})

/** Rows stand as they were written down then: a product of later may know other values. */
export const RuleChangeView = view(
  'RuleChange',
  {
    id: integer,
    version: orNull(integer),
    recorded_at: time,
    actor_id: orNull(integer),
    actor_role: t.string,
    request_id: orNull(t.string),
    before: t.readonlyArray(t.UnknownRecord),
    after: t.readonlyArray(t.UnknownRecord),
  },
  {
    id: 902,
    version: 4,
    recorded_at: '2026-11-21T19:09:00.000Z',
    actor_id: 1,
    actor_role: 'admin',
    request_id: 'office-0007',
    before: [{ ...RuleView.example, values: { max_renewals: 1 } }],
    after: [RuleView.example],
  },
)

export const ruleChangeView = (change: RuleChange): t.TypeOf<typeof RuleChangeView> => ({
  id: change.id,
  version: change.version,
  recorded_at: toIso(change.recordedAt),
  actor_id: change.actorId,
  actor_role: change.actorRole,
  request_id: change.requestId,
  before: change.before,
  after: change.after,
})
