/** When a branch is closed, or open beside its weekly hours (circulation R1.4). */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { HttpDeps } from '../deps.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { created, ofVersion, ok } from '../success.ts'
import { closureList, ClosureView, closureView, NewClosure } from './closure-forms.ts'

export const closureRoutes = ({ branches }: Pick<HttpDeps, 'branches'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/branches/{id}/closures',
    names: 'branch',
    permission: 'branch:read',
    summary: 'List the closed days and exceptional openings of a branch',
    query: closureList,
    data: t.array(ClosureView),
    handle: ({ id: branchId, query, address }) =>
      pipe(
        branches.queries.closures(id(branchId), query.page),
        TE.map(found => listed('Closures', address, query, found, closureView)),
      ),
  }),
  route({
    method: 'POST',
    path: '/branches/{id}/closures',
    names: 'branch',
    permission: 'branch:write',
    summary: 'Close a branch on a day or a stretch of days, or open it beside its hours',
    body: { codec: NewClosure, required: true },
    data: ClosureView,
    errors: ['Conflict'],
    act: ({ act, id: branchId, body }) => branches.addClosure({ act, branchId: id(branchId), closure: body }),
    show: added =>
      ofVersion(
        added.version,
        created(
          'Closure added',
          `/api/v1/branches/${added.branchId}/closures/${added.id}`,
          closureView(added),
        ),
      ),
  }),
  route({
    method: 'DELETE',
    path: '/branches/{id}/closures/{closure_id}',
    names: 'branch',
    part: 'closure',
    permission: 'branch:write',
    summary: 'Take a closure out of the calendar of a branch',
    data: t.null,
    act: ({ act, id: branchId, partId }) =>
      branches.removeClosure({ act, branchId: id(branchId), closureId: id(partId) }),
    show: () => ok('Closure deleted', null),
  }),
]
