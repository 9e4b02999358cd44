/** R5.4 over every storage: the day before it is due a loan is renewed, or its member is told why not; each once. */
import { expect } from 'chai'
import { autoRenew } from '../../core/circulation/use-cases/auto-renew.ts'
import { renewalPolicies } from '../../core/circulation/renewal-policies.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import type { RuleValues } from '../../core/circulation/rule-table.ts'
import { TE } from '../../core/shared/fp.ts'
import { toIso } from '../../core/shared/local-time.ts'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { idOf, rowsOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`the job auto-renew on ${backend.name} (R5.4)`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = async (who: keyof World['tokens'], method: string, path: string, body?: object) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    }
    const lend = async (who: keyof World['tokens'], barcode: string) =>
      idOf(await as('librarian', 'POST', '/borrowings', { user_id: world.ids[who], barcode }))
    const borrowing = async (id: number) =>
      (await as('admin', 'GET', `/borrowings/${id}`)).data as { readonly due_date: string }

    /** The job as it is wired, in a library whose default row has these values besides. */
    const job = (values: Partial<RuleValues> = { autoRenew: true }) => {
      const { work, ids, queries } = world.persistence
      const table = { version: 7, defaults: { ...defaultValues, ...values }, rows: [] }
      const rules = { current: () => TE.right(table) }
      return autoRenew({
        work: { run: what => work.run(stores => what({ ...stores, rules })) },
        ids,
        queries: queries.circulation,
        clock: world.clock,
        policies: renewalPolicies,
      })
    }
    const run = (values?: Partial<RuleValues>) => right(job(values))

    /** What members are told of, by the outbox. */
    const told = async () => {
      world.clock.minutes(5)
      const now = world.clock.now()
      const events = await right(world.persistence.outbox.claim(50, now, now))
      for (const { id } of events) await right(world.persistence.outbox.done(id, now))
      return events
        .filter(({ event }) => event.type === 'LoanRenewed' || event.type === 'LoanNotRenewed')
        .map(({ event }) => [event.type, event.aggregateId])
    }

    it('renews what the rules allow on the day before it is due, and not sooner', async () => {
      const id = await lend('user', 'C-1')
      world.clock.days(19)
      expect(await run()).to.deep.equal({ done: 0, skipped: 1, failed: 0 })
      // Due 12 December; in Berlin the 11th begins at 23:00 of the 10th in UTC.
      world.clock.minutes(13 * 60 - 1)
      expect(toIso(world.clock.now())).to.equal('2026-12-10T22:59:00.000Z')
      expect(await run()).to.include({ done: 0 })
      world.clock.minutes(1)
      expect(await run()).to.deep.equal({ done: 1, skipped: 0, failed: 0 })
      expect(await borrowing(id)).to.include({ due_date: '2027-01-02T22:59:59.000Z', renewal_count: 1 })
      expect(await told()).to.deep.equal([['LoanRenewed', id]])
      expect(await run()).to.include({ done: 0 })
      expect(await told()).to.deep.equal([])
    })

    it('what would be due no later today is tried again on the day it is due, and nobody is told in between', async () => {
      const table = await as('admin', 'GET', '/circulation-rules')
      const [row] = (table.data as { readonly rows: readonly { readonly values: object }[] }).rows
      const values = {
        ...row!.values,
        loan_period: { length: 1, unit: 'days' },
        renewal_from: 'now',
        auto_renew: true,
      }
      const put = await world.call('PUT', '/circulation-rules', {
        token: world.tokens.admin,
        body: { rows: [{ ...row, values }] },
        headers: { 'If-Match': '*' },
      })
      expect(put.status, put.text).to.equal(200)
      const id = await lend('user', 'C-1')
      const job = () => as('admin', 'POST', '/admin/jobs/auto-renew/run')
      expect((await job()).data).to.include({ done: 0, skipped: 1, failed: 0 })
      expect(await told()).to.deep.equal([])
      world.clock.days(1)
      expect((await job()).data).to.include({ done: 1, skipped: 0, failed: 0 })
      expect(await told()).to.deep.equal([['LoanRenewed', id]])
    })

    it('tells the member of a refusal, once for a due date, and changes nothing else', async () => {
      const id = await lend('user', 'C-1')
      await lend('other', 'C-2')
      await as('manager', 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
      world.clock.days(20)
      const before = await borrowing(id)
      expect(await run()).to.deep.equal({ done: 0, skipped: 2, failed: 0 })
      expect(await borrowing(id)).to.deep.equal(before)
      const [first, second] = await told()
      expect([first?.[0], second?.[0]]).to.deep.equal(['LoanNotRenewed', 'LoanNotRenewed'])
      expect(await run()).to.deep.equal({ done: 0, skipped: 0, failed: 0 })
      world.clock.days(1)
      expect(await run()).to.deep.equal({ done: 0, skipped: 0, failed: 0 })
      expect(await told()).to.deep.equal([])
      const entries = rowsOf(await as('admin', 'GET', '/audit?action=borrowing.not_renewed'))
      expect(entries).to.have.length(2)
      expect(entries[0]!['after']).to.deep.equal({
        due_date: before.due_date,
        failed_rules: ['reservations-waiting'],
      })
      expect(entries[0]!['actor_role']).to.equal('system')
      // The desk renews it all the same; for the new date the library asks again.
      const override = { rules: ['reservations-waiting'], reason: 'Exam' }
      const renewed = await as('librarian', 'PUT', `/borrowings/${id}/renew`, { override })
      expect(renewed.status, renewed.text).to.equal(200)
      await told()
      world.clock.days(20)
      expect(await run()).to.deep.equal({ done: 0, skipped: 1, failed: 0 })
      expect(await told()).to.deep.equal([['LoanNotRenewed', id]])
    })

    it('twice at once renews once and tells once', async () => {
      const id = await lend('user', 'C-1')
      world.clock.days(20)
      const runs = await Promise.all([run(), run()])
      expect(runs.reduce((sum, { done }) => sum + done, 0)).to.equal(1)
      expect(await borrowing(id)).to.include({ renewal_count: 1 })
      expect(await told()).to.deep.equal([['LoanRenewed', id]])
    })

    it('twice at once tells once of a refusal', async () => {
      const id = await lend('user', 'C-1')
      world.clock.days(20)
      await Promise.all([run({ autoRenew: true, maxLoans: 0 }), run({ autoRenew: true, maxLoans: 0 })])
      expect(await told()).to.deep.equal([['LoanNotRenewed', id]])
    })

    it('on the due day makes up for a day without a job; what is overdue it leaves alone', async () => {
      const id = await lend('user', 'C-1')
      world.clock.days(21)
      expect(await run()).to.include({ done: 1 })
      expect(await borrowing(id)).to.include({ renewal_count: 1 })
      world.clock.days(22)
      expect(await run()).to.deep.equal({ done: 0, skipped: 0, failed: 0 })
      expect(await borrowing(id)).to.include({ renewal_count: 1, status: 'overdue' })
    })

    it('by hand in a library whose rules do not ask for it does nothing', async () => {
      const id = await lend('user', 'C-1')
      await addCopyOf(world.api.deps, world.bookId, world.here, 'C-3')
      world.clock.days(20)
      const reply = await as('admin', 'POST', '/admin/jobs/auto-renew/run')
      expect(reply.data, reply.text).to.deep.equal({
        job: 'auto-renew',
        library_time: '2026-12-11T10:00:00.000Z',
        done: 0,
        skipped: 0,
        failed: 0,
      })
      expect(await borrowing(id)).to.include({ renewal_count: 0 })
      expect(await told()).to.deep.equal([])
    })
  })
}
