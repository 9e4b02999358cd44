/** OPS-4: what is of no use any more goes, so that the tables of every day stay small. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { Receipts } from '../../shared/receipts.ts'
import { failuresKeptSince, keptSince } from '../../shared/retention.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { JobResult } from '../job.ts'
import type { Retention } from '../ports.ts'

export interface PurgeDeps {
  readonly retention: Retention
  readonly receipts: Pick<Receipts, 'purge'>
  /** Real time: how long ago a row was done with is no matter of the library's. */
  readonly clock: Clock
}

type Going = (limit: number) => TaskEither<StoreFailure, number>

/** Each in a statement of its own, short enough to hold nobody up. */
const batch = 500

export const purge = ({ retention, receipts, clock }: PurgeDeps): TaskEither<StoreFailure, JobResult> =>
  pipe(
    TE.fromIO(() => clock.now()),
    TE.flatMap(now =>
      pipe(
        [...goingOf(retention, now), (limit: number) => receipts.purge(now, limit)],
        TE.traverseSeqArray(going => allOf(going)),
      ),
    ),
    TE.map(gone => ({ done: gone.reduce((sum, count) => sum + count, 0), skipped: 0, failed: 0 })),
  )

const goingOf = (retention: Retention, now: Instant): readonly Going[] => {
  const before = keptSince(now)
  return [
    limit => retention.doneEvents(before, limit),
    limit => retention.endedSessions(before, limit),
    limit => retention.loginFailures(failuresKeptSince(now), limit),
    limit => retention.doneJobs(before, limit),
    limit => retention.accountTokens(before, limit),
  ]
}

const allOf = (going: Going, soFar = 0): TaskEither<StoreFailure, number> =>
  pipe(
    going(batch),
    TE.flatMap(gone => (gone < batch ? TE.right(soFar + gone) : allOf(going, soFar + gone))),
  )
