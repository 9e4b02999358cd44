/** R6.3 over every storage: what becomes of a reservation of what stands on the shelf, by `reservations_when_on_shelf`. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectRefusal } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Mode = 'allow' | 'refuse' | 'allow_if_none_at_pickup'
type Where = 'here' | 'there'

/** Two copies live in the branch `here`; so many of them are lent. What comes of it: null, or how many stand in the way. */
const cases: readonly (readonly [mode: Mode, lent: 0 | 1 | 2, pickup: Where, standing: number | null])[] = [
  ['allow', 0, 'here', null],
  ['allow', 2, 'here', null],
  ['refuse', 0, 'here', 2],
  ['refuse', 0, 'there', 2],
  ['refuse', 1, 'there', 1],
  ['refuse', 2, 'here', null],
  ['allow_if_none_at_pickup', 0, 'here', 2],
  ['allow_if_none_at_pickup', 1, 'here', 1],
  ['allow_if_none_at_pickup', 0, 'there', null],
  ['allow_if_none_at_pickup', 2, 'here', null],
]

for (const backend of backends) {
  describe(`R6.3 reserving what stands on the shelf on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = (who: keyof World['tokens'], method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })

    const goBy = async (mode: Mode) => {
      const table = await as('admin', 'GET', '/circulation-rules')
      const [row] = (table.data as { readonly rows: readonly { readonly values: object }[] }).rows
      const put = await world.call('PUT', '/circulation-rules', {
        token: world.tokens.admin,
        body: { rows: [{ ...row, values: { ...row!.values, reservations_when_on_shelf: mode } }] },
        headers: { 'If-Match': '*' },
      })
      expect(put.status, put.text).to.equal(200)
    }
    const lend = async (count: number) => {
      for (const [index, who] of (['other', 'manager'] as const).slice(0, count).entries()) {
        const body = { user_id: world.ids[who], barcode: world.copies[index]!.barcode }
        expect((await as('librarian', 'POST', '/borrowings', body)).status).to.equal(201)
      }
    }
    const reserve = (branch_id: number, rest: object = {}, who: keyof World['tokens'] = 'user') =>
      as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id, ...rest })
    const expectOnShelf = (reply: Reply, actual: number) => {
      expectRefusal(reply, 422, 'RESERVATION_REFUSED', [
        {
          rule: 'on-shelf',
          verdict: 'fail',
          kind: 'overridable',
          message: 'What stands on the shelf must be fetched from there',
          limit: 0,
          actual,
        },
      ])
    }

    for (const [mode, lent, pickup, standing] of cases) {
      const what = `${mode}, ${String(lent)} of 2 lent, fetched ${pickup}`
      it(`R6.3 ${what}: ${standing === null ? 'reserved' : 'refused'}`, async () => {
        await goBy(mode)
        await lend(lent)
        const reply = await reserve(world[pickup])
        if (standing !== null) {
          expectOnShelf(reply, standing)
          return
        }
        expect(reply.status, reply.text).to.equal(201)
        expect(reply.data).to.include({ status: 'waiting', queue_position: 1 })
        // The copies stay free, and whoever takes one to the desk first has it.
        const { data } = await world.call('GET', `/books/${world.bookId}`)
        expect(data).to.include({ available_copies: 2 - lent })
      })
    }

    it('R6.3 what is kept for another, or under way, stands on no shelf', async () => {
      await reserve(world.here, {}, 'other')
      const scan = (barcode: string, branch_id: number) =>
        as('librarian', 'POST', '/returns', { barcode, branch_id })
      await scan('C-1', world.here)
      await scan('C-2', world.there)
      await goBy('refuse')
      expect((await reserve(world.here)).status).to.equal(201)
    })

    it('R6.3, R2.1 it gives way to staff with a reason, which is recorded', async () => {
      await goBy('refuse')
      const override = { rules: ['on-shelf'], reason: 'He is in a wheelchair' }
      const body = { user_id: world.ids.user, override }
      expectRefusal(await reserve(world.here, { override }), 403, 'PERMISSION_DENIED')
      const reply = await reserve(world.here, body, 'librarian')
      expect(reply.status, reply.text).to.equal(201)
      const audit = await as('admin', 'GET', '/audit?action=reservation.created')
      expect((audit.data as readonly Record<string, unknown>[])[0]!['after']).to.deep.include({
        overridden_rules: ['on-shelf'],
        override_reason: 'He is in a wheelchair',
      })
    })
  })
}
