/** What API keys need of the outside: where they are kept, and how their secrets are made and known again. */
import type { TaskEither } from '../shared/fp.ts'
import type { ApiKeyId, BranchId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { StaleWrite, StoreFailure } from '../shared/unit-of-work.ts'
import type { ApiKey, ApiKeyDetails, ApiKeySecret } from './api-key.ts'

/** A secret that was just made, with the hash that is kept of it. */
export type NewSecret = ApiKeySecret & { readonly hash: string }

export interface ApiKeys {
  /** Locks the key for change. */
  get(id: ApiKeyId): TaskEither<NotFound, ApiKey>
  add(
    details: ApiKeyDetails & { readonly createdBy: MemberId | null },
    secret: NewSecret,
  ): TaskEither<never, ApiKey>
  /**
   * Its end, its revocation and how long its secrets are good; those that it has no more are dropped.
   * @param secret the newest, where it is a new one
   * @returns the key with its new version
   */
  save(key: ApiKey, secret: NewSecret | null): TaskEither<StaleWrite, ApiKey>
  /** Remembers that it was used, unless it is known to have been since. The version stays. */
  used(id: ApiKeyId, at: Instant, unlessSince: Instant): TaskEither<never, void>
}

export interface ApiKeyStores {
  readonly apiKeys: ApiKeys
  readonly branches: {
    known(ids: readonly BranchId[]): TaskEither<never, readonly { readonly id: BranchId }[]>
  }
}

/** A secret as it is kept, with what its key says. */
export interface KeptSecret extends Pick<
  ApiKey,
  'id' | 'branchId' | 'expiresAt' | 'revokedAt' | 'lastUsedAt'
> {
  /** As they were given: what is no scope any more counts for nothing. */
  readonly scopes: readonly string[]
  readonly hash: string
  readonly goodUntil: Instant | null
}

export type ApiKeySort = 'id' | 'name' | 'created_at' | 'expires_at' | 'last_used_at'

export interface ApiKeyQueries {
  /** Asked in every request with a key. */
  secret(prefix: string): TaskEither<StoreFailure, KeptSecret | null>
  /** All of them, those among them that are good no more. */
  keys(page: PageRequest<ApiKeySort>): TaskEither<StoreFailure, Page<ApiKey>>
}

/** The text of a key: a prefix that may be shown, and 256 random bits. */
export interface ApiKeySecrets {
  make(): { readonly key: string; readonly prefix: string; readonly hash: string }
  /** What was sent, taken apart; null for what is no key. */
  read(sent: string): { readonly prefix: string; readonly hash: string } | null
  /** Takes the same time whatever they differ in. */
  same(hash: string, other: string): boolean
}
