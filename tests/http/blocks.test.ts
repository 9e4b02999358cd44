/** Manual blocks over every storage: set, looked at, met, overridden, lifted (circulation R2.2). */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, idOf, rowsOf, rulesOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`manual blocks on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = (who: keyof World['tokens'], method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })
    const path = () => `/users/${world.ids.user}/blocks`
    const block = (body: object = {}) => as('librarian', 'POST', path(), { reason: 'A stolen card', ...body })
    const lend = (body: object = {}, who: keyof World['tokens'] = 'librarian') =>
      as(who, 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1', ...body })
    const standing = (actual: number) => ({
      rule: 'manual-block',
      verdict: 'fail',
      kind: 'overridable',
      message: 'The staff must not have blocked the member',
      limit: 0,
      actual,
    })

    /** A library without opening hours is told of beside, which is another rule's. */
    const expectStanding = (reply: Reply, actual: number) => {
      expectRefusal(reply, 422, 'CHECKOUT_REFUSED')
      expect(reply.error?.details).to.deep.include(standing(actual))
      expect(rulesOf(reply)).to.have.members(['manual-block', 'opening-hours'])
    }

    it('are set with a reason, by whom and when, and are listed', async () => {
      const reply = await block({ expires_on: '2026-12-31', actions: ['reserve', 'checkout', 'reserve'] })
      expect(reply.status, reply.text).to.equal(201)
      expect(reply.headers.get('location')).to.equal(`/api/v1${path()}/${idOf(reply)}`)
      expect(reply.data).to.deep.equal({
        id: idOf(reply),
        user_id: world.ids.user,
        reason: 'A stolen card',
        actions: ['checkout', 'reserve'],
        expires_on: '2026-12-31',
        created_by: world.ids.librarian,
        created_at: '2026-11-21T10:00:00.000Z',
        version: 1,
      })
      world.clock.minutes(1)
      const other = await block()
      expect(other.data).to.deep.include({ actions: ['checkout', 'renew', 'reserve'], expires_on: null })
      const list = await as('manager', 'GET', path())
      expect(rowsOf(list)).to.deep.equal([other.data, reply.data])
      expect(list.meta).to.include({ total: 2 })
    })

    it('R2.2 several at once: each stands in the way until it is lifted itself', async () => {
      const [first, second] = [idOf(await block()), idOf(await block({ reason: 'He shouted' }))]
      expectStanding(await lend(), 2)
      expectStanding(await lend({ user_id: undefined }, 'user'), 2)
      expect((await as('librarian', 'DELETE', `${path()}/${first}`)).data).to.equal(null)
      expectStanding(await lend(), 1)
      expect((await as('librarian', 'DELETE', `${path()}/${second}`)).status).to.equal(200)
      expect((await lend()).status).to.equal(201)
      expect(rowsOf(await as('librarian', 'GET', path()))).to.be.empty
    })

    it('R2.2 refuse a renewal and a reservation too, and the dry run tells of it', async () => {
      const loan = idOf(await lend())
      await block()
      expectRefusal(
        await as('librarian', 'POST', `/books/${world.bookId}/reserve`, {
          user_id: world.ids.user,
          branch_id: world.here,
        }),
        422,
        'RESERVATION_REFUSED',
      )
      world.clock.minutes(14 * 60)
      const token = await freshToken(world, 'librarian')
      const renewal = await world.call('PUT', `/borrowings/${loan}/renew`, { token })
      expectRefusal(renewal, 422, 'RENEWAL_REFUSED')
      // Beside it stands the warning that the branch never opens (R1.4).
      const details = renewal.error?.details as readonly { readonly kind: string }[]
      expect(details.filter(({ kind }) => kind !== 'warning')).to.deep.equal([standing(1)])
      for (const question of [
        `barcode=C-2`,
        `action=renew&borrowing_id=${loan}`,
        'action=reserve&book_id=1',
      ]) {
        const { data, text } = await world.call('GET', `/users/${world.ids.user}/eligibility?${question}`, {
          token,
        })
        expect(data, text).to.deep.include({ allowed: false })
        expect((data as { readonly rules: readonly object[] }).rules).to.deep.include(standing(1))
      }
    })

    it('of one act leaves the others free', async () => {
      await block({ actions: ['reserve'] })
      expect((await lend()).status).to.equal(201)
    })

    it('count to the end of their last day', async () => {
      await block({ expires_on: '2026-11-21' })
      expectRefusal(await lend(), 422, 'CHECKOUT_REFUSED')
      // Half past midnight in Berlin, and by the tokens of that time.
      world.clock.minutes(13 * 60 + 30)
      const token = await freshToken(world, 'librarian')
      const body = { user_id: world.ids.user, barcode: 'C-1' }
      expect((await world.call('POST', '/borrowings', { token, body })).status).to.equal(201)
    })

    it('give way to staff with a reason, all at once', async () => {
      await block()
      await block()
      const override = { rules: ['manual-block'], reason: 'He brought the card' }
      const reply = await lend({ override })
      expect(reply.status, reply.text).to.equal(201)
      expect((reply.meta as { readonly warnings: readonly object[] }).warnings).to.deep.include(standing(2))
      expectRefusal(
        await lend({ barcode: 'C-2', user_id: undefined, override }, 'user'),
        403,
        'PERMISSION_DENIED',
      )
    })

    it('are refused with what is wrong', async () => {
      expectFaults(await block({ reason: ' ' }), 'reason REQUIRED')
      expectFaults(await block({ actions: [] }), 'actions OUT_OF_RANGE')
      expectFaults(await block({ actions: ['pay'] }), 'actions.0 UNKNOWN_VALUE')
      expectFaults(await block({ expires_on: '2026-02-30' }), 'expires_on INVALID_DAY')
      expectFaults(await block({ expires_on: '2026-11-19' }), 'expires_on OUT_OF_RANGE')
      expectFaults(await block({ created_by: 1 }), 'created_by UNKNOWN_FIELD')
      expectRefusal(await as('librarian', 'POST', '/users/99/blocks', { reason: 'x' }), 404, 'NOT_FOUND', {
        resource: 'user',
        id: 99,
      })
    })

    it('one that is not there, or another member’s, is not lifted', async () => {
      const set = idOf(await block())
      for (const [of, which] of [
        [path(), 99],
        [path(), 'nonsense'],
        [`/users/${world.ids.other}/blocks`, set],
      ] as const) {
        expectRefusal(await as('librarian', 'DELETE', `${of}/${which}`), 404, 'NOT_FOUND', {
          resource: 'block',
          id: which,
        })
      }
      const gone = `${path()}/${set}`
      expect((await as('librarian', 'DELETE', gone)).status).to.equal(200)
      expectRefusal(await as('librarian', 'DELETE', gone), 404, 'NOT_FOUND')
    })

    it('are lifted in the version that was meant', async () => {
      const reply = await block()
      const [set, tag] = [`${path()}/${idOf(reply)}`, reply.headers.get('etag')]
      const lift = (version: string) =>
        world.call('DELETE', set, { token: world.tokens.librarian, headers: { 'If-Match': version } })
      expectRefusal(await lift('"7-0123456789abcdefghijkl"'), 412, 'VERSION_MISMATCH')
      expect((await lift(tag ?? '')).status).to.equal(200)
    })

    it('stand in the audit, set and lifted', async () => {
      const set = idOf(await block())
      await as('manager', 'DELETE', `${path()}/${set}`)
      const rows = rowsOf(await as('admin', 'GET', `/audit?target=block:${set}&sort=id`))
      const what = {
        user_id: world.ids.user,
        reason: 'A stolen card',
        actions: ['checkout', 'renew', 'reserve'],
        expires_on: null,
      }
      expect(
        rows.map(({ action, actor_id, before, after }) => [action, actor_id, before, after]),
      ).to.deep.equal([
        ['block.created', world.ids.librarian, null, what],
        ['block.deleted', world.ids.manager, what, null],
      ])
    })
  })
}
