/** The pull list: which free copy staff fetch from the shelf for whom (circulation R6.3, R6.4). */
import type { ReservationId } from '../shared/id.ts'
import type { Available } from './copy.ts'
import { matching } from './hold-matching.ts'
import type { FillingRules } from './hold-rules.ts'
import { earlier } from './hold-queue.ts'
import type { WantedTitle } from './hold-queue.ts'
import type { WaitingReservation } from './reservation.ts'

/** A copy to be fetched for a reservation. */
export interface Pull {
  /** The reservation's: no reservation is there twice. */
  readonly id: ReservationId
  readonly reservation: WaitingReservation
  /** From 1 among all who wait for the title. */
  readonly queuePosition: number
  readonly title: string
  readonly copy: Available
}

/**
 * As many reservations as can be filled at once, the earlier in the queue before the later; for each a copy which stands where it
 * will be fetched, where one is left. What is damaged is fetched for nobody.
 */
export const pullsOf = ({ title, free, queue }: WantedTitle, rules: FillingRules): readonly Pull[] => {
  const inOrder = [...queue].sort((a, b) => earlier(a.reservation, b.reservation))
  const sound = free.filter(({ condition }) => condition !== 'damaged')
  const served = matching(inOrder, waiting => {
    const away = (copy: Available): number => (copy.branchId === waiting.reservation.branchId ? 0 : 1)
    return sound
      .filter(copy => rules(copy, waiting).lendable)
      .sort((a, b) => away(a) - away(b) || a.id - b.id)
  })
  return inOrder.flatMap((waiting, index) => {
    const copy = sound.find(one => served.get(one) === waiting)
    return copy === undefined
      ? []
      : [
          {
            id: waiting.reservation.id,
            reservation: waiting.reservation,
            queuePosition: index + 1,
            title,
            copy,
          },
        ]
  })
}
