/** What a job does to reservations, one unit of work each, batch after batch. */
import { E, pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { ReservationId } from '../shared/id.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'

/** How one run of a job went: done, found to need nothing any more, or failed and left for the next run. */
export interface Worked {
  readonly done: number
  readonly skipped: number
  readonly failed: number
}

/** Looked for at once. */
export const batch = 200

const nothing: Worked = { done: 0, skipped: 0, failed: 0 }

/**
 * One unit of work each: one which fails, by a refusal or a throw, holds nobody up, and the next run tries it again.
 * @param one false where nothing was left to do
 */
export const allOf = (
  look: (after: ReservationId | null) => TaskEither<StoreFailure, readonly ReservationId[]>,
  one: (id: ReservationId) => TaskEither<unknown, boolean>,
  after: ReservationId | null = null,
  soFar: Worked = nothing,
): TaskEither<StoreFailure, Worked> =>
  pipe(
    look(after),
    TE.flatMap(ids =>
      pipe(
        each(ids, one),
        TE.flatMap(outcome => {
          const sum = plus(soFar, outcome)
          const last = ids.at(-1)
          return last === undefined || ids.length < batch ? TE.right(sum) : allOf(look, one, last, sum)
        }),
      ),
    ),
  )

const each = (
  ids: readonly ReservationId[],
  one: (id: ReservationId) => TaskEither<unknown, boolean>,
): TaskEither<never, Worked> =>
  pipe(
    ids,
    TE.traverseSeqArray(id =>
      pipe(
        TE.tryCatch(one(id), cause => cause),
        TE.map((worked): keyof Worked => (E.isLeft(worked) ? 'failed' : worked.right ? 'done' : 'skipped')),
        TE.orElse(() => TE.right<never, keyof Worked>('failed')),
      ),
    ),
    TE.map(outcomes => outcomes.reduce((sum, outcome) => plus(sum, { ...nothing, [outcome]: 1 }), nothing)),
  )

const plus = (a: Worked, b: Worked): Worked => ({
  done: a.done + b.done,
  skipped: a.skipped + b.skipped,
  failed: a.failed + b.failed,
})
