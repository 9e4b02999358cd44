/** CAT-9: authors. */
import * as t from 'io-ts'
import type { AuthorSort, BookSort } from '../../../core/catalogue/ports.ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { PageRequest } from '../../../core/shared/page.ts'
import { created, ofVersion, ok } from '../success.ts'
import { described } from '../codecs/codec.ts'
import { record } from '../codecs/record.ts'
import { search } from '../codecs/text.ts'
import type { Sorts } from '../cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { listed, listQuery, wordsOf } from '../list.ts'
import { changing, route } from '../routes.ts'
import type { Route } from '../routes.ts'
import {
  AuthorChanges,
  AuthorDetailView,
  authorView,
  AuthorView,
  NewAuthor,
  workView,
} from './author-forms.ts'

const sorts: Sorts<AuthorSort> = {
  id: 'id',
  name: 'text',
  last_name: 'text',
  first_name: 'text',
  birth_date: 'day',
  death_date: 'day',
  nationality: 'text',
  created_at: 'instant',
}
const authorList = listQuery({
  sorts,
  standard: { field: 'name', direction: 'asc' },
  shape: AuthorView,
  filters: { q: described('Words, each of which occurs in the name.', search) },
})
const firstWorks: PageRequest<BookSort> = {
  sort: [{ field: 'publication_year', direction: 'asc' }],
  limit: 100,
  at: { kind: 'page', page: 1 },
}
const detailQuery = record('AuthorQuery', {}, { fields: fieldsOf(AuthorDetailView) }, 'UNKNOWN_PARAMETER')

export const authorRoutes = ({ catalogue }: Pick<HttpDeps, 'catalogue'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/authors',
    permission: 'catalogue:read',
    summary: 'List authors with the number of their books',
    query: authorList,
    data: t.array(AuthorView),
    handle: ({ query, address }) =>
      pipe(
        catalogue.queries.authors(wordsOf(query.filters), query.page),
        TE.map(found => listed('Authors', address, query, found, authorView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/authors/{id}',
    names: 'author',
    permission: 'catalogue:read',
    summary: 'Show an author and his books',
    query: detailQuery,
    data: AuthorDetailView,
    handle: ({ id: authorId, query }) =>
      pipe(
        TE.Do,
        TE.bindW('author', () => catalogue.queries.author(id(authorId))),
        TE.bindW('books', () => catalogue.queries.books({ authorId: id(authorId) }, firstWorks)),
        TE.map(({ author, books }) => {
          const view = { ...authorView(author), books: books.rows.map(workView) }
          return ofVersion(author.version, ok('Author', pick(view, query.fields)))
        }),
      ),
  }),
  route({
    method: 'POST',
    path: '/authors',
    permission: 'catalogue:write',
    summary: 'Add an author',
    body: { codec: NewAuthor, required: true },
    data: AuthorView,
    errors: ['DuplicateKey'],
    act: ({ act, body }) => catalogue.addAuthor({ by: act, details: body }),
    show: added =>
      ofVersion(
        added.version,
        created('Author created', `/api/v1/authors/${added.id}`, authorView({ ...added, bookCount: 0 })),
      ),
  }),
  ...changing({
    path: '/authors/{id}',
    names: 'author',
    permission: 'catalogue:write',
    summary: 'Change an author; fields left out stay',
    body: { codec: AuthorChanges, required: true },
    data: AuthorView,
    errors: ['StaleWrite', 'DuplicateKey'],
    act: ({ act, id: authorId, body }) =>
      pipe(
        catalogue.changeAuthor({ by: act, id: id(authorId), changes: body }),
        TE.flatMap(changed => catalogue.queries.author(changed.id)),
      ),
    show: found => ofVersion(found.version, ok('Author changed', authorView(found))),
  }),
  route({
    method: 'DELETE',
    path: '/authors/{id}',
    names: 'author',
    permission: 'catalogue:delete',
    summary: 'Delete an author of whom there is no book',
    data: t.null,
    errors: ['HasDependents'],
    act: ({ act, id: authorId }) => catalogue.removeAuthor({ by: act, id: id(authorId) }),
    show: () => ok('Author deleted', null),
  }),
]
