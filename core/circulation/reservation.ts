/** A reservation (the trade's "hold"): a member waits for a copy of a title, wherever it lives (circulation R6.1). */
import { changed } from '../shared/changed.ts'
import type { Changed } from '../shared/changed.ts'
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { BookId, BranchId, CopyId, MemberId, ReservationId } from '../shared/id.ts'
import type { Day, Instant } from '../shared/local-time.ts'
import { conflict } from '../shared/refusal.ts'
import type { Conflict } from '../shared/refusal.ts'
import type { ReservationEvent } from './events.ts'

interface ReservationFacts {
  readonly id: ReservationId
  /** 0 for a reservation that was never saved. */
  readonly version: number
  readonly memberId: MemberId
  readonly bookId: BookId
  /** Where it will be fetched. */
  readonly branchId: BranchId
  readonly reservedAt: Instant
  /** Its class in the queue: the higher, the earlier (R6.2). */
  readonly priority: number
  /** The last day on which the member himself still wants it, null for always (R6.5). */
  readonly expiresOn: Day | null
  /** The last day it may wait by the rule `reservation_days`, null for as long as it takes (R6.5). */
  readonly queueUntil: Day | null
  /** No copy is left that could fill it (R6.7). */
  readonly unfillable: boolean
  /** The event that tells the member it is ready was written: he is told once. */
  readonly notified: boolean
}

export type WaitingReservation = ReservationFacts & { readonly status: 'waiting' }
/** Keeps its place and is passed over. */
export type SuspendedReservation = ReservationFacts & {
  readonly status: 'suspended'
  readonly suspendedUntil: Day | null
}
/** A copy is on its way to where it will be fetched. */
export type TravellingReservation = ReservationFacts & {
  readonly status: 'in_transit'
  readonly copyId: CopyId
  /** Set when it stood on the hold shelf before and was carried away again: it is not set anew (R6.5). */
  readonly readyUntil: Instant | null
}
/** A copy stands on the hold shelf. */
export type ReadyReservation = ReservationFacts & {
  readonly status: 'ready'
  readonly copyId: CopyId
  /** The last moment it is kept, null for as long as it takes. */
  readonly readyUntil: Instant | null
}
export type EndedReservation = ReservationFacts & {
  readonly status: 'fulfilled' | 'cancelled' | 'expired'
  /** The copy it was filled with or had been kept, null where it never had one. */
  readonly copyId: CopyId | null
  readonly readyUntil: Instant | null
}

/** A copy is set aside for it. */
export type KeptReservation = TravellingReservation | ReadyReservation
/** Nobody has got the book yet. */
export type LivingReservation = WaitingReservation | SuspendedReservation | KeptReservation
export type Reservation = LivingReservation | EndedReservation
export type ReservationStatus = Reservation['status']

export const reservationStatuses = [
  'waiting',
  'suspended',
  'in_transit',
  'ready',
  'fulfilled',
  'cancelled',
  'expired',
] as const satisfies readonly ReservationStatus[]

export type NewReservation = Omit<ReservationFacts, 'version' | 'unfillable' | 'notified'>

export type Told<State extends Reservation> = Changed<State, ReservationEvent>

export const place = (wanted: NewReservation): Told<WaitingReservation> =>
  told('ReservationPlaced', wanted.reservedAt, {
    version: 0,
    unfillable: false,
    notified: false,
    status: 'waiting',
    ...wanted,
  })

/** On the hold shelf of its branch. The member is told once, however often it is carried away and back (R3.4). */
export const makeReady = (
  reservation: WaitingReservation | TravellingReservation,
  copyId: CopyId,
  readyUntil: Instant | null,
  at: Instant,
): Told<ReadyReservation> => {
  const ready: ReadyReservation = {
    status: 'ready',
    copyId,
    readyUntil: (reservation.status === 'in_transit' ? reservation.readyUntil : null) ?? readyUntil,
    ...factsOf(reservation),
    unfillable: false,
    notified: true,
  }
  return reservation.notified ? changed(ready) : told('ReservationReady', at, ready)
}

/** On its way to the branch where it will be fetched; nobody is told before it arrives (R6.6). */
export const send = (
  reservation: WaitingReservation | ReadyReservation,
  copyId: CopyId,
  at: Instant,
): Told<TravellingReservation> =>
  told('ReservationSent', at, {
    status: 'in_transit',
    copyId,
    readyUntil: reservation.status === 'ready' ? reservation.readyUntil : null,
    ...factsOf(reservation),
    unfillable: false,
  })

/** It is kept until another moment, for reasons of the library's (R6.9); else that is set once (R6.5). */
export const moveShelfDate = (
  reservation: KeptReservation,
  readyUntil: Instant,
  at: Instant,
): Told<KeptReservation> => told('ReservationShelfDateMoved', at, { ...reservation, readyUntil })

/** The day on which it goes on by itself, null for one that is not suspended. */
export const suspensionOf = (reservation: Reservation): Day | null =>
  reservation.status === 'suspended' ? reservation.suspendedUntil : null

/** No copy is left that could ever fill it, or there is one again: it stays as it stands, marked or not (R6.7). */
export const markUnfillable = (
  reservation: WaitingReservation | SuspendedReservation,
  unfillable: boolean,
  at: Instant,
): Told<WaitingReservation | SuspendedReservation> =>
  told(unfillable ? 'ReservationUnfillable' : 'ReservationFillable', at, { ...reservation, unfillable })

/** It goes on, in its old place (R6.2). */
export const resume = (reservation: SuspendedReservation, at: Instant): Told<WaitingReservation> =>
  told('ReservationResumed', at, { status: 'waiting', ...factsOf(reservation) })

/**
 * The copy set aside for it is damaged (R3.3) or gone: it waits again, in its old place. Where the member was told to fetch it, he is
 * told anew of the next.
 */
export const waitAgain = (reservation: KeptReservation): Told<WaitingReservation> =>
  changed({
    status: 'waiting',
    ...factsOf(reservation),
    notified: reservation.status === 'ready' ? false : reservation.notified,
  })

/** The member has got the book (R2.4). */
export const fulfil = (reservation: LivingReservation, copyId: CopyId, at: Instant): Told<EndedReservation> =>
  told('ReservationFulfilled', at, { ...ended(reservation, 'fulfilled'), copyId })

/** Illegal from a reservation that has ended (R6.1). */
export const cancel = (reservation: Reservation, at: Instant): Either<Conflict, Told<EndedReservation>> =>
  isLiving(reservation)
    ? E.right(told('ReservationCancelled', at, ended(reservation, 'cancelled')))
    : E.left(
        conflict(`A reservation that is ${reservation.status} cannot be cancelled`, {
          reservation_id: reservation.id,
          status: reservation.status,
        }),
      )

/** Its time is over, in the queue or on the shelf (R6.5). */
export const expire = (
  reservation: WaitingReservation | SuspendedReservation | ReadyReservation,
  at: Instant,
): Told<EndedReservation> => told('ReservationExpired', at, ended(reservation, 'expired'))

export const isLiving = (reservation: Reservation): reservation is LivingReservation =>
  reservation.status === 'waiting' || reservation.status === 'suspended' || isKept(reservation)

export const isKept = (reservation: Reservation): reservation is KeptReservation =>
  reservation.status === 'ready' || reservation.status === 'in_transit'

/** The last day it stays in the queue: the member's own or the queue's, whichever is earlier; null is no end (R6.5). */
export const lastDayInQueue = ({ expiresOn, queueUntil }: Reservation): Day | null =>
  expiresOn === null || queueUntil === null
    ? (expiresOn ?? queueUntil)
    : expiresOn < queueUntil
      ? expiresOn
      : queueUntil

const ended = (reservation: LivingReservation, status: EndedReservation['status']): EndedReservation => ({
  status,
  copyId: isKept(reservation) ? reservation.copyId : null,
  readyUntil: isKept(reservation) ? reservation.readyUntil : null,
  ...factsOf(reservation),
})

const told = <State extends Reservation>(
  type: ReservationEvent['type'],
  occurredAt: Instant,
  state: State,
): Told<State> => changed<State, ReservationEvent>(state, eventOf(type, occurredAt, state))

export const eventOf = (
  type: ReservationEvent['type'],
  occurredAt: Instant,
  state: Reservation,
): ReservationEvent => ({
  type,
  version: 1,
  aggregate: 'reservation',
  aggregateId: state.id,
  occurredAt,
  payload: {
    reservationId: state.id,
    memberId: state.memberId,
    bookId: state.bookId,
    branchId: state.branchId,
    copyId: 'copyId' in state ? state.copyId : null,
    readyUntil: 'readyUntil' in state ? state.readyUntil : null,
  },
})

/** What every state has, without what belongs to the state left. */
export const factsOf = (reservation: Reservation): ReservationFacts => ({
  id: reservation.id,
  version: reservation.version,
  memberId: reservation.memberId,
  bookId: reservation.bookId,
  branchId: reservation.branchId,
  reservedAt: reservation.reservedAt,
  priority: reservation.priority,
  expiresOn: reservation.expiresOn,
  queueUntil: reservation.queueUntil,
  unfillable: reservation.unfillable,
  notified: reservation.notified,
})
