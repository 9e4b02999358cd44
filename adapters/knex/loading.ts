/** Many rows of the catalogue at once: few statements whatever the number. */
import type { CatalogueLoading, LoadedBook, LoadedCopy } from '../../core/catalogue/ports.ts'
import { availabilityOf } from '../../core/circulation/title.ts'
import { id } from '../../core/shared/id.ts'
import { authorTable } from './authors.ts'
import { addParts, toBookRow } from './books.ts'
import { sql, unique } from './failures.ts'
import { genreTable } from './genres.ts'
import { insertNumbered } from './insert-many.ts'
import { publisherTable } from './publishers.ts'
import type { Transaction } from './unit-of-work.ts'

export const loading = ({ knex, now }: Transaction): CatalogueLoading => {
  const insertAll = (table: string, rows: readonly object[]) =>
    insertNumbered(
      knex,
      table,
      rows.map(row => ({ ...row, version: 1, created_at: now(), updated_at: now() })),
    )

  const named = async <Key extends string>(table: string, column: string, keys: readonly string[]) => {
    const rows = await knex(table)
      .whereIn(column, [...keys])
      .orderBy('id', 'desc')
      .select<{ id: number; key: string }[]>('id', { key: column })
    // The oldest of several of one name counts.
    return new Map(rows.map(row => [row.key, id<Key>(row.id)]))
  }

  return {
    authorsNamed: names => sql(() => named<'author'>('authors', 'name_key', names)),
    publishersNamed: names => sql(() => named<'publisher'>('publishers', 'name_sort', names)),
    genresNamed: names => sql(() => named<'genre'>('genres', 'name_sort', names)),
    addAuthors: authors =>
      sql(async () =>
        (await insertAll('authors', authors.map(authorTable.toRow))).map(key => id<'author'>(key)),
      ),
    addPublishers: publishers =>
      unique(async () =>
        (await insertAll('publishers', publishers.map(publisherTable.toRow))).map(key =>
          id<'publisher'>(key),
        ),
      ),
    addGenres: genres =>
      unique(async () =>
        (await insertAll('genres', genres.map(genreTable.toRow))).map(key => id<'genre'>(key)),
      ),
    addBooks: books =>
      unique(async () => {
        const bookIds = await insertAll('books', books.map(toLoadedRow))
        await addParts(
          { knex, now },
          books.map(({ details }, index) => ({ bookId: bookIds[index] as number, parts: details })),
        )
        const copyRows = books.flatMap(({ copies }, index) =>
          copies.map((copy, number) => toCopyRow(bookIds[index] as number, number + 1, copy)),
        )
        const copyIds = await insertAll('book_copies', copyRows)
        let used = 0
        return books.map(({ copies }, index) => {
          const from = used
          used += copies.length
          return {
            bookId: id<'book'>(bookIds[index] as number),
            copyIds: copyIds.slice(from, used).map(key => id<'copy'>(key)),
          }
        })
      }),
  }
}

const toLoadedRow = ({ details, copies }: LoadedBook) => {
  const holdings = { total: copies.length, available: copies.length, circulating: 0 }
  return {
    ...toBookRow(details),
    availability_status: availabilityOf(holdings),
    total_copies: holdings.total,
    available_copies: holdings.available,
    circulating_copies: holdings.circulating,
  }
}

const toCopyRow = (bookId: number, copyNumber: number, copy: LoadedCopy) => ({
  book_id: bookId,
  branch_id: copy.branchId,
  copy_number: copyNumber,
  barcode: copy.barcode,
  condition: copy.condition,
  acquisition_date: copy.acquisitionDate,
  status: 'available',
  price: copy.price,
  loan_category: copy.loanCategory,
})
