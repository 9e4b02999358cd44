import { expect } from 'chai'
import { balanceOf, chargeOverdue, chargedOf } from '../../../core/accounts/fine.ts'
import type { Fine } from '../../../core/accounts/fine.ts'
import type { EntryType } from '../../../core/accounts/ledger.ts'
import { minor } from '../../../core/shared/money.ts'
import { at, entryId, fineId, loanId, memberId } from '../builders.ts'

const charge = {
  fineId: fineId(7),
  entryId: entryId(70),
  memberId: memberId(1),
  loanId: loanId(5),
  renewalCount: 2,
  amount: minor(250),
  at: at('2026-03-12T10:00:00Z'),
  actorId: memberId(9),
  description: 'Returned late',
}

describe('a fine', () => {
  it('is charged under the key of the loan and its renewal count, with one entry and one event (R4.5)', () => {
    const { state, events } = chargeOverdue(charge)
    expect(state).to.deep.equal({
      id: 7,
      version: 0,
      memberId: 1,
      loanId: 5,
      type: 'overdue',
      description: 'Returned late',
      issuedAt: charge.at,
      chargeKey: 'overdue:5:2',
      entries: [
        {
          id: 70,
          fineId: 7,
          memberId: 1,
          type: 'charge',
          amount: 250,
          at: charge.at,
          actorId: 9,
          reason: null,
          method: null,
        },
      ],
    })
    expect(events).to.deep.equal([
      {
        type: 'FineCharged',
        version: 1,
        aggregate: 'fine',
        aggregateId: 7,
        occurredAt: charge.at,
        payload: { memberId: 1, loanId: 5, fineType: 'overdue', amount: 250 },
      },
    ])
  })

  it('has a key of its own for each loan and each renewal', () => {
    const keys = [
      [5, 2],
      [5, 3],
      [6, 2],
      [52, 0],
    ].map(([loan, renewalCount]) =>
      chargeOverdue({ ...charge, loanId: loanId(loan!), renewalCount: renewalCount! }),
    )
    expect(new Set(keys.map(({ state }) => state.chargeKey)).size).to.equal(4)
  })

  describe('its balance is the sum of its entries (R4.6)', () => {
    const table: readonly (readonly [string, readonly (readonly [EntryType, number])[], number, number])[] = [
      ['charged', [['charge', 250]], 250, 250],
      [
        'paid in part',
        [
          ['charge', 250],
          ['payment', -100],
        ],
        150,
        250,
      ],
      [
        'paid in part, the rest waived',
        [
          ['charge', 250],
          ['payment', -100],
          ['waiver', -150],
        ],
        0,
        250,
      ],
      [
        'adjusted down',
        [
          ['charge', 250],
          ['adjustment', -50],
        ],
        200,
        200,
      ],
      [
        'adjusted after it was paid',
        [
          ['charge', 250],
          ['payment', -250],
          ['adjustment', -50],
        ],
        -50,
        200,
      ],
      [
        'paid and refunded',
        [
          ['charge', 250],
          ['payment', -250],
          ['refund', 250],
        ],
        250,
        250,
      ],
      ['nothing yet', [], 0, 0],
    ]
    for (const [what, movements, balance, charged] of table) {
      it(`${what}: ${balance} of ${charged}`, () => {
        const { state } = chargeOverdue(charge)
        const fine: Fine = {
          ...state,
          entries: movements.map(([type, amount], index) => ({
            ...state.entries[0]!,
            id: entryId(70 + index),
            type,
            amount: minor(amount),
          })),
        }
        expect(balanceOf(fine)).to.equal(balance)
        expect(chargedOf(fine)).to.equal(charged)
      })
    }
  })
})
