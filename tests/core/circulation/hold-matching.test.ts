import { expect } from 'chai'
import fc from 'fast-check'
import { mostServed } from '../../../core/circulation/hold-matching.ts'

/** `grid[one][copy]`: the copy may go to this one. */
type Grid = readonly (readonly boolean[])[]

const served = (grid: Grid, copies: number): number =>
  mostServed(
    grid,
    Array.from({ length: copies }, (_none, copy) => copy),
    (copy, row) => row[copy] === true,
  )

/** Every way to hand them out, one after another. */
const byTrying = ([first, ...others]: Grid, left: readonly number[]): number =>
  first === undefined
    ? 0
    : Math.max(
        byTrying(others, left),
        ...left
          .filter(copy => first[copy] === true)
          .map(
            copy =>
              1 +
              byTrying(
                others,
                left.filter(other => other !== copy),
              ),
          ),
      )

const grids = fc
  .integer({ min: 0, max: 5 })
  .chain(copies =>
    fc.tuple(
      fc.array(fc.array(fc.boolean(), { minLength: copies, maxLength: copies }), { maxLength: 5 }),
      fc.constant(copies),
    ),
  )

describe('how many of those who wait can be served (R5.2)', () => {
  const table: readonly (readonly [what: string, grid: Grid, copies: number, expected: number])[] = [
    ['nobody waits', [], 3, 0],
    ['no copy', [[], []], 0, 0],
    ['one copy for two', [[true], [true]], 1, 1],
    [
      'a copy for each',
      [
        [true, true],
        [true, true],
      ],
      2,
      2,
    ],
    ['a copy that may go to nobody', [[false]], 1, 0],
    // Whoever came first took the only copy for the second, and has to take the other one.
    [
      'the first moves up',
      [
        [true, true],
        [true, false],
      ],
      2,
      2,
    ],
    [
      'a row of moves',
      [
        [true, true, false],
        [true, false, true],
        [true, false, false],
      ],
      3,
      3,
    ],
    [
      'two who want the same, and a copy that is left over',
      [
        [true, false],
        [true, false],
      ],
      2,
      1,
    ],
  ]
  for (const [what, grid, copies, expected] of table) {
    it(`${what}: ${expected}`, () => expect(served(grid, copies)).to.equal(expected))
  }

  it('is as many as the best of all ways to hand them out', () => {
    fc.assert(
      fc.property(grids, ([grid, copies]) => {
        const all = Array.from({ length: copies }, (_none, copy) => copy)
        expect(served(grid, copies)).to.equal(byTrying(grid, all))
      }),
      { numRuns: 500 },
    )
  })

  it('is the same in whatever order they stand', () => {
    fc.assert(
      fc.property(grids, ([grid, copies]) => {
        expect(served([...grid].reverse(), copies)).to.equal(served(grid, copies))
      }),
    )
  })
})
