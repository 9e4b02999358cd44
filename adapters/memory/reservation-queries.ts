/** Reservations for display and for the jobs. */
import type { Available, Copy } from '../../core/circulation/copy.ts'
import type {
  HoldShelfSort,
  ReservationFilter,
  ReservationQueries,
  ReservationRecord,
  ReservationSort,
  ShelfRecord,
} from '../../core/circulation/reservation-ports.ts'
import { positionIn } from '../../core/circulation/hold-queue.ts'
import { suspensionOf } from '../../core/circulation/reservation.ts'
import type { ReadyReservation, Reservation } from '../../core/circulation/reservation.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { ReservationId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { fold } from '../../core/shared/text.ts'
import type { Database, Tables } from './database.ts'
import { matching, pageOf } from './page.ts'
import type { SortValues } from './page.ts'
import { privilegesOf, waitingFor } from './reservations.ts'

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
  wantedAt: branchId =>
    TE.fromIO(() => {
      const free = tables.copies.where('branch', branchId).filter(isFree)
      const books = [...new Set(free.map(({ bookId }) => bookId))]
      return books.flatMap(bookId => {
        const queue = waitingFor(tables, bookId)
        return queue.length === 0
          ? []
          : [
              {
                bookId,
                title: tables.books.get(bookId).details.title,
                free: tables.copies
                  .where('book', bookId)
                  .filter(isFree)
                  .sort((a, b) => a.id - b.id),
                queue,
              },
            ]
      })
    }),
  holdShelf: ({ branchId, toClear, now }, page) =>
    TE.fromIO(() =>
      pageOf(
        [...tables.reservations.all()].flatMap((reservation): readonly ShelfRecord[] =>
          reservation.status !== 'ready' ||
          reservation.branchId !== branchId ||
          (toClear !== null && toClear !== isOver(reservation, now))
            ? []
            : [
                {
                  id: reservation.id,
                  reservation,
                  title: (
                    tables.books.find(reservation.bookId) ?? tables.deletedBooks.get(reservation.bookId)
                  ).details.title,
                  barcode: tables.copies.get(reservation.copyId).barcode,
                  cardNumber: tables.members.get(reservation.memberId).member.cardNumber,
                },
              ],
        ),
        page,
        shelfSorting,
      ),
    ),
  overdueOnShelf: (now, after, limit) =>
    TE.fromIO(() => nextOf(tables, one => one.status === 'ready' && isOver(one, now), after, limit)),
  suspendedUntil: (day, after, limit) =>
    TE.fromIO(() =>
      nextOf(
        tables,
        one => {
          const until = suspensionOf(one)
          return until !== null && until <= day
        },
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

const isFree = (copy: Copy): copy is Available => copy.status === 'available'

const isOver = ({ readyUntil }: ReadyReservation, now: Instant): boolean =>
  readyUntil !== null && readyUntil + 1000 <= now

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

const recordOf = (tables: Tables, reservation: Reservation): ReservationRecord => ({
  reservation,
  queuePosition:
    reservation.status === 'waiting' ? positionIn(waitingFor(tables, reservation.bookId), reservation) : null,
  privileges: privilegesOf(tables, reservation),
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

const shelfSorting: SortValues<ShelfRecord, HoldShelfSort> = {
  id: ({ id }) => id,
  ready_until: ({ reservation }) => reservation.readyUntil,
  reservation_date: ({ reservation }) => reservation.reservedAt,
  title: ({ title }) => fold(title),
  barcode: ({ barcode }) => barcode,
}
