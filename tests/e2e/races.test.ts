/** Races over HTTP against two server processes on one database: exactly the allowed number succeeds, nobody gets a 500. */
import { expect } from 'chai'
import { freshPostgres, freshSqlite } from '../support/databases.ts'
import type { Answer } from './fire/ask.ts'
import { closingAndRenewing } from './fire/closing-and-renewing.ts'
import { expectConsistent } from './fire/consistent.ts'
import { meddlings, openLoanIndex } from './fire/behind-its-back.ts'
import { cancelAndTrap } from './fire/cancel-and-trap.ts'
import { note } from './fire/figures.ts'
import { lastCopies } from './fire/last-copies.ts'
import { rounds } from './fire/length.ts'
import { oneKey } from './fire/one-key.ts'
import { oneOfflineList } from './fire/one-offline-list.ts'
import { oneReturn } from './fire/one-return.ts'
import { oneSlot } from './fire/one-slot.ts'
import { openTrack } from './fire/race.ts'
import type { Track } from './fire/race.ts'
import { renewedOrReserved } from './fire/renewed-or-reserved.ts'
import { sameChange } from './fire/same-change.ts'
import { sameJob } from './fire/same-job.ts'
import { samePayment } from './fire/same-payment.ts'
import { sameReminder } from './fire/same-reminder.ts'
import { sameRenewal } from './fire/same-renewal.ts'
import { sentOrLent } from './fire/sent-or-lent.ts'
import { expectNoStandstill } from './fire/standstill.ts'
import { twoReturns } from './fire/two-returns.ts'

const races = [
  lastCopies(1, 200),
  lastCopies(8, 64),
  oneSlot,
  oneReturn,
  twoReturns,
  oneKey,
  oneOfflineList,
  sameRenewal,
  cancelAndTrap,
  sameChange,
  sameJob,
  sameReminder,
  samePayment,
  sentOrLent,
  renewedOrReserved,
  closingAndRenewing,
  openLoanIndex,
]

for (const { name, fresh, ran } of [
  { name: 'SQLite', fresh: freshSqlite, ran: races },
  { name: 'Postgres', fresh: freshPostgres, ran: [...races, ...meddlings] },
]) {
  describe(`races of two processes on one ${name}`, function () {
    this.timeout(600_000)
    let track: Track

    before(async () => {
      track = await openTrack({ database: await fresh() })
    })

    after(() => track.close())

    const lags = () => Promise.all(track.servers.map(server => server.lag()))

    for (const { title, setUp } of ran) {
      it(title, async () => {
        const run = await setUp(track)
        // Neither the start nor the logins count.
        await lags()
        const answers: Answer[] = []
        for (let round = 0; round < rounds; round += 1) answers.push(...(await run(round)))
        await expectNoStandstill(track.tables)
        note(`${name}: ${title}`, rounds, answers, await lags())
        await expectConsistent(track.servers[0]!)
        for (const server of track.servers) expect(server.output()).not.to.contain('"message":"bug"')
      })
    }
  })
}
