import { expect } from 'chai'
import { breach, check, mostListed, noFindings, together } from '../../../core/shared/consistency.ts'
import type { FactPages, Invariant } from '../../../core/shared/consistency.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { grouped, repeated, single } from '../../../core/shared/grouped.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import { keptSince, surelyKeptSince } from '../../../core/shared/retention.ts'
import { at } from '../builders.ts'

const now = at('2026-11-21T10:00:00Z')
const clock = { now: () => now }

const seventh: Invariant<number> = {
  name: 'no-seventh',
  repair: 'Count again',
  breaches: (value, asked) =>
    value % 7 === 0 ? [breach('number', value, 'It is a seventh', { asked })] : [],
}

const upTo =
  (most: number, looks: (number | null)[] = []): FactPages<number, number> =>
  (after, limit) => {
    looks.push(after)
    const from = after ?? 0
    return TE.right(Array.from({ length: Math.max(0, Math.min(limit, most - from)) }, (_, i) => from + i + 1))
  }

const numbers = (pages: FactPages<number, number>) =>
  check('numbers', { pages, keyOf: value => value, invariants: [seventh] }).run(clock)()

describe('a check', () => {
  it('goes through all pages, each from where the last one ended', async () => {
    const looks: (number | null)[] = []
    const result = await numbers(upTo(450, looks))
    expect(looks).to.deep.equal([null, 200, 400])
    expect(E.isRight(result) && [result.right.checked, result.right.found]).to.deep.equal([450, 64])
    expect(E.isRight(result) && result.right.violations.at(-1)).to.deep.equal({
      invariant: 'no-seventh',
      resource: 'number',
      id: 448,
      message: 'It is a seventh',
      details: { asked: now },
      repair: 'Count again',
    })
  })

  it('looks once more where the last page was full', async () => {
    const looks: (number | null)[] = []
    await numbers(upTo(200, looks))
    expect(looks).to.deep.equal([null, 200])
  })

  it('counts all that is wrong and lists the first of it', async () => {
    const result = await numbers(upTo(7 * mostListed + 70))
    expect(E.isRight(result) && [result.right.found, result.right.violations.length]).to.deep.equal([
      mostListed + 10,
      mostListed,
    ])
  })

  it('ends where a page cannot be had', async () => {
    const failure = storeFailure('unavailable', 'cut off')
    expect(await numbers(after => (after === null ? upTo(450)(null, 200) : TE.left(failure)))).to.deep.equal(
      E.left(failure),
    )
  })

  it('adds up with others, none of them left out of the count', () => {
    const violations = Array.from({ length: 600 }, (_, index) => ({
      invariant: 'x',
      ...breach('book', index, 'wrong'),
      repair: 'Put it right',
    }))
    const half = { checked: 700, found: 600, violations }
    expect(together(noFindings, half)).to.deep.equal(half)
    const both = together(half, half)
    expect([both.checked, both.found, both.violations.length]).to.deep.equal([1400, 1200, mostListed])
  })
})

describe('things that have something in common', () => {
  const words = ['ash', 'birch', 'alder', 'cedar', 'beech']
  const first = (word: string) => word[0]
  it('stand side by side', () => {
    expect([...grouped(words, first)]).to.deep.equal([
      ['a', ['ash', 'alder']],
      ['b', ['birch', 'beech']],
      ['c', ['cedar']],
    ])
  })
  it('are told apart from what is alone', () => {
    expect(repeated(words, first)).to.deep.equal([
      ['a', ['ash', 'alder']],
      ['b', ['birch', 'beech']],
    ])
    expect(single(words, first)).to.deep.equal(['cedar'])
  })
})

describe('what was done with', () => {
  it('is kept for thirty days, and a day of them is not relied upon', () => {
    expect(keptSince(now)).to.equal(at('2026-10-22T10:00:00Z'))
    expect(surelyKeptSince(now)).to.equal(at('2026-10-23T10:00:00Z'))
  })
})
