/** CIR-12 over every storage: what a desk did offline is applied once, at its time, or told why not. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Who = keyof World['tokens']

for (const backend of backends) {
  describe(`offline circulation on ${backend.name}`, () => {
    let world: World
    let cards: Partial<Record<Who, string>>
    beforeEach(async () => {
      world = await aWorld({}, backend)
      cards = {}
      for (const who of ['user', 'other'] as const) {
        const { data } = await as('admin', 'GET', `/users/${world.ids[who]}`)
        cards[who] = (data as { readonly library_card_number: string }).library_card_number
      }
    })
    afterEach(closeAll)

    /** With a token of now, however far the clock has gone on. */
    const as = async (who: Who, method: string, path: string, body?: object) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    }
    const send = (operations: readonly object[], who: Who = 'librarian') =>
      as(who, 'POST', '/offline', { operations })

    let names = 0
    /** So many minutes ago, by the world's clock. */
    const ago = (minutes: number) => new Date(world.clock.now() - minutes * 60_000).toISOString()
    const operation = (minutes: number, rest: object) => {
      names += 1
      return { client_id: `desk ${names}`, at: ago(minutes), branch_id: world.here, ...rest }
    }
    const checkout = (minutes: number, who: 'user' | 'other', barcode = 'C-1', rest: object = {}) =>
      operation(minutes, { type: 'checkout', barcode, library_card_number: cards[who], ...rest })
    const comeBack = (minutes: number, barcode = 'C-1', rest: object = {}) =>
      operation(minutes, { type: 'return', barcode, ...rest })

    const became = (reply: Reply) => rowsOf(reply).map(({ status }) => status)
    const rulesIn = (verdicts: unknown) =>
      (verdicts as readonly { readonly rule: string }[]).map(({ rule }) => rule)
    const errorOf = (reply: Reply, index = 0) => rowsOf(reply)[index]!['error'] as Record<string, unknown>
    const borrowing = async (id: unknown) =>
      (await as('admin', 'GET', `/borrowings/${String(id)}`)).data as Record<string, unknown>
    const loans = async () => rowsOf(await as('admin', 'GET', '/borrowings?sort=id'))
    const copyStatus = async (index = 0) =>
      ((await as('admin', 'GET', `/copies/${world.copies[index]!.id}`)).data as Record<string, unknown>)[
        'status'
      ]
    const another = async (barcode: string) => {
      const { data } = await as('admin', 'POST', '/books', { title: barcode, author_id: world.authorId })
      const { id } = data as { readonly id: typeof world.bookId }
      await addCopyOf(world.api.deps, id, world.here, barcode)
      return id
    }

    it('CIR-12 a checkout counts from its own time, and so does its due date', async () => {
      const lent = checkout(3 * 24 * 60, 'user')
      const reply = await send([lent])
      expect(reply.status, reply.text).to.equal(200)
      const [row] = rowsOf(reply)
      expect(row).to.deep.equal({
        client_id: lent.client_id,
        status: 'applied',
        first_status: null,
        borrowing_id: row!['borrowing_id'],
        already_returned: false,
        in_house_use: false,
        next_step: null,
        overridden_rules: [],
        warnings: row!['warnings'],
        error: null,
      })
      // The branch of the tests has no opening hours.
      expect(rulesIn(row!['warnings'])).to.deep.equal(['opening-hours'])
      expect(reply.meta).to.deep.equal({ applied: 1, duplicate: 0, conflict: 0, refused: 0 })
      expect(await borrowing(row!['borrowing_id'])).to.deep.include({
        user_id: world.ids.user,
        barcode: 'C-1',
        branch_id: world.here,
        borrow_date: '2026-11-18T10:00:00.000Z',
        // 21 days from the 18th, not from the 21st, when the list came.
        due_date: '2026-12-09T22:59:59.000Z',
        librarian_id: world.ids.librarian,
        status: 'open',
      })
      expect(await copyStatus()).to.equal('on_loan')
    })

    it('CIR-12 a return counts at its own time: what was back before it was due costs nothing', async () => {
      const loan = idOf(
        await as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1' }),
      )
      world.clock.days(30)
      // 20 days after the loan, one before it is due.
      const reply = await send([comeBack(10 * 24 * 60)])
      expect(rowsOf(reply)[0]).to.deep.include({
        status: 'applied',
        borrowing_id: loan,
        next_step: { action: 'reshelve', branch_id: world.here, reservation_id: null },
      })
      expect(await borrowing(loan)).to.deep.include({
        return_date: '2026-12-11T10:00:00.000Z',
        fine_amount: { amount: 0, currency: 'EUR' },
        status: 'returned',
      })
    })

    it('CIR-12 they are done in the order of their times, and answered in the order of the list', async () => {
      const [last, first, middle] = [checkout(10, 'other'), checkout(30, 'user'), comeBack(20)]
      const reply = await send([last, first, middle])
      expect(became(reply)).to.deep.equal(['applied', 'applied', 'applied'])
      expect(rowsOf(reply).map(({ client_id }) => client_id)).to.deep.equal([
        last.client_id,
        first.client_id,
        middle.client_id,
      ])
      expect((await loans()).map(row => [row['user_id'], row['return_date']])).to.deep.equal([
        [world.ids.user, ago(20)],
        [world.ids.other, null],
      ])
    })

    describe('an older one against what was done online since is a conflict, and changes nothing', () => {
      const reserve = async (who: 'user' | 'other', branch_id: number = world.here) =>
        idOf(
          await as('librarian', 'POST', `/books/${world.bookId}/reserve`, {
            user_id: world.ids[who],
            branch_id,
          }),
        )
      const scan = (branch_id: number = world.here) =>
        as('librarian', 'POST', '/returns', { barcode: 'C-1', branch_id })

      it('a checkout of what was scanned at home meanwhile', async () => {
        world.clock.minutes(60)
        await scan()
        world.clock.minutes(60)
        const reply = await send([checkout(90, 'user')])
        expect(became(reply)).to.deep.equal(['conflict'])
        expect(errorOf(reply)).to.deep.include({ code: 'CONFLICT', details: { scanned_at: ago(60) } })
        expect(await copyStatus()).to.equal('available')
        expect(await loans()).to.deep.equal([])
      })

      it('two desks that send in the other order', async () => {
        world.clock.minutes(120)
        expect(became(await send([comeBack(60)]))).to.deep.equal(['applied'])
        expect(became(await send([checkout(90, 'user')]))).to.deep.equal(['conflict'])
        expect(await copyStatus()).to.equal('available')
      })

      it('a scan elsewhere of what was scanned at home since', async () => {
        world.clock.minutes(60)
        await scan()
        world.clock.minutes(60)
        expect(became(await send([comeBack(90, 'C-1', { branch_id: world.there })]))).to.deep.equal([
          'conflict',
        ])
        expect(await copyStatus()).to.equal('available')
      })

      it('a scan elsewhere of what stands on the hold shelf since: nobody loses what he was told of', async () => {
        world.clock.minutes(30)
        await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
        const waiting = await reserve('other')
        world.clock.minutes(30)
        await scan()
        expect(await copyStatus()).to.equal('kept')
        world.clock.minutes(60)
        expect(became(await send([comeBack(90, 'C-1', { branch_id: world.there })]))).to.deep.equal([
          'conflict',
        ])
        expect(await copyStatus()).to.equal('kept')
        const { data } = await as('admin', 'GET', `/reservations/${waiting}`)
        expect(data).to.deep.include({ status: 'ready' })
      })

      it('but what was fetched offline from the shelf, where it stood before, is lent', async () => {
        await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
        await reserve('other')
        await scan()
        expect(await copyStatus()).to.equal('kept')
        world.clock.minutes(120)
        expect(became(await send([checkout(30, 'other')]))).to.deep.equal(['applied'])
        expect(await copyStatus()).to.equal('on_loan')
      })
    })

    it('R6.5 what an old checkout sets free for the next one stands there for his days from now on', async () => {
      const place = (who: 'user' | 'other') =>
        as('librarian', 'POST', `/books/${world.bookId}/reserve`, {
          user_id: world.ids[who],
          branch_id: world.here,
        })
      await place('user')
      const next = idOf(await place('other'))
      await as('librarian', 'POST', '/returns', { barcode: 'C-1', branch_id: world.here })
      world.clock.days(12)
      // He took the other copy twelve days ago, and leaves the one that was kept for him.
      const reply = await send([checkout(11 * 24 * 60, 'user', 'C-2')])
      expect(became(reply), reply.text).to.deep.equal(['applied'])
      const { data } = await as('admin', 'GET', `/reservations/${next}`)
      const { status, ready_until } = data as { readonly status: string; readonly ready_until: string }
      expect(status).to.equal('ready')
      expect(Date.parse(ready_until)).to.be.above(world.clock.now() + 5 * 24 * 3_600_000)
    })

    it('CIR-12 a time of a clock that began anew is refused, and may be sent again', async () => {
      const lent = { ...checkout(0, 'user'), at: '1970-01-01T00:00:10.000Z' }
      const reply = await send([lent])
      expect(became(reply)).to.deep.equal(['refused'])
      expect(errorOf(reply)).to.deep.include({ code: 'VALIDATION_FAILED' })
      expect(await loans()).to.deep.equal([])
      expect(became(await send([{ ...lent, at: ago(5) }]))).to.deep.equal(['applied'])
    })

    it('CIR-12 one name with another card is another operation, and is not taken for done', async () => {
      const lent = checkout(30, 'user')
      expect(became(await send([lent]))).to.deep.equal(['applied'])
      expect(became(await send([{ ...lent, library_card_number: cards.other }]))).to.deep.equal(['conflict'])
      expect(became(await send([lent]))).to.deep.equal(['duplicate'])
    })

    it('CIR-12 of equal times the order of the list counts', async () => {
      expect(became(await send([checkout(10, 'user'), comeBack(10), checkout(10, 'other')]))).to.deep.equal([
        'applied',
        'applied',
        'applied',
      ])
      expect(became(await send([comeBack(5, 'C-2'), checkout(5, 'user', 'C-2')]))).to.deep.equal([
        'applied',
        'applied',
      ])
    })

    it('CIR-12 the same operation is applied once, for ever, and told again as it was', async () => {
      const list = [checkout(30, 'user'), checkout(20, 'other'), comeBack(10, 'N-1')]
      const first = await send(list)
      expect(became(first)).to.deep.equal(['applied', 'conflict', 'refused'])
      await as('librarian', 'POST', '/returns', { barcode: 'C-1', branch_id: world.here })
      world.clock.days(3 * 365)
      const again = await send(list)
      expect(again.meta).to.deep.equal({ applied: 0, duplicate: 3, conflict: 0, refused: 0 })
      // What is kept for ever names the rules, without the numbers of the member.
      const nameless = (value: unknown) =>
        JSON.parse(
          JSON.stringify(value, (name, part: unknown) =>
            name === 'limit' || name === 'actual' ? null : part,
          ),
        ) as unknown
      expect(rowsOf(again)).to.deep.equal(
        nameless(rowsOf(first).map(row => ({ ...row, status: 'duplicate', first_status: row['status'] }))),
      )
    })

    it('CIR-12 a name that is there twice in one list is applied once; given to another operation it is a conflict', async () => {
      const lent = checkout(30, 'user')
      expect(became(await send([lent, lent]))).to.deep.equal(['applied', 'duplicate'])
      const reply = await send([{ ...lent, barcode: 'C-2' }])
      expect(became(reply)).to.deep.equal(['conflict'])
      expect(errorOf(reply)).to.deep.include({ code: 'CONFLICT', details: { client_id: lent.client_id } })
      expect(await loans()).to.have.length(1)
      expect(became(await send([lent]))).to.deep.equal(['duplicate'])
    })

    it('CIR-12 an older checkout does not go over a newer loan, nor over a newer return', async () => {
      const at = 60
      const online = idOf(
        await as('librarian', 'POST', '/borrowings', { user_id: world.ids.other, barcode: 'C-1' }),
      )
      const out = await send([checkout(at, 'user')])
      expect(became(out)).to.deep.equal(['conflict'])
      expect(errorOf(out)).to.include({ code: 'COPY_NOT_AVAILABLE', status_code: 409 })
      await as('librarian', 'POST', '/returns', { barcode: 'C-1', branch_id: world.here })
      const back = await send([checkout(at, 'user')])
      expect(became(back)).to.deep.equal(['conflict'])
      expect(errorOf(back)).to.deep.include({
        code: 'CONFLICT',
        details: { borrowing_id: online, return_date: ago(0) },
      })
      expect(await loans()).to.have.length(1)
      expect(await copyStatus()).to.equal('available')
      // After the online one there is nothing in the way.
      world.clock.minutes(5)
      expect(became(await send([checkout(1, 'user')]))).to.deep.equal(['applied'])
    })

    it('CIR-12 an older return does not end a newer loan, nor go over a newer return', async () => {
      const loan = idOf(
        await as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1' }),
      )
      const before = await send([comeBack(60)])
      expect(became(before)).to.deep.equal(['conflict'])
      expect(errorOf(before)).to.include({ code: 'RETURN_REFUSED' })
      expect(await borrowing(loan)).to.include({ is_returned: false })
      world.clock.minutes(10)
      await as('librarian', 'POST', '/returns', { barcode: 'C-1', branch_id: world.here })
      world.clock.minutes(10)
      const after = await send([comeBack(15)])
      expect(became(after)).to.deep.equal(['conflict'])
      expect(errorOf(after)).to.deep.include({
        details: { borrowing_id: loan, return_date: ago(10) },
      })
      expect(became(await send([comeBack(5)]))).to.deep.equal(['applied'])
    })

    it('CIR-12 a copy that came back without a scan is still out on its older loan: a conflict', async () => {
      await as('librarian', 'POST', '/borrowings', { user_id: world.ids.other, barcode: 'C-1' })
      world.clock.minutes(60)
      const reply = await send([checkout(10, 'user')])
      expect(became(reply)).to.deep.equal(['conflict'])
      expect(errorOf(reply)).to.include({ code: 'COPY_NOT_AVAILABLE' })
      // Sent with its return, it goes.
      expect(became(await send([comeBack(12), checkout(9, 'user')]))).to.deep.equal(['applied', 'applied'])
    })

    it('CIR-12 what a desk may set aside is set aside, recorded and told: the member has the copy', async () => {
      await as('librarian', 'POST', `/users/${world.ids.user}/blocks`, { reason: 'A lost card' })
      const reply = await send([checkout(30, 'user')])
      const [row] = rowsOf(reply)
      expect(row).to.deep.include({ status: 'applied', overridden_rules: ['manual-block'] })
      expect(rulesIn(row!['warnings'])).to.deep.equal(['manual-block', 'opening-hours'])
      const [entry] = rowsOf(await as('admin', 'GET', '/audit?action=borrowing.created'))
      expect(entry!['after']).to.deep.include({
        overridden_rules: ['manual-block'],
        override_reason: 'offline',
      })
    })

    it('CIR-12 what nobody may set aside is refused', async () => {
      await as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-2' })
      const reply = await send([checkout(0, 'user')])
      expect(became(reply)).to.deep.equal(['refused'])
      expect(errorOf(reply)).to.include({ code: 'CHECKOUT_REFUSED', status_code: 422 })
      expect(errorOf(reply)['details']).to.deep.include({
        rule: 'same-title',
        verdict: 'fail',
        kind: 'blocker',
        message: 'The member must not have another copy of the same title on loan',
        limit: 1,
        actual: 1,
      })
      expect(await copyStatus()).to.equal('available')
    })

    it('CIR-12 names of nothing are refused, each by itself, and a card number is not kept', async () => {
      const list = [
        comeBack(40, 'N-1'),
        checkout(30, 'user', 'C-1', { library_card_number: 'N-2' }),
        comeBack(20, 'C-1', { branch_id: 99 }),
        checkout(10, 'user', 'C-2'),
      ]
      const reply = await send(list, 'admin')
      expect(became(reply)).to.deep.equal(['refused', 'refused', 'refused', 'applied'])
      expect([0, 1, 2].map(index => errorOf(reply, index))).to.deep.equal([
        {
          code: 'NOT_FOUND',
          message: 'There is no such copy',
          details: { resource: 'copy', id: 'N-1' },
          status_code: 404,
        },
        {
          code: 'NOT_FOUND',
          message: 'There is no such user',
          details: { resource: 'user', id: 'N-2' },
          status_code: 404,
        },
        {
          code: 'NOT_FOUND',
          message: 'There is no such branch',
          details: { resource: 'branch', id: 99 },
          status_code: 404,
        },
      ])
      const again = await send(list, 'admin')
      expect(became(again)).to.deep.equal(['duplicate', 'duplicate', 'duplicate', 'duplicate'])
      expect(errorOf(again, 1)['details']).to.deep.equal({ resource: 'user', id: '***' })
    })

    it('CIR-12 what lies in the future is refused, and may be sent again when its time has come', async () => {
      const early = checkout(-5, 'user')
      const reply = await send([early])
      expect(became(reply)).to.deep.equal(['refused'])
      expect(errorOf(reply)).to.deep.include({
        code: 'VALIDATION_FAILED',
        details: [
          {
            field: 'at',
            code: 'OUT_OF_RANGE',
            message: 'It must not lie after now, 2026-11-21T10:00:00.000Z',
          },
        ],
      })
      world.clock.minutes(5)
      expect(became(await send([early]))).to.deep.equal(['applied'])
    })

    it('CIR-12 a scan of what was not on loan is applied as it would be online', async () => {
      await as('librarian', 'POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1' })
      world.clock.minutes(10)
      await as('librarian', 'POST', '/returns', { barcode: 'C-1', branch_id: world.here })
      world.clock.minutes(10)
      const reply = await send([comeBack(5), comeBack(5, 'C-2', { branch_id: world.there })])
      expect(rowsOf(reply)[0]).to.deep.include({
        status: 'applied',
        borrowing_id: null,
        already_returned: true,
        next_step: { action: 'reshelve', branch_id: world.here, reservation_id: null },
      })
      expect(rowsOf(reply)[1]).to.deep.include({
        already_returned: false,
        next_step: { action: 'transfer', branch_id: world.here, reservation_id: null },
      })
    })

    it('CIR-12, R2.4 it fills the reservation of its member; kept for another the copy is a conflict', async () => {
      const reserve = async (who: 'user' | 'other') =>
        idOf(await as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here }))
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      await as('librarian', 'POST', '/borrowings', { user_id: world.ids.librarian, barcode: 'C-1' })
      const reservation = await reserve('user')
      world.clock.minutes(60)
      // Whoever waits has his days on the shelf from now on, not from when the desk had the copy in hand.
      const back = await send([comeBack(30)])
      expect(rowsOf(back)[0]).to.deep.include({
        status: 'applied',
        next_step: { action: 'hold', branch_id: world.here, reservation_id: reservation },
      })
      world.clock.minutes(60)
      expect(became(await send([checkout(1, 'other')]))).to.deep.equal(['conflict'])
      expect(became(await send([checkout(1, 'user')]))).to.deep.equal(['applied'])
      const { data } = await as('user', 'GET', `/reservations/${reservation}`)
      expect(data).to.include({ status: 'fulfilled' })
    })

    it('R6.5 who waits has his days on the shelf from the sending, not from the scan', async () => {
      await as('librarian', 'POST', '/borrowings', { user_id: world.ids.librarian, barcode: 'C-1' })
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const reservation = idOf(
        await as('user', 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here }),
      )
      world.clock.minutes(14 * 60)
      await send([comeBack(13 * 60)])
      const { data } = await as('user', 'GET', `/reservations/${reservation}`)
      // Scanned on the 21st, sent on the 22nd.
      expect(data).to.include({ status: 'ready', ready_until: '2026-11-29T22:59:59.000Z' })
    })

    it('CIR-12 the audit tells that it was done offline, when, and when it was sent', async () => {
      const lent = checkout(30, 'user')
      const back = comeBack(20)
      await send([lent, back])
      const told = async (action: string) => {
        const [entry] = rowsOf(await as('admin', 'GET', `/audit?action=${action}`))
        return [entry!['occurred_at'], (entry!['after'] as Record<string, unknown>)['offline']]
      }
      expect(await told('borrowing.created')).to.deep.equal([
        ago(30),
        { client_id: lent.client_id, at: ago(30), sent_at: ago(0) },
      ])
      expect((await told('borrowing.returned'))[1]).to.deep.equal({
        client_id: back.client_id,
        at: ago(20),
        sent_at: ago(0),
      })
    })

    it('CIR-12 a list with a fault in it is no list: nothing of it is applied', async () => {
      const good = checkout(10, 'user')
      expectFaults(
        await send([
          good,
          { ...good, client_id: '', at: 'yesterday' },
          { ...good, client_id: 'x'.repeat(101), type: 'renewal' },
          { ...good, client_id: 'y', library_card_number: null },
          { client_id: 'z' },
          { ...good, client_id: 'u', at: '0001-01-01T00:00:00Z' },
        ]),
        'operations.1.client_id REQUIRED',
        'operations.1.at INVALID_INSTANT',
        'operations.2.client_id TOO_LONG',
        'operations.2.type UNKNOWN_VALUE',
        'operations.3.library_card_number REQUIRED',
        'operations.4.at REQUIRED',
        'operations.4.type REQUIRED',
        'operations.4.barcode REQUIRED',
        'operations.4.branch_id REQUIRED',
        'operations.5.at OUT_OF_RANGE',
      )
      expectFaults(await send([]), 'operations OUT_OF_RANGE')
      expectFaults(await send(Array.from({ length: 501 }, () => good)), 'operations OUT_OF_RANGE')
      expect(await loans()).to.be.empty
    })

    it('CIR-12 a list that holds what its sender may not do is refused as a whole', async () => {
      const list = [comeBack(20), comeBack(10, 'C-2', { branch_id: world.there })]
      expectRefusal(await send(list, 'manager'), 403, 'PERMISSION_DENIED')
      expectRefusal(await send(list, 'user'), 403, 'PERMISSION_DENIED')
      expect((await send(list, 'librarian')).meta).to.include({ applied: 2 })
    })

    it('CIR-12 under an Idempotency-Key the whole answer is given again', async () => {
      const wish = {
        token: world.tokens.librarian,
        body: { operations: [checkout(10, 'user')] },
        headers: { 'Idempotency-Key': 'evening' },
      }
      const first = await world.call('POST', '/offline', wish)
      const again = await world.call('POST', '/offline', wish)
      expect(again.text).to.equal(first.text)
      expect(again.headers.get('idempotency-replayed')).to.equal('true')
    })

    it('CIR-12 two uploads of one list at once apply each once', async () => {
      const barcodes = ['T-1', 'T-2', 'T-3', 'T-4', 'T-5']
      for (const barcode of barcodes) await another(barcode)
      const list = barcodes.flatMap((barcode, index) => [
        checkout(60 - index, 'user', barcode),
        comeBack(30 - index, barcode),
      ])
      const replies = await Promise.all([send(list), send(list), send(list)])
      for (const reply of replies) expect(reply.status, reply.text).to.equal(200)
      for (const index of list.keys()) {
        const rows = replies.map(reply => rowsOf(reply)[index]!)
        expect(rows.map(({ status }) => status).sort()).to.deep.equal(['applied', 'duplicate', 'duplicate'])
        expect(new Set(rows.map(row => row['borrowing_id'])).size).to.equal(1)
      }
      expect(await loans()).to.have.length(barcodes.length)
    })
  })
}
