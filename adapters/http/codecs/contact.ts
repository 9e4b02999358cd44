/** How people and things outside are reached: addresses, numbers, links, languages. */
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import validator from 'validator'
import { isUsername } from '../../../core/members/member.ts'
import { E } from '../../../core/shared/fp.ts'
import { wrong } from './codec.ts'
import type { Codec } from './codec.ts'
import { shaped } from './text.ts'

/** Kept as it was written; what it is compared by is made in the core. */
export const email: Codec<string> = shaped('email', { format: 'email' }, 254, text =>
  validator.isEmail(text) ? E.right(text) : wrong('INVALID_EMAIL', 'It must be an e-mail address'),
)

/** E.164; without a country code a number means nothing. */
export const phone: Codec<string> = shaped('phone', { examples: ['+493012345678'] }, 40, text => {
  const number = text.startsWith('+') ? parsePhoneNumberFromString(text) : undefined
  return number?.isValid() === true
    ? E.right(number.number)
    : wrong('INVALID_PHONE', 'It must be a phone number with its country code, as +49 30 12345678')
})

/** http or https, without a login in it. */
export const webAddress: Codec<string> = shaped('url', { format: 'uri' }, 2000, text => {
  const parsed = /^https?:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text) ? new URL(text) : null
  return parsed?.username === '' && parsed.password === ''
    ? E.right(text)
    : wrong('INVALID_URL', 'It must be an http or https address without a login')
})

/** BCP 47 in its canonical form: `pt-br` becomes `pt-BR`. */
export const language: Codec<string> = shaped('language', { examples: ['en', 'pt-BR'] }, 35, text => {
  const tag = canonicalTag(text)
  return tag === null ? wrong('INVALID_LANGUAGE', 'It must be a language tag, as en or pt-BR') : E.right(tag)
})

const canonicalTag = (text: string): string | null => {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null
  } catch {
    return null
  }
}

export const username: Codec<string> = shaped('username', { pattern: '^[A-Za-z0-9._-]{3,32}$' }, 32, text =>
  isUsername(text)
    ? E.right(text)
    : wrong('INVALID_USERNAME', 'It must be 3 to 32 ASCII letters, digits, dots, dashes or underscores'),
)

/** The forms differ from country to country; all of them are short and made of these. */
export const zipCode: Codec<string> = shaped('zip code', {}, 10, text =>
  /^[A-Za-z0-9](?:[A-Za-z0-9 -]{0,8}[A-Za-z0-9])?$/.test(text)
    ? E.right(text)
    : wrong('INVALID_ZIP_CODE', 'It must be up to 10 letters, digits, spaces or dashes'),
)
