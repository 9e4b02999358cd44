/** JSON text, read strictly: UTF-8 only, no key twice in one object (RFC 8259 leaves open which of them would count). */
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { HttpRefusal } from './refusals.ts'

export const parseJson = (bytes: Uint8Array): Either<HttpRefusal, unknown> => {
  const text = decoded(bytes)
  if (text === null) return malformed('The body is not UTF-8')
  try {
    const value: unknown = JSON.parse(text)
    const twice = repeatedKey(text)
    return twice === null
      ? E.right(value)
      : E.left({
          type: 'MalformedJson',
          message: 'The body names a field twice',
          faults: [{ field: twice.slice(0, 200), code: 'DUPLICATE_FIELD', message: 'It is given twice' }],
        })
  } catch {
    return malformed('The body is not JSON')
  }
}

const malformed = (message: string): Either<HttpRefusal, never> =>
  E.left({ type: 'MalformedJson', message, faults: [] })

const utf8 = new TextDecoder('utf-8', { fatal: true })

const decoded = (bytes: Uint8Array): string | null => {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

/**
 * The first key that stands twice in one object of a JSON text that parses, or null. One pass and a stack of its own:
 * hostile depth costs memory, not the call stack.
 */
const repeatedKey = (text: string): string | null => {
  const open: (Set<string> | null)[] = []
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
        open.push(new Set())
        break
      case '[':
        open.push(null)
        break
      case '}':
      case ']':
        open.pop()
        break
      case '"': {
        const end = endOfString(text, at)
        const keys = open.at(-1)
        if (keys instanceof Set && text[afterSpaces(text, end)] === ':') {
          const key = JSON.parse(text.slice(at, end)) as string
          if (keys.has(key)) return key
          keys.add(key)
        }
        at = end - 1
        break
      }
      default:
    }
  }
  return null
}

/** One past the closing quote. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

const afterSpaces = (text: string, start: number): number => {
  let at = start
  while (' \t\n\r'.includes(text[at] ?? '!')) at += 1
  return at
}
