/** The one way to change anything: all or nothing, inside `work.run`. */
import { pipe, TE } from './fp.ts'
import type { TaskEither } from './fp.ts'
import { conflict } from './refusal.ts'
import type { Conflict } from './refusal.ts'

export interface UnitOfWork<out Stores> {
  /**
   * All or nothing. A Left or a throw undoes every write. Retries deadlocks, serialization failures and a busy
   * database, so `work` may run more than once and has no effect but through its stores. The stores themselves
   * throw when the database fails; here that becomes a `StoreFailure`.
   */
  run<E, A>(work: (stores: Stores) => TaskEither<E, A>): TaskEither<E | StoreFailure, A>
}

/** The store could not do it, and nothing was changed. */
export interface StoreFailure {
  readonly type: 'StoreFailure'
  /**
   * `busy`: others held the locks for too long; `unavailable`: the database cannot be reached; `reference_gone`: what
   * the row refers to was deleted meanwhile; `overtaken`: it took so long that a retry under the same key took over.
   */
  readonly reason: 'busy' | 'unavailable' | 'reference_gone' | 'overtaken'
  readonly detail: string
}

/** Somebody else saved the same row since it was read. */
export interface StaleWrite {
  readonly type: 'StaleWrite'
  readonly resource: string
  readonly id: number
}

/** A uniqueness that the store itself guards was about to be broken. */
export interface DuplicateKey {
  readonly type: 'DuplicateKey'
  /** The field that must be unique, as the API names it. */
  readonly field: string
}

export const storeFailure = (reason: StoreFailure['reason'], detail: string): StoreFailure => ({
  type: 'StoreFailure',
  reason,
  detail,
})

export const staleWrite = (resource: string, id: number): StaleWrite => ({ type: 'StaleWrite', resource, id })

export const duplicateKey = (field: string): DuplicateKey => ({ type: 'DuplicateKey', field })

/**
 * What was located without a lock is another by the time the locks are held (a barcode given to another copy, a loan
 * returned meanwhile). The unit of work is undone and begun again.
 */
export interface KeysMoved {
  readonly type: 'KeysMoved'
}

export const keysMoved: KeysMoved = { type: 'KeysMoved' }

const isKeysMoved = (error: unknown): error is KeysMoved =>
  typeof error === 'object' && error !== null && 'type' in error && error.type === 'KeysMoved'

/** Begins again while the keys move, `times` times at most; then it is a `Conflict` for the caller to repeat. */
export const startingOver = <E, A>(
  attempt: TaskEither<E | KeysMoved, A>,
  times = 3,
): TaskEither<E | Conflict, A> =>
  pipe(
    attempt,
    TE.orElse((error): TaskEither<E | Conflict, A> => {
      if (!isKeysMoved(error)) return TE.left(error)
      return times > 0
        ? startingOver<E, A>(attempt, times - 1)
        : TE.left({
            ...conflict('It was changed by somebody else at the same moment; try again'),
            transient: true,
          })
    }),
  )
