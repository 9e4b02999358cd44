import { expect } from 'chai'
import fc from 'fast-check'
import { isOpenOn, openStretches } from '../../../core/branches/opening-calendar.ts'
import type { OpeningCalendar } from '../../../core/branches/opening-calendar.ts'
import { dueDate, freeze } from '../../../core/circulation/loan-terms.ts'
import type { DueDateFacts, LoanTerms } from '../../../core/circulation/loan-terms.ts'
import { dayOf, instant, plusDays, startOfDay, toIso, weekdays } from '../../../core/shared/local-time.ts'
import type { Period, PeriodUnit } from '../../../core/shared/local-time.ts'
import {
  aCalendar,
  aRule,
  at,
  branchId,
  closed,
  closedYearly,
  day,
  everyDay,
  exceptionally,
  hours,
  neverOpen,
  openOn,
  someTerms,
  utc,
  zone,
} from '../builders.ts'

const workdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const
/** Monday to Friday, 9 to 18, in Berlin. */
const weekly = openOn(workdays)

const period = (length: number, unit: PeriodUnit): Period => ({ length, unit })

interface Case {
  readonly from?: string
  readonly period: Period
  readonly terms?: Partial<LoanTerms>
  readonly calendar?: OpeningCalendar
  readonly membershipExpiresOn?: string
}

const facts = ({ from, terms, calendar, membershipExpiresOn, ...rest }: Case): DueDateFacts => ({
  from: at(from ?? '2026-03-10T15:00:00+01:00'),
  terms: someTerms(terms),
  calendar: calendar ?? aCalendar(),
  membershipExpiresOn: membershipExpiresOn === undefined ? null : day(membershipExpiresOn),
  ...rest,
})

const due = (given: Case) => {
  const { dueAt, overdueFrom, calendarIgnored } = dueDate(facts(given))
  return { dueAt: toIso(dueAt), overdueFrom: toIso(overdueFrom), calendarIgnored }
}

/** The local due day in the zone of the calendar. */
const dueDay = (given: Case) => dayOf(dueDate(facts(given)).dueAt, facts(given).calendar.zone)

describe('when a loan ends', () => {
  describe('the worked example (R1.2)', () => {
    it('21 days from 10 March 15:00 in Berlin is due 31 March 23:59:59 local, overdue from 1 April 00:00', () => {
      expect(due({ period: period(21, 'days') })).to.deep.equal({
        dueAt: utc('2026-03-31T23:59:59+02:00'),
        overdueFrom: utc('2026-04-01T00:00:00+02:00'),
        calendarIgnored: false,
      })
    })

    it('one month from 31 January is the last day of February', () => {
      const from = '2026-01-31T10:00:00+01:00'
      expect(due({ from, period: period(1, 'months') })).to.deep.equal({
        dueAt: utc('2026-02-28T23:59:59+01:00'),
        overdueFrom: utc('2026-03-01T00:00:00+01:00'),
        calendarIgnored: false,
      })
    })
  })

  describe('periods (R1.1, R1.2)', () => {
    const table: readonly (readonly [string, string, Period, string, string])[] = [
      ['a day', '2026-06-15T00:00:00+02:00', period(1, 'days'), 'Europe/Berlin', '2026-06-16T23:59:59+02:00'],
      [
        'late at night',
        '2026-06-15T23:59:59+02:00',
        period(1, 'days'),
        'Europe/Berlin',
        '2026-06-16T23:59:59+02:00',
      ],
      [
        'weeks',
        '2026-06-15T10:00:00+02:00',
        period(3, 'weeks'),
        'Europe/Berlin',
        '2026-07-06T23:59:59+02:00',
      ],
      [
        'months',
        '2026-08-31T10:00:00+02:00',
        period(6, 'months'),
        'Europe/Berlin',
        '2027-02-28T23:59:59+01:00',
      ],
      [
        '12 months from 29 February',
        '2028-02-29T10:00:00+01:00',
        period(12, 'months'),
        'Europe/Berlin',
        '2029-02-28T23:59:59+01:00',
      ],
      [
        'over the autumn change',
        '2026-10-10T15:00:00+02:00',
        period(21, 'days'),
        'Europe/Berlin',
        '2026-10-31T23:59:59+01:00',
      ],
      [
        'on the day of the spring change',
        '2026-03-28T15:00:00+01:00',
        period(1, 'days'),
        'Europe/Berlin',
        '2026-03-29T23:59:59+02:00',
      ],
      [
        'on the day of the autumn change',
        '2026-10-24T15:00:00+02:00',
        period(1, 'days'),
        'Europe/Berlin',
        '2026-10-25T23:59:59+01:00',
      ],
      [
        'the eve of a day without midnight',
        '2026-03-27T15:00:00+02:00',
        period(1, 'days'),
        'Asia/Beirut',
        '2026-03-28T23:59:59+02:00',
      ],
      [
        'the eve of a day without midnight',
        '2026-09-04T15:00:00-04:00',
        period(1, 'days'),
        'America/Santiago',
        '2026-09-05T23:59:59-04:00',
      ],
      [
        'an eve that ends twice',
        '2026-04-03T15:00:00-03:00',
        period(1, 'days'),
        'America/Santiago',
        '2026-04-04T23:59:59-04:00',
      ],
      [
        'eight hours behind',
        '2026-01-10T23:30:00-08:00',
        period(21, 'days'),
        'America/Los_Angeles',
        '2026-01-31T23:59:59-08:00',
      ],
      [
        'thirteen hours ahead',
        '2026-06-10T00:30:00+13:00',
        period(21, 'days'),
        'Pacific/Tongatapu',
        '2026-07-01T23:59:59+13:00',
      ],
      [
        'in quarter hours',
        '2026-06-10T00:10:00+05:45',
        period(21, 'days'),
        'Asia/Kathmandu',
        '2026-07-01T23:59:59+05:45',
      ],
    ]
    for (const [what, from, length, where, dueAt] of table) {
      it(`${what}: ${length.length} ${length.unit} in ${where} are due ${dueAt}`, () => {
        const calendar = aCalendar({ zone: zone(where) })
        expect(due({ from, period: length, calendar }).dueAt).to.equal(utc(dueAt))
      })
    }

    it('the day after a due day without a next midnight is overdue from its first moment', () => {
      const calendar = aCalendar({ zone: zone('Asia/Beirut') })
      const { overdueFrom } = due({ from: '2026-03-27T15:00:00+02:00', period: period(1, 'days'), calendar })
      expect(overdueFrom).to.equal(utc('2026-03-29T01:00:00+03:00'))
    })

    const instants: readonly (readonly [string, string, Period, string])[] = [
      ['hours', '2026-06-15T10:00:00.123+02:00', period(3, 'hours'), '2026-06-15T13:00:00.123+02:00'],
      ['minutes', '2026-06-15T10:00:00+02:00', period(90, 'minutes'), '2026-06-15T11:30:00+02:00'],
      ['over the skipped hour', '2026-03-29T01:30:00+01:00', period(1, 'hours'), '2026-03-29T03:30:00+02:00'],
      ['into the doubled hour', '2026-10-25T01:30:00+02:00', period(1, 'hours'), '2026-10-25T02:30:00+02:00'],
      [
        'into the doubled hour again',
        '2026-10-25T01:30:00+02:00',
        period(2, 'hours'),
        '2026-10-25T02:30:00+01:00',
      ],
      [
        'over the change, on the clock',
        '2026-03-28T15:00:00+01:00',
        period(24, 'hours'),
        '2026-03-29T16:00:00+02:00',
      ],
    ]
    for (const [what, from, length, dueAt] of instants) {
      it(`${what}: the instant is kept, and is overdue from itself`, () => {
        expect(due({ from, period: length })).to.deep.equal({
          dueAt: utc(dueAt),
          overdueFrom: utc(dueAt),
          calendarIgnored: false,
        })
      })
    }
  })

  describe('closed days (R1.3)', () => {
    // 28 March 2026 is a Saturday; Good Friday to Easter Monday are closed.
    const easter = openOn(workdays, { closures: [closed('2026-04-03', '2026-04-06')] })
    const table: readonly (readonly [LoanTerms['closedDays'], Period, string])[] = [
      ['ignore', period(18, 'days'), '2026-03-28'],
      ['next_open_day', period(18, 'days'), '2026-03-30'],
      ['previous_open_day', period(18, 'days'), '2026-03-27'],
      ['next_open_day', period(17, 'days'), '2026-03-27'],
      ['previous_open_day', period(20, 'days'), '2026-03-30'],
      ['next_open_day', period(25, 'days'), '2026-04-07'],
      ['previous_open_day', period(25, 'days'), '2026-04-02'],
      ['next_open_day', period(1, 'months'), '2026-04-10'],
      ['count_open_days', period(1, 'days'), '2026-03-11'],
      ['count_open_days', period(4, 'days'), '2026-03-16'],
      ['count_open_days', period(17, 'days'), '2026-04-02'],
      ['count_open_days', period(18, 'days'), '2026-04-07'],
      ['count_open_days', period(1, 'weeks'), '2026-03-19'],
      ['count_open_days', period(1, 'months'), '2026-04-10'],
    ]
    for (const [closedDays, length, expected] of table) {
      it(`${closedDays}: ${length.length} ${length.unit} from 10 March are due on ${expected}`, () => {
        expect(dueDay({ period: length, terms: { closedDays }, calendar: easter })).to.equal(expected)
      })
    }

    it('counts months of open days as months, then goes to the next open day', () => {
      const from = '2026-02-28T10:00:00+01:00'
      const terms = { closedDays: 'count_open_days' } as const
      expect(dueDay({ from, period: period(1, 'months'), terms, calendar: weekly })).to.equal('2026-03-30')
    })

    it('over the turn of the year, by closures that come back every year', () => {
      const calendar = aCalendar({ closures: [closedYearly('2020-12-24', '2021-01-06')] })
      const from = '2026-12-01T10:00:00+01:00'
      expect(dueDay({ from, period: period(4, 'weeks'), calendar })).to.equal('2027-01-07')
      const back = { closedDays: 'previous_open_day' } as const
      expect(dueDay({ from, period: period(4, 'weeks'), terms: back, calendar })).to.equal('2026-12-23')
      const counted = { closedDays: 'count_open_days' } as const
      expect(dueDay({ from, period: period(23, 'days'), terms: counted, calendar })).to.equal('2027-01-07')
    })

    for (const closedDays of ['next_open_day', 'previous_open_day', 'count_open_days'] as const) {
      it(`${closedDays}: a branch that never opens lends all the same, and says so (R1.4)`, () => {
        expect(
          due({ period: period(21, 'days'), terms: { closedDays }, calendar: neverOpen() }),
        ).to.deep.equal({
          dueAt: utc('2026-03-31T23:59:59+02:00'),
          overdueFrom: utc('2026-04-01T00:00:00+02:00'),
          calendarIgnored: true,
        })
      })
    }

    it('ignore: there is nothing to say of a branch that never opens', () => {
      const terms = { closedDays: 'ignore' } as const
      expect(due({ period: period(21, 'days'), terms, calendar: neverOpen() }).calendarIgnored).to.be.false
    })
  })

  describe('closed hours (R1.3)', () => {
    const lunch = aCalendar({ weekly: everyDay(hours(['09:00', '12:00'], ['14:00', '18:00'])) })
    const backwards = aCalendar({ weekly: everyDay(hours(['14:00', '18:00'], ['09:00', '12:00'])) })
    const night = aCalendar({ weekly: everyDay(hours(['00:00', '24:00'])) })
    const atNight = aCalendar({ weekly: everyDay(hours(['02:30', '05:00'])) })
    const untilNight = aCalendar({ weekly: everyDay(hours(['00:00', '02:30'])) })
    const firstDay = neverOpen({ closures: [exceptionally('2026-03-10')] })
    // 10 March 2026 is a Tuesday, 13 March a Friday.
    const table: readonly (readonly [
      string,
      OpeningCalendar,
      LoanTerms['closedHours'],
      string,
      Period,
      string,
    ])[] = [
      [
        'while open',
        weekly,
        'shorten_to_closing',
        '2026-03-10T15:00:00+01:00',
        period(2, 'hours'),
        '2026-03-10T17:00:00+01:00',
      ],
      [
        'while open',
        weekly,
        'next_opening',
        '2026-03-10T15:00:00+01:00',
        period(2, 'hours'),
        '2026-03-10T17:00:00+01:00',
      ],
      [
        'at opening time itself',
        weekly,
        'next_opening',
        '2026-03-10T15:00:00+01:00',
        period(18, 'hours'),
        '2026-03-11T09:00:00+01:00',
      ],
      [
        'at opening time itself',
        weekly,
        'shorten_to_closing',
        '2026-03-10T15:00:00+01:00',
        period(18, 'hours'),
        '2026-03-11T09:00:00+01:00',
      ],
      [
        'on a Saturday',
        weekly,
        'next_opening',
        '2026-03-13T17:00:00+01:00',
        period(24, 'hours'),
        '2026-03-16T09:00:00+01:00',
      ],
      [
        'lent at closing time',
        weekly,
        'shorten_to_closing',
        '2026-03-10T18:00:00+01:00',
        period(2, 'hours'),
        '2026-03-10T20:00:00+01:00',
      ],
      [
        'on the first day that it opens',
        firstDay,
        'shorten_to_closing',
        '2026-03-10T12:00:00+01:00',
        period(3, 'hours'),
        '2026-03-10T14:00:00+01:00',
      ],
      [
        'at closing time itself',
        weekly,
        'next_opening',
        '2026-03-10T15:00:00+01:00',
        period(3, 'hours'),
        '2026-03-10T18:00:00+01:00',
      ],
      [
        'past closing',
        weekly,
        'ignore',
        '2026-03-10T15:00:00+01:00',
        period(4, 'hours'),
        '2026-03-10T19:00:00+01:00',
      ],
      [
        'past closing',
        weekly,
        'shorten_to_closing',
        '2026-03-10T15:00:00+01:00',
        period(4, 'hours'),
        '2026-03-10T18:00:00+01:00',
      ],
      [
        'past closing',
        weekly,
        'next_opening',
        '2026-03-10T15:00:00+01:00',
        period(4, 'hours'),
        '2026-03-11T09:00:00+01:00',
      ],
      [
        'past midnight',
        weekly,
        'shorten_to_closing',
        '2026-03-10T15:00:00+01:00',
        period(12, 'hours'),
        '2026-03-10T18:00:00+01:00',
      ],
      [
        'past midnight',
        weekly,
        'next_opening',
        '2026-03-10T15:00:00+01:00',
        period(12, 'hours'),
        '2026-03-11T09:00:00+01:00',
      ],
      [
        'past a weekend',
        weekly,
        'next_opening',
        '2026-03-13T17:00:00+01:00',
        period(2, 'hours'),
        '2026-03-16T09:00:00+01:00',
      ],
      [
        'on a Sunday',
        weekly,
        'shorten_to_closing',
        '2026-03-13T17:00:00+01:00',
        period(48, 'hours'),
        '2026-03-13T18:00:00+01:00',
      ],
      [
        'on a Sunday',
        weekly,
        'next_opening',
        '2026-03-13T17:00:00+01:00',
        period(48, 'hours'),
        '2026-03-16T09:00:00+01:00',
      ],
      [
        'in the lunch break',
        lunch,
        'shorten_to_closing',
        '2026-03-10T11:00:00+01:00',
        period(2, 'hours'),
        '2026-03-10T12:00:00+01:00',
      ],
      [
        'in the lunch break',
        lunch,
        'next_opening',
        '2026-03-10T11:00:00+01:00',
        period(2, 'hours'),
        '2026-03-10T14:00:00+01:00',
      ],
      [
        'in the lunch break, written backwards',
        backwards,
        'next_opening',
        '2026-03-10T11:00:00+01:00',
        period(2, 'hours'),
        '2026-03-10T14:00:00+01:00',
      ],
      [
        'before opening, written backwards',
        backwards,
        'next_opening',
        '2026-03-10T17:00:00+01:00',
        period(10, 'hours'),
        '2026-03-11T09:00:00+01:00',
      ],
      [
        'lent after closing: no closing to shorten to',
        weekly,
        'shorten_to_closing',
        '2026-03-10T19:00:00+01:00',
        period(2, 'hours'),
        '2026-03-10T21:00:00+01:00',
      ],
      [
        'open round the clock',
        night,
        'shorten_to_closing',
        '2026-03-10T23:00:00+01:00',
        period(2, 'hours'),
        '2026-03-11T01:00:00+01:00',
      ],
      [
        'opening in the skipped hour',
        atNight,
        'next_opening',
        '2026-03-28T22:00:00+01:00',
        period(3, 'hours'),
        '2026-03-29T03:30:00+02:00',
      ],
      [
        'closing in the skipped hour',
        untilNight,
        'shorten_to_closing',
        '2026-03-28T23:00:00+01:00',
        period(5, 'hours'),
        '2026-03-29T03:30:00+02:00',
      ],
      [
        'opening in the doubled hour, the first time it comes',
        atNight,
        'next_opening',
        '2026-10-24T22:00:00+02:00',
        period(3, 'hours'),
        '2026-10-25T02:30:00+02:00',
      ],
      [
        'closing in the doubled hour, the first time it comes',
        untilNight,
        'shorten_to_closing',
        '2026-10-24T23:00:00+02:00',
        period(5, 'hours'),
        '2026-10-25T02:30:00+02:00',
      ],
      [
        'over the lost hour',
        weekly,
        'next_opening',
        '2026-03-27T17:00:00+01:00',
        period(2, 'hours'),
        '2026-03-30T09:00:00+02:00',
      ],
    ]
    for (const [what, calendar, closedHours, from, length, dueAt] of table) {
      it(`${closedHours}, ${what}: ${length.length} hours from ${from.slice(5, 16)} end ${dueAt.slice(5, 16)}`, () => {
        expect(due({ from, period: length, terms: { closedHours }, calendar })).to.deep.equal({
          dueAt: utc(dueAt),
          overdueFrom: utc(dueAt),
          calendarIgnored: false,
        })
      })
    }

    for (const closedHours of ['shorten_to_closing', 'next_opening'] as const) {
      it(`${closedHours}: a branch that never opens lends all the same, and says so (R1.4)`, () => {
        expect(
          due({ period: period(4, 'hours'), terms: { closedHours }, calendar: neverOpen() }),
        ).to.deep.equal({
          dueAt: utc('2026-03-10T19:00:00+01:00'),
          overdueFrom: utc('2026-03-10T19:00:00+01:00'),
          calendarIgnored: true,
        })
      })
    }

    it('ignore: there is nothing to say of a branch that never opens', () => {
      expect(due({ period: period(4, 'hours'), calendar: neverOpen() }).calendarIgnored).to.be.false
    })
  })

  describe('hard dates and the end of the membership (R1.5)', () => {
    type Mode = LoanTerms['hardDueDateMode']
    // 21 days from Tuesday 10 March are Tuesday 31 March; Monday to Friday are open.
    const hard: readonly (readonly [string, Mode, string, string])[] = [
      ['an earlier date', 'replace', '2026-03-20', '2026-03-20'],
      ['a later date', 'replace', '2026-04-20', '2026-04-20'],
      ['a closed earlier date goes back', 'replace', '2026-03-22', '2026-03-20'],
      ['a closed earlier date goes back', 'replace', '2026-03-21', '2026-03-20'],
      ['an earlier date', 'cap', '2026-03-20', '2026-03-20'],
      ['the very date', 'cap', '2026-03-31', '2026-03-31'],
      ['a later date', 'cap', '2026-04-20', '2026-03-31'],
      ['a closed earlier date goes back', 'cap', '2026-03-22', '2026-03-20'],
      ['an earlier date', 'floor', '2026-03-20', '2026-03-31'],
      ['a later date', 'floor', '2026-04-20', '2026-04-20'],
      ['a closed later date goes forward', 'floor', '2026-04-19', '2026-04-20'],
    ]
    for (const [what, hardDueDateMode, date, expected] of hard) {
      it(`${hardDueDateMode}, ${what}: ${date} gives ${expected}`, () => {
        const terms = { hardDueDate: day(date), hardDueDateMode }
        const given = { period: period(21, 'days'), terms, calendar: weekly }
        expect(dueDay(given)).to.equal(expected)
        expect(due(given).calendarIgnored).to.be.false
      })
    }

    it('a closed date is kept where closed days are ignored', () => {
      for (const hardDueDateMode of ['replace', 'cap', 'floor'] as const) {
        const date = hardDueDateMode === 'floor' ? '2026-04-19' : '2026-03-22'
        const terms = { hardDueDate: day(date), hardDueDateMode, closedDays: 'ignore' } as const
        expect(dueDay({ period: period(21, 'days'), terms, calendar: weekly })).to.equal(date)
      }
    })

    it('after a cut the date goes back even where it would go forward', () => {
      // Lent to Saturday 28 March, next open day Monday 30 March, capped to Sunday 29 March.
      const terms = { hardDueDate: day('2026-03-29'), hardDueDateMode: 'cap' } as const
      expect(dueDay({ period: period(18, 'days'), terms, calendar: weekly })).to.equal('2026-03-27')
    })

    it('after a floor the date goes forward even where it would go back', () => {
      const terms = {
        hardDueDate: day('2026-04-19'),
        hardDueDateMode: 'floor',
        closedDays: 'previous_open_day',
      } as const
      expect(dueDay({ period: period(21, 'days'), terms, calendar: weekly })).to.equal('2026-04-20')
    })

    it('a date in the past is computed as it is: the rule due-date refuses it', () => {
      const terms = { hardDueDate: day('2026-03-01'), hardDueDateMode: 'cap' } as const
      expect(due({ period: period(21, 'days'), terms }).dueAt).to.equal(utc('2026-03-01T23:59:59+01:00'))
    })

    it('a hard date in a branch that never opens is kept, and said', () => {
      const terms = { hardDueDate: day('2026-03-20'), hardDueDateMode: 'cap' } as const
      const answer = due({ period: period(21, 'days'), terms, calendar: neverOpen() })
      expect(answer.dueAt).to.equal(utc('2026-03-20T23:59:59+01:00'))
      expect(answer.calendarIgnored).to.be.true
    })

    const membership: readonly (readonly [string, string, Partial<LoanTerms>, string])[] = [
      ['ends later', '2026-12-31', {}, '2026-03-31'],
      ['ends on the day', '2026-03-31', {}, '2026-03-31'],
      ['ends on an open day', '2026-03-20', {}, '2026-03-20'],
      ['ends mid-loan on a closed day', '2026-03-22', {}, '2026-03-20'],
      [
        'ends before the closed day is passed',
        '2026-03-29',
        { loanPeriod: period(18, 'days') },
        '2026-03-27',
      ],
      ['ends on a closed day, ignored', '2026-03-22', { closedDays: 'ignore' }, '2026-03-22'],
      [
        'ends before the hard date',
        '2026-03-25',
        { hardDueDate: day('2026-04-20'), hardDueDateMode: 'replace' },
        '2026-03-25',
      ],
      [
        'ends after the hard date',
        '2026-03-25',
        { hardDueDate: day('2026-03-18'), hardDueDateMode: 'cap' },
        '2026-03-18',
      ],
      [
        'ends before the open day after a floor',
        '2026-04-19',
        { hardDueDate: day('2026-04-18'), hardDueDateMode: 'floor' },
        '2026-04-17',
      ],
      [
        'ends on the closed day of a floor',
        '2026-04-18',
        { hardDueDate: day('2026-04-18'), hardDueDateMode: 'floor' },
        '2026-04-17',
      ],
    ]
    for (const [what, expires, terms, expected] of membership) {
      it(`a membership that ${what} (${expires}) gives ${expected}`, () => {
        const given = {
          period: terms.loanPeriod ?? period(21, 'days'),
          terms: { ...terms, endWithMembership: true },
          calendar: weekly,
          membershipExpiresOn: expires,
        }
        expect(dueDay(given)).to.equal(expected)
        expect(due(given).calendarIgnored).to.be.false
      })
    }

    it('the membership cuts nothing where the rule does not say so, nor when it has no end', () => {
      expect(dueDay({ period: period(21, 'days'), membershipExpiresOn: '2026-03-20' })).to.equal('2026-03-31')
      const terms = { endWithMembership: true }
      expect(dueDay({ period: period(21, 'days'), terms })).to.equal('2026-03-31')
    })

    describe('of hours', () => {
      const lentFor3h = { from: '2026-03-10T15:00:00+01:00', period: period(3, 'hours'), calendar: weekly }
      const shorten = { closedHours: 'shorten_to_closing' } as const
      const table: readonly (readonly [string, Partial<LoanTerms>, string | undefined, string])[] = [
        [
          'a hard date later caps nothing',
          { hardDueDate: day('2026-03-11') },
          undefined,
          '2026-03-10T18:00:00+01:00',
        ],
        [
          'a hard date today caps nothing',
          { hardDueDate: day('2026-03-10') },
          undefined,
          '2026-03-10T18:00:00+01:00',
        ],
        [
          'a hard date passed caps',
          { hardDueDate: day('2026-03-09') },
          undefined,
          '2026-03-09T23:59:59+01:00',
        ],
        [
          'a hard date replaces',
          { hardDueDate: day('2026-03-12'), hardDueDateMode: 'replace' },
          undefined,
          '2026-03-12T23:59:59+01:00',
        ],
        [
          'a hard date is a floor',
          { hardDueDate: day('2026-03-12'), hardDueDateMode: 'floor' },
          undefined,
          '2026-03-12T23:59:59+01:00',
        ],
        [
          'a floor passed is none',
          { hardDueDate: day('2026-03-09'), hardDueDateMode: 'floor' },
          undefined,
          '2026-03-10T18:00:00+01:00',
        ],
        [
          'the membership ends later today',
          { endWithMembership: true },
          '2026-03-10',
          '2026-03-10T18:00:00+01:00',
        ],
        [
          'after a floor at closing time it is the next opening',
          { hardDueDate: day('2026-03-13'), hardDueDateMode: 'floor', ...shorten },
          undefined,
          '2026-03-16T09:00:00+01:00',
        ],
      ]
      for (const [what, terms, membershipExpiresOn, dueAt] of table) {
        it(`${what}: ${dueAt.slice(5, 16)}`, () => {
          const given = membershipExpiresOn === undefined ? lentFor3h : { ...lentFor3h, membershipExpiresOn }
          expect(due({ ...given, terms }).dueAt).to.equal(utc(dueAt))
        })
      }

      it('they end with the membership, at the end of its last day or the closing before', () => {
        const given = { ...lentFor3h, period: period(48, 'hours'), membershipExpiresOn: '2026-03-11' }
        const endWithMembership = true
        expect(due({ ...given, terms: { endWithMembership } }).dueAt).to.equal(
          utc('2026-03-11T23:59:59+01:00'),
        )
        for (const closedHours of ['shorten_to_closing', 'next_opening'] as const) {
          const terms = { endWithMembership, closedHours }
          expect(due({ ...given, terms }).dueAt, closedHours).to.equal(utc('2026-03-11T18:00:00+01:00'))
        }
      })
    })
  })

  it('all that a later edit of a rule must not change is frozen (R0.2)', () => {
    const values = aRule({ maxRenewals: 7, loanPeriod: period(3, 'weeks') })
    const terms = freeze(values, branchId(4), zone('Asia/Kathmandu'))
    expect(terms).to.include({ calendarBranchId: 4, zone: 'Asia/Kathmandu', maxRenewals: 7 })
    const { calendarBranchId: _branch, zone: _zone, shortened: _shortened, rows: _rows, ...frozen } = terms
    expect(values).to.deep.include(frozen)
    for (const name of ['loanPeriod', 'closedDays', 'maxRenewals', 'renewalPeriod', 'fine', 'damageFees']) {
      expect(frozen).to.have.property(name)
    }
  })

  describe('for every calendar, zone, period and mode', () => {
    const anyZone = fc.constantFrom(
      ...['Europe/Berlin', 'Asia/Beirut', 'America/Santiago', 'Asia/Kathmandu', 'Pacific/Tongatapu', 'UTC'],
    )
    const moment = fc
      .integer({ min: at('2025-01-01T00:00:00Z'), max: at('2029-12-31T00:00:00Z') })
      .map(instant)
    const date = moment.map(when => dayOf(when, zone('UTC')))
    const closure = fc
      .tuple(date, fc.integer({ min: 0, max: 500 }), fc.boolean(), fc.boolean())
      .map(([from, length, yearly, opens]) => ({
        from,
        to: plusDays(from, yearly ? length % 300 : length),
        yearly,
        open: opens ? hours(['10:00', '14:00']) : [],
      }))
    const anyCalendar = fc
      .tuple(fc.subarray([...weekdays]), fc.array(closure, { maxLength: 4 }), anyZone)
      .map(([open, closures, where]) => openOn(open, { closures, zone: zone(where) }))
    const anyTerms = fc
      .record({
        closedDays: fc.constantFrom('ignore', 'next_open_day', 'previous_open_day', 'count_open_days'),
        closedHours: fc.constantFrom('ignore', 'shorten_to_closing', 'next_opening'),
        hardDueDate: fc.option(date),
        hardDueDateMode: fc.constantFrom('replace', 'cap', 'floor'),
        endWithMembership: fc.boolean(),
      })
      .map(someTerms)
    const lent = (anyPeriod: fc.Arbitrary<Period>) =>
      fc.record({
        from: moment,
        period: anyPeriod,
        terms: anyTerms,
        calendar: anyCalendar,
        membershipExpiresOn: fc.option(date),
      })
    const days = fc.record({
      length: fc.integer({ min: 1, max: 60 }),
      unit: fc.constantFrom('days', 'weeks', 'months'),
    }) as fc.Arbitrary<Period>
    const clock = fc.record({
      length: fc.integer({ min: 1, max: 100 }),
      unit: fc.constantFrom('minutes', 'hours'),
    }) as fc.Arbitrary<Period>

    it('a loan of days is due the second before the day that is overdue begins (R1.2)', () => {
      fc.assert(
        fc.property(lent(days), given => {
          const { dueAt, overdueFrom } = dueDate(given)
          const where = given.calendar.zone
          expect(dueAt + 1000).to.equal(overdueFrom)
          expect(overdueFrom).to.equal(startOfDay(dayOf(overdueFrom, where), where))
        }),
      )
    })

    it('is never due on a closed day, unless closed days or the calendar are ignored (R1.3, R1.4)', () => {
      fc.assert(
        fc.property(lent(days), given => {
          const { dueAt, calendarIgnored } = dueDate(given)
          if (given.terms.closedDays === 'ignore') expect(calendarIgnored).to.be.false
          else if (!calendarIgnored) {
            expect(isOpenOn(given.calendar, dayOf(dueAt, given.calendar.zone))).to.be.true
          }
        }),
      )
    })

    it('does not outlive the membership, nor a cap; a floor gives way to the membership only (R1.5)', () => {
      fc.assert(
        fc.property(fc.oneof(lent(days), lent(clock)), given => {
          const { calendar, terms, membershipExpiresOn } = given
          const reached = dayOf(dueDate(given).dueAt, calendar.zone)
          const limit = terms.endWithMembership ? membershipExpiresOn : null
          if (limit !== null) expect(reached <= limit).to.be.true
          if (terms.hardDueDate === null) return
          if (terms.hardDueDateMode === 'cap') expect(reached <= terms.hardDueDate).to.be.true
          if (
            terms.hardDueDateMode === 'floor' &&
            (limit === null || limit > plusDays(terms.hardDueDate, 400))
          ) {
            expect(reached >= terms.hardDueDate).to.be.true
          }
        }),
      )
    })

    it('a loan of hours that minds closing time ends while the branch is open, when it is cut by nothing', () => {
      fc.assert(
        fc.property(lent(clock), ({ terms, ...given }) => {
          const uncut = { ...terms, hardDueDate: null, endWithMembership: false }
          const { dueAt, overdueFrom, calendarIgnored } = dueDate({ ...given, terms: uncut })
          expect(overdueFrom).to.equal(dueAt)
          const stretches = openStretches(given.calendar, dayOf(dueAt, given.calendar.zone))
          const isOpen = stretches.some(([opens, closes]) => opens <= dueAt && dueAt <= closes)
          if (terms.closedHours === 'next_opening' && !calendarIgnored) expect(isOpen).to.be.true
          const minutes = given.period.length * (given.period.unit === 'hours' ? 60 : 1)
          const wanted = given.from + minutes * 60_000
          if (terms.closedHours === 'next_opening') expect(dueAt).to.be.at.least(wanted)
          else expect(dueAt).to.be.within(given.from + 1, wanted)
          if (terms.closedHours === 'shorten_to_closing' && dueAt < wanted) expect(isOpen).to.be.true
        }),
      )
    })
  })
})
