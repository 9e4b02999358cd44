/** OPS-4: the administrator runs a job now, whatever the schedule says. */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Instant } from '../../shared/local-time.ts'
import { notFound } from '../../shared/refusal.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Job, JobResult } from '../job.ts'

export interface RunJob {
  readonly act: Act
  readonly name: string
}

export interface JobRun extends JobResult {
  readonly job: string
  /** When it began. */
  readonly libraryTime: Instant
}

export type RunJobError = PermissionDenied | NotFound | StoreFailure

export interface RunJobDeps {
  readonly jobs: readonly Job[]
  readonly work: UnitOfWork<AuditStores>
  /** The library's. */
  readonly clock: Clock
}

/** It does not ask whether the same job runs elsewhere: every job is safe to run twice. */
export const runJob =
  ({ jobs, work, clock }: RunJobDeps) =>
  ({ act, name }: RunJob): TaskEither<RunJobError, JobRun> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'job:run')),
      TE.flatMap((): TaskEither<RunJobError, Job> => {
        const job = jobs.find(known => known.name === name)
        return job === undefined ? TE.left(notFound('job', name)) : TE.right(job)
      }),
      TE.bindTo('job'),
      TE.bindW('libraryTime', () => TE.fromIO(() => clock.now())),
      TE.bindW('result', ({ job }) => job.run),
      TE.tap(({ libraryTime, result }) =>
        work.run(({ audit }) =>
          audit.record(act, {
            action: 'job.run',
            target: { type: 'job', id: null },
            at: libraryTime,
            before: null,
            after: { job: name, ...result },
          }),
        ),
      ),
      TE.map(({ libraryTime, result }) => ({ job: name, libraryTime, ...result })),
    )
