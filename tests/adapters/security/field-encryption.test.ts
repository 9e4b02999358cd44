/** What is stored sealed can be read with its key, in its own row, as it was written; else the operator is told why not. */
import { expect } from 'chai'
import { createDecipheriv, hkdfSync } from 'node:crypto'
import { fieldEncryption } from '../../../adapters/security/field-encryption.ts'
import { secondFactorToolsOf } from '../../../app/second-factor.ts'
import { memberId } from '../../core/builders.ts'

const [old, key] = ['the key of last year, long enough', 'the key of this year, long enough'] as const
const now = fieldEncryption({ key, old: [] })
const ada = { memberId: memberId(1), purpose: 'second factor' }

describe('a sealed field', () => {
  for (const text of ['JBSWY3DPEHPK3PXP', '', 'ä €\u0000'])
    it(`is read again: ${JSON.stringify(text)}`, () => {
      expect(now.open(now.seal(text, ada), ada)).to.equal(text)
    })

  it('is another text each time, and shows nothing of what it says', () => {
    const sealed = Array.from({ length: 100 }, () => now.seal('JBSWY3DPEHPK3PXP', ada))
    expect(new Set(sealed.map(each => each.split('.')[2])).size).to.equal(100)
    for (const each of sealed) expect(each).to.match(/^f1\.[\w-]{12}\.[\w-]{16}\.[\w-]+$/)
    expect(sealed.join()).not.to.contain('JBSWY3DP')
  })

  it('is AES-256-GCM by a key of HKDF, as anybody may check who has the key', () => {
    const [form, keyId, nonce, rest] = now.seal('JBSWY3DPEHPK3PXP', ada).split('.')
    const sealed = Buffer.from(rest!, 'base64url')
    const secret = Buffer.from(hkdfSync('sha256', key, '', 'encryption of fields', 32))
    const opening = createDecipheriv('aes-256-gcm', secret, Buffer.from(nonce!, 'base64url'))
    opening.setAAD(Buffer.from(JSON.stringify([form, keyId, ada.purpose, ada.memberId])))
    opening.setAuthTag(sealed.subarray(-16))
    const text = Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()])
    expect(text.toString()).to.equal('JBSWY3DPEHPK3PXP')
  })

  it('is refused when any byte of it was changed', () => {
    const sealed = now.seal('JBSWY3DPEHPK3PXP', ada)
    const [form, keyId, ...rest] = sealed.split('.')
    for (const [index, part] of rest.entries()) {
      const bytes = Buffer.from(part, 'base64url')
      for (const place of bytes.keys()) {
        const changed = Buffer.from(bytes)
        changed[place] = changed[place]! ^ 1
        const parts = rest.with(index, changed.toString('base64url'))
        expect(() => now.open([form, keyId, ...parts].join('.'), ada), `${index} ${place}`).to.throw(
          "The second factor of member 1 cannot be decrypted: it was changed, or is another's",
        )
      }
    }
  })

  for (const [what, cut] of [
    ['no tag', (sealed: string) => sealed.slice(0, -6)],
    ['nothing sealed', (sealed: string) => sealed.split('.').slice(0, 3).join('.')],
    ['a short tag alone', (sealed: string) => sealed.split('.').slice(0, 3).concat('AAAA').join('.')],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(() => now.open(cut(now.seal('JBSWY3DPEHPK3PXP', ada)), ada)).to.throw('it was changed')
    })

  it('is refused in the row of another, and for another purpose', () => {
    const sealed = now.seal('JBSWY3DPEHPK3PXP', ada)
    expect(() => now.open(sealed, { ...ada, memberId: memberId(2) })).to.throw(
      "The second factor of member 2 cannot be decrypted: it was changed, or is another's",
    )
    expect(() => now.open(sealed, { ...ada, purpose: 'phone' })).to.throw('The phone of member 1')
  })

  it('is read with an old key, sealed with the new one alone, and refused once the old key is gone', () => {
    const sealed = fieldEncryption({ key: old, old: [] }).seal('JBSWY3DPEHPK3PXP', ada)
    const both = fieldEncryption({ key, old: [old] })
    expect(both.open(sealed, ada)).to.equal('JBSWY3DPEHPK3PXP')
    expect(now.open(both.seal('again', ada), ada)).to.equal('again')
    expect(() => now.open(sealed, ada)).to.throw(
      `its key ${sealed.split('.')[1]!} is neither DATA_ENCRYPTION_KEY nor one of DATA_ENCRYPTION_OLD_KEYS`,
    )
  })

  it('says so when it has no form that is known', () => {
    for (const text of ['', 'JBSWY3DPEHPK3PXP', 'f2.a.b.c'])
      expect(() => now.open(text, ada)).to.throw('it is of no form that is known here')
  })

  it('is sealed by a key of the pepper where none is set, which is still known when one is', () => {
    const config = {
      dataEncryptionKey: null,
      dataEncryptionOldKeys: [],
      passwordOldPeppers: [],
      tokenIssuer: 'library',
    }
    const pepper = { passwordPepper: 'a pepper of the tests, long enough' }
    const first = secondFactorToolsOf(config, pepper).encryption
    const sealed = first.seal('JBSWY3DPEHPK3PXP', ada)
    const then = secondFactorToolsOf({ ...config, dataEncryptionKey: key }, pepper).encryption
    expect(then.open(sealed, ada)).to.equal('JBSWY3DPEHPK3PXP')
    expect(then.seal('x', ada).split('.')[1]).to.equal(now.seal('x', ada).split('.')[1])
    const other = secondFactorToolsOf(config, {
      passwordPepper: 'another pepper, long enough too',
    }).encryption
    expect(() => other.open(sealed, ada)).to.throw('its key')
  })
})
