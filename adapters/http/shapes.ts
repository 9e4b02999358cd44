/** What views are made of: io-ts types of the answers, for the documents and for the tests that hold answers against them. */
import * as t from 'io-ts'
import { fromIso, isDay, toIso } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Minor } from '../../core/shared/money.ts'
import type { Schema } from './codecs/codec.ts'

/** A type of our own, with the JSON Schema that says the same. */
const shape = <A>(
  name: string,
  schema: Schema,
  is: (value: unknown) => value is A,
): t.Type<A> & { readonly schema: Schema } =>
  Object.assign(
    new t.Type<A>(
      name,
      is,
      (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
      t.identity,
    ),
    { schema },
  )

export const integer = shape('integer', { type: 'integer' }, (value): value is number =>
  Number.isSafeInteger(value),
)
export const day = shape(
  'day',
  { type: 'string', format: 'date' },
  (value): value is string => typeof value === 'string' && isDay(value),
)
/** RFC 3339 in UTC with milliseconds. */
export const time = shape(
  'time',
  { type: 'string', format: 'date-time', pattern: 'Z$' },
  (value): value is string => typeof value === 'string' && value.endsWith('Z') && fromIso(value) !== null,
)

/** A view with one of its kind, for the documents. */
export const withExample = <View extends t.Mixed>(
  view: View,
  example: t.TypeOf<View>,
): View & { readonly example: t.TypeOf<View> } => Object.assign(view, { example })

/** An object with a name of its own in the documents, and an example of it. */
export const view = <Fields extends t.Props>(name: string, fields: Fields, example: t.TypeOfProps<Fields>) =>
  Object.assign(t.strict(fields, name), { example })

export const orNull = <Shape extends t.Mixed>(of: Shape) => t.union([of, t.null])

export const word = <Word extends string>(words: readonly Word[]) =>
  t.keyof(Object.fromEntries(words.map(one => [one, null])) as Record<Word, null>)

export const Money = view('Money', { amount: integer, currency: t.string }, { amount: 250, currency: 'EUR' })

/** Minor units in requests, this in answers. */
export const moneyIn =
  (currency: string) =>
  (amount: Minor): t.TypeOf<typeof Money> => ({ amount, currency })

export const Named = view('Named', { id: integer, name: t.string }, { id: 7, name: 'Ursula K. Le Guin' })

/** What every row that people change carries. */
export const stamps = { version: integer, created_at: time, updated_at: time }

/** For examples. */
export const stamped = {
  version: 1,
  created_at: '2026-11-21T19:09:00.000Z',
  updated_at: '2026-11-21T19:09:00.000Z',
}

export const stampsOf = (row: { version: number; createdAt: Instant; updatedAt: Instant }) => ({
  version: row.version,
  created_at: toIso(row.createdAt),
  updated_at: toIso(row.updatedAt),
})
