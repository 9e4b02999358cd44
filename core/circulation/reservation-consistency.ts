/** What must hold of a title's reservations and of the copies set aside for them. */
import { breach } from '../shared/consistency.ts'
import type { Invariant } from '../shared/consistency.ts'
import { repeated, single } from '../shared/grouped.ts'
import type { CopyFacts, LivingFacts, TitleFacts } from './consistency-facts.ts'

const copyOf = ({ copyId }: LivingFacts) => copyId

const keptOf = ({ reservations }: TitleFacts): readonly LivingFacts[] =>
  reservations.filter(({ status }) => status === 'ready' || status === 'in_transit')

const idsOf = (reservations: readonly LivingFacts[]): readonly number[] => reservations.map(({ id }) => id)

/** R2.6: a copy is set aside for one. */
const oneReservationPerCopy: Invariant<TitleFacts> = {
  name: 'one-reservation-per-copy',
  repair:
    'Cancel all of them but the one that the copy is kept for (DELETE /reservations/{id}), and reserve anew.',
  breaches: facts =>
    repeated(keptOf(facts), copyOf).flatMap(([copyId, kept]) =>
      copyId === null
        ? []
        : [
            breach('copy', copyId, 'It is set aside for more than one reservation', {
              reservation_ids: idsOf(kept),
            }),
          ],
    ),
}

const keptForItsMember: Invariant<TitleFacts> = {
  name: 'kept-for-a-reservation',
  repair: 'Scan the copy at its desk (POST /returns): it goes to whoever is next, else home.',
  breaches: ({ copies, reservations }) =>
    copies
      .filter(({ status }) => status === 'kept')
      .filter(
        ({ id, keptFor }) =>
          !reservations.some(one => one.status === 'ready' && one.copyId === id && one.memberId === keptFor),
      )
      .map(({ id, keptFor }) =>
        breach('copy', id, 'It is kept for a member who has no reservation ready with it', {
          user_id: keptFor,
        }),
      ),
}

/** And the reverse. Whom a kept copy is for is told by `kept-for-a-reservation`. */
const reservationHasItsCopy: Invariant<TitleFacts> = {
  name: 'reservation-has-its-copy',
  repair: 'Cancel it (DELETE /reservations/{id}) and reserve anew: the copy stays where it is.',
  breaches: facts =>
    single(keptOf(facts), copyOf).flatMap(one => {
      const copy = facts.copies.find(({ id }) => id === one.copyId)
      return copy !== undefined && isSetAside(copy, one)
        ? []
        : [
            breach('reservation', one.id, `It is ${one.status}, but its copy is not there for it`, {
              book_copy_id: one.copyId,
              copy_status: copy?.status ?? null,
            }),
          ]
    }),
}

/** On a shelf, or on its way to where it will be fetched. (A copy on its way may be so for nobody: the reverse does not hold.) */
const isSetAside = (copy: CopyFacts, { status, branchId }: LivingFacts): boolean =>
  status === 'ready' ? copy.status === 'kept' : copy.status === 'in_transit' && copy.destination === branchId

/** CIR-6: a member waits once for a title. */
const oneReservationPerMember: Invariant<TitleFacts> = {
  name: 'one-reservation-per-member',
  repair: 'Cancel all of them but the earliest (DELETE /reservations/{id}).',
  breaches: ({ bookId, reservations }) =>
    repeated(reservations, ({ memberId }) => memberId).map(([memberId, living]) =>
      breach('book', bookId, 'A member has more than one living reservation of it', {
        user_id: memberId,
        reservation_ids: idsOf(living),
      }),
    ),
}

export const reservationInvariants: readonly Invariant<TitleFacts>[] = [
  oneReservationPerCopy,
  keptForItsMember,
  reservationHasItsCopy,
  oneReservationPerMember,
]
