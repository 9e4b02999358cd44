/** What a book's page is made of, as a script of plain statements. */
import { must } from './acts.ts'
import type { Act } from './acts.ts'

export function* showBook(bookId: number): Act {
  must((yield ['book', bookId])[0])
  yield ['authorsOfBook', bookId]
  yield ['subjectsOfBook', bookId]
  yield ['copiesByBranch', bookId]
}
