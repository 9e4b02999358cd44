/** What a fine says of itself follows from its entries. */
import { expect } from 'chai'
import { fineView } from '../../adapters/http/circulation/fine-view.ts'
import type { EntryType } from '../../core/accounts/fine.ts'
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
      expect(balance.currency).to.equal('EUR')
    })
  }

  it('was paid when the last payment settled it', () => {
    expect(shown(['charge', 500], ['payment', -200]).date_paid).to.equal(null)
    expect(shown(['charge', 500], ['payment', -200], ['payment', -300]).date_paid).to.equal(
      '2026-11-03T00:00:00.000Z',
    )
    expect(shown(['charge', 500], ['waiver', -500]).date_paid).to.equal(null)
  })
})
