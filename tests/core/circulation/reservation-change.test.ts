import { expect } from 'chai'
import { change } from '../../../core/circulation/reservation-change.ts'
import type { ReservationChanges } from '../../../core/circulation/reservation-change.ts'
import { makeReady, markUnfillable, resume, send } from '../../../core/circulation/reservation.ts'
import type { Reservation } from '../../../core/circulation/reservation.ts'
import { E } from '../../../core/shared/fp.ts'
import { aReservation, at, branchId, copyId, day } from '../builders.ts'

const now = at('2026-03-11T12:00:00+01:00')
const [april, may] = [day('2026-04-01'), day('2026-05-01')]
const elsewhere = { branchId: branchId(2) }

type Row = readonly [
  what: string,
  before: Reservation,
  changes: Partial<ReservationChanges>,
  after: object,
  told: readonly string[],
]

const table: readonly Row[] = [
  [
    'R6.2 that waits is suspended',
    aReservation('waiting', { priority: 3 }),
    { suspendedUntil: april },
    {
      status: 'suspended',
      suspendedUntil: april,
      priority: 3,
      reservedAt: aReservation('waiting').reservedAt,
    },
    ['ReservationSuspended'],
  ],
  [
    'R6.2 that is suspended stays so until another day',
    aReservation('suspended', { suspendedUntil: april }),
    { suspendedUntil: may },
    { status: 'suspended', suspendedUntil: may },
    ['ReservationSuspended'],
  ],
  [
    'R6.2 that is suspended goes on at once',
    aReservation('suspended', { suspendedUntil: april }),
    { suspendedUntil: null },
    { status: 'waiting' },
    ['ReservationResumed'],
  ],
  [
    'that waits goes on as it was',
    aReservation('waiting'),
    { suspendedUntil: null },
    { status: 'waiting' },
    [],
  ],
  [
    'that stands ready has no suspension to end',
    aReservation('ready'),
    { suspendedUntil: null },
    { status: 'ready', notified: true },
    [],
  ],
  [
    'R6.2 is moved in its queue',
    aReservation('waiting'),
    { priority: 5 },
    { priority: 5, status: 'waiting' },
    ['ReservationChanged'],
  ],
  [
    'R6.5 has another last day',
    aReservation('ready'),
    { expiresOn: may },
    { expiresOn: may, status: 'ready', readyUntil: aReservation('ready').readyUntil },
    ['ReservationChanged'],
  ],
  [
    'R6.5 has no last day any more',
    aReservation('suspended', { expiresOn: may, suspendedUntil: april }),
    { expiresOn: null },
    { expiresOn: null, status: 'suspended', suspendedUntil: april },
    ['ReservationChanged'],
  ],
  [
    'that waits is fetched elsewhere',
    aReservation('waiting'),
    elsewhere,
    { branchId: 2, status: 'waiting' },
    ['ReservationChanged'],
  ],
  [
    'that is suspended is fetched elsewhere',
    aReservation('suspended', { suspendedUntil: april }),
    elsewhere,
    { branchId: 2, status: 'suspended', suspendedUntil: april },
    ['ReservationChanged'],
  ],
  [
    'that stands ready is sent on, and its time runs on (R6.5)',
    aReservation('ready'),
    elsewhere,
    {
      branchId: 2,
      status: 'in_transit',
      copyId: 1,
      readyUntil: aReservation('ready').readyUntil,
      notified: false,
    },
    ['ReservationChanged', 'ReservationSent'],
  ],
  [
    'that is under way goes there instead',
    aReservation('in_transit', { readyUntil: at('2026-03-18T23:59:59+01:00'), notified: true }),
    elsewhere,
    {
      branchId: 2,
      status: 'in_transit',
      copyId: 1,
      readyUntil: at('2026-03-18T23:59:59+01:00'),
      notified: false,
    },
    ['ReservationChanged'],
  ],
  [
    'that stands ready stays where it is fetched already',
    aReservation('ready'),
    { branchId: branchId(1) },
    { status: 'ready', notified: true },
    [],
  ],
  [
    'takes several changes at once, each told',
    aReservation('waiting'),
    { suspendedUntil: april, priority: 1 },
    { status: 'suspended', priority: 1 },
    ['ReservationChanged', 'ReservationSuspended'],
  ],
]

describe('a reservation that is changed (RES-3)', () => {
  for (const [what, before, changes, after, told] of table) {
    it(what, () => {
      const result = change(before, changes, now)
      if (E.isLeft(result)) throw new Error('It was refused')
      expect(result.right.state).to.deep.include(after)
      expect(result.right.state).to.include({ id: before.id, version: before.version })
      expect(result.right.events.map(({ type, occurredAt }) => [type, occurredAt])).to.deep.equal(
        told.map(type => [type, now]),
      )
    })
  }

  for (const status of ['in_transit', 'ready'] as const) {
    it(`R6.1 that is ${status} cannot be suspended`, () => {
      expect(change(aReservation(status), { suspendedUntil: april }, now)).to.deep.equal(
        E.left({
          type: 'Conflict',
          message: `A reservation that is ${status} cannot be suspended`,
          detail: { reservation_id: 1, status },
        }),
      )
    })
  }

  for (const status of ['fulfilled', 'cancelled', 'expired'] as const) {
    for (const changes of [{}, { priority: 1 }, { suspendedUntil: null }, elsewhere]) {
      it(`R6.1 that is ${status} cannot be changed (${Object.keys(changes).join() || 'nothing'})`, () => {
        expect(E.isLeft(change(aReservation(status), changes, now))).to.equal(true)
      })
    }
  }

  it('R6.2 goes on in its old place', () => {
    const suspended = aReservation('suspended', { suspendedUntil: april, priority: 2 })
    const { state, events } = resume(suspended, now)
    expect(state).to.deep.equal(aReservation('waiting', { priority: 2 }))
    expect(events.map(({ type }) => type)).to.deep.equal(['ReservationResumed'])
  })

  for (const [unfillable, told] of [
    [true, 'ReservationUnfillable'],
    [false, 'ReservationFillable'],
  ] as const) {
    it(`R6.7 is marked ${unfillable ? 'unfillable' : 'fillable again'}, and stays where it stands`, () => {
      const suspended = aReservation('suspended', { suspendedUntil: april, unfillable: !unfillable })
      const { state, events } = markUnfillable(suspended, unfillable, now)
      expect(state).to.deep.equal({ ...suspended, unfillable })
      expect(events.map(({ type }) => type)).to.deep.equal([told])
    })
  }

  it('R6.7 loses the mark with the copy that is set aside for it', () => {
    const waiting = aReservation('waiting', { unfillable: true })
    expect(send(waiting, copyId(7), now).state.unfillable).to.equal(false)
    expect(makeReady(waiting, copyId(7), null, now).state.unfillable).to.equal(false)
  })
})
