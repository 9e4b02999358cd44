import { expect } from 'chai'
import fc from 'fast-check'
import { add, least, minor, sum, times, zero } from '../../../core/shared/money.ts'

const anyAmount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map(minor)

describe('money', () => {
  it('is whole minor units: a fraction is cut, so that it cannot spread', () => {
    expect(minor(2.9)).to.equal(2)
    expect(minor(-0.5)).to.equal(-1)
    expect(minor(1_999_999_999)).to.equal(1_999_999_999)
  })

  it('adds, sums, multiplies and compares', () => {
    expect(add(minor(25), minor(-30))).to.equal(-5)
    expect(sum([])).to.equal(zero)
    expect(sum([minor(10), minor(20), minor(-5)])).to.equal(25)
    expect(times(minor(25), 3)).to.equal(75)
    expect(times(minor(25), 0)).to.equal(0)
    expect(least(minor(3), minor(2))).to.equal(2)
    expect(least(minor(-3), minor(2))).to.equal(-3)
  })

  it('stays whole and loses nothing, in whatever order it is summed', () => {
    fc.assert(
      fc.property(fc.array(anyAmount, { maxLength: 20 }), amounts => {
        expect(sum(amounts)).to.satisfy(Number.isSafeInteger)
        expect(sum([...amounts].reverse())).to.equal(sum(amounts))
      }),
    )
  })
})
