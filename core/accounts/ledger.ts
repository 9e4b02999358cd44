/** The ledger: movements that are written once and never changed. What a member owes is their sum (circulation R4.6). */
import type { FineId, LedgerEntryId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Minor } from '../shared/money.ts'

/** What a member may be charged for. */
export const fineTypes = ['overdue', 'lost', 'processing', 'damaged', 'membership', 'other'] as const
export type FineType = (typeof fineTypes)[number]

export const entryTypes = [
  'charge',
  'payment',
  'waiver',
  'refund',
  'credit',
  'reversal',
  'adjustment',
] as const
export type EntryType = (typeof entryTypes)[number]

export const paymentMethods = ['cash', 'card', 'online', 'bank_transfer', 'credit'] as const
export type PaymentMethod = (typeof paymentMethods)[number]

/** One movement of one charge group. */
export interface LedgerEntry {
  readonly id: LedgerEntryId
  /** The charge group: the fine it belongs to. */
  readonly fineId: FineId
  readonly memberId: MemberId
  readonly type: EntryType
  /** In minor units: above 0 raises what the member owes, below 0 lowers it. Never 0. */
  readonly amount: Minor
  readonly at: Instant
  /** Who did it, null for the product itself. */
  readonly actorId: MemberId | null
  readonly reason: string | null
  /** How it was paid; null for all but payments. */
  readonly method: PaymentMethod | null
}
