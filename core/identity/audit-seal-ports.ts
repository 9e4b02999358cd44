/** What sealing the audit takes of a store. */
import type { TaskEither } from '../shared/fp.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { AuditSeal, WrittenRow } from './audit-seal.ts'

export interface AuditSeals {
  /** @returns false where another seal has its place: then it is not kept */
  add(seal: AuditSeal): TaskEither<never, boolean>
}

export interface AuditSealStores {
  readonly auditSeals: AuditSeals
}

/** What of the audit has no seal. */
export interface Unsealed {
  readonly count: number
  /** Real time, as it is stored, of the first of them; null where there is none. */
  readonly since: string | null
}

export interface AuditSealQueries {
  /**
   * The id up to which every row is there that ever will be: ids are given before the commit. Null where some that were under
   * way did not end in the time one waits for them.
   */
  settled(): TaskEither<StoreFailure, number | null>
  /** The last of the chain. */
  head(): TaskEither<StoreFailure, AuditSeal | null>
  /** By number, those above one. */
  seals(after: number, limit: number): TaskEither<StoreFailure, readonly AuditSeal[]>
  /** Of the audit, by id, those above one and up to another. */
  rows(after: number, upTo: number, limit: number): TaskEither<StoreFailure, readonly WrittenRow[]>
  unsealed(after: number): TaskEither<StoreFailure, Unsealed>
}
