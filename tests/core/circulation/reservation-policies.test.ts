import { expect } from 'chai'
import { accountPolicies } from '../../../core/circulation/borrowing-policies.ts'
import { evaluate, failed } from '../../../core/circulation/policy.ts'
import type { Finding } from '../../../core/circulation/policy.ts'
import {
  copyToFill,
  onShelf,
  pickupBranch,
  reservationLimit,
  reservationPolicies,
  titleNotOnLoan,
  titleNotReserved,
} from '../../../core/circulation/reservation-policies.ts'
import type { ReservationFacts, ReservationPolicy } from '../../../core/circulation/reservation-policies.ts'
import type { RuleValues } from '../../../core/circulation/rule-table.ts'
import type { BlockedAction } from '../../../core/members/member-block.ts'
import {
  aBlock,
  aCopy,
  aReservation,
  aRule,
  bookId,
  branchId,
  loansOut,
  reservationId,
  reserving,
} from '../builders.ts'

const rules = (changes: Partial<RuleValues>) => ({ values: aRule(changes) })
const other = (id: number) => aReservation('waiting', { id: reservationId(id), bookId: bookId(id) })
const here = aCopy('available', { branchId: branchId(1) })
const there = aCopy('available', { branchId: branchId(2) })
const whenFree = (
  reservationsWhenOnShelf: RuleValues['reservationsWhenOnShelf'],
  ...fillable: ReservationFacts['fillable']
) => ({ ...rules({ reservationsWhenOnShelf }), fillable })

type Row = readonly [
  what: string,
  facts: Partial<ReservationFacts>,
  verdict: 'pass' | 'fail',
  limit: Finding['limit'],
  actual: Finding['actual'],
]

const table: readonly (readonly [ReservationPolicy, ReservationPolicy['kind'], readonly Row[]])[] = [
  [
    titleNotOnLoan,
    'blocker',
    [
      ['not on loan', { loansOut: loansOut({}) }, 'pass', 1, 0],
      ['on loan to him', { loansOut: loansOut({ bookId: bookId(1) }) }, 'fail', 1, 1],
    ],
  ],
  [
    titleNotReserved,
    'blocker',
    [
      ['another title reserved', { living: [other(2)] }, 'pass', 1, 0],
      ['this one reserved', { living: [aReservation('ready')] }, 'fail', 1, 1],
    ],
  ],
  [
    reservationLimit,
    'overridable',
    [
      ['room for one', { ...rules({ maxReservations: 2 }), living: [other(2)] }, 'pass', 2, 1],
      ['full', { ...rules({ maxReservations: 2 }), living: [other(2), other(3)] }, 'fail', 2, 2],
      ['0 is none', rules({ maxReservations: 0 }), 'fail', 0, 0],
      ['null is unlimited', { ...rules({ maxReservations: null }), living: [other(2)] }, 'pass', null, 1],
    ],
  ],
  [
    pickupBranch,
    'blocker',
    [
      ['serves', {}, 'pass', null, 1],
      ['does not serve', { pickup: { branchId: branchId(2), serves: false } }, 'fail', null, 2],
      ['is unknown', { pickup: { branchId: branchId(9), serves: null } }, 'fail', null, 'unknown'],
    ],
  ],
  [
    copyToFill,
    'blocker',
    [
      ['one could come', {}, 'pass', 1, 1],
      ['none could ever', { fillable: [] }, 'fail', 1, 0],
    ],
  ],
  [
    onShelf,
    'overridable',
    [
      ['allowed although one is free', whenFree('allow', here), 'pass', null, 1],
      ['refused when one is free anywhere', whenFree('refuse', there), 'fail', 0, 1],
      ['not refused when none is free', whenFree('refuse', aCopy('on_loan')), 'pass', 0, 0],
      [
        'refused when one is free where it is fetched',
        whenFree('allow_if_none_at_pickup', here, there),
        'fail',
        0,
        1,
      ],
      ['allowed when one is free elsewhere', whenFree('allow_if_none_at_pickup', there), 'pass', 0, 0],
    ],
  ],
]

describe('the rules of a reservation (R2.3, R6.3)', () => {
  for (const [policy, kind, rows] of table) {
    describe(`${policy.rule} (${kind})`, () => {
      for (const [what, facts, verdict, limit, actual] of rows) {
        it(`${what}: ${verdict}`, () => {
          expect(evaluate([policy])(reserving(facts))).to.deep.equal([
            { rule: policy.rule, kind, message: policy.message, verdict, limit, actual },
          ])
        })
      }
    })
  }

  it('are those of the account and these, each in the table', () => {
    expect(reservationPolicies).to.deep.equal([
      ...accountPolicies('reserve'),
      ...table.map(([policy]) => policy),
    ])
  })

  it('R2.2 a manual block of reserving stands in the way, one of anything else does not', () => {
    const refusedBy = (...actions: readonly BlockedAction[]) =>
      failed(evaluate(reservationPolicies)(reserving({ blocks: [aBlock({ actions })] }))).map(
        ({ rule }) => rule,
      )
    expect(refusedBy('reserve')).to.deep.equal(['manual-block'])
    expect(refusedBy('checkout', 'renew')).to.be.empty
  })

  it('are all asked, and all failures told', () => {
    const refused = failed(
      evaluate(reservationPolicies)(reserving({ fillable: [], living: [aReservation('waiting')] })),
    )
    expect(refused.map(({ rule }) => rule)).to.deep.equal(['already-reserved', 'no-copy-to-fill'])
  })
})
