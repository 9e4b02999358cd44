import { expect } from 'chai'
import {
  borrowingPolicies,
  copyStatus,
  countedLoans,
  debtCeiling,
  dueLater,
  lendable,
  loanLimit,
  loanLimitInCategory,
  lostLimit,
  manualBlocks,
  memberStatus,
  membershipExpiry,
  minimumAge,
  missingCopy,
  openBranch,
  overdueLimit,
  sameTitle,
} from '../../../core/circulation/borrowing-policies.ts'
import type { BorrowingFacts, BorrowingPolicy } from '../../../core/circulation/borrowing-policies.ts'
import type { Finding } from '../../../core/circulation/policy.ts'
import { evaluate, failed, refusing } from '../../../core/circulation/policy.ts'
import { minor } from '../../../core/shared/money.ts'
import {
  aBlock,
  aCopy,
  aMember,
  aRule,
  aTitle,
  at,
  bookId,
  borrowing,
  day,
  loansOut,
  memberId,
  utc,
} from '../builders.ts'

/** Overdue since 1 March. */
const late = { overdueFrom: at('2026-03-01T00:00:00+01:00') } as const
const due = { ...late, dueAt: at('2026-02-28T23:59:59+01:00') } as const
const open = {}
const lost = { state: 'lost' } as const
const claimed = { state: 'claimed_returned' } as const
const media = { loanCategory: 'media' } as const
const rules = (changes: Parameters<typeof aRule>[0]) => ({ values: aRule(changes) })
const debt = (amount: number, debtCeiling: number | null) => ({
  debt: minor(amount),
  values: aRule({ debtCeiling: debtCeiling === null ? null : minor(debtCeiling) }),
})
const born = (date: string | null, minAge: number | null) => ({
  member: aMember({ dateOfBirth: date === null ? null : day(date) }),
  title: aTitle({ minAge }),
})

type Row = readonly [
  what: string,
  facts: Partial<BorrowingFacts>,
  verdict: 'pass' | 'fail',
  limit: Finding['limit'],
  actual: Finding['actual'],
]

const table: readonly (readonly [BorrowingPolicy, BorrowingPolicy['kind'], readonly Row[]])[] = [
  [
    memberStatus,
    'blocker',
    [
      ['active', {}, 'pass', 'active', 'active'],
      ['pending', { member: aMember({ status: 'pending' }) }, 'fail', 'active', 'pending'],
      ['suspended', { member: aMember({ status: 'suspended' }) }, 'fail', 'active', 'suspended'],
      ['deactivated', { member: aMember({ status: 'deactivated' }) }, 'fail', 'active', 'deactivated'],
    ],
  ],
  [
    membershipExpiry,
    'overridable',
    [
      ['without end', {}, 'pass', null, '2026-03-10'],
      [
        'on its last day',
        { member: aMember({ membershipExpiresOn: day('2026-03-10') }) },
        'pass',
        '2026-03-10',
        '2026-03-10',
      ],
      [
        'the day after',
        { member: aMember({ membershipExpiresOn: day('2026-03-09') }) },
        'fail',
        '2026-03-09',
        '2026-03-10',
      ],
    ],
  ],
  [
    manualBlocks.checkout,
    'overridable',
    [
      ['none', {}, 'pass', 0, 0],
      ['one', { blocks: [aBlock()] }, 'fail', 0, 1],
      ['several at once', { blocks: [aBlock(), aBlock(), aBlock()] }, 'fail', 0, 3],
      ['of something else', { blocks: [aBlock({ actions: ['renew', 'reserve'] })] }, 'pass', 0, 0],
      ['one of them of this', { blocks: [aBlock({ actions: ['renew'] }), aBlock()] }, 'fail', 0, 1],
      ['on its last day', { blocks: [aBlock({ expiresOn: day('2026-03-10') })] }, 'fail', 0, 1],
      ['the day after', { blocks: [aBlock({ expiresOn: day('2026-03-09') })] }, 'pass', 0, 0],
      ['one over, one not', { blocks: [aBlock({ expiresOn: day('2026-03-09') }), aBlock()] }, 'fail', 0, 1],
    ],
  ],
  [
    debtCeiling,
    'overridable',
    [
      ['nothing owed', {}, 'pass', 1000, 0],
      ['below the ceiling', debt(999, 1000), 'pass', 1000, 999],
      ['at the ceiling', debt(1000, 1000), 'fail', 1000, 1000],
      ['above it', debt(1001, 1000), 'fail', 1000, 1001],
      ['no ceiling', debt(1_000_000, null), 'pass', null, 1_000_000],
      ['ceiling 0 and nothing owed', debt(0, 0), 'pass', 0, 0],
      ['ceiling 0 and a cent', debt(1, 0), 'fail', 0, 1],
      ['ceiling 0 and a credit', debt(-500, 0), 'pass', 0, -500],
    ],
  ],
  [
    overdueLimit,
    'overridable',
    [
      ['none', {}, 'pass', 3, 0],
      ['at the limit', { loansOut: loansOut(late, late, late, open) }, 'pass', 3, 3],
      ['above it', { loansOut: loansOut(late, late, late, late) }, 'fail', 3, 4],
      ['0 is none', { loansOut: loansOut(late), ...rules({ maxOverdue: 0 }) }, 'fail', 0, 1],
      ['0 and none overdue', { loansOut: loansOut(open), ...rules({ maxOverdue: 0 }) }, 'pass', 0, 0],
      ['unlimited', { loansOut: loansOut(late, late), ...rules({ maxOverdue: null }) }, 'pass', null, 2],
      [
        'lost and claimed ones are not overdue',
        { loansOut: loansOut({ ...due, ...lost }, { ...due, ...claimed }), ...rules({ maxOverdue: 0 }) },
        'pass',
        0,
        0,
      ],
      [
        'overdue from this very instant',
        { loansOut: loansOut({ overdueFrom: at('2026-03-10T15:00:00+01:00') }), ...rules({ maxOverdue: 0 }) },
        'fail',
        0,
        1,
      ],
      [
        'overdue from the next',
        {
          loansOut: loansOut({ overdueFrom: at('2026-03-10T15:00:00.001+01:00') }),
          ...rules({ maxOverdue: 0 }),
        },
        'pass',
        0,
        0,
      ],
    ],
  ],
  [
    lostLimit,
    'overridable',
    [
      ['none', { loansOut: loansOut(open, claimed) }, 'pass', 1, 0],
      ['at the limit', { loansOut: loansOut(lost) }, 'pass', 1, 1],
      ['above it', { loansOut: loansOut(lost, lost) }, 'fail', 1, 2],
      ['0 is none', { loansOut: loansOut(lost), ...rules({ maxLost: 0 }) }, 'fail', 0, 1],
      ['unlimited', { loansOut: loansOut(lost, lost), ...rules({ maxLost: null }) }, 'pass', null, 2],
    ],
  ],
  [
    copyStatus,
    'blocker',
    [
      ['available', {}, 'pass', 'available', 'available'],
      ['kept for him', { copy: aCopy('kept') }, 'pass', 'available', 'kept'],
      ['kept for another', { copy: aCopy('kept', { keptFor: memberId(2) }) }, 'fail', 'available', 'kept'],
      ['missing and at the desk', { copy: aCopy('missing') }, 'pass', 'available', 'missing'],
      ['on loan', { copy: aCopy('on_loan') }, 'fail', 'available', 'on_loan'],
      ['in transit', { copy: aCopy('in_transit') }, 'fail', 'available', 'in_transit'],
      ['lost', { copy: aCopy('lost') }, 'fail', 'available', 'lost'],
      ['claimed returned', { copy: aCopy('claimed_returned') }, 'fail', 'available', 'claimed_returned'],
      ['in the workshop', { copy: aCopy('maintenance') }, 'fail', 'available', 'maintenance'],
      ['withdrawn', { copy: aCopy('withdrawn') }, 'fail', 'available', 'withdrawn'],
      ['no copy', { copy: null }, 'fail', 'available', 'none'],
    ],
  ],
  [
    missingCopy,
    'warning',
    [
      ['available', {}, 'pass', null, 'available'],
      ['missing', { copy: aCopy('missing') }, 'fail', null, 'missing'],
      ['no copy', { copy: null }, 'pass', null, null],
    ],
  ],
  [
    lendable,
    'overridable',
    [
      ['lendable', {}, 'pass', null, 'book'],
      [
        'reference',
        { copy: aCopy('available', { loanCategory: 'reference' }), ...rules({ lendable: false }) },
        'fail',
        null,
        'reference',
      ],
    ],
  ],
  [
    minimumAge,
    'overridable',
    [
      ['for everybody', born('2020-01-01', null), 'pass', null, 6],
      ['for everybody, age unknown', born(null, null), 'pass', null, null],
      ['on the birthday', born('2010-03-10', 16), 'pass', 16, 16],
      ['the day before', born('2010-03-11', 16), 'fail', 16, 15],
      ['age unknown', born(null, 16), 'fail', 16, null],
    ],
  ],
  [
    sameTitle,
    'blocker',
    [
      ['other titles', { loansOut: loansOut(open, open) }, 'pass', 1, 0],
      ['the same title', { loansOut: loansOut(open, { bookId: bookId(1) }) }, 'fail', 1, 1],
      ['the same title, lost', { loansOut: loansOut({ bookId: bookId(1), ...lost }) }, 'fail', 1, 1],
    ],
  ],
  [
    loanLimit,
    'overridable',
    [
      ['none', {}, 'pass', 10, 0],
      ['room for one', { loansOut: loansOut(open), ...rules({ maxLoans: 2 }) }, 'pass', 2, 1],
      ['at the limit', { loansOut: loansOut(open, open), ...rules({ maxLoans: 2 }) }, 'fail', 2, 2],
      ['above it', { loansOut: loansOut(open, open, open), ...rules({ maxLoans: 2 }) }, 'fail', 2, 3],
      ['0 is none', rules({ maxLoans: 0 }), 'fail', 0, 0],
      ['unlimited', { loansOut: loansOut(open, open), ...rules({ maxLoans: null }) }, 'pass', null, 2],
      [
        'claimed ones do not count',
        { loansOut: loansOut(open, claimed), ...rules({ maxLoans: 2 }) },
        'pass',
        2,
        1,
      ],
    ],
  ],
  [
    loanLimitInCategory,
    'overridable',
    [
      ['unlimited', { loansOut: loansOut(open) }, 'pass', null, 1],
      [
        'others are of another category',
        { loansOut: loansOut(media, media), ...rules({ maxLoansInCategory: 1 }) },
        'pass',
        1,
        0,
      ],
      [
        'at the limit',
        { loansOut: loansOut(open, media), ...rules({ maxLoansInCategory: 1 }) },
        'fail',
        1,
        1,
      ],
      [
        'of the category of the copy',
        {
          loansOut: loansOut(open, media, media),
          copy: aCopy('available', { loanCategory: 'media' }),
          ...rules({ maxLoansInCategory: 3 }),
        },
        'pass',
        3,
        2,
      ],
      [
        'claimed ones do not count',
        { loansOut: loansOut(claimed), ...rules({ maxLoansInCategory: 1 }) },
        'pass',
        1,
        0,
      ],
      ['0 is none', rules({ maxLoansInCategory: 0 }), 'fail', 0, 0],
    ],
  ],
  [
    dueLater,
    'blocker',
    [
      ['later', {}, 'pass', utc('2026-03-10T15:00:00+01:00'), utc('2026-03-31T23:59:59+02:00')],
      [
        'now',
        {
          due: {
            dueAt: at('2026-03-10T15:00:00+01:00'),
            overdueFrom: at('2026-03-10T15:00:00+01:00'),
            calendarIgnored: false,
          },
        },
        'fail',
        utc('2026-03-10T15:00:00+01:00'),
        utc('2026-03-10T15:00:00+01:00'),
      ],
      [
        'earlier',
        { due: { ...due, calendarIgnored: false } },
        'fail',
        utc('2026-03-10T15:00:00+01:00'),
        utc('2026-02-28T23:59:59+01:00'),
      ],
      ['no copy, no date', { due: null }, 'pass', utc('2026-03-10T15:00:00+01:00'), null],
    ],
  ],
  [
    openBranch,
    'warning',
    [
      ['by the calendar', {}, 'pass', null, null],
      ['the calendar ignored', { due: { ...due, calendarIgnored: true } }, 'fail', null, null],
      ['no copy, no date', { due: null }, 'pass', null, null],
    ],
  ],
]

describe('the rules of a checkout (R2.2, R2.3)', () => {
  for (const [policy, kind, rows] of table) {
    describe(`${policy.rule} (${kind})`, () => {
      for (const [what, facts, verdict, limit, actual] of rows) {
        it(`${what}: ${verdict}, ${String(actual)} of ${String(limit)}`, () => {
          expect(evaluate([policy])(borrowing(facts))).to.deep.equal([
            { rule: policy.rule, verdict, kind, message: policy.message, limit, actual },
          ])
        })
      }
    })
  }

  it('each of the list is in the table above', () => {
    expect(borrowingPolicies.map(({ rule }) => rule)).to.have.members(table.map(([{ rule }]) => rule))
  })

  it('an ordinary checkout passes them all, and they are all told', () => {
    const verdicts = evaluate(borrowingPolicies)(borrowing())
    expect(verdicts.map(({ rule }) => rule)).to.deep.equal(borrowingPolicies.map(({ rule }) => rule))
    expect(failed(verdicts)).to.be.empty
  })

  it('all failures are told at once, not the first (R2.1)', () => {
    const verdicts = evaluate(borrowingPolicies)(
      borrowing({
        member: aMember({ status: 'suspended', membershipExpiresOn: day('2025-12-31') }),
        title: aTitle({ minAge: 18 }),
        copy: aCopy('on_loan'),
        blocks: [aBlock()],
        due: { ...due, calendarIgnored: true },
        loansOut: loansOut(late, late, lost, lost, { bookId: bookId(1) }),
        debt: minor(5000),
        values: aRule({ lendable: false, maxLoans: 1, maxLoansInCategory: 1, maxOverdue: 1 }),
      }),
    )
    const passed = verdicts.filter(({ verdict }) => verdict === 'pass').map(({ rule }) => rule)
    expect(passed).to.deep.equal(['copy-missing'])
    expect(refusing(verdicts, null)).to.have.length(verdicts.length - 2)
  })

  it('a missing copy at the desk is lent, with a warning (R2.5)', () => {
    const verdicts = evaluate(borrowingPolicies)(borrowing({ copy: aCopy('missing') }))
    expect(failed(verdicts).map(({ rule }) => rule)).to.deep.equal(['copy-missing'])
    expect(refusing(verdicts, null)).to.be.empty
  })

  it('claimed-returned loans do not count against a limit', () => {
    expect(countedLoans(loansOut(open, claimed, lost)).map(({ loan }) => loan.state)).to.deep.equal([
      'open',
      'lost',
    ])
  })
})
