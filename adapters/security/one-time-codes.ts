/** One-time codes by RFC 6238, as every app makes them: SHA-1, six digits, steps of 30 seconds. */
import { generateSecret, generateSync, verifySync } from 'otplib/functional'
import type { OneTimeCodes } from '../../core/identity/second-factor-ports.ts'
import type { Instant } from '../../core/shared/local-time.ts'

const seconds = 30
const kind = { strategy: 'totp', algorithm: 'sha1', digits: 6, period: seconds } as const

/** As the app shows it at that time. */
export const codeAt = (secret: string, now: Instant): string =>
  generateSync({ ...kind, secret, epoch: Math.floor(now / 1000) })

/** @param issuer whose codes they are, as the app shows it */
export const oneTimeCodes = (issuer: string): OneTimeCodes => ({
  // 160 bits, as RFC 4226 has it.
  newSecret: () => generateSecret({ length: 20 }),
  stepOf: (secret, code, now) => {
    if (!/^\d{6}$/.test(code)) return null
    const found = verifySync({
      ...kind,
      secret,
      token: code,
      epoch: Math.floor(now / 1000),
      // One step on either side, for a clock that is not right.
      epochTolerance: seconds,
    })
    return found.valid && 'timeStep' in found ? found.timeStep : null
  },
  address: (secret, username) => {
    const [by, of] = [issuer, username].map(encodeURIComponent)
    return `otpauth://totp/${by}:${of}?secret=${secret}&issuer=${by}&algorithm=SHA1&digits=6&period=${seconds}`
  },
})
