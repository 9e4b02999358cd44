/**
 * The texts of the tokens that mails carry: `ID.MAC`. The MAC is made with a key that stands in no database, of what the token is for, its
 * number, its nonce and the e-mail address: of a stolen table nobody makes one, and after a change of the address it is another.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { TokenTexts } from '../../core/identity/password-ports.ts'
import { normaliseLogin } from '../../core/members/member.ts'
import { id } from '../../core/shared/id.ts'
import { keyFor } from './pepper-keys.ts'
import { sameText } from './same-text.ts'

/** With the pepper of now alone: whoever has a mail of before asks for another. */
export const accountTokenTexts = (pepper: string): TokenTexts => {
  const key = keyFor('tokens of mails', pepper)
  return {
    nonce: () => randomBytes(16).toString('base64url'),
    write: (token, email) => {
      const mac = createHmac('sha256', key)
        .update(JSON.stringify([token.purpose, token.id, token.nonce, normaliseLogin(email)]), 'utf8')
        .digest('base64url')
      return `${String(token.id)}.${mac}`
    },
    read: text => {
      const [, number] = /^([1-9]\d{0,14})\.[\w-]{43}$/.exec(text) ?? []
      return number === undefined ? null : id<'account_token'>(Number(number))
    },
    same: sameText,
  }
}
