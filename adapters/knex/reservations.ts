/** The table `reservations`, and which branches serve as a place to fetch them. */
import type { Privileges, Waiting } from '../../core/circulation/hold-queue.ts'
import type { PickupBranches, Reservations } from '../../core/circulation/reservation-ports.ts'
import { isKept, isLiving } from '../../core/circulation/reservation.ts'
import type { KeptReservation, Reservation, ReservationStatus } from '../../core/circulation/reservation.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { BookId, BranchId, CopyId, MemberId, ReservationId } from '../../core/shared/id.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { fromInstant, fromOptionalInstant, toFlag, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredFlag, StoredInstant } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql, unique } from './failures.ts'
import type { PrivilegesRow } from './members.ts'
import { insertion, statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'
import { found, saveOver } from './versioned.ts'

export interface ReservationRow {
  readonly id: ReservationId
  readonly version: number
  readonly user_id: MemberId
  readonly book_id: BookId
  readonly branch_id: BranchId
  readonly book_copy_id: CopyId | null
  readonly reservation_date: StoredInstant
  readonly status: ReservationStatus
  readonly priority: number
  readonly unfillable: StoredFlag
  readonly notification_sent: StoredFlag
  readonly expires_on: Day | null
  readonly queue_until: Day | null
  readonly suspended_until: Day | null
  readonly ready_until: StoredInstant | null
}

const toRow = (reservation: Reservation) => ({
  branch_id: reservation.branchId,
  book_copy_id: 'copyId' in reservation ? reservation.copyId : null,
  status: reservation.status,
  priority: reservation.priority,
  unfillable: reservation.unfillable,
  notification_sent: reservation.notified,
  expires_on: reservation.expiresOn,
  queue_until: reservation.queueUntil,
  suspended_until: reservation.status === 'suspended' ? reservation.suspendedUntil : null,
  ready_until: fromOptionalInstant('readyUntil' in reservation ? reservation.readyUntil : null),
})

/** The schema sees to the copy of one that is kept; a row without it was damaged. */
const copyOf = (row: ReservationRow): CopyId => {
  if (row.book_copy_id === null) throw new Error(`Reservation ${String(row.id)} is kept without a copy`)
  return row.book_copy_id
}

export const toReservation = (row: ReservationRow): Reservation => {
  const facts = {
    id: row.id,
    version: row.version,
    memberId: row.user_id,
    bookId: row.book_id,
    branchId: row.branch_id,
    reservedAt: toInstant(row.reservation_date),
    priority: row.priority,
    expiresOn: row.expires_on,
    queueUntil: row.queue_until,
    unfillable: toFlag(row.unfillable),
    notified: toFlag(row.notification_sent),
  }
  const readyUntil = toOptionalInstant(row.ready_until)
  switch (row.status) {
    case 'waiting':
      return { status: row.status, ...facts }
    case 'suspended':
      return { status: row.status, suspendedUntil: row.suspended_until, ...facts }
    case 'in_transit':
    case 'ready':
      return { status: row.status, copyId: copyOf(row), readyUntil, ...facts }
    case 'fulfilled':
    case 'cancelled':
    case 'expired':
      return { status: row.status, copyId: row.book_copy_id, readyUntil, ...facts }
  }
}

const living = ['waiting', 'suspended', 'in_transit', 'ready']

const table = 'reservations'

const byId = statement<ReservationRow, { id: ReservationId }>((tables, { id }, locking) =>
  locking(tables(table).where({ id })),
)
const waitingFor = statement<ReservationRow & PrivilegesRow, { bookId: BookId }>((tables, { bookId }) =>
  tables(table)
    .join('users', 'users.id', 'reservations.user_id')
    .where({ 'reservations.book_id': bookId, 'reservations.status': 'waiting' })
    .select('reservations.*', 'users.membership_type', 'users.home_branch_id'),
)
const unservedFor = statement<WaitingRow, { bookId: BookId }>((tables, { bookId }) =>
  tables(table)
    .join('users', 'users.id', 'reservations.user_id')
    .where({ 'reservations.book_id': bookId })
    .whereIn('reservations.status', ['waiting', 'suspended'])
    .orderBy('reservations.id')
    .select('reservations.*', 'users.membership_type', 'users.home_branch_id'),
)
const keptFor = statement<ReservationRow, { copyId: CopyId }>((tables, { copyId }) =>
  tables(table).where({ book_copy_id: copyId }).whereIn('status', ['ready', 'in_transit']),
)
const livingOf = statement<ReservationRow, { memberId: MemberId }>((tables, { memberId }) =>
  tables(table).where({ user_id: memberId }).whereIn('status', living).orderBy('id'),
)

export type WaitingRow = ReservationRow & PrivilegesRow

/** None for a row of another status. */
export const toWaiting = (row: WaitingRow): readonly Waiting[] => {
  const reservation = toReservation(row)
  return reservation.status === 'waiting' ? [{ reservation, ...toPrivileges(row) }] : []
}

export const toPrivileges = (row: PrivilegesRow): Privileges => ({
  membershipType: row.membership_type,
  homeBranchId: row.home_branch_id,
})

export const reservations = (transaction: Transaction): Reservations => {
  const { knex, rows, first, write, now } = transaction
  return {
    locate: reservationId =>
      pipe(
        sql(() => knex(table).where({ id: reservationId }).first<ReservationRow | undefined>()),
        TE.flatMap(row =>
          row === undefined
            ? TE.left(notFound('reservation', reservationId))
            : TE.right({
                memberId: row.user_id,
                bookId: row.book_id,
                branchId: row.branch_id,
                copyId: row.book_copy_id,
              }),
        ),
      ),
    get: reservationId =>
      pipe(
        sql(() => first(byId, { id: reservationId })),
        TE.flatMap(row =>
          row === undefined
            ? TE.left(notFound('reservation', reservationId))
            : TE.right(toReservation(found(transaction, table, row))),
        ),
      ),
    queueOf: bookId =>
      sql(async () => {
        const waiting = await rows(waitingFor, { bookId })
        return waiting.flatMap(toWaiting)
      }),
    unservedOf: bookId =>
      sql(async () => {
        const unserved = await rows(unservedFor, { bookId })
        return unserved.flatMap(row => {
          const reservation = toReservation(row)
          return reservation.status === 'waiting' || reservation.status === 'suspended'
            ? [{ reservation, ...toPrivileges(row) }]
            : []
        })
      }),
    keptOn: copyId =>
      sql(async (): Promise<KeptReservation | null> => {
        const row = await first(keptFor, { copyId })
        const kept = row === undefined ? null : toReservation(row)
        return kept !== null && isKept(kept) ? kept : null
      }),
    livingOf: memberId =>
      sql(async () => (await rows(livingOf, { memberId })).map(toReservation).filter(isLiving)),
    save: ({ state: reservation, events }, act) =>
      pipe(
        reservation.version === 0
          ? pipe(
              unique(() => {
                const row = {
                  id: reservation.id,
                  user_id: reservation.memberId,
                  book_id: reservation.bookId,
                  reservation_date: fromInstant(reservation.reservedAt),
                  version: 1,
                  created_at: now(),
                  updated_at: now(),
                  ...toRow(reservation),
                }
                return write(insertion(table, row), row)
              }),
              TE.map(() => 1),
            )
          : saveOver(transaction, table, 'reservation', reservation, toRow(reservation)),
        TE.tap(() => sql(() => appendEvents(transaction, events, act))),
        TE.map(version => ({ ...reservation, version })),
      ),
  }
}

export const pickupBranches = ({ knex }: Transaction): PickupBranches => ({
  serves: branchId =>
    sql(async () => {
      const row = await knex('library_branches')
        .where({ id: branchId })
        .first<{ pickup: StoredFlag } | undefined>('pickup')
      return row === undefined ? null : toFlag(row.pickup)
    }),
})
