/** Histories of a thousand operations by several members, desks and clocks: after each of them everything holds that must. */
import { expect } from 'chai'
import { memoryOver } from '../../adapters/memory/connect.ts'
import { emptyDatabase } from '../../adapters/memory/database.ts'
import { balanceOf } from '../../core/accounts/fine.ts'
import { sum } from '../../core/shared/money.ts'
import { examined } from '../support/consistency.ts'
import { everyHistory, full, histories, timeout, WentWrong } from './histories.ts'
import { brokenBy } from './invariants.ts'
import { outcomesOf } from './outcomes.ts'
import type { Operation } from './operations.ts'
import { photographOf } from './photograph.ts'
import type { Photograph } from './photograph.ts'
import { playerIn } from './playing.ts'
import { aSmallWorld, start } from './world.ts'
import type { SmallWorld } from './world.ts'

/** Operations after which the consistency check goes through all, and the balances are read. */
const often = 25

/** R4.6: what the API says that a member owes is the sum of the entries under his name. */
const wrongBalances = async (
  { call, tokens, members }: SmallWorld,
  { fines }: Photograph,
): Promise<readonly string[]> => {
  const wrong: string[] = []
  for (const member of members) {
    const { meta } = await call('GET', `/users/${member}/ledger?limit=1`, { token: tokens['admin'] })
    const said = (meta as { readonly balance: { readonly amount: number } }).balance.amount
    const counted = sum([...fines.values()].filter(({ memberId }) => memberId === member).map(balanceOf))
    if (said !== Number(counted))
      wrong.push(`R4.6: member ${member} owes ${said}, and the ledger says ${counted}`)
  }
  return wrong
}

describe('histories of a library', function () {
  this.timeout(timeout)

  it('keep whatever must hold, and come through every kind of operation', async () => {
    const outcomes = outcomesOf()
    await everyHistory(histories, async (history: readonly Operation[]) => {
      const database = emptyDatabase(() => start)
      const library = memoryOver(database)
      const world = await aSmallWorld(library)
      const player = playerIn(world)
      try {
        let before = photographOf(database)
        for (const [step, operation] of history.entries()) {
          const exchanges = await player.play(operation)
          const after = photographOf(database, before)
          const broken = [...brokenBy({ operation, exchanges, now: player.now(), before, after })]
          if ((step + 1) % often === 0 || step + 1 === history.length) {
            const { violations } = await examined(library, start)
            broken.push(...violations.map(violation => `doctor: ${JSON.stringify(violation)}`))
            broken.push(...(await wrongBalances(world, after)))
          }
          broken.push(...world.bugs.map(({ error }) => `a bug: ${String(error)}`))
          if (broken.length > 0) throw new WentWrong(step, broken.join('\n'))
          outcomes.count(operation, exchanges)
          before = after
        }
      } finally {
        await world.close()
      }
    })
    if (full) process.stdout.write(`${outcomes.table()}\n`)
    expect(outcomes.neverDone(), outcomes.table()).to.deep.equal([])
  })
})
