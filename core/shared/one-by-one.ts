/** A job's work on many things, one unit of work each, so that one which fails holds nobody up. */
import { E, pipe, TE } from './fp.ts'
import type { TaskEither } from './fp.ts'
import type { StoreFailure } from './unit-of-work.ts'

/** How one run went: done, looked at and left as it was, or failed and left for the next run. */
export interface Tally {
  readonly done: number
  readonly skipped: number
  readonly failed: number
}

export const nothing: Tally = { done: 0, skipped: 0, failed: 0 }

/** Looked for at once. */
const batch = 200

const plus = (a: Tally, b: Tally): Tally => ({
  done: a.done + b.done,
  skipped: a.skipped + b.skipped,
  failed: a.failed + b.failed,
})

/**
 * @param look the next ids after one (null: from the first on), so many at the most
 * @param one true when it was done, false when there was nothing to do; a Left or a throw is a failure of this one alone
 */
export const oneByOne = <Id extends number>(
  look: (after: Id | null, limit: number) => TaskEither<StoreFailure, readonly Id[]>,
  one: (id: Id) => TaskEither<unknown, boolean>,
  after: Id | null = null,
  soFar: Tally = nothing,
): TaskEither<StoreFailure, Tally> =>
  pipe(
    look(after, batch),
    TE.flatMap(ids =>
      pipe(
        ids,
        TE.traverseSeqArray(id => outcomeOf(one(id))),
        TE.flatMap(outcomes => {
          const sum = outcomes.reduce((total, outcome) => plus(total, { ...nothing, [outcome]: 1 }), soFar)
          const last = ids.at(-1)
          return last === undefined || ids.length < batch ? TE.right(sum) : oneByOne(look, one, last, sum)
        }),
      ),
    ),
  )

const outcomeOf = (task: TaskEither<unknown, boolean>): TaskEither<never, keyof Tally> =>
  pipe(
    TE.tryCatch(task, cause => cause),
    TE.map((ended): keyof Tally => (E.isLeft(ended) ? 'failed' : ended.right ? 'done' : 'skipped')),
    TE.orElse(() => TE.right<never, keyof Tally>('failed')),
  )
