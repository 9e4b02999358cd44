/** The rule table as the API takes it: the form of each row. What the rows say together is for the core's linter. */
import { defaultRow, defaultValues } from '../../../core/circulation/rule-table.ts'
import type { RuleRow, RuleValues } from '../../../core/circulation/rule-table.ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Period } from '../../../core/shared/local-time.ts'
import { camelled, snaked } from '../../../core/shared/spelling.ts'
import type { Snaked } from '../../../core/shared/spelling.ts'
import { codec, exampled, nullable, wrong } from '../codecs/codec.ts'
import type { AnyCodec, Codec } from '../codecs/codec.ts'
import { flag, integer, key, money } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import { line, oneOf } from '../codecs/text.ts'
import { nearDay } from '../codecs/time.ts'
import { periodFits } from '../list.ts'
import * as words from './rule-words.ts'

/** More than any library has branches, membership types and loan categories to tell apart. */
const mostRows = 1000

/** A hundred years. */
const mostDays = 36_500
const days = integer(0, mostDays)
const count = integer(0, 1_000_000)
const limit = nullable(count)

/** Whole; whether it is one to wait for is told with all else that is wrong with the table. */
const length = codec('length', { type: 'integer', minimum: 1 }, value => {
  if (typeof value !== 'number') return wrong('INVALID_TYPE', 'It must be a number')
  return Number.isSafeInteger(value) ? E.right(value) : wrong('NOT_AN_INTEGER', 'It must be a whole number')
})

const period: Codec<Period> = record('NewPeriod', { length, unit: oneOf(words.periodUnits) }, {})

const blackout = fitting(record('NewBlackout', { from: nearDay, to: nearDay }, {}), said =>
  pipe(
    periodFits(said),
    E.map(() => said),
  ),
)

const fine = record(
  'NewFineRule',
  {
    amount: money,
    per: oneOf(words.fineUnits),
    charge_at: oneOf(words.chargeMoments),
    grace: days,
    grace_mode: oneOf(words.graceModes),
    steps: list(record('NewFineStep', { after_units: count, amount: money }, {}), { min: 0, max: 50 }),
    count_closed_days: flag,
    cap: nullable(money),
    cap_to_price: flag,
    member_cap: nullable(money),
  },
  {},
)

const values = {
  lendable: flag,
  max_checkouts_per_hour: limit,
  loan_period: period,
  closed_days: oneOf(words.closedDays),
  closed_hours: oneOf(words.closedHours),
  hard_due_date: nullable(nearDay),
  hard_due_date_mode: oneOf(words.hardDueDateModes),
  end_with_membership: flag,
  high_demand: nullable(record('NewHighDemand', { reservations_over: count, loan_period: period }, {})),
  max_loans: limit,
  max_loans_in_category: limit,
  max_overdue: limit,
  max_lost: limit,
  debt_ceiling: nullable(money),
  max_renewals: limit,
  renewal_period: nullable(period),
  renewal_from: oneOf(words.renewalStarts),
  renewal_not_before_days: nullable(days),
  renewal_if_overdue: oneOf(words.ifOverdue),
  renewal_blackouts: list(blackout, { min: 0, max: 100 }),
  auto_renew: flag,
  max_reservations: limit,
  reservations_when_on_shelf: oneOf(words.whenOnShelf),
  reservation_days: nullable(days),
  // Open days, which are counted one by one whenever a copy is kept for somebody.
  pickup_days: nullable(integer(0, 365)),
  reservation_priority: integer(-1000, 1000),
  fine,
  lost_processing_fee: nullable(money),
  lost_refund_days: nullable(days),
  refund_processing_fee: flag,
  default_price: nullable(money),
  charge_overdue_on_lost_return: flag,
  damage_fees: record(
    'NewDamageFees',
    { minor: nullable(money), major: nullable(money), beyond_repair: nullable(money) },
    {},
  ),
  escalation: nullable(
    record(
      'NewEscalation',
      {
        reminder_days: list(days, { min: 0, max: 50 }),
        block_days: nullable(days),
        lost_days: nullable(days),
        collection_days: nullable(days),
        collection_over: nullable(money),
      },
      {},
    ),
  ),
} satisfies Readonly<Record<keyof Snaked<RuleValues>, AnyCodec>>

const row: Codec<RuleRow> = fitting(
  record(
    'NewRule',
    { values: record('NewRuleValues', {}, values) },
    {
      branch_id: nullable(key<'branch'>()),
      membership_type: nullable(line(50)),
      loan_category: nullable(line(50)),
      valid_from: nullable(nearDay),
      valid_to: nullable(nearDay),
    },
  ),
  said =>
    E.right({
      branchId: said.branch_id ?? null,
      membershipType: said.membership_type ?? null,
      loanCategory: said.loan_category ?? null,
      validFrom: said.valid_from ?? null,
      validTo: said.valid_to ?? null,
      values: camelled(said.values),
    }),
)

export const NewRuleTable: Codec<readonly RuleRow[]> = fitting(
  exampled(
    {
      rows: [
        snaked(defaultRow({ defaults: defaultValues })),
        {
          branch_id: null,
          membership_type: 'student',
          loan_category: 'media',
          valid_from: '2027-01-01',
          valid_to: null,
          values: { loan_period: { length: 7, unit: 'days' }, max_renewals: 0 },
        },
      ],
    },
    record('NewRuleTable', { rows: list(row, { min: 0, max: mostRows }) }, {}),
  ),
  ({ rows }) => E.right(rows),
)
