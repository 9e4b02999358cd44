/** RES-2, RES-3: what the desk of a branch fetches, and what it keeps. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { HttpDeps } from '../deps.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { pullList, pullView, PullView, shelfList, shelvedView, ShelvedView } from './shelf-forms.ts'

export const shelfRoutes = ({ circulation }: Pick<HttpDeps, 'circulation'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/branches/{id}/pull-list',
    names: 'branch',
    permission: 'reservation:list',
    summary: 'List the free copies to be fetched from the shelves of a branch, each for one reservation',
    query: pullList,
    data: t.array(PullView),
    handle: ({ act, id: branchId, query, address }) =>
      pipe(
        circulation.listPulls({ act, branchId: id(branchId), page: query.page }),
        TE.map(found => listed('Pull list', address, query, found, pullView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/branches/{id}/hold-shelf',
    names: 'branch',
    permission: 'reservation:list',
    summary: 'List what stands on the hold shelf of a branch; to_clear=true: what is to be taken off',
    query: shelfList,
    data: t.array(ShelvedView),
    handle: ({ act, id: branchId, query, address }) =>
      pipe(
        circulation.listHoldShelf({
          act,
          branchId: id(branchId),
          toClear: query.filters.to_clear ?? null,
          page: query.page,
        }),
        TE.map(found => listed('Hold shelf', address, query, found, shelvedView)),
      ),
  }),
]
