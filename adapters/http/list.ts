/** Lists: pages by number or cursor, sorted and filtered by named parameters (API-2). */
import * as t from 'io-ts'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { Day } from '../../core/shared/local-time.ts'
import type { Page, PageRequest, Sort } from '../../core/shared/page.ts'
import type { Fault } from '../../core/shared/refusal.ts'
import { ok } from './success.ts'
import type { Answer } from './success.ts'
import type { Codec } from './codecs/codec.ts'
import { codec, described, wrong } from './codecs/codec.ts'
import { queryInteger } from './codecs/numbers.ts'
import { fitting, record } from './codecs/record.ts'
import type { Fields, Some } from './codecs/record.ts'
import { phrase } from './codecs/text.ts'
import { nearDay } from './codecs/time.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { Sorts } from './cursor.ts'
import { fieldsOf, pick } from './fields.ts'
import type { Picked, Shape } from './fields.ts'
import type { Address } from './routes.ts'
import { integer, orNull, view } from './shapes.ts'

export interface Listing<Field extends string, Filters> {
  readonly page: PageRequest<Field>
  readonly picked: Picked
  readonly filters: Filters
}

export interface ListForm<Field extends string, Filters extends Fields> {
  /** Every field the list may be sorted by. */
  readonly sorts: Sorts<Field>
  readonly standard: Sort<Field>
  /** What is shown of each row. */
  readonly shape: Shape
  readonly filters: Filters
}

const longestPage = 100
/** Beyond it an offset would not be a safe integer. */
const lastPage = Math.floor(Number.MAX_SAFE_INTEGER / longestPage)

/** The parameters every list has, and the filters of this one. */
export const listQuery = <Field extends string, Filters extends Fields>({
  sorts,
  standard,
  shape,
  filters,
}: ListForm<Field, Filters>): Codec<Listing<Field, Some<Filters>>> => {
  const paging = {
    page: described('Which page, from 1; not with cursor.', queryInteger(1, lastPage)),
    limit: described('How many at once; 20 where it is left out.', queryInteger(1, longestPage)),
    cursor: described('The next_cursor of the meta of the list before, in the same order.', phrase(4000)),
    sort: described('Fields to sort by, with a dash for descending.', sortOf(sorts)),
    fields: fieldsOf(shape),
  }
  return fitting(
    record('ListQuery', {}, { ...filters, ...paging }, 'UNKNOWN_PARAMETER'),
    (given): Either<readonly Fault[], Listing<Field, Some<Filters>>> => {
      const { page, limit = 20, cursor, sort = [standard], fields = null, ...rest } = given as Paging<Field>
      const listing = { picked: fields, filters: rest as Some<Filters> }
      if (cursor === undefined) {
        return E.right({ ...listing, page: { sort, limit, at: { kind: 'page', page: page ?? 1 } } })
      }
      if (page !== undefined) return fault('A list is read by page or by cursor, not by both')
      const after = decodeCursor(sorts, sort, cursor)
      return E.isLeft(after)
        ? fault(after.left)
        : E.right({ ...listing, page: { sort, limit, at: { kind: 'cursor', after: after.right } } })
    },
  )
}

interface Paging<Field extends string> {
  readonly page?: number
  readonly limit?: number
  readonly cursor?: string
  readonly sort?: readonly Sort<Field>[]
  readonly fields?: readonly string[]
}

const fault = (message: string): Either<readonly Fault[], never> =>
  E.left([{ field: 'cursor', code: 'INVALID_CURSOR', message }])

/** `title,-publication_year` */
const sortOf = <Field extends string>(sorts: Sorts<Field>): Codec<readonly Sort<Field>[]> => {
  const known = Object.keys(sorts) as Field[]
  const part = `-?(?:${known.join('|')})`
  return codec<readonly Sort<Field>[]>(
    'sort',
    { type: 'string', pattern: `^${part}(?:,${part})*$` },
    value => {
      const given = typeof value === 'string' ? value.split(',').map(name => name.trim()) : []
      const read = given.flatMap((name): Sort<Field>[] => {
        const field = known.find(one => one === name.replace(/^-/, ''))
        return field === undefined ? [] : [{ field, direction: name.startsWith('-') ? 'desc' : 'asc' }]
      })
      return read.length === given.length && new Set(read.map(({ field }) => field)).size === given.length
        ? E.right(read)
        : wrong('UNKNOWN_SORT_FIELD', `It takes each of ${known.join(', ')} once, with a dash for descending`)
    },
  )
}

/** For every list from a day to a day. */
export const period = {
  from: described('From this day on.', nearDay),
  to: described('Up to this day, which is included.', nearDay),
}

/** The words of a search as a filter; none filter nothing. */
export const wordsOf = ({
  q = [],
}: {
  readonly q?: readonly string[]
}): { readonly words?: readonly string[] } => (q.length === 0 ? {} : { words: q })

/** From a day to a day: the second is not before the first. */
export const periodFits = ({
  from,
  to,
}: {
  readonly from?: Day
  readonly to?: Day
}): Either<readonly Fault[], void> =>
  from !== undefined && to !== undefined && from > to
    ? E.left([{ field: 'to', code: 'OUT_OF_RANGE', message: 'It must not lie before from' }])
    : E.right(undefined)

/** `meta` of a list. */
export const pageMeta = {
  // null for a list that is read by cursor.
  page: orNull(integer),
  limit: integer,
  total: integer,
  total_pages: orNull(integer),
  next_cursor: orNull(t.string),
}

/** For examples. */
export const firstOfMany = {
  page: 1,
  limit: 20,
  total: 41,
  total_pages: 3,
  next_cursor: 'WyJ0aXRsZSIsWyJhIl0sN10',
}

export const PageMeta = view('PageMeta', pageMeta, firstOfMany)

/** The rows as `show` shows them, with where they lie in the whole. */
export const listed = <Row>(
  message: string,
  address: Address,
  { page: { at, limit, sort }, picked }: Listing<string, unknown>,
  { rows, total, next }: Page<Row>,
  show: (row: Row) => object,
  included: readonly string[] = [],
): Answer => {
  const pages = Math.ceil(total / limit)
  const nextCursor = next === null ? null : encodeCursor(sort, next)
  const page = at.kind === 'page' ? at.page : null
  const links =
    page === null
      ? { first: {}, ...(nextCursor === null ? {} : { next: { cursor: nextCursor } }) }
      : {
          first: { page: 1 },
          ...(page > 1 ? { prev: { page: Math.min(page - 1, Math.max(pages, 1)) } } : {}),
          ...(page < pages ? { next: { page: page + 1 } } : {}),
          last: { page: Math.max(pages, 1) },
        }
  return ok(
    message,
    rows.map(row => pick(show(row), picked, included)),
    { page, limit, total, total_pages: page === null ? null : pages, next_cursor: nextCursor },
    { 'X-Total-Count': String(total), Link: linkHeader(address, links) },
  )
}

/** RFC 8288; the targets are relative, for a Host header is whatever the client says it is. */
const linkHeader = (address: Address, links: Readonly<Record<string, object>>): string =>
  Object.entries(links)
    .map(([relation, place]) => {
      const query = new URLSearchParams(address.query)
      query.delete('page')
      query.delete('cursor')
      for (const [name, value] of Object.entries(place)) query.set(name, String(value))
      const text = query.toString()
      return `<${address.path}${text === '' ? '' : `?${text}`}>; rel="${relation}"`
    })
    .join(', ')
