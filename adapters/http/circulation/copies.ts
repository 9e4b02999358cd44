/** CAT-3: the copies of a book. */
import * as t from 'io-ts'
import type { CopySort } from '../../../core/circulation/display-ports.ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { created, ofVersion, ok } from '../success.ts'
import { record } from '../codecs/record.ts'
import type { Sorts } from '../cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { listed, listQuery } from '../list.ts'
import { changing, route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { CopyChanges, CopyView, copyView, NewCopy } from './copy-forms.ts'

const sorts: Sorts<CopySort> = {
  id: 'id',
  copy_number: 'number',
  barcode: 'text',
  branch_id: 'id',
  status: 'text',
  condition: 'text',
  acquisition_date: 'day',
}
const copyList = listQuery({
  sorts,
  standard: { field: 'copy_number', direction: 'asc' },
  shape: CopyView,
  filters: {},
})
const detailQuery = record('CopyQuery', {}, { fields: fieldsOf(CopyView) }, 'UNKNOWN_PARAMETER')

export const copyRoutes = ({
  circulation,
  currency,
}: Pick<HttpDeps, 'circulation' | 'currency'>): readonly Route[] => {
  const view = copyView(currency)
  return [
    route({
      method: 'GET',
      path: '/books/{id}/copies',
      names: 'book',
      permission: 'catalogue:read',
      summary: 'List the copies of a book in all branches, withdrawn ones too',
      query: copyList,
      data: t.array(CopyView),
      handle: ({ id: bookId, query, address }) =>
        pipe(
          circulation.queries.copiesOf(id(bookId), query.page),
          TE.map(found => listed('Copies', address, query, found, view)),
        ),
    }),
    route({
      method: 'POST',
      path: '/books/{id}/copies',
      names: 'book',
      permission: 'copy:write',
      summary: 'Add a copy of a book',
      body: { codec: NewCopy, required: true },
      data: CopyView,
      errors: ['Conflict', 'StaleWrite', 'DuplicateKey'],
      act: ({ act, id: bookId, body }) => circulation.addCopy({ act, copy: { ...body, bookId: id(bookId) } }),
      show: added =>
        ofVersion(added.version, created('Copy created', `/api/v1/copies/${added.id}`, view(added))),
    }),
    route({
      method: 'GET',
      path: '/copies/{id}',
      names: 'copy',
      permission: 'catalogue:read',
      summary: 'Show a copy',
      query: detailQuery,
      data: CopyView,
      handle: ({ id: copyId, query }) =>
        pipe(
          circulation.queries.copy(id(copyId)),
          TE.map(found => ofVersion(found.version, ok('Copy', pick(view(found), query.fields)))),
        ),
    }),
    ...changing({
      path: '/copies/{id}',
      names: 'copy',
      permission: 'copy:write',
      summary: 'Change a copy; fields left out stay',
      body: { codec: CopyChanges, required: true },
      data: CopyView,
      errors: ['Conflict', 'StaleWrite', 'DuplicateKey'],
      act: ({ act, id: copyId, body }) => circulation.changeCopy({ act, copyId: id(copyId), ...body }),
      show: changed => ofVersion(changed.version, ok('Copy changed', view(changed))),
    }),
    route({
      method: 'DELETE',
      path: '/copies/{id}',
      names: 'copy',
      permission: 'copy:write',
      summary: 'Withdraw a copy; not while it is out',
      data: t.null,
      errors: ['InvalidInput', 'Conflict', 'StaleWrite', 'DuplicateKey'],
      act: ({ act, id: copyId }) =>
        circulation.changeCopy({ act, copyId: id(copyId), changes: {}, status: 'withdrawn' }),
      show: () => ok('Copy withdrawn', null),
    }),
  ]
}
