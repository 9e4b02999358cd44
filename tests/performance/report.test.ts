import { expect } from 'chai'
import { changesBetween, comparison } from './compare.ts'
import type { Measured } from './measured.ts'
import { linesOf } from './report.ts'
import type { Series } from './rounds.ts'
import { table } from './table.ts'

const aRound = (given: Partial<Measured>): Measured => ({
  done: 100,
  seconds: 1,
  p50: 2,
  p99: 9,
  errors: 0,
  firstError: null,
  serverMs: 100,
  databaseMs: null,
  ...given,
})

/** Rounds by what they cost: milliseconds of the server, and of the database. */
const aSeries = (
  name: string,
  requestsPerOperation: number,
  costs: readonly (readonly [number | null, number | null])[],
): Series => ({
  name,
  requestsPerOperation,
  rounds: costs.map(([serverMs, databaseMs]) => aRound({ serverMs, databaseMs })),
})

describe('the report of a benchmark', () => {
  it('holds a pair of requests against one pair of the floor, round by round', () => {
    const [floor, scenario] = linesOf('sqlite-normal', [
      aSeries('raw-pair', 1, [
        [10, null],
        [20, null],
        [10, null],
      ]),
      aSeries('checkout-and-return', 2, [
        [20, null],
        [50, null],
        [35, null],
      ]),
    ])
    expect(floor).to.include({ ratio: null, floor: null, holds: null, cpu_ms_per_operation: 0.1 })
    // 4, 5 and 7 times: the median of the ratios, not the ratio of the medians.
    expect(scenario).to.include({ ratio: 5, floor: 'raw-pair', goal: 5, holds: true, server_cpu_ms: 0.35 })
  })

  it('adds the database on both sides', () => {
    const [, scenario] = linesOf('postgres', [
      aSeries('raw-pair', 1, [[10, 10]]),
      aSeries('checkout-and-return', 2, [[40, 20]]),
    ])
    expect(scenario).to.include({ ratio: 6, goal: 4.5, holds: false, database_cpu_ms: 0.2 })
  })

  it('knows no ratio where the system keeps no account, and says so', () => {
    const lines = linesOf('sqlite-normal', [
      aSeries('empty-koa', 1, [[null, null]]),
      aSeries('me', 1, [[null, null]]),
    ])
    expect(lines[1]).to.include({ ratio: null, holds: null, goal: 4, server_cpu_ms: null })
    expect(table(lines)).to.include('unknown (at most 4)')
  })

  it('adds the errors up and keeps the first', () => {
    const [line] = linesOf('sqlite-full', [
      {
        name: 'me',
        requestsPerOperation: 1,
        rounds: [aRound({}), aRound({ errors: 2, firstError: 'GET /: 500' }), aRound({ errors: 1 })],
      },
    ])
    expect(line).to.include({ errors: 3, first_error: 'GET /: 500' })
  })

  it('is a table with a block for each leg, floors in brackets', () => {
    const lines = [
      ...linesOf('sqlite-normal', [aSeries('empty-koa', 1, [[10, null]]), aSeries('me', 1, [[50, null]])]),
      ...linesOf('postgres', [aSeries('empty-http', 1, [[10, null]])]),
    ]
    const shown = table(lines).split('\n')
    expect(shown[0]).to.match(/^sqlite-normal +a second/)
    expect(shown[1]).to.match(/^\(empty-koa\) +100 +2\.00 +9\.00 +0 +0\.100 +- +-$/)
    expect(shown[2]).to.match(/^me .* 5\.00 +empty-koa +MISSED \(at most 4\)$/)
    expect(shown[4]).to.match(/^postgres/)
  })
})

describe('the comparison of two benchmarks', () => {
  const before = linesOf('sqlite-normal', [
    aSeries('empty-koa', 1, [[10, null]]),
    aSeries('me', 1, [[80, null]]),
    aSeries('renewal', 1, [[90, null]]),
  ])
  const after = linesOf('sqlite-normal', [
    aSeries('empty-koa', 1, [[20, null]]),
    aSeries('me', 1, [[80, null]]),
  ])

  it('tells the change of a ratio, which a slower machine does not change', () => {
    const [floor, me, ...rest] = changesBetween(before, after)
    expect(floor).to.include({ name: '(empty-koa)', change: 1 })
    expect(me).to.include({ name: 'me', change: -0.5 })
    expect(me?.ratio).to.deep.equal({ before: 8, after: 4 })
    expect(rest).to.deep.equal([])
  })

  it('is a table', () => {
    expect(comparison(changesBetween(before, after)).split('\n')[2]).to.match(
      /^me +0\.800 +0\.800 +8\.00 +4\.00 +-50\.0 %$/,
    )
  })

  it('has nothing to say of what only one of them measured', () => {
    expect(changesBetween([], after)).to.deep.equal([])
    expect(comparison([])).to.equal('')
  })
})
