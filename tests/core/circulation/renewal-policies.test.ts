import { expect } from 'chai'
import { accountPolicies, openBranch } from '../../../core/circulation/borrowing-policies.ts'
import type { LoanOut } from '../../../core/circulation/borrowing-policies.ts'
import type { DueDate } from '../../../core/circulation/loan-terms.ts'
import { evaluate, failed } from '../../../core/circulation/policy.ts'
import type { Finding } from '../../../core/circulation/policy.ts'
import {
  blackout,
  laterThanBefore,
  loanLimitAtRenewal,
  loanState,
  notTooEarly,
  overdueAtRenewal,
  renewalPolicies,
  renewalsLeft,
  reservationsWaiting,
} from '../../../core/circulation/renewal-policies.ts'
import type { RenewalFacts, RenewalPolicy } from '../../../core/circulation/renewal-policies.ts'
import type { RuleValues } from '../../../core/circulation/rule-table.ts'
import { minor } from '../../../core/shared/money.ts'
import { aBlock, aLoan, aMember, aRule, at, day, loansOut, renewal, someTerms, utc } from '../builders.ts'

const rules = (changes: Partial<RuleValues>) => ({ values: aRule(changes) })
const renewed = (renewalCount: number, maxRenewals: number | null) => ({
  loan: aLoan({ renewalCount, terms: someTerms({ maxRenewals }) }),
})
const claimed = { state: 'claimed_returned' } as const
const lost = { state: 'lost' } as const
/** Overdue since 1 March. */
const late = { overdueFrom: at('2026-03-01T00:00:00+01:00') } as const
const lateLoan = aLoan({ ...late, dueAt: at('2026-02-28T23:59:59+01:00') })
const withThis = (...others: readonly LoanOut[]): readonly LoanOut[] => [
  { loan: aLoan(), loanCategory: 'book' },
  ...others,
]
const until = (text: string): DueDate => ({ dueAt: at(text), overdueFrom: at(text), calendarIgnored: false })
const christmas = { from: day('2026-12-20'), to: day('2027-01-06') }
const march = { from: day('2026-03-30'), to: day('2026-04-06') }

type Row = readonly [
  what: string,
  facts: Partial<RenewalFacts>,
  verdict: 'pass' | 'fail',
  limit: Finding['limit'],
  actual: Finding['actual'],
]

/** The loan is due 31 March 23:59:59 in Berlin and it is 30 March there, unless the facts say otherwise. */
const table: readonly (readonly [RenewalPolicy, RenewalPolicy['kind'], readonly Row[]])[] = [
  [
    loanState,
    'blocker',
    [
      ['open', {}, 'pass', 'open', 'open'],
      ['lost', { loan: aLoan({ state: 'lost' }) }, 'fail', 'open', 'lost'],
      ['claimed', { loan: aLoan({ state: 'claimed_returned' }) }, 'fail', 'open', 'claimed_returned'],
      ['returned', { loan: aLoan({ state: 'returned' }) }, 'fail', 'open', 'returned'],
    ],
  ],
  [
    renewalsLeft,
    'overridable',
    [
      ['never renewed', renewed(0, 2), 'pass', 2, 0],
      ['one left', renewed(1, 2), 'pass', 2, 1],
      ['none left', renewed(2, 2), 'fail', 2, 2],
      ['the rule was lowered since', { ...renewed(3, 4), ...rules({ maxRenewals: 0 }) }, 'pass', 4, 3],
      ['0 is none', renewed(0, 0), 'fail', 0, 0],
      ['unlimited', renewed(99, null), 'pass', null, 99],
    ],
  ],
  [
    loanLimitAtRenewal,
    'overridable',
    [
      ['the limit is reached', { loansOut: withThis(), ...rules({ maxLoans: 1 }) }, 'pass', 1, 1],
      ['it is passed', { loansOut: withThis(...loansOut({})), ...rules({ maxLoans: 1 }) }, 'fail', 1, 2],
      [
        'claimed ones do not count',
        { loansOut: withThis(...loansOut(claimed)), ...rules({ maxLoans: 1 }) },
        'pass',
        1,
        1,
      ],
      ['0 is none', { loansOut: withThis(), ...rules({ maxLoans: 0 }) }, 'fail', 0, 1],
      [
        'unlimited',
        { loansOut: withThis(...loansOut({}, {})), ...rules({ maxLoans: null }) },
        'pass',
        null,
        3,
      ],
    ],
  ],
  [
    notTooEarly,
    'overridable',
    [
      ['off', {}, 'pass', null, 1],
      ['near enough', rules({ renewalNotBeforeDays: 1 }), 'pass', 1, 1],
      ['a day too early', { today: day('2026-03-29'), ...rules({ renewalNotBeforeDays: 1 }) }, 'fail', 1, 2],
      ['on the due day only', rules({ renewalNotBeforeDays: 0 }), 'fail', 0, 1],
      ['on the due day', { today: day('2026-03-31'), ...rules({ renewalNotBeforeDays: 0 }) }, 'pass', 0, 0],
      ['overdue', { today: day('2026-04-02'), ...rules({ renewalNotBeforeDays: 0 }) }, 'pass', 0, -2],
    ],
  ],
  [
    overdueAtRenewal,
    'overridable',
    [
      ['allow, overdue', { loan: lateLoan }, 'pass', 'allow', 0],
      ['block_this, in time', rules({ renewalIfOverdue: 'block_this' }), 'pass', 'block_this', 0],
      [
        'block_this, another is overdue',
        { loansOut: withThis(...loansOut(late)), ...rules({ renewalIfOverdue: 'block_this' }) },
        'pass',
        'block_this',
        0,
      ],
      [
        'block_this, overdue',
        { loan: lateLoan, ...rules({ renewalIfOverdue: 'block_this' }) },
        'fail',
        'block_this',
        1,
      ],
      ['block_if_any, none', rules({ renewalIfOverdue: 'block_if_any' }), 'pass', 'block_if_any', 0],
      [
        'block_if_any, others are',
        { loansOut: withThis(...loansOut(late, late)), ...rules({ renewalIfOverdue: 'block_if_any' }) },
        'fail',
        'block_if_any',
        2,
      ],
      [
        'block_if_any, this one is',
        { loan: lateLoan, ...rules({ renewalIfOverdue: 'block_if_any' }) },
        'fail',
        'block_if_any',
        1,
      ],
      [
        'block_if_any, a lost one is not overdue',
        {
          loansOut: withThis(...loansOut({ ...late, ...lost })),
          ...rules({ renewalIfOverdue: 'block_if_any' }),
        },
        'pass',
        'block_if_any',
        0,
      ],
    ],
  ],
  [
    blackout,
    'overridable',
    [
      ['no period', {}, 'pass', null, '2026-03-30'],
      ['another period', rules({ renewalBlackouts: [christmas] }), 'pass', null, '2026-03-30'],
      [
        'its first day',
        rules({ renewalBlackouts: [christmas, march] }),
        'fail',
        '2026-03-30/2026-04-06',
        '2026-03-30',
      ],
      [
        'its last day',
        { today: day('2026-04-06'), ...rules({ renewalBlackouts: [march] }) },
        'fail',
        '2026-03-30/2026-04-06',
        '2026-04-06',
      ],
      [
        'the day after',
        { today: day('2026-04-07'), ...rules({ renewalBlackouts: [march] }) },
        'pass',
        null,
        '2026-04-07',
      ],
      [
        'over New Year',
        { today: day('2027-01-06'), ...rules({ renewalBlackouts: [christmas] }) },
        'fail',
        '2026-12-20/2027-01-06',
        '2027-01-06',
      ],
    ],
  ],
  [
    reservationsWaiting,
    'overridable',
    [
      ['nobody waits', {}, 'pass', 0, 0],
      ['no other copy', { demand: { waiting: 1, servable: 0 } }, 'fail', 0, 1],
      ['a copy for each', { demand: { waiting: 2, servable: 2 } }, 'pass', 2, 2],
      ['for all but one', { demand: { waiting: 3, servable: 2 } }, 'fail', 2, 3],
    ],
  ],
  [
    openBranch,
    'warning',
    [
      ['an open day was found', {}, 'pass', null, null],
      ['none was', { due: { ...renewal().due, calendarIgnored: true } }, 'fail', null, null],
    ],
  ],
  [
    laterThanBefore,
    'blocker',
    [
      ['later', {}, 'pass', utc('2026-03-31T23:59:59+02:00'), utc('2026-04-21T23:59:59+02:00')],
      [
        'the same',
        { due: until('2026-03-31T23:59:59+02:00') },
        'fail',
        utc('2026-03-31T23:59:59+02:00'),
        utc('2026-03-31T23:59:59+02:00'),
      ],
      [
        'earlier',
        { due: until('2026-03-31T10:00:00+02:00') },
        'fail',
        utc('2026-03-31T23:59:59+02:00'),
        utc('2026-03-31T10:00:00+02:00'),
      ],
      [
        'later than before, not than now',
        { loan: lateLoan, due: until('2026-03-21T23:59:59+01:00') },
        'fail',
        utc('2026-03-30T12:00:00+02:00'),
        utc('2026-03-21T23:59:59+01:00'),
      ],
      [
        'now itself',
        { loan: lateLoan, due: until('2026-03-30T12:00:00+02:00') },
        'fail',
        utc('2026-03-30T12:00:00+02:00'),
        utc('2026-03-30T12:00:00+02:00'),
      ],
    ],
  ],
]

describe('the rules of a renewal (R2.3, R5.1, R5.2)', () => {
  for (const [policy, kind, rows] of table) {
    describe(`${policy.rule} (${kind})`, () => {
      for (const [what, facts, verdict, limit, actual] of rows) {
        it(`${what}: ${verdict}, ${String(actual)} of ${String(limit)}`, () => {
          expect(evaluate([policy])(renewal(facts))).to.deep.equal([
            { rule: policy.rule, verdict, kind, message: policy.message, limit, actual },
          ])
        })
      }
    })
  }

  it('each of the list is in the table above, or lies with the account', () => {
    expect(renewalPolicies.map(({ rule }) => rule)).to.have.members([
      ...accountPolicies('renew').map(({ rule }) => rule),
      ...table.map(([{ rule }]) => rule),
    ])
  })

  it('an ordinary renewal passes them all', () => {
    expect(failed(evaluate(renewalPolicies)(renewal()))).to.be.empty
  })

  it('R2.2 a manual block of something else stands in no way', () => {
    const blocks = [aBlock({ actions: ['checkout', 'reserve'] })]
    expect(failed(evaluate(renewalPolicies)(renewal({ blocks })))).to.be.empty
  })

  it('a blocked, expired member in debt is told all of it', () => {
    const member = aMember({ status: 'suspended', membershipExpiresOn: day('2026-03-29') })
    const loans = loansOut(late, late, late, late, lost, lost)
    const facts = { member, blocks: [aBlock({ actions: ['renew'] })], debt: minor(1000), loansOut: loans }
    expect(failed(evaluate(renewalPolicies)(renewal(facts))).map(({ rule }) => rule)).to.deep.equal(
      accountPolicies('renew').map(({ rule }) => rule),
    )
  })
})
