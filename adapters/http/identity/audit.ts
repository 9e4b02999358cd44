/** AUT-9: the audit, for the administrator. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import type { HttpDeps } from '../deps.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { auditList, AuditView, auditView, searchOf } from './audit-forms.ts'

export const auditRoutes = ({ audit }: Pick<HttpDeps, 'audit'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/audit',
    permission: 'audit:read',
    summary: 'List who did what to what, newest first',
    query: auditList,
    data: t.array(AuditView),
    handle: ({ act, query, address }) =>
      pipe(
        audit.listAudit({ act, search: searchOf(query.filters), page: query.page }),
        TE.map(found => listed('Audit', address, query, found, auditView)),
      ),
  }),
]
