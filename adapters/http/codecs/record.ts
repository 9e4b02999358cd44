/** Objects: every field known, none beside them. `t.exact` of io-ts would drop an unknown field instead of refusing it. */
import * as t from 'io-ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import type { Fault } from '../../../core/shared/refusal.ts'
import { failure, validating } from './codec.ts'
import type { AnyCodec, Codec } from './codec.ts'

export type Fields = Readonly<Record<string, AnyCodec>>

/** Fields that may be left out. */
export type Some<Optional extends Fields> = {
  readonly [Name in keyof Optional]?: t.TypeOf<Optional[Name]>
}

export type Decoded<Required extends Fields, Optional extends Fields> = {
  readonly [Name in keyof Required]: t.TypeOf<Required[Name]>
} & Some<Optional>

type UnknownCode = 'UNKNOWN_FIELD' | 'UNKNOWN_PARAMETER'

export const record = <Required extends Fields, Optional extends Fields>(
  name: string,
  required: Required,
  optional: Optional,
  unknownCode: UnknownCode = 'UNKNOWN_FIELD',
): Codec<Decoded<Required, Optional>> => {
  const fields = new Map(Object.entries<AnyCodec>({ ...required, ...optional }))
  const schema = {
    title: name,
    type: 'object',
    properties: Object.fromEntries([...fields].map(([field, { schema: of }]) => [field, of])),
    required: Object.keys(required),
    additionalProperties: false,
  }
  return validating(name, schema, (value, context) => {
    if (!isObject(value)) {
      return E.left([failure(value, context, { code: 'INVALID_TYPE', message: 'It must be an object' })])
    }
    const errors: t.ValidationError[] = Object.keys(value)
      .filter(key => !fields.has(key))
      .map(key => failure(value[key], within(context, key), unknown(unknownCode)))
    const decoded: Record<string, unknown> = {}
    for (const [field, of] of fields) {
      const found = Object.hasOwn(value, field) ? value[field] : undefined
      if (found === undefined && !Object.hasOwn(required, field)) continue
      const read = readField(of, found, within(context, field))
      if (E.isLeft(read)) errors.push(...read.left)
      else decoded[field] = read.right
    }
    return errors.length > 0 ? E.left(errors) : E.right(decoded as Decoded<Required, Optional>)
  })
}

/** null where no null may stand is told as a missing value. */
const readField = (of: AnyCodec, found: unknown, context: t.Context): t.Validation<unknown> => {
  const read: t.Validation<unknown> = found === undefined ? E.left([]) : of.validate(found, context)
  return E.isLeft(read) && (found === undefined || found === null)
    ? E.left([failure(found, context, { code: 'REQUIRED', message: 'It must be given' })])
    : read
}

const unknown = (code: UnknownCode) => ({
  code,
  message: code === 'UNKNOWN_FIELD' ? 'There is no such field here' : 'There is no such parameter here',
})

const anything = t.unknown

const within = (context: t.Context, key: string): t.Context => t.appendContext(context, key, anything)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What several fields say together: faults name the field to be changed. */
export const fitting = <A, B>(base: Codec<A>, fit: (value: A) => Either<readonly Fault[], B>): Codec<B> =>
  validating(base.name, base.schema, (value, context) =>
    pipe(
      base.validate(value, context),
      E.flatMap(decoded =>
        pipe(
          fit(decoded),
          E.mapLeft(faults => faults.map(fault => failure(value, within(context, fault.field), fault))),
        ),
      ),
    ),
  )

/** `items` at least and at most so many. */
export const list = <A>(
  of: Codec<A>,
  { min, max }: { readonly min: number; readonly max: number },
): Codec<readonly A[]> =>
  validating(
    `list of ${of.name}`,
    { type: 'array', items: of.schema, minItems: min, maxItems: max },
    (value, context) => {
      if (!Array.isArray(value)) {
        return E.left([failure(value, context, { code: 'INVALID_TYPE', message: 'It must be an array' })])
      }
      if (value.length < min || value.length > max) {
        const message = `It must have ${min} to ${max} items`
        return E.left([failure(value, context, { code: 'OUT_OF_RANGE', message })])
      }
      const read = value.map((item: unknown, index) => of.validate(item, within(context, String(index))))
      const errors = read.flatMap(item => (E.isLeft(item) ? item.left : []))
      return errors.length > 0
        ? E.left(errors)
        : E.right(read.flatMap(item => (E.isRight(item) ? [item.right] : [])))
    },
  )
