/** Quick stand-ins for what is slow or secret: passwords, tokens and secrets that anybody can read. */
import { createHash } from 'node:crypto'
import { E, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { HashAge } from '../../../core/identity/password-ports.ts'
import type { PasswordStrength } from '../../../core/identity/password-policy.ts'
import type { AccessTokens, PasswordHashing, Secrets } from '../../../core/identity/ports.ts'
import type { Clock } from '../../../core/shared/clock.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

export const passwords: PasswordHashing & HashAge = {
  isOutdated: hash => hash.startsWith('old '),
  hash: password => TE.right(digest(password)),
  verify: (password, hash) => TE.right(hash?.replace(/^old /, '') === digest(password)),
}

/** What begins with `weak` is, and `common password` is one. */
export const strength: PasswordStrength = {
  estimate: password =>
    TE.right({ score: password.startsWith('weak') ? 2 : 4, common: password === 'common password' }),
}

/** `memberId.sessionId.expiry`, good for an hour. */
export const tokensBy = (clock: Clock): AccessTokens => ({
  lifetime: 3600,
  issue: ({ memberId, sessionId }) => TE.right(`${memberId}.${sessionId}.${clock.now() + 3_600_000}`),
  verify: token =>
    TE.fromEither(
      !/^\d+\.\d+\.\d+$/.test(token)
        ? E.left({ type: 'TokenRefused', reason: 'malformed' })
        : Number(token.split('.')[2]) <= clock.now()
          ? E.left({ type: 'TokenRefused', reason: 'expired' })
          : E.right({
              memberId: id(Number(token.split('.')[0])),
              sessionId: id(Number(token.split('.')[1])),
            }),
    ),
})

export const countedSecrets = (made = 0): Secrets => {
  return {
    make: () => {
      made += 1
      return { secret: `refresh ${made}`, hash: digest(`refresh ${made}`) }
    },
    hashOf: digest,
  }
}
