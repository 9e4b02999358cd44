/** Reservations as they are shown, and those whose time is over. */
import type { Knex } from 'knex'
import type { Available, Copy } from '../../core/circulation/copy.ts'
import type {
  HoldShelfSort,
  ReservationFilter,
  ReservationQueries,
  ReservationRecord,
  ReservationSort,
  ShelfRecord,
} from '../../core/circulation/reservation-ports.ts'
import { grouped } from '../../core/shared/grouped.ts'
import type { BookId, ReservationId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { found } from './catalogue-queries.ts'
import { fromInstant } from './columns.ts'
import { toCopy } from './copies.ts'
import type { CopyRow } from './copies.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { always, nullable, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'
import { toPrivileges, toReservation, toWaiting } from './reservations.ts'
import type { ReservationRow, WaitingRow } from './reservations.ts'

const sorting: Readonly<Record<ReservationSort, SortColumn>> = {
  id: always('reservations.id', 'integer'),
  reservation_date: always('reservations.reservation_date', 'instant'),
  status: always('reservations.status', 'text'),
  ready_until: nullable('reservations.ready_until', 'instant'),
}

type ShownRow = WaitingRow & { readonly ahead: number | string }

/** How many wait before it: R6.2's order, as `earlier` of the core has it. */
const shownColumns = (read: Knex) => [
  'reservations.*',
  'users.membership_type',
  'users.home_branch_id',
  read('reservations as other')
    .where({ 'other.book_id': read.ref('reservations.book_id'), 'other.status': 'waiting' })
    .where(before => {
      void before.where('other.priority', '>', read.ref('reservations.priority')).orWhere(same => {
        void same.where('other.priority', read.ref('reservations.priority')).where(time => {
          void time
            .where('other.reservation_date', '<', read.ref('reservations.reservation_date'))
            .orWhere(tie => {
              void tie
                .where('other.reservation_date', read.ref('reservations.reservation_date'))
                .where('other.id', '<', read.ref('reservations.id'))
            })
        })
      })
    })
    .select(read.raw('count(*)'))
    .as('ahead'),
]

const toRecord = (row: ShownRow): ReservationRecord => ({
  reservation: toReservation(row),
  queuePosition: row.status === 'waiting' ? Number(row.ahead) + 1 : null,
  privileges: toPrivileges(row),
})

const shelfSorting: Readonly<Record<HoldShelfSort, SortColumn>> = {
  id: always('reservations.id', 'integer'),
  ready_until: nullable('reservations.ready_until', 'instant'),
  reservation_date: always('reservations.reservation_date', 'instant'),
  title: always('books.title_sort', 'text'),
  barcode: always('book_copies.barcode', 'text'),
}

type ShelfRow = ReservationRow & {
  readonly title: string
  readonly barcode: string
  readonly library_card_number: string
}

const toShelfRecord = (row: ShelfRow): readonly ShelfRecord[] => {
  const reservation = toReservation(row)
  return reservation.status === 'ready'
    ? [
        {
          id: row.id,
          reservation,
          title: row.title,
          barcode: row.barcode,
          cardNumber: row.library_card_number,
        },
      ]
    : []
}

const ofBook = ({ bookId }: Copy): BookId => bookId
const isFree = (copy: Copy): copy is Available => copy.status === 'available'

export const reservationQueries = ({ read }: Database): ReservationQueries => ({
  reservations: (filter, page) =>
    query(
      sql(async () => {
        const { rows, ...rest } = await pageOf<ShownRow, ReservationSort>(
          {
            matching: matching(read, filter),
            columns: sorting,
            id: 'reservations.id',
            select: shownColumns(read),
          },
          page,
        )
        return { ...rest, rows: rows.map(toRecord) }
      }),
    ),
  reservation: id =>
    found('reservation', id, async () => {
      const [row] = await withMember(read)
        .where({ 'reservations.id': id })
        .select<ShownRow[]>(...shownColumns(read))
      return row === undefined ? undefined : toRecord(row)
    }),
  wantedAt: branchId =>
    query(
      sql(async () => {
        const wanted = () =>
          read('book_copies as here')
            .where({ 'here.branch_id': branchId, 'here.status': 'available' })
            .whereNull('here.deleted_at')
            .whereIn('here.book_id', read('reservations').where({ status: 'waiting' }).select('book_id'))
            .select('here.book_id')
        const titles = await read('books')
          .whereIn('id', wanted())
          .orderBy('id')
          .select<{ id: BookId; title: string }[]>('id', 'title')
        if (titles.length === 0) return []
        const copies = await read('book_copies')
          .whereIn('book_id', wanted())
          .where({ status: 'available' })
          .whereNull('deleted_at')
          .orderBy('id')
          .select<CopyRow[]>('*')
        const waiting = await read('reservations')
          .join('users', 'users.id', 'reservations.user_id')
          .whereIn('reservations.book_id', wanted())
          .where({ 'reservations.status': 'waiting' })
          .select<WaitingRow[]>('reservations.*', 'users.membership_type', 'users.home_branch_id')
        const [free, queues] = [grouped(copies.map(toCopy), ofBook), grouped(waiting, row => row.book_id)]
        return titles.map(({ id, title }) => ({
          bookId: id,
          title,
          free: (free.get(id) ?? []).filter(isFree),
          queue: (queues.get(id) ?? []).flatMap(toWaiting),
        }))
      }),
    ),
  holdShelf: ({ branchId, toClear, now }, page) =>
    query(
      sql(async () => {
        const standing = read('reservations')
          .join('books', 'books.id', 'reservations.book_id')
          .join('book_copies', 'book_copies.id', 'reservations.book_copy_id')
          .join('users', 'users.id', 'reservations.user_id')
          .where({ 'reservations.branch_id': branchId, 'reservations.status': 'ready' })
        const over = fromInstant(instant(now - 1000))
        if (toClear === true) void standing.where('reservations.ready_until', '<=', over)
        if (toClear === false) {
          void standing.where(kept => {
            void kept.whereNull('reservations.ready_until').orWhere('reservations.ready_until', '>', over)
          })
        }
        const { rows, ...rest } = await pageOf<ShelfRow, HoldShelfSort>(
          {
            matching: standing,
            columns: shelfSorting,
            id: 'reservations.id',
            select: ['reservations.*', 'books.title', 'book_copies.barcode', 'users.library_card_number'],
          },
          page,
        )
        return { ...rest, rows: rows.flatMap(toShelfRecord) }
      }),
    ),
  overdueOnShelf: (now, after, limit) =>
    query(
      sql(async () => {
        const rows = await read('reservations')
          .where({ status: 'ready' })
          .where('ready_until', '<=', fromInstant(instant(now - 1000)))
          .where('id', '>', after ?? 0)
          .orderBy('id')
          .limit(limit)
          .select<{ id: ReservationId }[]>('id')
        return rows.map(({ id }) => id)
      }),
    ),
  suspendedUntil: (day, after, limit) =>
    query(
      sql(async () => {
        const rows = await read('reservations')
          .where({ status: 'suspended' })
          .where('suspended_until', '<=', day)
          .where('id', '>', after ?? 0)
          .orderBy('id')
          .limit(limit)
          .select<{ id: ReservationId }[]>('id')
        return rows.map(({ id }) => id)
      }),
    ),
  overdueInQueue: (day, after, limit) =>
    query(
      sql(async () => {
        const rows = await read('reservations')
          .whereIn('status', ['waiting', 'suspended'])
          .where(over => {
            void over.where('expires_on', '<', day).orWhere('queue_until', '<', day)
          })
          .where('id', '>', after ?? 0)
          .orderBy('id')
          .limit(limit)
          .select<{ id: ReservationId }[]>('id')
        return rows.map(({ id }) => id)
      }),
    ),
})

const withMember = (read: Knex) => read('reservations').join('users', 'users.id', 'reservations.user_id')

const matching = (
  read: Knex,
  { status, memberId, bookId, branchId }: ReservationFilter,
): Knex.QueryBuilder => {
  const reservations = withMember(read)
  if (status !== undefined) void reservations.where({ 'reservations.status': status })
  if (memberId !== undefined) void reservations.where({ 'reservations.user_id': memberId })
  if (bookId !== undefined) void reservations.where({ 'reservations.book_id': bookId })
  if (branchId !== undefined) void reservations.where({ 'reservations.branch_id': branchId })
  return reservations
}
