/** CAT-9, DATA-4: genres, as one tree. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import type { TaskEither } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { GenreId } from '../../../core/shared/id.ts'
import { notFound } from '../../../core/shared/refusal.ts'
import type { NotFound } from '../../../core/shared/refusal.ts'
import type { StoreFailure } from '../../../core/shared/unit-of-work.ts'
import { created, ofVersion, ok } from '../success.ts'
import { record } from '../codecs/record.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { changing, route } from '../routes.ts'
import type { Route } from '../routes.ts'
import {
  belowEach,
  booksUnder,
  Counted,
  GenreChanges,
  GenreTree,
  genreView,
  GenreView,
  NewGenre,
  treeOf,
} from './genre-forms.ts'

const detailQuery = record('GenreQuery', {}, { fields: fieldsOf(GenreView) }, 'UNKNOWN_PARAMETER')

export const genreRoutes = ({ catalogue }: Pick<HttpDeps, 'catalogue'>): readonly Route[] => {
  /** The tree is small; a genre's count is taken from it, so that it says the same everywhere. */
  const shown = (genreId: GenreId): TaskEither<NotFound | StoreFailure, t.TypeOf<typeof GenreView>> =>
    pipe(
      catalogue.queries.genres(),
      TE.flatMap((genres): TaskEither<NotFound, t.TypeOf<typeof GenreView>> => {
        const genre = genres.find(one => one.id === genreId)
        return genre === undefined
          ? TE.left(notFound('genre', genreId))
          : TE.right(genreView(genre, booksUnder(genre, belowEach(genres))))
      }),
    )

  return [
    route({
      method: 'GET',
      path: '/genres',
      permission: 'catalogue:read',
      summary: 'Show the whole tree of genres with the number of books in and below each',
      data: t.array(GenreTree),
      meta: Counted,
      handle: () =>
        pipe(
          catalogue.queries.genres(),
          TE.map(genres => ok('Genres', treeOf(belowEach(genres)), { total: genres.length })),
        ),
    }),
    route({
      method: 'GET',
      path: '/genres/{id}',
      names: 'genre',
      permission: 'catalogue:read',
      summary: 'Show a genre',
      query: detailQuery,
      data: GenreView,
      handle: ({ id: genreId, query }) =>
        pipe(
          shown(id(genreId)),
          TE.map(view => ofVersion(view.version, ok('Genre', pick(view, query.fields)))),
        ),
    }),
    route({
      method: 'POST',
      path: '/genres',
      permission: 'catalogue:write',
      summary: 'Add a genre',
      body: { codec: NewGenre, required: true },
      data: GenreView,
      errors: ['DuplicateKey'],
      act: ({ act, body }) => catalogue.addGenre({ by: act, details: body }),
      show: added =>
        ofVersion(
          added.version,
          created('Genre created', `/api/v1/genres/${added.id}`, genreView({ ...added, bookCount: 0 }, 0)),
        ),
    }),
    ...changing({
      path: '/genres/{id}',
      names: 'genre',
      permission: 'catalogue:write',
      summary: 'Change a genre; fields left out stay',
      body: { codec: GenreChanges, required: true },
      data: GenreView,
      errors: ['StaleWrite', 'DuplicateKey'],
      act: ({ act, id: genreId, body }) =>
        pipe(
          catalogue.changeGenre({ by: act, id: id(genreId), changes: body }),
          TE.flatMap(changed => shown(changed.id)),
        ),
      show: view => ofVersion(view.version, ok('Genre changed', view)),
    }),
    route({
      method: 'DELETE',
      path: '/genres/{id}',
      names: 'genre',
      permission: 'catalogue:delete',
      summary: 'Delete a genre without books and without genres below it',
      data: t.null,
      errors: ['HasDependents'],
      act: ({ act, id: genreId }) => catalogue.removeGenre({ by: act, id: id(genreId) }),
      show: () => ok('Genre deleted', null),
    }),
  ]
}
