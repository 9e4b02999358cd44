/** Titles and loans as their rows lie there, to be checked. */
import type { Knex } from 'knex'
import type {
  CirculationFacts,
  CopyFacts,
  LivingFacts,
  LoanOutFacts,
  TitleFacts,
  ToldLoanFacts,
} from '../../core/circulation/consistency-facts.ts'
import type { LoanState } from '../../core/circulation/loan.ts'
import type { AvailabilityStatus } from '../../core/circulation/title.ts'
import { grouped } from '../../core/shared/grouped.ts'
import type { BookId, LoanId } from '../../core/shared/id.ts'
import { toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { CopyRow } from './copies.ts'
import type { LoanRow } from './loans.ts'
import type { ReservationRow } from './reservations.ts'
import { nextById } from './snapshots.ts'
import type { Snapshots } from './snapshots.ts'

interface BookRow {
  readonly id: BookId
  readonly total_copies: number
  readonly available_copies: number
  readonly circulating_copies: number
  readonly availability_status: AvailabilityStatus
}

const living = ['waiting', 'suspended', 'in_transit', 'ready']

export const circulationFacts = (snapshot: Snapshots): CirculationFacts => ({
  titles: (after, limit) =>
    snapshot(async knex => {
      const books = await nextById(knex('books'), after, limit).select<BookRow[]>(
        'id',
        'total_copies',
        'available_copies',
        'circulating_copies',
        'availability_status',
      )
      const ids = books.map(({ id }) => id)
      const copies = await copiesOf(knex, ids)
      const loansOut = await loansOutOf(knex, ids)
      const reservations = await livingOf(knex, ids)
      return books.map((book): TitleFacts => ({
        bookId: book.id,
        holdings: {
          total: book.total_copies,
          available: book.available_copies,
          circulating: book.circulating_copies,
        },
        availability: book.availability_status,
        copies: (copies.get(book.id) ?? []).map(toCopyFacts),
        loansOut: (loansOut.get(book.id) ?? []).map(toLoanOutFacts),
        reservations: (reservations.get(book.id) ?? []).map(toLivingFacts),
      }))
    }),
  toldLoans: (after, limit) =>
    snapshot(async knex => {
      const loans = await nextById(knex('borrowings'), after, limit).select<
        { id: LoanId; state: LoanState }[]
      >('id', 'state')
      const ids = loans.map(({ id }) => id)
      const events = await eventsOf(knex, ids)
      const acts = await actsOf(knex, ids)
      return loans.map(({ id, state }): ToldLoanFacts => {
        const recorded = (action: string) =>
          (acts.get(id) ?? []).find(act => act.action === action)?.recorded_at ?? null
        const [opened, returned] = [recorded('borrowing.created'), recorded('borrowing.returned')]
        return {
          loanId: id,
          state,
          openedAt: opened === null ? null : toInstant(opened),
          returnedAt: returned === null ? null : toInstant(returned),
          events: (events.get(id) ?? []).map(({ type }) => type),
        }
      })
    }),
})

const ofBook = ({ book_id }: { readonly book_id: BookId }): BookId => book_id

const copiesOf = async (knex: Knex, books: readonly BookId[]) =>
  grouped(
    await knex('book_copies')
      .whereIn('book_id', books)
      .whereNull('deleted_at')
      .orderBy('id')
      .select<
        Pick<CopyRow, 'id' | 'book_id' | 'status' | 'loan_id' | 'kept_for_id' | 'destination_branch_id'>[]
      >('id', 'book_id', 'status', 'loan_id', 'kept_for_id', 'destination_branch_id'),
    ofBook,
  )

const toCopyFacts = (
  row: Pick<CopyRow, 'id' | 'status' | 'loan_id' | 'kept_for_id' | 'destination_branch_id'>,
): CopyFacts => ({
  id: row.id,
  status: row.status,
  loanId: row.loan_id,
  keptFor: row.kept_for_id,
  destination: row.destination_branch_id,
})

const loansOutOf = async (knex: Knex, books: readonly BookId[]) =>
  grouped(
    await knex('borrowings')
      .whereIn('book_id', books)
      .whereNull('return_date')
      .orderBy('id')
      .select<Pick<LoanRow, 'id' | 'book_id' | 'book_copy_id' | 'state'>[]>(
        'id',
        'book_id',
        'book_copy_id',
        'state',
      ),
    ofBook,
  )

const toLoanOutFacts = (row: Pick<LoanRow, 'id' | 'book_copy_id' | 'state'>): LoanOutFacts => ({
  id: row.id,
  copyId: row.book_copy_id,
  state: row.state,
})

const livingOf = async (knex: Knex, books: readonly BookId[]) =>
  grouped(
    await knex('reservations')
      .whereIn('book_id', books)
      .whereIn('status', living)
      .orderBy('id')
      .select<Pick<ReservationRow, 'id' | 'user_id' | 'book_id' | 'branch_id' | 'status' | 'book_copy_id'>[]>(
        'id',
        'user_id',
        'book_id',
        'branch_id',
        'status',
        'book_copy_id',
      ),
    ofBook,
  )

const toLivingFacts = (
  row: Pick<ReservationRow, 'id' | 'user_id' | 'branch_id' | 'status' | 'book_copy_id'>,
): LivingFacts => ({
  id: row.id,
  memberId: row.user_id,
  branchId: row.branch_id,
  status: row.status,
  copyId: row.book_copy_id,
})

const eventsOf = async (knex: Knex, loans: readonly LoanId[]) =>
  grouped(
    await knex('outbox')
      .where({ aggregate: 'loan' })
      .whereIn('aggregate_id', loans)
      .select<{ aggregate_id: LoanId; type: string }[]>('aggregate_id', 'type'),
    ({ aggregate_id }) => aggregate_id,
  )

/** What the audit has of them, the earliest first. */
const actsOf = async (knex: Knex, loans: readonly LoanId[]) =>
  grouped(
    await knex('audit_log')
      .where({ target_type: 'borrowing' })
      .whereIn('target_id', loans)
      .orderBy('id')
      .select<{ target_id: LoanId; action: string; recorded_at: StoredInstant }[]>(
        'target_id',
        'action',
        'recorded_at',
      ),
    ({ target_id }) => target_id,
  )
