import { expect } from 'chai'
import {
  copyStatuses,
  lend,
  lendableTo,
  shelfStatuses,
  shelve,
  takeBack,
  turnUp,
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

  describe('lent', () => {
    for (const copy of [aCopy('available'), aCopy('kept'), aCopy('missing')]) {
      it(`from ${copy.status} is on loan, and only that`, () => {
        expect(lend(copy, loanId(7))).to.deep.equal(exactly({ status: 'on_loan', loanId: 7 }))
      })
    }
  })

  describe('taken back', () => {
    it('at home is available', () => {
      expect(takeBack(aCopy('on_loan'), home, null)).to.deep.equal(exactly({ status: 'available' }))
    })

    it('elsewhere is on its way home', () => {
      expect(takeBack(aCopy('on_loan'), elsewhere, null)).to.deep.equal(
        exactly({ status: 'in_transit', destination: home }),
      )
    })

    it('in another condition keeps that one', () => {
      expect(takeBack(aCopy('on_loan'), home, 'poor')).to.deep.equal(
        exactly({ status: 'available', condition: 'poor' }),
      )
    })
  })

  describe('scanned although nobody had it (R3.4, R3.8)', () => {
    const sent = (destination = home) => aCopy('in_transit', { destination })
    const table: readonly (readonly [string, Parameters<typeof turnUp>[0], typeof home, object])[] = [
      ['available at home', aCopy('available'), home, { status: 'available' }],
      ['available elsewhere', aCopy('available'), elsewhere, { status: 'in_transit', destination: home }],
      ['missing at home', aCopy('missing'), home, { status: 'available' }],
      ['missing elsewhere', aCopy('missing'), elsewhere, { status: 'in_transit', destination: home }],
      ['in transit, arrived', sent(elsewhere), elsewhere, { status: 'available' }],
      [
        'in transit, at home on its way',
        sent(elsewhere),
        home,
        { status: 'in_transit', destination: elsewhere },
      ],
      ['in transit, astray', sent(elsewhere), third, { status: 'in_transit', destination: elsewhere }],
      ['in transit home, arrived', sent(), home, { status: 'available' }],
    ]
    for (const [what, copy, where, state] of table) {
      it(what, () => expect(turnUp(copy, where)).to.deep.equal(exactly(state)))
    }

    it('is the very same copy when nothing changes', () => {
      const [available, travelling] = [aCopy('available'), sent(elsewhere)]
      expect(turnUp(available, home)).to.equal(available)
      expect(turnUp(travelling, third)).to.equal(travelling)
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
      takeBack(frozen('on_loan'), elsewhere, 'damaged')
      turnUp(frozen('missing'), elsewhere)
      shelve(frozen('available'), 'withdrawn')
    }).not.to.throw()
  })
})
