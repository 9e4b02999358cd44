/** Trying again what the database asks to be tried again: deadlocks, serialization failures, a busy SQLite file. */
import { setTimeout as wait } from 'node:timers/promises'
import { E } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import { failureOf } from './failures.ts'

/** Milliseconds after which others have held the locks for too long. */
const patience = 5000
const longestPause = 50

/**
 * Runs until it answers. Between two tries it waits a random, growing while, asynchronously: a busy timeout of
 * SQLite's own would stop the whole process. A bug is thrown as it is.
 */
export const withRetries =
  <E1, A>(attempt: () => Promise<Either<E1, A>>): TaskEither<E1 | StoreFailure, A> =>
  async () => {
    const deadline = performance.now() + patience
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt()
      } catch (error) {
        const failure = failureOf(error)
        if (failure.kind === 'bug') throw error
        if (failure.kind === 'failed') return E.left(failure.failure)
        if (performance.now() > deadline) return E.left(storeFailure('busy', failure.detail))
        await wait(Math.random() * Math.min(longestPause, 2 ** tries))
      }
    }
  }
