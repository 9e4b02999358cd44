import { expect } from 'chai'
import fc from 'fast-check'
import { calendarOf, noHours } from '../../../core/branches/branch.ts'
import type { BranchDetails } from '../../../core/branches/branch.ts'
import {
  contradict,
  daysCounted,
  fitsIntoYear,
  hoursOn,
  isOpenOn,
  minutesCounted,
  nearestOpenDay,
  openDaysAfter,
  openStretches,
  searchLimitDays,
} from '../../../core/branches/opening-calendar.ts'
import type { Closure } from '../../../core/branches/opening-calendar.ts'
import { instant, plusDays, toIso } from '../../../core/shared/local-time.ts'
import {
  aCalendar,
  at,
  closed,
  closedYearly,
  day,
  december,
  everyDay,
  exceptionally,
  hours,
  neverOpen,
  openOn,
  utc,
  week,
  zone,
} from '../builders.ts'

const workdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const

describe('the opening calendar (R1.4)', () => {
  describe('precedence: exceptional opening, closed date, yearly closed date, weekly hours', () => {
    const date = '2026-12-24'
    const exceptional = hours(['10:00', '14:00'])
    const weekly = hours(['09:00', '18:00'])
    const table = [
      // opening, closed, yearly, weekly → the hours of the day
      [true, true, true, true, exceptional],
      [true, true, true, false, exceptional],
      [true, true, false, true, exceptional],
      [true, true, false, false, exceptional],
      [true, false, true, true, exceptional],
      [true, false, true, false, exceptional],
      [true, false, false, true, exceptional],
      [true, false, false, false, exceptional],
      [false, true, true, true, []],
      [false, true, true, false, []],
      [false, true, false, true, []],
      [false, true, false, false, []],
      [false, false, true, true, []],
      [false, false, true, false, []],
      [false, false, false, true, weekly],
      [false, false, false, false, []],
    ] as const
    for (const [opening, single, yearly, isWeekly, expected] of table) {
      const said = [
        opening && 'an exceptional opening',
        single && 'a closed date',
        yearly && 'a yearly closed date',
        isWeekly && 'weekly hours',
      ].filter(part => part !== false)
      it(`${said.join(', ') || 'nothing'}: ${expected.length > 0 ? 'open' : 'closed'}`, () => {
        const closures: readonly Closure[] = [
          ...(yearly ? [closedYearly('2020-12-24', '2020-12-26')] : []),
          ...(single ? [closed('2026-12-20', '2026-12-31')] : []),
          ...(opening ? [exceptionally(date)] : []),
        ]
        const calendar = isWeekly ? aCalendar() : neverOpen()
        for (const order of [closures, [...closures].reverse()]) {
          expect(hoursOn({ ...calendar, closures: order }, day(date))).to.deep.equal(expected)
          expect(isOpenOn({ ...calendar, closures: order }, day(date))).to.equal(expected.length > 0)
        }
      })
    }

    it('a yearly day may have hours of its own', () => {
      const early: Closure = { ...closedYearly('2020-12-24'), open: hours(['09:00', '12:00']) }
      expect(hoursOn(aCalendar({ closures: [early] }), day('2026-12-24'))).to.deep.equal(early.open)
      expect(hoursOn(aCalendar({ closures: [early, closed('2026-12-24')] }), day('2026-12-24'))).to.be.empty
    })
  })

  describe('R1.4 two closures contradict each other', () => {
    const longer: Closure = { ...exceptionally('2026-12-24'), open: hours(['10:00', '18:00']) }
    const yearlyMorning: Closure = { ...closedYearly('2020-12-24'), open: hours(['09:00', '12:00']) }
    const table: readonly (readonly [string, Closure, Closure, boolean])[] = [
      ['other hours of the same day', exceptionally('2026-12-24'), longer, true],
      ['the same hours of the same day', exceptionally('2026-12-24'), exceptionally('2026-12-24'), false],
      ['other hours of another day', exceptionally('2026-12-23'), longer, false],
      ['a stretch that ends on the day', exceptionally('2026-12-20', '2026-12-24'), longer, true],
      ['a stretch that begins on the day', exceptionally('2026-12-24', '2026-12-30'), longer, true],
      ['a stretch around the day', exceptionally('2026-12-20', '2026-12-30'), longer, true],
      ['closed twice', closed('2026-12-24'), closed('2026-12-20', '2026-12-30'), false],
      ['an opening goes before a closed day', closed('2026-12-24'), longer, false],
      ['a closed day goes before a yearly one', closed('2026-12-24'), yearlyMorning, false],
      ['an opening goes before a yearly one', longer, yearlyMorning, false],
      ['yearly, closed and open', closedYearly('2019-12-24'), yearlyMorning, true],
      ['yearly, over the turn of the year', closedYearly('2019-12-20', '2020-01-06'), yearlyMorning, true],
      ['yearly, on other days', closedYearly('2019-12-25', '2020-01-06'), yearlyMorning, false],
    ]
    for (const [what, one, other, contradicting] of table) {
      it(`${what}: ${contradicting ? 'yes' : 'no'}`, () => {
        expect(contradict(one, other)).to.equal(contradicting)
        expect(contradict(other, one)).to.equal(contradicting)
      })
    }
  })

  describe('R1.4 what comes back every year is shorter than one', () => {
    const table: readonly (readonly [Closure, boolean])[] = [
      [closedYearly('2026-01-01'), true],
      [closedYearly('2026-01-01', '2026-12-31'), true],
      [closedYearly('2026-01-01', '2027-01-01'), false],
      [closedYearly('2024-02-29', '2025-02-27'), true],
      [closedYearly('2024-02-29', '2025-02-28'), false],
      [closed('2026-01-01', '2030-12-31'), true],
    ]
    for (const [closure, fits] of table) {
      it(`${closure.from} to ${closure.to}${closure.yearly ? ', yearly' : ''}: ${fits ? 'it is' : 'it is not'}`, () => {
        expect(fitsIntoYear(closure)).to.equal(fits)
      })
    }
  })

  describe('which days a closure touches', () => {
    const table = [
      [closed('2026-12-24', '2026-12-26'), ['2026-12-24', '2026-12-25', '2026-12-26'], true],
      [closed('2026-12-24', '2026-12-26'), ['2026-12-23', '2026-12-27', '2025-12-25', '2027-12-25'], false],
      [closed('2026-12-31', '2027-01-03'), ['2026-12-31', '2027-01-01', '2027-01-03'], true],
      [closed('2026-12-31', '2027-01-03'), ['2026-12-30', '2027-01-04', '2026-01-01'], false],
      [closedYearly('2020-05-01'), ['2026-05-01', '2030-05-01', '2019-05-01'], true],
      [closedYearly('2020-05-01'), ['2026-04-30', '2026-05-02'], false],
      [
        closedYearly('2020-12-31', '2021-01-03'),
        ['2026-12-31', '2027-01-01', '2027-01-03', '2026-01-02'],
        true,
      ],
      [closedYearly('2020-12-31', '2021-01-03'), ['2026-12-30', '2027-01-04', '2026-06-15'], false],
      [closedYearly('2020-02-29'), ['2028-02-29'], true],
      [closedYearly('2020-02-29'), ['2026-02-28', '2026-03-01'], false],
      [closedYearly('2020-02-25', '2020-03-05'), ['2026-02-28', '2028-02-29', '2026-03-05'], true],
    ] as const
    for (const [closure, dates, touched] of table) {
      for (const date of dates) {
        const shown = `${closure.from} to ${closure.to}${closure.yearly ? ' every year' : ''}`
        it(`${shown}: ${date} is ${touched ? 'closed' : 'open'}`, () => {
          expect(isOpenOn(aCalendar({ closures: [closure] }), day(date))).to.equal(!touched)
        })
      }
    }
  })

  describe('the nearest open day', () => {
    // 28 March 2026 is a Saturday.
    const table = [
      ['an open day is its own', '2026-03-27', 1, '2026-03-27'],
      ['an open day is its own, backwards too', '2026-03-27', -1, '2026-03-27'],
      ['over a weekend', '2026-03-28', 1, '2026-03-30'],
      ['back over a weekend', '2026-03-29', -1, '2026-03-27'],
      ['over a weekend and a holiday', '2026-04-04', 1, '2026-04-07'],
      ['back over a holiday and a weekend', '2026-04-06', -1, '2026-04-02'],
    ] as const
    const calendar = openOn(workdays, { closures: [closed('2026-04-03', '2026-04-06')] })
    for (const [what, from, direction, found] of table) {
      it(`${what}: from ${from} it is ${found}`, () => {
        expect(nearestOpenDay(calendar, day(from), direction)).to.equal(found)
      })
    }

    it('a branch that never opens has none, either way', () => {
      expect(nearestOpenDay(neverOpen(), day('2026-03-10'), 1)).to.be.null
      expect(nearestOpenDay(neverOpen(), day('2026-03-10'), -1)).to.be.null
    })

    it('the search is bounded by 366 days', () => expect(searchLimitDays).to.equal(366))

    for (const direction of [1, -1] as const) {
      it(`the search ends after ${searchLimitDays} days, ${direction === 1 ? 'forward' : 'back'}`, () => {
        const start = day('2026-03-10')
        const opensAfter = (days: number) =>
          neverOpen({ closures: [exceptionally(plusDays(start, days * direction))] })
        expect(nearestOpenDay(opensAfter(searchLimitDays), start, direction)).to.equal(
          plusDays(start, searchLimitDays * direction),
        )
        expect(nearestOpenDay(opensAfter(searchLimitDays + 1), start, direction)).to.be.null
      })
    }
  })

  describe('open days after a day', () => {
    const table = [
      ['2026-03-27', 0, '2026-03-27'],
      ['2026-03-27', 1, '2026-03-30'],
      ['2026-03-28', 1, '2026-03-30'],
      ['2026-03-26', 6, '2026-04-03'],
      ['2026-03-02', 20, '2026-03-30'],
    ] as const
    for (const [from, count, reached] of table) {
      it(`${count} after ${from}: ${reached}`, () => {
        expect(openDaysAfter(openOn(workdays), day(from), count)).to.equal(reached)
      })
    }

    it('there are none in a branch that never opens, or closes for good on the way', () => {
      expect(openDaysAfter(neverOpen(), day('2026-03-10'), 1)).to.be.null
      const closing = aCalendar({ closures: [closed('2026-03-15', '2099-12-31')] })
      expect(openDaysAfter(closing, day('2026-03-10'), 4)).to.equal('2026-03-14')
      expect(openDaysAfter(closing, day('2026-03-10'), 5)).to.be.null
    })
  })

  describe('days counted', () => {
    it('the December example: closed 24 to 26 December and 31 December to 3 January', () => {
      const counted = (to: string) => daysCounted(december, day('2026-12-23'), day(to), false)
      expect(counted('2027-01-02')).to.deep.equal(['2026-12-27', '2026-12-28', '2026-12-29', '2026-12-30'])
      expect(counted('2027-01-04')).to.have.length(5)
      expect(counted('2026-12-26')).to.be.empty
      expect(daysCounted(december, day('2026-12-23'), day('2027-01-04'), true)).to.have.length(12)
    })

    it('leaves the first day out and takes the last in', () => {
      expect(daysCounted(aCalendar(), day('2026-03-10'), day('2026-03-12'), false)).to.deep.equal([
        '2026-03-11',
        '2026-03-12',
      ])
      expect(daysCounted(aCalendar(), day('2026-03-10'), day('2026-03-10'), false)).to.be.empty
      expect(daysCounted(aCalendar(), day('2026-03-10'), day('2026-03-09'), false)).to.be.empty
    })

    it('counts all of them where the branch never opens: its calendar is ignored', () => {
      expect(daysCounted(neverOpen(), day('2026-03-10'), day('2026-03-20'), false)).to.have.length(10)
    })

    it('counts one day where the branch opens on one day', () => {
      for (const date of ['2026-03-11', '2026-03-12']) {
        const once = neverOpen({ closures: [exceptionally(date)] })
        expect(daysCounted(once, day('2026-03-10'), day('2026-03-20'), false)).to.deep.equal([date])
      }
    })
  })

  describe('minutes counted', () => {
    const roundTheClock = aCalendar({ weekly: everyDay(hours(['00:00', '24:00'])) })
    const nights = aCalendar({ weekly: everyDay(hours(['01:30', '03:30'])) })
    const lunch = aCalendar({ weekly: everyDay(hours(['09:00', '12:00'], ['14:00', '18:00'])) })
    const noon = { from: '2026-06-15T12:00:00+02:00', to: '2026-06-16T12:00:00+02:00' }
    const table = [
      ['open time of two days', aCalendar(), '2026-06-15T17:30:00+02:00', '2026-06-16T09:30:00+02:00', 60],
      ['within one day', aCalendar(), '2026-06-15T10:00:00+02:00', '2026-06-15T11:59:59+02:00', 119],
      ['nothing before opening', aCalendar(), '2026-06-15T00:00:00+02:00', '2026-06-15T09:00:00+02:00', 0],
      ['nothing backwards', aCalendar(), noon.to, noon.from, 0],
      ['without the lunch break', lunch, '2026-06-15T11:00:00+02:00', '2026-06-15T15:00:00+02:00', 120],
      [
        'without the weekend',
        openOn(workdays),
        '2026-06-12T17:00:00+02:00',
        '2026-06-15T10:00:00+02:00',
        120,
      ],
      [
        'without a holiday',
        aCalendar({ closures: [closed('2026-06-16')] }),
        '2026-06-15T17:00:00+02:00',
        '2026-06-17T10:00:00+02:00',
        120,
      ],
      [
        'a day that loses an hour',
        roundTheClock,
        '2026-03-29T00:00:00+01:00',
        '2026-03-30T00:00:00+02:00',
        23 * 60,
      ],
      [
        'a day that gains an hour',
        roundTheClock,
        '2026-10-25T00:00:00+02:00',
        '2026-10-26T00:00:00+01:00',
        25 * 60,
      ],
      ['open over the lost hour', nights, '2026-03-29T00:00:00+01:00', '2026-03-29T12:00:00+02:00', 60],
      ['open over the doubled hour', nights, '2026-10-25T00:00:00+02:00', '2026-10-25T12:00:00+01:00', 180],
      [
        'a day without midnight',
        { ...roundTheClock, zone: zone('Asia/Beirut') },
        '2026-03-28T12:00:00+02:00',
        '2026-03-29T12:00:00+03:00',
        23 * 60,
      ],
      [
        'half minutes of two days together',
        aCalendar(),
        '2026-06-15T17:59:30+02:00',
        '2026-06-16T09:00:30+02:00',
        1,
      ],
      [
        'seconds do not make a minute',
        lunch,
        '2026-06-15T10:00:00+02:00',
        '2026-06-15T10:00:59.999+02:00',
        0,
      ],
    ] as const
    for (const [what, calendar, from, to, minutes] of table) {
      it(`${what}: ${minutes}`, () => {
        expect(minutesCounted(calendar, at(from), at(to), false)).to.equal(minutes)
      })
    }

    it('counts closed time where it counts, or where the branch never opens', () => {
      expect(minutesCounted(aCalendar(), at(noon.from), at(noon.to), true)).to.equal(24 * 60)
      expect(minutesCounted(neverOpen(), at(noon.from), at(noon.to), false)).to.equal(24 * 60)
    })

    it('never counts more than the clock, and counts parts as it counts the whole', () => {
      const start = at('2026-03-27T00:00:00Z')
      const minute = fc.integer({ min: 0, max: 6 * 24 * 60 })
      const calendars = fc.constantFrom(aCalendar(), lunch, nights, roundTheClock, openOn(workdays))
      fc.assert(
        fc.property(calendars, minute, minute, minute, (calendar, ...marks) => {
          const [a, b, c] = marks.sort((x, y) => x - y).map(mark => instant(start + mark * 60_000))
          const counted = (from = start, to = start) => minutesCounted(calendar, from, to, false)
          expect(counted(a, b) + counted(b, c)).to.equal(counted(a, c))
          expect(counted(a, c)).to.be.within(0, (c! - a!) / 60_000)
        }),
      )
    })
  })

  describe('open stretches as instants', () => {
    const shown = (calendar = aCalendar(), date = '2026-06-15') =>
      openStretches(calendar, day(date)).map(([opens, closes]) => [toIso(opens), toIso(closes)])

    it('opens and closes by the wall clock of the zone', () => {
      expect(shown()).to.deep.equal([[utc('2026-06-15T09:00:00+02:00'), utc('2026-06-15T18:00:00+02:00')]])
      expect(shown(aCalendar({ zone: zone('Asia/Kathmandu') }))).to.deep.equal([
        [utc('2026-06-15T09:00:00+05:45'), utc('2026-06-15T18:00:00+05:45')],
      ])
      expect(shown(neverOpen())).to.be.empty
    })

    it('R1.4 a stretch in the hour that the clocks skip never ends before it begins', () => {
      const early = (opens: string, closes: string) =>
        shown(aCalendar({ weekly: everyDay(hours([opens, closes])) }), '2026-03-29')
      expect(early('02:15', '03:10')).to.deep.equal([
        [utc('2026-03-29T03:10:00+02:00'), utc('2026-03-29T03:10:00+02:00')],
      ])
      expect(early('02:00', '03:00')).to.deep.equal([
        [utc('2026-03-29T03:00:00+02:00'), utc('2026-03-29T03:00:00+02:00')],
      ])
      expect(early('01:30', '02:30')).to.deep.equal([
        [utc('2026-03-29T01:30:00+01:00'), utc('2026-03-29T03:30:00+02:00')],
      ])
    })

    it('a whole day is from its first moment to that of the next', () => {
      const calendar = aCalendar({ weekly: everyDay(hours(['00:00', '24:00'])), zone: zone('Asia/Beirut') })
      expect(shown(calendar, '2026-03-29')).to.deep.equal([
        [utc('2026-03-29T01:00:00+03:00'), utc('2026-03-30T00:00:00+03:00')],
      ])
    })

    it('come in the order of the day, however they were written down', () => {
      const stretches = [
        ['14:00', '18:00'],
        ['09:00', '12:00'],
        ['19:00', '24:00'],
      ] as const
      for (const order of [stretches, [...stretches].reverse()]) {
        expect(shown(aCalendar({ weekly: everyDay(hours(...order)) }))).to.deep.equal([
          [utc('2026-06-15T09:00:00+02:00'), utc('2026-06-15T12:00:00+02:00')],
          [utc('2026-06-15T14:00:00+02:00'), utc('2026-06-15T18:00:00+02:00')],
          [utc('2026-06-15T19:00:00+02:00'), utc('2026-06-16T00:00:00+02:00')],
        ])
      }
    })
  })

  it('is that of a branch: its zone, its weekly hours and its closures', () => {
    const branch: BranchDetails = {
      name: 'Central',
      address: null,
      city: null,
      state: null,
      zipCode: null,
      phone: null,
      email: null,
      managerId: null,
      servicesOffered: [],
      timeZone: zone('Europe/Berlin'),
      hoursOfOperation: week({ monday: hours(['09:00', '18:00']) }),
      pickup: true,
    }
    const holiday = { ...closed('2026-03-16'), reason: 'Holiday' }
    const calendar = calendarOf(branch, [holiday])
    expect(calendar.zone).to.equal('Europe/Berlin')
    expect(isOpenOn(calendar, day('2026-03-09'))).to.be.true
    expect(isOpenOn(calendar, day('2026-03-10'))).to.be.false
    expect(isOpenOn(calendar, day('2026-03-16'))).to.be.false
    expect(isOpenOn({ ...calendar, weekly: noHours }, day('2026-03-09'))).to.be.false
  })
})
