/** Library time that may be set: real time, and how far it is ahead by what the storage says. */
import type { ClockQueries } from '../core/operations/ports.ts'
import type { Clock } from '../core/shared/clock.ts'
import { pipe, TE } from '../core/shared/fp.ts'
import type { TaskEither } from '../core/shared/fp.ts'
import { instant } from '../core/shared/local-time.ts'
import type { StoreFailure } from '../core/shared/unit-of-work.ts'

export interface LibraryClock {
  /** As it was set when this process asked last. */
  readonly clock: Clock & { readonly time: 'library' }
  /** Asks how it is set now: before each request, each job, each command. */
  readonly keepTime: TaskEither<StoreFailure, void>
}

export const libraryClock = (real: Clock, queries: ClockQueries): LibraryClock => {
  let ahead = 0
  return {
    clock: { time: 'library', now: () => instant(real.now() + ahead) },
    keepTime: pipe(
      // A task of its own each time: the query is made when it is asked.
      TE.fromIO(() => undefined),
      TE.flatMap(() => queries.offset()),
      TE.map(offset => {
        ahead = offset ?? 0
      }),
    ),
  }
}

/** Library time is real time: there is nothing to ask. */
export const realLibraryClock = (real: Clock): LibraryClock => ({
  clock: { time: 'library', now: () => real.now() },
  keepTime: TE.right(undefined),
})
