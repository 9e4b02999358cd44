/** What is checked of circulation: every title with its copies, what is told of every loan, the rule table. */
import { breach, check } from '../shared/consistency.ts'
import type { Check, Invariant } from '../shared/consistency.ts'
import type { CirculationFacts, TitleFacts } from './consistency-facts.ts'
import { loanEventInvariants } from './event-consistency.ts'
import { loanInvariants } from './loan-consistency.ts'
import { reservationInvariants } from './reservation-consistency.ts'
import { transferInvariants } from './transfer-consistency.ts'
import { ruleInvariants } from './rule-consistency.ts'
import { availabilityOf, holdingsOf, sameHoldings } from './title.ts'

const counts: Invariant<TitleFacts> = {
  name: 'title-counts',
  repair: 'Run the job recount (POST /admin/jobs/recount/run).',
  breaches: ({ bookId, holdings: said, copies }) => {
    const counted = holdingsOf(copies.map(({ status }) => status))
    return sameHoldings(said, counted)
      ? []
      : [breach('book', bookId, 'It says of its copies what they do not add up to', { said, counted })]
  },
}

const availability: Invariant<TitleFacts> = {
  name: 'title-availability',
  repair: 'Run the job recount (POST /admin/jobs/recount/run).',
  breaches: ({ bookId, holdings, availability: said }) => {
    const counted = availabilityOf(holdings)
    return said === counted
      ? []
      : [breach('book', bookId, 'Its availability does not follow from its counts', { said, counted })]
  },
}

export const titleInvariants: readonly Invariant<TitleFacts>[] = [
  ...loanInvariants,
  ...reservationInvariants,
  ...transferInvariants,
  counts,
  availability,
]

export const circulationChecks = ({ titles, toldLoans, ruleTables }: CirculationFacts): readonly Check[] => [
  check('titles', { pages: titles, keyOf: ({ bookId }) => bookId, invariants: titleInvariants }),
  check('loans', { pages: toldLoans, keyOf: ({ loanId }) => loanId, invariants: loanEventInvariants }),
  check('rule tables', { pages: ruleTables, keyOf: () => 1, invariants: ruleInvariants }),
]
