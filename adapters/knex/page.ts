/** Pages of a list: sorted alike in both databases, by number or by keyset. */
import type { Knex } from 'knex'
import type { Keyset, Page, PageRequest, SortValue } from '../../core/shared/page.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'

/** The column a field is sorted by. */
export interface SortColumn {
  readonly column: string
  /** Nulls come last, in either direction. */
  readonly nullable: boolean
  /** An instant is stored differently in each database; a keyset carries it as text. */
  readonly instant?: boolean
}

export const always = (column: string): SortColumn => ({ column, nullable: false })
export const nullable = (column: string): SortColumn => ({ column, nullable: true })
export const instantOf = (column: string, isNullable = false): SortColumn => ({
  column,
  nullable: isNullable,
  instant: true,
})

export interface Listing<Field extends string> {
  /** Everything that matches, nothing selected yet. */
  readonly matching: Knex.QueryBuilder
  readonly columns: Readonly<Record<Field, SortColumn>>
  /** The id column that breaks ties, as `books.id`. */
  readonly id: string
  /** What a row is made of. */
  readonly select: readonly (string | Knex.Raw)[]
}

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
    void rows.orderBy(column, direction, mayBeNull ? 'last' : undefined)
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
  values: keys.map(({ instant }, index) => {
    const value = row[`sort_${String(index)}`] as SortValue
    return instant === true && value !== null ? fromInstant(toInstant(value as StoredInstant)) : value
  }),
  id: row.id,
})

/** Strictly later in the order: equal in the first keys and beyond in the next, or equal in all and of a greater id. */
const after =
  (keys: readonly Key[], id: string, { values, id: lastId }: Keyset) =>
  (where: Knex.QueryBuilder): void => {
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

const equal = (where: Knex.QueryBuilder, keys: readonly Key[], values: readonly SortValue[]): void => {
  keys.forEach(({ column }, index) => {
    const value = values[index] ?? null
    if (value === null) void where.whereNull(column)
    else void where.where(column, value)
  })
}

/** A word anywhere in a column, its own wildcards taken as they are. */
export const containing = (word: string): string => `%${word.replace(/[\\%_]/g, '\\$&')}%`

/** Every word occurs in one of the columns at least. */
export const matchWords = (
  query: Knex.QueryBuilder,
  columns: readonly string[],
  words: readonly string[],
  elsewhere?: (any: Knex.QueryBuilder, pattern: string) => void,
): void => {
  for (const word of words) {
    void query.where(any => {
      for (const column of columns) void any.orWhereRaw("?? like ? escape '\\'", [column, containing(word)])
      elsewhere?.(any, containing(word))
    })
  }
}
