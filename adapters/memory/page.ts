/** How lists are filtered, sorted and cut into pages. */
export { pageOf } from '../../core/shared/page-of.ts'
export type { SortValues } from '../../core/shared/page-of.ts'

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
