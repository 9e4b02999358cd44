/** Titles with their copies, loans and reservations as the rows lie there, to be checked. */
import type {
  CirculationFacts,
  CopyFacts,
  LivingFacts,
  LoanOutFacts,
  OpenTransferFacts,
  TitleFacts,
} from '../../core/circulation/consistency-facts.ts'
import type { AvailabilityStatus } from '../../core/circulation/title.ts'
import { grouped } from '../../core/shared/grouped.ts'
import type { BookId } from '../../core/shared/id.ts'
import type { Tables } from './connection.ts'
import type { CopyRow } from './copies.ts'
import type { LoanRow } from './loans.ts'
import type { ReservationRow } from './reservations.ts'
import { ruleFacts } from './rule-facts.ts'
import { nextById } from './snapshots.ts'
import type { Snapshots } from './snapshots.ts'
import type { TransferRow } from './transfers.ts'
import { toldLoans } from './told-loans.ts'

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
      const transfers = await underWayOf(knex, ids)
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
        transfers: (transfers.get(book.id) ?? []).map(toOpenTransferFacts),
      }))
    }),
  toldLoans: toldLoans(snapshot),
  ruleTables: ruleFacts(snapshot),
})

const ofBook = ({ book_id }: { readonly book_id: BookId }): BookId => book_id

const copiesOf = async (knex: Tables, books: readonly BookId[]) =>
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

const loansOutOf = async (knex: Tables, books: readonly BookId[]) =>
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

const livingOf = async (knex: Tables, books: readonly BookId[]) =>
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

type OpenRow = Pick<TransferRow, 'id' | 'book_copy_id' | 'to_branch_id'> & { readonly book_id: BookId }

/** Of copies that are deleted, too: they are on no way any more. */
const underWayOf = async (knex: Tables, books: readonly BookId[]) =>
  grouped(
    await knex('transfers')
      .join('book_copies', 'book_copies.id', 'transfers.book_copy_id')
      .whereIn('book_copies.book_id', books)
      .whereNull('transfers.ended_at')
      .orderBy('transfers.id')
      .select<OpenRow[]>(
        'transfers.id',
        'transfers.book_copy_id',
        'transfers.to_branch_id',
        'book_copies.book_id',
      ),
    ofBook,
  )

const toOpenTransferFacts = (row: OpenRow): OpenTransferFacts => ({
  id: row.id,
  copyId: row.book_copy_id,
  to: row.to_branch_id,
})
