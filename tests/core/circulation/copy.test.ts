import { expect } from 'chai'
import {
  claim,
  copyStatuses,
  inspected,
  isOutOn,
  keep,
  lend,
  lendableTo,
  lose,
  miss,
  notFoundInPlace,
  sendTo,
  shelfStatuses,
  shelve,
  takeHome,
} from '../../../core/circulation/copy.ts'
import type { Copy, CopyStatus, ShelfStatus } from '../../../core/circulation/copy.ts'
import { E } from '../../../core/shared/fp.ts'
import { aCopy, branchId, copyFacts, loanId, memberId } from '../builders.ts'

const [home, elsewhere, third] = [branchId(1), branchId(2), branchId(3)]
const [ada, bob] = [memberId(1), memberId(2)]

/** Exactly the facts every state has, and these: nothing of the state left (a keptFor, a loanId, a destination) leaks. */
const exactly = (state: object) => ({ ...copyFacts, ...state })

describe('a copy', () => {
  describe('may be handed over to a member (R2.2, R2.5)', () => {
    const table: readonly (readonly [string, Copy, boolean])[] = [
      ['available', aCopy('available'), true],
      ['kept for him', aCopy('kept', { keptFor: ada }), true],
      ['kept for another', aCopy('kept', { keptFor: bob }), false],
      ['missing', aCopy('missing'), true],
      ['on loan', aCopy('on_loan'), false],
      ['in transit', aCopy('in_transit'), false],
      ['lost', aCopy('lost'), false],
      ['claimed returned', aCopy('claimed_returned'), false],
      ['in maintenance', aCopy('maintenance'), false],
      ['withdrawn', aCopy('withdrawn'), false],
    ]
    for (const [what, copy, expected] of table) {
      it(`${what}: ${expected}`, () => expect(lendableTo(copy, ada)).to.equal(expected))
    }

    it('every status is in the table', () => {
      expect(new Set(table.map(([, { status }]) => status))).to.deep.equal(new Set(copyStatuses))
    })
  })

  describe('out on a loan', () => {
    const table: readonly (readonly [Copy, boolean])[] = copyStatuses.map(status => {
      const copy = aCopy(status)
      return [copy, 'loanId' in copy && copy.loanId !== null]
    })
    for (const [copy, expected] of table) {
      it(`${copy.status}: ${expected}`, () => {
        const own = 'loanId' in copy && copy.loanId !== null ? copy.loanId : loanId(1)
        expect(isOutOn(copy, own)).to.equal(expected)
        expect(isOutOn(copy, loanId(own + 1))).to.equal(false)
      })
    }

    it('is lost or claimed with its loan, and missing without', () => {
      const out = { ...aCopy('on_loan'), loanId: loanId(7) }
      expect(lose(out)).to.deep.equal(exactly({ status: 'lost', loanId: 7 }))
      expect(claim(out)).to.deep.equal(exactly({ status: 'claimed_returned', loanId: 7 }))
      expect(miss(claim(out))).to.deep.equal(exactly({ status: 'missing' }))
    })
  })

  describe('not found where it should be', () => {
    const inPlace: readonly CopyStatus[] = ['available', 'kept', 'in_transit', 'missing', 'maintenance']
    for (const status of copyStatuses) {
      it(`${status}: ${inPlace.includes(status) ? 'missing' : 'a conflict'}`, () => {
        expect(notFoundInPlace(aCopy(status))).to.deep.equal(
          inPlace.includes(status)
            ? E.right(exactly({ status: 'missing' }))
            : E.left({
                type: 'Conflict',
                message: `A copy that is ${status} cannot be put elsewhere`,
                detail: { book_copy_id: copyFacts.id, status },
              }),
        )
      })
    }
  })

  describe('lent', () => {
    for (const copy of [aCopy('available'), aCopy('kept'), aCopy('missing')]) {
      it(`from ${copy.status} is on loan, and only that`, () => {
        expect(lend(copy, loanId(7))).to.deep.equal(exactly({ status: 'on_loan', loanId: 7 }))
      })
    }
  })

  describe('put away by the desk (R3.3)', () => {
    const atHand = [
      aCopy('available'),
      aCopy('kept'),
      aCopy('on_loan'),
      aCopy('in_transit', { destination: third }),
      aCopy('missing'),
      aCopy('maintenance'),
    ]
    for (const copy of atHand) {
      it(`what was ${copy.status} is free at home, on its way elsewhere, or kept, and nothing else`, () => {
        expect(takeHome(copy, home)).to.deep.equal(exactly({ status: 'available' }))
        expect(takeHome(copy, elsewhere)).to.deep.equal(exactly({ status: 'in_transit', destination: home }))
        expect(sendTo(copy, elsewhere)).to.deep.equal(
          exactly({ status: 'in_transit', destination: elsewhere }),
        )
        expect(keep(copy, bob)).to.deep.equal(exactly({ status: 'kept', keptFor: bob }))
      })
    }

    it('in another condition has that one; the very same copy when nothing new is said', () => {
      const copy = aCopy('on_loan')
      expect(inspected(copy, 'poor')).to.deep.equal({ ...copy, condition: 'poor' })
      expect(inspected(copy, null)).to.equal(copy)
      expect(inspected(copy, copy.condition)).to.equal(copy)
    })
  })

  describe('put elsewhere by staff (CAT-3)', () => {
    const anywhere: readonly ShelfStatus[] = shelfStatuses
    const allowed: Readonly<Record<CopyStatus, readonly ShelfStatus[]>> = {
      available: anywhere,
      missing: anywhere,
      maintenance: anywhere,
      withdrawn: ['available', 'withdrawn'],
      lost: ['available'],
      kept: [],
      on_loan: [],
      in_transit: [],
      claimed_returned: [],
    }
    for (const from of copyStatuses) {
      for (const to of shelfStatuses) {
        const goes = allowed[from].includes(to)
        it(`from ${from} to ${to}: ${goes ? 'done' : 'refused'}`, () => {
          expect(shelve(aCopy(from), to)).to.deep.equal(
            goes
              ? E.right(exactly({ status: to }))
              : E.left({
                  type: 'Conflict',
                  message: `A copy that is ${from} cannot be put elsewhere`,
                  detail: { book_copy_id: 1, status: from },
                }),
          )
        })
      }
    }
  })

  it('is not changed by any of its moves', () => {
    const frozen = <Status extends CopyStatus>(status: Status) => Object.freeze(aCopy(status))
    expect(() => {
      lend(frozen('kept'), loanId(2))
      takeHome(frozen('on_loan'), elsewhere)
      sendTo(frozen('missing'), elsewhere)
      keep(frozen('available'), ada)
      inspected(frozen('on_loan'), 'damaged')
      shelve(frozen('available'), 'withdrawn')
    }).not.to.throw()
  })
})
