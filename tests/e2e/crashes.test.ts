/** Crashes in the middle of hundreds of operations: nothing that was answered is lost, nothing is done twice. */
import { freshOn, freshSqlite } from '../support/databases.ts'
import { durablePostgres } from '../support/durable-postgres.ts'
import type { DurablePostgres } from '../support/durable-postgres.ts'
import type { Answer } from './fire/ask.ts'
import { openBurning } from './fire/burning.ts'
import type { Burning } from './fire/burning.ts'
import { crashOnce } from './fire/crash.ts'
import { note } from './fire/figures.ts'
import { kills, postgresKills } from './fire/length.ts'

const kinds = {
  SQLite: async () => ({ postgres: null, database: await freshSqlite() }),
  Postgres: async () => {
    const postgres = await durablePostgres()
    return { postgres, database: await freshOn(postgres) }
  },
}

for (const [name, open] of Object.entries(kinds)) {
  describe(`crashes on ${name}`, function () {
    this.timeout(1_200_000)
    let burning: Burning
    let postgres: DurablePostgres | null
    let drop: () => Promise<void>

    before(async () => {
      const opened = await open()
      postgres = opened.postgres
      drop = opened.database.drop
      burning = await openBurning(opened.database)
    })

    after(() => drop())

    it('of the server, killed at its work: what was answered is there, what was not is done once (R2.7)', async () => {
      const answers: Answer[] = []
      let retries = 0
      let server = await burning.start()
      for (let count = 0; count < kills; count += 1) {
        const victim = server
        const crash = await crashOnce(burning, `kill ${count}`, victim, () => victim.kill(), burning.start)
        answers.push(...crash.answers)
        retries += crash.retries
        server = crash.server
      }
      note(`${name}: the server killed`, kills, answers, [await server.lag()], `${retries} asked again`)
      await server.stop()
    })

    if (name === 'Postgres') {
      it('of Postgres itself: 503 while it is away, and then the same server works again', async () => {
        const answers: Answer[] = []
        let retries = 0
        const server = await burning.start()
        for (let count = 0; count < postgresKills; count += 1) {
          let up: Promise<void> = Promise.resolve()
          const strike = (): void => {
            up = postgres!.kill().then(() => postgres!.startAgain())
          }
          const crash = await crashOnce(burning, `fall ${count}`, server, strike, () => up.then(() => server))
          answers.push(...crash.answers)
          retries += crash.retries
        }
        note(
          `${name}: Postgres killed`,
          postgresKills,
          answers,
          [await server.lag()],
          `${retries} asked again`,
        )
        await server.stop()
      })
    }
  })
}
