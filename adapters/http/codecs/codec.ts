/** Codecs of the edge: io-ts types that say what is wrong in the API's words, and how the documents describe them. */
import * as t from 'io-ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import type { Fault } from '../../../core/shared/refusal.ts'

/** Why one value is not taken: a code of the API's contract, and words for a person. */
export interface Wrong {
  readonly code: string
  readonly message: string
}

/** JSON Schema, for the OpenAPI document. */
export type Schema = Readonly<Record<string, unknown>>

export interface Codec<A> extends t.Type<A, unknown> {
  readonly schema: Schema
}

export interface AnyCodec extends t.Mixed {
  readonly schema: Schema
}

export const wrong = (code: string, message: string): Either<Wrong, never> => E.left({ code, message })

/** A codec of one value. */
export const codec = <A>(
  name: string,
  schema: Schema,
  read: (value: unknown) => Either<Wrong, A>,
): Codec<A> =>
  validating(name, schema, (value, context) =>
    pipe(
      read(value),
      E.mapLeft(reason => [failure(value, context, reason)]),
    ),
  )

/** A codec that looks at its parts itself. */
export const validating = <A>(name: string, schema: Schema, validate: t.Validate<unknown, A>): Codec<A> =>
  Object.assign(
    new t.Type<A, unknown>(
      name,
      (value): value is A => E.isRight(validate(value, [])),
      validate,
      value => value,
    ),
    { schema },
  )

/** What a codec reads, narrowed further: a value made of it, or why not. */
export const narrowed = <A, B>(
  base: Codec<A>,
  name: string,
  read: (value: A) => Either<Wrong, B>,
): Codec<B> =>
  validating(name, base.schema, (value, context) =>
    pipe(
      base.validate(value, context),
      E.flatMap(decoded =>
        pipe(
          read(decoded),
          E.mapLeft(reason => [failure(value, context, reason)]),
        ),
      ),
    ),
  )

/** null says "none". */
export const nullable = <A>(base: Codec<A>): Codec<A | null> =>
  validating<A | null>(
    `${base.name} or null`,
    { anyOf: [base.schema, { type: 'null' }] },
    (value, context) => (value === null ? E.right(null) : base.validate(value, context)),
  )

const saying = <A>(base: Codec<A>, more: Schema): Codec<A> =>
  validating(base.name, { ...base.schema, ...more }, (value, context) => base.validate(value, context))

/** With words for the documents: what a parameter or a field is for. */
export const described = <A>(description: string, base: Codec<A>): Codec<A> => saying(base, { description })

/** With an example of what a client sends. */
export const exampled = <A>(example: unknown, base: Codec<A>): Codec<A> =>
  saying(base, { examples: [example] })

interface CodedError extends t.ValidationError {
  readonly code: string
}

/** An error of io-ts that carries a code of ours. */
export const failure = (value: unknown, context: t.Context, { code, message }: Wrong): CodedError => ({
  value,
  context,
  message,
  code,
})

const isCoded = (error: t.ValidationError): error is CodedError => 'code' in error

/** However much is wrong, a client is not told more than this at once. */
const mostFaults = 100

/** What the API tells of the errors; the field is the way to it, `override.rules.0`. */
export const faultsOf = (errors: t.Errors): readonly Fault[] =>
  errors.slice(0, mostFaults).map(error => ({
    field: fieldOf(error.context),
    code: isCoded(error) ? error.code : 'INVALID_TYPE',
    message: error.message ?? 'It is not of the right form',
  }))

const fieldOf = (context: t.Context): string =>
  context.length <= 1
    ? 'body'
    : context
        .slice(1)
        .map(({ key }) => key)
        .join('.')
        .slice(0, 200)
