/** NOT-2 and R5.3 over every storage: whoever has something that is due soon is reminded, once for a due date. */
import { expect } from 'chai'
import { remindOfDueDates } from '../../core/circulation/use-cases/remind-of-due-dates.ts'
import { noticeOf } from '../../core/notices/notice.ts'
import { toIso } from '../../core/shared/local-time.ts'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { idOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const workdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']
const nineToSix = {
  ...Object.fromEntries(workdays.map(day => [day, [['09:00', '18:00']]])),
  saturday: [],
  sunday: [],
}
const none = { done: 0, skipped: 0, failed: 0 }
const one = { done: 1, skipped: 0, failed: 0 }

for (const backend of backends) {
  describe(`the job due-reminders on ${backend.name} (R5.3)`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = async (
      who: keyof World['tokens'],
      method: string,
      path: string,
      body?: object,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      const token = await freshToken(world, who)
      const reply = await world.call(method, path, {
        token,
        headers,
        ...(body === undefined ? {} : { body }),
      })
      expect(reply.status, reply.text).to.be.below(300)
      return reply
    }
    const lend = async (who: keyof World['tokens'] = 'user', barcode = 'C-1') =>
      idOf(await as('librarian', 'POST', '/borrowings', { user_id: world.ids[who], barcode }))
    /** Midnight in UTC and so many minutes. */
    const until = (time: string) => {
      world.clock.minutes((Date.parse(time) - world.clock.now()) / 60_000)
    }
    const run = async () => {
      const { data } = await as('admin', 'POST', '/admin/jobs/due-reminders/run')
      const { done, skipped, failed } = data as typeof none
      return { done, skipped, failed }
    }
    const setDays = (days: number | null) =>
      as('admin', 'PUT', '/settings', { due_reminder_days: days }, { 'If-Match': '*' })
    const setRule = async (changes: object) => {
      const { data } = await as('admin', 'GET', '/circulation-rules')
      const [row] = (data as { readonly rows: readonly { readonly values: object }[] }).rows
      const rows = [{ ...row, values: { ...row!.values, ...changes } }]
      await as('admin', 'PUT', '/circulation-rules', { rows }, { 'If-Match': '*' })
    }
    /** The reminders since the last time, by the outbox: of which loan, and of which date. */
    const reminders = async () => {
      world.clock.minutes(5)
      const now = world.clock.now()
      const events = await right(world.persistence.outbox.claim(50, now, now))
      for (const { id } of events) await right(world.persistence.outbox.done(id, now))
      return events.flatMap(({ id, event }) => {
        const notice = noticeOf(id, event)
        return notice?.kind === 'due_soon' && 'memberId' in notice
          ? [[notice.facts['loan_id'], toIso(Number(notice.facts['due_at']) as never)]]
          : []
      })
    }

    it('R5.3 reminds three days before it is due by the days of its zone, and once', async () => {
      const id = await lend()
      // Due 12 December; in Berlin the 9th begins at 23:00 of the 8th in UTC.
      until('2026-12-08T22:59:00Z')
      expect(await run()).to.deep.equal(none)
      until('2026-12-08T23:00:00Z')
      expect(await run()).to.deep.equal(one)
      expect(await reminders()).to.deep.equal([[id, '2026-12-12T22:59:59.000Z']])
      for (const days of [0, 1, 2]) {
        world.clock.days(days)
        expect(await run()).to.deep.equal(none)
      }
      expect(await reminders()).to.deep.equal([])
    })

    it('R5.3 a renewed loan is reminded of again, for the new date', async () => {
      const id = await lend()
      world.clock.days(19)
      expect(await run()).to.deep.equal(one)
      expect(await reminders()).to.have.length(1)
      await as('user', 'PUT', `/borrowings/${id}/renew`, {})
      expect(await run()).to.deep.equal(none)
      world.clock.days(20)
      expect(await run()).to.deep.equal(one)
      expect(await reminders()).to.deep.equal([[id, '2027-01-02T22:59:59.000Z']])
      expect(await run()).to.deep.equal(none)
    })

    it('R5.3 what is renewed by itself is reminded of before, and of its new date', async () => {
      await setRule({ auto_renew: true })
      const id = await lend()
      world.clock.days(18)
      expect(await run()).to.deep.equal(one)
      world.clock.days(2)
      expect((await as('admin', 'POST', '/admin/jobs/auto-renew/run')).data).to.include({ done: 1 })
      world.clock.days(18)
      expect(await run()).to.deep.equal(none)
      world.clock.days(1)
      expect(await run()).to.deep.equal(one)
      expect(await reminders()).to.deep.equal([
        [id, '2026-12-12T22:59:59.000Z'],
        [id, '2027-01-02T22:59:59.000Z'],
      ])
    })

    it('R5.3 counts days, not hours, where the clocks go forward in between', async () => {
      until('2027-03-08T10:00:00Z')
      const id = await lend()
      until('2027-03-25T22:59:00Z')
      expect(await run()).to.deep.equal(none)
      until('2027-03-25T23:00:00Z')
      expect(await run()).to.deep.equal(one)
      expect(await reminders()).to.deep.equal([[id, '2027-03-29T21:59:59.000Z']])
    })

    it('R5.3 counts from the open day that a closed one was moved to', async () => {
      await as('manager', 'PUT', `/branches/${world.here}`, { hours_of_operation: nineToSix })
      const id = await lend()
      // 12 December is a Saturday.
      until('2026-12-10T22:59:00Z')
      expect(await run()).to.deep.equal(none)
      until('2026-12-10T23:00:00Z')
      expect(await run()).to.deep.equal(one)
      expect(await reminders()).to.deep.equal([[id, '2026-12-14T22:59:59.000Z']])
    })

    describe('with an emergency closure', () => {
      const path = () => `/branches/${world.here}/emergency-closure`
      const move = () => as('admin', 'POST', '/admin/jobs/emergency-closures/run')
      const declare = async () => {
        const body = { from: '2026-12-11', to: '2026-12-13', reason: 'Storm' }
        const closure = idOf(await as('manager', 'POST', path(), body))
        await move()
        return closure
      }
      const undo = async (closure: number) => {
        await as('manager', 'POST', `${path()}/${closure}/undo`)
        await move()
      }

      it('R5.3 the new date is reminded of, and the old one again when it is given back', async () => {
        const id = await lend()
        until('2026-12-09T10:00:00Z')
        expect(await run()).to.deep.equal(one)
        const closure = await declare()
        until('2026-12-10T22:59:00Z')
        expect(await run()).to.deep.equal(none)
        until('2026-12-10T23:00:00Z')
        expect(await run()).to.deep.equal(one)
        await undo(closure)
        expect(await run()).to.deep.equal(one)
        expect(await run()).to.deep.equal(none)
        expect(await reminders()).to.deep.equal([
          [id, '2026-12-12T22:59:59.000Z'],
          [id, '2026-12-14T22:59:59.000Z'],
          [id, '2026-12-12T22:59:59.000Z'],
        ])
      })

      it('R5.3 a date given back before another was reminded of stays the one that was', async () => {
        const id = await lend()
        until('2026-12-09T10:00:00Z')
        expect(await run()).to.deep.equal(one)
        await undo(await declare())
        until('2026-12-11T10:00:00Z')
        expect(await run()).to.deep.equal(none)
        expect(await reminders()).to.deep.equal([[id, '2026-12-12T22:59:59.000Z']])
      })
    })

    it('NOT-2 what is back, lost or claimed is not reminded of, nor what is overdue', async () => {
      const [back, lost] = [await lend('user', 'C-1'), await lend('other', 'C-2')]
      world.clock.days(20)
      await as('librarian', 'PUT', `/borrowings/${back}/return`, {})
      await as('librarian', 'POST', `/borrowings/${lost}/report-lost`, {})
      const claimed = await lend('user', 'C-1')
      world.clock.days(20)
      await as('librarian', 'POST', `/borrowings/${claimed}/claim-returned`, {})
      expect(await run()).to.deep.equal(none)
      await as('librarian', 'PUT', `/borrowings/${claimed}/return`, { resolution: 'returned_by_member' })
      await lend('user', 'C-1')
      world.clock.days(22)
      expect(await run()).to.deep.equal(none)
      expect(await reminders()).to.deep.equal([])
    })

    it('NOT-2 the library says how many days before, on the day itself, or never', async () => {
      const id = await lend()
      await setDays(null)
      until('2026-12-11T10:00:00Z')
      expect(await run()).to.deep.equal(none)
      await setDays(0)
      expect(await run()).to.deep.equal(none)
      until('2026-12-11T23:00:00Z')
      expect(await run()).to.deep.equal(one)
      expect(await reminders()).to.deep.equal([[id, '2026-12-12T22:59:59.000Z']])
      await as('user', 'PUT', `/borrowings/${id}/renew`, {})
      await setDays(21)
      expect(await run()).to.deep.equal({ done: 0, skipped: 1, failed: 0 })
      world.clock.days(1)
      expect(await run()).to.deep.equal(one)
    })

    it('NOT-2 what is lent until tomorrow is reminded of tomorrow, and not today', async () => {
      await setRule({ loan_period: { length: 1, unit: 'days' } })
      await lend()
      expect(await run()).to.deep.equal({ done: 0, skipped: 1, failed: 0 })
      until('2026-11-21T23:00:00Z')
      expect(await run()).to.deep.equal(one)
    })

    it('NOT-2 twice at once it reminds once of each', async () => {
      const ids = [await lend('user', 'C-1'), await lend('other', 'C-2')]
      world.clock.days(19)
      const { work, queries } = world.persistence
      const job = remindOfDueDates({ work, queries: queries.reminders, clock: world.clock })
      const tallies = await Promise.all([right(job), right(job)])
      expect(tallies.reduce((sum, { done, failed }) => sum + done + 10 * failed, 0)).to.equal(2)
      expect((await reminders()).map(([id]) => id).sort()).to.deep.equal(ids)
    })
  })
}
