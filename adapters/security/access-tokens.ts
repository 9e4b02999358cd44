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

/** More tokens than this are not kept. */
const keptTokens = 10_000

interface Verified {
  readonly claims: AccessClaims
  /** Real time in milliseconds: when it was found good, and when it no longer is. */
  readonly from: number
  readonly until: number
}

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
  /** A signature is checked once: the same text has the same one. Whether the session goes on is asked each time by others. */
  const verified = new Map<string, Verified>()
  const keep = (token: string, claims: Verified): void => {
    const [oldest] = verified.keys()
    if (verified.size >= keptTokens && oldest !== undefined) verified.delete(oldest)
    verified.set(token, claims)
  }
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
      const known = verified.get(token)
      const now = Date.now()
      if (known !== undefined && known.from <= now && now < known.until) return E.right(known.claims)
      try {
        const { claims } = await protocol.Verify(publicKey, token, {
          issuer,
          audience,
          requiredClaims: ['sub', 'jti', 'exp'],
          clockTolerance,
        })
        const [memberId, sessionId] = [Number(claims.sub), Number(claims.jti)]
        if (!Number.isSafeInteger(memberId) || !Number.isSafeInteger(sessionId)) {
          return E.left(refused('malformed'))
        }
        const read = { memberId: id<'member'>(memberId), sessionId: id<'session'>(sessionId) }
        keep(token, { claims: read, from: now, until: Date.parse(String(claims.exp)) })
        return E.right(read)
      } catch (error) {
        if (!(error instanceof PasetoError)) throw error
        return E.left(refused('claim' in error && error.claim === 'exp' ? 'expired' : 'malformed'))
      }
    },
  }
}

const refused = (reason: TokenRefused['reason']): TokenRefused => ({ type: 'TokenRefused', reason })
