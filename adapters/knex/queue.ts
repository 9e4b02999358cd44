/** What outbox and jobs have in common as queues: rows that are due, each taken by one process until its lease ends. */
import type { Knex } from 'knex'
import { fromInstant } from './columns.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Database } from './database.ts'

export interface Claim {
  readonly limit: number
  readonly now: Instant
  readonly leaseUntil: Instant
  /** Which of the rows that are due. */
  readonly among?: (due: Knex.QueryBuilder) => Knex.QueryBuilder
}

/** One statement: what two processes see due at the same moment goes to one of them. */
export const claimDue = async <Row extends { readonly id: number }>(
  { write, dialect }: Database,
  table: 'outbox' | 'jobs',
  { limit, now, leaseUntil, among = due => due }: Claim,
): Promise<readonly Row[]> => {
  const due = among(write(table))
    .whereNull('done_at')
    .whereNull('dead_at')
    .where('due_at', '<=', fromInstant(now))
    .orderBy(['due_at', 'id'])
    .limit(limit)
    .select('id')
  const rows: unknown = await write(table)
    .whereIn('id', dialect === 'postgres' ? due.forUpdate().skipLocked() : due)
    .update({ due_at: fromInstant(leaseUntil), attempts: write.raw('attempts + 1') })
    .returning('*')
  return [...(rows as Row[])].sort((a, b) => a.id - b.id)
}

/** Not before `at`; null gives it up. */
export const triedAgain = (at: Instant | null, reason: string, now: string): object =>
  at === null ? { dead_at: now, last_error: reason } : { due_at: fromInstant(at), last_error: reason }
