/** How lists are filtered, sorted and cut into pages. */
import { compareSorted } from '../../core/shared/page.ts'
import type { Keyset, Page, PageRequest, Sort, SortValue } from '../../core/shared/page.ts'

/** What a row is worth in each field it can be sorted by. */
export type SortValues<Row, Field extends string> = Readonly<Record<Field, (row: Row) => SortValue>>

export const pageOf = <Row extends { readonly id: number }, Field extends string>(
  matching: readonly Row[],
  { sort, limit, at }: PageRequest<Field>,
  valueOf: SortValues<Row, Field>,
): Page<Row> => {
  const compare = inOrder(sort)
  const placed = matching
    .map(row => ({ row, id: row.id, values: sort.map(({ field }) => valueOf[field](row)) }))
    .filter(place => at.kind === 'page' || compare(place, at.after) > 0)
    .sort(compare)
  const from = at.kind === 'page' ? (at.page - 1) * limit : 0
  const shown = placed.slice(from, from + limit)
  const last = shown.at(-1)
  return {
    rows: shown.map(({ row }) => row),
    total: matching.length,
    next: last === undefined || from + limit >= placed.length ? null : { values: last.values, id: last.id },
  }
}

const inOrder =
  (sort: readonly Sort[]) =>
  (a: Keyset, b: Keyset): number => {
    for (const [index, { direction }] of sort.entries()) {
      const order = compareSorted(a.values[index] ?? null, b.values[index] ?? null, direction)
      if (order !== 0) return order
    }
    return a.id - b.id
  }

/** The rows that meet every condition. */
export const matching = <Row>(
  rows: Iterable<Row>,
  conditions: readonly ((row: Row) => boolean)[],
): readonly Row[] => [...rows].filter(row => conditions.every(condition => condition(row)))

/** Each word occurs in one of the folded texts. */
export const occur = (words: readonly string[], texts: readonly string[]): boolean =>
  words.every(word => texts.some(text => text.includes(word)))

/** What is derived from a value that never changes is derived once. */
export const once = <Source extends object, Derived>(
  derive: (source: Source) => Derived,
): ((source: Source) => Derived) => {
  const known = new WeakMap<Source, Derived>()
  return source => {
    const found = known.get(source)
    if (found !== undefined) return found
    const derived = derive(source)
    known.set(source, derived)
    return derived
  }
}
