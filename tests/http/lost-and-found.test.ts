/** CIR-5, R3.6 over every storage: lost, claimed as returned, missing, found, damaged. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { expectRefusal, idOf, rulesOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`lost and found on ${backend.name}`, () => {
    let world: World
    let loan: number
    beforeEach(async () => {
      world = await aWorld({}, backend)
      await as('admin', 'DELETE', `/copies/${world.copies[1]!.id}`)
      loan = await lend()
    })
    afterEach(closeAll)

    const as = async (who: keyof World['tokens'], method: string, path: string, body?: object) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    }
    const desk = (method: string, path: string, body?: object) => as('librarian', method, path, body)
    const lend = async (): Promise<number> => {
      const reply = await desk('POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1' })
      expect(reply.status, reply.text).to.equal(201)
      return idOf(reply)
    }
    const report = (what: string, body?: object) => desk('POST', `/borrowings/${loan}/${what}`, body)
    const bring = (body: object = {}) => desk('PUT', `/borrowings/${loan}/return`, body)
    const scan = (body: object = {}) =>
      desk('POST', '/returns', { barcode: 'C-1', branch_id: world.here, ...body })
    const copyPath = () => `/copies/${world.copies[0]!.id}`
    const fieldOf = ({ data }: Reply, field: string) => (data as Readonly<Record<string, unknown>>)[field]
    const loanStatus = async () => fieldOf(await desk('GET', `/borrowings/${loan}`), 'status')
    const copyStatus = async () => fieldOf(await desk('GET', copyPath()), 'status')
    const holdings = async () => {
      const book = await world.call('GET', `/books/${world.bookId}`)
      return [fieldOf(book, 'total_copies'), fieldOf(book, 'available_copies')]
    }
    const consistent = async () =>
      expect(fieldOf(await as('admin', 'POST', '/admin/consistency-check'), 'violations')).to.deep.equal([])
    const events = async () =>
      (await right(world.persistence.outbox.claim(50, world.clock.now(), world.clock.now())))
        .map(({ event }) => event)
        .filter(({ aggregate }) => aggregate === 'loan')
    const late = () => {
      // 21 days and four more.
      world.clock.minutes(25 * 24 * 60)
    }

    it('a member reports his own as lost: loan and copy are, and it is told of (CIR-5)', async () => {
      const reply = await as('user', 'POST', `/borrowings/${loan}/report-lost`)
      expect(reply.status, reply.text).to.equal(200)
      expect(reply.data).to.include({ id: loan, status: 'lost', is_returned: false })
      expect(await copyStatus()).to.equal('lost')
      expect(await holdings()).to.deep.equal([1, 0])
      const told = (await events()).at(-1)
      expect(told).to.deep.include({ type: 'LoanLost', aggregateId: loan })
      expect(told?.payload).to.include({ after: 'open', copyId: world.copies[0]!.id })
      const audit = await as('admin', 'GET', `/audit?action=borrowing.lost&target=borrowing:${loan}`)
      expect(audit.data).to.have.length(1)
      await consistent()
    })

    it('lost twice is a conflict, and so is a renewal of a lost loan', async () => {
      await report('report-lost')
      expectRefusal(await report('report-lost'), 409, 'CONFLICT', { borrowing_id: loan, status: 'lost' })
      const renewal = await desk('PUT', `/borrowings/${loan}/renew`, {})
      expect(renewal.status).to.equal(422)
      expect(rulesOf(renewal)).to.include('loan-state')
    })

    it('a lost copy is not lent before it is resolved (R2.5)', async () => {
      await report('report-lost')
      const reply = await desk('POST', '/borrowings', { user_id: world.ids.other, barcode: 'C-1' })
      expect(reply.status).to.equal(409)
    })

    it('pays at its loss for the time it is overdue, and no more when it turns up (R4.5, R3.6)', async () => {
      late()
      const lost = await as('user', 'POST', `/borrowings/${loan}/report-lost`)
      expect(fieldOf(lost, 'fine_amount')).to.deep.equal({ amount: 100, currency: 'EUR' })
      const ledger = await desk('GET', `/users/${world.ids.user}/ledger`)
      expect(ledger.data).to.have.length(1)
      world.clock.minutes(3 * 24 * 60)
      const back = await scan()
      expect(back.status, back.text).to.equal(200)
      expect(back.data).to.deep.include({ fine: null, already_returned: false, status: 'returned' })
      expect(fieldOf(back, 'fine_amount')).to.deep.equal({ amount: 100, currency: 'EUR' })
      expect(fieldOf(back, 'next_step')).to.include({ action: 'reshelve' })
      expect(await copyStatus()).to.equal('available')
      expect(await holdings()).to.deep.equal([1, 1])
      expect((await events()).at(-1)?.payload).to.include({ after: 'lost', resolution: null })
      await consistent()
    })

    it('a claim is noted by staff, needs its resolution, and is not to be lost a second time from there', async () => {
      expectRefusal(
        await as('user', 'POST', `/borrowings/${loan}/claim-returned`),
        403,
        'PERMISSION_DENIED',
        {
          permission: 'loan:report',
        },
      )
      const claimed = await report('claim-returned')
      expect(claimed.data).to.include({ status: 'claimed_returned' })
      expect(await copyStatus()).to.equal('claimed_returned')
      expect((await events()).at(-1)).to.deep.include({ type: 'LoanClaimedReturned' })
      expectRefusal(await report('claim-returned'), 409, 'CONFLICT', {
        borrowing_id: loan,
        status: 'claimed_returned',
      })
      for (const unresolved of [await bring(), await scan()]) {
        expectRefusal(unresolved, 409, 'CONFLICT', { borrowing_id: loan, status: 'claimed_returned' })
      }
      await consistent()
      expect(fieldOf(await report('report-lost'), 'status')).to.equal('lost')
      expectRefusal(await report('claim-returned'), 409, 'CONFLICT', { borrowing_id: loan, status: 'lost' })
      await consistent()
    })

    it('a claim stops the fine, and counts for no limit (R2.3)', async () => {
      late()
      await report('claim-returned')
      world.clock.minutes(10 * 24 * 60)
      expect(fieldOf(await desk('GET', `/borrowings/${loan}`), 'fine_amount')).to.include({ amount: 0 })
    })

    const resolved: readonly (readonly [string, number | null, string, string | null])[] = [
      ['found_by_library', null, 'available', 'reshelve'],
      ['returned_by_member', 100, 'available', 'reshelve'],
      ['missing', null, 'missing', null],
    ]
    for (const [resolution, fine, copy, action] of resolved) {
      it(`a claim that ends as ${resolution}: a fine of ${String(fine)}, the copy ${copy} (R3.6)`, async () => {
        late()
        await report('claim-returned')
        const back = await scan({ resolution })
        expect(back.status, back.text).to.equal(200)
        const charged = fieldOf(back, 'fine') as { readonly amount: object } | null
        expect(charged === null ? null : charged.amount).to.deep.equal(
          fine === null ? null : { amount: fine, currency: 'EUR' },
        )
        const step = fieldOf(back, 'next_step') as { readonly action: string } | null
        expect(step === null ? null : step.action).to.equal(action)
        expect(await loanStatus()).to.equal('returned')
        expect(await copyStatus()).to.equal(copy)
        expect(await holdings()).to.deep.equal([1, copy === 'available' ? 1 : 0])
        expect((await events()).at(-1)?.payload).to.include({
          after: 'claimed_returned',
          resolution,
        })
        await consistent()
      })
    }

    it('a resolution is for staff, and for what needs one', async () => {
      const own = await as('user', 'PUT', `/borrowings/${loan}/return`, { resolution: 'found_by_library' })
      expect(own.status).to.equal(403)
      const open = await bring({ resolution: 'found_by_library' })
      expect(open.status).to.equal(422)
      expect(rulesOf(open)).to.deep.equal(['resolution'])
      await report('report-lost')
      const missing = await bring({ resolution: 'missing' })
      expect(missing.status).to.equal(422)
      expect(await loanStatus()).to.equal('lost')
    })

    it('what came back is neither lost nor claimed', async () => {
      await bring()
      for (const what of ['report-lost', 'claim-returned']) {
        expect((await report(what)).status, what).to.equal(409)
      }
    })

    it('a claimed copy that is found in the library ends the loan without a fine', async () => {
      late()
      await report('claim-returned')
      const found = await desk('POST', `${copyPath()}/found`, { branch_id: world.here })
      expect(found.status, found.text).to.equal(200)
      expect(found.data).to.deep.include({ fine: null, status: 'returned' })
      expect(await copyStatus()).to.equal('available')
      await consistent()
    })

    it('a missing copy is no longer counted on; found, it goes to whoever waits', async () => {
      await bring()
      const missing = await desk('POST', `${copyPath()}/missing`)
      expect(missing.status, missing.text).to.equal(200)
      expect(missing.data).to.include({ status: 'missing' })
      expect(await holdings()).to.deep.equal([1, 0])
      await consistent()
      const found = await desk('POST', `${copyPath()}/found`, { branch_id: world.here })
      expect(found.data).to.deep.include({ borrowing: null, already_returned: false })
      expect(await copyStatus()).to.equal('available')
      expect(await holdings()).to.deep.equal([1, 1])
      await consistent()
    })

    it('a copy that vanished from the hold shelf leaves its reservation waiting, and he is told anew', async () => {
      const reply = await as('other', 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
      const reservation = async () => (await desk('GET', `/reservations/${idOf(reply)}`)).data
      await bring()
      expect(await reservation()).to.include({ status: 'ready', notification_sent: true })
      expect((await desk('POST', `${copyPath()}/missing`)).status).to.equal(200)
      expect(await reservation()).to.include({
        status: 'waiting',
        queue_position: 1,
        book_copy_id: null,
        notification_sent: false,
      })
      await consistent()
      const found = await desk('POST', `${copyPath()}/found`, { branch_id: world.here })
      expect(fieldOf(found, 'next_step')).to.include({ action: 'hold', reservation_id: idOf(reply) })
      expect(await reservation()).to.include({ status: 'ready', notification_sent: true })
    })

    it('whoever waits is told once that nothing is left for him, and the mark goes when it turns up (R6.7)', async () => {
      const reply = await as('other', 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
      const unfillable = async () => fieldOf(await desk('GET', `/reservations/${idOf(reply)}`), 'unfillable')
      await report('claim-returned')
      expect(await unfillable()).to.equal(true)
      await report('report-lost')
      const told = await right(world.persistence.outbox.claim(50, world.clock.now(), world.clock.now()))
      expect(told.filter(({ event }) => event.type === 'ReservationUnfillable')).to.have.length(1)
      const found = await desk('POST', `${copyPath()}/found`, { branch_id: world.here })
      expect(fieldOf(found, 'next_step')).to.include({ action: 'hold', reservation_id: idOf(reply) })
      expect(await unfillable()).to.equal(false)
      await consistent()
    })

    it('a suspended one and one whose copy comes back damaged are marked and freed alike (R6.7)', async () => {
      const ask = async (who: 'other' | 'manager') =>
        idOf(await as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here }))
      const [paused, waiting] = [await ask('other'), await ask('manager')]
      await as('other', 'PUT', `/reservations/${paused}`, { suspended_until: '2027-06-01' })
      const marks = async () => [
        fieldOf(await desk('GET', `/reservations/${paused}`), 'unfillable'),
        fieldOf(await desk('GET', `/reservations/${waiting}`), 'unfillable'),
      ]
      await report('report-lost')
      expect(await marks()).to.deep.equal([true, true])
      expect((await scan({ condition: 'damaged' })).status).to.equal(200)
      expect(await marks()).to.deep.equal([false, false])
      await consistent()
    })

    it('a missing copy that is lent gives hope again (R2.5, R6.7)', async () => {
      await bring()
      await desk('POST', `${copyPath()}/missing`)
      // Nothing can be reserved while nothing is left: who waited before is marked, who comes is refused.
      const late = await as('other', 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
      expect(late.status).to.equal(422)
      await desk('POST', `${copyPath()}/found`, { branch_id: world.here })
      loan = await lend()
      const reply = await as('other', 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
      await report('claim-returned')
      expect((await scan({ resolution: 'missing' })).status).to.equal(200)
      const mark = async () => fieldOf(await desk('GET', `/reservations/${idOf(reply)}`), 'unfillable')
      expect(await mark()).to.equal(true)
      loan = await lend()
      expect(await mark()).to.equal(false)
      await consistent()
    })

    it('found is what was missing, lost or claimed, and nothing else', async () => {
      const found = () => desk('POST', `${copyPath()}/found`, { branch_id: world.here })
      const open = await found()
      expect(open.status).to.equal(422)
      expect(rulesOf(open)).to.deep.equal(['resolution'])
      await bring()
      expect((await found()).status).to.equal(422)
      expect((await scan({ resolution: 'found_by_library' })).status).to.equal(422)
      expect(await copyStatus()).to.equal('available')
    })

    it('what is on loan, lost or claimed is not missing', async () => {
      const refused = async () => (await desk('POST', `${copyPath()}/missing`)).status
      expect(await refused()).to.equal(409)
      await report('claim-returned')
      expect(await refused()).to.equal(409)
      await report('report-lost')
      expect(await refused()).to.equal(409)
    })

    it('damage is noted on the loan and its copy, which then is kept for nobody (R3.3)', async () => {
      await as('other', 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
      const noted = await report('report-damaged', { severity: 'major', description: 'Wet through' })
      expect(noted.status, noted.text).to.equal(200)
      expect(noted.data).to.include({ status: 'open', notes: 'Wet through' })
      expect((await events()).at(-1)?.payload).to.include({ severity: 'major' })
      const back = await bring()
      expect(fieldOf(back, 'next_step')).to.include({ action: 'reshelve', reservation_id: null })
      expect(fieldOf(await desk('GET', copyPath()), 'condition')).to.equal('damaged')
      const later = await report('report-damaged', { severity: 'minor', description: 'A page is torn' })
      expect(later.data).to.include({ status: 'returned', notes: 'Wet through\nA page is torn' })
      expect((await report('report-damaged', { severity: 'huge', description: 'x' })).status).to.equal(400)
    })

    it('a stale If-Match changes nothing', async () => {
      const stale = await world.call('POST', `/borrowings/${loan}/report-lost`, {
        token: world.tokens.librarian,
        headers: { 'If-Match': '"99-aaaaaaaaaaaaaaaaaaaaaa"' },
      })
      expectRefusal(stale, 412, 'VERSION_MISMATCH')
      expect(await loanStatus()).to.equal('open')
    })
  })
}
