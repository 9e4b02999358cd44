/** Cursors: opaque to the client; they hold where a list left off and the order it belongs to. */
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import { fromIso, isDay, toIso } from '../../core/shared/local-time.ts'
import type { Keyset, Sort, SortValue } from '../../core/shared/page.ts'

/**
 * What a sort field is worth in a keyset: a forged cursor must not bring a store a value that its column cannot be
 * compared with. A `number` is a small one (32 bits), an `id` any positive one.
 */
export type SortKind = 'text' | 'number' | 'id' | 'day' | 'instant'
export type Sorts<Field extends string> = Readonly<Record<Field, SortKind>>

/** `title,-publication_year`, the order in one word. */
const sortText = (sort: readonly Sort[]): string =>
  sort.map(({ field, direction }) => `${direction === 'desc' ? '-' : ''}${field}`).join(',')

export const encodeCursor = (sort: readonly Sort[], { values, id }: Keyset): string =>
  Buffer.from(JSON.stringify([sortText(sort), values, id])).toString('base64url')

/** @returns why not, for a cursor of another order or one that we did not make */
export const decodeCursor = <Field extends string>(
  sorts: Sorts<Field>,
  sort: readonly Sort<Field>[],
  cursor: string,
): Either<string, Keyset> => {
  const read = parsed(cursor)
  if (!Array.isArray(read) || read.length !== 3) return E.left('It is no cursor of this list')
  const [order, values, id] = read as unknown[]
  if (order !== sortText(sort)) return E.left('It belongs to a list sorted otherwise')
  return isId(id) &&
    Array.isArray(values) &&
    values.length === sort.length &&
    sort.every(({ field }, index) => isWorth(sorts[field], values[index]))
    ? E.right({ values: values as readonly SortValue[], id })
    : E.left('It is no cursor of this list')
}

const parsed = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0

const isWorth = (kind: SortKind, value: unknown): boolean => {
  if (value === null) return true
  switch (kind) {
    case 'text':
      return typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value)
    case 'number':
      return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31
    case 'id':
      return isId(value)
    case 'day':
      return typeof value === 'string' && isDay(value) && value >= firstDay
    case 'instant':
      return typeof value === 'number' ? isTime(value) : typeof value === 'string' && isTimeText(value)
  }
}

/** Postgres knows no year 0. */
const firstDay = '0001-01-01'

/** As `toIso` writes it, which is how a store that keeps text wrote it. */
const isTimeText = (text: string): boolean => {
  const at = fromIso(text)
  return at !== null && toIso(at) === text && text >= firstDay
}

const isTime = (value: number): boolean =>
  Number.isSafeInteger(value) && Math.abs(value) <= 8_640_000_000_000_000
