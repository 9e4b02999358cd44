/** The table `jobs` as a queue: asked for by all, claimed with a lease by one. */
import type { ClaimedJob, JobQueue } from '../../core/operations/ports.ts'
import { E } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import { fromInstant, fromJson } from './columns.ts'
import type { Database } from './database.ts'
import { claimDue, triedAgain } from './queue.ts'
import { withRetries } from './retry.ts'

/** @param now real time as it is stored */
export const jobs = (db: Database, now: () => string): JobQueue => {
  /** Nothing is written where the claim was lost: another worker has a newer one. */
  const update = ({ id, attempts }: ClaimedJob, changes: () => object): TaskEither<StoreFailure, boolean> =>
    withRetries<never, boolean>(async () => {
      const written = await db
        .write('jobs')
        .where({ id, attempts })
        .whereNull('done_at')
        .whereNull('dead_at')
        .update(changes())
      return E.right(written === 1)
    })
  const settle =
    (claimed: ClaimedJob, changes: () => object): TaskEither<StoreFailure, void> =>
    async () => {
      const written = await update(claimed, changes)()
      return written._tag === 'Left' ? written : E.right(undefined)
    }
  return {
    ask: (name, key, dueAt) =>
      withRetries<never, void>(async () => {
        await db.write.raw(
          `insert into jobs (name, dedupe_key, due_at, created_at)
           select ?, ?, ?, ?
           where not exists (select 1 from jobs where name = ? and done_at is null and dead_at is null)
           on conflict (dedupe_key) do nothing`,
          [name, key, fromInstant(dueAt), now(), name],
        )
        return E.right(undefined)
      }),
    claim: (names, at, leaseUntil) =>
      withRetries<never, ClaimedJob | null>(async () => {
        const [row] = await claimDue<ClaimedJob>(db, 'jobs', {
          limit: 1,
          now: at,
          leaseUntil,
          among: due => due.whereIn('name', [...names]),
        })
        return E.right(row === undefined ? null : { id: row.id, name: row.name, attempts: row.attempts })
      }),
    keep: (claimed, leaseUntil) => update(claimed, () => ({ due_at: fromInstant(leaseUntil) })),
    done: (claimed, result, at) =>
      settle(claimed, () => ({ done_at: fromInstant(at), result: fromJson(result), last_error: null })),
    retry: (claimed, at, reason) => settle(claimed, () => triedAgain(at, reason, now())),
  }
}
