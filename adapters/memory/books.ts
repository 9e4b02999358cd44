/** Books: what is deleted leaves the catalogue and is kept aside. */
import { likenessOf } from '../../core/catalogue/book.ts'
import type { Books } from '../../core/catalogue/ports.ts'
import { isLiving } from '../../core/circulation/reservation.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'
import { recordStore } from './records.ts'

export const bookKind = (on: Database) => ({
  resource: 'book' as const,
  table: on.tables.books,
  nextId: () => on.nextId('book'),
  now: on.now,
  unique: [{ field: 'isbn_13', index: 'isbn' as const }],
  /** What ended does not hold a book back: it is kept aside, and loans keep pointing to it. */
  pointing: (key: number) => ({
    borrowings: on.tables.loans.where('book', key).filter(({ state }) => state !== 'returned').length,
    reservations: on.tables.reservations.where('book', key).filter(isLiving).length,
  }),
})

export const books = (on: Database): Books => {
  const { books, deletedBooks } = on.tables
  return {
    ...recordStore(bookKind(on)),
    remove: id =>
      TE.fromIO(() => {
        const book = books.find(id)
        if (book === undefined) return
        books.drop(id)
        deletedBooks.add(book)
      }),
    withIsbn: isbns =>
      TE.fromIO(() =>
        [...new Set(isbns)].flatMap(isbn13 => books.where('isbn', isbn13).map(({ id }) => ({ id, isbn13 }))),
      ),
    alike: keys =>
      TE.fromIO(() =>
        keys.flatMap(key =>
          books
            .where('title', key.titleKey)
            .filter(({ details }) => {
              const likeness = likenessOf(details)
              return likeness?.authorId === key.authorId && likeness.year === key.year
            })
            .map(({ id }) => ({ id, key })),
        ),
      ),
  }
}
