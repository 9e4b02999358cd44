/** Closed days and exceptional openings over every storage (circulation R1.4). */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`closures on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = (who: keyof World['tokens'], method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })
    const path = () => `/branches/${world.here}/closures`
    const close = (body: object, who: keyof World['tokens'] = 'manager') =>
      as(who, 'POST', path(), { reason: 'Painters', ...body })
    /** What a checkout of now would be due, as the dry run says. */
    const due = async () => {
      const { data } = await as('librarian', 'GET', `/users/${world.ids.user}/eligibility?barcode=C-1`)
      return (data as { readonly due_date: string | null }).due_date
    }

    it('are added for a day or a stretch, shown to everybody, and taken out again', async () => {
      const day = await close({ date: '2026-12-24', yearly: true })
      expect(day.status, day.text).to.equal(201)
      expect(day.headers.get('location')).to.equal(`/api/v1${path()}/${idOf(day)}`)
      expect(day.data).to.deep.equal({
        id: idOf(day),
        branch_id: world.here,
        from: '2026-12-24',
        to: '2026-12-24',
        yearly: true,
        open: [],
        reason: 'Painters',
        created_at: '2026-11-21T10:00:00.000Z',
        version: 1,
      })
      const open = [
        ['14:00', '24:00'],
        ['09:00', '12:00'],
      ]
      const fair = await close({ from: '2026-12-05', to: '2026-12-06', open, reason: 'The fair' })
      expect(fair.data).to.deep.include({
        from: '2026-12-05',
        to: '2026-12-06',
        yearly: false,
        open: [...open].reverse(),
        reason: 'The fair',
      })
      const list = await world.call('GET', path())
      expect(rowsOf(list)).to.deep.equal([fair.data, day.data])
      expect((await as('manager', 'DELETE', `${path()}/${idOf(day)}`)).data).to.equal(null)
      expect(rowsOf(await world.call('GET', path()))).to.deep.equal([fair.data])
      expectRefusal(await as('manager', 'DELETE', `${path()}/${idOf(day)}`), 404, 'NOT_FOUND', {
        resource: 'closure',
        id: idOf(day),
      })
    })

    it('R1.3, R1.4 count at once for what is lent from then on, and for nothing that is out', async () => {
      const hours_of_operation = Object.fromEntries(
        ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map(day => [
          day,
          [['09:00', '18:00']],
        ]),
      )
      await as('manager', 'PUT', `/branches/${world.here}`, { hours_of_operation })
      // 21 days from 21 November.
      expect(await due()).to.equal('2026-12-12T22:59:59.000Z')
      const lent = await as('librarian', 'POST', '/borrowings', { user_id: world.ids.other, barcode: 'C-2' })
      const painters = idOf(await close({ from: '2026-12-10', to: '2026-12-14' }))
      expect(await due()).to.equal('2026-12-15T22:59:59.000Z')
      await close({ date: '2026-12-13', open: [['10:00', '14:00']], reason: 'Advent' })
      expect(await due()).to.equal('2026-12-13T22:59:59.000Z')
      await as('manager', 'DELETE', `${path()}/${painters}`)
      expect(await due()).to.equal('2026-12-12T22:59:59.000Z')
      const { data } = await as('librarian', 'GET', `/borrowings/${idOf(lent)}`)
      expect(data).to.deep.include({ due_date: '2026-12-12T22:59:59.000Z' })
    })

    it('are of the branch alone: another manager has nothing to say of it', async () => {
      expectRefusal(await close({ date: '2026-12-24' }, 'stranger'), 403, 'PERMISSION_DENIED')
      const closure = idOf(await close({ date: '2026-12-24' }))
      expectRefusal(await as('stranger', 'DELETE', `${path()}/${closure}`), 403, 'PERMISSION_DENIED')
      const elsewhere = `/branches/${world.there}/closures/${closure}`
      expectRefusal(await as('admin', 'DELETE', elsewhere), 404, 'NOT_FOUND', {
        resource: 'closure',
        id: closure,
      })
      expectRefusal(
        await as('admin', 'POST', '/branches/99/closures', { date: '2026-12-24', reason: 'x' }),
        404,
        'NOT_FOUND',
      )
      expectRefusal(await world.call('GET', '/branches/99/closures'), 404, 'NOT_FOUND')
    })

    it('are refused with what is wrong', async () => {
      const [date, from, to] = ['2026-12-24', '2026-12-24', '2026-12-26']
      expectFaults(await close({}), 'date REQUIRED')
      expectFaults(await close({ date, reason: '' }), 'reason REQUIRED')
      expectFaults(await close({ from }), 'to REQUIRED')
      expectFaults(await close({ to }), 'from REQUIRED')
      expectFaults(await close({ date, from, to }), 'from EXCLUSIVE')
      expectFaults(await close({ date, to }), 'to EXCLUSIVE')
      expectFaults(await close({ from: to, to: from }), 'to OUT_OF_RANGE')
      expectFaults(await close({ from: '2026-01-01', to: '2027-01-01', yearly: true }), 'to OUT_OF_RANGE')
      expectFaults(await close({ date: '2026-02-29' }), 'date INVALID_DAY')
      expectFaults(await close({ date, open: [['14:00', '10:00']] }), 'open.0 INVALID_HOURS')
      expectFaults(await close({ date, open: [['10:00', '10:00']] }), 'open.0 INVALID_HOURS')
      expectFaults(await close({ date, open: [['24:00', '24:00']] }), 'open.0 INVALID_HOURS')
      expectFaults(await close({ date, open: [['10:00', '24:30']] }), 'open.0.1 INVALID_HOURS')
      const overlapping = [
        ['10:00', '14:00'],
        ['13:00', '16:00'],
      ]
      expectFaults(await close({ date, open: overlapping }), 'open INVALID_HOURS')
      expectFaults(await close({ date, branch_id: 1 }), 'branch_id UNKNOWN_FIELD')
      expect(rowsOf(await world.call('GET', path()))).to.be.empty
    })

    it('R1.4 two that say something else of one day are refused, naming the other', async () => {
      const first = idOf(await close({ date: '2026-12-24', open: [['10:00', '14:00']] }))
      const twice = await close({ from: '2026-12-20', to: '2026-12-24', open: [['10:00', '18:00']] })
      expectRefusal(twice, 409, 'CONFLICT', { closure_id: first })
      expect((await close({ from: '2026-12-20', to: '2026-12-24' })).status).to.equal(201)
    })

    it('are taken out in the version that was meant', async () => {
      const added = await close({ date: '2026-12-24' })
      const remove = (version: string) =>
        world.call('DELETE', `${path()}/${idOf(added)}`, {
          token: world.tokens.manager,
          headers: { 'If-Match': version },
        })
      expectRefusal(await remove('"7-0123456789abcdefghijkl"'), 412, 'VERSION_MISMATCH')
      expect((await remove(added.headers.get('etag') ?? '')).status).to.equal(200)
    })

    it('stand in the audit', async () => {
      const closure = idOf(await close({ date: '2026-12-24' }))
      await as('admin', 'DELETE', `${path()}/${closure}`)
      const rows = rowsOf(await as('admin', 'GET', `/audit?target=closure:${closure}&sort=id`))
      const what = {
        branch_id: world.here,
        from: '2026-12-24',
        to: '2026-12-24',
        yearly: false,
        open: [],
        reason: 'Painters',
      }
      expect(
        rows.map(({ action, actor_id, before, after }) => [action, actor_id, before, after]),
      ).to.deep.equal([
        ['closure.created', world.ids.manager, null, what],
        ['closure.deleted', world.ids.admin, what, null],
      ])
    })
  })
}
