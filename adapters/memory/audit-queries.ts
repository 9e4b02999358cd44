/** The audit trail as the administrator reads it. */
import type { AuditFilter, AuditQueries, AuditRecord, AuditSort } from '../../core/identity/audit.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'
import { matching, pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const auditQueries = ({ tables }: Database): AuditQueries => ({
  records: (filter, page) =>
    TE.fromIO(() => pageOf(matching(tables.audit.all(), conditionsOf(filter)), page, sorting)),
})

const conditionsOf = ({ actorId, apiKeyId, action, target, outcome, from, to }: AuditFilter) => [
  (row: AuditRecord) => actorId === undefined || row.actorId === actorId,
  (row: AuditRecord) => apiKeyId === undefined || row.apiKeyId === apiKeyId,
  (row: AuditRecord) => action === undefined || row.action === action,
  (row: AuditRecord) =>
    target === undefined ||
    (row.target.type === target.type && (target.id === null || row.target.id === target.id)),
  (row: AuditRecord) => outcome === undefined || row.outcome === outcome,
  (row: AuditRecord) => from === undefined || row.recordedAt >= from,
  (row: AuditRecord) => to === undefined || row.recordedAt < to,
]

const sorting: SortValues<AuditRecord, AuditSort> = {
  id: ({ id }) => id,
  recorded_at: ({ recordedAt }) => recordedAt,
  occurred_at: ({ occurredAt }) => occurredAt,
}
