import { expect } from 'chai'
import { claim, close, damage, isOverdue, lose, open, renew } from '../../../core/circulation/loan.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { minor } from '../../../core/shared/money.ts'
import { aLoan, at, bookId, branchId, copyId, loanId, memberId, someTerms } from '../builders.ts'

const due = {
  dueAt: at('2026-03-31T23:59:59+02:00'),
  overdueFrom: at('2026-04-01T00:00:00+02:00'),
  calendarIgnored: false,
}
const later = {
  dueAt: at('2026-04-21T23:59:59+02:00'),
  overdueFrom: at('2026-04-22T00:00:00+02:00'),
  calendarIgnored: true,
}
const newLoan = {
  id: loanId(7),
  memberId: memberId(2),
  copyId: copyId(3),
  bookId: bookId(4),
  branchId: branchId(5),
  borrowedAt: at('2026-03-10T15:00:00+01:00'),
  terms: someTerms(),
  librarianId: memberId(9),
  notes: 'With the CD',
  override: null,
}
const names = { loanId: 7, memberId: 2, copyId: 3, bookId: 4, branchId: 5 }
const override = { rules: ['loan-limit', 'debt'], reason: 'The director said so' }

describe('a loan', () => {
  describe('opened', () => {
    it('is open, never saved, never renewed, and has cost nothing', () => {
      expect(open(newLoan, due).state).to.deep.equal({
        ...newLoan,
        version: 0,
        dueAt: due.dueAt,
        overdueFrom: due.overdueFrom,
        dueFrom: newLoan.borrowedAt,
        renewalCount: 0,
        finesPosted: 0,
        notRenewedFor: null,
        remindedFor: null,
        state: 'open',
      })
    })

    it('tells when it is due, and which rules were set aside', () => {
      expect(open(newLoan, due).events).to.deep.equal([
        {
          type: 'LoanOpened',
          version: 1,
          aggregate: 'loan',
          aggregateId: 7,
          occurredAt: newLoan.borrowedAt,
          payload: { ...names, dueAt: due.dueAt, overridden: [] },
        },
      ])
      expect(open({ ...newLoan, override }, due).events[0]?.payload).to.deep.include({
        overridden: ['loan-limit', 'debt'],
      })
    })
  })

  describe('renewed', () => {
    const loan = aLoan({ ...newLoan, version: 3, renewalCount: 1, finesPosted: minor(50) })
    const now = at('2026-04-02T10:00:00+02:00')

    it('has the new date, one renewal more, and what was posted for being late', () => {
      expect(renew(loan, later, now, minor(25), null).state).to.deep.equal({
        ...loan,
        dueAt: later.dueAt,
        overdueFrom: later.overdueFrom,
        dueFrom: loan.dueAt,
        renewalCount: 2,
        finesPosted: 75,
      })
    })

    it('tells both dates, the count, and which rules were set aside now', () => {
      expect(renew(loan, later, now, minor(0), override).events).to.deep.equal([
        {
          type: 'LoanRenewed',
          version: 1,
          aggregate: 'loan',
          aggregateId: 7,
          occurredAt: now,
          payload: {
            ...names,
            dueAt: later.dueAt,
            previousDueAt: loan.dueAt,
            renewalCount: 2,
            overridden: ['loan-limit', 'debt'],
          },
        },
      ])
    })

    it('keeps the override of before when it needs none, and does not tell of it again', () => {
      const before = aLoan({ ...newLoan, override })
      const { state, events } = renew(before, later, now, minor(0), null)
      expect(state.override).to.deep.equal(override)
      expect(events[0]?.payload).to.deep.include({ overridden: [] })
      const another = { rules: ['max-renewals'], reason: 'Ill' }
      expect(renew(before, later, now, minor(0), another).state.override).to.deep.equal(another)
    })

    it('keeps its frozen terms (R0.2)', () => {
      expect(renew(loan, later, now, minor(0), null).state.terms).to.equal(loan.terms)
    })
  })

  describe('closed', () => {
    const loan = aLoan({ ...newLoan, finesPosted: minor(50) })
    const back = {
      returnedAt: at('2026-04-02T19:00:00+02:00'),
      scannedAt: at('2026-04-03T09:05:00+02:00'),
      branchId: branchId(6),
      fine: minor(50),
      notes: null,
      resolution: null,
    }

    it('is closed in place, with both times and the place (R3.2, R3.7)', () => {
      expect(close(loan, back).state).to.deep.equal({
        ...loan,
        state: 'returned',
        returnedAt: back.returnedAt,
        scannedAt: back.scannedAt,
        returnBranchId: 6,
        finesPosted: 100,
        notes: 'With the CD',
      })
      expect(close(loan, { ...back, notes: 'CD gone' }).state.notes).to.equal('With the CD\nCD gone')
      expect(close({ ...loan, notes: null }, { ...back, notes: 'CD gone' }).state.notes).to.equal('CD gone')
    })

    it('tells of it when it was scanned, and when it came back', () => {
      expect(close(loan, back).events).to.deep.equal([
        {
          type: 'LoanReturned',
          version: 1,
          aggregate: 'loan',
          aggregateId: 7,
          occurredAt: back.scannedAt,
          payload: { ...names, returnedAt: back.returnedAt, after: 'open', resolution: null },
        },
      ])
    })
  })

  describe('of which a desk is told (CIR-5)', () => {
    const now = at('2026-05-01T10:00:00+02:00')
    const [opened, claimed] = [
      aLoan({ ...newLoan, state: 'open' }),
      aLoan({ ...newLoan, state: 'claimed_returned' }),
    ] as const
    const table = [
      ['open, lost', lose(opened, now, minor(0)), 'lost', 'LoanLost', { after: 'open' }],
      ['claimed, lost', lose(claimed, now, minor(0)), 'lost', 'LoanLost', { after: 'claimed_returned' }],
      ['open, claimed', claim(opened, now), 'claimed_returned', 'LoanClaimedReturned', {}],
    ] as const
    for (const [what, { state, events }, expected, type, after] of table) {
      it(`${what}: changes nothing but the state, and tells what it was`, () => {
        expect(state).to.deep.equal({ ...opened, state: expected })
        expect(events).to.deep.equal([
          {
            type,
            version: 1,
            aggregate: 'loan',
            aggregateId: 7,
            occurredAt: now,
            payload: { ...names, ...after },
          },
        ])
      })
    }

    it('what was posted at the loss is a part of what it has cost', () => {
      expect(lose({ ...opened, finesPosted: minor(20) }, now, minor(30)).state.finesPosted).to.equal(50)
    })

    it('damage goes to the notes, and how bad it is is told', () => {
      const { state, events } = damage(opened, { severity: 'major', description: 'Wet' }, now)
      expect(state).to.deep.equal({ ...opened, notes: 'With the CD\nWet' })
      expect(events.map(event => [event.type, event.payload])).to.deep.equal([
        ['LoanDamageReported', { ...names, severity: 'major' }],
      ])
    })
  })

  it('its events hold ids, numbers, instants and names of rules, no personal data', () => {
    const events = [
      ...open({ ...newLoan, override }, due).events,
      ...renew(aLoan({ ...newLoan, override }), later, due.dueAt, minor(5), override).events,
      ...damage(aLoan({ ...newLoan }), { severity: 'minor', description: 'director' }, due.dueAt).events,
    ]
    expect(JSON.stringify(events)).not.to.include('director').and.not.to.include('CD')
  })

  describe('is overdue from the first late instant on, while it is open (R4.1)', () => {
    const moment = aLoan().overdueFrom
    const table = [
      ['open', -1, false],
      ['open', 0, true],
      ['open', 1, true],
      ['lost', 1, false],
      ['claimed_returned', 1, false],
      ['returned', 1, false],
    ] as const
    for (const [state, after, expected] of table) {
      it(`${state}, ${after} ms after: ${expected}`, () => {
        expect(isOverdue(aLoan({ state }), instant(moment + after))).to.equal(expected)
      })
    }

    it('at 23:59:59.999 of the due day it is not', () => {
      expect(isOverdue(aLoan(), at('2026-03-31T23:59:59.999+02:00'))).to.be.false
    })
  })
})
