/** NOT-2, R5.3: when a member is reminded that a loan is due soon, and when he is not, or not again. */
import { expect } from 'chai'
import { isToRemind, soonUntil } from '../../../core/circulation/due-soon.ts'
import { moveDueDate, remind, renew } from '../../../core/circulation/loan.ts'
import type { Loan } from '../../../core/circulation/loan.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { Zone } from '../../../core/shared/local-time.ts'
import { minor } from '../../../core/shared/money.ts'
import { aLoan, at, someTerms } from '../builders.ts'

/** Due at the end of 31 March in Berlin, whose clocks went forward on the 29th. */
const loan = aLoan()
const reminded = aLoan({ remindedFor: loan.dueAt })
const later = {
  dueAt: at('2026-04-03T23:59:59+02:00'),
  overdueFrom: at('2026-04-04T00:00:00+02:00'),
  calendarIgnored: false,
}
const renewedOn = at('2026-03-30T10:00:00+02:00')
const tomorrow = aLoan({
  borrowedAt: at('2026-03-30T15:00:00+02:00'),
  dueFrom: at('2026-03-30T15:00:00+02:00'),
})
const overnight = aLoan({
  dueFrom: at('2026-03-30T20:00:00+02:00'),
  dueAt: at('2026-03-31T09:00:00+02:00'),
  overdueFrom: at('2026-03-31T09:00:00+02:00'),
})
const inKathmandu = aLoan({
  dueAt: at('2026-03-31T23:59:59+05:45'),
  overdueFrom: at('2026-04-01T00:00:00+05:45'),
  terms: { ...someTerms(), zone: 'Asia/Kathmandu' as Zone },
})
const withoutMidnight = aLoan({
  dueAt: at('2026-03-31T23:59:59+03:00'),
  overdueFrom: at('2026-04-01T00:00:00+03:00'),
  terms: { ...someTerms(), zone: 'Asia/Beirut' as Zone },
})

const table: readonly (readonly [what: string, loan: Loan, days: number, now: string, expected: boolean])[] =
  [
    ['four days before', loan, 3, '2026-03-27T23:59:59.999+01:00', false],
    ['three days before, the clocks go forward in between', loan, 3, '2026-03-28T00:00:00+01:00', true],
    ['on a later day, where no job ran', loan, 3, '2026-03-30T12:00:00+02:00', true],
    ['on the day it is due', loan, 3, '2026-03-31T23:59:58+02:00', true],
    ['when it is due', loan, 3, '2026-03-31T23:59:59+02:00', false],
    ['overdue', loan, 3, '2026-04-01T00:00:00+02:00', false],
    ['the day before, reminded on the day alone', loan, 0, '2026-03-30T23:59:59+02:00', false],
    ['on the day, reminded on the day alone', loan, 0, '2026-03-31T00:00:00+02:00', true],
    ['reminded of this date', reminded, 3, '2026-03-29T12:00:00+02:00', false],
    [
      'reminded of the date before a renewal',
      renew(reminded, later, renewedOn, minor(0), null).state,
      3,
      '2026-04-01T12:00:00+02:00',
      true,
    ],
    [
      'reminded of the date before it was moved',
      moveDueDate(reminded, later, renewedOn).state,
      3,
      '2026-03-31T12:00:00+02:00',
      true,
    ],
    [
      'reminded, moved and reminded again, given back',
      { ...reminded, remindedFor: later.dueAt },
      3,
      '2026-03-31T12:00:00+02:00',
      true,
    ],
    ['on the day it was lent', tomorrow, 3, '2026-03-30T23:59:59+02:00', false],
    ['on the day after, when it is due', tomorrow, 3, '2026-03-31T00:00:00+02:00', true],
    ['lent for hours, on that day', overnight, 3, '2026-03-30T23:00:00+02:00', false],
    ['lent for hours, overnight', overnight, 3, '2026-03-31T00:05:00+02:00', true],
    [
      'renewed so long ago that nobody remembers from when',
      aLoan({ dueFrom: null }),
      3,
      '2026-03-28T12:00:00+01:00',
      true,
    ],
    ['in another zone, before its day', inKathmandu, 3, '2026-03-27T23:59:59+05:45', false],
    ['in another zone, as its day begins', inKathmandu, 3, '2026-03-28T00:00:00+05:45', true],
    ['before a day without midnight', withoutMidnight, 2, '2026-03-28T23:59:59+02:00', false],
    ['on a day without midnight', withoutMidnight, 2, '2026-03-29T01:00:00+03:00', true],
    ['lost', aLoan({ state: 'lost' }), 3, '2026-03-30T12:00:00+02:00', false],
    ['claimed as returned', aLoan({ state: 'claimed_returned' }), 3, '2026-03-30T12:00:00+02:00', false],
    ['returned', aLoan({ state: 'returned' }), 3, '2026-03-30T12:00:00+02:00', false],
  ]

describe('R5.3 the reminder of a due date', () => {
  for (const [what, one, days, now, expected] of table) {
    it(`${what}: ${expected ? 'now' : 'not'}`, () => {
      expect(isToRemind(one, days, at(now))).to.equal(expected)
    })
  }

  it('marks the date it was about, tells it, and changes nothing else', () => {
    const { state, events } = remind(loan, renewedOn)
    expect(state).to.deep.equal({ ...loan, remindedFor: loan.dueAt })
    expect(events).to.deep.equal([
      {
        type: 'LoanDueSoon',
        version: 1,
        aggregate: 'loan',
        aggregateId: loan.id,
        occurredAt: renewedOn,
        payload: {
          loanId: loan.id,
          memberId: loan.memberId,
          copyId: loan.copyId,
          bookId: loan.bookId,
          branchId: loan.branchId,
          dueAt: loan.dueAt,
        },
      },
    ])
    expect(isToRemind(state, 3, renewedOn)).to.be.false
  })

  it('soon ends with a day of the zone', () => {
    const now = at('2026-03-28T12:00:00+01:00')
    expect(toIso(soonUntil(0, now, 'Europe/Berlin' as Zone))).to.equal('2026-03-28T23:00:00.000Z')
    expect(toIso(soonUntil(1, now, 'Europe/Berlin' as Zone))).to.equal('2026-03-29T22:00:00.000Z')
  })
})
