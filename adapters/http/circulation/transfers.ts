/** CIR-11: copies on their way between the branches. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { created } from '../success.ts'
import type { HttpDeps } from '../deps.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { SendCopyBody, transferList, transferView, TransferView } from './transfer-forms.ts'

export const transferRoutes = ({ circulation }: Pick<HttpDeps, 'circulation'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/transfers',
    permission: 'transfer:create',
    summary: 'Send a copy that is free, or under way for nobody, to another branch',
    body: { codec: SendCopyBody, required: true },
    data: TransferView,
    versionless: true,
    errors: ['NotFound', 'Conflict', 'StaleWrite', 'DuplicateKey'],
    act: ({ act, body }) => circulation.sendCopy({ act, ...body }),
    show: sent =>
      created('On its way', `/api/v1/branches/${String(sent.toBranchId)}/transfers`, transferView(sent)),
  }),
  route({
    method: 'GET',
    path: '/branches/{id}/transfers',
    names: 'branch',
    permission: 'transfer:list',
    summary: 'List the copies on their way to a branch and from it',
    query: transferList,
    data: t.array(TransferView),
    handle: ({ act, id: branchId, query, address }) =>
      pipe(
        circulation.listTransfers({
          act,
          branchId: id(branchId),
          direction: query.filters.direction ?? null,
          overdue: query.filters.overdue ?? null,
          page: query.page,
        }),
        TE.map(found => listed('Transfers', address, query, found, transferView)),
      ),
  }),
]
