/** Texts of the database encrypted by AES-256-GCM, with keys that stand in no database. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { Belonging, FieldEncryption } from '../../core/shared/field-encryption.ts'

interface Key {
  /** Tells which it is, and nothing of it. */
  readonly id: string
  readonly secret: Buffer
}

const keyOf = (secret: string): Key => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'encryption of fields', 32))
  return { id: createHash('sha256').update(key).digest('base64url').slice(0, 12), secret: key }
}

/** The form: another one gets another number, and both can be read. */
const form = 'f1'
const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** What is authenticated beside the text itself. */
const bound = (keyId: string, { memberId, purpose }: Belonging): Buffer =>
  Buffer.from(JSON.stringify([form, keyId, purpose, memberId]), 'utf8')

const base64 = (bytes: Buffer): string => bytes.toString('base64url')

/** @param options.old keys of what was sealed before the key was changed */
export const fieldEncryption = (options: {
  readonly key: string
  readonly old: readonly string[]
}): FieldEncryption => {
  const current = keyOf(options.key)
  const keys = new Map([...options.old.map(keyOf), current].map(({ id, secret }) => [id, secret]))
  return {
    seal: (text, belonging) => {
      const nonce = randomBytes(nonceBytes)
      const sealing = createCipheriv(cipher, current.secret, nonce, { authTagLength: tagBytes })
      sealing.setAAD(bound(current.id, belonging))
      const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()])
      return [form, current.id, base64(nonce), base64(sealed)].join('.')
    },
    open: (sealed, belonging) => {
      const what = `The ${belonging.purpose} of member ${String(belonging.memberId)} cannot be decrypted`
      const [found, keyId = '', nonce = '', rest = ''] = sealed.split('.')
      if (found !== form) throw new Error(`${what}: it is of no form that is known here`)
      const secret = keys.get(keyId)
      if (secret === undefined) {
        throw new Error(
          `${what}: its key ${keyId} is neither DATA_ENCRYPTION_KEY nor one of DATA_ENCRYPTION_OLD_KEYS, and comes from no pepper that is given`,
        )
      }
      try {
        return opened(
          secret,
          Buffer.from(nonce, 'base64url'),
          Buffer.from(rest, 'base64url'),
          bound(keyId, belonging),
        )
      } catch {
        throw new Error(`${what}: it was changed, or is another's`)
      }
    },
  }
}

const opened = (secret: Buffer, nonce: Buffer, sealed: Buffer, aad: Buffer): string => {
  const opening = createDecipheriv(cipher, secret, nonce, { authTagLength: tagBytes })
  opening.setAAD(aad)
  opening.setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([opening.update(sealed.subarray(0, -tagBytes)), opening.final()]).toString('utf8')
}
