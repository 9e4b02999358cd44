import { expect } from 'chai'
import { pipe, TE } from '../../core/shared/fp.ts'
import { backends } from '../support/backends.ts'
import { done } from '../support/world.ts'
import { expectRefusal, rowsOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`jobs by hand on ${backend.name} (OPS-4)`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const ask = (method: string, path: string, body?: object, who: keyof World['tokens'] = 'admin') =>
      world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })
    const run = async (name: string) => (await ask('POST', `/admin/jobs/${name}/run`)).data

    it('send-outbox hands on all there is, once', async () => {
      const first = (await run('send-outbox')) as Record<string, unknown>
      // The six people of the library, who were registered.
      expect(first).to.deep.equal({
        job: 'send-outbox',
        library_time: '2026-11-21T10:00:00.000Z',
        done: 6,
        skipped: 0,
        failed: 0,
      })
      expect(await run('send-outbox')).to.include({ done: 0 })
      await ask('POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1' })
      expect(await run('send-outbox')).to.include({ done: 1 })
    })

    it('recount puts right what a book says of its copies', async () => {
      await done(world.persistence, ({ titles }) =>
        pipe(
          titles.get(world.bookId),
          TE.flatMap(title =>
            titles.saveHoldings({ ...title, holdings: { total: 7, available: 3, circulating: 1 } }),
          ),
        ),
      )
      expect(await run('recount')).to.include({ job: 'recount', done: 1, skipped: 0, failed: 0 })
      expect((await ask('GET', `/books/${world.bookId}`)).data).to.include({
        total_copies: 2,
        available_copies: 2,
      })
      expect(await run('recount')).to.include({ done: 0 })
    })

    it('resume-suspended lets go on what was suspended until today, once', async () => {
      const reserved = await ask('POST', `/books/${world.bookId}/reserve`, { branch_id: world.here }, 'user')
      const path = `/reservations/${String((reserved.data as { readonly id: number }).id)}`
      await ask('PUT', path, { suspended_until: '2026-11-24' }, 'user')
      // The last moment of the day before, in Berlin.
      await ask('PUT', '/admin/clock', { now: '2026-11-23T22:59:59Z' })
      expect(await run('resume-suspended')).to.include({ job: 'resume-suspended', done: 0, failed: 0 })
      await ask('PUT', '/admin/clock', { now: '2026-11-23T23:00:00Z' })
      expect(await run('resume-suspended')).to.include({ done: 1, skipped: 0, failed: 0 })
      expect(await run('resume-suspended')).to.include({ done: 0 })
      expect((await ask('GET', path)).data).to.include({ status: 'waiting', suspended_until: null })
    })

    it('expire-pickups and expire-reservations end what is over, each once', async () => {
      await ask('POST', '/borrowings', { user_id: world.ids.other, barcode: 'C-1' })
      await ask('POST', '/borrowings', { user_id: world.ids.librarian, barcode: 'C-2' })
      for (const [user_id, expires_on] of [
        [world.ids.user, null],
        [world.ids.manager, '2026-11-22'],
      ]) {
        const reserved = await ask('POST', `/books/${world.bookId}/reserve`, {
          user_id,
          expires_on,
          branch_id: world.here,
        })
        expect(reserved.status, reserved.text).to.equal(201)
      }
      await ask('POST', '/returns', { barcode: 'C-1' })
      await ask('PUT', '/admin/clock', { now: '2026-11-28T22:59:59Z' })
      expect(await run('expire-pickups')).to.include({ done: 0, skipped: 0, failed: 0 })
      expect(await run('expire-reservations')).to.include({ done: 1, skipped: 0, failed: 0 })
      await ask('PUT', '/admin/clock', { now: '2026-11-28T23:00:00Z' })
      expect(await run('expire-pickups')).to.include({
        job: 'expire-pickups',
        done: 1,
        skipped: 0,
        failed: 0,
      })
      expect(await run('expire-pickups')).to.include({ done: 0 })
      const rows = rowsOf(await ask('GET', '/reservations?sort=id'))
      expect(rows.map(({ status }) => status)).to.deep.equal(['expired', 'expired'])
      expect((await ask('GET', `/books/${world.bookId}`)).data).to.include({ available_copies: 1 })
    })

    it('purge takes what is old, and nothing else', async () => {
      await run('send-outbox')
      world.clock.days(31)
      const token = await freshToken(world, 'admin')
      const purge = await world.call('POST', '/admin/jobs/purge/run', { token })
      // Six sessions ran out a day after they began; all six events are of the same moment, the latest there was.
      expect(purge.data).to.include({ job: 'purge', done: 0, library_time: '2026-12-22T10:00:00.000Z' })
      world.clock.days(1)
      const again = await freshToken(world, 'admin')
      const later = await world.call('POST', '/admin/jobs/purge/run', { token: again })
      expect(later.data, later.text).to.include({ done: 6 })
      expect((await world.call('GET', '/auth/me', { token: world.tokens.user })).status).to.equal(401)
    })

    it('goes by the library’s time, and is in the audit', async () => {
      await ask('PUT', '/admin/clock', { now: '2027-03-27T10:00:00Z' })
      expect(await run('purge')).to.include({ library_time: '2027-03-27T10:00:00.000Z' })
      const [row] = rowsOf(await ask('GET', '/audit?target=job'))
      expect(row).to.deep.include({
        action: 'job.run',
        actor_id: world.ids.admin,
        target_id: null,
        occurred_at: '2027-03-27T10:00:00.000Z',
        before: null,
        after: { job: 'purge', done: 0, skipped: 0, failed: 0 },
      })
    })

    it('is not found under a name that no job has', async () => {
      for (const [name, told] of [
        ['nothing', 'nothing'],
        ['Purge', 'Purge'],
        ['12', '12'],
        ['%7Bname%7D', '{name}'],
        ['x'.repeat(500), 'x'.repeat(100)],
      ] as const) {
        expectRefusal(await ask('POST', `/admin/jobs/${name}/run`), 404, 'NOT_FOUND', {
          resource: 'job',
          id: told,
        })
      }
    })

    it('is for the administrator alone, whatever the name', async () => {
      expectRefusal(
        await ask('POST', '/admin/jobs/nothing/run', undefined, 'manager'),
        403,
        'PERMISSION_DENIED',
      )
    })
  })
}
