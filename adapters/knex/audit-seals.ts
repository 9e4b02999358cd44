/** The table `audit_seals`, and the audit as seals see it: what lies there, to the last digit. */
import { setTimeout as pause } from 'node:timers/promises'
import type { AuditSeal, WrittenRow } from '../../core/identity/audit-seal.ts'
import type { AuditSealQueries, AuditSeals } from '../../core/identity/audit-seal-ports.ts'
import { instant, toIso } from '../../core/shared/local-time.ts'
import type { Tables } from './connection.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { nextById } from './snapshots.ts'
import type { Snapshots } from './snapshots.ts'
import type { Dialect } from './statement.ts'
import { uniqueInsertion } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

interface SealRow {
  readonly number: number
  readonly after_id: number
  readonly last_id: number
  readonly row_count: number
  readonly rows: string
  readonly previous: string
  readonly key_id: string
  readonly sealed: string
  readonly mac: string
}

const toSeal = (row: SealRow): AuditSeal => ({
  number: row.number,
  after: row.after_id,
  last: row.last_id,
  count: row.row_count,
  rows: row.rows,
  previous: row.previous,
  keyId: row.key_id,
  sealedAt: row.sealed,
  mac: row.mac,
})

const fromSeal = (seal: AuditSeal): SealRow => ({
  number: seal.number,
  after_id: seal.after,
  last_id: seal.last,
  row_count: seal.count,
  rows: seal.rows,
  previous: seal.previous,
  key_id: seal.keyId,
  sealed: seal.sealedAt,
  mac: seal.mac,
})

export const auditSeals = ({ write }: Transaction): AuditSeals => ({
  add: seal =>
    sql(async () => {
      const row = fromSeal(seal)
      return (await write(uniqueInsertion('audit_seals', row), row)) === 1
    }),
})

const plain = [
  'id',
  'actor_id',
  'actor_role',
  'api_key_id',
  'action',
  'target_type',
  'target_id',
  'outcome',
  'address',
  'request_id',
] as const
const instants = ['recorded_at', 'occurred_at'] as const
const facts = ['before', 'after'] as const

export const sealedColumns: readonly string[] = [...plain, ...instants, ...facts]

/** Postgres keeps microseconds, and its driver gives milliseconds. */
const instantOf = (dialect: Dialect, knex: Tables, column: string) =>
  dialect === 'postgres' ? knex.raw('extract(epoch from ??)::text as ??', [column, column]) : column

/** What we write has no more than milliseconds, and is the same text in both databases; anything else stays as it is found. */
const writtenInstant = (stored: string): string => {
  const [, seconds, milliseconds] = /^(-?\d{1,11})\.(\d{3})000$/.exec(stored) ?? []
  return seconds === undefined || milliseconds === undefined
    ? stored
    : toIso(instant(Number(`${seconds}${milliseconds}`)))
}

/** What the databases give for a value that we wrote. */
const writtenAs: Readonly<Record<Dialect, (value: unknown) => string>> = {
  sqlite: JSON.stringify,
  postgres: value => spaced(value),
}

/** As Postgres shows a jsonb. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, field]) => `${JSON.stringify(name)}: ${spaced(field)}`)
    .join(', ')}}`
}

/** Its value, where the text is the one that is written for it; else the text: `1.0` is not what was sealed as `1`. */
const writtenFacts = (dialect: Dialect, stored: unknown): unknown => {
  if (typeof stored !== 'string') return stored
  try {
    const value: unknown = JSON.parse(stored)
    return writtenAs[dialect](value) === stored ? value : { text: stored }
  } catch {
    return { text: stored }
  }
}

const toWritten = (dialect: Dialect, { id, ...row }: Readonly<Record<string, unknown>>): WrittenRow => ({
  id: Number(id),
  columns: {
    ...row,
    ...Object.fromEntries(instants.map(column => [column, writtenInstant(String(row[column]))])),
    ...Object.fromEntries(facts.map(column => [column, writtenFacts(dialect, row[column])])),
  },
})

/** Milliseconds between two looks at who has not ended, and how many there are: together longer than any act takes. */
const lookAgain = 50
const looks = 40

export const auditSealQueries = (db: Database, snapshot: Snapshots): AuditSealQueries => ({
  settled: () => query(sql(() => settled(db))),
  head: () =>
    query(
      sql(async () => {
        const [row] = await db.read<SealRow>('audit_seals').orderBy('number', 'desc').limit(1)
        return row === undefined ? null : toSeal(row)
      }),
    ),
  seals: (after, limit) =>
    snapshot(async knex => {
      const seals = knex('audit_seals').where('number', '>', after).orderBy('number').limit(limit)
      return ((await seals) as readonly SealRow[]).map(toSeal)
    }),
  rows: (after, upTo, limit) =>
    snapshot(async knex => {
      const rows: Record<string, unknown>[] = await nextById(knex('audit_log'), after, limit)
        .where('id', '<=', upTo)
        .select(...plain, ...facts, ...instants.map(column => instantOf(db.dialect, knex, column)))
      return rows.map(row => toWritten(db.dialect, row))
    }),
  unsealed: after =>
    snapshot(async knex => {
      const unsealed = () => knex('audit_log').where('id', '>', after)
      const [counted] = await unsealed().count({ rows: '*' })
      const [first]: readonly { readonly recorded_at: string }[] = await unsealed()
        .orderBy('id')
        .limit(1)
        .select<{ recorded_at: string }[]>(instantOf(db.dialect, knex, 'recorded_at'))
      return {
        count: Number(counted?.rows ?? 0),
        since: first === undefined ? null : writtenInstant(first.recorded_at),
      }
    }),
})

/**
 * In SQLite one writer follows another. In Postgres whoever is to write a row has his lock on the table before he is given the id,
 * and holds it until he ends: once all have ended that hold one now, nothing below the highest id comes any more.
 */
const settled = async (db: Database): Promise<number | null> => {
  const [highest] = await db.read('audit_log').max({ id: 'id' })
  const id = Number(highest?.id ?? 0)
  if (db.dialect === 'sqlite') return id
  const under = await writersOf(db)
  for (let look = 0; look < looks && under.size > 0; look += 1) {
    await pause(lookAgain)
    const still = await writersOf(db)
    for (const writer of under) if (!still.has(writer)) under.delete(writer)
  }
  return under.size === 0 ? id : null
}

/** The transactions that may have written into the audit and did not end. */
const writersOf = async ({ read }: Database): Promise<Set<string>> => {
  const { rows } = await read.raw<{ rows: readonly { virtualtransaction: string }[] }>(
    `select virtualtransaction from pg_locks
     where locktype = 'relation' and relation = 'audit_log'::regclass and granted
       and database = (select oid from pg_database where datname = current_database())
       and mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`,
  )
  return new Set(rows.map(({ virtualtransaction }) => virtualtransaction))
}
