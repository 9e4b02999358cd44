import { expect } from 'chai'
import sinon from 'sinon'
import { accountTokenTexts } from '../../../adapters/security/account-token-texts.ts'
import type { AccountToken } from '../../../core/identity/account-token.ts'
import { id } from '../../../core/shared/id.ts'

const texts = accountTokenTexts('a secret of the installation')
const token: Pick<AccountToken, 'id' | 'purpose' | 'nonce'> = {
  id: id(17),
  purpose: 'reset_password',
  nonce: 'a nonce',
}

describe('the text of a mail’s token', () => {
  it('is the same each time, names its token and has a MAC of 256 bits', () => {
    const text = texts.write(token, 'Ada@Example.org')
    expect(text).to.match(/^17\.[\w-]{43}$/)
    expect(texts.write(token, ' ada@example.ORG')).to.equal(text)
    expect(texts.read(text)).to.equal(17)
    expect(accountTokenTexts('a secret of the installation').write(token, 'ada@example.org')).to.equal(text)
  })

  it('is another for any other purpose, number, nonce, address and secret', () => {
    const others = [
      texts.write({ ...token, purpose: 'verify_email' }, 'ada@example.org'),
      texts.write({ ...token, id: id(18) }, 'ada@example.org').replace('18.', '17.'),
      texts.write({ ...token, nonce: 'another' }, 'ada@example.org'),
      texts.write(token, 'eve@example.org'),
      accountTokenTexts('another secret').write(token, 'ada@example.org'),
      texts.write(token, 'ada@example.org'),
    ]
    expect(new Set(others).size).to.equal(others.length)
  })

  for (const bad of [
    '',
    'x',
    '17',
    '17.',
    `17.${'a'.repeat(42)}`,
    `017.${'a'.repeat(43)}`,
    `0.${'a'.repeat(43)}`,
  ])
    it(`is none: ${JSON.stringify(bad)}`, () => {
      expect(texts.read(bad)).to.be.null
    })

  it('has a nonce of 128 random bits', () => {
    const nonces = Array.from({ length: 100 }, () => texts.nonce())
    expect(new Set(nonces).size).to.equal(100)
    for (const nonce of nonces) expect(Buffer.from(nonce, 'base64url')).to.have.length(16)
  })

  it('has a nonce that comes from the generator of the system', () => {
    const chance = sinon.stub(Math, 'random').returns(0.5)
    try {
      expect(new Set(Array.from({ length: 50 }, () => texts.nonce())).size).to.equal(50)
      expect(chance.called).to.be.false
    } finally {
      chance.restore()
    }
  })

  it('is compared whole', () => {
    expect(texts.same('abc', 'abc')).to.be.true
    for (const other of ['abd', 'ab', 'abcd', '']) expect(texts.same('abc', other)).to.be.false
  })
})
