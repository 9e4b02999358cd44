/** All or nothing in memory: one unit of work after another, each on an overlay that is kept or dropped. */
import { E } from '../../core/shared/fp.ts'
import type { UnitOfWork } from '../../core/shared/unit-of-work.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import { changesOf } from './database.ts'
import type { Database, Tables } from './database.ts'

/** Writes, as the last thing before the commit, what must be kept of the result; false: it must not, and all is undone. */
export type Witness = (tables: Tables, result: unknown) => boolean

export const unitOfWork = <Stores>(
  database: Database,
  storesOf: (on: Database) => Stores,
  witness: () => Witness | undefined,
): UnitOfWork<Stores> => {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run: work => () => {
      const witnessed = witness()
      const running = last.then(async () => {
        const changes = changesOf(database)
        try {
          const result = await work(storesOf(changes))()
          if (E.isLeft(result)) return result
          if (witnessed?.(changes.tables, result.right) === false)
            return E.left(storeFailure('overtaken', 'memory'))
          changes.commit()
          return result
        } finally {
          changes.close()
        }
      })
      last = running.catch(() => undefined)
      return running
    },
  }
}

/** The same stores on what is committed; to write is a bug and throws. */
export const lookOnly = <Stores>(
  database: Database,
  storesOf: (on: Database) => Stores,
): UnitOfWork<Stores> => ({
  run: work => async () => {
    const changes = changesOf(database)
    changes.close()
    return work(storesOf(changes))()
  },
})
