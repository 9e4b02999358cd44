import { expect } from 'chai'
import type { OpeningCalendar } from '../../../core/branches/opening-calendar.ts'
import {
  giveBackLoan,
  giveBackShelf,
  moveLoan,
  moveShelf,
  planLoan,
  planShelf,
  reopening,
} from '../../../core/circulation/emergency-closure.ts'
import type { DueLoan, PlannedLoanMove } from '../../../core/circulation/emergency-closure.ts'
import { expire, fulfil } from '../../../core/circulation/reservation.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { Instant } from '../../../core/shared/local-time.ts'
import {
  aCalendar,
  aLoan,
  aReservation,
  at,
  branchId,
  closed,
  closedYearly,
  copyId,
  day,
  everyDay,
  hours,
  loanId,
  neverOpen,
  openOn,
  reservationId,
  utc,
  zone,
} from '../builders.ts'

const workdays = openOn(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])

const closing = (from: string, to: string, calendar: OpeningCalendar) => ({
  from: day(from),
  to: day(to),
  ...reopening(calendar, { to: day(to) }),
})

describe('the day on which a branch opens again after an emergency closure (R6.9, R1.4)', () => {
  const table: readonly (readonly [string, OpeningCalendar, string, string])[] = [
    ['the next day, where it is open', aCalendar(), '2026-03-11', '2026-03-12'],
    ['past the days of the week that are closed', workdays, '2026-03-12', '2026-03-13'],
    ['past a weekend', workdays, '2026-03-13', '2026-03-16'],
    [
      'past what is closed every year behind it',
      aCalendar({ closures: [closedYearly('2020-12-24', '2020-12-26')] }),
      '2026-12-23',
      '2026-12-27',
    ],
    [
      'past what is closed once behind it, and across the year',
      aCalendar({ closures: [closed('2026-12-30', '2027-01-03')] }),
      '2026-12-29',
      '2027-01-04',
    ],
    ['the next day, where it opens on no day', neverOpen(), '2026-03-11', 'ignored 2026-03-12'],
    [
      'the next day, where it opens no sooner than in more than a year',
      aCalendar({ closures: [closed('2026-03-12', '2027-03-14')] }),
      '2026-03-11',
      'ignored 2026-03-12',
    ],
    [
      'the very last day that is looked at',
      aCalendar({ closures: [closed('2026-03-12', '2027-03-12')] }),
      '2026-03-11',
      '2027-03-13',
    ],
  ]
  for (const [what, calendar, to, expected] of table) {
    it(what, () => {
      const { reopensOn, calendarIgnored } = reopening(calendar, { to: day(to) })
      expect(`${calendarIgnored ? 'ignored ' : ''}${reopensOn}`).to.equal(expected)
    })
  }
})

const due = (dueAt: string, changes: Partial<DueLoan> = {}): DueLoan => ({
  id: loanId(1),
  dueAt: at(dueAt),
  overdueFrom: (at(dueAt) + 1000) as Instant,
  renewalCount: 0,
  zone: zone('Europe/Berlin'),
  ...changes,
})

/** A loan of minutes or hours is late at once. */
const dueByHour = (dueAt: string, changes: Partial<DueLoan> = {}): DueLoan =>
  due(dueAt, { overdueFrom: at(dueAt), ...changes })

describe('where an emergency closure moves a due date to (R6.9)', () => {
  const split = aCalendar({ weekly: everyDay(hours(['10:00', '13:00'], ['15:00', '19:00'])) })
  const table: readonly (readonly [
    string,
    readonly [from: string, to: string],
    OpeningCalendar,
    DueLoan,
    string | null,
  ])[] = [
    [
      'on its only day: to the end of the next one that is open',
      ['2026-03-10', '2026-03-10'],
      aCalendar(),
      due('2026-03-10T23:59:59+01:00'),
      '2026-03-11T23:59:59+01:00',
    ],
    [
      'on its first day of several',
      ['2026-03-10', '2026-03-13'],
      workdays,
      due('2026-03-10T23:59:59+01:00'),
      '2026-03-16T23:59:59+01:00',
    ],
    [
      'on its last day',
      ['2026-03-10', '2026-03-13'],
      workdays,
      due('2026-03-13T23:59:59+01:00'),
      '2026-03-16T23:59:59+01:00',
    ],
    [
      'the day before it: stays',
      ['2026-03-10', '2026-03-13'],
      workdays,
      due('2026-03-09T23:59:59+01:00'),
      null,
    ],
    [
      'the day after it: stays',
      ['2026-03-10', '2026-03-13'],
      workdays,
      due('2026-03-14T23:59:59+01:00'),
      null,
    ],
    [
      'across the change of the clocks',
      ['2026-03-28', '2026-03-28'],
      aCalendar(),
      due('2026-03-28T23:59:59+01:00'),
      '2026-03-29T23:59:59+02:00',
    ],
    [
      'by the zone that is frozen on it, ahead of the branch',
      ['2026-03-10', '2026-03-10'],
      aCalendar(),
      due('2026-03-10T23:59:59+13:00', { zone: zone('Pacific/Auckland') }),
      '2026-03-11T23:59:59+13:00',
    ],
    [
      'by the zone that is frozen on it, behind the branch',
      ['2026-03-10', '2026-03-10'],
      aCalendar(),
      due('2026-03-10T23:59:59-07:00', { zone: zone('America/Los_Angeles') }),
      '2026-03-11T23:59:59-07:00',
    ],
    [
      'by an offset of a quarter of an hour',
      ['2026-03-10', '2026-03-10'],
      aCalendar(),
      due('2026-03-10T23:59:59+05:45', { zone: zone('Asia/Kathmandu') }),
      '2026-03-11T23:59:59+05:45',
    ],
    [
      'the day before it in its own zone, though it is the same day in Berlin: stays',
      ['2026-03-11', '2026-03-11'],
      aCalendar(),
      due('2026-03-10T23:59:59-07:00', { zone: zone('America/Los_Angeles') }),
      null,
    ],
    [
      'one of hours: to the next opening',
      ['2026-03-10', '2026-03-10'],
      split,
      dueByHour('2026-03-10T16:30:00+01:00'),
      '2026-03-11T10:00:00+01:00',
    ],
    [
      'one of hours, the first moment of it',
      ['2026-03-10', '2026-03-10'],
      split,
      dueByHour('2026-03-10T00:00:00+01:00'),
      '2026-03-11T10:00:00+01:00',
    ],
    [
      'one of hours that was due when the day before ended: stays',
      ['2026-03-10', '2026-03-10'],
      split,
      dueByHour('2026-03-09T23:59:00+01:00'),
      null,
    ],
  ]
  for (const [what, [from, to], calendar, loan, expected] of table) {
    it(what, () => {
      const planned = planLoan(closing(from, to, calendar), calendar, loan)
      const becomes = planned?.becomes ?? null
      expect(becomes === null ? null : toIso(becomes)).to.equal(expected === null ? null : utc(expected))
      expect(planned?.outcome).to.equal(expected === null ? undefined : 'pending')
    })
  }

  it('R1.4 to the end of the day after it, one of hours too, where no open day is found', () => {
    for (const loan of [due('2026-03-10T23:59:59+01:00'), dueByHour('2026-03-10T16:30:00+01:00')]) {
      const planned = planLoan(closing('2026-03-10', '2026-03-10', neverOpen()), neverOpen(), loan)
      expect(planned).to.include({
        was: loan.dueAt,
        becomes: at('2026-03-11T23:59:59+01:00'),
        outcome: 'pending',
      })
    }
  })
})

describe('where it moves the last moment on the hold shelf to (R6.5, R6.9)', () => {
  const planned = (readyUntil: string, calendar: OpeningCalendar) =>
    planShelf(closing('2026-03-10', '2026-03-13', calendar), calendar, {
      id: reservationId(1),
      readyUntil: at(readyUntil),
    })

  it('to the end of the next open day of the branch', () => {
    const plan = planned('2026-03-12T23:59:59+01:00', workdays)
    expect(plan).to.include({ outcome: 'pending', becomes: at('2026-03-16T23:59:59+01:00') })
  })
  it('nowhere before and after it', () => {
    expect(planned('2026-03-09T23:59:59+01:00', workdays)).to.equal(null)
    expect(planned('2026-03-14T23:59:59+01:00', workdays)).to.equal(null)
  })
  it('R1.4 to the end of the day after it where no open day is found', () => {
    expect(planned('2026-03-12T23:59:59+01:00', neverOpen())).to.include({
      outcome: 'pending',
      becomes: at('2026-03-14T23:59:59+01:00'),
    })
  })
})

describe('the moves of an emergency closure (R6.9)', () => {
  const now = at('2026-03-20T10:00:00+01:00')
  const [old, later] = [at('2026-03-31T23:59:59+02:00'), at('2026-04-02T23:59:59+02:00')]
  const move: PlannedLoanMove = {
    kind: 'loan',
    loanId: loanId(1),
    renewalCount: 0,
    was: old,
    wasOverdueFrom: at('2026-04-01T00:00:00+02:00'),
    becomes: later,
    outcome: 'pending',
  }
  const moved = aLoan({ dueAt: later, overdueFrom: at('2026-04-03T00:00:00+02:00') })

  it('a due date goes, with the moment from which it is late, and is told with the old one', () => {
    const result = moveLoan(aLoan(), move, now)
    expect(result?.state).to.deep.equal(moved)
    expect(result?.events.map(({ type, payload }) => [type, payload])).to.deep.equal([
      [
        'LoanDueDateMoved',
        { loanId: 1, memberId: 1, copyId: 1, bookId: 1, branchId: 1, dueAt: later, previousDueAt: old },
      ],
    ])
  })

  it('one of hours is late at the very moment', () => {
    const byHour = { ...move, wasOverdueFrom: old }
    const result = moveLoan(aLoan({ overdueFrom: old }), byHour, now)
    expect(result?.state).to.include({ dueAt: later, overdueFrom: later })
    expect(giveBackLoan(result!.state, byHour, now)?.state).to.deep.equal(aLoan({ overdueFrom: old }))
  })

  it('given back it is what it was', () => {
    expect(giveBackLoan(moved, move, now)?.state).to.deep.equal(aLoan())
  })

  it('what somebody changed meanwhile stays', () => {
    const changed = [
      aLoan({ dueAt: at('2026-05-01T23:59:59+02:00') }),
      aLoan({ renewalCount: 1 }),
      aLoan({ state: 'returned' }),
      aLoan({ state: 'lost' }),
      aLoan({ state: 'claimed_returned' }),
    ]
    for (const loan of changed) {
      expect(moveLoan(loan, move, now)).to.equal(null)
      const since = { ...loan, dueAt: loan.dueAt === old ? later : loan.dueAt }
      expect(giveBackLoan(since, move, now)).to.equal(null)
    }
  })

  it('a shelf date goes and is given back, under way to the shelf too; what has ended or waits again stays', () => {
    const shelf = {
      kind: 'reservation',
      reservationId: reservationId(1),
      was: old,
      becomes: later,
      outcome: 'pending',
    } as const
    const here = { branchId: aReservation('ready').branchId }
    const kept = {
      ready: (readyUntil: Instant) => aReservation('ready', { readyUntil }),
      in_transit: (readyUntil: Instant) => aReservation('in_transit', { readyUntil }),
    }
    for (const until of Object.values(kept)) {
      const result = moveShelf(here, until(old), shelf, now)
      expect(result?.state).to.deep.equal(until(later))
      expect(result?.events.map(({ type }) => type)).to.deep.equal(['ReservationShelfDateMoved'])
      expect(giveBackShelf(here, result!.state, shelf, now)?.state).to.deep.equal(until(old))
      expect(giveBackShelf(here, until(old), shelf, now)).to.equal(null)
    }
    for (const gone of [
      aReservation('waiting'),
      expire(aReservation('ready', { readyUntil: old }), now).state,
      fulfil(aReservation('ready', { readyUntil: later }), copyId(1), now).state,
      aReservation('ready', { readyUntil: null }),
    ]) {
      expect(moveShelf(here, gone, shelf, now)).to.equal(null)
      expect(giveBackShelf(here, gone, shelf, now)).to.equal(null)
    }
    // It will be fetched at another branch now, and has the date of that one.
    const elsewhere = { branchId: branchId(here.branchId + 1) }
    for (const until of Object.values(kept)) {
      expect(moveShelf(elsewhere, until(old), shelf, now)).to.equal(null)
      expect(giveBackShelf(elsewhere, until(later), shelf, now)).to.equal(null)
    }
  })
})
