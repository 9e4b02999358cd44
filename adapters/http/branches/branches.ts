/** BRN-1: branches. */
import * as t from 'io-ts'
import type { BranchSort } from '../../../core/branches/ports.ts'
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
import { BranchChanges, BranchView, branchView, NewBranch } from './branch-forms.ts'

const sorts: Sorts<BranchSort> = { id: 'id', name: 'text', city: 'text', created_at: 'instant' }
const branchList = listQuery({
  sorts,
  standard: { field: 'name', direction: 'asc' },
  shape: BranchView,
  filters: {},
})
const detailQuery = record('BranchQuery', {}, { fields: fieldsOf(BranchView) }, 'UNKNOWN_PARAMETER')

export const branchRoutes = ({ branches }: Pick<HttpDeps, 'branches'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/branches',
    permission: 'branch:read',
    summary: 'List branches',
    query: branchList,
    data: t.array(BranchView),
    handle: ({ query, address }) =>
      pipe(
        branches.queries.branches(query.page),
        TE.map(found => listed('Branches', address, query, found, branchView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/branches/{id}',
    names: 'branch',
    permission: 'branch:read',
    summary: 'Show a branch',
    query: detailQuery,
    data: BranchView,
    handle: ({ id: branchId, query }) =>
      pipe(
        branches.queries.branch(id(branchId)),
        TE.map(found => ofVersion(found.version, ok('Branch', pick(branchView(found), query.fields)))),
      ),
  }),
  route({
    method: 'POST',
    path: '/branches',
    permission: 'branch:create',
    summary: 'Add a branch',
    body: { codec: NewBranch, required: true },
    data: BranchView,
    errors: ['DuplicateKey'],
    act: ({ act, body }) => branches.addBranch({ by: act, details: body }),
    show: added =>
      ofVersion(added.version, created('Branch created', `/api/v1/branches/${added.id}`, branchView(added))),
  }),
  ...changing({
    path: '/branches/{id}',
    names: 'branch',
    permission: 'branch:write',
    summary: 'Change a branch; fields left out stay',
    body: { codec: BranchChanges, required: true },
    data: BranchView,
    errors: ['StaleWrite', 'DuplicateKey'],
    act: ({ act, id: branchId, body }) => branches.changeBranch({ by: act, id: id(branchId), changes: body }),
    show: changed => ofVersion(changed.version, ok('Branch changed', branchView(changed))),
  }),
  route({
    method: 'DELETE',
    path: '/branches/{id}',
    names: 'branch',
    permission: 'branch:delete',
    summary: 'Delete a branch without copies and staff',
    data: t.null,
    errors: ['HasDependents'],
    act: ({ act, id: branchId }) => branches.removeBranch({ by: act, id: id(branchId) }),
    show: () => ok('Branch deleted', null),
  }),
]
