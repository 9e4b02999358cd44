/** R3.5: the uses of a copy that nobody borrowed. */
import * as t from 'io-ts'
import type { InHouseUse, InHouseUseSort } from '../../../core/circulation/in-house-ports.ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { Sorts } from '../cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { listed, listQuery } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { integer, orNull, time, view } from '../shapes.ts'

const InHouseUseView = view(
  'InHouseUse',
  {
    id: integer,
    book_copy_id: integer,
    branch_id: integer,
    used_at: time,
    librarian_id: orNull(integer),
  },
  { id: 4, book_copy_id: 31, branch_id: 2, used_at: '2026-11-21T16:40:00.000Z', librarian_id: 3 },
)

const inHouseUseView = (use: InHouseUse): t.TypeOf<typeof InHouseUseView> => ({
  id: use.id,
  book_copy_id: use.copyId,
  branch_id: use.branchId,
  used_at: toIso(use.usedAt),
  librarian_id: use.librarianId,
})

const sorts: Sorts<InHouseUseSort> = { id: 'id', used_at: 'instant' }

const useList = listQuery({
  sorts,
  standard: { field: 'used_at', direction: 'desc' },
  shape: InHouseUseView,
  filters: {},
})

export const inHouseRoutes = ({ circulation }: Pick<HttpDeps, 'circulation'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/copies/{id}/in-house-uses',
    names: 'copy',
    permission: 'loan:list',
    summary: 'List when a copy was used in the house; meta.total counts the uses',
    query: useList,
    data: t.array(InHouseUseView),
    handle: ({ act, id: copyId, query, address }) =>
      pipe(
        circulation.listInHouseUses({ act, copyId: id(copyId), page: query.page }),
        TE.map(found => listed('In-house uses', address, query, found, inHouseUseView)),
      ),
  }),
]
