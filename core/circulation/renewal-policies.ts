/** The rules of a renewal (circulation R2.3, R5.1, R5.2), one value each. */
import { dayOf, daysBetween, toIso } from '../shared/local-time.ts'
import { accountPolicies, countedLoans, openBranch } from './borrowing-policies.ts'
import type { AccountFacts } from './borrowing-policies.ts'
import type { DueDate } from './loan-terms.ts'
import { isOverdue } from './loan.ts'
import type { Loan } from './loan.ts'
import { atMost, holds, roomFor } from './policy.ts'
import type { Policy } from './policy.ts'
import type { Demand } from './renewal-demand.ts'

export interface RenewalFacts extends AccountFacts {
  readonly loan: Loan
  /** What the renewal would give. */
  readonly due: DueDate
  /** Of the others for the title. */
  readonly demand: Demand
}

export type RenewalPolicy = Policy<RenewalFacts>

export const loanState: RenewalPolicy = {
  rule: 'loan-state',
  kind: 'blocker',
  message: 'The loan must be open, not lost nor claimed returned',
  ask: ({ loan }) => holds(loan.state === 'open', 'open', loan.state),
}

/** By the number that was frozen at the checkout (R0.2). */
export const renewalsLeft: RenewalPolicy = {
  rule: 'max-renewals',
  kind: 'overridable',
  message: 'The loan must have a renewal left',
  ask: ({ loan }) => roomFor(loan.terms.maxRenewals, loan.renewalCount),
}

/** A renewal adds no loan, so the limit may be reached, only not passed (R2.3). */
export const loanLimitAtRenewal: RenewalPolicy = {
  rule: 'loan-limit',
  kind: 'overridable',
  message: 'The member must not have more loans than allowed',
  ask: ({ loansOut, values }) => atMost(values.maxLoans, countedLoans(loansOut).length),
}

export const notTooEarly: RenewalPolicy = {
  rule: 'renewal-not-before',
  kind: 'overridable',
  message: 'The due date must be near enough',
  ask: ({ loan, values, today }) =>
    atMost(values.renewalNotBeforeDays, daysBetween(today, dayOf(loan.dueAt, loan.terms.zone))),
}

export const overdueAtRenewal: RenewalPolicy = {
  rule: 'renewal-if-overdue',
  kind: 'overridable',
  message: 'No overdue loan may stand in the way',
  ask: ({ loan, loansOut, values, now }) => {
    const overdue =
      values.renewalIfOverdue === 'block_if_any'
        ? loansOut.filter(out => isOverdue(out.loan, now)).length
        : values.renewalIfOverdue === 'block_this' && isOverdue(loan, now)
          ? 1
          : 0
    return holds(overdue === 0, values.renewalIfOverdue, overdue)
  },
}

export const blackout: RenewalPolicy = {
  rule: 'renewal-blackout',
  kind: 'overridable',
  message: 'Today must not lie in a period without renewals',
  ask: ({ values, today }) => {
    const period = values.renewalBlackouts.find(({ from, to }) => from <= today && today <= to)
    return holds(period === undefined, period === undefined ? null : `${period.from}/${period.to}`, today)
  },
}

/** R5.2: the limit is how many of those who wait other copies can serve, to each another copy. */
export const reservationsWaiting: RenewalPolicy = {
  rule: 'reservations-waiting',
  kind: 'overridable',
  message: 'Another copy must be free for everybody who waits for the title',
  ask: ({ demand }) => atMost(demand.servable, demand.waiting),
}

/** R5.1: not later than the present due date, or than now, would be no renewal. */
export const laterThanBefore: RenewalPolicy = {
  rule: 'due-date',
  kind: 'blocker',
  message: 'The new due date must be later than the present one, and than now',
  ask: ({ due, loan, now }) =>
    holds(
      due.dueAt > loan.dueAt && due.dueAt > now,
      toIso(loan.dueAt > now ? loan.dueAt : now),
      toIso(due.dueAt),
    ),
}

export const renewalPolicies: readonly RenewalPolicy[] = [
  loanState,
  ...accountPolicies('renew'),
  renewalsLeft,
  loanLimitAtRenewal,
  notTooEarly,
  overdueAtRenewal,
  blackout,
  reservationsWaiting,
  laterThanBefore,
  openBranch,
]
