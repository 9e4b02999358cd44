/** AUT-4: codes as every app makes them. */
import { expect } from 'chai'
import sinon from 'sinon'
import { codeAt, oneTimeCodes } from '../../../adapters/security/one-time-codes.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { otpSecret } from '../../support/second-factor.ts'

const codes = oneTimeCodes('library')
const at = (seconds: number) => instant(seconds * 1000)

/** RFC 6238, appendix B, SHA-1: the last six of its eight digits. */
const vectors = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
] as const

describe('one-time codes', () => {
  for (const [seconds, eight] of vectors) {
    it(`are those of RFC 6238 ${seconds} seconds after 1970`, () => {
      const code = eight.slice(-6)
      expect(codeAt(otpSecret, at(seconds))).to.equal(code)
      expect(codes.stepOf(otpSecret, code, at(seconds))).to.equal(Math.floor(seconds / 30))
    })
  }

  for (const [what, seconds, good] of [
    ['two steps early', -31, false],
    ['a step early', -30, true],
    ['at its beginning', 0, true],
    ['in its last millisecond', 29.999, true],
    ['a step late', 30, true],
    ['at the end of the step after', 59.999, true],
    ['two steps late', 60, false],
  ] as const) {
    it(`are ${good ? 'good' : 'not good'} ${what}, and tell whose step they are`, () => {
      const step = 37_037_036
      const code = codeAt(otpSecret, at(step * 30))
      expect(codes.stepOf(otpSecret, code, at(step * 30 + seconds))).to.equal(good ? step : null)
    })
  }

  it('are six digits, and of their own secret', () => {
    for (const code of ['', '12345', '1234567', '28708a', '٢٨٧٠٨٢', '287 082', '-87082', 'JBSWY3DPEHPK'])
      expect(codes.stepOf(otpSecret, code, at(59)), code).to.be.null
    expect(codes.stepOf(codes.newSecret(), '287082', at(59))).to.be.null
  })

  it('come from 160 random bits, in base32', () => {
    const secrets = Array.from({ length: 50 }, () => codes.newSecret())
    for (const secret of secrets) expect(secret).to.match(/^[A-Z2-7]{32}$/)
    expect(new Set(secrets).size).to.equal(50)
  })

  it('come from the generator of the system', () => {
    const chance = sinon.stub(Math, 'random').returns(0.5)
    try {
      expect(new Set(Array.from({ length: 50 }, () => codes.newSecret())).size).to.equal(50)
      expect(chance.called).to.be.false
    } finally {
      chance.restore()
    }
  })

  it('are taken over by their address, whatever the names in it', () => {
    expect(codes.address('JBSWY3DP', 'ada')).to.equal(
      'otpauth://totp/library:ada?secret=JBSWY3DP&issuer=library&algorithm=SHA1&digits=6&period=30',
    )
    const odd = new URL(oneTimeCodes('https://lib.example/?a&b').address('JBSWY3DP', 'a:d&a=?/ä'))
    expect(odd.searchParams.get('issuer')).to.equal('https://lib.example/?a&b')
    expect(odd.searchParams.get('secret')).to.equal('JBSWY3DP')
    expect(odd.pathname.split(':').map(decodeURIComponent)).to.deep.equal([
      '/https://lib.example/?a&b'.replace(/^\//, '/'),
      'a:d&a=?/ä',
    ])
  })
})
