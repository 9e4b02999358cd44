/** What circulation tells the rest of the product. Payloads hold ids, numbers and instants, no personal data. */
import type { DomainEvent } from '../shared/changed.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId, ReservationId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Resolution, Severity } from './mishaps.ts'

interface OfALoan {
  readonly loanId: LoanId
  readonly memberId: MemberId
  readonly copyId: CopyId
  readonly bookId: BookId
  readonly branchId: BranchId
}

export type LoanOpened = DomainEvent<
  'LoanOpened',
  OfALoan & { readonly dueAt: Instant; readonly overridden: readonly string[] }
>

export type LoanRenewed = DomainEvent<
  'LoanRenewed',
  OfALoan & {
    readonly dueAt: Instant
    readonly previousDueAt: Instant
    readonly renewalCount: number
    readonly overridden: readonly string[]
  }
>

/** `after` is what the loan was until then; what is done about a loss goes by it. */
export type LoanReturned = DomainEvent<
  'LoanReturned',
  OfALoan & {
    readonly returnedAt: Instant
    readonly after: 'open' | 'lost' | 'claimed_returned'
    readonly resolution: Resolution | null
  }
>

/** Fees for a replacement and its processing are charged by it. */
export type LoanLost = DomainEvent<'LoanLost', OfALoan & { readonly after: 'open' | 'claimed_returned' }>

export type LoanClaimedReturned = DomainEvent<'LoanClaimedReturned', OfALoan>

/** A fee for the damage is charged by it. */
export type LoanDamageReported = DomainEvent<'LoanDamageReported', OfALoan & { readonly severity: Severity }>
/** Nobody borrowed it, and it lay about. */
export type CopyUsedInHouse = DomainEvent<
  'CopyUsedInHouse',
  { readonly copyId: CopyId; readonly bookId: BookId; readonly branchId: BranchId }
>

/** The library would have renewed it by itself, and may not; `rules` names those that refused. */
export type LoanNotRenewed = DomainEvent<
  'LoanNotRenewed',
  OfALoan & { readonly dueAt: Instant; readonly rules: readonly string[] }
>

interface OfAReservation {
  readonly reservationId: ReservationId
  readonly memberId: MemberId
  readonly bookId: BookId
  /** Where it will be fetched. */
  readonly branchId: BranchId
  /** The copy set aside for it, null while it waits. */
  readonly copyId: CopyId | null
  /** How long it is kept on the hold shelf, null while it is not there, or without a limit. */
  readonly readyUntil: Instant | null
}

type ReservationEventType =
  | 'ReservationPlaced'
  | 'ReservationChanged'
  | 'ReservationSuspended'
  | 'ReservationResumed'
  | 'ReservationUnfillable'
  | 'ReservationFillable'
  | 'ReservationSent'
  | 'ReservationReady'
  | 'ReservationFulfilled'
  | 'ReservationCancelled'
  | 'ReservationExpired'

export type ReservationEvent = {
  readonly [Type in ReservationEventType]: DomainEvent<Type, OfAReservation>
}[ReservationEventType]

export type LoanEvent =
  | LoanOpened
  | LoanRenewed
  | LoanNotRenewed
  | LoanReturned
  | LoanLost
  | LoanClaimedReturned
  | LoanDamageReported
