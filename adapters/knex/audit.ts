/** The table `audit_log`: rows are added and never changed. */
import { apiKeyOf, memberOf, roleOf } from '../../core/identity/actor.ts'
import type { AuditTrail } from '../../core/identity/audit.ts'
import { fromInstant, fromJson } from './columns.ts'
import { sql } from './failures.ts'
import { insertion } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

export const audit = ({ write, now }: Transaction): AuditTrail => ({
  record: ({ actor, requestId, address }, { action, target, at, before, after, outcome = 'done' }) =>
    sql(async () => {
      const row = {
        recorded_at: now(),
        occurred_at: at === null ? now() : fromInstant(at),
        actor_id: memberOf(actor),
        actor_role: roleOf(actor),
        api_key_id: apiKeyOf(actor),
        action,
        target_type: target.type,
        target_id: target.id,
        outcome,
        address,
        request_id: requestId,
        before: before === null ? null : fromJson(before),
        after: after === null ? null : fromJson(after),
      }
      await write(insertion('audit_log', row), row)
    }),
})
