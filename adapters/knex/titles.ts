/** The table `books` as circulation sees it. */
import type { LoanCategories, Titles } from '../../core/circulation/ports.ts'
import { availabilityOf } from '../../core/circulation/title.ts'
import type { Title } from '../../core/circulation/title.ts'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { BookId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { sql } from './failures.ts'
import { statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

interface TitleRow {
  readonly id: BookId
  readonly title: string
  readonly min_age: number | null
  readonly total_copies: number
  readonly available_copies: number
  readonly circulating_copies: number
}

const byId = statement<TitleRow, { id: BookId }>((tables, { id }, locking) =>
  locking(
    tables('books')
      .where({ id })
      .whereNull('deleted_at')
      .select('id', 'title', 'min_age', 'total_copies', 'available_copies', 'circulating_copies'),
  ),
)

interface HoldingsOf {
  readonly id: BookId
  readonly total: number
  readonly available: number
  readonly circulating: number
  readonly availability: string
}

const holdingsOf = statement<never, HoldingsOf>(
  (tables, { id, total, available, circulating, availability }) =>
    tables('books').where({ id }).update({
      total_copies: total,
      available_copies: available,
      circulating_copies: circulating,
      availability_status: availability,
    }),
)

/** Asked for when it is called: see locks.ts. */
export const lockTitle = async ({ first }: Transaction, bookId: BookId): Promise<Either<NotFound, Title>> => {
  const row = await first(byId, { id: bookId })
  if (row === undefined) return E.left(notFound('book', bookId))
  return E.right({
    id: row.id,
    title: row.title,
    minAge: row.min_age,
    holdings: {
      total: row.total_copies,
      available: row.available_copies,
      circulating: row.circulating_copies,
    },
  })
}

export const titles = (transaction: Transaction): Titles => ({
  get: bookId => () => lockTitle(transaction, bookId),
  saveHoldings: ({ id, holdings }) =>
    sql(async () => {
      await transaction.write(holdingsOf, {
        id,
        total: holdings.total,
        available: holdings.available,
        circulating: holdings.circulating,
        availability: availabilityOf(holdings),
      })
    }),
})

export const loanCategories = ({ knex }: Transaction): LoanCategories => ({
  known: name =>
    sql(
      async () =>
        (await knex('loan_categories').where({ name }).first<{ id: number } | undefined>('id')) !== undefined,
    ),
})
