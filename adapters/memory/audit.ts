/** The audit trail: rows are added and never changed. */
import { apiKeyOf, memberOf, roleOf } from '../../core/identity/actor.ts'
import type { AuditTrail } from '../../core/identity/audit.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'

export const audit = ({ tables, now, nextId }: Database): AuditTrail => ({
  record: ({ actor, requestId, address }, { action, target, at, before, after, outcome = 'done' }) =>
    TE.fromIO(() => {
      const recordedAt = now()
      tables.audit.add({
        id: nextId('audit'),
        recordedAt,
        occurredAt: at ?? recordedAt,
        actorId: memberOf(actor),
        actorRole: roleOf(actor),
        apiKeyId: apiKeyOf(actor),
        action,
        target,
        outcome,
        address,
        requestId,
        before,
        after,
      })
    }),
})
