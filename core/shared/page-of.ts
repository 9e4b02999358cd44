/** A page of what is all at hand: sorted and cut as the stores sort and cut theirs. */
import { compareSorted } from './page.ts'
import type { Keyset, Page, PageRequest, Sort, SortValue } from './page.ts'

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
