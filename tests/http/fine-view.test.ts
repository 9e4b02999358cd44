/** What a fine says of itself follows from its entries. */
import { expect } from 'chai'
import { fineView } from '../../adapters/http/accounts/fine-view.ts'
import type { EntryType, PaymentMethod } from '../../core/accounts/ledger.ts'
import { id } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { aFine, anEntry, cents } from '../support/builders.ts'

type Entry = readonly [EntryType, number]

const of = { fineId: id<'fine'>(1), memberId: id<'member'>(2) }
const shown = (...entries: readonly Entry[]) =>
  fineView('EUR')(
    aFine({
      id: of.fineId,
      memberId: of.memberId,
      entries: entries.map(([type, amount], index) =>
        anEntry({
          ...of,
          id: id(index + 1),
          type,
          amount: cents(amount),
          at: instant(Date.UTC(2026, 10, 1 + index)),
        }),
      ),
    }),
  )

describe('a fine', () => {
  const table: readonly (readonly [string, readonly Entry[], object])[] = [
    ['is open', [['charge', 500]], { status: 'open', amount: 500, paid: 0, waived: 0, balance: 500 }],
    [
      'is paid in part',
      [
        ['charge', 500],
        ['payment', -200],
      ],
      { status: 'partly_paid', amount: 500, paid: 200, waived: 0, balance: 300 },
    ],
    [
      'is paid',
      [
        ['charge', 500],
        ['payment', -200],
        ['waiver', -100],
        ['payment', -200],
      ],
      { status: 'paid', amount: 500, paid: 400, waived: 100, balance: 0 },
    ],
    [
      'is open while a part was waived and nothing paid',
      [
        ['charge', 500],
        ['waiver', -100],
      ],
      { status: 'open', amount: 500, paid: 0, waived: 100, balance: 400 },
    ],
    [
      'is paid where a part was paid and the rest waived',
      [
        ['charge', 500],
        ['payment', -1],
        ['waiver', -499],
      ],
      { status: 'paid', amount: 500, paid: 1, waived: 499, balance: 0 },
    ],
    [
      'is refunded once all that was paid is given back',
      [
        ['charge', 500],
        ['payment', -300],
        ['waiver', -200],
        ['refund', 300],
        ['reversal', -300],
      ],
      { status: 'refunded', amount: 500, paid: 0, waived: 500, balance: 0 },
    ],
    [
      'stays paid while a part of it is given back',
      [
        ['charge', 500],
        ['payment', -500],
        ['refund', 100],
        ['reversal', -100],
      ],
      { status: 'paid', amount: 500, paid: 400, waived: 100, balance: 0 },
    ],
    [
      'is open again for the rest once a payment in part is given back',
      [
        ['charge', 500],
        ['payment', -100],
        ['refund', 100],
        ['reversal', -100],
      ],
      { status: 'open', amount: 500, paid: 0, waived: 100, balance: 400 },
    ],
    [
      'is refunded as a credit (R3.6)',
      [
        ['charge', 500],
        ['payment', -500],
        ['credit', -500],
      ],
      { status: 'refunded', amount: 500, paid: 500, waived: 500, balance: -500 },
    ],
    [
      'is cancelled where the charge was taken back',
      [
        ['charge', 500],
        ['reversal', -500],
      ],
      { status: 'cancelled', amount: 500, paid: 0, waived: 500, balance: 0 },
    ],
    [
      'is cancelled where it was adjusted to nothing',
      [
        ['charge', 500],
        ['adjustment', -500],
      ],
      { status: 'cancelled', amount: 0, paid: 0, waived: 0, balance: 0 },
    ],
    [
      'is waived',
      [
        ['charge', 500],
        ['waiver', -500],
      ],
      { status: 'waived', amount: 500, paid: 0, waived: 500, balance: 0 },
    ],
  ]
  for (const [name, entries, expected] of table) {
    it(name, () => {
      const { status, amount, paid, waived, balance } = shown(...entries)
      const amounts = {
        amount: amount.amount,
        paid: paid.amount,
        waived: waived.amount,
        balance: balance.amount,
      }
      expect({ status, ...amounts }).to.deep.equal(expected)
      expect(amounts.amount).to.equal(amounts.paid + amounts.waived + amounts.balance)
      expect(balance.currency).to.equal('EUR')
    })
  }

  it('was paid when the last payment settled it', () => {
    expect(shown(['charge', 500], ['payment', -200]).date_paid).to.equal(null)
    expect(shown(['charge', 500], ['payment', -200], ['payment', -300]).date_paid).to.equal(
      '2026-11-03T00:00:00.000Z',
    )
    expect(shown(['charge', 500], ['payment', -200], ['waiver', -300]).date_paid).to.equal(
      '2026-11-02T00:00:00.000Z',
    )
    expect(shown(['charge', 500], ['waiver', -500]).date_paid).to.equal(null)
  })

  it('was paid as its last payment was', () => {
    const paid = (...methods: readonly PaymentMethod[]) =>
      fineView('EUR')(
        aFine({
          id: of.fineId,
          memberId: of.memberId,
          entries: [
            anEntry({ ...of, id: id(1), type: 'charge', amount: cents(500) }),
            ...methods.map((method, index) =>
              anEntry({ ...of, id: id(index + 2), type: 'payment', amount: cents(-100), method }),
            ),
            anEntry({ ...of, id: id(9), type: 'waiver', amount: cents(-100) }),
          ],
        }),
      ).payment_method
    expect(paid()).to.equal(null)
    expect(paid('cash', 'card')).to.equal('card')
    expect(paid('bank_transfer', 'cash')).to.equal('cash')
  })
})
