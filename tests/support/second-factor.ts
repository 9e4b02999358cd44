/** Second factors in tests: everybody who has one has the same secret. */
import { fieldEncryption } from '../../adapters/security/field-encryption.ts'
import { codeAt, oneTimeCodes } from '../../adapters/security/one-time-codes.ts'
import { recoveryCodes } from '../../adapters/security/recovery-codes.ts'
import type { Persistence } from '../../app/persistence.ts'
import { secondFactorToolsOf } from '../../app/second-factor.ts'
import { belonging } from '../../core/identity/pass-second-factor.ts'
import type { SecondFactorTools } from '../../core/identity/second-factor-ports.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { done } from './world.ts'

export const secondFactor: SecondFactorTools = {
  encryption: fieldEncryption({ key: 'a key of the tests, of 32 characters', old: [] }),
  codes: oneTimeCodes('library'),
  recovery: recoveryCodes('a secret of the tests'),
}

/** Of the vectors of RFC 6238. */
export const otpSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** Milliseconds. */
const step = 30_000

/** The code of now. One of `later` 1 is good beside it, for who needs two at once. */
export const otpAt = (now: number, later: -1 | 0 | 1 = 0, secret: string = otpSecret): string =>
  codeAt(secret, instant(now + later * step))

/** As a server makes its own that knows no other key than this pepper. */
export const toolsOf = (passwordPepper: string): SecondFactorTools =>
  secondFactorToolsOf(
    { dataEncryptionKey: null, dataEncryptionOldKeys: [], passwordOldPeppers: [], tokenIssuer: 'library' },
    { passwordPepper },
  )

/** He has a second factor, in force at once unless it is said, of which no code was used yet. His sessions go on. */
export const enrolled = (
  library: Pick<Persistence, 'work'>,
  memberId: MemberId,
  { encryption }: Pick<SecondFactorTools, 'encryption'> = secondFactor,
  inForce = true,
): Promise<void> =>
  done(library, ({ secondFactors }) =>
    secondFactors.save({
      memberId,
      sealedSecret: encryption.seal(otpSecret, belonging(memberId)),
      createdAt: instant(0),
      confirmedAt: inForce ? instant(0) : null,
      lastStep: null,
    }),
  )
