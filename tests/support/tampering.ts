/** Libraries whose tables somebody changes behind the product's back. */
import { connect } from '../../adapters/knex/connect.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { memoryOver } from '../../adapters/memory/connect.ts'
import { emptyDatabase } from '../../adapters/memory/database.ts'
import type { Persistence } from '../../app/persistence.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { connection, freshPostgres, freshSqlite } from './databases.ts'
import type { FreshDatabase } from './databases.ts'

export type Guarded = 'audit_log' | 'audit_seals'

export type Values = Readonly<Record<string, unknown>>

export interface Tampered {
  readonly library: Persistence
  /** Another process on the same storage. */
  readonly other: Persistence
  /** By the id, or by the number of a seal. */
  readonly change: (table: Guarded, key: number, values: Values) => Promise<void>
  readonly remove: (table: Guarded, key: number) => Promise<void>
  /** Adds a copy of a row under another key. */
  readonly add: (table: Guarded, key: number, newKey: number) => Promise<void>
  readonly destroy: () => Promise<void>
}

export interface TamperedBackend {
  readonly name: string
  readonly open: (now: () => Instant) => Promise<Tampered>
}

/** The fields of a row in memory by the names of the columns. */
const fieldOf: Readonly<Record<string, string>> = {
  recorded_at: 'recordedAt',
  occurred_at: 'occurredAt',
  actor_id: 'actorId',
  actor_role: 'actorRole',
  request_id: 'requestId',
  after_id: 'after',
  last_id: 'last',
  row_count: 'count',
  key_id: 'keyId',
  sealed: 'sealedAt',
}

const memory: TamperedBackend = {
  name: 'memory',
  open: now => {
    const database = emptyDatabase(now)
    const library = memoryOver(database)
    const { audit, auditSeals } = database.tables
    const written = (values: Values): Values =>
      Object.fromEntries(Object.entries(values).map(([column, value]) => [fieldOf[column] ?? column, value]))
    return Promise.resolve({
      library,
      other: library,
      change: async (table, key, values) => {
        const { target_type: type, target_id: id, ...others } = values
        if (table === 'audit_seals') auditSeals.put({ ...auditSeals.get(key), ...written(values) })
        else {
          const row = audit.get(key)
          const target = {
            type: typeof type === 'string' ? type : row.target.type,
            id: id === undefined ? row.target.id : Number(id),
          }
          audit.put({ ...row, ...written(others), target })
        }
      },
      remove: async (table, key) => {
        if (table === 'audit_seals') auditSeals.drop(key)
        else audit.drop(key)
      },
      add: async (table, key, newKey) => {
        if (table === 'audit_seals') auditSeals.add({ ...auditSeals.get(key), number: newKey })
        else audit.add({ ...audit.get(key), id: newKey })
      },
      destroy: () => Promise.resolve(),
    })
  },
}

const unguarding = {
  SQLite: [
    'drop trigger audit_log_no_update',
    'drop trigger audit_log_no_delete',
    'drop trigger audit_seals_no_update',
    'drop trigger audit_seals_no_delete',
  ],
  Postgres: [
    'alter table audit_log disable trigger all',
    'alter table audit_seals disable trigger all',
    'alter table audit_seals drop constraint audit_seals_previous_unique',
  ],
}

const database = (name: keyof typeof unguarding, fresh: () => Promise<FreshDatabase>): TamperedBackend => ({
  name,
  open: async now => {
    const { storage, drop } = await fresh()
    const [library, other] = [0, 1].map(() => openKnex({ ...connection, storage, now }))
    const db = connect({ ...connection, storage })
    for (const statement of unguarding[name]) await db.write.raw(statement)
    const keyOf = (table: Guarded): string => (table === 'audit_log' ? 'id' : 'number')
    return {
      library: library!,
      other: other!,
      change: async (table, key, values) => {
        await db.write(table).where(keyOf(table), key).update(values)
      },
      remove: async (table, key) => {
        await db.write(table).where(keyOf(table), key).del()
      },
      add: async (table, key, newKey) => {
        const row = (await db.write(table).where(keyOf(table), key).first()) as Values
        const instants =
          table === 'audit_log' && name === 'Postgres'
            ? {
                recorded_at: new Date(Number(row['recorded_at'])),
                occurred_at: new Date(Number(row['occurred_at'])),
              }
            : {}
        const unique = table === 'audit_seals' ? { previous: `copy of ${String(row['previous'])}` } : {}
        await db.write(table).insert({ ...row, ...instants, ...unique, [keyOf(table)]: newKey })
      },
      destroy: async () => {
        await Promise.all([library!.close(), other!.close(), db.close()])
        await drop()
      },
    }
  },
})

const backends: readonly TamperedBackend[] = [
  memory,
  database('SQLite', freshSqlite),
  database('Postgres', freshPostgres),
]

/** Declares a suite once for each storage, every test on a fresh library that nothing guards. */
export const whereverOneTampers = (
  subject: string,
  suite: (opened: Tampered & { clock: { now: Instant } }, name: string) => void,
  from: Instant,
): void => {
  for (const backend of backends) {
    describe(`${subject} (${backend.name})`, () => {
      const opened = { clock: { now: from } } as Tampered & { clock: { now: Instant } }
      beforeEach(async () => {
        opened.clock = { now: from }
        Object.assign(opened, await backend.open(() => opened.clock.now))
      })
      afterEach(() => opened.destroy())
      suite(opened, backend.name)
    })
  }
}
