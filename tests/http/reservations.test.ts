/** RES-1 to RES-4 over every storage: reserve, trap, fetch, give up, run out. */
import { expect } from 'chai'
import { expirePickups, expireReservations } from '../../core/circulation/use-cases/expire-reservations.ts'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { expectFaults, expectRefusal, idOf, rowsOf, rulesOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`reservations on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
      // One copy only: the queue is of one book on one shelf.
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
    })
    afterEach(closeAll)

    /** With a token of now, however far the clock has gone on. */
    const as = async (who: keyof World['tokens'], method: string, path: string, body?: object) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    }

    const reserve = (who: keyof World['tokens'], branch_id: number = world.here, rest: object = {}) =>
      as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id, ...rest })
    const lend = async (who: keyof World['tokens'] = 'librarian', barcode = 'C-1') => {
      const reply = await as('librarian', 'POST', '/borrowings', { user_id: world.ids[who], barcode })
      expect(reply.status, reply.text).to.equal(201)
      return idOf(reply)
    }
    const scan = (branch_id: number = world.here, rest: object = {}, barcode = 'C-1') =>
      as('librarian', 'POST', '/returns', { barcode, branch_id, ...rest })
    const nextStepOf = ({ data }: Reply) => (data as { readonly next_step: unknown }).next_step
    const reservation = async (id: number) => (await as('admin', 'GET', `/reservations/${id}`)).data
    const statusOf = async (id: number) => ((await reservation(id)) as { readonly status: string }).status
    const copyStatus = async (id: number = world.copies[0]!.id) =>
      ((await as('admin', 'GET', `/copies/${id}`)).data as { readonly status: string }).status
    const holdings = async () => {
      const { data } = await world.call('GET', `/books/${world.bookId}`)
      const { total_copies, available_copies } = data as Record<string, unknown>
      return [total_copies, available_copies]
    }
    const told = async (): Promise<readonly string[]> => {
      world.clock.minutes(5)
      const events = await right(world.persistence.outbox.claim(50, world.clock.now(), world.clock.now()))
      for (const { id } of events) await right(world.persistence.outbox.done(id, world.clock.now()))
      return events.filter(({ event }) => event.type === 'ReservationReady').map(({ event }) => event.type)
    }

    it('a member reserves what is out, and sees his place', async () => {
      await lend()
      const reply = await reserve('user', world.here, { expires_on: '2027-01-31' })
      expect(reply.status, reply.text).to.equal(201)
      const id = idOf(reply)
      expect(reply.headers.get('location')).to.equal(`/api/v1/reservations/${id}`)
      expect(reply.data).to.deep.equal({
        id,
        user_id: world.ids.user,
        book_id: world.bookId,
        branch_id: world.here,
        reservation_date: '2026-11-21T10:00:00.000Z',
        status: 'waiting',
        unfillable: false,
        priority: 0,
        queue_position: 1,
        expected_availability: '2026-12-12',
        expires_on: '2027-01-31',
        suspended_until: null,
        ready_until: null,
        book_copy_id: null,
        notification_sent: false,
      })
      const second = await reserve('other')
      // A loan period after the first of the queue.
      expect(second.data).to.include({ queue_position: 2, expected_availability: '2027-01-02' })
      expect(await reservation(id)).to.deep.equal(reply.data)
      expect(rowsOf(await as('user', 'GET', `/users/${world.ids.user}/reservations`))).to.deep.equal([
        reply.data,
      ])
      const all = await as('librarian', 'GET', `/reservations?book_id=${world.bookId}&status=waiting&sort=id`)
      expect(rowsOf(all).map(row => row['id'])).to.deep.equal([id, idOf(second)])
      expect(all.meta).to.include({ total: 2 })
    })

    it('a return at the pickup branch is kept for the first in the queue, who is told once (R3.3, R3.4)', async () => {
      const loan = await lend()
      const [first, second] = [idOf(await reserve('user')), idOf(await reserve('other'))]
      const back = await as('librarian', 'PUT', `/borrowings/${loan}/return`, {})
      expect(nextStepOf(back)).to.deep.equal({ action: 'hold', branch_id: world.here, reservation_id: first })
      expect(await reservation(first)).to.deep.include({
        status: 'ready',
        queue_position: null,
        book_copy_id: world.copies[0]!.id,
        notification_sent: true,
        // Without opening hours every day counts: the seventh after today, to its end.
        ready_until: '2026-11-28T22:59:59.000Z',
      })
      expect(await reservation(second)).to.include({ status: 'waiting', queue_position: 1 })
      expect(await copyStatus()).to.equal('kept')
      expect(await holdings()).to.deep.equal([1, 0])
      expect(await told()).to.have.length(1)
      const again = await scan()
      expect(again.status).to.equal(200)
      expect(nextStepOf(again)).to.deep.equal({
        action: 'hold',
        branch_id: world.here,
        reservation_id: first,
      })
      expect(again.data).to.include({ borrowing: null })
      expect(await told()).to.deep.equal([])
    })

    it('a kept copy goes to nobody else, and to him it fills his reservation (R2.4)', async () => {
      await lend()
      const id = idOf(await reserve('user'))
      await scan()
      const stranger = await as('librarian', 'POST', '/borrowings', {
        user_id: world.ids.other,
        barcode: 'C-1',
      })
      expectRefusal(stranger, 409, 'COPY_NOT_AVAILABLE')
      expect((await as('user', 'POST', '/borrowings', { book_id: world.bookId })).status).to.equal(201)
      expect(await statusOf(id)).to.equal('fulfilled')
      expect(await copyStatus()).to.equal('on_loan')
      expect(await holdings()).to.deep.equal([1, 0])
      expectRefusal(await as('user', 'DELETE', `/reservations/${id}`), 409, 'CONFLICT')
    })

    it('to be fetched elsewhere it travels, and is told of when it arrives (R3.8, R6.4)', async () => {
      await lend()
      const id = idOf(await reserve('user', world.there))
      expect(nextStepOf(await scan())).to.deep.equal({
        action: 'transfer',
        branch_id: world.there,
        reservation_id: id,
      })
      expect(await reservation(id)).to.include({
        status: 'in_transit',
        ready_until: null,
        notification_sent: false,
      })
      expect(await told()).to.deep.equal([])
      const onTheWay = await scan()
      expect(nextStepOf(onTheWay)).to.deep.include({ action: 'transfer', branch_id: world.there })
      expect(nextStepOf(await scan(world.there))).to.deep.equal({
        action: 'hold',
        branch_id: world.there,
        reservation_id: id,
      })
      expect(await statusOf(id)).to.equal('ready')
      expect(await told()).to.have.length(1)
      const until = ((await reservation(id)) as { readonly ready_until: string }).ready_until
      // Carried off to another desk: it goes back, the same time counts, and nobody is told again (R3.4).
      world.clock.days(1)
      expect(nextStepOf(await scan())).to.deep.include({ action: 'transfer', branch_id: world.there })
      expect(await statusOf(id)).to.equal('in_transit')
      expect(nextStepOf(await scan(world.there))).to.deep.include({ action: 'hold' })
      expect(await reservation(id)).to.include({ status: 'ready', ready_until: until })
      expect(await told()).to.deep.equal([])
    })

    it('under way to him it is lent to him at the desk where it lies (R2.4)', async () => {
      await lend()
      const id = idOf(await reserve('user', world.there))
      await scan()
      expectRefusal(await as('user', 'POST', '/borrowings', { barcode: 'C-1' }), 409, 'COPY_NOT_AVAILABLE')
      const lent = await as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1' })
      expect(lent.status, lent.text).to.equal(201)
      expect(await statusOf(id)).to.equal('fulfilled')
      expect(await holdings()).to.deep.equal([1, 0])
    })

    it('what is reserved on the shelf stays free until a desk has it in hand, whoever brings it (R6.3)', async () => {
      const id = idOf(await reserve('user'))
      expect(await copyStatus()).to.equal('available')
      expect(nextStepOf(await scan())).to.deep.equal({
        action: 'hold',
        branch_id: world.here,
        reservation_id: id,
      })
      expect(await statusOf(id)).to.equal('ready')
      expect(await holdings()).to.deep.equal([1, 0])
    })

    it('another copy of the title lent to him fills what he waits for', async () => {
      const id = idOf(await reserve('user'))
      expect((await as('user', 'POST', '/borrowings', { barcode: 'C-1' })).status).to.equal(201)
      expect(await reservation(id)).to.include({ status: 'fulfilled', book_copy_id: world.copies[0]!.id })
    })

    it('a damaged copy is trapped for nobody (R3.3)', async () => {
      await lend()
      const id = idOf(await reserve('user'))
      expect(nextStepOf(await scan(world.here, { condition: 'damaged' }))).to.deep.include({
        action: 'reshelve',
        reservation_id: null,
      })
      expect(await statusOf(id)).to.equal('waiting')
    })

    it('a damaged copy that arrives goes home, and the reservation waits on in its place (R3.3)', async () => {
      await lend()
      const [first, second] = [idOf(await reserve('user', world.there)), idOf(await reserve('other'))]
      await scan()
      expect(nextStepOf(await scan(world.there, { condition: 'damaged' }))).to.deep.equal({
        action: 'transfer',
        branch_id: world.here,
        reservation_id: null,
      })
      expect(await reservation(first)).to.include({
        status: 'waiting',
        queue_position: 1,
        book_copy_id: null,
      })
      expect(nextStepOf(await scan())).to.deep.include({ action: 'reshelve' })
      expect(await told()).to.deep.equal([])
      // Nobody else can hope for it, until it is mended; then the first in line gets it.
      expect(rulesOf(await reserve('manager'))).to.deep.equal(['no-copy-to-fill'])
      await as('librarian', 'PUT', `/copies/${world.copies[0]!.id}`, { condition: 'good' })
      expect(await statusOf(first)).to.equal('in_transit')
      expect(await statusOf(second)).to.equal('waiting')
    })

    it('under way to a member it goes to him, even when its home changes meanwhile', async () => {
      await lend()
      const id = idOf(await reserve('user'))
      expect(nextStepOf(await scan(world.there))).to.deep.include({
        action: 'transfer',
        branch_id: world.here,
      })
      const moved = await as('admin', 'PUT', `/copies/${world.copies[0]!.id}`, { branch_id: world.there })
      expect(moved.status, moved.text).to.equal(200)
      expect(nextStepOf(await scan())).to.deep.equal({
        action: 'hold',
        branch_id: world.here,
        reservation_id: id,
      })
    })

    it('another copy taken than the one kept for him sets that one free for the next (R6.6)', async () => {
      await as('admin', 'PUT', `/copies/${world.copies[1]!.id}`, { status: 'available' })
      await lend('librarian', 'C-1')
      const [first, second] = [idOf(await reserve('user')), idOf(await reserve('other'))]
      await scan()
      expect(await statusOf(first)).to.equal('ready')
      const lent = await as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-2' })
      expect(lent.status, lent.text).to.equal(201)
      expect(await reservation(first)).to.include({ status: 'fulfilled', book_copy_id: world.copies[1]!.id })
      expect(await reservation(second)).to.include({ status: 'ready', book_copy_id: world.copies[0]!.id })
      expect(await holdings()).to.deep.equal([2, 0])
    })

    it('the dry run says of a copy under way, and of a missing one, what the checkout does (CIR-10)', async () => {
      await lend()
      await reserve('user', world.there)
      await scan()
      const ask = async (who: keyof World['tokens']) =>
        (await as(who, 'GET', `/users/${world.ids.user}/eligibility?barcode=C-1`)).data
      expect(await ask('librarian')).to.include({ allowed: true })
      expect(await ask('user')).to.include({ allowed: false })
      for (const status of ['available', 'missing']) {
        await as('admin', 'PUT', `/copies/${world.copies[1]!.id}`, { status })
      }
      const missing = `/users/${world.ids.other}/eligibility?barcode=C-2`
      expect((await as('librarian', 'GET', missing)).data).to.include({ allowed: true })
      expect((await as('other', 'GET', missing)).data).to.include({ allowed: false })
    })

    it('cancelled on the shelf, the copy goes to the next, who is told, else home (R6.6)', async () => {
      await lend()
      const [first, second, third] = [
        idOf(await reserve('user')),
        idOf(await reserve('other', world.there)),
        idOf(await reserve('manager', world.there)),
      ]
      await scan()
      const gone = await as('user', 'DELETE', `/reservations/${first}`)
      expect(gone.status).to.equal(200)
      expect(gone.data).to.equal(null)
      expect(await statusOf(first)).to.equal('cancelled')
      expect(await statusOf(second)).to.equal('in_transit')
      expect(await copyStatus()).to.equal('in_transit')
      // Under way it stays so until it arrives, and nobody is told early.
      await as('librarian', 'DELETE', `/reservations/${second}`)
      expect(await copyStatus()).to.equal('in_transit')
      expect(await statusOf(third)).to.equal('waiting')
      expect(nextStepOf(await scan(world.there))).to.deep.include({ action: 'hold', reservation_id: third })
      await as('librarian', 'DELETE', `/reservations/${third}`)
      expect(await copyStatus()).to.equal('in_transit')
      expect(nextStepOf(await scan())).to.deep.include({ action: 'reshelve', reservation_id: null })
      expect(await holdings()).to.deep.equal([1, 1])
    })

    it('a branch manager sets a rule aside at his branch alone (AUT-3)', async () => {
      await lend()
      await as('admin', 'PUT', `/users/${world.ids.manager}`, { membership_expires_on: '2026-01-01' })
      const override = { rules: ['membership-expired'], reason: 'Renewal is under way' }
      expectRefusal(await reserve('manager', world.there), 422, 'RESERVATION_REFUSED')
      expectRefusal(await reserve('manager', world.there, { override }), 403, 'PERMISSION_DENIED', {
        permission: 'loan:override',
      })
      const reply = await reserve('manager', world.here, { override })
      expect(reply.status, reply.text).to.equal(201)
    })

    it('each act is in the audit (AUT-9)', async () => {
      await lend()
      const given = idOf(await reserve('user'))
      await as('librarian', 'DELETE', `/reservations/${given}`)
      const rows = rowsOf(await as('admin', 'GET', `/audit?target=reservation:${given}&sort=id`))
      expect(rows.map(({ action, actor_id }) => [action, actor_id])).to.deep.equal([
        ['reservation.created', world.ids.user],
        ['reservation.cancelled', world.ids.librarian],
      ])
      expect(rows[1]).to.deep.include({ before: { status: 'waiting' }, after: { status: 'cancelled' } })
    })

    it('arriving for a reservation that has ended, it goes on home', async () => {
      await lend()
      const id = idOf(await reserve('user', world.there))
      await scan()
      await as('user', 'DELETE', `/reservations/${id}`)
      expect(nextStepOf(await scan(world.there))).to.deep.equal({
        action: 'transfer',
        branch_id: world.here,
        reservation_id: null,
      })
      expect(nextStepOf(await scan())).to.deep.include({ action: 'reshelve', branch_id: world.here })
    })

    it('not fetched in time it goes to the next, once, however often the job runs (R6.5, R6.6)', async () => {
      await lend()
      const [first, second] = [idOf(await reserve('user')), idOf(await reserve('other'))]
      await scan()
      const job = expirePickups({
        work: world.persistence.work,
        queries: world.persistence.queries.reservations,
        clock: world.clock,
      })
      expect(await right(job)).to.deep.equal({ done: 0, skipped: 0, failed: 0 })
      expect(await told()).to.have.length(1)
      world.clock.days(8)
      const runs = await Promise.all([right(job), right(job)])
      expect(runs.map(({ done }) => done).sort()).to.deep.equal([0, 1])
      expect(runs.map(({ failed }) => failed)).to.deep.equal([0, 0])
      expect(await statusOf(first)).to.equal('expired')
      expect(await statusOf(second)).to.equal('ready')
      expect(await told()).to.have.length(1)
      world.clock.days(8)
      expect(await right(job)).to.deep.equal({ done: 1, skipped: 0, failed: 0 })
      expect(await copyStatus()).to.equal('available')
      expect(await holdings()).to.deep.equal([1, 1])
    })

    it('waiting for too long it ends, by the member’s day or the rule’s (R6.5)', async () => {
      await lend()
      const own = idOf(await reserve('user', world.here, { expires_on: '2026-11-25' }))
      const rule = idOf(await reserve('other'))
      const job = expireReservations({
        work: world.persistence.work,
        queries: world.persistence.queries.reservations,
        clock: world.clock,
      })
      world.clock.days(4)
      expect((await right(job)).done).to.equal(0)
      world.clock.days(1)
      expect((await right(job)).done).to.equal(1)
      expect(await statusOf(own)).to.equal('expired')
      world.clock.days(361)
      expect((await right(job)).done).to.equal(1)
      expect(await statusOf(rule)).to.equal('expired')
    })

    it('a copy that comes anew, or back from the workshop, goes to whoever waits (RES-2)', async () => {
      await lend()
      const id = idOf(await reserve('user'))
      const added = await addCopyOf(world.api.deps, world.bookId, world.here, 'C-3')
      expect(added.status).to.equal('kept')
      expect(await reservation(id)).to.include({ status: 'ready', book_copy_id: added.id })
      expect(await holdings()).to.deep.equal([2, 0])
      const next = idOf(await reserve('other'))
      await as('librarian', 'PUT', `/copies/${world.copies[1]!.id}`, { status: 'available' })
      expect(await statusOf(next)).to.equal('ready')
      expect(await holdings()).to.deep.equal([3, 0])
    })

    it('R6.8 the estimate follows what happens, and is of those alone who wait', async () => {
      await lend()
      const [first, second] = [idOf(await reserve('user')), idOf(await reserve('other'))]
      const expected = async () => {
        const rows = rowsOf(await as('librarian', 'GET', '/reservations?sort=id'))
        for (const row of rows) expect(await reservation(Number(row['id']))).to.deep.equal(row)
        return rows.map(row => row['expected_availability'])
      }
      expect(await expected()).to.deep.equal(['2026-12-12', '2027-01-02'])
      // Ten days late, and nothing is known of how late the title comes back.
      world.clock.days(31)
      expect(await expected()).to.deep.equal(['2026-12-29', '2027-01-19'])
      await scan()
      expect(await expected()).to.deep.equal([null, '2027-01-12'])
      await as('other', 'PUT', `/reservations/${second}`, { suspended_until: '2027-02-01' })
      expect(await expected()).to.deep.equal([null, null])
      await as('other', 'PUT', `/reservations/${second}`, { suspended_until: null })
      await as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1' })
      expect(await statusOf(first)).to.equal('fulfilled')
      world.clock.days(22)
      // Overdue again: ten days late is the median now.
      expect(await expected()).to.deep.equal([null, '2027-01-23'])
    })

    it('is refused with every rule that failed (R6.3)', async () => {
      await lend('user')
      expect(rulesOf(await reserve('user', 99))).to.deep.equal(['same-title', 'pickup-branch'])
      await reserve('other')
      const twice = await reserve('other')
      expectRefusal(twice, 422, 'RESERVATION_REFUSED')
      expect(rulesOf(twice)).to.deep.equal(['already-reserved'])
      const withdrawn = idOf(
        await as('admin', 'POST', '/books', { title: 'Without copies', author_id: world.authorId }),
      )
      const hopeless = await as('user', 'POST', `/books/${withdrawn}/reserve`, { branch_id: world.here })
      expect(rulesOf(hopeless)).to.deep.equal(['no-copy-to-fill'])
    })

    it('asks for what it needs, and for nothing else', async () => {
      expectFaults(await as('user', 'POST', `/books/${world.bookId}/reserve`, {}), 'branch_id REQUIRED')
      expectFaults(await reserve('user', world.here, { priority: 9 }), 'priority UNKNOWN_FIELD')
      expectFaults(await reserve('user', world.here, { expires_on: '2026-11-20' }), 'expires_on OUT_OF_RANGE')
      expectRefusal(
        await as('user', 'POST', '/books/99/reserve', { branch_id: world.here }),
        404,
        'NOT_FOUND',
        {
          resource: 'book',
          id: 99,
        },
      )
      expectRefusal(await reserve('librarian', world.here, { user_id: 99 }), 404, 'NOT_FOUND', {
        resource: 'user',
        id: 99,
      })
      expectRefusal(await reserve('user', world.here, { user_id: world.ids.other }), 403, 'PERMISSION_DENIED')
      expectRefusal(await as('user', 'DELETE', '/reservations/99'), 404, 'NOT_FOUND', {
        resource: 'reservation',
        id: 99,
      })
    })

    it('the dry run asks the same rules', async () => {
      const ask = (query: string) => as('user', 'GET', `/users/${world.ids.user}/eligibility?${query}`)
      const fine = await ask(`action=reserve&book_id=${world.bookId}&branch_id=${world.here}`)
      expect(fine.data).to.deep.include({ allowed: true, due_date: null })
      expect((await ask(`action=reserve&book_id=${world.bookId}`)).data).to.include({ allowed: true })
      await reserve('user')
      const refused = await ask(`action=reserve&book_id=${world.bookId}&branch_id=99`)
      expect(refused.data).to.include({ allowed: false })
      const { rules } = refused.data as { readonly rules: readonly { rule: string; verdict: string }[] }
      expect(rules.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule)).to.deep.equal([
        'already-reserved',
        'pickup-branch',
      ])
      expectFaults(await ask('action=reserve'), 'book_id REQUIRED')
      expectFaults(await ask('action=reserve&barcode=C-1&book_id=1'), 'barcode EXCLUSIVE')
    })
  })
}
