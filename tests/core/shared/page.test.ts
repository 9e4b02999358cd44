import { expect } from 'chai'
import fc from 'fast-check'
import { compareSorted } from '../../../core/shared/page.ts'
import type { SortValue } from '../../../core/shared/page.ts'

const sorted = (values: readonly SortValue[], direction: 'asc' | 'desc') =>
  [...values].sort((a, b) => compareSorted(a, b, direction))

describe('the one way lists are sorted', () => {
  const cases: readonly (readonly [string, readonly SortValue[], readonly SortValue[]])[] = [
    ['numbers by size', [10, -1, 9, 2], [-1, 2, 9, 10]],
    ['text by code point', ['b', 'a', 'ab', '', 'B', 'é'], ['', 'B', 'a', 'ab', 'b', 'é']],
    [
      'an astral character after the end of the first plane',
      ['\u{1F600}', '\uFFFD'],
      ['\uFFFD', '\u{1F600}'],
    ],
    [
      'astral characters among themselves',
      ['\u{1F601}', '\u{1F600}b', '\u{1F600}a'],
      ['\u{1F600}a', '\u{1F600}b', '\u{1F601}'],
    ],
    [
      'on either side of the surrogates',
      ['\u{10FFFF}', '\uFFFF', 'a', '\u{10000}', '\uE000', '\uD7FF'],
      ['a', '\uD7FF', '\uE000', '\uFFFF', '\u{10000}', '\u{10FFFF}'],
    ],
    ['a beginning before the whole', ['emma woodhouse', 'emma'], ['emma', 'emma woodhouse']],
    ['false before true', [true, false], [false, true]],
  ]
  for (const [what, values, ascending] of cases) {
    it(`${what}, either way`, () => {
      expect(sorted(values, 'asc')).to.deep.equal(ascending)
      expect(sorted(values, 'desc')).to.deep.equal([...ascending].reverse())
    })
  }

  it('nulls last, either way', () => {
    expect(sorted([null, 2, null, 1], 'asc')).to.deep.equal([1, 2, null, null])
    expect(sorted([null, 2, null, 1], 'desc')).to.deep.equal([2, 1, null, null])
    expect(sorted(['a', null, ''], 'asc')).to.deep.equal(['', 'a', null])
    expect(sorted(['a', null, ''], 'desc')).to.deep.equal(['a', '', null])
    expect(compareSorted(null, null, 'asc')).to.equal(0)
  })

  const edges = fc.constantFrom('a', '\uD7FF', '\uE000', '\uFFFF', '\u{10000}', '\u{10FFFF}')
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: edges, maxLength: 4 }),
  )
  const columns: readonly (readonly [string, fc.Arbitrary<SortValue>])[] = [
    ['text', fc.option(text)],
    ['numbers', fc.option(fc.integer())],
    ['booleans', fc.option(fc.boolean())],
  ]
  for (const [column, anyValue] of columns) {
    it(`is a total order of ${column}`, () => {
      fc.assert(
        fc.property(anyValue, anyValue, anyValue, fc.constantFrom('asc', 'desc'), (a, b, c, direction) => {
          const order = (x: SortValue, y: SortValue) => Math.sign(compareSorted(x, y, direction))
          expect(order(a, a)).to.equal(0)
          expect(order(a, b) + order(b, a)).to.equal(0)
          expect(order(a, b) === 0).to.equal(a === b)
          if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).to.be.at.most(0)
        }),
      )
    })
  }

  it('is the order of the bytes, as in the databases', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareSorted(a, b, 'asc'))).to.equal(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })
})
