/** CIR-11 over every storage: copies on their way between the branches, sent by the desks and by hand. */
import { expect } from 'chai'
import { sendCopy } from '../../core/circulation/use-cases/send-copy.ts'
import { tellOverdueTransfers } from '../../core/circulation/use-cases/tell-overdue-transfers.ts'
import { actBy } from '../../core/identity/actor.ts'
import { noticeOf } from '../../core/notices/notice.ts'
import type { LibraryEvent } from '../../core/notices/notice.ts'
import { TE } from '../../core/shared/fp.ts'
import { backends } from '../support/backends.ts'
import { wrongIn } from '../support/consistency.ts'
import { right } from '../support/world.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`transfers on ${backend.name}`, () => {
    let world: World
    let third: number
    beforeEach(async () => {
      world = await aWorld({}, backend)
      third = idOf(await as('admin', 'POST', '/branches', { name: 'Third', time_zone: 'Asia/Tokyo' }))
    })
    afterEach(async () => {
      // Whatever was done: in transit is what has one open transfer to the same branch.
      expect(await wrongIn(world.persistence, world.clock.now())).to.deep.equal([])
      await closeAll()
    })

    type Person = keyof World['tokens']
    const as = async (who: Person, method: string, path: string, body?: object, headers = {}) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, headers, ...(body === undefined ? {} : { body }) })
    }
    const send = (to_branch_id: number, barcode = 'C-1', who: Person = 'librarian') =>
      as(who, 'POST', '/transfers', { barcode, to_branch_id })
    const scan = (branch_id: number, some: object = {}) =>
      as('librarian', 'POST', '/returns', { barcode: 'C-1', branch_id, ...some })
    const lend = (who: Person, barcode = 'C-1') =>
      as('librarian', 'POST', '/borrowings', { user_id: world.ids[who], barcode })
    const reserve = async (who: Person, branch_id: number) =>
      idOf(await as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id }))
    const nextStepOf = ({ data }: Reply) => (data as { readonly next_step: unknown }).next_step
    const copy = async (place = 0) =>
      (await as('admin', 'GET', `/copies/${world.copies[place]!.id}`)).data as Record<string, unknown>
    const statusOf = async (id: number) =>
      ((await as('admin', 'GET', `/reservations/${id}`)).data as Record<string, unknown>)['status']
    const list = async (branch: number, query = '') =>
      rowsOf(await as('librarian', 'GET', `/branches/${branch}/transfers${query}`))
    /** From, to and for whom, of what is under way to a branch and from it. */
    const ways = async (branch: number, query = '') =>
      (await list(branch, query)).map(row => [
        row['from_branch_id'],
        row['to_branch_id'],
        row['reservation_id'],
      ])
    const events = async (): Promise<readonly (readonly [id: number, event: LibraryEvent])[]> => {
      world.clock.minutes(5)
      const now = world.clock.now()
      const queued = await right(world.persistence.outbox.claim(50, now, now))
      for (const { id } of queued) await right(world.persistence.outbox.done(id, now))
      return queued.map(({ id, event }) => [id, event] as const)
    }
    /** What is told of transfers. */
    const told = async () =>
      (await events())
        .map(([, event]) => event)
        .filter(({ aggregate }) => aggregate === 'copy')
        .map(({ type, payload }) => ('ended' in payload ? `${type} ${payload.ended}` : type))

    it('R3.3 what is returned elsewhere is sent home, and under way until it arrives there (R3.8)', async () => {
      await lend('user')
      expect(nextStepOf(await scan(world.there))).to.deep.equal({
        action: 'transfer',
        branch_id: world.here,
        reservation_id: null,
      })
      const [row] = await list(world.here)
      expect(row).to.deep.equal({
        id: row!['id'],
        book_copy_id: world.copies[0]!.id,
        book_id: world.bookId,
        title: 'The Dispossessed',
        barcode: 'C-1',
        from_branch_id: world.there,
        to_branch_id: world.here,
        reservation_id: null,
        sent_at: '2026-11-21T10:00:00.000Z',
        days_under_way: 0,
        overdue: false,
      })
      expect(await told()).to.deep.equal(['TransferStarted'])
      expect(nextStepOf(await scan(world.here))).to.deep.equal({
        action: 'reshelve',
        branch_id: world.here,
        reservation_id: null,
      })
      expect(await list(world.here)).to.deep.equal([])
      expect(await copy()).to.include({ status: 'available', branch_id: world.here })
      expect(await told()).to.deep.equal(['TransferEnded arrived'])
    })

    it('R3.8 scanned where it was not sent to it goes on, and the days count on', async () => {
      await lend('user')
      await scan(world.there)
      const [before] = await list(world.here)
      world.clock.days(2)
      expect(nextStepOf(await scan(third))).to.deep.equal({
        action: 'transfer',
        branch_id: world.here,
        reservation_id: null,
      })
      expect(await list(world.here)).to.deep.equal([{ ...before, days_under_way: 2 }])
      expect(await list(third)).to.deep.equal([])
    })

    it('R6.4 trapped for another branch it is sent there, and kept and notified when it arrives (R3.8)', async () => {
      await lend('librarian')
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const first = await reserve('user', world.there)
      expect(nextStepOf(await scan(world.here))).to.deep.include({ action: 'transfer' })
      expect(await ways(world.there)).to.deep.equal([[world.here, world.there, first]])
      await events()
      expect(nextStepOf(await scan(world.there))).to.deep.equal({
        action: 'hold',
        branch_id: world.there,
        reservation_id: first,
      })
      expect(await list(world.there)).to.deep.equal([])
      const notices = (await events()).map(([id, event]) => noticeOf(id, event)?.kind ?? null)
      expect(notices.filter(kind => kind !== null)).to.deep.equal(['reservation_ready'])
    })

    it('R3.4 from the hold shelf, scanned elsewhere, it goes back; scanned on its shelf nothing changes', async () => {
      await lend('librarian')
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const first = await reserve('user', world.here)
      await scan(world.here)
      await told()
      await scan(world.here)
      expect(await told()).to.deep.equal([])
      expect(nextStepOf(await scan(world.there))).to.deep.include({
        action: 'transfer',
        reservation_id: first,
      })
      expect(await ways(world.here)).to.deep.equal([[world.there, world.here, first]])
      await scan(world.here)
      expect(await statusOf(first)).to.equal('ready')
      expect(await told()).to.deep.equal(['TransferStarted', 'TransferEnded arrived'])
    })

    it('R6.6 given up on its way it stays in transit, for nobody, until it arrives and goes home', async () => {
      await lend('librarian')
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const first = await reserve('user', world.there)
      await scan(world.here)
      await as('user', 'DELETE', `/reservations/${first}`)
      expect(await ways(world.there)).to.deep.equal([[world.here, world.there, null]])
      await told()
      expect(nextStepOf(await scan(world.there))).to.deep.equal({
        action: 'transfer',
        branch_id: world.here,
        reservation_id: null,
      })
      expect(await ways(world.here)).to.deep.equal([[world.there, world.here, null]])
      expect(await told()).to.deep.equal(['TransferEnded arrived', 'TransferStarted'])
    })

    it('R6.6 a ready one that ends elsewhere sends its copy home from its shelf', async () => {
      await lend('librarian')
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const first = await reserve('user', world.there)
      await scan(world.there)
      expect(await statusOf(first)).to.equal('ready')
      await as('user', 'DELETE', `/reservations/${first}`)
      expect(await ways(world.here)).to.deep.equal([[world.there, world.here, null]])
    })

    it('RES-3 fetched elsewhere: from the shelf it is sent there, under way it goes there instead', async () => {
      await lend('librarian')
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const first = await reserve('user', world.here)
      await scan(world.here)
      await as('user', 'PUT', `/reservations/${first}`, { branch_id: world.there })
      expect(await ways(world.there)).to.deep.equal([[world.here, world.there, first]])
      const [before] = await list(world.there)
      await told()
      world.clock.days(3)
      await as('user', 'PUT', `/reservations/${first}`, { branch_id: third })
      expect(await list(world.there)).to.deep.equal([])
      // Nobody has seen it: it is the same transfer, and its days count on.
      expect(await list(third)).to.deep.equal([{ ...before, to_branch_id: third, days_under_way: 3 }])
      expect(await told()).to.deep.equal(['TransferRedirected'])
      expect(nextStepOf(await scan(third))).to.deep.include({ action: 'hold', reservation_id: first })
    })

    it('R2.4 the checkout to the very member it is under way to ends it', async () => {
      await lend('librarian')
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const first = await reserve('user', world.there)
      await scan(world.here)
      await told()
      expectRefusal(await lend('other'), 409, 'COPY_NOT_AVAILABLE')
      expect(await ways(world.there)).to.deep.equal([[world.here, world.there, first]])
      expect((await lend('user')).status).to.equal(201)
      expect(await list(world.there)).to.deep.equal([])
      expect(await statusOf(first)).to.equal('fulfilled')
      expect(await told()).to.deep.equal(['TransferEnded lent'])
    })

    it('R2.5 looked for in vain it is missing, and under way no more', async () => {
      await send(world.there)
      await told()
      expect((await as('librarian', 'POST', `/copies/${world.copies[0]!.id}/missing`)).status).to.equal(200)
      expect(await list(world.there)).to.deep.equal([])
      expect(await told()).to.deep.equal(['TransferEnded missing'])
      // Found where it was sent from by mistake, it is at home.
      expect(nextStepOf(await scan(world.here))).to.deep.include({ action: 'reshelve' })
    })

    it('CAT-3 what is lost on its way is withdrawn once it is missing, and not before', async () => {
      await send(world.there)
      const path = `/copies/${world.copies[0]!.id}`
      const details = { book_copy_id: world.copies[0]!.id, status: 'in_transit' }
      expectRefusal(await as('admin', 'DELETE', path), 409, 'CONFLICT', details)
      expectRefusal(await as('admin', 'PUT', path, { status: 'withdrawn' }), 409, 'CONFLICT', details)
      await as('librarian', 'POST', `${path}/missing`)
      await as('admin', 'DELETE', path)
      expect(await copy()).to.include({ status: 'withdrawn', branch_id: world.here })
    })

    it('R3.3 found damaged on its way to a member it is sent home', async () => {
      await lend('librarian')
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const first = await reserve('user', world.there)
      await scan(world.here)
      await told()
      await scan(third, { condition: 'damaged' })
      expect(await ways(third)).to.deep.equal([[third, world.here, null]])
      expect(await statusOf(first)).to.equal('waiting')
      expect(await told()).to.deep.equal(['TransferEnded sent_on', 'TransferStarted'])
    })

    it('R3.3 and where home is where he would have fetched it, it goes on there for nobody', async () => {
      await lend('librarian')
      await lend('other', 'C-2')
      const first = await reserve('user', world.here)
      await scan(world.there)
      const [before] = await list(world.here)
      expect(before).to.include({ reservation_id: first })
      await told()
      world.clock.days(2)
      await scan(third, { condition: 'damaged' })
      expect(await list(world.here)).to.deep.equal([{ ...before, reservation_id: null, days_under_way: 2 }])
      expect(await told()).to.deep.equal(['TransferRedirected'])
      // He gets the other one.
      await scan(third, { barcode: 'C-2' })
      expect(await ways(world.here)).to.deep.equal([
        [world.there, world.here, null],
        [third, world.here, first],
      ])
      expect(nextStepOf(await scan(world.here))).to.deep.include({ action: 'reshelve' })
      expect(await statusOf(first)).to.equal('in_transit')
    })

    it('R3.6 a claim found by the library elsewhere sends it home', async () => {
      const loan = idOf(await lend('user'))
      await as('librarian', 'POST', `/borrowings/${loan}/claim-returned`)
      await as('librarian', 'POST', `/copies/${world.copies[0]!.id}/found`, { branch_id: world.there })
      expect(await ways(world.here)).to.deep.equal([[world.there, world.here, null]])
    })

    it('under way home when its home changes, it goes to the new one', async () => {
      await lend('user')
      await scan(world.there)
      await as('librarian', 'PUT', `/copies/${world.copies[0]!.id}`, { branch_id: third })
      expect(await ways(third)).to.deep.equal([[world.there, third, null]])
    })

    it('under way to a member when its home changes, it goes on to him, even where that is its old home', async () => {
      await lend('librarian')
      await lend('other', 'C-2')
      const first = await reserve('user', world.here)
      await scan(world.there)
      await as('librarian', 'PUT', `/copies/${world.copies[0]!.id}`, { branch_id: third })
      expect(await ways(third)).to.deep.equal([])
      expect(await ways(world.here)).to.deep.equal([[world.there, world.here, first]])
      expect(nextStepOf(await scan(world.here))).to.deep.include({ action: 'hold', reservation_id: first })
    })

    it('R6.6 given up on its way when its home changes, it arrives first, and then goes to its new home', async () => {
      await lend('librarian')
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      const first = await reserve('user', world.there)
      await scan(world.here)
      await as('user', 'DELETE', `/reservations/${first}`)
      await as('librarian', 'PUT', `/copies/${world.copies[0]!.id}`, { branch_id: third })
      expect(await ways(world.there)).to.deep.equal([[world.here, world.there, null]])
      expect(nextStepOf(await scan(world.there))).to.deep.include({ action: 'transfer', branch_id: third })
      expect(await ways(third)).to.deep.equal([[world.there, third, null]])
    })

    describe('POST /transfers', () => {
      it('R3.8 sends a free copy, which lives where it arrives when nobody waits for it', async () => {
        const sent = await send(world.there)
        expect(sent.status, sent.text).to.equal(201)
        expect(sent.data).to.deep.include({
          barcode: 'C-1',
          title: 'The Dispossessed',
          from_branch_id: world.here,
          to_branch_id: world.there,
          reservation_id: null,
          days_under_way: 0,
          overdue: false,
        })
        expect(sent.headers.get('location')).to.equal(`/api/v1/branches/${world.there}/transfers`)
        expect(rowsOf({ ...sent, data: [sent.data] })).to.deep.equal(await list(world.there))
        expect(await copy()).to.include({ status: 'in_transit', branch_id: world.here })
        expect(nextStepOf(await scan(world.there))).to.deep.equal({
          action: 'reshelve',
          branch_id: world.there,
          reservation_id: null,
        })
        expect(await copy()).to.include({ status: 'available', branch_id: world.there })
      })

      it('is told and written down', async () => {
        const id = idOf(await send(world.there))
        expect(await told()).to.deep.equal(['TransferStarted'])
        const [row] = rowsOf(await as('admin', 'GET', '/audit?action=transfer.created'))
        expect(row).to.deep.include({
          actor_id: world.ids.librarian,
          after: {
            book_copy_id: world.copies[0]!.id,
            from_branch_id: world.here,
            to_branch_id: world.there,
            reservation_id: null,
          },
        })
        expect(row).to.include({ target_type: 'transfer', target_id: id })
      })

      it('sets it aside for the first who fetches it there, and it keeps its home', async () => {
        const first = await reserve('user', world.there)
        const sent = await send(world.there)
        expect(sent.data).to.include({ reservation_id: first })
        expect(await statusOf(first)).to.equal('in_transit')
        expect(await copy()).to.include({ status: 'in_transit', branch_id: world.here })
        expect(nextStepOf(await scan(world.there))).to.deep.include({ action: 'hold', reservation_id: first })
      })

      it('takes it from nobody who is ahead in the queue (R6.2, R6.4)', async () => {
        const first = await reserve('user', third)
        const second = await reserve('other', world.there)
        // The other copy is for the first.
        expect((await send(world.there)).data).to.include({ reservation_id: second })
        expect((await send(third, 'C-2')).data).to.include({ reservation_id: first })
      })

      it('and where only this copy is left, whoever is ahead gets it when it arrives', async () => {
        await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
        const first = await reserve('user', third)
        const second = await reserve('other', world.there)
        expect((await send(world.there)).data).to.include({ reservation_id: null })
        expect(await statusOf(second)).to.equal('waiting')
        expect(nextStepOf(await scan(world.there))).to.deep.equal({
          action: 'transfer',
          branch_id: third,
          reservation_id: first,
        })
        // It goes home from there when he brings it back.
        await scan(third)
        await lend('user')
        expect(nextStepOf(await scan(third))).to.deep.include({ action: 'transfer', branch_id: world.there })
        expect(await copy()).to.include({ branch_id: world.here })
        await as('other', 'DELETE', `/reservations/${second}`)
        expect(nextStepOf(await scan(world.there))).to.deep.include({
          action: 'transfer',
          branch_id: world.here,
        })
      })

      it('R6.4 whom the rules of its old home gave no copy may have it by those of the new one', async () => {
        await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
        const first = await reserve('user', world.there)
        const table = await as('admin', 'GET', '/circulation-rules')
        const [row] = (table.data as { readonly rows: readonly object[] }).rows
        const put = await as(
          'admin',
          'PUT',
          '/circulation-rules',
          { rows: [row, { branch_id: world.here, values: { lendable: false } }] },
          { 'If-Match': '*' },
        )
        expect(put.status, put.text).to.equal(200)
        expect((await send(world.there)).data).to.include({ reservation_id: null })
        expect(nextStepOf(await scan(world.there))).to.deep.equal({
          action: 'hold',
          branch_id: world.there,
          reservation_id: first,
        })
        expect(await copy()).to.include({ branch_id: world.there })
      })

      it('R6.7 who could get no copy is marked so no more when one comes to live where he may have it', async () => {
        await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
        const first = await reserve('user', third)
        const unfillable = async () =>
          ((await as('admin', 'GET', `/reservations/${first}`)).data as Record<string, unknown>)['unfillable']
        const table = await as('admin', 'GET', '/circulation-rules')
        const [row] = (table.data as { readonly rows: readonly object[] }).rows
        await as(
          'admin',
          'PUT',
          '/circulation-rules',
          { rows: [row, { branch_id: world.here, values: { lendable: false } }] },
          { 'If-Match': '*' },
        )
        await as('admin', 'PUT', `/copies/${world.copies[0]!.id}`, { condition: 'damaged' })
        expect(await unfillable()).to.equal(true)
        await send(world.there)
        expect(await unfillable()).to.equal(true)
        await scan(world.there)
        expect(await unfillable()).to.equal(false)
      })

      it('R3.3 a damaged one is for nobody, and lives where it arrives', async () => {
        const first = await reserve('user', world.there)
        await as('admin', 'PUT', `/copies/${world.copies[0]!.id}`, { condition: 'damaged' })
        expect((await send(world.there)).data).to.include({ reservation_id: null })
        expect(await statusOf(first)).to.equal('waiting')
        expect(nextStepOf(await scan(world.there))).to.deep.include({ action: 'reshelve' })
        expect(await copy()).to.include({ status: 'available', branch_id: world.there })
      })

      it('what was to stay there goes to its new home instead when it is given one, and only then', async () => {
        await send(world.there)
        const put = (branch_id: number) =>
          as('librarian', 'PUT', `/copies/${world.copies[0]!.id}`, { branch_id })
        await put(world.here)
        expect(await ways(world.there)).to.deep.equal([[world.here, world.there, null]])
        await put(third)
        expect(await ways(third)).to.deep.equal([[world.here, third, null]])
        expect(nextStepOf(await scan(third))).to.deep.include({ action: 'reshelve', branch_id: third })
      })

      it('sends one that is under way for nobody elsewhere, from the desk that has it', async () => {
        await send(world.there)
        const [before] = await list(world.there)
        await told()
        world.clock.days(2)
        const sent = await send(third, 'C-1', 'stranger')
        expect(sent.status, sent.text).to.equal(201)
        expect(sent.data).to.include({ from_branch_id: world.there, to_branch_id: third, days_under_way: 0 })
        expect(idOf(sent)).not.to.equal(before!['id'])
        expect(await told()).to.deep.equal(['TransferEnded arrived', 'TransferStarted'])
        expect(await copy()).to.include({ branch_id: world.here })
        await scan(third)
        expect(await copy()).to.include({ status: 'available', branch_id: third })
      })

      it('leaves what is under way to a member on its way', async () => {
        const first = await reserve('user', world.there)
        await send(world.there)
        expectRefusal(await send(third), 409, 'CONFLICT', {
          book_copy_id: world.copies[0]!.id,
          reservation_id: first,
        })
      })

      it('sends nothing to where it is, or goes already', async () => {
        const details = { book_copy_id: world.copies[0]!.id }
        expectRefusal(await send(world.here), 409, 'CONFLICT', { ...details, branch_id: world.here })
        await send(world.there)
        expectRefusal(await send(world.there), 409, 'CONFLICT', { ...details, branch_id: world.there })
      })

      it('sends nothing that is not at hand', async () => {
        const shelve = (status: string) => as('admin', 'PUT', `/copies/${world.copies[0]!.id}`, { status })
        const refused = async (status: string) =>
          expectRefusal(await send(world.there), 409, 'CONFLICT', {
            book_copy_id: world.copies[0]!.id,
            status,
          })
        for (const status of ['maintenance', 'missing', 'withdrawn']) {
          await shelve(status)
          await refused(status)
          await shelve('available')
        }
        await reserve('other', world.here)
        await scan(world.here)
        await refused('kept')
        const loan = idOf(await lend('other'))
        await refused('on_loan')
        await as('librarian', 'POST', `/borrowings/${loan}/claim-returned`)
        await refused('claimed_returned')
        await as('librarian', 'POST', `/borrowings/${loan}/report-lost`)
        await refused('lost')
        expect(await told()).to.deep.equal([])
      })

      it('is for the desks: a manager sends what stands in his branch', async () => {
        expectRefusal(await send(world.there, 'C-1', 'user'), 403, 'PERMISSION_DENIED')
        expectRefusal(await send(world.there, 'C-1', 'stranger'), 403, 'PERMISSION_DENIED')
        expect((await send(world.there, 'C-1', 'manager')).status).to.equal(201)
      })

      describe('of one that is under way for nobody', () => {
        beforeEach(async () => {
          await addCopyOf(world.api.deps, world.bookId, third as never, 'T-1')
        })

        it('is for a manager of the branch where it lives, or will, and for no other who has it in his hands', async () => {
          await lend('user', 'T-1')
          await scan(world.there, { barcode: 'T-1' })
          const before = await list(third)
          for (const to of [world.here, world.there]) {
            expectRefusal(await send(to, 'T-1', 'manager'), 403, 'PERMISSION_DENIED')
            expectRefusal(await send(to, 'T-1', 'stranger'), 403, 'PERMISSION_DENIED')
          }
          expect(await list(third)).to.deep.equal(before)
          await send(world.there)
          expect((await send(third, 'C-1', 'manager')).status).to.equal(201)
          expectRefusal(await send(world.here, 'C-1', 'stranger'), 403, 'PERMISSION_DENIED')
        })

        it('R6.6 not for a manager of the branch where it would have been fetched', async () => {
          await as('admin', 'DELETE', `/copies/${world.copies[0]!.id}`)
          await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
          const first = await reserve('user', world.there)
          await scan(third, { barcode: 'T-1' })
          await as('user', 'DELETE', `/reservations/${first}`)
          expectRefusal(await send(world.here, 'T-1', 'stranger'), 403, 'PERMISSION_DENIED')
          expect(await ways(world.there)).to.deep.equal([[third, world.there, null]])
        })

        it('is refused to the desk that has it', async () => {
          await lend('user', 'T-1')
          await scan(world.there, { barcode: 'T-1' })
          const [{ id, ...copyOf }] = (await list(third)) as [Record<string, unknown>]
          expectRefusal(await send(world.here, 'T-1'), 409, 'CONFLICT', {
            book_copy_id: copyOf['book_copy_id'],
            branch_id: world.here,
          })
          expect(await list(third)).to.deep.equal([{ id, ...copyOf }])
        })
      })

      it('sends the copy that has the barcode when the locks are held, not the one that had it before', async () => {
        const { work } = world.persistence
        const stale = await right(work.run(({ copies }) => copies.locate({ barcode: 'C-1' })))
        for (const [place, barcode] of [
          [1, 'C-3'],
          [0, 'C-2'],
          [1, 'C-1'],
        ] as const) {
          const changed = await as('admin', 'PUT', `/copies/${world.copies[place]!.id}`, { barcode })
          expect(changed.status, changed.text).to.equal(200)
        }
        let looks = 0
        /** The first look is from before the barcodes were changed. */
        const late: typeof work = {
          run: doing =>
            work.run(stores =>
              doing({
                ...stores,
                copies: {
                  ...stores.copies,
                  locate: key => ((looks += 1) === 1 ? TE.right(stale) : stores.copies.locate(key)),
                },
              }),
            ),
        }
        const send = sendCopy({ work: late, clock: world.clock })
        const sent = await right(
          send({
            act: actBy({
              kind: 'member',
              memberId: world.ids.librarian,
              role: 'librarian',
              branchId: world.here,
            }),
            barcode: 'C-1',
            to: world.there,
          }),
        )
        expect(sent).to.include({ copyId: world.copies[1]!.id, barcode: 'C-1' })
        expect(looks).to.equal(2)
        expect(await copy(0)).to.include({ status: 'available', barcode: 'C-2' })
      })

      it('names a copy and a branch that are there', async () => {
        expectRefusal(await send(world.there, 'NONE'), 404, 'NOT_FOUND', { resource: 'copy', id: 'NONE' })
        expectRefusal(await send(99), 404, 'NOT_FOUND', { resource: 'branch', id: 99 })
        expectFaults(await as('librarian', 'POST', '/transfers', { barcode: 'C-1' }), 'to_branch_id REQUIRED')
      })
    })

    describe('GET /branches/{id}/transfers', () => {
      it('tells to and from, in the order asked for, page by page', async () => {
        const other = idOf(
          await as('admin', 'POST', '/books', { title: 'Always', author_id: world.authorId }),
        )
        await addCopyOf(world.api.deps, other as never, world.there, 'A-1')
        await send(world.there)
        world.clock.minutes(1)
        await send(third, 'C-2')
        world.clock.minutes(1)
        await send(world.here, 'A-1')
        const barcodes = async (query: string) => (await list(world.here, query)).map(row => row['barcode'])
        expect(await barcodes('')).to.deep.equal(['C-1', 'C-2', 'A-1'])
        expect(await barcodes('?direction=from')).to.deep.equal(['C-1', 'C-2'])
        expect(await barcodes('?direction=to')).to.deep.equal(['A-1'])
        expect(await barcodes('?sort=title,-barcode')).to.deep.equal(['A-1', 'C-2', 'C-1'])
        const page = await as('librarian', 'GET', `/branches/${world.here}/transfers?limit=2&sort=-sent_at`)
        expect(page.meta).to.include({ total: 3, total_pages: 2 })
        expect(rowsOf(page).map(row => row['barcode'])).to.deep.equal(['A-1', 'C-2'])
        const cursor = String((page.meta as Record<string, unknown>)['next_cursor'])
        expect(await barcodes(`?limit=2&sort=-sent_at&cursor=${encodeURIComponent(cursor)}`)).to.deep.equal([
          'C-1',
        ])
        expectFaults(
          await as('librarian', 'GET', `/branches/${world.here}/transfers?direction=up`),
          'direction UNKNOWN_VALUE',
        )
      })

      it('tells what takes more than transfer_days, by the days of the branch', async () => {
        const overdue = async (branch: number, wanted: boolean) =>
          (await list(branch, `?overdue=${String(wanted)}`)).map(row => row['days_under_way'])
        await send(world.there)
        // Sent on the 21st; the 28th is the seventh day, to its end.
        world.clock.days(7)
        expect(await overdue(world.there, true)).to.deep.equal([])
        expect(await overdue(world.there, false)).to.deep.equal([7])
        world.clock.minutes(13 * 60 - 1)
        expect(await overdue(world.there, true)).to.deep.equal([])
        world.clock.minutes(1)
        // 23:00 in UTC is midnight in Berlin.
        expect(await overdue(world.there, true)).to.deep.equal([8])
        expect(await overdue(world.there, false)).to.deep.equal([])
        expect((await list(world.there))[0]).to.include({ overdue: true })
        const settings = await as('admin', 'PUT', '/settings', { transfer_days: 8 }, { 'If-Match': '*' })
        expect(settings.status, settings.text).to.equal(200)
        expect(await overdue(world.there, true)).to.deep.equal([])
      })

      it('is of a branch that is there, and for staff', async () => {
        expectRefusal(await as('librarian', 'GET', '/branches/99/transfers'), 404, 'NOT_FOUND', {
          resource: 'branch',
          id: 99,
        })
        expectRefusal(await as('user', 'GET', '/branches/99/transfers'), 403, 'PERMISSION_DENIED')
      })
    })

    describe('the job transfers-overdue', () => {
      const run = async () => {
        const reply = await as('admin', 'POST', '/admin/jobs/transfers-overdue/run')
        expect(reply.status, reply.text).to.equal(200)
        const { done, failed } = reply.data as { readonly done: number; readonly failed: number }
        return { done, failed }
      }
      const notices = async () =>
        (await events()).flatMap(([id, event]) => {
          const notice = noticeOf(id, event)
          return notice?.kind === 'transfer_overdue' ? [notice] : []
        })

      it('tells the staff of the branch that waits for it, once', async () => {
        const id = idOf(await send(world.there))
        world.clock.days(7)
        expect(await run()).to.deep.equal({ done: 0, failed: 0 })
        world.clock.days(1)
        expect(await run()).to.deep.equal({ done: 1, failed: 0 })
        const [notice, ...more] = await notices()
        expect(more).to.deep.equal([])
        expect(notice).to.deep.include({
          branchId: world.there,
          facts: {
            transfer_id: id,
            copy_id: world.copies[0]!.id,
            from_branch_id: world.here,
            sent_at: Date.parse('2026-11-21T10:00:00.000Z'),
          },
        })
        world.clock.days(9)
        expect(await run()).to.deep.equal({ done: 0, failed: 0 })
        expect(await notices()).to.deep.equal([])
      })

      it('twice at once it tells once', async () => {
        await send(world.there)
        world.clock.days(8)
        const { work, queries } = world.persistence
        const job = tellOverdueTransfers({ work, queries: queries.transfers, clock: world.clock })
        const tallies = await Promise.all([right(job), right(job)])
        expect(tallies.map(({ done }) => done).sort()).to.deep.equal([0, 1])
        expect(await notices()).to.have.length(1)
      })

      it('by the days of the branch that waits for it, and as long as it is under way', async () => {
        await send(third)
        await send(world.there, 'C-2')
        world.clock.days(7)
        // 29 November in Tokyo begins at 15:00 of the 28th in UTC.
        world.clock.minutes(5 * 60)
        expect(await run()).to.deep.equal({ done: 1, failed: 0 })
        expect((await notices()).map(one => 'branchId' in one && one.branchId)).to.deep.equal([third])
        await as('librarian', 'POST', '/returns', { barcode: 'C-2', branch_id: world.there })
        world.clock.days(9)
        expect(await run()).to.deep.equal({ done: 0, failed: 0 })
      })

      it('a new transfer of the same copy is told of anew', async () => {
        await send(world.there)
        world.clock.days(8)
        await run()
        await scan(world.there)
        await send(world.here)
        expect(await run()).to.deep.equal({ done: 0, failed: 0 })
        world.clock.days(8)
        expect(await run()).to.deep.equal({ done: 1, failed: 0 })
      })
    })
  })
}
