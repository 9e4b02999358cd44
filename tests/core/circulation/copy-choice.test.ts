import { expect } from 'chai'
import fc from 'fast-check'
import { bestCopy } from '../../../core/circulation/copy-choice.ts'
import { copyStatuses, lendableTo } from '../../../core/circulation/copy.ts'
import type { Copy, CopyStatus } from '../../../core/circulation/copy.ts'
import type { BranchId } from '../../../core/shared/id.ts'
import { aCopy, branchId, copyId, memberId } from '../builders.ts'

const ada = memberId(1)
const copy = (id: number, branch: number, status: CopyStatus, keptFor = ada): Copy => ({
  ...aCopy(status, { branchId: branchId(branch) }),
  ...(status === 'kept' ? { keptFor } : {}),
  id: copyId(id),
})

const bob = memberId(2)

describe('which copy of a title is taken', () => {
  const table: readonly (readonly [
    what: string,
    copies: readonly Copy[],
    only: BranchId | null,
    desk: BranchId | null,
    taken: number | null,
  ])[] = [
    ['the lowest id of equals', [copy(3, 1, 'available'), copy(2, 1, 'available')], null, null, 2],
    ['the desk’s own branch first', [copy(2, 1, 'available'), copy(3, 2, 'available')], null, branchId(2), 3],
    [
      'another branch when the desk’s has none',
      [copy(2, 1, 'available'), copy(3, 2, 'on_loan')],
      null,
      branchId(2),
      2,
    ],
    ['kept for him before free ones', [copy(2, 1, 'available'), copy(3, 1, 'kept')], null, branchId(1), 3],
    [
      'kept for him in another branch before a free one here',
      [copy(2, 1, 'available'), copy(3, 2, 'kept')],
      null,
      branchId(1),
      3,
    ],
    ['kept for him here before there', [copy(2, 2, 'kept'), copy(3, 1, 'kept')], null, branchId(1), 3],
    [
      'never what is kept for another',
      [copy(2, 1, 'kept', bob), copy(3, 2, 'available')],
      null,
      branchId(1),
      3,
    ],
    [
      'never a missing one while another is at hand',
      [copy(2, 1, 'missing'), copy(3, 2, 'available')],
      null,
      branchId(1),
      3,
    ],
    ['of one branch alone', [copy(2, 1, 'available'), copy(3, 2, 'available')], branchId(2), branchId(1), 3],
    [
      'of one branch alone, kept elsewhere or not',
      [copy(2, 1, 'kept'), copy(3, 2, 'available')],
      branchId(2),
      branchId(1),
      3,
    ],
    [
      'none to lend: the first, to tell of its rules',
      [copy(2, 1, 'on_loan'), copy(3, 1, 'lost')],
      null,
      null,
      2,
    ],
    [
      'none to lend in the branch: its first',
      [copy(2, 1, 'available'), copy(3, 2, 'on_loan')],
      branchId(2),
      null,
      3,
    ],
    ['none in the branch', [copy(2, 1, 'available')], branchId(2), null, null],
    ['none at all', [], null, null, null],
  ]
  for (const [what, copies, only, desk, taken] of table) {
    it(what, () => expect(bestCopy(copies, ada, only, desk)?.id ?? null).to.equal(taken))
  }

  it('whatever there is: one that can be lent when any at hand can, and of the branch asked for', () => {
    const drawn = fc.record({
      status: fc.constantFrom(...copyStatuses),
      branch: fc.integer({ min: 1, max: 3 }),
      keptFor: fc.constantFrom(ada, bob),
    })
    const branch = fc.option(fc.integer({ min: 1, max: 3 }).map(branchId))
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 8 }), branch, branch, (shelf, only, desk) => {
        const copies = shelf.map(({ status, branch: at, keptFor }, index) =>
          copy(index + 1, at, status, keptFor),
        )
        const here = copies.filter(({ branchId: at }) => only === null || at === only)
        const atHand = here.filter(one => one.status !== 'missing' && lendableTo(one, ada))
        const taken = bestCopy(copies, ada, only, desk)
        if (atHand.length > 0) expect(atHand).to.include(taken)
        else if (here.length > 0) expect(here).to.include(taken)
        else expect(taken).to.be.null
      }),
    )
  })
})
