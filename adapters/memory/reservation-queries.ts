/** Reservations for display and for the jobs. */
import type {
  ReservationFilter,
  ReservationQueries,
  ReservationRecord,
  ReservationSort,
} from '../../core/circulation/ports.ts'
import { positionIn } from '../../core/circulation/hold-queue.ts'
import type { Reservation } from '../../core/circulation/reservation.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { ReservationId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { Database, Tables } from './database.ts'
import { matching, pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const reservationQueries = ({ tables }: Database): ReservationQueries => ({
  reservations: (filter, page) =>
    TE.fromIO(() => {
      const shown = pageOf(matching(candidates(tables, filter), conditions(filter)), page, sorting)
      return { ...shown, rows: shown.rows.map(one => recordOf(tables, one)) }
    }),
  reservation: id =>
    TE.fromIOEither(() => {
      const found = tables.reservations.find(id)
      return found === undefined ? E.left(notFound('reservation', id)) : E.right(recordOf(tables, found))
    }),
  overdueOnShelf: (now, after, limit) =>
    TE.fromIO(() =>
      nextOf(
        tables,
        one => one.status === 'ready' && one.readyUntil !== null && one.readyUntil + 1000 <= now,
        after,
        limit,
      ),
    ),
  overdueInQueue: (day, after, limit) =>
    TE.fromIO(() =>
      nextOf(
        tables,
        ({ status, expiresOn, queueUntil }) =>
          (status === 'waiting' || status === 'suspended') &&
          ((expiresOn !== null && expiresOn < day) || (queueUntil !== null && queueUntil < day)),
        after,
        limit,
      ),
    ),
})

const nextOf = (
  { reservations }: Tables,
  over: (one: Reservation) => boolean,
  after: ReservationId | null,
  limit: number,
): readonly ReservationId[] =>
  [...reservations.all()]
    .filter(one => one.id > (after ?? 0) && over(one))
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .slice(0, limit)

const recordOf = ({ reservations }: Tables, reservation: Reservation): ReservationRecord => ({
  reservation,
  queuePosition:
    reservation.status === 'waiting'
      ? positionIn(
          reservations
            .where('waitingFor', reservation.bookId)
            .flatMap(one => (one.status === 'waiting' ? [{ reservation: one }] : [])),
          reservation,
        )
      : null,
})

const candidates = (
  { reservations }: Tables,
  { memberId, bookId }: ReservationFilter,
): Iterable<Reservation> => {
  if (memberId !== undefined) return reservations.where('member', memberId)
  return bookId === undefined ? reservations.all() : reservations.where('book', bookId)
}

const conditions = ({
  status,
  memberId,
  bookId,
  branchId,
}: ReservationFilter): readonly ((one: Reservation) => boolean)[] => [
  one => status === undefined || one.status === status,
  one => memberId === undefined || one.memberId === memberId,
  one => bookId === undefined || one.bookId === bookId,
  one => branchId === undefined || one.branchId === branchId,
]

const sorting: SortValues<Reservation, ReservationSort> = {
  id: ({ id }) => id,
  reservation_date: ({ reservedAt }) => reservedAt,
  status: ({ status }) => status,
  ready_until: one => ('readyUntil' in one ? one.readyUntil : null),
}
