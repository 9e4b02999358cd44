/** What views are made of: io-ts types of the answers, for the documents and for the tests that hold answers against them. */
import * as t from 'io-ts'
import { fromIso, isDay, toIso } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Minor } from '../../core/shared/money.ts'

const shape = <A>(name: string, is: (value: unknown) => value is A): t.Type<A> =>
  new t.Type<A>(
    name,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  )

export const integer = shape('integer', (value): value is number => Number.isSafeInteger(value))
export const day = shape('day', (value): value is string => typeof value === 'string' && isDay(value))
/** RFC 3339 in UTC with milliseconds. */
export const time = shape(
  'time',
  (value): value is string => typeof value === 'string' && value.endsWith('Z') && fromIso(value) !== null,
)
export const orNull = <Shape extends t.Mixed>(of: Shape) => t.union([of, t.null])

export const word = <Word extends string>(words: readonly Word[]) =>
  t.keyof(Object.fromEntries(words.map(one => [one, null])) as Record<Word, null>)

export const Money = t.strict({ amount: integer, currency: t.string }, 'Money')

/** Minor units in requests, this in answers. */
export const moneyIn =
  (currency: string) =>
  (amount: Minor): t.TypeOf<typeof Money> => ({ amount, currency })

export const Named = t.strict({ id: integer, name: t.string }, 'Named')

/** What every row that people change carries. */
export const stamps = { version: integer, created_at: time, updated_at: time }

export const stampsOf = (row: { version: number; createdAt: Instant; updatedAt: Instant }) => ({
  version: row.version,
  created_at: toIso(row.createdAt),
  updated_at: toIso(row.updatedAt),
})
