/** Who waits in the sample: readers of what is out now. */
import type { Loan } from '../../core/circulation/loan.ts'
import { place } from '../../core/circulation/reservation.ts'
import type { WaitingReservation } from '../../core/circulation/reservation.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import type { BookId, BranchId, MemberId, ReservationId } from '../../core/shared/id.ts'
import { dayOf, instant, plusDays } from '../../core/shared/local-time.ts'
import type { Instant, Zone } from '../../core/shared/local-time.ts'
import { chance } from './random.ts'

export interface QueueOptions {
  readonly seed: number
  readonly now: Instant
  /** Returned ones among them count for nothing. */
  readonly loans: readonly Loan[]
  readonly members: readonly MemberId[]
  readonly branches: readonly BranchId[]
  /** One each; when they are used up, nobody waits any more. */
  readonly ids: readonly ReservationId[]
}

/** A member of the sample waits for no more than this. */
const mostWaiting = 3

/** For a part of what is out one or two members wait, none of them for what he has himself, nor twice. */
export const waitingReaders = ({
  seed,
  now,
  loans,
  members,
  branches,
  ids,
}: QueueOptions): readonly WaitingReservation[] => {
  const { integer, pick, happens } = chance(seed + 1)
  const out = loans.filter(({ state }) => state === 'open')
  const titles = new Map<MemberId, Set<BookId>>()
  const titlesOf = (member: MemberId): Set<BookId> => titles.get(member) ?? new Set()
  for (const { memberId, bookId } of out) titles.set(memberId, titlesOf(memberId).add(bookId))
  const waiting = new Map<MemberId, number>()
  const reservations: WaitingReservation[] = []
  for (const { bookId, borrowedAt } of out.filter(() => happens(0.3))) {
    for (let readers = integer(1, 2); readers > 0; readers -= 1) {
      const memberId = pick(members)
      const count = waiting.get(memberId) ?? 0
      const id = ids[reservations.length]
      if (id === undefined || count >= mostWaiting || titlesOf(memberId).has(bookId)) continue
      titles.set(memberId, titlesOf(memberId).add(bookId))
      waiting.set(memberId, count + 1)
      const reservedAt = instant(borrowedAt + integer(1, Math.max(1, now - borrowedAt)))
      reservations.push(
        place({
          id,
          memberId,
          bookId,
          branchId: pick(branches),
          reservedAt,
          priority: defaultValues.reservationPriority,
          expiresOn: null,
          queueUntil:
            defaultValues.reservationDays === null
              ? null
              : plusDays(dayOf(reservedAt, 'UTC' as Zone), defaultValues.reservationDays),
        }).state,
      )
    }
  }
  return reservations
}
