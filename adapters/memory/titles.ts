/** Books as circulation sees them: their holdings lie beside them, so that counting never touches the description. */
import type { Titles } from '../../core/circulation/ports.ts'
import { noHoldings } from '../../core/circulation/title.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { Database } from './database.ts'

export const titles = ({ tables }: Database): Titles => ({
  get: id =>
    TE.fromIOEither(() => {
      const book = tables.books.find(id)
      if (book === undefined) return E.left(notFound('book', id))
      const { title, minAge } = book.details
      return E.right({ id, title, minAge, holdings: tables.holdings.find(id)?.holdings ?? noHoldings })
    }),
  saveHoldings: ({ id, holdings }) => TE.fromIO(() => tables.holdings.put({ bookId: id, holdings })),
})
