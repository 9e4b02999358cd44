import { expect } from 'chai'
import { apiKeySecrets } from '../../../adapters/security/api-key-secrets.ts'
import { secrets } from '../../../adapters/security/secrets.ts'

describe('the text of an API key (AUT-6)', () => {
  const texts = apiKeySecrets()

  it('is a prefix that may be shown and 256 random bits, kept as their hash', () => {
    const { key, prefix, hash } = texts.make()
    const [, shown, secret] = /^lib_([a-z2-7]{10})_([\w-]{43})$/.exec(key)!
    expect(shown).to.equal(prefix)
    expect(Buffer.from(secret!, 'base64url')).to.have.length(32)
    expect(hash).to.equal(secrets.hashOf(secret!))
    expect(key).not.to.contain(hash)
  })

  it('is known again by its prefix and its hash', () => {
    const { key, prefix, hash } = texts.make()
    expect(texts.read(key)).to.deep.equal({ prefix, hash })
    expect(texts.same(texts.read(key)!.hash, hash)).to.be.true
  })

  it('differs each time, in both parts', () => {
    const made = Array.from({ length: 1000 }, () => texts.make())
    expect(new Set(made.map(({ prefix }) => prefix)).size).to.equal(1000)
    expect(new Set(made.map(({ hash }) => hash)).size).to.equal(1000)
  })

  it('is nothing else', () => {
    const { key } = texts.make()
    const { key: other } = texts.make()
    for (const text of [
      '',
      'lib_',
      `${key} `,
      ` ${key}`,
      `${key}A`,
      key.slice(0, -1),
      key.toUpperCase(),
      key.replace('lib_', ''),
      key.replace('lib_', 'lib-'),
      `${key}, ${other}`,
      `${key.slice(0, -1)}=`,
    ])
      expect(texts.read(text), text).to.equal(null)
  })

  it('is the same by its whole hash alone', () => {
    const { hash } = texts.make()
    for (const other of [
      '',
      hash.slice(1),
      `${hash}A`,
      `${hash.slice(0, -1)}${hash.endsWith('A') ? 'B' : 'A'}`,
    ])
      expect(texts.same(hash, other), other).to.be.false
  })
})
