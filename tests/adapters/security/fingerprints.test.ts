import { expect } from 'chai'
import { createHash, createHmac } from 'node:crypto'
import { fingerprints } from '../../../adapters/security/fingerprints.ts'

describe('fingerprints', () => {
  const secret = 'the pepper of the installation'
  const of = fingerprints(secret)

  it('are the same for the same text, in every process with the same secret', () => {
    expect(of('text')).to.equal(fingerprints(secret)('text'))
    expect(of('text')).not.to.equal(of('texT'))
    expect(of('text')).to.match(/^[\w-]{43}$/)
  })

  it('cannot be made without the secret, and are not what the secret makes elsewhere', () => {
    expect(of('text')).not.to.equal(fingerprints('another')('text'))
    expect(of('text')).not.to.equal(createHash('sha256').update('text').digest('base64url'))
    expect(of('text')).not.to.equal(createHmac('sha256', secret).update('text').digest('base64url'))
  })
})
