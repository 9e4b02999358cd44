/** Every way the library can be stored. A contract test runs on all of them. */
import { openKnex } from '../../adapters/knex/open.ts'
import { memoryOver, openMemory } from '../../adapters/memory/connect.ts'
import type { Persistence } from '../../app/persistence.ts'
import { instant } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { noon } from './builders.ts'
import { connection, copiesOfSqlite, freshSqlite } from './databases.ts'
import type { FreshDatabase } from './databases.ts'
import { copiedDatabase } from './memory-copies.ts'
import { copiesOfPostgres, reusedPostgres } from './reused-postgres.ts'

export type OpenLibrary = Persistence & {
  /** Closes it and takes away what it left behind. */
  readonly destroy: () => Promise<void>
}

/** Done once in a process and on each backend: what is made by it is copied for all who open the library. */
export interface Filling<Made> {
  /** Real time meanwhile, in milliseconds. */
  readonly now: () => number
  readonly fill: (library: Persistence) => Promise<Made>
}

export interface Backend {
  readonly name: string
  /**
   * A fresh, empty library.
   * @param now real time in milliseconds, for the stamps of rows and events
   */
  open(now: () => number): Promise<OpenLibrary>
  /** A library of its own that is filled like this, and what filling gave. */
  openFilled<Made>(
    filling: Filling<Made>,
    now: () => number,
  ): Promise<{ readonly library: OpenLibrary; readonly made: Made }>
}

type Opening = (now: () => number) => Promise<OpenLibrary>

/** @param prepare fills a library, and gives the way to open copies of it */
const oneByOne = (
  name: string,
  open: Opening,
  prepare: <Made>(filling: Filling<Made>) => Promise<{ readonly made: Made; readonly openCopy: Opening }>,
): Backend => {
  const prepared = new Map<object, Promise<{ readonly made: unknown; readonly openCopy: Opening }>>()
  return {
    name,
    open,
    openFilled: async <Made>(filling: Filling<Made>, now: () => number) => {
      const first = prepared.get(filling) ?? prepare(filling)
      prepared.set(filling, first)
      // The next one tries again.
      first.catch(() => prepared.delete(filling))
      const { made, openCopy } = await first
      return { library: await openCopy(now), made: made as Made }
    },
  }
}

const inMemory = (library: Persistence): OpenLibrary => ({ ...library, destroy: library.close })

const memory = oneByOne(
  'memory',
  now => Promise.resolve(inMemory(openMemory({ now }))),
  async ({ now, fill }) => {
    const database = copiedDatabase(() => instant(now()))
    const made = await fill(memoryOver(database))
    return {
      made,
      openCopy: its => Promise.resolve(inMemory(memoryOver(database.copy(() => instant(its()))))),
    }
  },
)

const inDatabase = ({ storage, drop }: FreshDatabase, now: () => number): OpenLibrary => {
  const library = openKnex({ ...connection, storage, now })
  return {
    ...library,
    destroy: async () => {
      await library.close()
      await drop()
    },
  }
}

const database = (
  name: string,
  fresh: () => Promise<FreshDatabase>,
  copiesOf: (first: FreshDatabase) => Promise<() => Promise<FreshDatabase>>,
): Backend =>
  oneByOne(
    name,
    async now => inDatabase(await fresh(), now),
    async ({ now, fill }) => {
      const first = await fresh()
      const library = inDatabase(first, now)
      const made = await fill(library)
      await library.close()
      const copy = await copiesOf(first)
      return { made, openCopy: async its => inDatabase(await copy(), its) }
    },
  )

/** A database takes a line here, and every contract test runs on it too. */
export const backends: readonly Backend[] = [
  memory,
  database('SQLite', freshSqlite, copiesOfSqlite),
  database('Postgres', reusedPostgres, copiesOfPostgres),
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
