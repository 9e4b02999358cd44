/** Small changes of a rule table with low limits, each of which the linter lets pass. */
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

/** Values as the API takes them. */
type Values = Readonly<Record<string, unknown>>

export interface RuleChange {
  /** Of the default row, beside those of `lowLimits`. */
  readonly values: Values
  /** Places in `moreRows`. */
  readonly rows: readonly number[]
}

const days = (length: number) => ({ length, unit: 'days' })
const hours = (length: number) => ({ length, unit: 'hours' })

const fine = {
  amount: 30,
  per: 'day',
  charge_at: 'start_of_unit',
  grace: 0,
  grace_mode: 'forgive',
  steps: [],
  count_closed_days: false,
  cap: 600,
  cap_to_price: true,
  member_cap: null,
}

/** What most refusals come from: little of everything. */
export const lowLimits: Values = {
  loan_period: days(14),
  max_loans: 3,
  max_loans_in_category: null,
  max_overdue: 1,
  max_lost: 0,
  debt_ceiling: 700,
  max_renewals: 2,
  auto_renew: true,
  max_reservations: 3,
  max_checkouts_per_hour: 4,
  pickup_days: 3,
  reservation_days: 40,
  fine,
}

/** Keyed so that no two rows can clash, whichever are taken. */
export const moreRows: readonly {
  readonly key: (branches: readonly number[]) => Values
  readonly values: Values
}[] = [
  { key: () => ({ membership_type: 'child', loan_category: 'media' }), values: { lendable: false } },
  { key: () => ({ membership_type: 'student' }), values: { max_loans: 1, reservation_priority: -1 } },
  { key: () => ({ membership_type: 'premium' }), values: { max_loans: null, reservation_priority: 2 } },
  {
    key: ([, second]) => ({ branch_id: second }),
    values: {
      loan_period: hours(30),
      closed_hours: 'next_opening',
      fine: { ...fine, per: 'hour', amount: 5 },
    },
  },
  { key: () => ({ loan_category: 'media' }), values: { max_loans_in_category: 1, max_renewals: 0 } },
  { key: ([first]) => ({ branch_id: first, loan_category: 'book' }), values: { max_renewals: 5 } },
]

/** The row of `moreRows` by which a copy of this category may not go to members of this type. */
export const unlendable = { row: 0, membershipType: 'child', loanCategory: 'media' }

const choices = {
  loan_period: fc.constantFrom<object[]>(days(7), days(30), { length: 1, unit: 'months' }, hours(8)),
  closed_days: fc.constantFrom('ignore', 'next_open_day', 'previous_open_day', 'count_open_days'),
  closed_hours: fc.constantFrom('ignore', 'shorten_to_closing', 'next_opening'),
  end_with_membership: fc.boolean(),
  high_demand: fc.constantFrom(null, { reservations_over: 0, loan_period: days(2) }),
  max_loans: fc.constantFrom(1, 4, null),
  max_overdue: fc.constantFrom(0, 3, null),
  debt_ceiling: fc.constantFrom(0, 100, null),
  max_renewals: fc.constantFrom(0, 4, null),
  renewal_period: fc.constantFrom(null, days(3)),
  renewal_from: fc.constantFrom('due_date', 'now'),
  renewal_not_before_days: fc.constantFrom(null, 3),
  renewal_if_overdue: fc.constantFrom('allow', 'block_if_any', 'block_this'),
  auto_renew: fc.boolean(),
  max_reservations: fc.constantFrom(1, 5, null),
  reservations_when_on_shelf: fc.constantFrom('allow', 'refuse', 'allow_if_none_at_pickup'),
  reservation_days: fc.constantFrom(0, 10, null),
  pickup_days: fc.constantFrom(0, 1, null),
  charge_overdue_on_lost_return: fc.boolean(),
  fine: fc.constantFrom(
    { ...fine, grace: 3 },
    { ...fine, grace: 2, grace_mode: 'deduct', count_closed_days: true },
    { ...fine, per: 'week', charge_at: 'end_of_unit', cap: null, cap_to_price: false },
    { ...fine, steps: [{ after_units: 3, amount: 90 }], member_cap: 400 },
    { ...fine, cap: 0 },
  ),
}
const values: Arbitrary<Values> = fc.record(choices)
const names = Object.keys(choices)

export const changedRules: Arbitrary<RuleChange> = fc.record({
  values: fc
    .tuple(values, fc.subarray(names, { maxLength: 4 }))
    .map(([all, some]) => Object.fromEntries(some.map(name => [name, all[name]]))),
  rows: fc.subarray(moreRows.map((_row, index) => index)),
})
