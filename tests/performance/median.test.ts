import { expect } from 'chai'
import { median, percentile } from './median.ts'

describe('medians and percentiles', () => {
  it('the median is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).to.equal(5)
    expect(median([4, 1, 3, 10])).to.equal(3.5)
    expect(median([])).to.be.NaN
  })

  it('a percentile is a value that was measured, by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(percentile(hundred, 0.5)).to.equal(50)
    expect(percentile(hundred, 0.99)).to.equal(99)
    expect(percentile([7], 0.99)).to.equal(7)
    expect(percentile([], 0.5)).to.be.NaN
  })
})
