/** All or nothing, on one connection: `work.run` of SQLite and Postgres. */
import type { Knex } from 'knex'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import type { StoreFailure, UnitOfWork } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'
import type { Dialect } from './statement.ts'
import type { Connection, Tables } from './connection.ts'
import type { IdBlocks } from './ids.ts'
import { withRetries } from './retry.ts'
import { lockRows } from './statement.ts'
import type { Statement } from './statement.ts'
import { inTransaction } from './transaction.ts'
import type { Purpose } from './transaction.ts'

/** What the stores of one run share. */
export interface Transaction {
  /** For what is written for the occasion; on the hot paths it is `rows` and `write`. */
  readonly knex: Tables
  readonly dialect: Dialect
  /** Reading an aggregate locks it: the answer stays true until the end. */
  readonly locks: boolean
  readonly rows: <Row, Values extends object>(
    statement: Statement<Row, Values>,
    values: Values,
  ) => Promise<readonly Row[]>
  /** The one row, or the first. */
  readonly first: <Row, Values extends object>(
    statement: Statement<Row, Values>,
    values: Values,
  ) => Promise<Row | undefined>
  /** @returns how many rows it wrote */
  readonly write: Connection['write']
  /** Real time, for the stamps of rows. */
  readonly now: () => string
  readonly nextEventId: () => number
  /** Rows as they were read for change, by table and id: what is saved over them writes what is another alone. */
  readonly found: Map<string, Readonly<Record<string, unknown>>>
}

/** More events than this in one unit of work are a bug: batches open one each. */
const mostEvents = 16

/** Carries a Left out of Knex's transaction, which is undone by a throw alone. */
class Undone extends Error {
  readonly left: Either<unknown, never>
  constructor(left: Either<unknown, never>) {
    super('undone')
    this.left = left
  }
}

const orUndo = <E1, A>(result: Either<E1, A>): Either<E1, A> => {
  if (result._tag === 'Left') throw new Undone(result)
  return result
}

const undone = (error: unknown): Either<unknown, never> => {
  if (error instanceof Undone) return error.left
  throw error
}

/** Writes, as the last thing in the transaction, what must be kept of its result; false: it must not, and all is undone. */
export type Witness = (knex: Tables, result: unknown) => Promise<boolean>

export interface UnitOfWorkParts<Stores> {
  readonly db: Database
  readonly ids: IdBlocks
  readonly now: () => string
  readonly stores: (transaction: Transaction) => Stores
  /** Of the task that runs here, where it has one. */
  readonly witness: () => Witness | undefined
}

export const unitOfWork = <Stores>({
  db,
  ids,
  now,
  stores,
  witness,
}: UnitOfWorkParts<Stores>): UnitOfWork<Stores> => ({
  run: <E1, A>(work: (stores: Stores) => TaskEither<E1, A>): TaskEither<E1 | StoreFailure, A> =>
    pipe(
      ids.take('event', mostEvents),
      TE.flatMap((eventIds): TaskEither<E1 | StoreFailure, A> => async () => {
        const witnessed = witness()
        let used = 0
        // Ids are given back only when it is certain that nothing was committed with them.
        let leftover: readonly number[] = []
        const nextEventId = (): number => {
          const next = eventIds[used]
          if (next === undefined)
            throw new Error(`More than ${String(mostEvents)} events in one unit of work`)
          used += 1
          return next
        }
        const result = await withRetries<E1, A>(() => {
          used = 0
          return inTransaction(db, 'change', async connection => {
            const made = transactionOn(connection, db, 'change', now, nextEventId)
            const result = orUndo(await work(stores(made))())
            if (E.isRight(result) && (await witnessed?.(made.knex, result.right)) === false) {
              throw new Undone(E.left(storeFailure('overtaken', db.dialect)))
            }
            return result
          })
            .then(done => {
              leftover = eventIds.slice(used)
              return done
            })
            .catch((error: unknown) => {
              const left = undone(error) as Either<E1, A>
              leftover = eventIds
              return left
            })
        })()
        ids.giveBack('event', leftover)
        return result
      }),
    ),
})

/** The same stores over one snapshot: nothing is locked, and the database itself refuses a write. */
export const lookOnly = <Stores>({
  db,
  now,
  stores,
}: Pick<UnitOfWorkParts<Stores>, 'db' | 'now' | 'stores'>): UnitOfWork<Stores> => ({
  run: <E1, A>(work: (stores: Stores) => TaskEither<E1, A>): TaskEither<E1 | StoreFailure, A> =>
    withRetries<E1, A>(() =>
      inTransaction(db, 'look', async connection =>
        orUndo(await work(stores(transactionOn(connection, db, 'look', now, noEvents)))()),
      ).catch((error: unknown) => undone(error) as Either<E1, A>),
    ),
})

const transactionOn = (
  { tables, rows, write }: Connection,
  { dialect }: Database,
  purpose: Purpose,
  now: () => string,
  nextEventId: () => number,
): Transaction => {
  const locks = purpose === 'change' && dialect === 'postgres'
  return {
    knex: tables,
    dialect,
    locks,
    rows: (statement, values) => rows(statement, values, locks),
    first: async (statement, values) => (await rows(statement, values, locks))[0],
    write,
    now,
    nextEventId,
    found: new Map(),
  }
}

const noEvents = (): never => {
  throw new Error('Looking makes no events')
}

/** Adds the lock to a query where locks are taken row by row; SQLite's writer holds the whole file. */
export const locking = <Query extends Knex.QueryBuilder>({ locks }: Transaction, query: Query): Query =>
  locks ? lockRows(query) : query
