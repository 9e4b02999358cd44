/** Pages of a list: sorted alike in both databases, by number or by keyset. */
import type { Knex } from 'knex'
import type { Keyset, Page, PageRequest, SortValue } from '../../core/shared/page.ts'
import { fromIso, isDay } from '../../core/shared/local-time.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'

type Kind = 'text' | 'integer' | 'instant' | 'day'

/** The column a field is sorted by. */
export interface SortColumn {
  readonly column: string
  /** What its values are; a keyset comes from a client, who may have changed it. */
  readonly kind: Kind
  /** Nulls come last, in either direction. */
  readonly nullable: boolean
}

/** A column that always has a value. */
export const always = (column: string, kind: Kind): SortColumn => ({ column, kind, nullable: false })
export const nullable = (column: string, kind: Kind): SortColumn => ({ column, kind, nullable: true })

export interface Listing<Field extends string> {
  /** Everything that matches, nothing selected yet. */
  readonly matching: Knex.QueryBuilder
  readonly columns: Readonly<Record<Field, SortColumn>>
  /** The id column that breaks ties, as `books.id`. */
  readonly id: string
  /** What a row is made of. */
  readonly select: readonly (string | Knex.Raw | Knex.QueryBuilder)[]
}

const nullsLast = { asc: '?? asc nulls last', desc: '?? desc nulls last' } as const

type SortedRow = Readonly<Record<string, unknown>> & { readonly id: number }

/** Two statements: the rows of the page and one more, and the number of all. */
export const pageOf = async <Row extends { readonly id: number }, Field extends string>(
  { matching, columns, id, select }: Listing<Field>,
  { sort, limit, at }: PageRequest<Field>,
): Promise<Page<Row>> => {
  const keys = sort.map(({ field, direction }) => ({ ...columns[field], direction }))
  const rows = matching
    .clone()
    .select(...select)
    .limit(limit + 1)
  keys.forEach(({ column }, index) => void rows.select({ [`sort_${String(index)}`]: column }))
  if (at.kind === 'page') void rows.offset((at.page - 1) * limit)
  else void rows.where(after(keys, id, at.after))
  for (const { column, direction, nullable: mayBeNull } of keys) {
    // Knex' own nulls: 'last' forgets the column on SQLite.
    if (mayBeNull) void rows.orderByRaw(nullsLast[direction], [column])
    else void rows.orderBy(column, direction)
  }
  void rows.orderBy(id, 'asc')
  const found = (await rows) as unknown as (Row & SortedRow)[]
  const counted = (await matching.clone().clearOrder().count({ n: id })) as unknown as {
    n: number | string
  }[]
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    rows: shown,
    total: Number(counted[0]?.n ?? 0),
    next: last === undefined || found.length <= limit ? null : keysetOf(keys, last),
  }
}

type Key = SortColumn & { readonly direction: 'asc' | 'desc' }

const keysetOf = (keys: readonly Key[], row: SortedRow): Keyset => ({
  values: keys.map(({ kind }, index) => {
    const value = row[`sort_${String(index)}`] as SortValue
    return kind === 'instant' && value !== null ? fromInstant(toInstant(value as StoredInstant)) : value
  }),
  id: row.id,
})

/** Strictly later in the order: equal in the first keys and beyond in the next, or equal in all and of a greater id. */
const after =
  (keys: readonly Key[], id: string, { values, id: lastId }: Keyset) =>
  (where: Knex.QueryBuilder): void => {
    if (!keys.every(({ kind }, index) => isOf(kind, values[index] ?? null))) {
      // Nothing comes after a place that is in no such list.
      void where.whereRaw('1 = 0')
      return
    }
    keys.forEach((key, index) => {
      const value = values[index] ?? null
      // Nothing comes after a null but nulls.
      if (value === null) return
      void where.orWhere(branch => {
        equal(branch, keys.slice(0, index), values)
        void branch.where(beyond => {
          void beyond.where(key.column, key.direction === 'asc' ? '>' : '<', value)
          if (key.nullable) void beyond.orWhereNull(key.column)
        })
      })
    })
    void where.orWhere(branch => {
      equal(branch, keys, values)
      void branch.where(id, '>', lastId)
    })
  }

const isOf = (kind: Kind, value: SortValue): boolean => {
  if (value === null) return true
  if (kind === 'integer') return Number.isSafeInteger(value)
  if (typeof value !== 'string') return false
  switch (kind) {
    case 'instant':
      return fromIso(value) !== null
    case 'day':
      return isDay(value)
    case 'text':
      // Postgres takes neither in a text.
      return !/[\0\p{Surrogate}]/u.test(value)
  }
}

const equal = (where: Knex.QueryBuilder, keys: readonly Key[], values: readonly SortValue[]): void => {
  keys.forEach(({ column }, index) => {
    const value = values[index] ?? null
    if (value === null) void where.whereNull(column)
    else void where.where(column, value)
  })
}

/** A word anywhere in a column, its own wildcards taken as they are. */
const containing = (word: string): string => `%${word.replace(/[\\%_]/g, '\\$&')}%`

/** Every word occurs in one of the columns at least. */
export const matchWords = (
  query: Knex.QueryBuilder,
  columns: readonly string[],
  words: readonly string[],
): void => {
  for (const word of words) {
    void query.where(any => {
      for (const column of columns) void any.orWhereRaw("?? like ? escape '\\'", [column, containing(word)])
    })
  }
}
