/** Access tokens as PASETO v4.public: signed with Ed25519, read by anybody, forged by nobody (paseto.io, v4). */
import { PasetoError, PublicProtocol } from 'paseto'
import {
  ExportSecretKeyFactory,
  GenerateKeyPairFactory,
  GetPublicKeyFactory,
  ImportSecretKeyFactory,
  SignFactory,
  VerifyFactory,
} from 'paseto/v4/public'
import type { AccessClaims, AccessTokens, TokenRefused } from '../../core/identity/ports.ts'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'

const protocol = new PublicProtocol(
  GenerateKeyPairFactory,
  SignFactory,
  VerifyFactory,
  ImportSecretKeyFactory,
  ExportSecretKeyFactory,
  GetPublicKeyFactory,
)

/** A new signing key, as the PASERK text `k4.secret.…` that the config takes. */
export const newSigningKey = async (): Promise<string> => {
  const { secretKey } = await protocol.GenerateKeyPair({ extractable: true })
  return protocol.ExportSecretKey(secretKey)
}

/** Seconds that the clocks of two machines may differ: a token made on one is good on the other at once. */
const clockTolerance = 5

export interface AccessTokenOptions {
  /** PASERK `k4.secret.…`. */
  readonly signingKey: string
  readonly issuer: string
  readonly audience: string
  /** Seconds. */
  readonly lifetime: number
}

/** @throws when the key is no `k4.secret` */
export const accessTokens = async ({
  signingKey,
  issuer,
  audience,
  lifetime,
}: AccessTokenOptions): Promise<AccessTokens> => {
  const secretKey = await protocol.ImportSecretKey(signingKey as `k4.secret.${string}`)
  const publicKey = await protocol.GetPublicKey(secretKey)
  return {
    lifetime,
    issue:
      ({ memberId, sessionId }) =>
      async () =>
        E.right(
          await protocol.Sign(
            secretKey,
            { sub: String(memberId), jti: String(sessionId), iss: issuer, aud: audience },
            { expiresIn: lifetime },
          ),
        ),
    verify: token => async (): Promise<Either<TokenRefused, AccessClaims>> => {
      try {
        const { claims } = await protocol.Verify(publicKey, token, {
          issuer,
          audience,
          requiredClaims: ['sub', 'jti', 'exp'],
          clockTolerance,
        })
        const [memberId, sessionId] = [Number(claims.sub), Number(claims.jti)]
        return Number.isSafeInteger(memberId) && Number.isSafeInteger(sessionId)
          ? E.right({ memberId: id<'member'>(memberId), sessionId: id<'session'>(sessionId) })
          : E.left(refused('malformed'))
      } catch (error) {
        if (!(error instanceof PasetoError)) throw error
        return E.left(refused('claim' in error && error.claim === 'exp' ? 'expired' : 'malformed'))
      }
    },
  }
}

const refused = (reason: TokenRefused['reason']): TokenRefused => ({ type: 'TokenRefused', reason })
