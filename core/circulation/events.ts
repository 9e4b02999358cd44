/** What circulation tells the rest of the product. Payloads hold ids, numbers and instants, no personal data. */
import type { DomainEvent } from '../shared/changed.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId, ReservationId, TransferId } from '../shared/id.ts'
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

/** An emergency closure moved the due date, or its undo gave the old one back (R6.9). */
export type LoanDueDateMoved = DomainEvent<
  'LoanDueDateMoved',
  OfALoan & { readonly dueAt: Instant; readonly previousDueAt: Instant }
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

/** It is due in a few days, and its member is reminded. */
export type LoanDueSoon = DomainEvent<'LoanDueSoon', OfALoan & { readonly dueAt: Instant }>

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
  | 'ReservationShelfDateMoved'
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
  | LoanDueSoon
  | LoanDueDateMoved
  | LoanReturned
  | LoanLost
  | LoanClaimedReturned
  | LoanDamageReported

/** It came where it was sent to, or a desk elsewhere sent it somewhere else, lent it, or it is looked for. */
export type TransferEnd = 'arrived' | 'sent_on' | 'lent' | 'missing' | 'withdrawn'

interface OfATransfer {
  readonly copyId: CopyId
  readonly bookId: BookId
  readonly toBranchId: BranchId
}

export type TransferStarted = DomainEvent<
  'TransferStarted',
  OfATransfer & { readonly fromBranchId: BranchId; readonly reservationId: ReservationId | null }
>

/** It goes elsewhere than it went, and nobody has seen it meanwhile; or it goes there for another, or for nobody. */
export type TransferRedirected = DomainEvent<
  'TransferRedirected',
  OfATransfer & { readonly reservationId: ReservationId | null }
>

export type TransferEnded = DomainEvent<'TransferEnded', OfATransfer & { readonly ended: TransferEnd }>

/** It is under way for longer than `transfer_days`; the staff of the branch that waits for it are told. */
export type TransferOverdue = DomainEvent<
  'TransferOverdue',
  OfATransfer & {
    readonly transferId: TransferId
    readonly fromBranchId: BranchId
    readonly reservationId: ReservationId | null
    readonly sentAt: Instant
  }
>

export type TransferEvent = TransferStarted | TransferRedirected | TransferEnded | TransferOverdue
