/** What its member and the staff change of a reservation that lives (circulation R6.2, R6.3, R6.5). */
import { changed } from '../shared/changed.ts'
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import type { Day, Instant } from '../shared/local-time.ts'
import { conflict } from '../shared/refusal.ts'
import type { Conflict } from '../shared/refusal.ts'
import type { ReservationEvent } from './events.ts'
import { eventOf, factsOf, isKept, isLiving, suspensionOf } from './reservation.ts'
import type {
  LivingReservation,
  Reservation,
  SuspendedReservation,
  Told,
  WaitingReservation,
} from './reservation.ts'

/** What its member or the staff may change of it; what is left out stays. */
export interface ReservationChanges {
  /** Where it will be fetched. */
  readonly branchId: BranchId
  /** It is passed over until then, and goes on by itself on that day; null lets it go on at once. */
  readonly suspendedUntil: Day | null
  readonly priority: number
  readonly expiresOn: Day | null
}

/**
 * Illegal from a reservation that has ended, and one that a copy is set aside for cannot be suspended. To be fetched elsewhere, what
 * stood on the hold shelf is under way there: its member is told anew, and its time runs on (R6.5, ADR 22).
 * @returns no events where nothing is other than it was
 */
export const change = (
  reservation: Reservation,
  changes: Partial<ReservationChanges>,
  at: Instant,
): Either<Conflict, Told<LivingReservation>> => {
  const { suspendedUntil: until } = changes
  const suspends = until !== undefined && until !== null
  if (!isLiving(reservation) || (isKept(reservation) && suspends)) {
    return E.left(
      conflict(
        `A reservation that is ${reservation.status} cannot be ${suspends ? 'suspended' : 'changed'}`,
        {
          reservation_id: reservation.id,
          status: reservation.status,
        },
      ),
    )
  }
  const placed = fetchedAt(reservation, changes.branchId ?? reservation.branchId)
  const ordered: LivingReservation = {
    ...placed,
    priority: changes.priority ?? placed.priority,
    expiresOn: changes.expiresOn === undefined ? placed.expiresOn : changes.expiresOn,
  }
  const after = isKept(ordered) || until === undefined ? ordered : pausedUntil(ordered, until)
  return E.right(changed(after, ...changesTold(reservation, after).map(type => eventOf(type, at, after))))
}

const fetchedAt = (reservation: LivingReservation, branchId: BranchId): LivingReservation =>
  branchId === reservation.branchId || !isKept(reservation)
    ? { ...reservation, branchId }
    : {
        status: 'in_transit',
        copyId: reservation.copyId,
        readyUntil: reservation.readyUntil,
        ...factsOf(reservation),
        branchId,
        notified: false,
      }

const pausedUntil = (
  reservation: WaitingReservation | SuspendedReservation,
  until: Day | null,
): WaitingReservation | SuspendedReservation =>
  until === null
    ? { status: 'waiting', ...factsOf(reservation) }
    : { status: 'suspended', suspendedUntil: until, ...factsOf(reservation) }

/** By what became of it, in the order in which it is told. */
const changesTold = (
  before: LivingReservation,
  after: LivingReservation,
): readonly ReservationEvent['type'][] => {
  const differs =
    before.branchId !== after.branchId ||
    before.priority !== after.priority ||
    before.expiresOn !== after.expiresOn
  return [
    ...(differs ? (['ReservationChanged'] as const) : []),
    ...(before.status === 'ready' && after.status === 'in_transit' ? (['ReservationSent'] as const) : []),
    ...(after.status === 'suspended' && suspensionOf(before) !== after.suspendedUntil
      ? (['ReservationSuspended'] as const)
      : []),
    ...(before.status === 'suspended' && after.status === 'waiting' ? (['ReservationResumed'] as const) : []),
  ]
}
