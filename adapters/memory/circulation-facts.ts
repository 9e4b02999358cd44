/** Titles and loans as they lie in the tables, to be checked. The availability is not kept: it follows from the counts. */
import type {
  CirculationFacts,
  CopyFacts,
  LivingFacts,
  LoanOutFacts,
  ToldLoanFacts,
} from '../../core/circulation/consistency-facts.ts'
import type { Copy } from '../../core/circulation/copy.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import { isLiving } from '../../core/circulation/reservation.ts'
import type { Reservation } from '../../core/circulation/reservation.ts'
import { availabilityOf, noHoldings } from '../../core/circulation/title.ts'
import { TE } from '../../core/shared/fp.ts'
import { grouped } from '../../core/shared/grouped.ts'
import type { Database, Tables } from './database.ts'
import { nextById } from './facts-page.ts'
import { ruleFacts } from './rule-facts.ts'

export const circulationFacts = (database: Database): CirculationFacts => ({
  ...loansAndTitles(database),
  ruleTables: ruleFacts(database),
})

const loansAndTitles = ({ tables }: Database): Omit<CirculationFacts, 'ruleTables'> => ({
  titles: (after, limit) =>
    TE.fromIO(() =>
      nextById([...tables.books.all(), ...tables.deletedBooks.all()], after, limit).map(({ id: bookId }) => {
        const holdings = tables.holdings.find(bookId)?.holdings ?? noHoldings
        return {
          bookId,
          holdings,
          availability: availabilityOf(holdings),
          copies: tables.copies.where('book', bookId).map(toCopyFacts),
          loansOut: tables.loans
            .where('book', bookId)
            .filter(({ state }) => state !== 'returned')
            .map(toLoanOutFacts),
          reservations: tables.reservations.where('book', bookId).filter(isLiving).map(toLivingFacts),
          transfers: tables.copies
            .where('book', bookId)
            .flatMap(({ id }) => tables.transfers.where('open', id))
            .map(({ id, copyId, toBranchId: to }) => ({ id, copyId, to })),
        }
      }),
    ),
  toldLoans: (after, limit) =>
    TE.fromIO(() => {
      const events = eventsByLoan(tables)
      const acts = actsByLoan(tables)
      return nextById([...tables.loans.all()], after, limit).map(({ id, state }): ToldLoanFacts => {
        const recorded = (action: string) =>
          acts.get(id)?.find(act => act.action === action)?.recordedAt ?? null
        return {
          loanId: id,
          state,
          openedAt: recorded('borrowing.created'),
          returnedAt: recorded('borrowing.returned'),
          events: (events.get(id) ?? []).map(({ event }) => event.type),
        }
      })
    }),
})

const toCopyFacts = (copy: Copy): CopyFacts => ({
  id: copy.id,
  status: copy.status,
  loanId: 'loanId' in copy ? copy.loanId : null,
  keptFor: copy.status === 'kept' ? copy.keptFor : null,
  destination: copy.status === 'in_transit' ? copy.destination : null,
})

const toLoanOutFacts = ({ id, copyId, state }: Loan): LoanOutFacts => ({ id, copyId, state })

const toLivingFacts = (one: Reservation): LivingFacts => ({
  id: one.id,
  memberId: one.memberId,
  branchId: one.branchId,
  status: one.status,
  copyId: 'copyId' in one ? one.copyId : null,
})

const eventsByLoan = ({ outbox }: Tables) =>
  grouped(
    [...outbox.all()].filter(({ event }) => event.aggregate === 'loan'),
    ({ event }) => event.aggregateId,
  )

const actsByLoan = ({ audit }: Tables) =>
  grouped(
    [...audit.all()].filter(({ target }) => target.type === 'borrowing'),
    ({ target }) => target.id,
  )
