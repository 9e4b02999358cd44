import { expect } from 'chai'
import { blockedActions, stops } from '../../../core/members/member-block.ts'
import type { BlockedAction } from '../../../core/members/member-block.ts'
import { aBlock, day } from '../builders.ts'

describe('a manual block (R2.2)', () => {
  for (const action of blockedActions) {
    it(`without more it stops ${action}, for good`, () => {
      expect(stops(aBlock(), action, day('2099-12-31'))).to.be.true
    })
  }

  const table: readonly (readonly [readonly BlockedAction[], BlockedAction, boolean])[] = [
    [['checkout'], 'checkout', true],
    [['checkout'], 'renew', false],
    [['checkout', 'reserve'], 'reserve', true],
    [['renew', 'reserve'], 'checkout', false],
  ]
  for (const [actions, action, stopped] of table) {
    it(`of ${actions.join(' and ')}: ${action} is ${stopped ? 'stopped' : 'free'}`, () => {
      expect(stops(aBlock({ actions }), action, day('2026-03-10'))).to.equal(stopped)
    })
  }

  for (const [today, stopped] of [
    ['2026-03-09', true],
    ['2026-03-10', true],
    ['2026-03-11', false],
  ] as const) {
    it(`to 10 March: ${stopped ? 'it counts' : 'it is over'} on ${today}`, () => {
      expect(stops(aBlock({ expiresOn: day('2026-03-10') }), 'checkout', day(today))).to.equal(stopped)
    })
  }
})
