/** What never stands in a log: secrets, and what says who somebody is. */

const secret = /password|secret|token|authorization|cookie|api[-_]?key|otp|pepper/i
const personal =
  /e-?mail|phone|address|(first|last)_?name|date_?of_?birth|emergency_?contact|card_?number|user_?name|^login$/i

const hidden = '[masked]'

/** Tokens, API keys and connection passwords that stand inside a text, as in an error's message. */
export const inText = (text: string): string =>
  // All of them have one of the three; most texts, as the id of a request, have none.
  /[.:]|lib_/.test(text)
    ? text
        .replace(/v[1-4]\.(public|local)\.[\w-]+(\.[\w-]+)?/g, hidden)
        .replace(/lib_[a-z2-7]{10}_[\w-]+/g, hidden)
        .replace(/k[1-4]\.secret\.[\w-]+/g, hidden)
        .replace(/(\w+:\/\/[^\s:/@]*):\S+@/g, `$1:${hidden}@`)
    : text

/** What lies deeper is not looked into, and hidden altogether; an object that holds itself has no bottom. */
const deepest = 8

/** A copy of the value with masked fields; what it is given is not changed. */
export const mask = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return inText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > deepest) return hidden
  if (Array.isArray(value)) return value.map(item => mask(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secret.test(name) || personal.test(name) ? hidden : mask(inner, depth + 1),
    ]),
  )
}
