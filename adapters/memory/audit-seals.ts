/** The seals of the audit. Units of work come one after another: rows are there in the order of their ids. */
import type { AuditRecord } from '../../core/identity/audit.ts'
import type { AuditSeal, WrittenRow } from '../../core/identity/audit-seal.ts'
import type { AuditSealQueries, AuditSeals } from '../../core/identity/audit-seal-ports.ts'
import { TE } from '../../core/shared/fp.ts'
import { toIso } from '../../core/shared/local-time.ts'
import type { Database } from './database.ts'

export const auditSeals = ({ tables }: Database): AuditSeals => ({
  add: seal =>
    TE.fromIO(() => {
      if (tables.auditSeals.find(seal.number) !== undefined) return false
      tables.auditSeals.add(seal)
      return true
    }),
})

export const auditSealQueries = ({ tables }: Database): AuditSealQueries => {
  const seals = (): readonly AuditSeal[] => [...tables.auditSeals.all()].sort((a, b) => a.number - b.number)
  const rows = (after: number, upTo: number): readonly AuditRecord[] =>
    [...tables.audit.all()].filter(({ id }) => id > after && id <= upTo).sort((a, b) => a.id - b.id)
  return {
    settled: () => TE.fromIO(() => rows(0, Infinity).at(-1)?.id ?? 0),
    head: () => TE.fromIO(() => seals().at(-1) ?? null),
    seals: (after, limit) =>
      TE.fromIO(() =>
        seals()
          .filter(({ number }) => number > after)
          .slice(0, limit),
      ),
    rows: (after, upTo, limit) => TE.fromIO(() => rows(after, upTo).slice(0, limit).map(written)),
    unsealed: after =>
      TE.fromIO(() => {
        const without = rows(after, Infinity)
        const [first] = without
        return { count: without.length, since: first === undefined ? null : toIso(first.recordedAt) }
      }),
  }
}

/** As a table would have it. */
const written = (row: AuditRecord): WrittenRow => ({
  id: row.id,
  columns: {
    recorded_at: toIso(row.recordedAt),
    occurred_at: toIso(row.occurredAt),
    actor_id: row.actorId,
    actor_role: row.actorRole,
    api_key_id: row.apiKeyId,
    action: row.action,
    target_type: row.target.type,
    target_id: row.target.id,
    outcome: row.outcome,
    address: row.address,
    request_id: row.requestId,
    before: row.before,
    after: row.after,
  },
})
