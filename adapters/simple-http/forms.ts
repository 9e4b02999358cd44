/** What the simple API takes, read once and at the edge: a few fields each, none beside them. */
import * as t from 'io-ts'
import { E, pipe } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { Id, MemberId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { Fault, InvalidInput, NotFound } from '../../core/shared/refusal.ts'
import { withoutMarkup } from '../../core/shared/text.ts'

/** Why a value is not taken. */
type Wrong = Omit<Fault, 'field'>

/** An error of io-ts that carries a code of the API's. */
interface CodedError extends t.ValidationError {
  readonly code: string
}

const field = <A>(name: string, read: (value: unknown) => Either<Wrong, A>): t.Type<A> =>
  new t.Type<A>(
    name,
    (value): value is A => E.isRight(read(value)),
    (value, context) =>
      pipe(
        value === undefined || value === null ? wrong('REQUIRED', 'It must be given') : read(value),
        E.mapLeft(({ code, message }) => [{ value, context, code, message } satisfies CodedError]),
      ),
    t.identity,
  )

const wrong = (code: string, message: string): Either<Wrong, never> => E.left({ code, message })

/** In characters. */
const longest = 500

/** One line of plain text: trimmed, NFC, without control characters, half characters and markup (API-9). */
const line: t.Type<string> = field('line', value => {
  if (typeof value !== 'string') return wrong('INVALID_TYPE', 'It must be a string')
  // Measured before it is worked on: normalising a megabyte is work that anybody could ask for.
  if (value.length > 8 * longest) return tooLong
  const normal = value.normalize('NFC').trim()
  // U+FFFD stands where bytes were no UTF-8: what was meant is lost.
  if (/[\p{Cc}\p{Surrogate}\ufffd]/u.test(normal)) {
    return wrong('INVALID_CHARACTERS', 'It must be UTF-8 without control characters or half characters')
  }
  const plain = withoutMarkup(normal).normalize('NFC').trim()
  if (plain === '') return wrong('REQUIRED', 'It must not be empty')
  return [...plain].length > longest ? tooLong : E.right(plain)
})

const tooLong = wrong('TOO_LONG', `It must have at most ${String(longest)} characters`)

/** The id of something; whether that exists is for the core to say. */
const key = <Kind extends string>(): t.Type<Id<Kind>> =>
  field('id', value => {
    if (typeof value !== 'number') return wrong('INVALID_TYPE', 'It must be a number')
    if (!Number.isInteger(value)) return wrong('NOT_AN_INTEGER', 'It must be a whole number')
    return value < 1 || value > Number.MAX_SAFE_INTEGER
      ? wrong('OUT_OF_RANGE', `It must lie between 1 and ${String(Number.MAX_SAFE_INTEGER)}`)
      : E.right(id<Kind>(value))
  })

export const NewBook = t.type({ title: line, author: line })
export const NewUser = t.type({ name: line })
export const Borrowing = t.type({ userId: key<'member'>(), bookId: key<'book'>() })

/** However many fields are unknown, a client is not told of more than this at once. */
const mostFaults = 100

/** The body as the form has it, or everything that is wrong with it; where none was sent each field is missed. */
export const readForm = <Props extends t.Props>(
  form: t.TypeC<Props>,
  body: unknown,
): Either<InvalidInput, t.TypeOf<t.TypeC<Props>>> => {
  const sent = body === undefined ? {} : body
  const unknown = unknownFields(form.props, sent)
  const read = form.decode(sent)
  const faults = [...unknown, ...(E.isLeft(read) ? read.left.map(faultOf) : [])]
  return E.isLeft(read) || faults.length > 0
    ? E.left({ type: 'InvalidInput', faults: faults.slice(0, mostFaults) })
    : read
}

const unknownFields = (props: t.Props, sent: unknown): readonly Fault[] =>
  t.UnknownRecord.is(sent)
    ? Object.keys(sent)
        .filter(name => !Object.hasOwn(props, name))
        .map(name => ({
          field: name.slice(0, 200),
          code: 'UNKNOWN_FIELD',
          message: 'There is no such field here',
        }))
    : []

const faultOf = (error: t.ValidationError): Fault => ({
  field: error.context.at(-1)?.key === '' ? 'body' : (error.context.at(-1)?.key ?? 'body'),
  code: 'code' in error ? String(error.code) : 'INVALID_TYPE',
  message: error.message ?? 'It must be an object',
})

/** What is no positive safe integer names nobody. */
export const memberIn = (path: string): Either<NotFound, MemberId> =>
  /^[1-9]\d{0,15}$/.test(path) && Number.isSafeInteger(Number(path))
    ? E.right(id<'member'>(Number(path)))
    : E.left(notFound('user', path.slice(0, 100)))

/** Who borrows or brings back what. */
export type Wish = t.TypeOf<typeof Borrowing>
