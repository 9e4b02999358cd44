/** OPS-4: jobs are asked for by the schedule of every process and run by one; what fails is tried again. */
import { mostAttempts, waitAfter } from '../../shared/backoff.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import { instant, toIso } from '../../shared/local-time.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { Job, JobResult } from '../job.ts'
import type { ClaimedJob, JobQueue } from '../ports.ts'

export interface WorkJobsDeps {
  readonly queue: JobQueue
  readonly jobs: readonly Job[]
  /** Learns how the library's clock is set: jobs go by it. */
  readonly keepTime: TaskEither<StoreFailure, void>
  /** Real time: schedules, leases and waits do not go by the library's. */
  readonly clock: Clock
}

/** What became of one run. */
export type JobOutcome =
  | { readonly kind: 'done'; readonly job: string; readonly result: JobResult }
  | {
      readonly kind: 'failed'
      readonly job: string
      /** A `StoreFailure`, or what was thrown, which is a bug. */
      readonly cause: unknown
      /** It is not tried again. */
      readonly dead: boolean
    }

export interface JobWork {
  /** Asks for the run that stands in the schedule for this moment. */
  readonly ask: (name: string, slot: Instant) => TaskEither<StoreFailure, void>
  readonly claim: TaskEither<StoreFailure, ClaimedJob | null>
  /** While it runs, more often than a lease lasts. */
  readonly keep: (claimed: ClaimedJob) => TaskEither<StoreFailure, boolean>
  readonly run: (claimed: ClaimedJob) => TaskEither<StoreFailure, JobOutcome>
}

/** A worker that was killed loses its job after this. */
export const leaseMilliseconds = 60_000

export const workJobs = ({ queue, jobs, keepTime, clock }: WorkJobsDeps): JobWork => {
  const names = jobs.map(({ name }) => name)
  const now = TE.fromIO(() => clock.now())
  const lease = (from: Instant): Instant => instant(from + leaseMilliseconds)
  return {
    ask: (name, slot) => queue.ask(name, `${name} ${toIso(slot)}`, slot),
    claim: pipe(
      now,
      TE.flatMap(at => queue.claim(names, at, lease(at))),
    ),
    keep: claimed =>
      pipe(
        now,
        TE.flatMap(at => queue.keep(claimed, lease(at))),
      ),
    run: claimed =>
      pipe(
        runOf(jobs, claimed, keepTime),
        TE.matchEW(
          (cause): TaskEither<StoreFailure, JobOutcome> => {
            const dead = claimed.attempts >= mostAttempts
            const again = dead ? null : waitAfter(claimed.attempts, clock.now())
            return pipe(
              queue.retry(claimed, again, reasonOf(cause)),
              TE.map(() => ({ kind: 'failed', job: claimed.name, cause, dead })),
            )
          },
          (result): TaskEither<StoreFailure, JobOutcome> =>
            pipe(
              queue.done(claimed, result, clock.now()),
              TE.map(() => ({ kind: 'done', job: claimed.name, result })),
            ),
        ),
      ),
  }
}

/** A throw is a bug, but no reason to lose the job. One whose workers died each time is given up too. */
const runOf = (
  jobs: readonly Job[],
  { name, attempts }: ClaimedJob,
  keepTime: TaskEither<StoreFailure, void>,
): TaskEither<unknown, JobResult> => {
  const job = jobs.find(known => known.name === name)
  if (job === undefined || attempts > mostAttempts) {
    return TE.left({ type: 'GivenUp', detail: 'It ended each time without an answer' })
  }
  const work = pipe(
    keepTime,
    TE.flatMap(() => job.run),
  )
  return pipe(
    TE.tryCatch(work, cause => cause),
    TE.flatMap(result => (E.isLeft(result) ? TE.left<unknown>(result.left) : TE.right(result.right))),
  )
}

const reasonOf = (cause: unknown): string => {
  if (typeof cause !== 'object' || cause === null) return String(cause)
  if ('detail' in cause) return String(cause.detail)
  return 'message' in cause ? String(cause.message) : 'It failed'
}
