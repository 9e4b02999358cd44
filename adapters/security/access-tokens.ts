/** Access tokens as PASETO v4.public: signed with Ed25519, read by anybody, forged by nobody (paseto.io, v4). */
import { createHash } from 'node:crypto'
import { PasetoError, PublicProtocol } from 'paseto'
import {
  ExportPublicKeyFactory,
  ExportSecretKeyFactory,
  GenerateKeyPairFactory,
  GetPublicKeyFactory,
  ImportPublicKeyFactory,
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
  ImportPublicKeyFactory,
  ExportPublicKeyFactory,
  GetPublicKeyFactory,
)

type PublicKey = Awaited<ReturnType<typeof protocol.ImportPublicKey>>

/** A new signing key, as the PASERK text `k4.secret.…` that the config takes. */
export const newSigningKey = async (): Promise<string> => {
  const { secretKey } = await protocol.GenerateKeyPair({ extractable: true })
  return protocol.ExportSecretKey(secretKey)
}

/**
 * The half of a signing key that tokens are checked with, as PASERK `k4.public.…`: what stays when the key itself goes.
 * @throws when the key is no `k4.secret`
 */
export const verificationKeyOf = async (signingKey: string): Promise<string> =>
  protocol.ExportPublicKey(await protocol.GetPublicKey(await secretKeyOf(signingKey)))

/**
 * A token names the key that it was signed with in its footer, in these very characters. (PASERK's own `k4.pid` would take
 * BLAKE2b of 264 bits, which Node has not: a name needs no more than to be another for each key.)
 */
const footerOf = (verificationKey: string): string => {
  const kid = createHash('sha256')
    .update(verificationKey, 'utf8')
    .digest()
    .subarray(0, 16)
    .toString('base64url')
  return JSON.stringify({ kid })
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
  /** PASERK `k4.secret.…`: new tokens are signed with it, and it is their verification key as well. */
  readonly signingKey: string
  /** PASERK `k4.public.…` of the keys that other tokens, which are still good, were signed with. */
  readonly verificationKeys: readonly string[]
  readonly issuer: string
  readonly audience: string
  /** Seconds. */
  readonly lifetime: number
}

/** @throws when a key is none, without quoting it */
export const accessTokens = async ({
  signingKey,
  verificationKeys,
  issuer,
  audience,
  lifetime,
}: AccessTokenOptions): Promise<AccessTokens> => {
  const secretKey = await secretKeyOf(signingKey)
  const footer = footerOf(await verificationKeyOf(signingKey))
  /** By the footer as it stands in a token: what is written in any other way names no key. */
  const keys = await keysOf([await verificationKeyOf(signingKey), ...verificationKeys])
  /**
   * A signature is checked once: the same text has the same one. Whether the session goes on is asked each time by others.
   * It lives and dies with this set of keys, which never changes.
   */
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
            { expiresIn: lifetime, footer: Buffer.from(footer) },
          ),
        ),
    verify: token => async (): Promise<Either<TokenRefused, AccessClaims>> => {
      const known = verified.get(token)
      const now = Date.now()
      if (known !== undefined && known.from <= now && now < known.until) return E.right(known.claims)
      const key = keys.get(token.split('.', 4)[3] ?? '')
      if (key === undefined) return E.left(refused('malformed'))
      try {
        const { claims } = await protocol.Verify(key, token, {
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

const secretKeyOf = (signingKey: string) =>
  protocol.ImportSecretKey(signingKey as `k4.secret.${string}`).catch(() => {
    throw new Error('TOKEN_SIGNING_KEY is no k4.secret of PASERK whose halves belong together')
  })

const keysOf = async (verificationKeys: readonly string[]): Promise<ReadonlyMap<string, PublicKey>> =>
  new Map(
    await Promise.all(
      verificationKeys.map(async (given, place) => {
        const key = await protocol.ImportPublicKey(given as `k4.public.${string}`).catch(() => {
          throw new Error(`TOKEN_VERIFICATION_KEYS: number ${String(place)} is no k4.public of PASERK`)
        })
        return [Buffer.from(footerOf(given)).toString('base64url'), key] as const
      }),
    ),
  )

const refused = (reason: TokenRefused['reason']): TokenRefused => ({ type: 'TokenRefused', reason })
