/**
 * The edges of time over every storage: the server counts in UTC, each loan ends by the zone of its branch (circulation R1.2, R1.4,
 * R4.1).
 */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { idOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

/** 21 days by the default rule. */
const table: readonly (readonly [what: string, zone: string, lent: string, due: string])[] = [
  ['eight hours behind', 'America/Los_Angeles', '2026-11-21T10:00:00Z', '2026-12-12T23:59:59-08:00'],
  [
    'eight hours behind, the day before',
    'America/Los_Angeles',
    '2026-11-22T07:30:00Z',
    '2026-12-12T23:59:59-08:00',
  ],
  ['thirteen hours ahead', 'Pacific/Tongatapu', '2026-11-21T10:00:00Z', '2026-12-12T23:59:59+13:00'],
  [
    'thirteen hours ahead, the next day',
    'Pacific/Tongatapu',
    '2026-11-21T11:00:00Z',
    '2026-12-13T23:59:59+13:00',
  ],
  ['in quarter hours', 'Asia/Kathmandu', '2026-11-21T18:14:00Z', '2026-12-12T23:59:59+05:45'],
  ['in quarter hours, the next day', 'Asia/Kathmandu', '2026-11-21T18:15:00Z', '2026-12-13T23:59:59+05:45'],
  ['over the spring change', 'Europe/Berlin', '2027-03-10T14:00:00Z', '2027-03-31T23:59:59+02:00'],
  ['over the autumn change', 'Europe/Berlin', '2027-10-15T13:00:00Z', '2027-11-05T23:59:59+01:00'],
  ['before a day without midnight', 'Asia/Beirut', '2027-03-06T12:00:00Z', '2027-03-27T23:59:59+02:00'],
  ['on a day without midnight', 'Asia/Beirut', '2027-03-07T12:00:00Z', '2027-03-28T23:59:59+03:00'],
  ['before a day without midnight', 'America/Santiago', '2027-08-14T15:00:00Z', '2027-09-04T23:59:59-04:00'],
  ['on a day without midnight', 'America/Santiago', '2027-08-15T15:00:00Z', '2027-09-05T23:59:59-03:00'],
]

for (const backend of backends) {
  describe(`the edges of time on ${backend.name}`, () => {
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

    const until = (moment: string) => world.clock.minutes((Date.parse(moment) - world.clock.now()) / 60_000)

    /** Lent then and there, by a branch of the zone. */
    const lend = async (time_zone: string, lent: string) => {
      const branch = idOf(
        await as('admin', 'POST', '/branches', { name: time_zone, time_zone }),
      ) as typeof world.here
      await addCopyOf(world.api.deps, world.bookId, branch, 'Z-1')
      until(lent)
      const reply = await as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'Z-1' })
      expect(reply.status, reply.text).to.equal(201)
      return reply
    }

    for (const [what, zone, lent, due] of table) {
      it(`R1.2 ${what}: lent at ${lent} in ${zone} it is due ${due}`, async () => {
        expect((await lend(zone, lent)).data).to.deep.include({
          due_date: new Date(due).toISOString(),
          due_zone: zone,
        })
      })

      it(`R4.1 ${what}, lent at ${lent} in ${zone}: free to its last millisecond, then a day late`, async () => {
        const overdueFrom = Date.parse(due) + 1000
        const id = idOf(await lend(zone, lent))
        until(new Date(overdueFrom + 60_000).toISOString())
        const late = await as('librarian', 'GET', `/borrowings/${id}`)
        expect(late.data).to.deep.include({ status: 'overdue', days_overdue: 1 })
        // Brought back to the branch of another zone, through its book drop.
        const back = await as('librarian', 'POST', '/returns', {
          barcode: 'Z-1',
          branch_id: world.here,
          returned_at: new Date(overdueFrom - 1).toISOString(),
        })
        expect(back.data, back.text).to.deep.include({ fine: null, days_overdue: 0 })
      })
    }

    it('R4.1 due in one zone and returned in another: the first moment of the next day where it is due costs a day', async () => {
      await lend('Pacific/Tongatapu', '2026-11-21T10:00:00Z')
      // In Berlin it is noon of the due day.
      until('2026-12-12T11:00:00Z')
      const back = await as('librarian', 'POST', '/returns', { barcode: 'Z-1', branch_id: world.here })
      const { fine } = back.data as { readonly fine: { readonly amount: object } }
      expect(fine.amount).to.deep.equal({ amount: 25, currency: 'EUR' })
      expect(back.data).to.deep.include({ days_overdue: 1 })
    })

    it('R1.4 a branch that is never open lends, with a warning', async () => {
      const { meta } = await lend('UTC', '2026-11-21T10:00:00Z')
      const { warnings } = meta as { readonly warnings: readonly { readonly rule: string }[] }
      expect(warnings.map(({ rule }) => rule)).to.deep.equal(['opening-hours'])
    })
  })
}
