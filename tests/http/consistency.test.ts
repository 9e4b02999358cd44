import { expect } from 'chai'
import { pipe, TE } from '../../core/shared/fp.ts'
import { keep } from '../../core/circulation/copy.ts'
import type { Available, Kept } from '../../core/circulation/copy.ts'
import { makeReady } from '../../core/circulation/reservation.ts'
import type { WaitingReservation } from '../../core/circulation/reservation.ts'
import { id } from '../../core/shared/id.ts'
import { backends } from '../support/backends.ts'
import { bySystem } from '../support/builders.ts'
import { done } from '../support/world.ts'
import { idOf } from './support/client.ts'
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
          repair: 'Run the job recount (POST /admin/jobs/recount/run).',
        },
      ])
      expect(meta).to.deep.equal({ found: 1 })
    })

    describe('what it proposes puts it right', () => {
      const asAdmin = (method: string, path: string, body?: object) =>
        world.call(method, path, { token: world.tokens.admin, ...(body === undefined ? {} : { body }) })
      const proposed = async () =>
        (
          (await ask()).data as { violations: readonly { invariant: string; repair: string }[] }
        ).violations.map(({ invariant, repair }) => `${invariant}: ${repair}`)
      /** The copy's row alone, and what its book says of it. */
      const putCopy = (change: (copy: Available) => Kept | Available) =>
        done(world.persistence, ({ copies, titles }) =>
          pipe(
            copies.get(world.copies[0]!.id),
            TE.flatMap(copy => copies.save(change(copy as Available), null)),
            TE.flatMap(() => titles.get(world.bookId)),
            TE.flatMap(title =>
              titles.saveHoldings({ ...title, holdings: { total: 2, available: 1, circulating: 1 } }),
            ),
          ),
        )

      it('title-counts: the job recount', async () => {
        await putCopy(copy => copy)
        expect(await proposed()).to.deep.equal([
          'title-counts: Run the job recount (POST /admin/jobs/recount/run).',
        ])
        await asAdmin('POST', '/admin/jobs/recount/run')
        expect(await proposed()).to.deep.equal([])
      })

      it('kept-for-a-reservation: a scan', async () => {
        await putCopy(copy => keep(copy, world.ids.user))
        expect(await proposed()).to.deep.equal([
          'kept-for-a-reservation: Scan the copy at its desk (POST /returns): it goes to whoever is next, else home.',
        ])
        await asAdmin('POST', '/returns', { barcode: 'C-1', branch_id: world.here })
        expect(await proposed()).to.deep.equal([])
      })

      it('reservation-has-its-copy: a cancellation', async () => {
        const reserved = idOf(
          await asAdmin('POST', `/books/${world.bookId}/reserve`, {
            user_id: world.ids.user,
            branch_id: world.here,
          }),
        )
        await done(world.persistence, ({ reservations }) =>
          pipe(
            TE.Do,
            TE.bindW('found', () => reservations.get(id(reserved))),
            TE.bindW('saved', ({ found }) =>
              reservations.save(
                makeReady(found as WaitingReservation, world.copies[0]!.id, null, world.clock.now()),
                bySystem,
              ),
            ),
          ),
        )
        expect(await proposed()).to.deep.equal([
          'reservation-has-its-copy: Cancel it (DELETE /reservations/{id}) and reserve anew: the copy stays where it is.',
        ])
        await asAdmin('DELETE', `/reservations/${reserved}`)
        expect(await proposed()).to.deep.equal([])
      })
    })
  })
}
