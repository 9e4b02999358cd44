import { expect } from 'chai'
import fc from 'fast-check'
import { cardNumber, isOwnCardNumber } from '../../../core/members/card-number.ts'
import { isCode, normaliseCode } from '../../../core/shared/text.ts'

const number = fc.integer({ min: 0, max: 999_999_999_999 })

describe('card numbers (MEM-2)', () => {
  it('are 14 digits: 2, the running number, a Luhn check digit', () => {
    expect(cardNumber(1)).to.equal('20000000000014')
    expect(cardNumber(7992739871)).to.equal('20079927398719')
    expect(cardNumber(999_999_999_999)).to.match(/^2999999999999\d$/)
  })

  it('are codes in normal form, and never the same twice', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(isCode(cardNumber(a))).to.be.true
        expect(normaliseCode(cardNumber(a))).to.equal(cardNumber(a))
        expect(isOwnCardNumber(cardNumber(a))).to.be.true
        expect(cardNumber(a) === cardNumber(b)).to.equal(a === b)
      }),
    )
  })

  it('tell each single wrong digit', () => {
    for (const running of [0, 1, 42, 123_456_789_012]) {
      const right = cardNumber(running)
      for (let at = 0; at < right.length; at += 1) {
        for (const digit of '0123456789') {
          const typed = right.slice(0, at) + digit + right.slice(at + 1)
          expect(isOwnCardNumber(typed), `${right} typed ${typed}`).to.equal(typed === right)
        }
      }
    }
  })

  it('tell two neighbours swapped, except 0 and 9', () => {
    fc.assert(
      fc.property(number, fc.nat({ max: 12 }), (running, at) => {
        const right = cardNumber(running)
        const [a, b] = [right[at]!, right[at + 1]!]
        fc.pre(a !== b)
        const swapped = right.slice(0, at) + b + a + right.slice(at + 2)
        const blind = at > 0 && (a + b === '09' || a + b === '90')
        expect(isOwnCardNumber(swapped)).to.equal(blind)
      }),
    )
  })

  for (const text of [
    '',
    '2',
    '2000000000001',
    '200000000000140',
    '30000000000014',
    '2000000000001X',
    ' 20000000000014',
  ]) {
    it(`${JSON.stringify(text)} is not one of ours`, () => expect(isOwnCardNumber(text)).to.be.false)
  }
})
