import { expect } from 'chai'
import { fineInvariants, loanMoneyInvariants } from '../../../core/accounts/consistency.ts'
import type { StoredFine } from '../../../core/accounts/consistency-facts.ts'
import {
  balanceOf,
  chargedOf,
  datePaidOf,
  paidOf,
  paymentMethodOf,
  statusOf,
} from '../../../core/accounts/fine.ts'
import type { Fine } from '../../../core/accounts/fine.ts'
import type { EntryType, LedgerEntry } from '../../../core/accounts/ledger.ts'
import { violationsOf } from '../../../core/shared/consistency.ts'
import { minor } from '../../../core/shared/money.ts'
import { at, entryId, fineId, loanId, memberId } from '../builders.ts'

const paidAt = at('2026-11-20T10:00:00Z')

type Movement = readonly [EntryType, number]

const fine = (movements: readonly Movement[], some: Partial<Fine> = {}): Fine => ({
  id: fineId(7),
  version: 1,
  memberId: memberId(1),
  loanId: loanId(8),
  type: 'overdue',
  description: 'Returned late',
  issuedAt: paidAt,
  chargeKey: 'overdue:8:0',
  entries: movements.map(([type, amount], index): LedgerEntry => ({
    id: entryId(70 + index),
    fineId: fineId(7),
    memberId: memberId(1),
    type,
    amount: minor(amount),
    at: paidAt,
    actorId: null,
    reason: null,
    method: type === 'payment' ? 'cash' : null,
  })),
  ...some,
})

const asStored = (of: Fine): StoredFine => ({
  amount: chargedOf(of),
  status: statusOf(of),
  datePaid: datePaidOf(of),
  paymentMethod: paymentMethodOf(of),
})

const charge: Movement = ['charge', 100]
const right: readonly (readonly Movement[])[] = [
  [charge],
  [charge, ['payment', -30]],
  [charge, ['payment', -30], ['waiver', -70]],
  [charge, ['payment', -100], ['refund', 40], ['reversal', -40]],
  [charge, ['payment', -100], ['refund', 100], ['reversal', -100]],
  [charge, ['reversal', -100]],
  [charge, ['adjustment', 20], ['payment', -120]],
]

const wrong: readonly (readonly [string, readonly Movement[], Partial<StoredFine>, ...string[]])[] = [
  ['another amount', [charge], { amount: minor(101) }, 'fine-adds-up'],
  ['another status', [charge], { status: 'paid' }, 'fine-status'],
  ['paid at another time', [charge, ['payment', -100]], { datePaid: null }, 'fine-date-paid'],
  ['paid another way', [charge, ['payment', -10]], { paymentMethod: 'card' }, 'fine-payment-method'],
  ['paid too much', [charge, ['payment', -101]], {}, 'fine-not-below-zero'],
  ['waived too much', [charge, ['waiver', -101]], {}, 'fine-not-below-zero'],
  ['given back too much', [charge, ['refund', 10]], {}, 'fine-not-below-zero'],
]

const namesOf = (of: Fine, stored: StoredFine | null) =>
  violationsOf(fineInvariants, { fine: of, stored }, paidAt).map(({ invariant }) => invariant)

describe('what must hold of a fine', () => {
  for (const movements of right) {
    it(`is right: ${movements.map(move => move.join(' ')).join(', ')}`, () => {
      const of = fine(movements)
      expect(balanceOf(of)).to.be.at.least(0)
      expect(namesOf(of, asStored(of))).to.deep.equal([])
      expect(namesOf(of, null)).to.deep.equal([])
    })
  }

  for (const [what, movements, stored, ...found] of wrong) {
    it(`${what}: ${found.join(', ')}`, () => {
      const of = fine(movements)
      expect(namesOf(of, { ...asStored(of), ...stored })).to.deep.equal(found)
    })
  }

  it('an entry of another member: ledger-of-one-member', () => {
    const of = fine([charge], { memberId: memberId(2) })
    expect(violationsOf(fineInvariants, { fine: of, stored: null }, paidAt)).to.deep.equal([
      {
        invariant: 'ledger-of-one-member',
        resource: 'fine',
        id: 7,
        message: 'An entry of it stands under another member',
        details: { ledger_entry_id: 70, user_id: 1 },
        repair: 'Find out who paid: the entry, or the fine, is put under the right member by hand.',
      },
    ])
  })
})

describe('what must hold of what a loan has cost', () => {
  const late = fine([charge, ['payment', -60]])
  const damaged = fine(
    [
      ['charge', 500],
      ['payment', -5],
    ],
    { type: 'damaged' },
  )
  const told = (charged: number, paid: number | null, fines: readonly Fine[]) =>
    violationsOf(
      loanMoneyInvariants,
      { loanId: loanId(8), charged: minor(charged), paid: paid === null ? null : minor(paid), fines },
      paidAt,
    ).map(({ invariant, details }) => [invariant, details['said'], details['counted']])

  it('is what was charged for being late, and paid for anything', () => {
    expect(paidOf(late) + paidOf(damaged)).to.equal(65)
    expect(told(100, 65, [late, damaged])).to.deep.equal([])
    expect(told(0, 0, [])).to.deep.equal([])
    expect(told(100, null, [late])).to.deep.equal([])
  })

  it('is told where it is not', () => {
    expect(told(600, 65, [late, damaged])).to.deep.equal([['loan-fine-amount', 600, 100]])
    expect(told(100, 60, [late, damaged])).to.deep.equal([['loan-fine-paid', 60, 65]])
  })
})
