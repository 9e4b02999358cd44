import { expect } from 'chai'
import fc from 'fast-check'
import {
  balanceOf,
  chargedOf,
  chargeOverdue,
  paidOf,
  statusOf,
  unpaidOverdueOf,
  waivedOf,
} from '../../../core/accounts/fine.ts'
import type { Fine, FineStatus } from '../../../core/accounts/fine.ts'
import { pay, refund, waive } from '../../../core/accounts/fine-moves.ts'
import type { Moved } from '../../../core/accounts/fine-moves.ts'
import type { PaymentRefused, RefundRefused, WaiverRefused } from '../../../core/accounts/refusals.ts'
import { E } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { minor } from '../../../core/shared/money.ts'
import type { Verdict } from '../../../core/shared/refusal.ts'
import { at, entryId, fineId, loanId, memberId } from '../builders.ts'

const charged = at('2026-03-12T10:00:00Z')
const by = { at: at('2026-03-13T10:00:00Z'), actorId: memberId(9) }

const fineOf = (amount: number): Fine =>
  chargeOverdue({
    fineId: fineId(7),
    entryId: entryId(70),
    memberId: memberId(1),
    loanId: loanId(5),
    renewalCount: 0,
    amount: minor(amount),
    at: charged,
    actorId: null,
    description: 'Returned late',
  }).state

type Move = readonly ['pay', number] | readonly ['waive' | 'refund', number | null]

type Refusal = PaymentRefused | WaiverRefused | RefundRefused

const apply = (fine: Fine, [kind, amount]: Move): Either<Refusal, Moved> => {
  const given = { ...by, entryId: entryId(71), reason: 'A flood' }
  switch (kind) {
    case 'pay':
      return pay(fine, { ...given, amount: minor(amount), method: 'card' })
    case 'waive':
      return waive(fine, { ...given, amount: amount === null ? null : minor(amount) })
    case 'refund':
      return refund(fine, {
        ...given,
        reversalId: entryId(72),
        amount: amount === null ? null : minor(amount),
      })
  }
}

const done = <A>(result: Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(`Refused: ${JSON.stringify(result.left)}`)
  return result.right
}

const after = (amount: number, ...moves: readonly Move[]): Fine =>
  moves.reduce<Fine>((fine, move) => done<Moved>(apply(fine, move)).state, fineOf(amount))

interface Standing {
  readonly status: FineStatus
  readonly amount: number
  readonly paid: number
  readonly waived: number
  readonly balance: number
}

const standing = (fine: Fine): Standing => ({
  status: statusOf(fine),
  amount: chargedOf(fine),
  paid: paidOf(fine),
  waived: waivedOf(fine),
  balance: balanceOf(fine),
})

describe('money that moves on a fine (R4.6, FIN-4)', () => {
  const table: readonly (readonly [string, number, readonly Move[], Standing])[] = [
    [
      'paid in part',
      250,
      [['pay', 100]],
      { status: 'partly_paid', amount: 250, paid: 100, waived: 0, balance: 150 },
    ],
    [
      'paid in two parts',
      250,
      [
        ['pay', 249],
        ['pay', 1],
      ],
      { status: 'paid', amount: 250, paid: 250, waived: 0, balance: 0 },
    ],
    [
      'waived whole',
      250,
      [['waive', null]],
      { status: 'waived', amount: 250, paid: 0, waived: 250, balance: 0 },
    ],
    [
      'waived in part',
      250,
      [['waive', 100]],
      { status: 'open', amount: 250, paid: 0, waived: 100, balance: 150 },
    ],
    [
      'paid in part, the rest waived',
      250,
      [
        ['pay', 100],
        ['waive', null],
      ],
      { status: 'paid', amount: 250, paid: 100, waived: 150, balance: 0 },
    ],
    [
      'paid and refunded: nobody owes it anew',
      250,
      [
        ['pay', 250],
        ['refund', null],
      ],
      { status: 'refunded', amount: 250, paid: 0, waived: 250, balance: 0 },
    ],
    [
      'refunded bit by bit',
      250,
      [
        ['pay', 250],
        ['refund', 100],
        ['refund', 150],
      ],
      { status: 'refunded', amount: 250, paid: 0, waived: 250, balance: 0 },
    ],
    [
      'refunded in part',
      250,
      [
        ['pay', 250],
        ['refund', 100],
      ],
      { status: 'paid', amount: 250, paid: 150, waived: 100, balance: 0 },
    ],
    [
      'paid in part, that refunded: the rest is owed still',
      250,
      [
        ['pay', 100],
        ['refund', null],
      ],
      { status: 'open', amount: 250, paid: 0, waived: 100, balance: 150 },
    ],
  ]
  for (const [what, amount, moves, expected] of table) {
    it(what, () => {
      expect(standing(after(amount, ...moves))).to.deep.equal(expected)
    })
  }

  it('is told by its entries, each by whom, when, why and how', () => {
    const common = { fineId: 7, memberId: 1, ...by }
    const posted = (fine: Fine, move: Move) => done<Moved>(apply(fine, move)).posted
    expect(posted(fineOf(250), ['pay', 100])).to.deep.equal([
      { ...common, id: 71, type: 'payment', amount: -100, reason: null, method: 'card' },
    ])
    expect(posted(fineOf(250), ['waive', null])).to.deep.equal([
      { ...common, id: 71, type: 'waiver', amount: -250, reason: 'A flood', method: null },
    ])
    expect(posted(after(250, ['pay', 100]), ['refund', 40])).to.deep.equal([
      { ...common, id: 71, type: 'refund', amount: 40, reason: 'A flood', method: null },
      { ...common, id: 72, type: 'reversal', amount: -40, reason: 'A flood', method: null },
    ])
  })

  it('adds its entries after those that are there, which stay as they are', () => {
    const before = after(250, ['pay', 100])
    const { state, posted } = done<Moved>(apply(before, ['waive', 50]))
    expect(state).to.deep.equal({ ...before, entries: [...before.entries, ...posted] })
  })

  it('is told by one event, with the amount and what is owed afterwards', () => {
    const of = (fine: Fine, move: Move) => done<Moved>(apply(fine, move)).events
    const common = { version: 1, aggregate: 'fine', aggregateId: 7, occurredAt: by.at }
    const payload = (amount: number, balance: number) => ({ memberId: 1, loanId: 5, amount, balance })
    expect(of(fineOf(250), ['pay', 100])).to.deep.equal([
      { ...common, type: 'FinePaid', payload: payload(100, 150) },
    ])
    expect(of(fineOf(250), ['waive', null])).to.deep.equal([
      { ...common, type: 'FineWaived', payload: payload(250, 0) },
    ])
    expect(of(after(250, ['pay', 100]), ['refund', null])).to.deep.equal([
      { ...common, type: 'FineRefunded', payload: payload(100, 150) },
    ])
  })

  describe('is refused, with every failed rule', () => {
    type Failed = readonly [rule: string, limit: number, actual: number]
    const refusals: readonly (readonly [string, readonly Move[], Move, string, readonly Failed[]])[] = [
      ['to pay more than is owed', [], ['pay', 251], 'PaymentRefused', [['amount-owed', 250, 251]]],
      [
        'to pay more than is left',
        [
          ['pay', 100],
          ['waive', 50],
        ],
        ['pay', 101],
        'PaymentRefused',
        [['amount-owed', 100, 101]],
      ],
      ['to pay what is paid', [['pay', 250]], ['pay', 1], 'PaymentRefused', [['amount-owed', 0, 1]]],
      ['to pay what is waived', [['waive', null]], ['pay', 1], 'PaymentRefused', [['amount-owed', 0, 1]]],
      ['to pay nothing', [], ['pay', 0], 'PaymentRefused', [['amount-positive', 1, 0]]],
      ['to pay less than nothing', [], ['pay', -1], 'PaymentRefused', [['amount-positive', 1, -1]]],
      ['to waive what is paid', [['pay', 100]], ['waive', 151], 'WaiverRefused', [['amount-owed', 150, 151]]],
      [
        'to waive when all is paid',
        [['pay', 250]],
        ['waive', null],
        'WaiverRefused',
        [['amount-positive', 1, 0]],
      ],
      ['to waive less than nothing', [], ['waive', -5], 'WaiverRefused', [['amount-positive', 1, -5]]],
      [
        'to refund more than was paid',
        [['pay', 100]],
        ['refund', 101],
        'RefundRefused',
        [['amount-paid', 100, 101]],
      ],
      [
        'to refund twice',
        [
          ['pay', 100],
          ['refund', null],
        ],
        ['refund', 1],
        'RefundRefused',
        [['amount-paid', 0, 1]],
      ],
      [
        'to refund what was waived',
        [['waive', null]],
        ['refund', null],
        'RefundRefused',
        [['amount-positive', 1, 0]],
      ],
      [
        'to refund less than nothing',
        [['pay', 100]],
        ['refund', -1],
        'RefundRefused',
        [['amount-positive', 1, -1]],
      ],
    ]
    for (const [what, before, move, type, failed] of refusals) {
      it(what, () => {
        const result = apply(after(250, ...before), move)
        if (E.isRight(result)) throw new Error('It was not refused')
        expect(result.left.type).to.equal(type)
        const told = result.left.verdicts.map(({ rule, limit, actual }: Verdict) => [rule, limit, actual])
        expect(told).to.deep.equal(failed)
        for (const verdict of result.left.verdicts) {
          expect(verdict).to.include({ verdict: 'fail', kind: 'blocker' })
          expect(verdict.message).not.to.equal('')
        }
      })
    }
  })

  it('never goes below nothing, and what was charged is what was paid, waived and is owed', () => {
    const amount = fc.integer({ min: -2, max: 120 })
    const move: fc.Arbitrary<Move> = fc.oneof(
      amount.map((value): Move => ['pay', value]),
      fc.tuple(fc.constantFrom('waive', 'refund'), fc.option(amount)),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.array(move, { maxLength: 12 }), (due, moves) => {
        let fine = fineOf(due)
        for (const each of moves) {
          const result = apply(fine, each)
          if (E.isRight(result)) {
            expect(result.right.posted.every(entry => entry.amount !== 0)).to.be.true
            fine = result.right.state
          }
          const { paid, waived, balance } = standing(fine)
          for (const value of [paid, waived, balance]) expect(value).to.be.at.least(0)
          expect([chargedOf(fine), paid + waived + balance]).to.deep.equal([due, due])
          expect(['open', 'partly_paid'].includes(statusOf(fine))).to.equal(balance > 0)
        }
      }),
    )
  })

  it('unpaid overdue fines are those of which something is owed', () => {
    const lost: Fine = { ...fineOf(1000), type: 'lost' }
    const credited = after(50, ['pay', 50])
    const fines = [fineOf(250), after(250, ['pay', 100]), after(250, ['waive', null]), lost, credited]
    expect(unpaidOverdueOf(fines)).to.equal(400)
    expect(unpaidOverdueOf([])).to.equal(0)
  })
})
