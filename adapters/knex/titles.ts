/** The table `books` as circulation sees it. */
import type { LoanCategories, Titles } from '../../core/circulation/ports.ts'
import { availabilityOf } from '../../core/circulation/title.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { BookId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { sql } from './failures.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

interface TitleRow {
  readonly id: BookId
  readonly title: string
  readonly min_age: number | null
  readonly total_copies: number
  readonly available_copies: number
  readonly circulating_copies: number
}

export const titles = (transaction: Transaction): Titles => {
  const { knex } = transaction
  return {
    get: bookId =>
      pipe(
        sql(() =>
          locking(transaction, knex('books').where({ id: bookId }).whereNull('deleted_at')).first<
            TitleRow | undefined
          >('id', 'title', 'min_age', 'total_copies', 'available_copies', 'circulating_copies'),
        ),
        TE.flatMap(row =>
          row === undefined
            ? TE.left(notFound('book', bookId))
            : TE.right({
                id: row.id,
                title: row.title,
                minAge: row.min_age,
                holdings: {
                  total: row.total_copies,
                  available: row.available_copies,
                  circulating: row.circulating_copies,
                },
              }),
        ),
      ),
    saveHoldings: ({ id, holdings }) =>
      sql(() =>
        knex('books')
          .where({ id })
          .update({
            total_copies: holdings.total,
            available_copies: holdings.available,
            circulating_copies: holdings.circulating,
            availability_status: availabilityOf(holdings),
          })
          .then(() => undefined),
      ),
  }
}

export const loanCategories = ({ knex }: Transaction): LoanCategories => ({
  known: name =>
    sql(
      async () =>
        (await knex('loan_categories').where({ name }).first<{ id: number } | undefined>('id')) !== undefined,
    ),
})
