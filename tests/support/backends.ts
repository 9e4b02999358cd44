/** Every way the library can be stored. A contract test runs on all of them. */
import { openKnex } from '../../adapters/knex/open.ts'
import { openMemory } from '../../adapters/memory/connect.ts'
import type { Persistence } from '../../app/persistence.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { noon } from './builders.ts'
import { connection, freshSqlite } from './databases.ts'
import type { FreshDatabase } from './databases.ts'
import { reusedPostgres } from './reused-postgres.ts'

export type OpenLibrary = Persistence & {
  /** Closes it and takes away what it left behind. */
  readonly destroy: () => Promise<void>
}

export interface Backend {
  readonly name: string
  /**
   * A fresh, empty library.
   * @param now real time in milliseconds, for the stamps of rows and events
   */
  open(now: () => number): Promise<OpenLibrary>
}

const memory: Backend = {
  name: 'memory',
  open: now => {
    const library = openMemory({ now })
    return Promise.resolve({ ...library, destroy: library.close })
  },
}

const database = (name: string, fresh: () => Promise<FreshDatabase>): Backend => ({
  name,
  open: async now => {
    const { storage, drop } = await fresh()
    const library = openKnex({ ...connection, storage, now })
    return {
      ...library,
      destroy: async () => {
        await library.close()
        await drop()
      },
    }
  },
})

/** A database takes a line here, and every contract test runs on it too. */
export const backends: readonly Backend[] = [
  memory,
  database('SQLite', freshSqlite),
  database('Postgres', reusedPostgres),
]

/** What a contract test works on: emptied before each test. */
export interface Opened {
  library: OpenLibrary
  /** Real time as the stores see it; a test may move it. */
  clock: { now: Instant }
}

/** Declares a suite once for each backend, every test on a fresh library. */
export const onEveryBackend = (subject: string, suite: (opened: Opened) => void): void => {
  for (const backend of backends) {
    describe(`${subject} (${backend.name})`, () => {
      const opened = { clock: { now: noon } } as Opened
      beforeEach(async () => {
        opened.clock = { now: noon }
        opened.library = await backend.open(() => opened.clock.now)
      })
      afterEach(() => opened.library.destroy())
      suite(opened)
    })
  }
}
