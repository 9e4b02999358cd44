/** The tables of a library in memory as they lie at a moment, and what came of an operation. Rows are never written into. */
import type { Database } from '../../adapters/memory/database.ts'

type Tables = Database['tables']
export type TableName = keyof Tables
export type RowOf<Name extends TableName> =
  ReturnType<Tables[Name]['all']> extends Iterable<infer Row> ? Row : never

/** The rows of every table by their keys. */
export type Photograph = { readonly [Name in TableName]: ReadonlyMap<unknown, RowOf<Name>> }

interface Rows {
  readonly all: () => Iterable<unknown>
  readonly kind: { readonly keyOf: (row: never) => unknown }
}

/** The very rows of before where nothing changed: most tables do not. */
const rowsOf = ({ all, kind }: Rows, before: ReadonlyMap<unknown, unknown> | undefined) => {
  const rows = new Map<unknown, unknown>()
  let same = 0
  for (const row of all()) {
    const key = kind.keyOf(row as never)
    if (before?.get(key) === row) same += 1
    rows.set(key, row)
  }
  return before !== undefined && same === rows.size && same === before.size ? before : rows
}

/** @param before the last one */
export const photographOf = ({ tables }: Database, before?: Photograph): Photograph =>
  Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [name, rowsOf(table as Rows, before?.[name as TableName])]),
  ) as unknown as Photograph

/** null is a row that was not there, or is not there any more. */
export interface Move<Row> {
  readonly key: unknown
  readonly before: Row | null
  readonly after: Row | null
}

export const movesIn = <Name extends TableName>(
  name: Name,
  before: Photograph,
  after: Photograph,
): readonly Move<RowOf<Name>>[] => {
  type Row = RowOf<Name>
  const [old, young] = [before[name] as ReadonlyMap<unknown, Row>, after[name] as ReadonlyMap<unknown, Row>]
  if (old === young) return []
  const gone = [...old].flatMap(([key, row]) => (young.has(key) ? [] : [{ key, before: row, after: null }]))
  const come = [...young].flatMap(([key, row]) => {
    const was = old.get(key) ?? null
    return was === row ? [] : [{ key, before: was, after: row }]
  })
  return [...gone, ...come]
}
