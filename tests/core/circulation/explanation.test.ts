import { expect } from 'chai'
import type { FineRule } from '../../../core/accounts/fine-policies.ts'
import type { OpeningCalendar } from '../../../core/branches/opening-calendar.ts'
import type { LoanMoved } from '../../../core/circulation/closure-ports.ts'
import type { EmergencyClosure, LoanMove } from '../../../core/circulation/emergency-closure.ts'
import { explain } from '../../../core/circulation/explanation.ts'
import { dueDate } from '../../../core/circulation/loan-terms.ts'
import type { Loan, OpenLoan } from '../../../core/circulation/loan.ts'
import { runningFine } from '../../../core/circulation/standing.ts'
import type { LoanRecord } from '../../../core/circulation/standing.ts'
import { id } from '../../../core/shared/id.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { minor } from '../../../core/shared/money.ts'
import {
  aCalendar,
  aFineRule,
  aLoan,
  at,
  closed,
  day,
  december,
  loanId,
  neverOpen,
  openOn,
  someTerms,
  utc,
} from '../builders.ts'

const record = (loan: Loan, changes: Partial<LoanRecord> = {}): LoanRecord => ({
  loan,
  title: 'Emma',
  barcode: 'B-1',
  price: null,
  finesPaid: minor(0),
  unpaidOverdue: minor(0),
  ...changes,
})
const workdays = openOn(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
const march = at('2026-03-12T12:00:00+01:00')

const dueOf = (loan: Loan, calendar: OpeningCalendar, membershipEnds: string | null = null) =>
  explain(record(loan), calendar, membershipEnds === null ? null : day(membershipEnds), march).due!

describe('how the due date came about (R4.8)', () => {
  const steps = (loan: Loan, calendar: OpeningCalendar, membershipEnds: string | null = null) =>
    dueOf(loan, calendar, membershipEnds).steps.map(
      ({ step, at: reached, skipped }) =>
        `${step} ${typeof reached === 'number' ? toIso(reached) : reached}${skipped.length === 0 ? '' : ` past ${skipped.join(', ')}`}`,
    )

  it('the worked example: 21 days from 10 March', () => {
    expect(steps(aLoan(), aCalendar())).to.deep.equal([
      'start 2026-03-10',
      'period 2026-03-31',
      'closed 2026-03-31',
      'limit 2026-03-31',
      'closed_again 2026-03-31',
    ])
  })

  describe('moved by an emergency closure (R6.9)', () => {
    const storm = { from: day('2026-03-31'), to: day('2026-04-01') }
    const shut = aCalendar({ closures: [closed(storm.from, storm.to)] })
    const closure: EmergencyClosure = {
      ...storm,
      id: id(1),
      version: 1,
      branchId: id(1),
      closureId: id(9),
      reason: 'Storm',
      state: 'applied',
      reopensOn: day('2026-04-02'),
      calendarIgnored: false,
      declaredBy: null,
      declaredAt: march,
    }
    const old = { dueAt: at('2026-03-31T23:59:59+02:00'), overdueFrom: at('2026-04-01T00:00:00+02:00') }
    const later = { dueAt: at('2026-04-02T23:59:59+02:00'), overdueFrom: at('2026-04-03T00:00:00+02:00') }
    const moved = (changes: Partial<LoanMove> = {}, by: Partial<EmergencyClosure> = {}) => ({
      move: {
        kind: 'loan' as const,
        id: 1,
        loanId: loanId(1),
        renewalCount: 0,
        was: old.dueAt,
        wasOverdueFrom: old.overdueFrom,
        becomes: later.dueAt,
        outcome: 'moved' as const,
        ...changes,
      },
      closure: { ...closure, ...by },
    })
    const told = (loan: Loan, ...moves: readonly LoanMoved[]) => {
      const { steps: way, due } = explain(record(loan), shut, null, march, moves).due!
      const last = way.at(-1)!
      return [
        way.map(({ step }) => step).join(' '),
        typeof last.at === 'number' ? toIso(last.at) : last.at,
        last.skipped.join(),
        toIso(due.dueAt),
      ]
    }
    const formula = 'start period closed limit closed_again'

    it('is computed without it, and then told as moved past its days', () => {
      expect(told(aLoan(later), moved())).to.deep.equal([
        `${formula} emergency_closure`,
        '2026-04-02',
        '2026-03-31,2026-04-01',
        utc('2026-04-02T23:59:59+02:00'),
      ])
    })

    it('one of hours to the moment of the opening', () => {
      const opens = at('2026-04-02T09:00:00+02:00')
      const hourly = {
        dueAt: opens,
        overdueFrom: opens,
        terms: someTerms({ loanPeriod: { length: 500, unit: 'hours' } }),
      }
      expect(
        told(aLoan(hourly), moved({ wasOverdueFrom: old.dueAt, becomes: opens })).slice(0, 2),
      ).to.deep.equal([`${formula} emergency_closure`, toIso(opens)])
    })

    it('by two, one after the other', () => {
      const second = moved({ was: later.dueAt, wasOverdueFrom: later.overdueFrom, becomes: later.dueAt })
      expect(told(aLoan(later), moved(), second)[0]).to.equal(
        `${formula} emergency_closure emergency_closure`,
      )
    })

    it('says nothing of it once the loan has another date, or was renewed', () => {
      for (const loan of [aLoan(), aLoan({ ...later, renewalCount: 1 })]) {
        expect(told(loan, moved())[0]).to.equal(formula)
      }
      // The formula knows the closure then, as it stands in the calendar.
      expect(told(aLoan(), moved())[1]).to.equal('2026-04-02')
    })

    it('leaves the calendar alone where it does not stand there any more', () => {
      expect(told(aLoan(later), moved({}, { closureId: null }))).to.deep.equal([
        `${formula} emergency_closure`,
        '2026-04-02',
        '2026-03-31,2026-04-01',
        utc('2026-04-02T23:59:59+02:00'),
      ])
    })
  })

  it('closed days are passed over to the next open one', () => {
    const shut = aCalendar({ closures: [closed('2026-03-31', '2026-04-02')] })
    expect(steps(aLoan(), shut)).to.include('closed 2026-04-03 past 2026-03-31, 2026-04-01, 2026-04-02')
  })

  it('where open days are counted the closed ones on the way are not', () => {
    const terms = someTerms({ closedDays: 'count_open_days', loanPeriod: { length: 4, unit: 'days' } })
    expect(steps(aLoan({ terms }), workdays)).to.include('period 2026-03-16 past 2026-03-14, 2026-03-15')
  })

  it('a hard date and the end of the membership cut it, and a closed day is minded again, backwards', () => {
    const terms = someTerms({ hardDueDate: day('2026-03-29'), endWithMembership: true })
    expect(steps(aLoan({ terms }), workdays, '2026-03-28')).to.include.members([
      'limit 2026-03-28',
      'closed_again 2026-03-27 past 2026-03-28',
    ])
  })

  it('a loan of hours shows instants', () => {
    const terms = someTerms({ loanPeriod: { length: 4, unit: 'hours' }, closedHours: 'shorten_to_closing' })
    expect(steps(aLoan({ terms }), aCalendar())).to.include.members([
      `period ${utc('2026-03-10T19:00:00+01:00')}`,
      `closed ${utc('2026-03-10T18:00:00+01:00')}`,
    ])
  })

  it('a renewed loan is explained from where its last period began, by the period of a renewal', () => {
    const dueFrom = at('2026-03-31T23:59:59+02:00')
    const terms = someTerms({ renewalPeriod: { length: 1, unit: 'weeks' } })
    const { due, period } = dueOf(aLoan({ renewalCount: 1, dueFrom, terms }), aCalendar())
    expect(period).to.deep.equal({ length: 1, unit: 'weeks' })
    expect(toIso(due.dueAt)).to.equal(utc('2026-04-07T23:59:59+02:00'))
  })

  it('is that of the calculation itself, and nothing where nobody remembers where the period began', () => {
    const loan = aLoan()
    const facts = {
      from: loan.borrowedAt,
      period: loan.terms.loanPeriod,
      terms: loan.terms,
      calendar: workdays,
      membershipExpiresOn: null,
    }
    expect(dueOf(loan, workdays).due).to.deep.equal(dueDate(facts))
    expect(explain(record(aLoan({ dueFrom: null })), aCalendar(), null, march).due).to.equal(null)
  })
})

describe('how the fine came about (R4.8)', () => {
  /** Due 23 December 2026 in Berlin, closed as in the worked example. */
  const late = (rule: Partial<FineRule>, changes: Partial<Omit<OpenLoan, 'state'>> = {}): OpenLoan =>
    aLoan({
      dueAt: at('2026-12-23T23:59:59+01:00'),
      overdueFrom: at('2026-12-24T00:00:00+01:00'),
      terms: someTerms({ fine: aFineRule(rule), defaultPrice: null }),
      ...changes,
    })
  const fineOf = (loan: Loan, until: string, calendar = december, changes: Partial<LoanRecord> = {}) =>
    explain(record(loan, changes), calendar, null, at(until)).fine!
  const told = (loan: Loan, until: string, calendar = december) =>
    fineOf(loan, until, calendar).days.map(
      ({ on, skipped }) => `${on.slice(5)}${skipped === null ? '' : ` ${skipped}`}`,
    )

  it('the December case: closed days left out, the grace taken off', () => {
    const deduct = late({ grace: 4, graceMode: 'deduct' })
    expect(told(deduct, '2027-01-04T12:00:00+01:00')).to.deep.equal([
      '12-24 closed',
      '12-25 closed',
      '12-26 closed',
      '12-27 grace',
      '12-28 grace',
      '12-29 grace',
      '12-30 grace',
      '12-31 closed',
      '01-01 closed',
      '01-02 closed',
      '01-03 closed',
      '01-04',
    ])
    expect(fineOf(deduct, '2027-01-04T12:00:00+01:00')).to.include({ late: 5, units: 1, amount: 1 })
  })

  const graces: readonly (readonly [
    string,
    Partial<FineRule>,
    until: string,
    counted: number,
    units: number,
  ])[] = [
    ['forgiven up to the grace', { grace: 4 }, '2027-01-02T12:00:00+01:00', 0, 0],
    ['beyond it all of it counts', { grace: 4 }, '2027-01-04T12:00:00+01:00', 5, 5],
    [
      'closed days count where the rule says so',
      { countClosedDays: true },
      '2027-01-04T12:00:00+01:00',
      12,
      12,
    ],
    ['weeks are days too', { per: 'week' }, '2027-01-04T12:00:00+01:00', 5, 1],
  ]
  for (const [what, rule, until, counted, units] of graces) {
    it(`${what}: ${counted} counted, ${units} charged`, () => {
      const fine = fineOf(late(rule), until)
      expect(fine.days.filter(({ skipped }) => skipped === null)).to.have.length(counted)
      expect(fine.units).to.equal(units)
    })
  }

  it('a branch that never opens counts every day', () => {
    expect(told(late({}), '2026-12-25T12:00:00+01:00', neverOpen())).to.deep.equal(['12-24', '12-25'])
  })

  it('the units at each rate add up to what is charged before the caps', () => {
    const fine = fineOf(
      late({ amount: minor(10), steps: [{ afterUnits: 3, amount: minor(50) }], cap: minor(100) }),
      '2027-01-04T12:00:00+01:00',
    )
    expect(fine.lines).to.deep.equal([
      { units: 3, amount: 10, total: 30 },
      { units: 2, amount: 50, total: 100 },
    ])
    expect(fine).to.deep.include({ beforeCaps: 130, capped: ['cap'], amount: 100 })
  })

  it('hours have minutes, and no days', () => {
    const fine = fineOf(late({ per: 'hour' }), '2026-12-27T10:01:00+01:00')
    expect(fine.days).to.deep.equal([])
    expect(fine).to.include({ late: 61, units: 2 })
  })

  it('in time there is nothing to tell', () => {
    expect(fineOf(late({}), '2026-12-23T12:00:00+01:00')).to.deep.include({
      days: [],
      lines: [],
      late: 0,
      amount: 0,
    })
  })

  it('is that of the calculation itself, of an open loan with what it owes already', () => {
    const loan = late({ amount: minor(10), cap: minor(30) }, { finesPosted: minor(5) })
    const until = at('2027-01-04T12:00:00+01:00')
    const { late: days, units, beforeCaps, capped, amount } = fineOf(loan, toIso(until))
    expect({ late: days, units, beforeCaps, capped, amount }).to.deep.equal(
      runningFine(loan, december, null, until, minor(0)),
    )
    expect(amount).to.equal(25)
  })

  it('of a returned loan is told up to its return, what was posted not taken for a cap', () => {
    const back = at('2026-12-28T12:00:00+01:00')
    const loan = aLoan({
      ...late({ amount: minor(10), cap: minor(30) }),
      state: 'returned',
      returnedAt: back,
      scannedAt: back,
      finesPosted: minor(20),
    })
    expect(fineOf(loan, '2027-01-04T12:00:00+01:00')).to.include({ until: back, late: 2, amount: 20 })
  })

  for (const state of ['lost', 'claimed_returned'] as const) {
    it(`runs on no loan that is ${state}`, () => {
      expect(explain(record(aLoan({ state })), december, null, march).fine).to.equal(null)
    })
  }
})
