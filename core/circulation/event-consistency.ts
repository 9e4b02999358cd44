/** What must hold of the events of loans: what was done was told once, and nothing is told that was not done. */
import { breach } from '../shared/consistency.ts'
import type { Breach, Invariant } from '../shared/consistency.ts'
import type { Instant } from '../shared/local-time.ts'
import { surelyKeptSince } from '../shared/retention.ts'
import type { ToldLoanFacts } from './consistency-facts.ts'
import type { LoanEvent } from './events.ts'

/**
 * A loan that was taken over tells of nothing; that one was opened, or returned, here is known by its row of the audit, written in
 * the same transaction. Events are looked for as long as no purge can have taken them.
 */
const toldOnce = (
  { loanId, events }: ToldLoanFacts,
  type: LoanEvent['type'],
  done: Instant | null,
  now: Instant,
): readonly Breach[] => {
  const times = events.filter(told => told === type).length
  if (times > 1) return [breach('borrowing', loanId, `It has more than one ${type}`, { type, times })]
  return times === 0 && done !== null && done >= surelyKeptSince(now)
    ? [breach('borrowing', loanId, `It has no ${type}`, { type, times })]
    : []
}

const opened: Invariant<ToldLoanFacts> = {
  name: 'loan-opened-told-once',
  repair:
    'Nothing in the library is wrong: whoever listens to the events is to be told what became of the loan.',
  breaches: (loan, now) => toldOnce(loan, 'LoanOpened', loan.openedAt, now),
}

const returned: Invariant<ToldLoanFacts> = {
  name: 'loan-returned-told-once',
  repair:
    'Nothing in the library is wrong: whoever listens to the events is to be told what became of the loan.',
  breaches: (loan, now) => toldOnce(loan, 'LoanReturned', loan.returnedAt, now),
}

const notTooEarly: Invariant<ToldLoanFacts> = {
  name: 'loan-told-as-it-is',
  repair:
    'Look for the copy. Where it came back, return the loan (PUT /borrowings/{id}/return); else whoever listens to the events is to be told that it is still out.',
  breaches: ({ loanId, state, events }) =>
    state !== 'returned' && events.includes('LoanReturned' satisfies LoanEvent['type'])
      ? [breach('borrowing', loanId, `It is ${state}, and told of as returned`, { state })]
      : [],
}

export const loanEventInvariants: readonly Invariant<ToldLoanFacts>[] = [opened, returned, notTooEarly]
