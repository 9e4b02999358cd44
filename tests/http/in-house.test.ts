/** R3.5 over every storage: a copy that nobody borrowed was used in the house, and is counted. */
import { expect } from 'chai'
import { noticeOf } from '../../core/notices/notice.ts'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { expectRefusal, rowsOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`R3.5 use in the house on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    /** With a token of now, however far the clock has gone on. */
    const as = async (who: keyof World['tokens'], method: string, path: string, body?: object) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    }
    const scan = async (rest: object = {}) => {
      const reply = await as('librarian', 'POST', '/returns', {
        barcode: 'C-1',
        branch_id: world.here,
        ...rest,
      })
      expect(reply.status, reply.text).to.equal(200)
      return reply.data as Record<string, unknown>
    }
    const uses = async () => {
      const reply = await as('librarian', 'GET', `/copies/${world.copies[0]!.id}/in-house-uses?sort=id`)
      expect(reply.meta).to.include({ total: rowsOf(reply).length })
      return rowsOf(reply)
    }
    const lend = () =>
      as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1' }).then(reply =>
        expect(reply.status, reply.text).to.equal(201),
      )

    it('R3.5 free and at home it is counted, audited and told', async () => {
      expect(await scan()).to.deep.equal({
        fine: null,
        borrowing: null,
        already_returned: false,
        in_house_use: true,
        next_step: { action: 'reshelve', branch_id: world.here, reservation_id: null },
      })
      expect(await uses()).to.deep.equal([
        {
          id: 1,
          book_copy_id: world.copies[0]!.id,
          branch_id: world.here,
          used_at: '2026-11-21T10:00:00.000Z',
          librarian_id: world.ids.librarian,
        },
      ])
      expect(rowsOf(await as('admin', 'GET', '/audit?action=copy.used_in_house'))).to.have.length(1)
      world.clock.minutes(1)
      const events = await right(world.persistence.outbox.claim(50, world.clock.now(), world.clock.now()))
      const told = events.filter(({ event }) => event.type === 'CopyUsedInHouse')
      expect(told.map(({ event }) => event.payload)).to.deep.equal([
        { copyId: world.copies[0]!.id, bookId: world.bookId, branchId: world.here },
      ])
      expect(told.map(({ id, event }) => noticeOf(id, event))).to.deep.equal([null])
      const { data } = await as('admin', 'GET', `/copies/${world.copies[0]!.id}`)
      expect(data).to.include({ status: 'available', version: 1 })
    })

    it('R3.5 two scans within a minute are one use', async () => {
      expect(await scan()).to.include({ in_house_use: true })
      expect(await scan()).to.include({ in_house_use: false })
      world.clock.minutes(0.9)
      expect(await scan()).to.include({ in_house_use: false })
      world.clock.minutes(0.1)
      expect(await scan()).to.include({ in_house_use: true })
      expect(await uses()).to.have.length(2)
    })

    it('R3.1, R3.5 a return that is scanned twice is no use; lying about later it is one', async () => {
      await lend()
      expect(await scan()).to.include({ already_returned: false, in_house_use: false })
      expect(await scan()).to.include({ already_returned: true, in_house_use: false })
      world.clock.minutes(30)
      expect(await scan()).to.include({ already_returned: true, in_house_use: true, borrowing: null })
      expect(await uses()).to.have.length(1)
    })

    it('R3.2, R3.5 of a return from the book drop neither the drop nor the scan is a use', async () => {
      await lend()
      world.clock.minutes(60)
      const dropped = new Date(world.clock.now() - 40 * 60_000).toISOString()
      await scan({ returned_at: dropped })
      expect(await scan()).to.include({ in_house_use: false })
      expect(await scan({ returned_at: dropped })).to.include({ in_house_use: false })
      expect(await uses()).to.be.empty
    })

    it('R3.5 it counts at its scan, whatever is said of when it came back', async () => {
      for (const returned_at of ['2030-01-01T00:00:00Z', '0001-01-01T00:00:00Z']) {
        await scan({ returned_at })
        world.clock.minutes(1)
      }
      expect((await uses()).map(({ used_at }) => used_at)).to.deep.equal([
        '2026-11-21T10:00:00.000Z',
        '2026-11-21T10:01:00.000Z',
      ])
    })

    it('R3.5, R3.8 elsewhere it goes home, and its arrival is no use', async () => {
      expect(await scan({ branch_id: world.there })).to.deep.include({
        in_house_use: false,
        next_step: { action: 'transfer', branch_id: world.here, reservation_id: null },
      })
      expect(await scan()).to.deep.include({
        in_house_use: false,
        next_step: { action: 'reshelve', branch_id: world.here, reservation_id: null },
      })
      // Nor is the same hand's second scan of it.
      world.clock.minutes(0.9)
      expect(await scan()).to.include({ in_house_use: false })
      expect(await uses()).to.be.empty
      world.clock.minutes(0.1)
      expect(await scan()).to.include({ in_house_use: true })
    })

    it('R3.5, CIR-12 the arrival of what a desk scanned offline counts at its own time', async () => {
      await scan({ branch_id: world.there })
      const at = world.clock.now()
      world.clock.minutes(120)
      const operations = [0, 0.5, 60].map((minutes, index) => ({
        client_id: `a${String(index)}`,
        at: new Date(at + minutes * 60_000).toISOString(),
        type: 'return',
        barcode: 'C-1',
        branch_id: world.here,
      }))
      const reply = await as('librarian', 'POST', '/offline', { operations })
      expect(rowsOf(reply).map(row => row['in_house_use'])).to.deep.equal([false, false, true])
    })

    it('R3.5, R6.3 what is fetched from the shelf for somebody is no use', async () => {
      await as('user', 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
      expect(await scan())
        .to.deep.include({ in_house_use: false })
        .and.nested.include({ 'next_step.action': 'hold' })
      expect(await scan()).to.include({ in_house_use: false })
      expect(await uses()).to.be.empty
    })

    it('R2.5, R3.5 a missing one that turned up is no use', async () => {
      await as('librarian', 'POST', `/copies/${world.copies[0]!.id}/missing`)
      expect(await scan()).to.include({ in_house_use: false })
      expect(await scan()).to.include({ in_house_use: false })
      expect(await uses()).to.be.empty
      world.clock.minutes(1)
      expect(await scan()).to.include({ in_house_use: true })
    })

    it('R3.5 a copy that is used and damaged is counted, and its condition kept', async () => {
      expect(await scan({ condition: 'damaged' })).to.include({ in_house_use: true })
      const { data } = await as('admin', 'GET', `/copies/${world.copies[0]!.id}`)
      expect(data).to.include({ status: 'available', condition: 'damaged' })
    })

    it('R3.5, CIR-12 what a desk scanned offline counts at its own time', async () => {
      const at = new Date(world.clock.now() - 3_600_000).toISOString()
      const operation = { client_id: 'a', at, type: 'return', barcode: 'C-1', branch_id: world.here }
      const reply = await as('librarian', 'POST', '/offline', {
        operations: [operation, { ...operation, client_id: 'b' }],
      })
      expect(rowsOf(reply).map(row => [row['status'], row['in_house_use']])).to.deep.equal([
        ['applied', true],
        ['applied', false],
      ])
      expect((await uses()).map(({ used_at }) => used_at)).to.deep.equal([at])
    })

    it('R3.5 the uses of a copy that is not there are not found; they are for the staff', async () => {
      expectRefusal(await as('librarian', 'GET', '/copies/99/in-house-uses'), 404, 'NOT_FOUND')
      const path = `/copies/${world.copies[0]!.id}/in-house-uses`
      expectRefusal(await as('user', 'GET', path), 403, 'PERMISSION_DENIED')
    })
  })
}
