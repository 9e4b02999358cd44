/** Authors, publishers, genres, branches: rows of reference data, kept alike. */
import { pipe, TE } from '../../core/shared/fp.ts'
import type { Records, Recorded } from '../../core/shared/records.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { Resource } from '../../core/shared/refusal.ts'
import { toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { sql, unique } from './failures.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'
import { saveOver } from './versioned.ts'

export interface RecordRow {
  readonly id: number
  readonly version: number
  readonly created_at: StoredInstant
  readonly updated_at: StoredInstant
}

export interface RecordTable<Row extends RecordRow, Details> {
  readonly table: string
  readonly resource: Resource
  /** The columns of the details. */
  readonly toRow: (details: Details) => object
  readonly fromRow: (row: Row) => Details
  /** What may point to a row: a name for it, the table and the columns. */
  readonly dependents: readonly {
    readonly name: string
    readonly table: string
    readonly columns: readonly string[]
  }[]
}

export const toRecord = <Key extends number, Row extends RecordRow, Details>(
  { fromRow }: Pick<RecordTable<Row, Details>, 'fromRow'>,
  row: Row,
): Recorded<Key, Details> => ({
  id: row.id as Key,
  version: row.version,
  createdAt: toInstant(row.created_at),
  updatedAt: toInstant(row.updated_at),
  details: fromRow(row),
})

export const records = <Key extends number, Row extends RecordRow, Details>(
  transaction: Transaction,
  kept: RecordTable<Row, Details>,
): Records<Key, Details> => {
  const { knex, now } = transaction
  const { table, resource, toRow, dependents } = kept
  return {
    get: key =>
      pipe(
        sql(() => locking(transaction, knex(table).where({ id: key })).first()),
        TE.flatMap(row =>
          row === undefined
            ? TE.left(notFound(resource, key))
            : TE.right(toRecord<Key, Row, Details>(kept, row as Row)),
        ),
      ),
    known: keys =>
      pipe(
        sql(() =>
          knex(table)
            .whereIn('id', [...keys])
            .select('*'),
        ),
        TE.map(rows => rows.map(row => toRecord<Key, Row, Details>(kept, row as Row))),
      ),
    add: details =>
      pipe(
        unique(() =>
          knex(table)
            .insert({ ...toRow(details), version: 1, created_at: now(), updated_at: now() })
            .returning('*'),
        ),
        TE.map(([row]) => toRecord<Key, Row, Details>(kept, row as Row)),
      ),
    save: record =>
      pipe(
        saveOver(transaction, table, resource, record, toRow(record.details)),
        TE.map(version => ({ ...record, version, updatedAt: toInstant(now()) })),
      ),
    remove: key =>
      sql(() =>
        knex(table)
          .where({ id: key })
          .del()
          .then(() => undefined),
      ),
    dependents: key =>
      pipe(
        dependents,
        TE.traverseSeqArray(({ name, table: pointing, columns }) =>
          pipe(
            sql(() =>
              knex(pointing)
                .where(any => {
                  for (const column of columns) void any.orWhere(column, key)
                })
                .count<{ n: number | string }[]>({ n: '*' }),
            ),
            TE.map(([counted]) => [name, Number(counted?.n ?? 0)] as const),
          ),
        ),
        TE.map(counts => Object.fromEntries(counts.filter(([, count]) => count > 0))),
      ),
  }
}
