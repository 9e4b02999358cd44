/** RES-3 over every storage: a reservation pauses, is fetched elsewhere, moves in its queue. */
import { expect } from 'chai'
import { resumeSuspended } from '../../core/circulation/use-cases/resume-suspended.ts'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { expectFaults, expectRefusal, idOf, rowsOf, rulesOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`changing a reservation on ${backend.name}`, () => {
    let world: World
    let first: number
    let second: number
    beforeEach(async () => {
      world = await aWorld({}, backend)
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      await as('librarian', 'POST', '/borrowings', { user_id: world.ids.librarian, barcode: 'C-1' })
      first = idOf(await reserve('user'))
      second = idOf(await reserve('other'))
    })
    afterEach(closeAll)

    type Person = keyof World['tokens']
    const as = async (who: Person, method: string, path: string, body?: object, headers = {}) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, headers, ...(body === undefined ? {} : { body }) })
    }
    const reserve = (who: Person) =>
      as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
    const change = (who: Person, id: number, body: object, headers = {}) =>
      as(who, 'PUT', `/reservations/${id}`, body, headers)
    const shown = async (id: number) => (await as('admin', 'GET', `/reservations/${id}`)).data
    const scan = (branch_id: number = world.here) =>
      as('librarian', 'POST', '/returns', { barcode: 'C-1', branch_id })
    const nextStepOf = ({ data }: Reply) => (data as { readonly next_step: unknown }).next_step
    const told = async (): Promise<readonly string[]> => {
      world.clock.minutes(5)
      const events = await right(world.persistence.outbox.claim(50, world.clock.now(), world.clock.now()))
      for (const { id } of events) await right(world.persistence.outbox.done(id, world.clock.now()))
      return events.filter(({ event }) => event.aggregate === 'reservation').map(({ event }) => event.type)
    }
    const resume = () =>
      resumeSuspended({
        work: world.persistence.work,
        queries: world.persistence.queries.reservations,
        clock: world.clock,
      })

    it('R6.2 suspended it keeps its place, is passed over, and goes on by itself, once', async () => {
      await told()
      const paused = await change('user', first, { suspended_until: '2026-11-25' })
      expect(paused.status, paused.text).to.equal(200)
      expect(paused.data).to.include({
        status: 'suspended',
        suspended_until: '2026-11-25',
        queue_position: null,
      })
      expect(await shown(first)).to.deep.equal(paused.data)
      expect(await shown(second)).to.include({ queue_position: 1 })
      expect(await told()).to.deep.equal(['ReservationSuspended'])
      expect(nextStepOf(await scan())).to.deep.include({ action: 'hold', reservation_id: second })
      world.clock.days(3)
      expect(await right(resume())).to.deep.equal({ done: 0, skipped: 1, failed: 0 })
      expect(await shown(first)).to.include({ status: 'suspended' })
      // The day begins at 23:00 UTC where it is fetched.
      world.clock.minutes(13 * 60)
      const runs = await Promise.all([right(resume()), right(resume())])
      expect(runs.map(({ done }) => done).sort()).to.deep.equal([0, 1])
      expect(runs.map(({ failed }) => failed)).to.deep.equal([0, 0])
      expect(await right(resume())).to.deep.equal({ done: 0, skipped: 0, failed: 0 })
      expect(await shown(first)).to.include({ status: 'waiting', suspended_until: null, queue_position: 1 })
      expect((await told()).filter(type => type === 'ReservationResumed')).to.have.length(1)
    })

    it('null lets it go on at once, in its old place', async () => {
      await change('user', first, { suspended_until: '2026-11-25' })
      const resumed = await change('user', first, { suspended_until: null })
      expect(resumed.data).to.include({ status: 'waiting', suspended_until: null, queue_position: 1 })
      expect(await shown(second)).to.include({ queue_position: 2 })
    })

    it('R6.2 staff move it in its queue, its owner does not', async () => {
      expectRefusal(await change('other', second, { priority: 5 }), 403, 'PERMISSION_DENIED', {
        permission: 'reservation:prioritise',
      })
      expectRefusal(await change('stranger', second, { priority: 5 }), 403, 'PERMISSION_DENIED')
      expect((await change('librarian', second, { priority: 5 })).data).to.include({
        priority: 5,
        queue_position: 1,
      })
      expect(await shown(first)).to.include({ queue_position: 2 })
      expect(nextStepOf(await scan())).to.deep.include({ action: 'hold', reservation_id: second })
    })

    it('R6.3 it is fetched only where reservations are fetched', async () => {
      const moved = await change('user', first, { branch_id: world.there })
      expect(moved.data).to.include({ branch_id: world.there, status: 'waiting', queue_position: 1 })
      expect(nextStepOf(await scan())).to.deep.equal({
        action: 'transfer',
        branch_id: world.there,
        reservation_id: first,
      })
      await as('admin', 'PUT', `/branches/${world.there}`, { pickup: false })
      for (const branch_id of [99, world.there]) {
        const refused = await change('other', second, { branch_id })
        expectRefusal(refused, 422, 'RESERVATION_REFUSED')
        expect(rulesOf(refused)).to.deep.equal(['pickup-branch'])
      }
      // Where it is fetched already is no change.
      expect((await change('user', first, { branch_id: world.there })).status).to.equal(200)
    })

    it('ready, it is sent on to the new branch, and told anew when it stands there', async () => {
      await scan()
      const { status, ready_until } = (await shown(first)) as Readonly<Record<string, unknown>>
      expect(status).to.equal('ready')
      await told()
      expectRefusal(await change('user', first, { suspended_until: '2026-12-24' }), 409, 'CONFLICT')
      const moved = await change('user', first, { branch_id: world.there })
      expect(moved.data).to.include({
        status: 'in_transit',
        branch_id: world.there,
        book_copy_id: world.copies[0]!.id,
        // Set once, however often it is sent to and fro (R6.5).
        ready_until,
        notification_sent: false,
      })
      expect(await told()).to.deep.equal(['ReservationChanged', 'ReservationSent'])
      expect((await as('admin', 'GET', `/copies/${world.copies[0]!.id}`)).data).to.include({
        status: 'in_transit',
      })
      expect(nextStepOf(await scan())).to.deep.include({ action: 'transfer', branch_id: world.there })
      // Under way it goes somewhere else again.
      await change('user', first, { branch_id: world.here })
      expect(nextStepOf(await scan(world.there))).to.deep.equal({
        action: 'transfer',
        branch_id: world.here,
        reservation_id: first,
      })
      expect(nextStepOf(await scan())).to.deep.include({ action: 'hold', reservation_id: first })
      expect(await shown(first)).to.include({ status: 'ready', ready_until, notification_sent: true })
      expect((await told()).filter(type => type === 'ReservationReady')).to.have.length(1)
      const { data } = await as('admin', 'POST', '/admin/consistency-check')
      expect(data).to.deep.include({ violations: [] })
    })

    it('R6.5 its last day is moved, and taken away', async () => {
      expect((await change('user', first, { expires_on: '2026-12-31' })).data).to.include({
        expires_on: '2026-12-31',
      })
      expect((await change('user', first, { expires_on: null })).data).to.include({ expires_on: null })
    })

    it('two librarians change one reservation: the second is told (If-Match)', async () => {
      const read = await as('librarian', 'GET', `/reservations/${first}`)
      const seen = { 'If-Match': read.headers.get('etag')! }
      const [one, two] = await Promise.all([
        change('librarian', first, { priority: 1 }, seen),
        change('admin', first, { priority: 2 }, seen),
      ])
      expect([one.status, two.status].sort()).to.deep.equal([200, 412])
      const late = await change('librarian', first, { suspended_until: '2026-12-24' }, seen)
      expectRefusal(late, 412, 'VERSION_MISMATCH')
      const now = { 'If-Match': (one.status === 200 ? one : two).headers.get('etag')! }
      expect((await change('librarian', first, { suspended_until: '2026-12-24' }, now)).status).to.equal(200)
    })

    it('what is so already writes nothing', async () => {
      const before = await as('user', 'GET', `/reservations/${first}`)
      await told()
      const same = await change('user', first, { branch_id: world.here, suspended_until: null })
      expect(same.headers.get('etag')).to.equal(before.headers.get('etag'))
      expect(await told()).to.deep.equal([])
    })

    it('one that has ended cannot be changed', async () => {
      await as('user', 'DELETE', `/reservations/${first}`)
      expectRefusal(await change('user', first, { suspended_until: null }), 409, 'CONFLICT')
      expectRefusal(await change('user', first, {}), 409, 'CONFLICT')
    })

    it('is refused to others, and for what it does not know', async () => {
      expectRefusal(await change('other', first, { suspended_until: '2026-12-24' }), 403, 'PERMISSION_DENIED')
      expectRefusal(await change('manager', first, { branch_id: world.there }), 403, 'PERMISSION_DENIED')
      expectRefusal(await change('user', 99, { suspended_until: null }), 404, 'NOT_FOUND')
      expectFaults(
        await change('user', first, { suspended_until: '2026-11-21' }),
        'suspended_until OUT_OF_RANGE',
      )
      expectFaults(await change('user', first, { expires_on: '2026-11-20' }), 'expires_on OUT_OF_RANGE')
      expectFaults(await change('user', first, { status: 'ready' }), 'status UNKNOWN_FIELD')
    })

    it('each act is in the audit (AUT-9)', async () => {
      await change('user', first, { suspended_until: '2026-11-22' })
      world.clock.days(2)
      await right(resume())
      await change('librarian', first, { priority: 4 })
      const rows = rowsOf(await as('admin', 'GET', `/audit?target=reservation:${first}&sort=id`))
      expect(
        rows.map(({ action, actor_role, before, after }) => [action, actor_role, before, after]),
      ).to.deep.equal([
        ['reservation.created', 'user', null, rows[0]!['after']],
        [
          'reservation.changed',
          'user',
          { status: 'waiting', suspended_until: null },
          { status: 'suspended', suspended_until: '2026-11-22' },
        ],
        [
          'reservation.changed',
          'system',
          { status: 'suspended', suspended_until: '2026-11-22' },
          { status: 'waiting', suspended_until: null },
        ],
        ['reservation.changed', 'librarian', { priority: 0 }, { priority: 4 }],
      ])
    })
  })
}
