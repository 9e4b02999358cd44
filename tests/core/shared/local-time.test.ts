import { expect } from 'chai'
import fc from 'fast-check'
import {
  atWallTime,
  dayOf,
  dayOfYear,
  daysBetween,
  fromIso,
  instant,
  isDay,
  isWallTime,
  isZone,
  plusDays,
  plusMinutes,
  plusMonths,
  startOfDay,
  toIso,
  weekdayOf,
  wholeMinutes,
  yearsBetween,
} from '../../../core/shared/local-time.ts'
import { at, day, utc, wall, zone } from '../builders.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/Los_Angeles',
  'Pacific/Tongatapu',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'America/Santiago',
  'Australia/Lord_Howe',
].map(zone)

const anyZone = fc.constantFrom(...zones)
/** From 1975 to 2075. */
const anyInstant = fc.integer({ min: 157_766_400_000, max: 3_313_526_400_000 }).map(instant)
const anyDay = anyInstant.map(moment => dayOf(moment, zone('UTC')))

describe('local time', () => {
  describe('start of day (R1.2)', () => {
    const cases = [
      ['a plain day', '2026-06-15', 'Europe/Berlin', '2026-06-15T00:00:00+02:00'],
      ['the day that loses an hour', '2026-03-29', 'Europe/Berlin', '2026-03-29T00:00:00+01:00'],
      ['the day after it', '2026-03-30', 'Europe/Berlin', '2026-03-30T00:00:00+02:00'],
      ['the day that gains an hour', '2026-10-25', 'Europe/Berlin', '2026-10-25T00:00:00+02:00'],
      ['the day after it', '2026-10-26', 'Europe/Berlin', '2026-10-26T00:00:00+01:00'],
      ['a day without midnight', '2026-03-29', 'Asia/Beirut', '2026-03-29T01:00:00+03:00'],
      ['a day without midnight', '2026-09-06', 'America/Santiago', '2026-09-06T01:00:00-03:00'],
      ['a day whose eve ends twice', '2026-04-05', 'America/Santiago', '2026-04-05T00:00:00-04:00'],
      ['a day whose eve ends twice', '2026-10-25', 'Asia/Beirut', '2026-10-25T00:00:00+02:00'],
      ['a zone of quarter hours', '2026-06-15', 'Asia/Kathmandu', '2026-06-15T00:00:00+05:45'],
      ['the west coast', '2026-01-15', 'America/Los_Angeles', '2026-01-15T00:00:00-08:00'],
      ['beyond the date line', '2026-06-15', 'Pacific/Tongatapu', '2026-06-15T00:00:00+13:00'],
      ['half an hour of summer', '2026-10-05', 'Australia/Lord_Howe', '2026-10-05T00:00:00+11:00'],
      ['a day that was left out', '2011-12-30', 'Pacific/Apia', '2011-12-31T00:00:00+14:00'],
    ] as const
    for (const [what, date, where, begins] of cases) {
      it(`${what}: ${date} in ${where} begins at ${begins}`, () => {
        expect(toIso(startOfDay(day(date), zone(where)))).to.equal(utc(begins))
      })
    }

    it('is the first instant of its day, and the one before belongs to the day before', () => {
      fc.assert(
        fc.property(anyDay, anyZone, (date, where) => {
          const begins = startOfDay(date, where)
          expect(dayOf(begins, where)).to.equal(date)
          expect(dayOf(instant(begins - 1), where)).to.equal(plusDays(date, -1))
        }),
      )
    })

    it('encloses each instant of its day, whatever its length', () => {
      fc.assert(
        fc.property(anyInstant, anyZone, (moment, where) => {
          const date = dayOf(moment, where)
          expect(startOfDay(date, where)).to.be.at.most(moment)
          expect(startOfDay(plusDays(date, 1), where)).to.be.above(moment)
        }),
      )
    })

    const lengths = [
      ['2026-03-29', 'Europe/Berlin', 23],
      ['2026-10-25', 'Europe/Berlin', 25],
      ['2026-06-15', 'Europe/Berlin', 24],
      ['2026-03-29', 'Asia/Beirut', 23],
      ['2026-10-24', 'Asia/Beirut', 25],
      ['2026-04-05', 'Australia/Lord_Howe', 24.5],
      ['2026-10-04', 'Australia/Lord_Howe', 23.5],
    ] as const
    for (const [date, where, length] of lengths) {
      it(`${date} in ${where} has ${length} hours`, () => {
        const milliseconds =
          startOfDay(plusDays(day(date), 1), zone(where)) - startOfDay(day(date), zone(where))
        expect(milliseconds / 3_600_000).to.equal(length)
      })
    }
  })

  describe('the local day of an instant', () => {
    const cases = [
      ['2026-03-10T23:59:59.999Z', 'UTC', '2026-03-10'],
      ['2026-03-10T23:00:00Z', 'Europe/Berlin', '2026-03-11'],
      ['2026-03-10T22:59:59.999Z', 'Europe/Berlin', '2026-03-10'],
      ['2026-03-10T07:59:59Z', 'America/Los_Angeles', '2026-03-10'],
      ['2026-03-10T06:59:59Z', 'America/Los_Angeles', '2026-03-09'],
      ['2026-03-10T11:00:00Z', 'Pacific/Tongatapu', '2026-03-11'],
      ['2026-03-10T18:14:59Z', 'Asia/Kathmandu', '2026-03-10'],
      ['2026-03-10T18:15:00Z', 'Asia/Kathmandu', '2026-03-11'],
    ] as const
    for (const [moment, where, date] of cases) {
      it(`${moment} is ${date} in ${where}`, () => {
        expect(dayOf(at(moment), zone(where))).to.equal(date)
      })
    }
  })

  describe('wall time', () => {
    const cases = [
      ['a plain time', '2026-06-15', '09:00', 'Europe/Berlin', '2026-06-15T09:00:00+02:00'],
      ['24:00 is the next midnight', '2026-06-15', '24:00', 'Europe/Berlin', '2026-06-16T00:00:00+02:00'],
      ['24:00 before a lost hour', '2026-03-28', '24:00', 'Asia/Beirut', '2026-03-29T01:00:00+03:00'],
      ['24:00 of New Year’s Eve', '2026-12-31', '24:00', 'UTC', '2027-01-01T00:00:00Z'],
      ['the skipped hour', '2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T02:30:00+01:00'],
      ['before the skipped hour', '2026-03-29', '01:59', 'Europe/Berlin', '2026-03-29T01:59:00+01:00'],
      ['after the skipped hour', '2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T03:00:00+02:00'],
      ['the doubled hour, first time', '2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T02:30:00+02:00'],
      ['after the doubled hour', '2026-10-25', '03:00', 'Europe/Berlin', '2026-10-25T03:00:00+01:00'],
      ['a skipped midnight', '2026-03-29', '00:00', 'Asia/Beirut', '2026-03-29T01:00:00+03:00'],
    ] as const
    for (const [what, date, time, where, moment] of cases) {
      it(`${what}: ${date} ${time} in ${where}`, () => {
        expect(toIso(atWallTime(day(date), wall(time), zone(where)))).to.equal(utc(moment))
      })
    }
  })

  describe('calendar arithmetic (R1.1, R1.2)', () => {
    const days = [
      ['2026-03-10', 21, '2026-03-31'],
      ['2026-03-01', -1, '2026-02-28'],
      ['2028-03-01', -1, '2028-02-29'],
      ['2026-12-31', 1, '2027-01-01'],
      ['2026-01-01', 0, '2026-01-01'],
    ] as const
    for (const [from, count, to] of days) {
      it(`${from} plus ${count} days is ${to}`, () => {
        expect(plusDays(day(from), count)).to.equal(to)
        expect(daysBetween(day(from), day(to))).to.equal(count)
      })
    }

    const months = [
      ['2026-01-31', 1, '2026-02-28'],
      ['2028-01-31', 1, '2028-02-29'],
      ['2026-01-31', 2, '2026-03-31'],
      ['2026-03-31', 1, '2026-04-30'],
      ['2028-02-29', 12, '2029-02-28'],
      ['2028-02-29', 48, '2032-02-29'],
      ['2026-12-15', 1, '2027-01-15'],
      ['2026-03-31', -1, '2026-02-28'],
    ] as const
    for (const [from, count, to] of months) {
      it(`${from} plus ${count} months is ${to}`, () => {
        expect(plusMonths(day(from), count)).to.equal(to)
      })
    }

    const ages = [
      ['2008-03-10', '2026-03-09', 17],
      ['2008-03-10', '2026-03-10', 18],
      ['2008-02-29', '2026-02-28', 17],
      ['2008-02-29', '2026-03-01', 18],
      ['2008-02-29', '2028-02-29', 20],
      ['2026-03-10', '2026-03-10', 0],
    ] as const
    for (const [born, on, age] of ages) {
      it(`who was born on ${born} is ${age} on ${on}`, () => {
        expect(yearsBetween(day(born), day(on))).to.equal(age)
      })
    }

    it('names weekdays and days of the year', () => {
      expect(weekdayOf(day('2026-03-29'))).to.equal('sunday')
      expect(weekdayOf(day('2026-03-30'))).to.equal('monday')
      expect(weekdayOf(day('2028-02-29'))).to.equal('tuesday')
      expect(dayOfYear(day('2026-03-29'))).to.equal('03-29')
    })

    it('counts days as it adds them, and days sort as text', () => {
      fc.assert(
        fc.property(anyDay, fc.integer({ min: -5000, max: 5000 }), (from, count) => {
          const to = plusDays(from, count)
          expect(daysBetween(from, to)).to.equal(count)
          expect(Math.sign(count)).to.equal(to > from ? 1 : to < from ? -1 : 0)
        }),
      )
    })

    it('counts minutes on the clock, whole ones, never less than none', () => {
      const start = at('2026-03-29T01:59:30+01:00')
      expect(toIso(plusMinutes(start, 61))).to.equal(utc('2026-03-29T04:00:30+02:00'))
      expect(wholeMinutes(start, instant(start + 59_999))).to.equal(0)
      expect(wholeMinutes(start, instant(start + 60_000))).to.equal(1)
      expect(wholeMinutes(start, instant(start - 60_000))).to.equal(0)
    })
  })

  describe('hostile input', () => {
    const tables = [
      {
        name: 'isDay',
        accepts: isDay as (text: string) => boolean,
        good: ['2026-03-10', '2028-02-29', '0001-01-01', '0000-01-01', '9999-12-31'],
        bad: [
          ...['2026-02-29', '2026-02-30', '2026-13-01', '2026-00-10', '2026-01-00', '2026-1-1', '26-01-01'],
          ...['', ' 2026-03-10', '2026-03-10 ', '2026-03-10\n', '2026-03-10T00:00:00Z', '2026/03/10'],
          ...['+002026-03-10', '-000000-01-01', '+010000-01-01', '２０２６-03-10', '2026-03-10[u-ca=hebrew]'],
          ...['2026-W10-2', '2026-069', '20260310', 'today', 'null', '__proto__'],
        ],
      },
      {
        name: 'isZone',
        accepts: isZone as (text: string) => boolean,
        good: [
          ...['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Kathmandu', 'Etc/GMT+5'],
          ...['America/Port-au-Prince', 'US/Pacific', 'Europe/Kyiv'],
        ],
        bad: [
          ...['', ' UTC', 'UTC ', 'Europe/Berlin\n', 'Europe/Atlantis', 'Mars/Olympus', '../etc/passwd'],
          ...['+01:00', '-05', '+0100', '−01:00', 'Z', 'GMT+5', '__proto__', 'constructor'],
          ...['2020-01-01T00:00Z', '2020-01-01T00:00+05:00', '2020-01-01T00:00[Europe/Berlin]'],
          ...['20200101T000000Z', '[Europe/Berlin]', 'T00:00Z', 'a'.repeat(10_000)],
        ],
      },
      {
        name: 'isWallTime',
        accepts: isWallTime as (text: string) => boolean,
        good: ['00:00', '09:05', '19:59', '23:59', '24:00'],
        bad: [
          '24:01',
          '25:00',
          '9:00',
          '09:60',
          '09:5',
          '0900',
          '',
          ' 09:00',
          '09:00\n',
          '09:00:00',
          '٠٩:٠٠',
        ],
      },
    ]
    for (const { name, accepts, good, bad } of tables) {
      for (const text of good) it(`${name} takes ${text}`, () => expect(accepts(text)).to.be.true)
      for (const text of bad) {
        it(`${name} refuses ${JSON.stringify(text.slice(0, 40))}`, () => expect(accepts(text)).to.be.false)
      }
    }

    it('whatever is taken for a zone or a day can be computed with', () => {
      fc.assert(
        fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), text => {
          if (isZone(text)) expect(dayOf(instant(0), text)).to.match(/^19(69-12-31|70-01-01)$/)
          if (isDay(text)) expect(plusDays(text, 0)).to.equal(text)
        }),
      )
    })
  })

  describe('RFC 3339', () => {
    const readable = [
      ['2026-11-21T19:09:00.000Z', '2026-11-21T19:09:00.000Z'],
      ['2026-11-21T19:09:00Z', '2026-11-21T19:09:00.000Z'],
      ['2026-11-21T19:09:00.5Z', '2026-11-21T19:09:00.500Z'],
      ['2026-11-21T19:09:00+01:00', '2026-11-21T18:09:00.000Z'],
      ['2026-11-21T19:09:00-08:00', '2026-11-22T03:09:00.000Z'],
      ['2026-11-21T00:09:00+05:45', '2026-11-20T18:24:00.000Z'],
      ['2026-11-21T19:09:00-00:00', '2026-11-21T19:09:00.000Z'],
      ['2026-11-21t19:09:00z', '2026-11-21T19:09:00.000Z'],
      ['2026-11-21T19:09:00.123999999Z', '2026-11-21T19:09:00.123Z'],
      ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
      ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ] as const
    for (const [text, shown] of readable) {
      it(`reads ${text} as ${shown}`, () => {
        expect(toIso(at(text))).to.equal(shown)
      })
    }

    it('reads a leap second as the second before', () => {
      expect(toIso(at('2016-12-31T23:59:60Z'))).to.equal('2016-12-31T23:59:59.000Z')
    })

    const unreadable = [
      ...['', 'now', '2026-11-21', '2026-11-21T19:09:00', '2026-11-21T19:09Z', '2026-11-21 19:09:00Z'],
      ...['2026-02-29T00:00:00Z', '2026-11-21T24:00:00Z', '2026-11-21T19:60:00Z', '2026-11-21T19:09:61Z'],
      ...[
        '2026-11-21T19:09:00+24:00',
        '2026-11-21T19:09:00+14:60',
        '2026-11-21T19:09:00+1',
        '2026-11-21T19:09:00.Z',
      ],
      ...['2026-11-21T19:09:00.1234567890Z', '2026-11-21T19:09:00Z[UTC]', '2026-11-21T19:09:00Z\n'],
      ...['+002026-11-21T19:09:00Z', '-000001-11-21T19:09:00Z', '26-11-21T19:09:00Z', '1764000000000'],
    ]
    for (const text of unreadable) {
      it(`does not read ${JSON.stringify(text)}`, () => expect(fromIso(text)).to.be.null)
    }

    it('comes back as it went, to the millisecond, for every year of four digits', () => {
      const [first, last] = [at('0000-01-01T00:00:00Z'), at('9999-12-31T23:59:59.999Z')]
      fc.assert(
        fc.property(fc.integer({ min: first, max: last }), epoch => {
          const shown = toIso(instant(epoch))
          expect(shown).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
          expect(fromIso(shown)).to.equal(epoch)
        }),
      )
    })

    it('sorts as text in the order of time', () => {
      fc.assert(
        fc.property(anyInstant, anyInstant, (a, b) => {
          expect(toIso(a) < toIso(b)).to.equal(a < b)
        }),
      )
    })
  })
})
