import { expect } from 'chai'
import fc from 'fast-check'
import { capPerLoan, finePolicies, overdueFine } from '../../../core/accounts/fine-policies.ts'
import type { FinePolicy, FineRule, OverdueFacts } from '../../../core/accounts/fine-policies.ts'
import { instant, plusDays, startOfDay, weekdays } from '../../../core/shared/local-time.ts'
import { minor, zero } from '../../../core/shared/money.ts'
import type { Minor } from '../../../core/shared/money.ts'
import {
  aCalendar,
  aFineRule,
  at,
  closed,
  day,
  december,
  everyDay,
  hours,
  neverOpen,
  openOn,
  overdueFacts,
  zone,
} from '../builders.ts'

/** Asked of a title due on 10 March 2026 in Berlin, unless the facts say otherwise. */
const fine = (until: string, rule: Partial<FineRule> = {}, facts: Partial<OverdueFacts> = {}) =>
  overdueFine(finePolicies)(overdueFacts({ until: at(until), rule: aFineRule(rule), ...facts }))

/** Due on the day, in Berlin. */
const dueOn = (date: string): Pick<OverdueFacts, 'dueAt' | 'overdueFrom'> => {
  const overdueFrom = startOfDay(plusDays(day(date), 1), zone('Europe/Berlin'))
  return { overdueFrom, dueAt: instant(overdueFrom - 1000) }
}

const dueAtTen = {
  dueAt: at('2026-03-10T10:00:00+01:00'),
  overdueFrom: at('2026-03-10T10:00:00+01:00'),
} as const

describe('the overdue fine', () => {
  describe('in time is free (R4.1)', () => {
    const table = [
      ['long before', '2026-03-01T10:00:00+01:00'],
      ['on the due day', '2026-03-10T10:00:00+01:00'],
      ['at the due time', '2026-03-10T23:59:59+01:00'],
      ['at 23:59:59.999 local', '2026-03-10T23:59:59.999+01:00'],
    ] as const
    for (const [what, until] of table) {
      for (const per of ['hour', 'day', 'week'] as const) {
        it(`${what}, per ${per}`, () => {
          expect(fine(until, { per, amount: minor(100) })).to.deep.equal({
            late: 0,
            units: 0,
            beforeCaps: 0,
            capped: [],
            amount: 0,
          })
        })
      }
    }
  })

  describe('lateness in local calendar days (R4.2)', () => {
    const table = [
      ['the first instant of the next day', '2026-03-11T00:00:00+01:00', 1],
      ['the end of the next day', '2026-03-11T23:59:59.999+01:00', 1],
      ['the second day at 23:00', '2026-03-12T23:00:00+01:00', 2],
      ['two weeks', '2026-03-24T10:00:00+01:00', 14],
      ['over the change of the clocks', '2026-03-30T00:00:00+02:00', 20],
      ['just before that midnight', '2026-03-29T23:59:59.999+02:00', 19],
    ] as const
    for (const [what, until, days] of table) {
      it(`${what}: ${days}`, () => {
        expect(fine(until)).to.include({ late: days, units: days, amount: days })
      })
    }

    it('counts in the zone of the calendar branch, wherever it came back', () => {
      const kathmandu = aCalendar({ zone: zone('Asia/Kathmandu') })
      const facts = {
        calendar: kathmandu,
        dueAt: at('2026-03-10T23:59:59+05:45'),
        overdueFrom: at('2026-03-11T00:00:00+05:45'),
      }
      expect(fine('2026-03-10T19:14:59+01:00', {}, facts).late).to.equal(0)
      expect(fine('2026-03-10T19:15:00+01:00', {}, facts).late).to.equal(1)
      expect(fine('2026-03-10T23:00:00-08:00', {}, facts).late).to.equal(1)
    })

    it('counts a day without midnight as a day', () => {
      const facts = {
        calendar: aCalendar({ zone: zone('Asia/Beirut') }),
        dueAt: at('2026-03-28T23:59:59+02:00'),
        overdueFrom: at('2026-03-29T01:00:00+03:00'),
      }
      expect(fine('2026-03-29T01:00:00+03:00', {}, facts).late).to.equal(1)
      expect(fine('2026-03-30T00:00:00+03:00', {}, facts).late).to.equal(2)
    })

    it('of a loan of hours counts the days after the due day', () => {
      expect(fine('2026-03-10T23:59:00+01:00', {}, dueAtTen).late).to.equal(0)
      expect(fine('2026-03-11T00:00:00+01:00', {}, dueAtTen).late).to.equal(1)
    })

    it('leaves closed days out, unless they count', () => {
      const workdays = openOn(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
      const friday = { calendar: workdays, ...dueOn('2026-03-13') }
      expect(fine('2026-03-15T12:00:00+01:00', {}, friday).late).to.equal(0)
      expect(fine('2026-03-16T12:00:00+01:00', {}, friday).late).to.equal(1)
      expect(fine('2026-03-16T12:00:00+01:00', { countClosedDays: true }, friday).late).to.equal(3)
      const strike = { ...friday, calendar: { ...workdays, closures: [closed('2026-03-16', '2026-03-17')] } }
      expect(fine('2026-03-18T12:00:00+01:00', {}, strike).late).to.equal(1)
    })

    it('counts every day where the branch never opens', () => {
      expect(fine('2026-03-20T12:00:00+01:00', {}, { calendar: neverOpen() }).late).to.equal(10)
    })
  })

  describe('lateness in minutes, per hour (R4.2)', () => {
    const table = [
      ['at the due time', '2026-03-10T10:00:00+01:00', 0, 0, 0],
      ['59 seconds', '2026-03-10T10:00:59+01:00', 0, 0, 0],
      ['a minute', '2026-03-10T10:01:00+01:00', 1, 1, 0],
      ['an hour', '2026-03-10T11:00:00+01:00', 60, 1, 1],
      ['61 minutes', '2026-03-10T11:01:00+01:00', 61, 2, 1],
      ['61 minutes and 59 seconds', '2026-03-10T11:01:59+01:00', 61, 2, 1],
      ['until closing', '2026-03-10T18:00:00+01:00', 480, 8, 8],
      ['in the evening', '2026-03-10T22:00:00+01:00', 480, 8, 8],
      ['the next morning', '2026-03-11T09:30:00+01:00', 510, 9, 8],
    ] as const
    for (const [what, until, minutes, begun, full] of table) {
      it(`${what}: ${minutes} minutes, ${begun} begun, ${full} full`, () => {
        const perHour = { per: 'hour' } as const
        expect(fine(until, { ...perHour, chargeAt: 'start_of_unit' }, dueAtTen)).to.include({
          late: minutes,
          units: begun,
        })
        expect(fine(until, { ...perHour, chargeAt: 'end_of_unit' }, dueAtTen)).to.include({
          late: minutes,
          units: full,
        })
      })
    }

    it('counts closed time where it counts', () => {
      const rule = { per: 'hour', countClosedDays: true } as const
      expect(fine('2026-03-11T10:00:00+01:00', rule, dueAtTen)).to.include({ late: 1440, units: 24 })
    })

    it('of a loan of days begins when it is overdue', () => {
      const open = { calendar: aCalendar({ weekly: everyDay(hours(['00:00', '24:00'])) }) }
      const rule = { per: 'hour' } as const
      expect(fine('2026-03-11T02:00:00+01:00', rule, open).units).to.equal(2)
      expect(fine('2026-03-11T09:30:00+01:00', rule).units).to.equal(1)
    })

    it('takes a day that loses or gains an hour as it is', () => {
      const open = aCalendar({ weekly: everyDay(hours(['00:00', '24:00'])) })
      const rule = { per: 'hour' } as const
      const spring = { calendar: open, ...dueOn('2026-03-28') }
      expect(fine('2026-03-30T00:00:00+02:00', rule, spring).units).to.equal(23)
      const autumn = { calendar: open, ...dueOn('2026-10-24') }
      expect(fine('2026-10-26T00:00:00+01:00', rule, autumn).units).to.equal(25)
    })
  })

  describe('units begun and full units (R4.2)', () => {
    const table = [
      ['day', '2026-03-11T00:00:00+01:00', 1, 1],
      ['week', '2026-03-11T00:00:00+01:00', 1, 0],
      ['week', '2026-03-16T12:00:00+01:00', 1, 0],
      ['week', '2026-03-17T12:00:00+01:00', 1, 1],
      ['week', '2026-03-18T12:00:00+01:00', 2, 1],
      ['week', '2026-03-24T12:00:00+01:00', 2, 2],
      ['week', '2026-03-25T12:00:00+01:00', 3, 2],
    ] as const
    for (const [per, until, begun, full] of table) {
      it(`per ${per}, back ${until.slice(0, 10)}: ${begun} begun, ${full} full`, () => {
        expect(fine(until, { per, chargeAt: 'start_of_unit' }).units).to.equal(begun)
        expect(fine(until, { per, chargeAt: 'end_of_unit' }).units).to.equal(full)
      })
    }
  })

  describe('grace (R4.3)', () => {
    const table = [
      // grace, back, forgiven, deducted
      [1, '2026-03-11T00:00:00+01:00', 0, 0],
      [1, '2026-03-12T23:00:00+01:00', 2, 1],
      [0, '2026-03-11T00:00:00+01:00', 1, 1],
      [5, '2026-03-15T12:00:00+01:00', 0, 0],
      [5, '2026-03-16T12:00:00+01:00', 6, 1],
      [100, '2026-03-20T12:00:00+01:00', 0, 0],
    ] as const
    for (const [grace, until, forgive, deduct] of table) {
      it(`${grace} days, back ${until.slice(0, 16)}: forgive ${forgive}, deduct ${deduct}`, () => {
        expect(fine(until, { grace, graceMode: 'forgive' }).units).to.equal(forgive)
        expect(fine(until, { grace, graceMode: 'deduct' }).units).to.equal(deduct)
      })
    }

    it('is compared after closed days are left out: the December example', () => {
      const late = (until: string, graceMode: FineRule['graceMode']) =>
        fine(until, { grace: 4, graceMode }, { calendar: december, ...dueOn('2026-12-23') })
      expect(late('2027-01-02T12:00:00+01:00', 'forgive')).to.include({ late: 4, amount: 0 })
      expect(late('2027-01-02T12:00:00+01:00', 'deduct')).to.include({ late: 4, amount: 0 })
      expect(late('2027-01-04T12:00:00+01:00', 'forgive')).to.include({ late: 5, amount: 5 })
      expect(late('2027-01-04T12:00:00+01:00', 'deduct')).to.include({ late: 5, amount: 1 })
    })

    it('is in hours for per hour', () => {
      const late = (until: string, graceMode: FineRule['graceMode']) =>
        fine(until, { per: 'hour', grace: 2, graceMode }, dueAtTen).units
      expect(late('2026-03-10T12:00:59+01:00', 'forgive')).to.equal(0)
      expect(late('2026-03-10T12:01:00+01:00', 'forgive')).to.equal(3)
      expect(late('2026-03-10T12:01:00+01:00', 'deduct')).to.equal(1)
    })

    it('is in days for per week, taken off before the weeks are counted', () => {
      const late = (until: string, graceMode: FineRule['graceMode']) =>
        fine(until, { per: 'week', grace: 2, graceMode }).units
      expect(late('2026-03-12T12:00:00+01:00', 'forgive')).to.equal(0)
      expect(late('2026-03-18T12:00:00+01:00', 'forgive')).to.equal(2)
      expect(late('2026-03-18T12:00:00+01:00', 'deduct')).to.equal(1)
    })
  })

  describe('steps and caps (R4.4)', () => {
    const tenDays = '2026-03-20T12:00:00+01:00'
    const step = (afterUnits: number, amount: number) => ({ afterUnits, amount: minor(amount) })
    const steps = [
      ['none', [], 100],
      ['one not reached', [step(10, 50)], 100],
      ['one passed by a unit', [step(9, 50)], 140],
      ['two', [step(4, 20), step(8, 30)], 40 + 80 + 60],
      ['two in any order', [step(8, 30), step(4, 20)], 40 + 80 + 60],
      ['one from the start', [step(0, 20)], 200],
      ['one that lets the rest go', [step(5, 0)], 50],
    ] as const
    for (const [what, given, amount] of steps) {
      it(`steps, ${what}: 10 days at 10 are ${amount}`, () => {
        const answer = fine(tenDays, { amount: minor(10), steps: given })
        expect(answer).to.deep.equal({ late: 10, units: 10, beforeCaps: amount, capped: [], amount })
      })
    }

    type Caps = Pick<FineRule, 'cap' | 'capToPrice'> &
      Partial<Pick<FineRule, 'memberCap'>> &
      Partial<Pick<OverdueFacts, 'price' | 'defaultPrice' | 'alreadyPosted' | 'unpaidOverdue'>>
    const caps: readonly (readonly [string, Caps, number, readonly string[]])[] = [
      ['cap null is unlimited', { cap: null, capToPrice: false }, 100, []],
      ['cap 0 is none', { cap: zero, capToPrice: false }, 0, ['cap']],
      ['a cap above', { cap: minor(101), capToPrice: false }, 100, []],
      ['a cap that is met', { cap: minor(100), capToPrice: false }, 100, []],
      ['a cap below', { cap: minor(99), capToPrice: false }, 99, ['cap']],
      ['no cap to a known price', { cap: null, capToPrice: false, price: minor(30) }, 100, []],
      ['to the price', { cap: null, capToPrice: true, price: minor(30) }, 30, ['cap-to-price']],
      ['to a price of nothing', { cap: null, capToPrice: true, price: zero }, 0, ['cap-to-price']],
      [
        'to the price, not to the default',
        { cap: null, capToPrice: true, price: minor(70), defaultPrice: minor(30) },
        70,
        ['cap-to-price'],
      ],
      [
        'no price: to the default',
        { cap: null, capToPrice: true, defaultPrice: minor(30) },
        30,
        ['cap-to-price'],
      ],
      ['no price and no default', { cap: null, capToPrice: true }, 100, []],
      ['both, the cap lower', { cap: minor(20), capToPrice: true, price: minor(30) }, 20, ['cap']],
      [
        'both, the price lower',
        { cap: minor(50), capToPrice: true, price: minor(30) },
        30,
        ['cap', 'cap-to-price'],
      ],
      [
        'what was posted before counts',
        { cap: minor(120), capToPrice: false, alreadyPosted: minor(50) },
        70,
        ['cap'],
      ],
      [
        'nothing is left of the cap',
        { cap: minor(50), capToPrice: false, alreadyPosted: minor(50) },
        0,
        ['cap'],
      ],
      [
        'more was posted than the cap',
        { cap: minor(50), capToPrice: false, alreadyPosted: minor(80) },
        0,
        ['cap'],
      ],
      [
        'what was posted before counts against the price',
        { cap: null, capToPrice: true, price: minor(90), alreadyPosted: minor(50) },
        40,
        ['cap-to-price'],
      ],
      [
        'member cap null is unlimited',
        { cap: null, capToPrice: false, memberCap: null, unpaidOverdue: minor(5000) },
        100,
        [],
      ],
      ['member cap 0 is none', { cap: null, capToPrice: false, memberCap: zero }, 0, ['member-cap']],
      [
        'a member cap that is just met with what is unpaid',
        { cap: null, capToPrice: false, memberCap: minor(300), unpaidOverdue: minor(200) },
        100,
        [],
      ],
      [
        'room below the member cap beside what is unpaid',
        { cap: null, capToPrice: false, memberCap: minor(300), unpaidOverdue: minor(270) },
        30,
        ['member-cap'],
      ],
      [
        'more is unpaid than the member cap',
        { cap: null, capToPrice: false, memberCap: minor(300), unpaidOverdue: minor(400) },
        0,
        ['member-cap'],
      ],
      [
        'what was posted and paid leaves room below the member cap',
        {
          cap: null,
          capToPrice: false,
          memberCap: minor(300),
          alreadyPosted: minor(300),
          unpaidOverdue: zero,
        },
        100,
        [],
      ],
      [
        'all three, each lower',
        {
          cap: minor(60),
          capToPrice: true,
          price: minor(50),
          memberCap: minor(300),
          unpaidOverdue: minor(280),
        },
        20,
        ['cap', 'cap-to-price', 'member-cap'],
      ],
    ]
    for (const [what, { cap, capToPrice, memberCap = null, ...facts }, amount, capped] of caps) {
      it(`caps, ${what}: 100 become ${amount}`, () => {
        const answer = fine(tenDays, { amount: minor(10), cap, capToPrice, memberCap }, facts)
        expect(answer).to.deep.equal({ late: 10, units: 10, beforeCaps: 100, capped, amount })
      })
    }

    it('asks the policies handed in, in their order, and names those that lowered it', () => {
      const half: FinePolicy = { name: 'half', apply: amount => minor(amount / 2) }
      const higher: FinePolicy = { name: 'higher', apply: () => minor(1_000_000) }
      const facts = overdueFacts({
        until: at(tenDays),
        rule: aFineRule({ amount: minor(10), cap: minor(80) }),
      })
      expect(overdueFine([])(facts)).to.include({ beforeCaps: 100, amount: 100 })
      expect(overdueFine([half, capPerLoan])(facts)).to.deep.include({ amount: 50, capped: ['half'] })
      expect(overdueFine([capPerLoan, half])(facts)).to.deep.include({ amount: 40, capped: ['cap', 'half'] })
      expect(overdueFine([higher])(facts)).to.deep.include({ amount: 100, capped: [] })
    })

    it('names each policy once', () => {
      const names = finePolicies.map(({ name }) => name)
      expect(new Set(names).size).to.equal(names.length)
    })
  })

  describe('for every rule and calendar', () => {
    const amount = fc.integer({ min: 0, max: 500 }).map(minor)
    const limit: fc.Arbitrary<Minor | null> = fc.option(fc.integer({ min: 0, max: 3000 }).map(minor))
    const rule: fc.Arbitrary<FineRule> = fc.record({
      amount,
      per: fc.constantFrom('hour', 'day', 'week'),
      chargeAt: fc.constantFrom('start_of_unit', 'end_of_unit'),
      grace: fc.integer({ min: 0, max: 10 }),
      graceMode: fc.constantFrom('forgive', 'deduct'),
      steps: fc.array(fc.record({ afterUnits: fc.integer({ min: 1, max: 40 }), amount }), { maxLength: 3 }),
      countClosedDays: fc.boolean(),
      cap: limit,
      capToPrice: fc.boolean(),
      memberCap: limit,
    })
    const calendar = fc
      .tuple(fc.subarray([...weekdays]), fc.constantFrom('Europe/Berlin', 'Asia/Beirut', 'Asia/Kathmandu'))
      .map(([open, where]) => openOn(open, { zone: zone(where) }))
    const facts: fc.Arbitrary<OverdueFacts> = fc
      .record({
        rule,
        calendar,
        price: limit,
        defaultPrice: limit,
        alreadyPosted: amount,
        unpaidOverdue: amount,
      })
      .map(given => {
        const overdueFrom = startOfDay(day('2026-03-20'), given.calendar.zone)
        return overdueFacts({ ...given, overdueFrom, dueAt: instant(overdueFrom - 1000) })
      })
    /** From ten days before it is overdue to ninety after. */
    const offset = fc.integer({ min: -10 * 86_400_000, max: 90 * 86_400_000 })
    const cost = (given: OverdueFacts, after: number) =>
      overdueFine(finePolicies)({ ...given, until: instant(given.overdueFrom + after) })

    it('it is never negative, always whole, and nothing when it came back in time', () => {
      fc.assert(
        fc.property(facts, offset, (given, after) => {
          const answer = cost(given, after)
          expect(answer.amount).to.satisfy(Number.isSafeInteger).and.to.be.at.least(0)
          if (after < 0) expect(answer).to.include({ amount: 0, units: 0, late: 0 })
        }),
      )
    })

    it('it never falls while time goes on', () => {
      fc.assert(
        fc.property(facts, offset, offset, (given, a, b) => {
          expect(cost(given, Math.max(a, b)).amount).to.be.at.least(cost(given, Math.min(a, b)).amount)
        }),
      )
    })

    it('it is never above the caps, with what was posted before', () => {
      fc.assert(
        fc.property(facts, offset, (given, after) => {
          const { amount: charged, beforeCaps, capped } = cost(given, after)
          const worth = given.rule.capToPrice ? (given.price ?? given.defaultPrice) : null
          for (const cap of [given.rule.cap, worth]) {
            if (cap !== null) expect(charged).to.be.at.most(Math.max(0, cap - given.alreadyPosted))
          }
          if (given.rule.memberCap !== null) {
            expect(charged).to.be.at.most(Math.max(0, given.rule.memberCap - given.unpaidOverdue))
          }
          expect(charged).to.be.at.most(beforeCaps)
          expect(capped.length > 0).to.equal(charged < beforeCaps)
        }),
      )
    })

    it('to forgive is never dearer than no grace, to deduct never dearer than to forgive', () => {
      fc.assert(
        fc.property(facts, offset, (given, after) => {
          const by = (change: Partial<FineRule>) =>
            cost({ ...given, rule: { ...given.rule, ...change } }, after).amount
          expect(by({ graceMode: 'forgive' })).to.be.at.most(by({ grace: 0 }))
          expect(by({ graceMode: 'deduct' })).to.be.at.most(by({ graceMode: 'forgive' }))
        }),
      )
    })
  })
})
