/** A library with enough in it to be busy, on a database that survives a power cut. */
import { connect } from '../../../adapters/knex/connect.ts'
import type { Database } from '../../../adapters/knex/database.ts'
import { fromInstant } from '../../../adapters/knex/columns.ts'
import { connection } from '../../support/databases.ts'
import type { FreshDatabase } from '../../support/databases.ts'
import type { MeasuredServer } from '../../support/measured-server.ts'
import { daysAfter } from '../../support/builders.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { aLibrary, addBook } from '../../support/world.ts'
import { patiently } from './patiently.ts'
import { sendAll } from './sending.ts'
import { logIn, openSite } from './site.ts'
import { plan } from './traffic.ts'

export interface Burning {
  readonly start: () => Promise<MeasuredServer>
  /** The librarian's, good after every restart. */
  readonly token: string
  /** The bare tables, by connections that are closed afterwards: a crash should find nobody else at the file. */
  readonly looking: <A>(look: (tables: Database) => Promise<A>) => Promise<A>
}

const readers = 120
const titles = 60
const copiesOfEach = 12

/** Loans that were to come back three weeks ago. */
const makeLate = async ({ read, write }: Database, count: number): Promise<void> => {
  const late = await read('borrowings').orderBy('id').limit(count).select<{ id: number }[]>('id')
  const today = instant(Date.now())
  await patiently(() =>
    write('borrowings')
      .whereIn(
        'id',
        late.map(({ id }) => id),
      )
      .update({
        borrow_date: fromInstant(daysAfter(today, -42)),
        due_date: fromInstant(daysAfter(today, -21)),
        overdue_from: fromInstant(daysAfter(today, -21)),
      }),
  )
}

/** After a day of lending and returning, some of it late. */
export const openBurning = async (database: FreshDatabase): Promise<Burning> => {
  const site = await openSite({ database, env: { SQLITE_SYNCHRONOUS: 'FULL' } })
  const world = await aLibrary(site.library, { copies: 0, members: 0 })
  await Promise.all(Array.from({ length: readers }, (_, index) => site.join(`reader.${index}`)))
  for (let index = 0; index < titles; index += 1) {
    await addBook(site.library, world, { title: `Title ${index}` }, copiesOfEach)
  }
  const server = await site.start()
  const token = await logIn(server, 'clerk')
  const day = async (name: string, share: number): Promise<void> => {
    const operations = await plan(site.tables, name)
    await sendAll(server, token, operations.slice(0, operations.length * share))
  }
  await day('lending', 0.5)
  await makeLate(site.tables, 100)
  await day('returning', 0.25)
  await server.stop()
  await site.leave()
  return {
    start: async () => {
      const started = await site.start()
      // The start does not count.
      await started.lag()
      return started
    },
    token,
    looking: async look => {
      const tables = connect({ ...connection, storage: site.storage })
      try {
        return await look(tables)
      } finally {
        await tables.close()
      }
    },
  }
}
