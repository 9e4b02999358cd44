import { expect } from 'chai'
import { denialCount } from '../../../adapters/security/denial-count.ts'
import { instant } from '../../../core/shared/local-time.ts'

describe('how often a caller was denied something', () => {
  const [one, other] = ['member 1', 'key 1']
  const at = instant(0)

  it('is told of the first twenty, then each time it has doubled', () => {
    const count = denialCount()
    const told = Array.from({ length: 400 }, () => count(one, at)).filter(times => times !== null)
    expect(told).to.deep.equal([...Array.from({ length: 20 }, (_none, index) => index + 1), 40, 80, 160, 320])
  })

  it('goes by the caller', () => {
    const count = denialCount()
    for (let times = 0; times < 30; times += 1) count(one, at)
    expect(count(one, at)).to.be.null
    expect(count(other, at)).to.equal(1)
  })

  it('begins anew after an hour', () => {
    const count = denialCount()
    for (let times = 0; times < 30; times += 1) count(one, at)
    expect(count(one, instant(3_599_999))).to.be.null
    expect(count(one, instant(3_600_000))).to.equal(1)
  })
})
