/** What never stands in a log: secrets, and what says who somebody is. */

const secret = /password|secret|token|authorization|cookie|api[-_]?key|otp|pepper/i
const personal =
  /^(email|phone|address|first_name|last_name|firstName|lastName|date_of_birth|dateOfBirth|emergency_contact|emergencyContact|library_card_number|cardNumber|username|login)$/

const hidden = '[masked]'

/** Tokens and connection passwords that stand inside a text, as in an error's message. */
const inText = (text: string): string =>
  text
    .replace(/v[1-4]\.(public|local)\.[\w-]+(\.[\w-]+)?/g, hidden)
    .replace(/k[1-4]\.secret\.[\w-]+/g, hidden)
    .replace(/(\w+:\/\/[^\s:/@]+):[^\s@/]+@/g, `$1:${hidden}@`)

/** A copy of the value with masked fields, to any depth; what it is given is not changed. */
export const mask = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return inText(value)
  if (typeof value !== 'object' || value === null || depth > 8) return value
  if (Array.isArray(value)) return value.map(item => mask(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secret.test(name) || personal.test(name) ? hidden : mask(inner, depth + 1),
    ]),
  )
}
