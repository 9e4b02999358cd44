import { expect } from 'chai'
import {
  cancel,
  expire,
  fulfil,
  isKept,
  isLiving,
  lastDayInQueue,
  makeReady,
  place,
  reservationStatuses,
  send,
} from '../../../core/circulation/reservation.ts'
import { E } from '../../../core/shared/fp.ts'
import { aReservation, at, bookId, branchId, copyId, day, memberId, reservationId } from '../builders.ts'

const now = at('2026-03-11T12:00:00+01:00')
const until = at('2026-03-18T23:59:59+01:00')

const event = (type: string, changes: object = {}) => ({
  type,
  version: 1,
  aggregate: 'reservation',
  aggregateId: 1,
  occurredAt: now,
  payload: {
    reservationId: 1,
    memberId: 1,
    bookId: 1,
    branchId: 1,
    copyId: null,
    readyUntil: null,
    ...changes,
  },
})

describe('a reservation (R6.1)', () => {
  it('begins by waiting', () => {
    const {
      version: _version,
      unfillable: _unfillable,
      notified: _notified,
      ...wanted
    } = {
      id: reservationId(1),
      version: 0,
      memberId: memberId(1),
      bookId: bookId(1),
      branchId: branchId(1),
      reservedAt: now,
      priority: 2,
      expiresOn: day('2026-06-01'),
      queueUntil: day('2027-03-11'),
      unfillable: false,
      notified: false,
    }
    expect(place(wanted)).to.deep.equal({
      state: { ...wanted, version: 0, unfillable: false, notified: false, status: 'waiting' },
      events: [event('ReservationPlaced')],
    })
  })

  it('that waits is made ready: kept until then, the member told', () => {
    expect(makeReady(aReservation('waiting'), copyId(7), until, now)).to.deep.equal({
      state: aReservation('ready', { copyId: copyId(7), readyUntil: until }),
      events: [event('ReservationReady', { copyId: 7, readyUntil: until })],
    })
  })

  it('that waits is sent to, and nobody is told before it arrives', () => {
    const { state, events } = send(aReservation('waiting'), copyId(7), now)
    expect(state).to.deep.equal(aReservation('in_transit', { copyId: copyId(7) }))
    expect(events).to.deep.equal([event('ReservationSent', { copyId: 7 })])
  })

  it('that was ready, carried away and back is ready until the same moment, and nobody is told again (R3.4)', () => {
    const away = send(aReservation('ready', { readyUntil: until }), copyId(1), now).state
    expect(away.readyUntil).to.equal(until)
    const later = at('2026-03-25T23:59:59+01:00')
    expect(makeReady(away, copyId(1), later, now)).to.deep.equal({
      state: aReservation('ready', { readyUntil: until }),
      events: [],
    })
  })

  for (const status of ['waiting', 'suspended', 'in_transit', 'ready'] as const) {
    it(`that is ${status} is fulfilled by the copy lent`, () => {
      const { state, events } = fulfil(aReservation(status), copyId(9), now)
      expect(state).to.include({ status: 'fulfilled', copyId: 9 })
      expect(events.map(({ type }) => type)).to.deep.equal(['ReservationFulfilled'])
    })

    it(`that is ${status} may be cancelled`, () => {
      const cancelled = cancel(aReservation(status), now)
      expect(E.isRight(cancelled) && cancelled.right.state.status).to.equal('cancelled')
      expect(E.isRight(cancelled) && cancelled.right.events.map(({ type }) => type)).to.deep.equal([
        'ReservationCancelled',
      ])
    })
  }

  for (const status of ['fulfilled', 'cancelled', 'expired'] as const) {
    it(`that is ${status} cannot be cancelled`, () => {
      expect(cancel(aReservation(status), now)).to.deep.equal(
        E.left({
          type: 'Conflict',
          message: `A reservation that is ${status} cannot be cancelled`,
          detail: { reservation_id: 1, status },
        }),
      )
    })
  }

  it('that expires on the shelf says which copy it had', () => {
    expect(expire(aReservation('ready'), now).state).to.include({ status: 'expired', copyId: 1 })
    expect(expire(aReservation('waiting'), now).state).to.include({ status: 'expired', copyId: null })
  })

  it('lives while nobody has got the book, and is kept while a copy is set aside', () => {
    expect(reservationStatuses.filter(status => isLiving(aReservation(status)))).to.deep.equal([
      'waiting',
      'suspended',
      'in_transit',
      'ready',
    ])
    expect(reservationStatuses.filter(status => isKept(aReservation(status)))).to.deep.equal([
      'in_transit',
      'ready',
    ])
  })

  describe('stays in the queue until the earlier of two days (R6.5)', () => {
    const [may, june] = [day('2026-05-01'), day('2026-06-01')]
    const table = [
      ['neither', null, null, null],
      ['the member’s own', may, null, may],
      ['the queue’s', null, june, june],
      ['the member’s, earlier', may, june, may],
      ['the queue’s, earlier', june, may, may],
    ] as const
    for (const [what, expiresOn, queueUntil, expected] of table) {
      it(what, () =>
        expect(lastDayInQueue(aReservation('waiting', { expiresOn, queueUntil }))).to.equal(expected),
      )
    }
  })
})
