/** What a client says to reserve, and a reservation as the API shows it. */
import * as t from 'io-ts'
import type {
  ReservationFilter,
  ReservationOverview,
  ReservationSort,
} from '../../../core/circulation/reservation-ports.ts'
import { reservationStatuses } from '../../../core/circulation/reservation.ts'
import type { ReservationChanges } from '../../../core/circulation/reservation-change.ts'
import type { Reserve } from '../../../core/circulation/use-cases/reserve.ts'
import { E } from '../../../core/shared/fp.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { Sort } from '../../../core/shared/page.ts'
import { described, exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { integer as wholeNumber, key, queryKey } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { oneOf } from '../codecs/text.ts'
import { nearDay } from '../codecs/time.ts'
import type { Sorts } from '../cursor.ts'
import { given } from '../given.ts'
import { listQuery } from '../list.ts'
import { day, integer, orNull, time, view, word } from '../shapes.ts'
import { override } from './borrowing-body.ts'

export const ReservationView = view(
  'Reservation',
  {
    id: integer,
    user_id: integer,
    book_id: integer,
    // Where it will be fetched.
    branch_id: integer,
    reservation_date: time,
    status: word(reservationStatuses),
    unfillable: t.boolean,
    priority: integer,
    // From 1 among those that wait, null for one that does not.
    queue_position: orNull(integer),
    // An estimate; null for one that does not wait, and where no copy is expected.
    expected_availability: orNull(day),
    expires_on: orNull(day),
    suspended_until: orNull(day),
    ready_until: orNull(time),
    book_copy_id: orNull(integer),
    notification_sent: t.boolean,
  },
  {
    id: 15,
    user_id: 42,
    book_id: 12,
    branch_id: 2,
    reservation_date: '2026-11-21T19:09:00.000Z',
    status: 'waiting',
    unfillable: false,
    priority: 0,
    queue_position: 1,
    expected_availability: '2026-12-12',
    expires_on: '2027-11-21',
    suspended_until: null,
    ready_until: null,
    book_copy_id: null,
    notification_sent: false,
  },
)

export const reservationView = ({
  reservation,
  queuePosition,
  expectedAvailability,
}: ReservationOverview): t.TypeOf<typeof ReservationView> => {
  const readyUntil = 'readyUntil' in reservation ? reservation.readyUntil : null
  return {
    id: reservation.id,
    user_id: reservation.memberId,
    book_id: reservation.bookId,
    branch_id: reservation.branchId,
    reservation_date: toIso(reservation.reservedAt),
    status: reservation.status,
    unfillable: reservation.unfillable,
    priority: reservation.priority,
    queue_position: queuePosition,
    expected_availability: expectedAvailability,
    expires_on: reservation.expiresOn,
    suspended_until: reservation.status === 'suspended' ? reservation.suspendedUntil : null,
    ready_until: readyUntil === null ? null : toIso(readyUntil),
    book_copy_id: 'copyId' in reservation ? reservation.copyId : null,
    notification_sent: reservation.notified,
  }
}

export const ReserveBody: Codec<Omit<Reserve, 'act' | 'bookId'>> = fitting(
  exampled(
    { branch_id: 2, expires_on: '2027-06-30' },
    record(
      'Reserve',
      { branch_id: key<'branch'>() },
      { user_id: key<'member'>(), expires_on: nullable(nearDay), override: nullable(override) },
    ),
  ),
  said =>
    E.right({
      memberId: said.user_id ?? null,
      branchId: said.branch_id,
      expiresOn: said.expires_on ?? null,
      override: said.override ?? null,
    }),
)

export const ReservationChangesBody: Codec<Partial<ReservationChanges>> = fitting(
  exampled(
    { suspended_until: '2027-01-15' },
    record(
      'ReservationChanges',
      {},
      {
        branch_id: key<'branch'>(),
        suspended_until: nullable(nearDay),
        priority: wholeNumber(-1000, 1000),
        expires_on: nullable(nearDay),
      },
    ),
  ),
  said =>
    E.right(
      given<ReservationChanges>({
        branchId: said.branch_id,
        suspendedUntil: said.suspended_until,
        priority: said.priority,
        expiresOn: said.expires_on,
      }),
    ),
)

const sorts: Sorts<ReservationSort> = {
  id: 'id',
  reservation_date: 'instant',
  status: 'text',
  ready_until: 'instant',
}
const newestFirst: Sort<ReservationSort> = { field: 'reservation_date', direction: 'desc' }

const ownFilters = {
  status: described('That stand so.', oneOf(reservationStatuses)),
  book_id: described('Of this book.', queryKey<'book'>()),
  branch_id: described('At this branch.', queryKey<'branch'>()),
}
const allFilters = { ...ownFilters, user_id: described('Of this member.', queryKey<'member'>()) }

export const allReservations = listQuery({
  sorts,
  standard: newestFirst,
  shape: ReservationView,
  filters: allFilters,
})

export const ownReservations = listQuery({
  sorts,
  standard: newestFirst,
  shape: ReservationView,
  filters: ownFilters,
})

export const filterOf = (asked: Some<typeof allFilters>): ReservationFilter =>
  given<ReservationFilter>({
    status: asked.status,
    memberId: asked.user_id,
    bookId: asked.book_id,
    branchId: asked.branch_id,
  })
