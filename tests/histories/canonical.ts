/** An answer without what means nothing in it: the fields of an object stand in no order, and a cursor is written as its store likes. */

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const fields = Object.entries(value).map(
    ([name, field]) => [name, name === 'next_cursor' ? field !== null : sorted(field)] as const,
  )
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** @param json the text of an answer */
export const canonical = (json: string): string => JSON.stringify(sorted(JSON.parse(json)))
