/** CAT-9: publishers. */
import * as t from 'io-ts'
import type { PublisherSort } from '../../../core/catalogue/ports.ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
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
import { NewPublisher, PublisherChanges, PublisherView, publisherView } from './publisher-forms.ts'

const sorts: Sorts<PublisherSort> = {
  id: 'id',
  name: 'text',
  city: 'text',
  country: 'text',
  founded_year: 'number',
  created_at: 'instant',
}
const publisherList = listQuery({
  sorts,
  standard: { field: 'name', direction: 'asc' },
  shape: PublisherView,
  filters: { q: described('Words, each of which occurs in the name.', search) },
})
const detailQuery = record('PublisherQuery', {}, { fields: fieldsOf(PublisherView) }, 'UNKNOWN_PARAMETER')

export const publisherRoutes = ({ catalogue }: Pick<HttpDeps, 'catalogue'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/publishers',
    permission: 'catalogue:read',
    summary: 'List publishers with the number of their books',
    query: publisherList,
    data: t.array(PublisherView),
    handle: ({ query, address }) =>
      pipe(
        catalogue.queries.publishers(wordsOf(query.filters), query.page),
        TE.map(found => listed('Publishers', address, query, found, publisherView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/publishers/{id}',
    names: 'publisher',
    permission: 'catalogue:read',
    summary: 'Show a publisher',
    query: detailQuery,
    data: PublisherView,
    handle: ({ id: publisherId, query }) =>
      pipe(
        catalogue.queries.publisher(id(publisherId)),
        TE.map(found => ofVersion(found.version, ok('Publisher', pick(publisherView(found), query.fields)))),
      ),
  }),
  route({
    method: 'POST',
    path: '/publishers',
    permission: 'catalogue:write',
    summary: 'Add a publisher',
    body: { codec: NewPublisher, required: true },
    data: PublisherView,
    errors: ['DuplicateKey'],
    act: ({ act, body }) => catalogue.addPublisher({ by: act, details: body }),
    show: added =>
      ofVersion(
        added.version,
        created(
          'Publisher created',
          `/api/v1/publishers/${added.id}`,
          publisherView({ ...added, bookCount: 0 }),
        ),
      ),
  }),
  ...changing({
    path: '/publishers/{id}',
    names: 'publisher',
    permission: 'catalogue:write',
    summary: 'Change a publisher; fields left out stay',
    body: { codec: PublisherChanges, required: true },
    data: PublisherView,
    errors: ['StaleWrite', 'DuplicateKey'],
    act: ({ act, id: publisherId, body }) =>
      pipe(
        catalogue.changePublisher({ by: act, id: id(publisherId), changes: body }),
        TE.flatMap(changed => catalogue.queries.publisher(changed.id)),
      ),
    show: found => ofVersion(found.version, ok('Publisher changed', publisherView(found))),
  }),
  route({
    method: 'DELETE',
    path: '/publishers/{id}',
    names: 'publisher',
    permission: 'catalogue:delete',
    summary: 'Delete a publisher of whom there is no book',
    data: t.null,
    errors: ['HasDependents'],
    act: ({ act, id: publisherId }) => catalogue.removePublisher({ by: act, id: id(publisherId) }),
    show: () => ok('Publisher deleted', null),
  }),
]
