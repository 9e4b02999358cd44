/** The databases that are measured: each leg has a library of its own, and a copy of it for the floors. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { FloorLibrary } from './floors/orders.ts'
import { makeLibrary } from './library.ts'
import type { LegName } from './legs.ts'
import type { Library } from './library.ts'
import type { Options } from './options.ts'
import { atTheEnd } from './undo.ts'

export interface Ground {
  readonly library: Library
  readonly floor: FloorLibrary
  /** The process of the database; null where it is part of the server's. */
  readonly databasePid: number | null
}

/** Above every id of the sample; the floors count on from here. */
const firstId = 1_000_000_000

const floorOn = (
  storage: string,
  leg: LegName,
  { slots, bookIds, librarian }: Library,
  { connections }: Options,
): FloorLibrary => ({
  storage,
  synchronous: leg === 'sqlite-full' ? 'FULL' : 'NORMAL',
  slots: slots.map(({ card, barcode }) => ({ card, barcode })),
  bookIds,
  librarianId: librarian.id,
  firstId,
  connections,
})

/** @param folder empty, for the files of this leg */
export const groundOf = async (leg: LegName, folder: string, options: Options): Promise<Ground> => {
  if (leg !== 'postgres') {
    const [own, copy] = [join(folder, 'library.sqlite'), join(folder, 'floor.sqlite')]
    const library = await makeLibrary({ storage: `sqlite:${own}`, folder, ...options })
    // What was written last lies beside the file until it is called in.
    const file = new Database(own)
    file.pragma('wal_checkpoint(TRUNCATE)')
    file.close()
    copyFileSync(own, copy)
    return { library, floor: floorOn(copy, leg, library, options), databasePid: null }
  }
  // Not before it is needed: what it imports answers to Ctrl-C too.
  const { durablePostgres } = await import('../support/durable-postgres.ts')
  const server = await durablePostgres()
  atTheEnd(server.stop)
  await server.admin('create database library')
  const library = await makeLibrary({ storage: server.url('library'), folder, ...options })
  await server.admin('create database floor template library')
  return { library, floor: floorOn(server.url('floor'), leg, library, options), databasePid: server.pid() }
}
