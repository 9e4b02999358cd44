/** Signs the seals of the audit with keys that stand in no database. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Sealing } from '../../core/identity/audit-seal.ts'

interface Key {
  /** Tells which it is, and nothing of it. */
  readonly id: string
  readonly secret: Buffer
}

const keyOf = (secret: string): Key => {
  const key = createHmac('sha256', secret).update('seals of the audit').digest()
  return { id: createHash('sha256').update(key).digest('base64url').slice(0, 12), secret: key }
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

/** @param options.old keys of seals that were made before the key was changed */
export const auditSealing = (options: { readonly key: string; readonly old: readonly string[] }): Sealing => {
  const current = keyOf(options.key)
  const keys = new Map([...options.old.map(keyOf), current].map(({ id, secret }) => [id, secret]))
  return {
    keyId: current.id,
    sign: (text, keyId) => {
      const secret = keys.get(keyId)
      return secret === undefined
        ? null
        : createHmac('sha256', secret).update(text, 'utf8').digest('base64url')
    },
    same: (one, other) => timingSafeEqual(hashOf(one), hashOf(other)),
  }
}
