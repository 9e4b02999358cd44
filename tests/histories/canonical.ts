/**
 * An answer without what means nothing in it: the fields of an object stand in no order, a cursor is written as its store likes, and what was
 * undone (an operation of an offline desk that came too late) leaves a gap in the numbers of some stores and not of others.
 */

/** What is numbered as it is written: audit rows, transfers, uses in the house. */
const numberedAsWritten = ['recorded_at', 'sent_at', 'used_at']

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const unnamed = numberedAsWritten.some(name => name in value)
  const fields = Object.entries(value)
    .filter(([name]) => !(unnamed && name === 'id'))
    .map(([name, field]) => [name, name === 'next_cursor' ? field !== null : sorted(field)] as const)
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** @param json the text of an answer */
export const canonical = (json: string): string => JSON.stringify(sorted(JSON.parse(json)))
