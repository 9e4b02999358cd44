/** CAT-1, 2, 5, 6: books are listed, shown, added and described anew. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { described } from '../codecs/codec.ts'
import { queryFlag } from '../codecs/numbers.ts'
import { record } from '../codecs/record.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { listed } from '../list.ts'
import { changing, route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { created, ofVersion, ok } from '../success.ts'
import { BookChanges, NewBook } from './book-body.ts'
import { bookList, filterOf, include } from './book-list.ts'
import {
  availabilityView,
  BookDetailView,
  BookView,
  bookView,
  ListedBookView,
  ShownBookView,
} from './book-view.ts'

const detailQuery = record(
  'BookQuery',
  {},
  { fields: fieldsOf(BookDetailView), include },
  'UNKNOWN_PARAMETER',
)
const addQuery = record(
  'AddBookQuery',
  {},
  {
    allow_duplicate: described('Add it although there is one of the same title, author and year.', queryFlag),
  },
  'UNKNOWN_PARAMETER',
)

export const bookRoutes = ({ catalogue }: Pick<HttpDeps, 'catalogue'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/books',
    permission: 'catalogue:read',
    summary: 'List books',
    query: bookList,
    data: t.array(ListedBookView),
    handle: ({ query, address }) => {
      const { include: included = [], ...asked } = query.filters
      return pipe(
        catalogue.queries.books(filterOf(asked), query.page),
        TE.map(found => listed('Books', address, query, found, bookView(included), included)),
      )
    },
  }),
  route({
    method: 'GET',
    path: '/books/{id}',
    names: 'book',
    permission: 'catalogue:read',
    summary: 'Show a book, and how many copies are free in each branch',
    query: detailQuery,
    data: ShownBookView,
    handle: ({ id: bookId, query: { fields, include: included = [] } }) =>
      pipe(
        catalogue.queries.book(id(bookId)),
        TE.map(found => {
          const availability = found.availability.map(availabilityView)
          const view = { ...bookView(included)(found), availability }
          return ofVersion(found.book.version, ok('Book', pick(view, fields, included)))
        }),
      ),
  }),
  route({
    method: 'POST',
    path: '/books',
    permission: 'catalogue:write',
    summary: 'Add a book',
    query: addQuery,
    body: { codec: NewBook, required: true },
    data: BookView,
    errors: ['NotFound', 'Duplicate', 'DuplicateKey'],
    act: ({ act, body, query }) =>
      catalogue.addBook({ act, details: body, allowDuplicate: query.allow_duplicate ?? false }),
    show: added =>
      ofVersion(
        added.book.version,
        created('Book created', `/api/v1/books/${added.book.id}`, bookView([])(added)),
      ),
  }),
  ...changing({
    path: '/books/{id}',
    names: 'book',
    permission: 'catalogue:write',
    summary: 'Describe a book anew; fields left out stay',
    body: { codec: BookChanges, required: true },
    data: BookView,
    errors: ['Duplicate', 'StaleWrite', 'DuplicateKey'],
    act: ({ act, id: bookId, body }) =>
      pipe(
        catalogue.changeBook({ act, id: id(bookId), changes: body }),
        TE.flatMap(changed => catalogue.queries.book(changed.id)),
      ),
    show: found => ofVersion(found.book.version, ok('Book changed', bookView([])(found))),
  }),
]
