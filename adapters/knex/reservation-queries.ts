/** Reservations as they are shown, and those whose time is over. */
import type { Knex } from 'knex'
import type {
  ReservationFilter,
  ReservationQueries,
  ReservationRecord,
  ReservationSort,
} from '../../core/circulation/ports.ts'
import type { ReservationId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { found } from './catalogue-queries.ts'
import { fromInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { always, nullable, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'
import { toReservation } from './reservations.ts'
import type { ReservationRow } from './reservations.ts'

const sorting: Readonly<Record<ReservationSort, SortColumn>> = {
  id: always('reservations.id', 'integer'),
  reservation_date: always('reservations.reservation_date', 'instant'),
  status: always('reservations.status', 'text'),
  ready_until: nullable('reservations.ready_until', 'instant'),
}

type ShownRow = ReservationRow & { readonly ahead: number | string }

/** How many wait before it: R6.2's order, as `earlier` of the core has it. */
const shownColumns = (read: Knex) => [
  'reservations.*',
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
})

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
      const [row] = await read('reservations')
        .where({ id })
        .select<ShownRow[]>(...shownColumns(read))
      return row === undefined ? undefined : toRecord(row)
    }),
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

const matching = (
  read: Knex,
  { status, memberId, bookId, branchId }: ReservationFilter,
): Knex.QueryBuilder => {
  const reservations = read('reservations')
  if (status !== undefined) void reservations.where({ 'reservations.status': status })
  if (memberId !== undefined) void reservations.where({ 'reservations.user_id': memberId })
  if (bookId !== undefined) void reservations.where({ 'reservations.book_id': bookId })
  if (branchId !== undefined) void reservations.where({ 'reservations.branch_id': branchId })
  return reservations
}
