/** Lists: pages by number or by cursor, and the one way they are sorted. */

export interface Sort<Field extends string = string> {
  readonly field: Field
  readonly direction: 'asc' | 'desc'
}

/** What a sort field of a row is worth; text is compared by code point, null comes last in either direction. */
export type SortValue = string | number | boolean | null

/**
 * The place where a cursor left off: the sort values of the last row seen, then its id. It belongs to one order only:
 * with another `sort` it is refused by whoever decodes it.
 */
export interface Keyset {
  readonly values: readonly SortValue[]
  readonly id: number
}

export interface PageRequest<Field extends string = string> {
  /** In order of weight; the id breaks ties, ascending. */
  readonly sort: readonly Sort<Field>[]
  /** From 1 to 100. */
  readonly limit: number
  readonly at:
    { readonly kind: 'page'; readonly page: number } | { readonly kind: 'cursor'; readonly after: Keyset }
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  /** Of all rows that match, whatever the page. */
  readonly total: number
  /** Where the next page begins, null on the last. */
  readonly next: Keyset | null
}

/**
 * Compares as every store does: text by code point (SQLite's BINARY, Postgres' "C"), numbers by size, nulls last.
 * @returns negative, 0 or positive; `direction` does not move the nulls
 */
export const compareSorted = (a: SortValue, b: SortValue, direction: 'asc' | 'desc'): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = typeof a === 'string' && typeof b === 'string' ? compareText(a, b) : Number(a) - Number(b)
  return direction === 'asc' ? order : -order
}

/** By code point: UTF-16 would put the astral planes, written as surrogates, before U+E000. */
const compareText = (a: string, b: string): number => {
  const shorter = Math.min(a.length, b.length)
  let at = 0
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  return at === shorter ? a.length - b.length : rankOf(a.charCodeAt(at)) - rankOf(b.charCodeAt(at))
}

const rankOf = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
