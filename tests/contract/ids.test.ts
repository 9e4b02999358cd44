import { expect } from 'chai'
import type { IdKind } from '../../core/shared/id.ts'
import { TE } from '../../core/shared/fp.ts'
import { onEveryBackend } from '../support/backends.ts'
import { addMember, left, right } from '../support/world.ts'

const kinds: readonly IdKind[] = ['loan', 'fine', 'ledger_entry', 'session', 'member']

onEveryBackend('ids', opened => {
  for (const kind of kinds) {
    it(`are whole numbers above 0 that grow: ${kind}`, async () => {
      const { ids } = opened.library
      const [first, second] = [await right(ids.next(kind)), await right(ids.next(kind))]
      expect(Number.isSafeInteger(first) && first > 0).to.be.true
      expect(second).to.be.greaterThan(first)
    })
  }

  it('are each given once, however many ask at once', async () => {
    const { ids } = opened.library
    const before = await right(ids.next('loan'))
    const given = await Promise.all(Array.from({ length: 500 }, () => right(ids.next('loan'))))
    const after = await right(ids.next('loan'))
    expect(new Set(given).size).to.equal(500)
    expect(Math.min(...given)).to.be.greaterThan(before)
    expect(Math.max(...given)).to.be.lessThan(after)
  })

  it('are not given again after what they were taken for was undone', async () => {
    const { ids, work } = opened.library
    const taken = await right(ids.next('member'))
    await left(work.run(() => TE.left('no')))
    expect((await addMember(opened.library)).id).to.be.greaterThan(taken)
  })
})
