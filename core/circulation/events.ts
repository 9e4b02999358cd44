/** What circulation tells the rest of the product. Payloads hold ids, numbers and instants, no personal data. */
import type { DomainEvent } from '../shared/changed.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId, ReservationId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'

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

export type LoanReturned = DomainEvent<'LoanReturned', OfALoan & { readonly returnedAt: Instant }>

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

export type LoanEvent = LoanOpened | LoanRenewed | LoanReturned
