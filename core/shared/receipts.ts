/**
 * Requests that must take effect once, however often they are sent: each is known by the key its sender gave it, and the
 * answer it got is its receipt.
 */
import type { TaskEither } from './fp.ts'
import type { Instant } from './local-time.ts'
import type { StoreFailure } from './unit-of-work.ts'

export interface KeyedRequest {
  /** Who sends it: nobody meets the keys of another. */
  readonly caller: string
  readonly key: string
  /** Of all that makes it this request and no other. */
  readonly fingerprint: string
}

/** The answer, as it was sent. */
export interface Receipt {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The right to act under a key, until the lease ends. */
export interface Claim {
  readonly caller: string
  readonly key: string
  /** Another for each that claims. */
  readonly token: string
}

/** Real time. */
export interface ClaimTimes {
  readonly now: Instant
  /** Whoever has not ended by then is taken for crashed. */
  readonly leaseUntil: Instant
  /** From then on the key is as good as new. */
  readonly expiresAt: Instant
}

export type Claimed =
  | { readonly kind: 'ours'; readonly claim: Claim }
  /** Somebody is at it. */
  | { readonly kind: 'running' }
  /** The key was given to another request. */
  | { readonly kind: 'reused' }
  | { readonly kind: 'answered'; readonly receipt: Receipt }

/** What is known of a key that was claimed before. */
export interface KeptKey {
  readonly fingerprint: string
  readonly leaseUntil: Instant
  readonly expiresAt: Instant
  /** null while somebody is at it, or crashed at it. */
  readonly receipt: Receipt | null
}

/** null: its time is over, or whoever had it crashed and did nothing; it may be claimed anew. */
export const standingOf = (
  { fingerprint, leaseUntil, expiresAt, receipt }: KeptKey,
  request: KeyedRequest,
  now: Instant,
): Exclude<Claimed, { readonly kind: 'ours' }> | null => {
  if (expiresAt <= now) return null
  if (fingerprint !== request.fingerprint) return { kind: 'reused' }
  if (receipt !== null) return { kind: 'answered', receipt }
  return leaseUntil > now ? { kind: 'running' } : null
}

export interface Receipts {
  claim(request: KeyedRequest, token: string, times: ClaimTimes): TaskEither<StoreFailure, Claimed>
  /**
   * While `task` runs, the unit of work that it commits writes the receipt of its result in the same transaction: there
   * is never the effect without the receipt, nor the receipt without the effect. One that finds the claim taken over is
   * undone (`StoreFailure`, overtaken), and so is a second one: of one task one unit of work is committed.
   * @param receiptOf asked inside of the transaction, for each attempt
   */
  accompany<E, A>(
    claim: Claim,
    receiptOf: (result: unknown) => Receipt,
    task: TaskEither<E, A>,
  ): TaskEither<E, A>
  /** The receipt of what committed nothing. @returns false when the claim was taken over, or has its receipt */
  keep(claim: Claim, receipt: Receipt): TaskEither<StoreFailure, boolean>
  /** Nothing was done, and the key may be claimed again at once. What has its receipt keeps it. */
  release(claim: Claim): TaskEither<StoreFailure, void>
  /** Forgets keys that expired, `limit` at most. @returns how many */
  purge(now: Instant, limit: number): TaskEither<StoreFailure, number>
}
