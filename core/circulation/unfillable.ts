/** Reservations that no copy is left for, and those that one could fill again (circulation R6.7). */
import type { Act } from '../identity/actor.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BookId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { DuplicateKey, StaleWrite } from '../shared/unit-of-work.ts'
import type { Copy } from './copy.ts'
import { fillingRules } from './hold-rules.ts'
import type { FillingRules } from './hold-rules.ts'
import type { Unserved } from './hold-queue.ts'
import type { CirculationStores } from './ports.ts'
import { markUnfillable } from './reservation.ts'

type MarkingStores = Pick<CirculationStores, 'copies' | 'reservations' | 'rules' | 'settings' | 'calendars'>

/**
 * After a copy of the title came, went or changed; its lock is held. The mark of each reservation that nothing is set aside for
 * follows, and its member is told once when it is made.
 */
export const markTheUnfillable = (
  stores: MarkingStores,
  act: Act,
  bookId: BookId,
  now: Instant,
): TaskEither<StaleWrite | DuplicateKey, void> =>
  pipe(
    stores.reservations.unservedOf(bookId),
    TE.flatMap(unserved =>
      unserved.length === 0
        ? TE.right<StaleWrite | DuplicateKey, void>(undefined)
        : pipe(
            TE.Do,
            TE.bind('copies', () => stores.copies.ofBook(bookId)),
            TE.bind('rules', ({ copies }) =>
              fillingRules(
                stores,
                copies.map(({ branchId }) => branchId),
                now,
              ),
            ),
            TE.flatMap(({ copies, rules }) =>
              pipe(
                unserved.filter(
                  one => one.reservation.unfillable === copies.some(copy => couldFill(copy, one, rules)),
                ),
                TE.traverseSeqArray(({ reservation }) =>
                  stores.reservations.save(markUnfillable(reservation, !reservation.unfillable, now), act),
                ),
              ),
            ),
            TE.map(() => undefined),
          ),
    ),
  )

/** Nobody counts on it: it is withdrawn, lost, missing or said to be returned. What is damaged may be mended. */
export const isGivenUp = ({ status }: Pick<Copy, 'status'>): boolean =>
  status === 'withdrawn' || status === 'lost' || status === 'missing' || status === 'claimed_returned'

const couldFill = (copy: Copy, unserved: Unserved, rules: FillingRules): boolean =>
  !isGivenUp(copy) && rules(copy, unserved).lendable
