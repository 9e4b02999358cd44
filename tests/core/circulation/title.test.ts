import { expect } from 'chai'
import fc from 'fast-check'
import { copyStatuses } from '../../../core/circulation/copy.ts'
import type { CopyStatus } from '../../../core/circulation/copy.ts'
import { availabilityOf, moved, noHoldings } from '../../../core/circulation/title.ts'
import type { Holdings } from '../../../core/circulation/title.ts'

/** What the copies of a title add up to, counted one by one. */
const recount = (copies: readonly (CopyStatus | null)[]): Holdings => {
  const count = (...statuses: readonly CopyStatus[]) =>
    copies.filter(copy => copy !== null && statuses.includes(copy)).length
  return {
    total: copies.filter(copy => copy !== null && copy !== 'withdrawn').length,
    available: count('available'),
    circulating: count('on_loan', 'kept', 'in_transit'),
  }
}

describe('what the copies of a title add up to (DATA-1)', () => {
  const table = [
    ['a new copy', null, 'available', { total: 1, available: 1, circulating: 0 }],
    ['lent', 'available', 'on_loan', { total: 0, available: -1, circulating: 1 }],
    ['returned', 'on_loan', 'available', { total: 0, available: 1, circulating: -1 }],
    ['returned elsewhere', 'on_loan', 'in_transit', { total: 0, available: 0, circulating: 0 }],
    ['kept copy lent', 'kept', 'on_loan', { total: 0, available: 0, circulating: 0 }],
    ['missing copy lent', 'missing', 'on_loan', { total: 0, available: 0, circulating: 1 }],
    ['lost', 'on_loan', 'lost', { total: 0, available: 0, circulating: -1 }],
    ['to the workshop', 'available', 'maintenance', { total: 0, available: -1, circulating: 0 }],
    ['withdrawn', 'available', 'withdrawn', { total: -1, available: -1, circulating: 0 }],
    ['back on the list', 'withdrawn', 'available', { total: 1, available: 1, circulating: 0 }],
    ['deleted when withdrawn', 'withdrawn', null, { total: 0, available: 0, circulating: 0 }],
    ['not moved', 'available', 'available', { total: 0, available: 0, circulating: 0 }],
  ] as const
  for (const [what, from, to, change] of table) {
    it(`${what}: ${from ?? 'nowhere'} to ${to ?? 'nowhere'}`, () => {
      const before = { total: 5, available: 2, circulating: 2 }
      expect(moved(before, from, to)).to.deep.equal({
        total: 5 + change.total,
        available: 2 + change.available,
        circulating: 2 + change.circulating,
      })
    })
  }

  it('any moves of any copies add up to what a recount gives', () => {
    const place = fc.constantFrom(...copyStatuses, null)
    const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), place), { maxLength: 60 })
    fc.assert(
      fc.property(moves, sequence => {
        const copies: (CopyStatus | null)[] = [null, null, null, null, null, null]
        let holdings = noHoldings
        for (const [which, to] of sequence) {
          holdings = moved(holdings, copies[which]!, to)
          copies[which] = to
          expect(holdings).to.deep.equal(recount(copies))
        }
      }),
    )
  })

  describe('availability (DATA-1)', () => {
    const cases = [
      [{ total: 0, available: 0, circulating: 0 }, 'unavailable'],
      [{ total: 3, available: 1, circulating: 2 }, 'available'],
      [{ total: 1, available: 1, circulating: 0 }, 'available'],
      [{ total: 2, available: 0, circulating: 1 }, 'on_loan'],
      [{ total: 2, available: 0, circulating: 0 }, 'unavailable'],
    ] as const
    for (const [holdings, status] of cases) {
      it(`${JSON.stringify(holdings)}: ${status}`, () => expect(availabilityOf(holdings)).to.equal(status))
    }
  })
})
