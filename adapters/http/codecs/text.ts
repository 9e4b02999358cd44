/** Plain text: trimmed, NFC, limited, without control characters, lone surrogates and markup (API-9). */
import { lengthFault, longestPassword, shortestPassword } from '../../../core/identity/password-policy.ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { searchWords, withoutMarkup } from '../../../core/shared/text.ts'
import { codec, wrong } from './codec.ts'
import type { Codec, Wrong } from './codec.ts'

/** One line: names, titles, marks. */
export const line = (max: number): Codec<string> => text('line', max)

/** Several lines: descriptions, notes. Tabs and newlines stay. */
export const paragraphs = (max: number): Codec<string> => text('paragraphs', max)

/** A line of a form of its own, read further; it is not made plain, for its form does not allow markup. */
export const shaped = <A>(
  name: string,
  schema: object,
  max: number,
  read: (line: string) => Either<Wrong, A>,
) => codec(name, { type: 'string', ...schema }, value => pipe(oneLine(value, max), E.flatMap(read)))

/** Passwords, tokens and codes: as they were sent. */
export const secret = (min: number, max: number): Codec<string> =>
  codec('secret', { type: 'string', minLength: min, maxLength: max }, value => {
    if (typeof value !== 'string') return wrong('INVALID_TYPE', 'It must be a string')
    if (value === '') return wrong('REQUIRED', 'It must not be empty')
    if (value.length > 2 * max || [...value].length > max) return wrong('TOO_LONG', tooLong(max))
    return [...value].length < min
      ? wrong('TOO_SHORT', `It must have at least ${min} characters`)
      : E.right(value)
  })

/** One that is to be set, as it was sent. What it is worth is for the core to say. */
export const newPassword: Codec<string> = codec(
  'new password',
  { type: 'string', minLength: shortestPassword, maxLength: longestPassword },
  value => {
    if (typeof value !== 'string') return wrong('INVALID_TYPE', 'It must be a string')
    if (value === '') return wrong('REQUIRED', 'It must not be empty')
    const fault = lengthFault('', value)
    return fault === null ? E.right(value) : wrong(fault.code, fault.message)
  },
)

/** The words of a search; an empty one asks for nothing in particular. */
export const search: Codec<readonly string[]> = codec('search', { type: 'string', maxLength: 200 }, value =>
  value === '' ? E.right([]) : pipe(oneLine(value, 200), E.map(searchWords)),
)

/** Text as it is, nothing taken out of it. */
export const phrase = (max: number): Codec<string> => shaped('phrase', { maxLength: max }, max, E.right)

export const oneOf = <Word extends string>(words: readonly Word[]): Codec<Word> =>
  codec('word', { type: 'string', enum: words }, value => {
    const found = words.find(word => word === value)
    return found === undefined
      ? wrong('UNKNOWN_VALUE', `It must be one of ${words.join(', ')}`)
      : E.right(found)
  })

type Layout = 'line' | 'paragraphs'

const text = (layout: Layout, max: number): Codec<string> =>
  codec(layout, { type: 'string', minLength: 1, maxLength: max }, value =>
    pipe(
      clean(value, layout, max),
      E.map(given => withoutMarkup(given).trim()),
      E.flatMap(plain => measured(plain, max)),
    ),
  )

const oneLine = (value: unknown, max: number): Either<Wrong, string> =>
  pipe(
    clean(value, 'line', max),
    E.flatMap(given => measured(given, max)),
  )

const clean = (value: unknown, layout: Layout, max: number): Either<Wrong, string> => {
  if (typeof value !== 'string') return wrong('INVALID_TYPE', 'It must be a string')
  // Measured before it is worked on: normalising a megabyte is work that anybody could ask for.
  if (value.length > 8 * max + 64) return wrong('TOO_LONG', tooLong(max))
  // As most is: nothing in it can be normalised or refused.
  if (/^[\x20-\x7e]*$/.test(value)) return E.right(value.trim())
  const normal = value.replace(/\r\n?/g, '\n').normalize('NFC').trim()
  if (/\p{Surrogate}/u.test(normal) || (layout === 'line' ? /\p{Cc}/u : /(?![\t\n])\p{Cc}/u).test(normal)) {
    return wrong('INVALID_CHARACTERS', 'It must not hold control characters or half characters')
  }
  return E.right(normal)
}

const measured = (text: string, max: number): Either<Wrong, string> => {
  if (text === '') return wrong('REQUIRED', 'It must not be empty')
  return [...text].length > max ? wrong('TOO_LONG', tooLong(max)) : E.right(text)
}

const tooLong = (max: number): string => `It must have at most ${max} characters`
