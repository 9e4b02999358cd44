import { expect } from 'chai'
import { overview, runningFine, standing } from '../../../core/circulation/standing.ts'
import type { LoanRecord } from '../../../core/circulation/standing.ts'
import type { Loan } from '../../../core/circulation/loan.ts'
import { minor } from '../../../core/shared/money.ts'
import { aCalendar, aFineRule, aLoan, at, closed, someTerms, zone } from '../builders.ts'

const record = (loan: Loan, price: number | null = null): LoanRecord => ({
  loan,
  title: 'Emma',
  barcode: 'B-1',
  price: price === null ? null : minor(price),
  finesPaid: minor(0),
  unpaidOverdue: minor(0),
})

const tenADay = someTerms({ fine: aFineRule({ amount: minor(10) }) })
const calendar = aCalendar()
/** Three days late: due 31 March. */
const now = at('2026-04-03T12:00:00+02:00')

describe('how a loan stands', () => {
  describe('status and days overdue', () => {
    const table = [
      ['open', at('2026-03-20T12:00:00+01:00'), 'open', 0],
      ['open', at('2026-03-31T23:59:59.999+02:00'), 'open', 0],
      ['open', at('2026-04-01T00:00:00+02:00'), 'overdue', 1],
      ['open', at('2026-04-01T23:59:59+02:00'), 'overdue', 1],
      ['open', now, 'overdue', 3],
      ['lost', now, 'lost', 3],
      ['claimed_returned', now, 'claimed_returned', 3],
      ['returned', now, 'returned', 0],
    ] as const
    for (const [state, at, status, daysOverdue] of table) {
      it(`${state}, ${new Date(at).toISOString()}: ${status}, ${daysOverdue} days`, () => {
        expect(standing(record(aLoan({ state })), calendar, at)).to.include({ status, daysOverdue })
      })
    }

    it('counts up to the return when it is back, whenever it is asked', () => {
      const late = aLoan({ state: 'returned', returnedAt: at('2026-04-02T12:00:00+02:00') })
      expect(standing(record(late), null, now)).to.include({ status: 'returned', daysOverdue: 2 })
      expect(standing(record(late), null, at('2027-01-01T00:00:00Z')).daysOverdue).to.equal(2)
    })

    it('counts closed days too: it says how late, not what it costs', () => {
      const easter = aCalendar({ closures: [closed('2026-04-01', '2026-04-03')] })
      const shown = standing(record(aLoan({ terms: tenADay })), easter, now)
      expect(shown).to.include({ daysOverdue: 3, fine: 0 })
    })

    it('counts by the zone that is frozen on the loan', () => {
      const kathmandu = aLoan({
        terms: someTerms({ zone: zone('Asia/Kathmandu') }),
        dueAt: at('2026-03-31T23:59:59+05:45'),
        overdueFrom: at('2026-04-01T00:00:00+05:45'),
      })
      expect(standing(record(kathmandu), null, at('2026-04-01T20:00:00+02:00')).daysOverdue).to.equal(1)
      expect(standing(record(kathmandu), null, at('2026-04-01T20:30:00+02:00')).daysOverdue).to.equal(2)
    })
  })

  describe('renewals left', () => {
    const table = [
      [2, 0, 2],
      [2, 2, 0],
      [2, 3, 0],
      [0, 0, 0],
      [null, 7, null],
    ] as const
    for (const [maxRenewals, renewalCount, left] of table) {
      it(`${renewalCount} of ${maxRenewals ?? 'unlimited'}: ${left ?? 'unlimited'}`, () => {
        const loan = aLoan({ renewalCount, terms: someTerms({ maxRenewals }) })
        expect(standing(record(loan), null, now).renewalsLeft).to.equal(left)
      })
    }
  })

  describe('the fine', () => {
    const terms = tenADay
    const finesPosted = minor(50)

    it('is what was posted, and what runs while it is out', () => {
      expect(standing(record(aLoan({ terms, finesPosted })), calendar, now).fine).to.equal(80)
    })

    it('is what was posted alone: before it is overdue, when it is lost, claimed or back', () => {
      const early = at('2026-03-20T12:00:00+01:00')
      expect(standing(record(aLoan({ terms, finesPosted })), calendar, early).fine).to.equal(50)
      for (const state of ['lost', 'claimed_returned', 'returned'] as const) {
        expect(standing(record(aLoan({ state, terms, finesPosted })), calendar, now).fine, state).to.equal(50)
      }
    })

    it('needs no calendar while nothing runs', () => {
      const early = at('2026-03-20T12:00:00+01:00')
      expect(standing(record(aLoan({ terms })), null, early).fine).to.equal(0)
    })

    it('runs by the rule frozen on the loan, up to the price of the copy (R0.2, R4.4)', () => {
      const fine = aFineRule({ amount: minor(10), capToPrice: true })
      const loan = aLoan({ terms: someTerms({ fine, defaultPrice: minor(25) }) })
      expect(runningFine(loan, calendar, null, now, minor(0)).amount).to.equal(25)
      expect(runningFine(loan, calendar, minor(20), now, minor(0))).to.deep.include({
        beforeCaps: 30,
        amount: 20,
        capped: ['cap-to-price'],
      })
    })

    it('is capped for the whole loan, with what its renewals have posted (R4.4)', () => {
      const fine = aFineRule({ amount: minor(10), cap: minor(60) })
      const loan = aLoan({ terms: someTerms({ fine }), finesPosted })
      expect(runningFine(loan, calendar, null, now, minor(0)).amount).to.equal(10)
      expect(standing(record(loan), calendar, now).fine).to.equal(60)
    })

    it('runs up to what the cap per member leaves room for (R4.4)', () => {
      const fine = aFineRule({ amount: minor(10), memberCap: minor(100) })
      const loan = aLoan({ terms: someTerms({ fine }), finesPosted })
      expect(runningFine(loan, calendar, null, now, minor(80)).amount).to.equal(20)
      expect(standing({ ...record(loan), unpaidOverdue: minor(80) }, calendar, now).fine).to.equal(70)
    })

    it('runs by the zone frozen on the loan, wherever the branch has moved since (R0.2)', () => {
      const moved = aCalendar({ zone: zone('Asia/Kathmandu') })
      const loan = aLoan({ terms })
      // Still 2 April in Berlin, already 3 April in Kathmandu.
      expect(runningFine(loan, moved, null, at('2026-04-02T23:00:00+02:00'), minor(0)).late).to.equal(2)
      expect(runningFine(loan, moved, null, at('2026-04-01T00:00:00+02:00'), minor(0)).late).to.equal(1)
    })
  })

  it('is shown with its record', () => {
    const shown = record(aLoan())
    expect(overview(shown, calendar, now)).to.deep.equal({
      record: shown,
      standing: standing(shown, calendar, now),
    })
  })
})
