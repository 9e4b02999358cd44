/** Recovery codes: 120 random bits each, in groups that can be read out; a keyed hash for the store. */
import { createHmac, randomInt } from 'node:crypto'
import type { RecoveryCodes } from '../../core/identity/second-factor-ports.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** Of 5 bits each: above the 112 for which a plain hash is enough (ASVS 6.5.2). */
const length = 24
const group = 6
const count = 10

const randomCode = (): string =>
  Array.from({ length }, () => letters.charAt(randomInt(letters.length))).join('')

const inGroups = (code: string): string =>
  Array.from({ length: length / group }, (_, index) => code.slice(index * group, (index + 1) * group)).join(
    '-',
  )

/** @param secret of the installation; the key is made of it for this one purpose */
export const recoveryCodes = (secret: string): RecoveryCodes => {
  const key = createHmac('sha256', secret).update('recovery codes').digest()
  const hashOf: RecoveryCodes['hashOf'] = (memberId, code) =>
    createHmac('sha256', key)
      .update(`${String(memberId)} ${code}`, 'utf8')
      .digest('base64url')
  return {
    hashOf,
    make: memberId =>
      Array.from({ length: count }, randomCode).map(code => ({
        code: inGroups(code),
        hash: hashOf(memberId, code),
      })),
  }
}
