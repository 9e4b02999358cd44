/** CIR-3 over every storage: who waits for the title, what is set aside, and what the loan itself allows (circulation R5). */
import { expect } from 'chai'
import type { Copy } from '../../core/circulation/copy.ts'
import type { LoanTerms } from '../../core/circulation/loan-terms.ts'
import { open } from '../../core/circulation/loan.ts'
import type { UnreturnedLoan } from '../../core/circulation/loan.ts'
import { moved } from '../../core/circulation/title.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { LoanId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { backends } from '../support/backends.ts'
import { bySystem, someTerms } from '../support/builders.ts'
import { done, right } from '../support/world.ts'
import { expectRefusal, idOf, rowsOf, rulesOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const day = 86_400_000

/** The copy stands as its loan does. */
const outOn = (copy: Copy, loanId: LoanId, state: UnreturnedLoan['state']): Copy => ({
  ...copy,
  status: state === 'open' ? 'on_loan' : state,
  loanId,
})

/** A branch without hours never opens, which is told beside. */
const refusing = (reply: Reply): readonly string[] => rulesOf(reply).filter(rule => rule !== 'opening-hours')

for (const backend of backends) {
  describe(`renewals on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    /** With a token of now, however far the clock has gone on. */
    const as = async (
      who: keyof World['tokens'],
      method: string,
      path: string,
      body?: object,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, headers, ...(body === undefined ? {} : { body }) })
    }
    const lend = async (who: keyof World['tokens'], barcode = 'C-1') =>
      idOf(await as('librarian', 'POST', '/borrowings', { user_id: world.ids[who], barcode }))
    const reserve = async (who: keyof World['tokens']) =>
      idOf(await as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here }))
    const renew = (id: number, who: keyof World['tokens'] = 'user', body?: object) =>
      as(who, 'PUT', `/borrowings/${id}/renew`, body)
    const verdictOf = ({ error }: Reply, rule: string) =>
      (error?.details as readonly { readonly rule: string }[]).find(found => found.rule === rule)

    /** Lent by the terms given, three weeks ago or so; nobody is told. */
    const lentBy = async (
      terms: Partial<LoanTerms>,
      times: { readonly borrowed: number; readonly due: number },
      changes: { readonly state?: UnreturnedLoan['state'] } = {},
    ): Promise<LoanId> => {
      const now = world.clock.now()
      const id = await right(world.persistence.ids.next('loan'))
      const dueAt = instant(now + times.due * day)
      const loan = open(
        {
          id,
          memberId: world.ids.user,
          copyId: world.copies[0]!.id,
          bookId: world.bookId,
          branchId: world.here,
          borrowedAt: instant(now + times.borrowed * day),
          terms: someTerms(world.here, terms),
          librarianId: null,
          notes: null,
          override: null,
        },
        { dueAt, overdueFrom: instant(dueAt + 1000), calendarIgnored: false },
      )
      await done(world.persistence, ({ copies, loans, titles }) =>
        pipe(
          loans.save<UnreturnedLoan>({ ...loan, state: { ...loan.state, ...changes } }, bySystem),
          TE.flatMap(() => copies.get(loan.state.copyId)),
          TE.flatMap(copy => copies.save(outOn(copy, id, changes.state ?? 'open'), null)),
          TE.bindTo('copy'),
          TE.bindW('title', () => titles.get(world.bookId)),
          TE.flatMap(({ copy, title }) =>
            titles.saveHoldings({ ...title, holdings: moved(title.holdings, 'available', copy.status) }),
          ),
        ),
      )
      return id
    }
    const borrowing = async (id: number) => (await as('admin', 'GET', `/borrowings/${id}`)).data

    describe('reservations that wait (R5.2)', () => {
      it('refuse it with their numbers, and nothing is counted', async () => {
        const [id] = [await lend('user'), await lend('other', 'C-2')]
        await reserve('manager')
        await reserve('stranger')
        const before = await borrowing(id)
        const reply = await renew(id)
        expectRefusal(reply, 422, 'RENEWAL_REFUSED')
        expect(refusing(reply)).to.deep.equal(['reservations-waiting'])
        expect(verdictOf(reply, 'reservations-waiting')).to.include({
          kind: 'overridable',
          limit: 0,
          actual: 2,
        })
        expect(await borrowing(id)).to.deep.equal(before)
      })

      it('the dry run says the same', async () => {
        const [id] = [await lend('user'), await lend('other', 'C-2')]
        await reserve('manager')
        const { data } = await as(
          'user',
          'GET',
          `/users/${world.ids.user}/eligibility?action=renew&borrowing_id=${id}`,
        )
        expect(data).to.include({ allowed: false, due_date: null })
        expect((data as { rules: readonly { rule: string }[] }).rules).to.deep.include(
          verdictOf(await renew(id), 'reservations-waiting'),
        )
      })

      it('refuse nothing where another copy is free for each of them', async () => {
        const [id] = [await lend('user'), await lend('other', 'C-2')]
        await reserve('manager')
        await reserve('stranger')
        for (const barcode of ['C-3', 'C-4']) {
          expectRefusal(await renew(id), 422, 'RENEWAL_REFUSED')
          await addCopyOf(world.api.deps, world.bookId, world.here, barcode)
        }
        world.clock.days(1)
        expect((await renew(id)).data).to.include({ renewal_count: 1 })
      })

      it('refuse nothing once they are cancelled', async () => {
        const [id] = [await lend('user'), await lend('other', 'C-2')]
        const reservation = await reserve('manager')
        expectRefusal(await renew(id), 422, 'RENEWAL_REFUSED')
        await as('manager', 'DELETE', `/reservations/${reservation}`)
        world.clock.days(1)
        expect((await renew(id)).status).to.equal(200)
      })

      it('may be set aside by the desk, which is recorded on the loan and in the audit', async () => {
        const [id] = [await lend('user'), await lend('other', 'C-2')]
        await reserve('manager')
        const override = { rules: ['reservations-waiting', 'debt'], reason: 'The exam is tomorrow' }
        expectRefusal(await renew(id, 'user', { override }), 403, 'PERMISSION_DENIED', {
          permission: 'loan:override',
        })
        const silent = await renew(id, 'librarian', { override: { rules: ['reservations-waiting'] } })
        expectRefusal(silent, 400, 'VALIDATION_FAILED')
        const nothing = { rules: ['reservations-waiting'], reason: '  ' }
        expectRefusal(await renew(id, 'librarian', { override: nothing }), 400, 'VALIDATION_FAILED')
        world.clock.days(1)
        const reply = await renew(id, 'librarian', { override })
        expect(reply.status, reply.text).to.equal(200)
        expect(
          (reply.meta as { warnings: readonly { rule: string }[] }).warnings.map(({ rule }) => rule),
        ).to.include('reservations-waiting')
        const [entry] = rowsOf(await as('admin', 'GET', '/audit?action=borrowing.renewed'))
        // What was set aside, not what was offered.
        expect(entry!['after']).to.include({ override_reason: 'The exam is tomorrow' })
        expect((entry!['after'] as { overridden_rules: unknown }).overridden_rules).to.deep.equal([
          'reservations-waiting',
        ])
        const { override: kept } = await done(world.persistence, ({ loans }) => loans.get(id as LoanId))
        expect(kept).to.deep.equal({ ...override, rules: ['reservations-waiting'] })
      })

      it('a blocker is set aside by nobody', async () => {
        const id = await lend('user')
        await as('admin', 'PUT', `/users/${world.ids.user}`, { status: 'suspended' })
        const override = { rules: ['member-status'], reason: 'He asked nicely' }
        const reply = await renew(id, 'librarian', { override })
        expectRefusal(reply, 422, 'RENEWAL_REFUSED')
        expect(refusing(reply)).to.include('member-status')
      })
    })

    describe('the new date (R5.1)', () => {
      it('renewal_from due_date: the period begins where the last one ended', async () => {
        const id = await lentBy({ renewalFrom: 'due_date' }, { borrowed: -20, due: 1 })
        expect((await renew(id)).data).to.include({ due_date: '2026-12-13T22:59:59.000Z', renewal_count: 1 })
      })

      it('renewal_from now: the period begins today', async () => {
        const id = await lentBy({ renewalFrom: 'now' }, { borrowed: -20, due: 1 })
        expect((await renew(id)).data).to.include({ due_date: '2026-12-12T22:59:59.000Z', renewal_count: 1 })
      })

      it('a period of its own for renewals counts, not that of the loan', async () => {
        const id = await lentBy(
          { renewalFrom: 'due_date', renewalPeriod: { length: 2, unit: 'weeks' } },
          { borrowed: -20, due: 1 },
        )
        expect((await renew(id)).data).to.include({ due_date: '2026-12-06T22:59:59.000Z' })
      })

      it('the fine of an overdue period is posted first, and runs on from the new date', async () => {
        const id = await lentBy({ renewalFrom: 'now' }, { borrowed: -30, due: -4 })
        const reply = await renew(id)
        expect(reply.data, reply.text).to.deep.include({
          status: 'open',
          days_overdue: 0,
          fine_amount: { amount: 100, currency: 'EUR' },
        })
        const fines = rowsOf(await as('user', 'GET', `/users/${world.ids.user}/fines`))
        expect(fines).to.have.length(1)
        expect(fines[0]).to.deep.include({
          borrowing_id: id,
          fine_type: 'overdue',
          description: 'Renewed late',
          amount: { amount: 100, currency: 'EUR' },
        })
        world.clock.days(1)
        await renew(id)
        expect(rowsOf(await as('user', 'GET', `/users/${world.ids.user}/fines`))).to.have.length(1)
      })

      const sooner: readonly (readonly [string, Partial<LoanTerms>, { borrowed: number; due: number }])[] = [
        [
          'not later than the present one',
          { renewalFrom: 'now', renewalPeriod: { length: 1, unit: 'days' } },
          { borrowed: -2, due: 10 },
        ],
        [
          'not later than now',
          { renewalFrom: 'due_date', renewalPeriod: { length: 3, unit: 'days' } },
          { borrowed: -30, due: -10 },
        ],
      ]
      for (const [what, terms, times] of sooner) {
        it(`${what} it is refused, counts nothing and posts nothing`, async () => {
          const id = await lentBy(terms, times)
          const before = await borrowing(id)
          const reply = await renew(id)
          expectRefusal(reply, 422, 'RENEWAL_REFUSED')
          expect(refusing(reply)).to.deep.equal(['due-date'])
          const override = { rules: ['due-date'], reason: 'All the same' }
          expectRefusal(await renew(id, 'librarian', { override }), 422, 'RENEWAL_REFUSED')
          expect(await borrowing(id)).to.deep.equal(before)
          expect(rowsOf(await as('user', 'GET', `/users/${world.ids.user}/fines`))).to.deep.equal([])
        })
      }
    })

    describe('all that a member has', () => {
      const renewAll = (who: keyof World['tokens'] = 'user', key?: string) =>
        as(
          who,
          'POST',
          `/users/${world.ids.user}/renew-all`,
          undefined,
          key === undefined ? {} : { 'Idempotency-Key': key },
        )
      interface Verdict {
        readonly borrowing_id: number
        readonly renewed: boolean
        readonly borrowing: unknown
        readonly error: unknown
      }
      const verdicts = ({ data }: Reply) => data as readonly Verdict[]

      /** Three titles; somebody waits for the first. */
      const three = async () => {
        const ids = [await lend('user')]
        await lend('other', 'C-2')
        await reserve('manager')
        for (const [title, barcode] of [
          ['Kindred', 'D-1'],
          ['Emma', 'E-1'],
        ] as const) {
          const book = await as('librarian', 'POST', '/books', { title, author_id: world.authorId })
          await addCopyOf(world.api.deps, idOf(book) as never, world.here, barcode)
          ids.push(await lend('user', barcode))
        }
        // A renewal on the very day would give the same due date again.
        world.clock.minutes(14 * 60)
        return ids
      }

      it('has a verdict each: the borrowing, or the very error of a renewal alone', async () => {
        const [waited, second, third] = await three()
        const alone = await renew(waited!)
        const reply = await renewAll()
        expect(reply.status, reply.text).to.equal(200)
        expect(reply.meta).to.deep.equal({ renewed: 2, refused: 1 })
        expect(verdicts(reply).map(({ borrowing_id, renewed }) => [borrowing_id, renewed])).to.deep.equal([
          [waited, false],
          [second, true],
          [third, true],
        ])
        const [refused, renewed] = verdicts(reply)
        expect(refused!.error).to.deep.equal((alone.json as { error: unknown }).error)
        expect(refused!.borrowing).to.equal(null)
        expect(renewed!.borrowing).to.deep.equal(await borrowing(second!))
        expect(renewed!.borrowing).to.include({ renewal_count: 1 })
        expect(await borrowing(waited!)).to.include({ renewal_count: 0 })
      })

      it('is done once under a key', async () => {
        const [, second] = await three()
        const first = await renewAll('user', 'k')
        const again = await renewAll('user', 'k')
        expect(again.headers.get('idempotency-replayed')).to.equal('true')
        expect(again.text).to.equal(first.text)
        expect(await borrowing(second!)).to.include({ renewal_count: 1 })
        await renewAll('user', 'l')
        expect(await borrowing(second!)).to.include({ renewal_count: 2 })
      })

      it('leaves out what is not open, and is empty for one who has nothing', async () => {
        const id = await lentBy({}, { borrowed: -20, due: 1 }, { state: 'lost' })
        const reply = await renewAll()
        expect([reply.data, reply.meta]).to.deep.equal([[], { renewed: 0, refused: 0 }])
        expect(await borrowing(id)).to.include({ renewal_count: 0 })
      })

      it('is for himself and the staff; a manager is denied what was lent elsewhere, loan by loan', async () => {
        const [, second] = await three()
        expectRefusal(await renewAll('other'), 403, 'PERMISSION_DENIED', { permission: 'loan:renew-all' })
        const reply = await renewAll('stranger')
        expect(reply.meta).to.deep.equal({ renewed: 0, refused: 3 })
        expect(verdicts(reply)[1]).to.deep.include({
          borrowing_id: second,
          error: {
            message: 'This is not for you to do',
            code: 'PERMISSION_DENIED',
            details: { permission: 'loan:renew' },
            status_code: 403,
          },
        })
        expect((await renewAll('manager')).meta).to.deep.equal({ renewed: 2, refused: 1 })
        const nobody = await as('librarian', 'POST', '/users/99/renew-all')
        expectRefusal(nobody, 404, 'NOT_FOUND', { resource: 'user', id: 99 })
      })
    })

    describe('the explanation (R4.8)', () => {
      interface Explained {
        readonly due_date: Readonly<Record<string, unknown>>
        readonly fine: Readonly<Record<string, unknown>>
      }
      const explain = (id: number, who: keyof World['tokens'] = 'user') =>
        as(who, 'GET', `/borrowings/${id}/explain`)
      const explained = async (id: number) => (await explain(id)).data as Explained

      it('tells the way to the due date and to the fine so far', async () => {
        const id = await lend('user')
        world.clock.days(23)
        const { due_date, fine } = await explained(id)
        expect(due_date).to.deep.include({
          from: '2026-11-21T10:00:00.000Z',
          period: { length: 21, unit: 'days' },
          // A branch without hours never opens (R1.4).
          calendar_ignored: true,
          computed: '2026-12-12T22:59:59.000Z',
          due_date: '2026-12-12T22:59:59.000Z',
          overdue_from: '2026-12-12T23:00:00.000Z',
        })
        expect((due_date['steps'] as readonly { on: string }[]).map(({ on }) => on)).to.deep.equal([
          '2026-11-21',
          '2026-12-12',
          '2026-12-12',
          '2026-12-12',
          '2026-12-12',
        ])
        const money = (amount: number) => ({ amount, currency: 'EUR' })
        expect(fine).to.deep.include({
          until: '2026-12-14T10:00:00.000Z',
          days: [
            { on: '2026-12-13', counted: true, reason: null },
            { on: '2026-12-14', counted: true, reason: null },
          ],
          late: 2,
          units: 2,
          lines: [{ units: 2, rate: money(25), amount: money(50) }],
          before_caps: money(50),
          capped_by: [],
          amount: money(50),
          posted: money(0),
          total: money(50),
        })
        expect(await borrowing(id)).to.deep.include({ fine_amount: money(50) })
      })

      it('tells of a renewed one from where its last period began, and what was posted', async () => {
        const id = await lentBy({ renewalFrom: 'now' }, { borrowed: -30, due: -4 })
        await renew(id)
        const { due_date, fine } = await explained(id)
        expect(due_date).to.deep.include({
          from: '2026-11-21T10:00:00.000Z',
          computed: '2026-12-12T22:59:59.000Z',
          due_date: '2026-12-12T22:59:59.000Z',
        })
        const posted = { amount: 100, currency: 'EUR' }
        expect(fine).to.deep.include({ late: 0, posted, total: posted })
      })

      it('of a returned one tells what was posted at the return, once', async () => {
        const id = await lentBy({}, { borrowed: -30, due: -4 })
        const back = await as('librarian', 'PUT', `/borrowings/${id}/return`)
        expect(back.status, back.text).to.equal(200)
        world.clock.days(3)
        const { fine } = await explained(id)
        const hundred = { amount: 100, currency: 'EUR' }
        expect(fine).to.deep.include({ late: 4, amount: hundred, posted: hundred, total: hundred })
      })

      it('of a lost one tells of no fine that runs', async () => {
        const id = await lentBy({}, { borrowed: -30, due: -4 }, { state: 'lost' })
        const { fine } = await explained(id)
        expect(fine).to.deep.include({ until: null, days: [], late: 0 })
      })

      it('is for its member and the staff', async () => {
        const id = await lend('user')
        expectRefusal(await explain(id, 'other'), 403, 'PERMISSION_DENIED', { permission: 'loan:read' })
        expect((await explain(id, 'stranger')).status).to.equal(200)
        expectRefusal(await explain(99), 404, 'NOT_FOUND', { resource: 'borrowing', id: 99 })
      })
    })

    describe('what the loan and its member allow (R5.2)', () => {
      for (const state of ['lost', 'claimed_returned'] as const) {
        it(`a loan that is ${state} is not renewed, whoever asks`, async () => {
          const id = await lentBy({}, { borrowed: -20, due: 1 }, { state })
          const reply = await renew(id, 'librarian', {
            override: { rules: ['loan-state'], reason: 'All the same' },
          })
          expectRefusal(reply, 422, 'RENEWAL_REFUSED')
          expect(verdictOf(reply, 'loan-state')).to.include({ kind: 'blocker', limit: 'open', actual: state })
        })
      }

      it('0 renewals by the terms of the checkout are none', async () => {
        const id = await lentBy({ maxRenewals: 0 }, { borrowed: -20, due: 1 })
        expect(refusing(await renew(id))).to.deep.equal(['max-renewals'])
      })

      it('a member whose membership has ended is told so, together with all else', async () => {
        const id = await lentBy({ maxRenewals: 0 }, { borrowed: -20, due: 1 })
        await as('admin', 'PUT', `/users/${world.ids.user}`, { membership_expires_on: '2026-11-20' })
        const reply = await renew(id)
        expectRefusal(reply, 422, 'RENEWAL_REFUSED')
        expect(refusing(reply)).to.have.members(['membership-expired', 'max-renewals'])
      })
    })
  })
}
