/** Opaque secrets, for refresh tokens and API keys: 256 random bits for the client, a hash for the store. */
import { createHash, randomBytes } from 'node:crypto'
import type { Secrets } from '../../core/identity/ports.ts'

/** Random through and through, so that a plain hash is enough: there is nothing to guess. */
export const hashOf = (secret: string): string =>
  createHash('sha256').update(secret, 'utf8').digest('base64url')

export const randomSecret = (): string => randomBytes(32).toString('base64url')

export const secrets: Secrets = {
  hashOf,
  make: () => {
    const secret = randomSecret()
    return { secret, hash: hashOf(secret) }
  },
}
