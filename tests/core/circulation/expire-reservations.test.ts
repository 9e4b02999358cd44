import { expect } from 'chai'
import type { ReservationQueries } from '../../../core/circulation/reservation-ports.ts'
import { expirePickups } from '../../../core/circulation/use-cases/expire-reservations.ts'
import type { ExpireReservationsDeps } from '../../../core/circulation/use-cases/expire-reservations.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import type { ReservationId } from '../../../core/shared/id.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import { at, reservationId } from '../builders.ts'

const now = at('2026-03-20T12:00:00+01:00')

/** 450 are over, in pages as they are asked for. */
const overdue: ReservationQueries['overdueOnShelf'] = (_now, after, limit) => {
  const ids: ReservationId[] = []
  for (let id = (after ?? 0) + 1; id <= 450 && ids.length < limit; id += 1) ids.push(reservationId(id))
  return TE.right(ids)
}

/** Units of work by turns: one is thrown out of, one fails, the third ends its reservation. */
const byTurns = (): ExpireReservationsDeps['work'] => {
  let runs = 0
  return {
    run: () => async () => {
      runs += 1
      if (runs % 3 === 1) throw new Error('A damaged row')
      return runs % 3 === 2 ? E.left(storeFailure('busy', 'x')) : (E.right(true) as E.Either<never, never>)
    },
  }
}

describe('what stood on the hold shelf for too long', () => {
  it('ends one by one: what fails, or throws, holds up nobody behind it, on this page or the next', async () => {
    const job = expirePickups({
      work: byTurns(),
      queries: { overdueOnShelf: overdue, overdueInQueue: () => TE.right([]) },
      clock: { now: () => now },
    })
    expect(await job()).to.deep.equal(E.right({ done: 150, skipped: 0, failed: 300 }))
  })
})
