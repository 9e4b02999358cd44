/** API-9: what comes in as text holds no markup, however awkward it was made. */
import { expect } from 'chai'
import { fold, withoutMarkup } from '../../../core/shared/text.ts'

describe('withoutMarkup', () => {
  const rows: readonly (readonly [given: string, plain: string])[] = [
    ['plain', 'plain'],
    ['<b>bold</b>', 'bold'],
    ['<script>alert(1)</script>', 'alert(1)'],
    ['<scr<b></b>ipt>alert(1)</scr<b></b>ipt>', 'alert(1)'],
    ['a < b and c > d', 'a < b and c > d'],
    ['1 <2> 3', '1 <2> 3'],
    ['<!-- hidden -->shown', 'shown'],
    ['<img src=x onerror=alert(1)>', ''],
    ['I <3 books', 'I <3 books'],
  ]
  for (const [given, plain] of rows) {
    it(`${JSON.stringify(given)} becomes ${JSON.stringify(plain)}`, () => {
      expect(withoutMarkup(given)).to.equal(plain)
    })
  }

  it('gives up on tags nested without end, in little time and with no bracket left', () => {
    const nested = `${'<a'.repeat(40_000)}${'>'.repeat(40_000)}`
    expect(withoutMarkup(nested)).not.to.match(/[<>]/)
  })
})

describe('fold', () => {
  it('is never longer than an index entry takes, whatever it expands to', () => {
    const folded = fold('\ufdfa'.repeat(500))
    expect([...folded]).to.have.length.at.most(500)
    expect(fold(folded)).to.equal(folded)
  })
})
