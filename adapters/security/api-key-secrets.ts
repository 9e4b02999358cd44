/** The texts of API keys: `lib_<prefix>_<secret>`. The prefix is shown and looked up, the secret is 256 random bits. */
import { randomInt } from 'node:crypto'
import type { ApiKeySecrets } from '../../core/identity/api-key-ports.ts'
import { sameText } from './same-text.ts'
import { hashOf, randomSecret } from './secrets.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** Ten of 32 letters: nobody meets another's by chance. */
const randomPrefix = (): string =>
  Array.from({ length: 10 }, () => letters.charAt(randomInt(letters.length))).join('')

export const apiKeySecrets = (): ApiKeySecrets => ({
  make: () => {
    const [prefix, secret] = [randomPrefix(), randomSecret()]
    return { key: `lib_${prefix}_${secret}`, prefix, hash: hashOf(secret) }
  },
  read: sent => {
    const [, prefix, secret] = /^lib_([a-z2-7]{10})_([\w-]{43})$/.exec(sent) ?? []
    return prefix === undefined || secret === undefined ? null : { prefix, hash: hashOf(secret) }
  },
  same: sameText,
})
