/**
 * A seal on rows of the audit (AUT-9, ADR 32): it holds a keyed digest of each of them and the seal before it, so that whoever
 * has the database alone changes, removes or adds none without its being seen.
 */
import { toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { canonicalJson } from '../shared/canonical-json.ts'

/** A row of the audit as it lies in the store, instants as ISO text. */
export interface WrittenRow {
  readonly id: number
  /** Every other column, by its name. One that is null says nothing: a column that comes later breaks no seal. */
  readonly columns: Readonly<Record<string, unknown>>
}

export interface AuditSeal {
  /** From 1 on, without gaps. */
  readonly number: number
  /** It covers the rows with ids above this one … */
  readonly after: number
  /** … up to this one. */
  readonly last: number
  readonly count: number
  /** A line for each row: its id and its digest. */
  readonly rows: string
  /** The signature of the seal before; empty for the first. */
  readonly previous: string
  readonly keyId: string
  /** Real time, as ISO text: what is signed is kept as it was written. */
  readonly sealedAt: string
  /** The signature of all that. */
  readonly mac: string
}

/** Signing with a key that the database does not hold. */
export interface Sealing {
  /** Of the key that new seals are made with. */
  readonly keyId: string
  /** null where nobody has the key. */
  readonly sign: (text: string, keyId: string) => string | null
  /** In a time that tells nothing of where they differ. */
  readonly same: (one: string, other: string) => boolean
}

const digestOf = ({ sign }: Sealing, keyId: string, { id, columns }: WrittenRow): string => {
  const said = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null))
  // The words keep the signature of a row from ever being that of a seal.
  return sign(`row ${canonicalJson({ ...said, id })}`, keyId) ?? ''
}

/** What the signature of a seal should be; null where nobody has its key. */
export const signatureOf = ({ sign }: Sealing, { mac: _, ...signed }: AuditSeal): string | null =>
  sign(`seal ${canonicalJson(signed)}`, signed.keyId)

/** @param rows in the order of their ids, one at least; @param at real time */
export const sealOf = (
  sealing: Sealing,
  previous: AuditSeal | null,
  rows: readonly WrittenRow[],
  at: Instant,
): AuditSeal => {
  const { keyId } = sealing
  const after = previous?.last ?? 0
  const seal: AuditSeal = {
    number: (previous?.number ?? 0) + 1,
    after,
    last: rows.at(-1)?.id ?? after,
    count: rows.length,
    rows: rows.map(row => `${String(row.id)} ${digestOf(sealing, keyId, row)}`).join('\n'),
    previous: previous?.mac ?? '',
    keyId,
    sealedAt: toIso(at),
    mac: '',
  }
  return { ...seal, mac: signatureOf(sealing, seal) ?? '' }
}

/** What a seal holds of its rows, by their ids. */
export const digestsIn = ({ rows }: AuditSeal): ReadonlyMap<number, string> =>
  new Map(
    rows.split('\n').map(line => {
      const [id = '', digest = ''] = line.split(' ')
      return [Number(id), digest]
    }),
  )

export const fits = (sealing: Sealing, { keyId }: AuditSeal, digest: string, row: WrittenRow): boolean =>
  sealing.same(digest, digestOf(sealing, keyId, row))

/** The end of the chain, for an operator to write down elsewhere: `12.Zk…`. */
export const headOf = ({ number, mac }: Pick<AuditSeal, 'number' | 'mac'>): string =>
  `${String(number)}.${mac}`
