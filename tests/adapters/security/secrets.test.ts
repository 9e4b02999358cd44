import { expect } from 'chai'
import sinon from 'sinon'
import { secrets as opaque } from '../../../adapters/security/secrets.ts'

describe('opaque secrets', () => {
  it('are 256 random bits, kept as a hash of as many', () => {
    const { secret, hash } = opaque.make()
    expect(secret).to.match(/^[\w-]{43}$/)
    expect(Buffer.from(secret, 'base64url')).to.have.length(32)
    expect(hash).to.match(/^[\w-]{43}$/)
    expect(Buffer.from(hash, 'base64url')).to.have.length(32)
  })

  it('are known again by their hash, which does not tell them', () => {
    const { secret, hash } = opaque.make()
    expect(opaque.hashOf(secret)).to.equal(hash)
    expect(hash).not.to.equal(secret)
  })

  it('are hashed with SHA-256', () => {
    expect(opaque.hashOf('abc')).to.equal('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })

  it('differ each time, and so do their hashes', () => {
    const made = Array.from({ length: 1000 }, () => opaque.make())
    expect(new Set(made.map(({ secret }) => secret)).size).to.equal(1000)
    expect(new Set(made.map(({ hash }) => hash)).size).to.equal(1000)
  })

  it('come from the generator of the system', () => {
    const chance = sinon.stub(Math, 'random').returns(0.5)
    try {
      expect(new Set(Array.from({ length: 50 }, () => opaque.make().secret)).size).to.equal(50)
      expect(chance.called).to.be.false
    } finally {
      chance.restore()
    }
  })

  it('are not known by anything like them', () => {
    const { secret, hash } = opaque.make()
    for (const other of [secret.slice(1), `${secret} `, secret.toLowerCase(), hash, ''])
      expect(opaque.hashOf(other)).not.to.equal(hash)
  })
})
