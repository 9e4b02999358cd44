/** Identity: every kind of thing has integers of its own, and the compiler keeps the kinds apart. */
import type { TE } from './fp.ts'
import type { StoreFailure } from './unit-of-work.ts'

export type Id<Kind extends string> = number & { readonly __id: Kind }

export type ApiKeyId = Id<'api_key'>
export type AuthorId = Id<'author'>
export type BlockId = Id<'block'>
export type BookId = Id<'book'>
export type BranchId = Id<'branch'>
export type ClosureId = Id<'closure'>
export type CopyId = Id<'copy'>
export type EmergencyClosureId = Id<'emergency_closure'>
export type FineId = Id<'fine'>
export type GenreId = Id<'genre'>
export type LedgerEntryId = Id<'ledger_entry'>
export type LoanId = Id<'loan'>
export type MemberId = Id<'member'>
export type PublisherId = Id<'publisher'>
export type ReservationId = Id<'reservation'>
export type SessionId = Id<'session'>
export type TransferId = Id<'transfer'>

/** Marks a number as an id of one kind: for codecs, row mappers and tests, where a number becomes an id. */
export const id = <Kind extends string>(value: number): Id<Kind> => value as Id<Kind>

/** The kinds that are numbered before they are made, since their events name them. */
export type IdKind = 'loan' | 'reservation' | 'fine' | 'ledger_entry' | 'session' | 'member' | 'account_token'

/** Gives out ids in blocks of a sequence; a block lost in a crash leaves a gap, never a repeated id. */
export interface Ids {
  /**
   * The next id of a kind. Ask before `work.run`: refilling a block is a write of its own.
   * @returns a fresh id, or `StoreFailure` when a block cannot be fetched
   */
  next<Kind extends IdKind>(kind: Kind): TE.TaskEither<StoreFailure, Id<Kind>>
}
