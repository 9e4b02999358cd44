/** Looking through much that is stored, page by page: each page is one snapshot, and in between others have their turn. */
import { setImmediate as otherWork } from 'node:timers/promises'
import type { Knex } from 'knex'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import type { Tables } from './connection.ts'
import type { Database } from './database.ts'
import { sql } from './failures.ts'
import { lookOnly } from './unit-of-work.ts'

/** Reads from one snapshot, in which nothing can be written. */
export type Snapshots = <A>(read: (knex: Tables) => Promise<A>) => TaskEither<StoreFailure, A>

/** SQLite answers within the call: without a pause one page would follow the other, and no request come between. */
const pause: TaskEither<never, void> = async () => {
  await otherWork()
  return E.right(undefined)
}

/** @param now real time as it is stored */
export const snapshots = (db: Database, now: () => string): Snapshots => {
  const look = lookOnly({ db, now, stores: ({ knex }) => knex })
  return read =>
    pipe(
      pause,
      TE.flatMap(() => look.run(knex => sql(() => read(knex)))),
    )
}

/** Rows after a key of one column, by it. */
export const nextById = (rows: Knex.QueryBuilder, after: number | null, limit: number): Knex.QueryBuilder =>
  rows
    .where('id', '>', after ?? 0)
    .orderBy('id')
    .limit(limit)
