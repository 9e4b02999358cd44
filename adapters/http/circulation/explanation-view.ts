/** How the due date and the fine of a borrowing came about, as the API shows it. */
import * as t from 'io-ts'
import type { FineRule } from '../../../core/accounts/fine-policies.ts'
import type { DueExplanation, Explanation, FineExplanation } from '../../../core/circulation/explanation.ts'
import { rowOf } from '../../../core/circulation/loan-terms.ts'
import type { LoanTerms } from '../../../core/circulation/loan-terms.ts'
import type { Loan } from '../../../core/circulation/loan.ts'
import { forAny } from '../../../core/circulation/rule-table.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { add, zero } from '../../../core/shared/money.ts'
import { day, integer, Money, moneyIn, orNull, time, view, word } from '../shapes.ts'
import { RuleKeysView, ruleKeys } from './rule-view.ts'

const Period = t.strict({ length: integer, unit: word(['minutes', 'hours', 'days', 'weeks', 'months']) })

/** The values of the rule table that were frozen at the checkout (R0.2). */
const DueRules = t.strict({
  loan_period: Period,
  renewal_period: orNull(Period),
  renewal_from: word(['due_date', 'now']),
  max_renewals: orNull(integer),
  closed_days: word(['ignore', 'next_open_day', 'previous_open_day', 'count_open_days']),
  closed_hours: word(['ignore', 'shorten_to_closing', 'next_opening']),
  hard_due_date: orNull(day),
  hard_due_date_mode: word(['replace', 'cap', 'floor']),
  end_with_membership: t.boolean,
})

/** Of each of the values the row that gave it, null for a borrowing of before that was kept. */
const DueRows = orNull(
  t.strict({
    loan_period: RuleKeysView,
    renewal_period: RuleKeysView,
    renewal_from: RuleKeysView,
    max_renewals: RuleKeysView,
    closed_days: RuleKeysView,
    closed_hours: RuleKeysView,
    hard_due_date: RuleKeysView,
    hard_due_date_mode: RuleKeysView,
    end_with_membership: RuleKeysView,
  }),
)

const Skipped = t.array(t.strict({ on: day, reason: word(['closed']) }))

const DueSteps = t.array(
  t.strict({
    step: word(['start', 'period', 'closed', 'limit', 'closed_again', 'emergency_closure']),
    // A day, or an instant for a borrowing of minutes or hours.
    on: orNull(day),
    at: orNull(time),
    skipped: Skipped,
  }),
)

const DueView = t.strict({
  rules: DueRules,
  rows: DueRows,
  // The loan period is the short one of a title in high demand.
  high_demand: t.boolean,
  from: orNull(time),
  period: orNull(Period),
  steps: DueSteps,
  calendar_ignored: orNull(t.boolean),
  computed: orNull(time),
  due_date: time,
  overdue_from: time,
})

const FineRules = t.strict({
  amount: integer,
  per: word(['hour', 'day', 'week']),
  charge_at: word(['start_of_unit', 'end_of_unit']),
  grace: t.number,
  grace_mode: word(['forgive', 'deduct']),
  steps: t.array(t.strict({ after_units: integer, amount: integer })),
  count_closed_days: t.boolean,
  cap: orNull(integer),
  cap_to_price: t.boolean,
  member_cap: orNull(integer),
})

const FineView = t.strict({
  rules: FineRules,
  rows: orNull(t.strict({ fine: RuleKeysView, default_price: RuleKeysView })),
  price: orNull(Money),
  default_price: orNull(Money),
  until: orNull(time),
  days: t.array(t.strict({ on: day, counted: t.boolean, reason: orNull(word(['closed', 'grace'])) })),
  // Days, or minutes per hour; closed time left out.
  late: integer,
  units: integer,
  lines: t.array(t.strict({ units: integer, rate: Money, amount: Money })),
  before_caps: Money,
  capped_by: t.array(t.string),
  amount: Money,
  posted: Money,
  total: Money,
})

const ofTheDefault = ruleKeys(forAny)

const euros = (amount: number) => ({ amount, currency: 'EUR' })

export const ExplanationView = view(
  'Explanation',
  {
    borrowing_id: integer,
    calendar_branch_id: integer,
    time_zone: t.string,
    due_date: DueView,
    fine: FineView,
  },
  {
    borrowing_id: 8,
    calendar_branch_id: 2,
    time_zone: 'Europe/Berlin',
    due_date: {
      rules: {
        loan_period: { length: 21, unit: 'days' },
        renewal_period: null,
        renewal_from: 'due_date',
        max_renewals: 2,
        closed_days: 'next_open_day',
        closed_hours: 'ignore',
        hard_due_date: null,
        hard_due_date_mode: 'cap',
        end_with_membership: false,
      },
      rows: {
        loan_period: RuleKeysView.example,
        renewal_period: ofTheDefault,
        renewal_from: ofTheDefault,
        max_renewals: ofTheDefault,
        closed_days: ofTheDefault,
        closed_hours: ofTheDefault,
        hard_due_date: ofTheDefault,
        hard_due_date_mode: ofTheDefault,
        end_with_membership: ofTheDefault,
      },
      high_demand: false,
      from: '2026-11-21T19:09:00.000Z',
      period: { length: 21, unit: 'days' },
      steps: [
        { step: 'start', on: '2026-11-21', at: null, skipped: [] },
        { step: 'period', on: '2026-12-12', at: null, skipped: [] },
        {
          step: 'closed',
          on: '2026-12-14',
          at: null,
          skipped: [
            { on: '2026-12-12', reason: 'closed' },
            { on: '2026-12-13', reason: 'closed' },
          ],
        },
        { step: 'limit', on: '2026-12-14', at: null, skipped: [] },
        { step: 'closed_again', on: '2026-12-14', at: null, skipped: [] },
      ],
      calendar_ignored: false,
      computed: '2026-12-14T22:59:59.000Z',
      due_date: '2026-12-14T22:59:59.000Z',
      overdue_from: '2026-12-14T23:00:00.000Z',
    },
    fine: {
      rules: {
        amount: 25,
        per: 'day',
        charge_at: 'start_of_unit',
        grace: 0,
        grace_mode: 'forgive',
        steps: [],
        count_closed_days: false,
        cap: 1000,
        cap_to_price: true,
        member_cap: null,
      },
      rows: { fine: ofTheDefault, default_price: ofTheDefault },
      price: null,
      default_price: euros(2000),
      until: '2026-12-16T09:00:00.000Z',
      days: [
        { on: '2026-12-15', counted: true, reason: null },
        { on: '2026-12-16', counted: true, reason: null },
      ],
      late: 2,
      units: 2,
      lines: [{ units: 2, rate: euros(25), amount: euros(50) }],
      before_caps: euros(50),
      capped_by: [],
      amount: euros(50),
      posted: euros(0),
      total: euros(50),
    },
  },
)

type Shown = t.TypeOf<typeof ExplanationView>

const dueRules = (terms: LoanTerms): Shown['due_date']['rules'] => ({
  loan_period: terms.loanPeriod,
  renewal_period: terms.renewalPeriod,
  renewal_from: terms.renewalFrom,
  max_renewals: terms.maxRenewals,
  closed_days: terms.closedDays,
  closed_hours: terms.closedHours,
  hard_due_date: terms.hardDueDate,
  hard_due_date_mode: terms.hardDueDateMode,
  end_with_membership: terms.endWithMembership,
})

const dueRows = (terms: LoanTerms): Shown['due_date']['rows'] => {
  if (terms.rows === null) return null
  const row = (name: Parameters<typeof rowOf>[1]) => ruleKeys(rowOf(terms, name))
  return {
    loan_period: row('loanPeriod'),
    renewal_period: row('renewalPeriod'),
    renewal_from: row('renewalFrom'),
    max_renewals: row('maxRenewals'),
    closed_days: row('closedDays'),
    closed_hours: row('closedHours'),
    hard_due_date: row('hardDueDate'),
    hard_due_date_mode: row('hardDueDateMode'),
    end_with_membership: row('endWithMembership'),
  }
}

const dueView = (loan: Loan, due: DueExplanation | null): Shown['due_date'] => ({
  rules: dueRules(loan.terms),
  rows: dueRows(loan.terms),
  high_demand: loan.terms.shortened,
  from: due === null ? null : toIso(due.from),
  period: due?.period ?? null,
  steps: (due?.steps ?? []).map(({ step, at, skipped }) => ({
    step,
    on: typeof at === 'string' ? at : null,
    at: typeof at === 'number' ? toIso(at) : null,
    skipped: skipped.map(on => ({ on, reason: 'closed' })),
  })),
  calendar_ignored: due?.due.calendarIgnored ?? null,
  computed: due === null ? null : toIso(due.due.dueAt),
  due_date: toIso(loan.dueAt),
  overdue_from: toIso(loan.overdueFrom),
})

const fineRules = (rule: FineRule): Shown['fine']['rules'] => ({
  amount: rule.amount,
  per: rule.per,
  charge_at: rule.chargeAt,
  grace: rule.grace,
  grace_mode: rule.graceMode,
  steps: rule.steps.map(({ afterUnits, amount }) => ({ after_units: afterUnits, amount })),
  count_closed_days: rule.countClosedDays,
  cap: rule.cap,
  cap_to_price: rule.capToPrice,
  member_cap: rule.memberCap,
})

const fineRows = (terms: LoanTerms): Shown['fine']['rows'] =>
  terms.rows === null
    ? null
    : { fine: ruleKeys(rowOf(terms, 'fine')), default_price: ruleKeys(rowOf(terms, 'defaultPrice')) }

export const explanationView = (currency: string) => {
  const money = moneyIn(currency)
  const moneyOrNull = (amount: Parameters<typeof money>[0] | null) => (amount === null ? null : money(amount))
  const fineView = ({ loan, price }: Explanation['record'], fine: FineExplanation | null): Shown['fine'] => {
    return {
      rules: fineRules(loan.terms.fine),
      rows: fineRows(loan.terms),
      price: moneyOrNull(price),
      default_price: moneyOrNull(loan.terms.defaultPrice),
      until: fine === null ? null : toIso(fine.until),
      days: (fine?.days ?? []).map(({ on, skipped }) => ({ on, counted: skipped === null, reason: skipped })),
      late: fine?.late ?? 0,
      units: fine?.units ?? 0,
      lines: (fine?.lines ?? []).map(({ units, amount, total }) => ({
        units,
        rate: money(amount),
        amount: money(total),
      })),
      before_caps: money(fine?.beforeCaps ?? zero),
      capped_by: [...(fine?.capped ?? [])],
      amount: money(fine?.amount ?? zero),
      posted: money(loan.finesPosted),
      // What was computed of a returned loan was posted; of any other it comes on top.
      total: money(
        loan.state === 'open' && fine !== null ? add(loan.finesPosted, fine.amount) : loan.finesPosted,
      ),
    }
  }
  return ({ record, due, fine }: Explanation): Shown => ({
    borrowing_id: record.loan.id,
    calendar_branch_id: record.loan.terms.calendarBranchId,
    time_zone: record.loan.terms.zone,
    due_date: dueView(record.loan, due),
    fine: fineView(record, fine),
  })
}
