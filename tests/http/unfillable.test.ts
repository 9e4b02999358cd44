/** R6.7 over every storage: the last copy goes, and one comes again. */
import { expect } from 'chai'
import { noticeOf } from '../../core/notices/notice.ts'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { idOf, rowsOf } from './support/client.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`R6.7 reservations that nothing can fill on ${backend.name}`, () => {
    let world: World
    let first: number
    let second: number
    beforeEach(async () => {
      world = await aWorld({}, backend)
      ;[first, second] = [await reserve('user'), await reserve('other')]
      await as('other', 'PUT', `/reservations/${second}`, { suspended_until: '2026-12-24' })
      await told()
    })
    afterEach(closeAll)

    type Person = keyof World['tokens']
    const as = (who: Person, method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })
    const reserve = async (who: Person) =>
      idOf(await as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here }))
    const copy = (index: 0 | 1) => `/copies/${world.copies[index]!.id}`
    const marks = async () =>
      rowsOf(await as('librarian', 'GET', '/reservations?sort=id')).map(row => [
        row['status'],
        row['unfillable'],
      ])
    /** The events of reservations, with what their members are told. */
    const told = async () => {
      world.clock.minutes(2)
      const events = await right(world.persistence.outbox.claim(50, world.clock.now(), world.clock.now()))
      for (const { id } of events) await right(world.persistence.outbox.done(id, world.clock.now()))
      return events
        .filter(({ event }) => event.aggregate === 'reservation')
        .map(({ id, event }) => [event.type, event.aggregateId, noticeOf(id, event)?.kind ?? null])
    }
    const marked = (type: string, notice: string | null) => [
      [type, first, notice],
      [type, second, notice],
    ]
    const hopeless = [
      ['waiting', true],
      ['suspended', true],
    ]
    const hopeful = [
      ['waiting', false],
      ['suspended', false],
    ]

    it('the last copy withdrawn marks them, and tells their members once', async () => {
      await as('admin', 'DELETE', copy(0))
      expect(await marks()).to.deep.equal(hopeful)
      await as('admin', 'DELETE', copy(1))
      expect(await marks()).to.deep.equal(hopeless)
      expect(await told()).to.deep.equal(marked('ReservationUnfillable', 'reservation_unfillable'))
      const shown = await as('user', 'GET', `/reservations/${first}`)
      expect(shown.data).to.include({ queue_position: 1, expected_availability: null })
      await as('admin', 'PUT', copy(1), { location: 'Cellar' })
      expect(await marks()).to.deep.equal(hopeless)
      expect(await told()).to.deep.equal([])
    })

    it('the last copy missing marks them; in the workshop, damaged or on loan it may still come', async () => {
      await as('admin', 'DELETE', copy(0))
      for (const change of [{ status: 'maintenance' }, { condition: 'damaged' }]) {
        await as('librarian', 'PUT', copy(1), change)
        expect(await marks()).to.deep.equal(hopeful)
      }
      await as('librarian', 'PUT', copy(1), { status: 'missing' })
      expect(await marks()).to.deep.equal(hopeless)
      // It is scanned at the desk after all: kept for the first in line, and the next may hope.
      await as('librarian', 'PUT', copy(1), { condition: 'good' })
      await as('librarian', 'POST', '/returns', { barcode: 'C-2', branch_id: world.here })
      expect((await marks())[0]).to.deep.equal(['ready', false])
    })

    it('a new copy takes the marks away', async () => {
      for (const index of [0, 1] as const) await as('admin', 'DELETE', copy(index))
      await told()
      await addCopyOf(world.api.deps, world.bookId, world.there, 'C-3')
      expect(await marks()).to.deep.equal([
        ['in_transit', false],
        ['suspended', false],
      ])
      expect(await told()).to.deep.equal([
        ['ReservationSent', first, null],
        ['ReservationFillable', second, null],
      ])
    })

    it('and so does one that is put back on its shelf', async () => {
      await as('user', 'PUT', `/reservations/${first}`, { suspended_until: '2026-12-24' })
      for (const index of [0, 1] as const) await as('admin', 'DELETE', copy(index))
      await told()
      await as('admin', 'PUT', copy(0), { status: 'available' })
      expect(await marks()).to.deep.equal([
        ['suspended', false],
        ['suspended', false],
      ])
      expect(await told()).to.deep.equal(marked('ReservationFillable', null))
    })
  })
}
