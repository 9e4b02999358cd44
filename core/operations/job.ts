/** A job: work that the library does by itself, on a schedule or when the administrator asks (OPS-4). */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'

/** How many things it dealt with. */
export interface JobResult {
  readonly done: number
  /** Looked at, and left as they were. */
  readonly skipped: number
  readonly failed: number
}

/** Safe to run twice, at once or one after another: what is done already is not done again. */
export interface Job {
  readonly name: string
  /** As cron has it, in UTC: minute, hour, day of the month, month, day of the week. */
  readonly schedule: string
  readonly run: TaskEither<StoreFailure, JobResult>
}

/** Batch after batch, until one has nothing to do. */
export const untilNothingIsLeft = (
  batch: TaskEither<StoreFailure, Omit<JobResult, 'skipped'>>,
  soFar: JobResult = { done: 0, skipped: 0, failed: 0 },
): TaskEither<StoreFailure, JobResult> =>
  pipe(
    batch,
    TE.flatMap(({ done, failed }) =>
      done + failed === 0
        ? TE.right(soFar)
        : untilNothingIsLeft(batch, {
            ...soFar,
            done: soFar.done + done,
            failed: soFar.failed + failed,
          }),
    ),
  )
