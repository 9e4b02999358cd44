/** Numbers and flags, from JSON and from query strings. */
import { E } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { Id } from '../../../core/shared/id.ts'
import { minor } from '../../../core/shared/money.ts'
import type { Minor } from '../../../core/shared/money.ts'
import { codec, narrowed, wrong } from './codec.ts'
import type { Codec, Wrong } from './codec.ts'

/** A whole number from `min` to `max`. */
export const integer = (min: number, max: number): Codec<number> =>
  codec('integer', { type: 'integer', minimum: min, maximum: max }, value => inRange(value, min, max))

const inRange = (value: unknown, min: number, max: number): Either<Wrong, number> => {
  if (typeof value !== 'number') return wrong('INVALID_TYPE', 'It must be a number')
  if (!Number.isInteger(value)) return wrong('NOT_AN_INTEGER', 'It must be a whole number')
  // Adding 0 makes a negative zero an ordinary one.
  return value < min || value > max
    ? wrong('OUT_OF_RANGE', `It must lie between ${min} and ${max}`)
    : E.right(value + 0)
}

/** The id of something; whether that exists is for the core to say. */
export const key = <Kind extends string>(): Codec<Id<Kind>> =>
  narrowed(integer(1, Number.MAX_SAFE_INTEGER), 'id', value => E.right(id<Kind>(value)))

/** An amount in minor units, up to ten million euros. */
export const money: Codec<Minor> = narrowed(integer(0, 1_000_000_000), 'money', value =>
  E.right(minor(value)),
)

export const flag: Codec<boolean> = codec('flag', { type: 'boolean' }, value =>
  typeof value === 'boolean' ? E.right(value) : wrong('INVALID_TYPE', 'It must be true or false'),
)

/** A number as a query string spells it. */
export const queryInteger = (min: number, max: number): Codec<number> =>
  codec('integer', { type: 'integer', minimum: min, maximum: max }, value =>
    typeof value === 'string' && /^-?\d{1,16}$/.test(value)
      ? inRange(Number(value), min, max)
      : wrong('NOT_AN_INTEGER', 'It must be a whole number'),
  )

export const queryKey = <Kind extends string>(): Codec<Id<Kind>> =>
  narrowed(queryInteger(1, Number.MAX_SAFE_INTEGER), 'id', value => E.right(id<Kind>(value)))

export const queryFlag: Codec<boolean> = codec('flag', { type: 'boolean' }, value =>
  value === 'true' || value === 'false'
    ? E.right(value === 'true')
    : wrong('UNKNOWN_VALUE', 'It must be true or false'),
)
