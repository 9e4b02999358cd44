/** The table `audit_log` as the administrator reads it. */
import type {
  AuditFacts,
  AuditFilter,
  AuditOutcome,
  AuditQueries,
  AuditRecord,
  AuditSort,
} from '../../core/identity/audit.ts'
import type { ApiKeyId, MemberId } from '../../core/shared/id.ts'
import type { Knex } from 'knex'
import { fromInstant, toInstant, toJson } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { always, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'

interface AuditRow {
  readonly id: number
  readonly recorded_at: StoredInstant
  readonly occurred_at: StoredInstant
  readonly actor_id: MemberId | null
  readonly actor_role: string
  readonly api_key_id: ApiKeyId | null
  readonly action: string
  readonly target_type: string
  readonly target_id: number | null
  readonly outcome: AuditOutcome
  readonly address: string | null
  readonly request_id: string | null
  readonly before: unknown
  readonly after: unknown
}

const columns: Readonly<Record<AuditSort, SortColumn>> = {
  id: always('audit_log.id', 'integer'),
  recorded_at: always('audit_log.recorded_at', 'instant'),
  occurred_at: always('audit_log.occurred_at', 'instant'),
}

const factsOf = (stored: unknown): AuditFacts | null =>
  stored === null ? null : (toJson(stored) as AuditFacts)

const toRecord = (row: AuditRow): AuditRecord => ({
  id: row.id,
  recordedAt: toInstant(row.recorded_at),
  occurredAt: toInstant(row.occurred_at),
  actorId: row.actor_id,
  actorRole: row.actor_role,
  apiKeyId: row.api_key_id,
  action: row.action,
  target: { type: row.target_type, id: row.target_id },
  outcome: row.outcome,
  address: row.address,
  requestId: row.request_id,
  before: factsOf(row.before),
  after: factsOf(row.after),
})

const matching = (
  read: Knex,
  { actorId, apiKeyId, action, target, outcome, from, to }: AuditFilter,
): Knex.QueryBuilder => {
  const rows = read('audit_log')
  if (actorId !== undefined) void rows.where('actor_id', actorId)
  if (apiKeyId !== undefined) void rows.where('api_key_id', apiKeyId)
  if (action !== undefined) void rows.where('action', action)
  if (target !== undefined) void rows.where('target_type', target.type)
  if (target !== undefined && target.id !== null) void rows.where('target_id', target.id)
  if (outcome !== undefined) void rows.where('outcome', outcome)
  // In these words, for the index of the few that are not done.
  if (outcome !== undefined && outcome !== 'done') void rows.whereRaw("outcome <> 'done'")
  if (from !== undefined) void rows.where('recorded_at', '>=', fromInstant(from))
  if (to !== undefined) void rows.where('recorded_at', '<', fromInstant(to))
  return rows
}

export const auditQueries = ({ read }: Database): AuditQueries => ({
  records: (filter, page) =>
    query(
      sql(async () => {
        const { rows, ...rest } = await pageOf<AuditRow, AuditSort>(
          { matching: matching(read, filter), columns, id: 'audit_log.id', select: ['audit_log.*'] },
          page,
        )
        return { ...rest, rows: rows.map(toRecord) }
      }),
    ),
})
