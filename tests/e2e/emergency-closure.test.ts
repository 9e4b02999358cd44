/**
 * R6.9: an emergency closure over thousands of open loans is tried, carried out, killed half-way, resumed, undone, killed half-way again and
 * resumed by two processes at once: every due date and shelf date is the old one.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'chai'
import { toInstant } from '../../adapters/knex/columns.ts'
import { endOf } from '../../core/circulation/loan-terms.ts'
import { atWallTime, dayOf } from '../../core/shared/local-time.ts'
import type { WallTime } from '../../core/shared/local-time.ts'
import { zone } from '../support/builders.ts'
import { freshPostgres, freshSqlite } from '../support/databases.ts'
import type { MeasuredServer } from '../support/measured-server.ts'
import { ask, dataOf } from './fire/ask.ts'
import type { Answer } from './fire/ask.ts'
import { expectConsistent } from './fire/consistent.ts'
import { note } from './fire/figures.ts'
import { logIn, openSite } from './fire/site.ts'
import type { Site } from './fire/site.ts'
import { expectNoStandstill } from './fire/standstill.ts'
import { beforeTheStorm, countOf, datesOf } from './fire/storm.ts'
import type { Stormy } from './fire/storm.ts'

const berlin = zone('Europe/Berlin')

interface Listed {
  readonly total: number
  readonly [outcome: string]: unknown
}

for (const [name, fresh] of Object.entries({ SQLite: freshSqlite, Postgres: freshPostgres })) {
  describe(`an emergency closure on ${name} (R6.9)`, function () {
    this.timeout(600_000)
    let site: Site
    let storm: Stormy
    before(async () => {
      site = await openSite({ database: await fresh() })
      storm = await beforeTheStorm(site)
    })
    after(() => site.close())

    const answers: Answer[] = []
    const start = async (): Promise<MeasuredServer> => {
      const server = await site.start()
      // The start does not count.
      await server.lag()
      return server
    }
    /** Kills it when some of the list has come to this: early, for whoever watches from outside is late. */
    const killHalfWay = async (server: MeasuredServer, outcome: string): Promise<void> => {
      const all = storm.loans + storm.shelf
      while ((await countOf(site.tables, outcome)) < all / 20) await wait(2)
      server.kill()
      await wait(300)
      const reached = await countOf(site.tables, outcome)
      expect(reached, 'reached by the crash').to.be.within(all / 20, all - 1)
    }
    const expectEachOnce = async (times: number): Promise<void> => {
      const odd = await site.tables
        .read('outbox')
        .whereIn('type', ['LoanDueDateMoved', 'ReservationShelfDateMoved'])
        .groupBy('aggregate', 'aggregate_id')
        .havingRaw('count(*) <> ?', [times])
        .select('aggregate', 'aggregate_id')
      expect(odd, `told ${times} times`).to.deep.equal([])
    }

    it('is tried, applied, killed, resumed, undone, killed, resumed: all dates are the old ones', async () => {
      const old = await datesOf(site.tables)
      const first = await start()
      const token = await logIn(first, 'root')
      const path = `/branches/${storm.branchId}/emergency-closure`
      const call = async (server: MeasuredServer, at: string, body: object = {}) => {
        const answer = await ask(server, 'POST', at, body, { token })
        answers.push(answer)
        return answer
      }
      const runJob = (server: MeasuredServer) => call(server, '/admin/jobs/emergency-closures/run')
      await call(first, '/admin/jobs/recount/run')
      const body = { from: storm.from, to: storm.to, reason: 'Storm' }

      const tried = await call(first, path, { ...body, dry_run: true })
      expect(tried.status, tried.text).to.equal(200)
      expect(dataOf(tried)['reopens_on']).to.equal(storm.reopensOn)
      expect((dataOf(tried)['loans'] as Listed).total).to.equal(storm.loans)
      expect((dataOf(tried)['reservations'] as Listed).total).to.equal(storm.shelf)
      expect(await datesOf(site.tables)).to.deep.equal(old)

      // Nobody asks for the job: it begins by itself, perhaps before the answer is out, which is lost then.
      const declaring = call(first, path, body).then(
        ({ status, text }) => expect(status, text).to.equal(201),
        () => undefined,
      )
      await killHalfWay(first, 'moved')
      await declaring
      const kept = await site.tables.read('emergency_closures').first<{ id: number }>('id')
      const closure = `${path}/${String(kept.id)}`
      const second = await start()
      const resumed = await runJob(second)
      expect(dataOf(resumed), resumed.text).to.include({ done: 1, failed: 0 })

      const moved = await datesOf(site.tables)
      const becomes = endOf(storm.reopensOn, berlin)
      const opening = atWallTime(storm.reopensOn, '09:00' as WallTime, berlin)
      const falls = (at: number | string): boolean => {
        const day = dayOf(toInstant(at), berlin)
        return storm.from <= day && day <= storm.to
      }
      moved.loans.forEach(({ due_date, overdue_from }, index) => {
        const before = old.loans[index]!
        const timed = before.due_date === before.overdue_from
        const expected = !falls(before.due_date)
          ? [toInstant(before.due_date), toInstant(before.overdue_from)]
          : timed
            ? [opening, opening]
            : [becomes.dueAt, becomes.overdueFrom]
        expect([toInstant(due_date), toInstant(overdue_from)]).to.deep.equal(expected)
      })
      for (const { ready_until } of moved.reservations) expect(toInstant(ready_until)).to.equal(becomes.dueAt)
      await expectEachOnce(1)

      const undone = await call(second, `${closure}/undo`)
      expect(undone.status, undone.text).to.equal(200)
      // The worker's claim on the job was lost in the crash, and lasts for a while.
      const dying = runJob(second).catch(() => null)
      await killHalfWay(second, 'given_back')
      await dying
      const [third, fourth] = await Promise.all([start(), start()])
      await Promise.all([runJob(third), runJob(fourth)])

      expect(await datesOf(site.tables)).to.deep.equal(old)
      await expectEachOnce(2)
      const shown = await ask(third, 'GET', closure, null, { token })
      expect(dataOf(shown)).to.include({ state: 'undone' })
      expect(dataOf(shown)['loans']).to.include({ total: storm.loans, given_back: storm.loans })
      expect(dataOf(shown)['reservations']).to.include({ total: storm.shelf, given_back: storm.shelf })
      expect(await site.tables.read('branch_closures').select('id')).to.deep.equal([])
      await expectConsistent(third)
      await expectNoStandstill(site.tables)
      for (const server of [first, second, third, fourth]) {
        expect(server.output()).not.to.contain('"message":"bug"')
      }
      note(
        `${name}: emergency closure, killed twice`,
        2,
        answers,
        [await third.lag(), await fourth.lag()],
        `${storm.loans} loans`,
      )
      await Promise.all([third.stop(), fourth.stop()])
    })
  })
}
