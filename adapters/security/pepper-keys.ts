/**
 * The keys that come from the installation's pepper, each for one purpose: of one of them nobody learns another, nor the pepper. Only
 * here are they made, and what is stored was made with them: neither a name nor a way may change.
 */
import { createHmac, hkdfSync } from 'node:crypto'

const made = {
  'tokens of mails': { by: 'hkdf', name: 'tokens of the mails of accounts' },
  'encrypted fields': { by: 'hkdf', name: 'key of encrypted fields' },
  'audit seals': { by: 'hmac', name: 'key of the audit seals' },
  'recovery codes': { by: 'hmac', name: 'recovery codes' },
  fingerprints: { by: 'hmac', name: 'fingerprints of requests' },
} as const

export type Purpose = keyof typeof made

export const purposes = Object.keys(made) as readonly Purpose[]

/** Of 32 bytes. */
export const keyFor = (purpose: Purpose, pepper: string): Buffer => {
  const { by, name } = made[purpose]
  return by === 'hkdf'
    ? Buffer.from(hkdfSync('sha256', pepper, '', name, 32))
    : createHmac('sha256', pepper).update(name).digest()
}

export interface Peppers {
  readonly present: string
  /** What it was before, the oldest last. */
  readonly old: readonly string[]
}

/**
 * A key that may be set, and comes from the pepper where it is not.
 * @param set what the configuration says; `key` is null where it says nothing
 * @returns the one in use; among the old ones those of every pepper: whoever sets a key for the first time, or changes the pepper,
 * need not know what there was before
 */
export const settableKey = (
  purpose: Purpose,
  set: { readonly key: string | null; readonly old: readonly string[] },
  { present, old }: Peppers,
): { readonly key: string; readonly old: readonly string[] } => {
  const derived = (pepper: string): string => keyFor(purpose, pepper).toString('base64url')
  return { key: set.key ?? derived(present), old: [...set.old, derived(present), ...old.map(derived)] }
}
