import { expect } from 'chai'
import { pipe, TE } from '../../core/shared/fp.ts'
import { backends } from '../support/backends.ts'
import { done } from '../support/world.ts'
import { closeAll, aWorld } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`the consistency check on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const ask = (headers: Record<string, string> = {}) =>
      world.call('POST', '/admin/consistency-check', { token: world.tokens.admin, headers })

    it('finds nothing in a library at work, and looks again each time', async () => {
      const before = await ask()
      expect(before.status, before.text).to.equal(200)
      const { checked, violations } = before.data as { checked: number; violations: unknown[] }
      expect(violations).to.deep.equal([])
      expect(before.meta).to.deep.equal({ found: 0 })
      const key = { 'Idempotency-Key': 'asked once' }
      expect((await ask(key)).data).to.deep.equal({ checked, violations: [] })
      await world.call('POST', '/borrowings', {
        token: world.tokens.admin,
        body: { user_id: world.ids.user, barcode: 'C-1' },
        headers: { 'Idempotency-Key': 'lent once' },
      })
      const replayed = await ask(key)
      expect(replayed.headers.get('Idempotency-Replayed')).to.equal('true')
      expect(replayed.data).to.deep.equal({ checked, violations: [] })
      const after = await ask()
      expect((after.data as { checked: number }).checked).to.be.greaterThan(checked)
      expect((after.data as { violations: unknown[] }).violations).to.deep.equal([])
    })

    it('tells what is wrong, and where', async () => {
      const said = { total: 7, available: 3, circulating: 1 }
      await done(world.persistence, ({ titles }) =>
        pipe(
          titles.get(world.bookId),
          TE.flatMap(title => titles.saveHoldings({ ...title, holdings: said })),
        ),
      )
      const { data, meta } = await ask()
      expect((data as { violations: unknown[] }).violations).to.deep.equal([
        {
          invariant: 'title-counts',
          resource: 'book',
          id: world.bookId,
          message: 'It says of its copies what they do not add up to',
          details: { said, counted: { total: 2, available: 2, circulating: 0 } },
        },
      ])
      expect(meta).to.deep.equal({ found: 1 })
    })
  })
}
