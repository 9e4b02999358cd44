/** What is stored was made with these keys: another way of making them would shut everybody out. */
import { expect } from 'chai'
import { accountTokenTexts } from '../../../adapters/security/account-token-texts.ts'
import { fingerprints } from '../../../adapters/security/fingerprints.ts'
import { keyFor, purposes, settableKey } from '../../../adapters/security/pepper-keys.ts'
import { recoveryCodes } from '../../../adapters/security/recovery-codes.ts'
import { auditSealingOf } from '../../../app/audit-sealing.ts'
import { secondFactorToolsOf } from '../../../app/second-factor.ts'
import { id } from '../../../core/shared/id.ts'
import { memberId } from '../../core/builders.ts'

const pepper = 'a pepper of the tests, long enough'
const secrets = { passwordPepper: pepper }
const ada = memberId(1)

describe('keys made of the pepper', () => {
  it('are those that what is stored was made with', () => {
    const sealing = auditSealingOf(
      { auditSealKey: null, auditSealOldKeys: [], passwordOldPeppers: [] },
      secrets,
    )
    expect(sealing.keyId).to.equal('KHBeNsicCF3T')
    expect(sealing.sign('text', sealing.keyId)).to.equal('sJwmUTRSgb6W5-0YZFq2JBgtEG7lfMAkjLg6TJl-uYI')
    const { encryption } = secondFactorToolsOf(
      {
        dataEncryptionKey: null,
        dataEncryptionOldKeys: [],
        passwordOldPeppers: [],
        tokenIssuer: 'library',
      },
      secrets,
    )
    expect(
      encryption.open('f1.AFJ_APxS99kq.W3P2O6wV9pmPU86Z.PJPMFC5Op8_W-qP9STtxk8fRIx9SGMVE-Cy30A-Iyvo', {
        memberId: ada,
        purpose: 'second factor',
      }),
    ).to.equal('JBSWY3DPEHPK3PXP')
    expect(recoveryCodes(pepper).hashesOf(ada, 'ABCDEFGHIJKLMNOPQRSTUVWX')).to.deep.equal([
      'FkxAWtQ2WE9CfxGAnC3dOBGc7BSL_3rjU3mL69nQW00',
    ])
    expect(fingerprints(pepper)('text')).to.equal('5ESJrAjO5DBB2OXeYtWaIywwA_3EsSg-k9rFyEXXJ_Y')
    const token = { id: id<'account_token'>(17), purpose: 'reset_password', nonce: 'a nonce' } as const
    expect(accountTokenTexts(pepper).write(token, 'ada@example.org')).to.equal(
      '17.yljHE5JmkWMHqHg_jcbRus9XWqu5mxZMjhaUZB7FX50',
    )
  })

  it('are another for each purpose and each pepper, of 256 bits', () => {
    const keys = purposes.flatMap(purpose => [pepper, `${pepper}!`].map(each => keyFor(purpose, each)))
    for (const key of keys) expect(key).to.have.length(32)
    expect(new Set(keys.map(key => key.toString('hex'))).size).to.equal(2 * purposes.length)
  })

  it('stand behind one that was set, with those of the peppers before', () => {
    const derived = (of: string) => keyFor('audit seals', of).toString('base64url')
    const peppers = { present: 'now', old: ['before', 'long ago'] }
    const old = ['now', 'before', 'long ago'].map(derived)
    expect(settableKey('audit seals', { key: null, old: [] }, peppers)).to.deep.equal({
      key: derived('now'),
      old,
    })
    expect(settableKey('audit seals', { key: 'set', old: ['set before'] }, peppers)).to.deep.equal({
      key: 'set',
      old: ['set before', ...old],
    })
  })
})
