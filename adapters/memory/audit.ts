/** The audit trail: rows are added and never changed. */
import { memberOf, roleOf } from '../../core/identity/actor.ts'
import type { AuditTrail } from '../../core/identity/audit.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'

export const audit = ({ tables, now, nextId }: Database): AuditTrail => ({
  record: ({ actor, requestId, address }, entry) =>
    TE.fromIO(() =>
      tables.audit.add({
        ...entry,
        id: nextId('audit'),
        at: entry.at ?? now(),
        recordedAt: now(),
        actorId: memberOf(actor),
        actorRole: roleOf(actor),
        address,
        requestId,
      }),
    ),
})
