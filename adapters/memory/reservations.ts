/** Reservations: a copy is set aside for one at most, and a member reserves a title once. */
import type { Privileges, Waiting } from '../../core/circulation/hold-queue.ts'
import type { PickupBranches, Reservations } from '../../core/circulation/reservation-ports.ts'
import { isKept, isLiving } from '../../core/circulation/reservation.ts'
import type { Reservation } from '../../core/circulation/reservation.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { BookId, ReservationId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite } from '../../core/shared/unit-of-work.ts'
import type { Database, Tables } from './database.ts'
import { publish } from './outbox.ts'

export const reservations = (on: Database): Reservations => {
  const { tables } = on
  return {
    locate: id =>
      TE.fromIOEither(() =>
        pipe(
          find(tables, id),
          E.map(found => ({
            memberId: found.memberId,
            bookId: found.bookId,
            branchId: found.branchId,
            copyId: 'copyId' in found ? found.copyId : null,
          })),
        ),
      ),
    get: id => TE.fromIOEither(() => find(tables, id)),
    queueOf: bookId => TE.fromIO(() => waitingFor(tables, bookId)),
    unservedOf: bookId =>
      TE.fromIO(() =>
        tables.reservations
          .where('book', bookId)
          .flatMap(reservation => {
            if (reservation.status !== 'waiting' && reservation.status !== 'suspended') return []
            return [{ reservation, ...privilegesOf(tables, reservation) }]
          })
          .sort((a, b) => a.reservation.id - b.reservation.id),
      ),
    keptOn: copyId => TE.fromIO(() => tables.reservations.where('kept', copyId).find(isKept) ?? null),
    livingOf: memberId =>
      TE.fromIO(() =>
        tables.reservations
          .where('member', memberId)
          .filter(isLiving)
          .sort((a, b) => a.id - b.id),
      ),
    save: (reservation, act) =>
      TE.fromIOEither(() =>
        pipe(
          write(tables, reservation.state),
          E.tap(() => {
            publish(on, reservation.events, act)
            return E.right(undefined)
          }),
        ),
      ),
  }
}

/** With what decides whether a copy may go to them. */
export const waitingFor = (tables: Tables, bookId: BookId): readonly Waiting[] =>
  tables.reservations.where('waitingFor', bookId).flatMap(reservation => {
    return reservation.status === 'waiting' ? [{ reservation, ...privilegesOf(tables, reservation) }] : []
  })

export const privilegesOf = ({ members }: Tables, { memberId }: Reservation): Privileges => {
  const { membershipType, homeBranchId } = members.get(memberId).member
  return { membershipType, homeBranchId }
}

const find = ({ reservations: all }: Tables, id: ReservationId): Either<NotFound, Reservation> => {
  const found = all.find(id)
  return found === undefined ? E.left(notFound('reservation', id)) : E.right(found)
}

/** Version 0 was never saved; any other must be the one that was read. */
const write = <Saved extends Reservation>(
  { reservations: all }: Tables,
  reservation: Saved,
): Either<StaleWrite | DuplicateKey, Saved> => {
  if ((all.find(reservation.id)?.version ?? 0) !== reservation.version) {
    return E.left(staleWrite('reservation', reservation.id))
  }
  const saved = { ...reservation, version: reservation.version + 1 }
  if (all.clashes('kept', saved)) return E.left(duplicateKey('book_copy_id'))
  if (all.clashes('living', saved)) return E.left(duplicateKey('book_id'))
  all.put(saved)
  return E.right(saved)
}

export const pickupBranches = ({ tables }: Database): PickupBranches => ({
  serves: id => TE.fromIO(() => tables.branches.find(id)?.details.pickup ?? null),
})
