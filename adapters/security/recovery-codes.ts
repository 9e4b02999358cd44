/** Recovery codes: 120 random bits each, in groups that can be read out; a keyed hash for the store. */
import { createHmac, randomInt } from 'node:crypto'
import type { RecoveryCodes } from '../../core/identity/second-factor-ports.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { keyFor } from './pepper-keys.ts'

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

/** @param oldPeppers those before: a code that was made with one is good until it is used, or others are made */
export const recoveryCodes = (pepper: string, oldPeppers: readonly string[] = []): RecoveryCodes => {
  const keyOf = (each: string): Buffer => keyFor('recovery codes', each)
  const key = keyOf(pepper)
  const keys = [key, ...oldPeppers.map(keyOf)]
  const hashOf = (memberId: MemberId, code: string, by: Buffer): string =>
    createHmac('sha256', by)
      .update(`${String(memberId)} ${code}`, 'utf8')
      .digest('base64url')
  return {
    hashesOf: (memberId, code) => keys.map(by => hashOf(memberId, code, by)),
    make: memberId =>
      Array.from({ length: count }, randomCode).map(code => ({
        code: inGroups(code),
        hash: hashOf(memberId, code, key),
      })),
  }
}
