/** What members and staff are told, and of which event: one event, at most one notice. */
import type { CopyUsedInHouse, LoanEvent, ReservationEvent, TransferEvent } from '../circulation/events.ts'
import type { FineCharged, FineEvent } from '../accounts/events.ts'
import type { AccountMailQueued, IdentityEvent } from '../identity/events.ts'
import type { MemberEvent } from '../members/events.ts'
import type { BranchId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'

/** Every event that is handed on. */
export type LibraryEvent =
  LoanEvent | CopyUsedInHouse | ReservationEvent | TransferEvent | FineEvent | MemberEvent | IdentityEvent

export type NoticeKind =
  | 'checked_out'
  | 'renewed'
  | 'not_renewed'
  | 'due_soon'
  | 'due_date_moved'
  | 'returned'
  | 'lost'
  | 'claimed_returned'
  | 'reservation_ready'
  | 'pickup_date_moved'
  | 'reservation_cancelled'
  | 'reservation_expired'
  | 'reservation_unfillable'
  | 'fine_issued'
  | 'fine_paid'
  | 'fine_waived'
  | 'fine_refunded'
  | 'registered'
  | 'login_changed'
  | 'password_changed'
  | 'password_reset'
  | 'account_locked'
  | 'mfa_enrolled'
  | 'mfa_removed'
  | 'recovery_codes_renewed'
  | 'recovery_code_used'

/** What the staff of a branch are told. */
export type StaffNoticeKind = 'transfer_overdue'

interface Told<Kind> {
  /** The event's own: a notice sent twice after a crash is known by it. */
  readonly key: string
  readonly kind: Kind
  readonly at: Instant
  /** Ids, amounts and instants by name; the words are the channel's. */
  readonly facts: Readonly<Record<string, number | string>>
}

/** What opens something, for the one who reads the mail of an address alone: it stands in no log. */
export interface Enclosed {
  readonly to: string
  readonly token: string
  readonly expiresAt: Instant
}

export interface MemberNotice extends Told<NoticeKind> {
  readonly memberId: MemberId
  readonly enclosed?: Enclosed
}

export interface StaffNotice extends Told<StaffNoticeKind> {
  /** The branch whose staff are told. */
  readonly branchId: BranchId
}

export type Notice = MemberNotice | StaffNotice

/** @returns null for an event nobody is told of */
export const noticeOf = (eventId: number, event: LibraryEvent): Notice | null => {
  switch (event.type) {
    case 'TransferOverdue':
      return {
        key: keyOf(eventId),
        kind: 'transfer_overdue',
        branchId: event.payload.toBranchId,
        at: event.occurredAt,
        facts: {
          transfer_id: event.payload.transferId,
          copy_id: event.payload.copyId,
          from_branch_id: event.payload.fromBranchId,
          sent_at: event.payload.sentAt,
        },
      }
    // What is sent, what has come and what was read in the house the desks see; to whom a mail goes is known when it is written.
    case 'TransferStarted':
    case 'TransferRedirected':
    case 'TransferEnded':
    case 'CopyUsedInHouse':
    case 'AccountMailQueued':
      return null
    default:
      return memberNoticeOf(eventId, event)
  }
}

const keyOf = (eventId: number): string => `event-${String(eventId)}`

const memberNoticeOf = (
  eventId: number,
  event: Exclude<LibraryEvent, TransferEvent | CopyUsedInHouse | AccountMailQueued>,
): MemberNotice | null => {
  const base = { key: keyOf(eventId), memberId: event.payload.memberId, at: event.occurredAt }
  switch (event.type) {
    case 'LoanOpened':
      return {
        ...base,
        kind: 'checked_out',
        facts: { loan_id: event.payload.loanId, due_at: event.payload.dueAt },
      }
    case 'LoanRenewed':
      return {
        ...base,
        kind: 'renewed',
        facts: { loan_id: event.payload.loanId, due_at: event.payload.dueAt },
      }
    case 'LoanNotRenewed':
      return {
        ...base,
        kind: 'not_renewed',
        facts: { loan_id: event.payload.loanId, due_at: event.payload.dueAt },
      }
    case 'LoanDueSoon':
      return {
        ...base,
        kind: 'due_soon',
        facts: { loan_id: event.payload.loanId, due_at: event.payload.dueAt },
      }
    case 'LoanDueDateMoved':
      return {
        ...base,
        kind: 'due_date_moved',
        facts: { loan_id: event.payload.loanId, due_at: event.payload.dueAt },
      }
    case 'LoanReturned':
      return { ...base, kind: 'returned', facts: { loan_id: event.payload.loanId } }
    case 'LoanLost':
      return { ...base, kind: 'lost', facts: { loan_id: event.payload.loanId } }
    case 'LoanClaimedReturned':
      return { ...base, kind: 'claimed_returned', facts: { loan_id: event.payload.loanId } }
    case 'ReservationReady':
      return { ...base, kind: 'reservation_ready', facts: shelfFacts(event) }
    // Only one that has a date on the shelf is moved: its member was told of it.
    case 'ReservationShelfDateMoved':
      return { ...base, kind: 'pickup_date_moved', facts: shelfFacts(event) }
    case 'ReservationCancelled':
      return { ...base, kind: 'reservation_cancelled', facts: reservationFacts(event) }
    case 'ReservationExpired':
      return { ...base, kind: 'reservation_expired', facts: reservationFacts(event) }
    case 'ReservationUnfillable':
      return { ...base, kind: 'reservation_unfillable', facts: reservationFacts(event) }
    // Nobody is told before the book is there (R6.6), nor of what he did himself, or asked for.
    case 'ReservationPlaced':
    case 'ReservationChanged':
    case 'ReservationSuspended':
    case 'ReservationResumed':
    case 'ReservationFillable':
    case 'ReservationSent':
    case 'ReservationFulfilled':
    case 'LoanDamageReported':
      return null
    case 'FineCharged':
      return {
        ...base,
        kind: 'fine_issued',
        facts: { fine_id: event.aggregateId, amount: event.payload.amount },
      }
    case 'FinePaid':
      return { ...base, kind: 'fine_paid', facts: movement(event) }
    case 'FineWaived':
      return { ...base, kind: 'fine_waived', facts: movement(event) }
    case 'FineRefunded':
      return { ...base, kind: 'fine_refunded', facts: movement(event) }
    case 'MemberRegistered':
      return { ...base, kind: 'registered', facts: { status: event.payload.status } }
    case 'MemberLoginChanged': {
      const { username, email } = event.payload
      return {
        ...base,
        kind: 'login_changed',
        facts: { changed: username && email ? 'username and email' : username ? 'username' : 'email' },
      }
    }
    case 'PasswordChanged':
      return { ...base, kind: 'password_changed', facts: { by: event.payload.by } }
    case 'AccountLocked':
      return { ...base, kind: 'account_locked', facts: { locked_until: event.payload.lockedUntil } }
    case 'SecondFactorEnrolled':
      return { ...base, kind: 'mfa_enrolled', facts: { recovery_codes: event.payload.recoveryCodes } }
    case 'SecondFactorRemoved':
      return {
        ...base,
        kind: 'mfa_removed',
        facts: { by: event.payload.byHimself ? 'owner' : 'administrator' },
      }
    case 'RecoveryCodesRenewed':
      return {
        ...base,
        kind: 'recovery_codes_renewed',
        facts: { recovery_codes: event.payload.recoveryCodes },
      }
    case 'RecoveryCodeUsed':
      return { ...base, kind: 'recovery_code_used', facts: { left: event.payload.left } }
  }
}

const reservationFacts = ({ payload }: ReservationEvent): Notice['facts'] => ({
  reservation_id: payload.reservationId,
  book_id: payload.bookId,
  branch_id: payload.branchId,
})

const shelfFacts = (event: ReservationEvent): Notice['facts'] => ({
  ...reservationFacts(event),
  ...(event.payload.readyUntil === null ? {} : { ready_until: event.payload.readyUntil }),
})

/** What moved, and what is still owed of the fine. */
const movement = ({ aggregateId, payload }: Exclude<FineEvent, FineCharged>): Notice['facts'] => ({
  fine_id: aggregateId,
  amount: payload.amount,
  balance: payload.balance,
})

/** What a notice encloses is asked for by this; null of an event whose notice has nothing in it. */
export type Enclosing =
  { readonly tokenId: AccountMailQueued['payload']['tokenId'] } | { readonly newMember: MemberId }

export const enclosingOf = (event: LibraryEvent): Enclosing | null => {
  switch (event.type) {
    case 'AccountMailQueued':
      return { tokenId: event.payload.tokenId }
    case 'MemberRegistered':
      return event.payload.status === 'pending' ? { newMember: event.payload.memberId } : null
    default:
      return null
  }
}

/** @returns the notice with what it encloses; for a mail that is only that, its notice */
export const enclosed = (
  eventId: number,
  event: LibraryEvent,
  { memberId, ...enclosure }: Enclosed & { readonly memberId: MemberId },
): Notice => {
  const plain = noticeOf(eventId, event)
  return plain !== null && 'memberId' in plain
    ? { ...plain, enclosed: enclosure }
    : {
        key: keyOf(eventId),
        kind: 'password_reset',
        memberId,
        at: event.occurredAt,
        facts: {},
        enclosed: enclosure,
      }
}
