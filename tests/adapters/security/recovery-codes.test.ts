import { expect } from 'chai'
import sinon from 'sinon'
import { recoveryCodes } from '../../../adapters/security/recovery-codes.ts'
import { typedCode } from '../../../core/identity/second-factor.ts'
import { memberId } from '../../core/builders.ts'

const { make, hashesOf } = recoveryCodes('a secret of the installation')
const [ada, bea] = [memberId(1), memberId(2)]

describe('recovery codes', () => {
  it('are ten, of 120 bits each, in groups', () => {
    const made = make(ada)
    expect(made).to.have.length(10)
    for (const { code } of made) expect(code).to.match(/^[A-Z2-7]{6}(-[A-Z2-7]{6}){3}$/)
    expect(new Set([...made, ...make(ada)].map(({ code }) => code)).size).to.equal(20)
  })

  it('come from the generator of the system', () => {
    const chance = sinon.stub(Math, 'random').returns(0.5)
    try {
      expect(new Set([...make(ada), ...make(ada)].map(({ code }) => code)).size).to.equal(20)
      expect(chance.called).to.be.false
    } finally {
      chance.restore()
    }
  })

  it('are known by their hash, however they were typed', () => {
    const [{ code, hash }] = make(ada) as [{ code: string; hash: string }]
    for (const typed of [
      code,
      code.toLowerCase(),
      code.replaceAll('-', ''),
      ` ${code.replaceAll('-', ' ')} `,
    ])
      expect(hashesOf(ada, typedCode(typed))).to.deep.equal([hash])
    expect(hash).not.to.contain(code.slice(0, 6))
  })

  it('are still known when the secret was changed; new ones are made with that of now', () => {
    const then = recoveryCodes('another secret', ['a secret of the installation'])
    const [{ code, hash }] = make(ada) as [{ code: string; hash: string }]
    expect(then.hashesOf(ada, typedCode(code))[1]).to.equal(hash)
    const [next] = then.make(ada) as [{ code: string; hash: string }]
    expect(recoveryCodes('another secret').hashesOf(ada, typedCode(next.code))).to.deep.equal([next.hash])
  })

  it('are of no use to another, nor in another installation', () => {
    const [{ code, hash }] = make(ada) as [{ code: string; hash: string }]
    const typed = typedCode(code)
    expect(hashesOf(bea, typed)).not.to.include(hash)
    expect(recoveryCodes('another secret').hashesOf(ada, typed)).not.to.include(hash)
  })
})
