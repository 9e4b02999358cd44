import { expect } from 'chai'
import fc from 'fast-check'
import { earlier, firstInLine, positionIn } from '../../../core/circulation/hold-queue.ts'
import type { Waiting } from '../../../core/circulation/hold-queue.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { aReservation, reservationId } from '../builders.ts'

const waiting = (id: number, priority: number, time: number, membershipType = 'standard'): Waiting => ({
  reservation: aReservation('waiting', { id: reservationId(id), priority, reservedAt: instant(time) }),
  membershipType,
  homeBranchId: null,
})

const idsOf = (queue: readonly Waiting[]) =>
  [...queue].sort((a, b) => earlier(a.reservation, b.reservation)).map(({ reservation }) => reservation.id)

const anyone = () => true

describe('the queue of a title (R6.2)', () => {
  it('goes by priority class, then time, then id', () => {
    expect(idsOf([waiting(4, 0, 20), waiting(3, 0, 10), waiting(2, 0, 10), waiting(1, 5, 30)])).to.deep.equal(
      [1, 2, 3, 4],
    )
  })

  it('gives the copy to the first whom it may go to (R6.4)', () => {
    const queue = [waiting(1, 0, 10, 'child'), waiting(2, 0, 20), waiting(3, 0, 30)]
    expect(firstInLine(queue, anyone)?.reservation.id).to.equal(1)
    expect(firstInLine(queue, ({ membershipType }) => membershipType !== 'child')?.reservation.id).to.equal(2)
    expect(firstInLine(queue, () => false)).to.equal(null)
    expect(firstInLine([], anyone)).to.equal(null)
  })

  it('counts places from 1, also for one who is about to join', () => {
    const queue = [waiting(1, 0, 10), waiting(2, 1, 20)]
    expect(positionIn(queue, queue[1]!.reservation)).to.equal(1)
    expect(positionIn(queue, queue[0]!.reservation)).to.equal(2)
    expect(positionIn(queue, waiting(3, 0, 30).reservation)).to.equal(3)
    expect(positionIn([], waiting(3, 0, 30).reservation)).to.equal(1)
  })

  it('has each place once, and its first place is who gets the copy', () => {
    const anyQueue = fc
      .array(fc.record({ priority: fc.integer({ min: 0, max: 2 }), time: fc.integer({ min: 0, max: 3 }) }))
      .map(rows => rows.map(({ priority, time }, index) => waiting(index + 1, priority, time)))
    fc.assert(
      fc.property(anyQueue, queue => {
        const places = queue.map(({ reservation }) => positionIn(queue, reservation)).sort((a, b) => a - b)
        expect(places).to.deep.equal(queue.map((_, index) => index + 1))
        const first = firstInLine(queue, anyone)
        expect(first === null ? 1 : positionIn(queue, first.reservation)).to.equal(1)
      }),
    )
  })
})
