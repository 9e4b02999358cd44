import { expect } from 'chai'
import { passwordStrength } from '../../../adapters/security/password-strength.ts'
import { wordsOfTheTrade } from '../../../core/identity/password-policy.ts'
import { right } from '../../support/world.ts'

describe('the strength of a password', function () {
  this.timeout(30_000)
  const strength = passwordStrength()
  after(() => strength.close())

  const rows: readonly (readonly [password: string, strong: boolean, common: boolean])[] = [
    ['password', false, true],
    ['PassWord', false, true],
    ['qwertyuiop', false, true],
    ['12345678', false, true],
    ['iloveyou', false, true],
    ['abcdefgh', false, false],
    ['xxxxxxxxxxxxxxxx', false, false],
    ['Password1!Password1!', false, false],
    ['librarylibrary', false, false],
    ['library-2024', false, false],
    ['correct horse battery', true, false],
    ['quiet lamp by the stairs', true, false],
    ['тихая лампа у лестницы', true, false],
    [`${'ab'.repeat(20)} and then it goes on, quite unlike before`, true, false],
  ]
  for (const [password, strong, common] of rows) {
    it(`${password}: ${strong ? 'strong' : 'weak'}${common ? ', and common' : ''}`, async () => {
      const estimate = await right(strength.estimate(password, wordsOfTheTrade))
      expect(estimate.common).to.equal(common)
      if (strong) expect(estimate.score).to.be.at.least(3)
      else expect(estimate.score).to.be.below(3)
    })
  }

  it('goes down with what is known of its owner', async () => {
    const of = async (...words: readonly string[]) =>
      (await right(strength.estimate('zyxomma petiolatum', words))).score
    expect(await of()).to.be.at.least(3)
    expect(await of('zyxomma', 'petiolatum', 'zyxomma petiolatum')).to.be.below(3)
  })

  it('is told of 128 characters at once while the event loop goes on', async () => {
    let turns = 0
    const counting = setInterval(() => {
      turns += 1
    }, 1)
    try {
      await right(strength.estimate('aB3$kL9'.repeat(19).slice(0, 128), []))
    } finally {
      clearInterval(counting)
    }
    expect(turns).to.be.above(10)
  })
})
