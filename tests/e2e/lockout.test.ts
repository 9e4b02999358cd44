/** AUT-7 in the product as it runs: guesses in two processes count together, and many of them open nothing. */
import { expect } from 'chai'
import type { MeasuredServer } from '../support/measured-server.ts'
import { freshPostgres, freshSqlite } from '../support/databases.ts'
import { done } from '../support/world.ts'
import { guesserAt } from './fire/guessing.ts'
import type { Guessed } from './fire/guessing.ts'
import { wrongLogins } from './fire/length.ts'
import { openSite, password } from './fire/site.ts'
import type { Site } from './fire/site.ts'

const wrong = { status: 401, code: 'INVALID_CREDENTIALS', retryAfter: null }

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`wrong logins in two processes on one ${name} (AUT-7)`, function () {
    this.timeout(180_000)
    let site: Site
    let servers: readonly MeasuredServer[] = []

    before(async () => {
      site = await openSite({ database: await fresh(), env: { JOBS: 'off' } })
      servers = await Promise.all([site.start(), site.start()])
    })
    after(async () => {
      await Promise.all(servers.map(server => server.stop()))
      await site.close()
    })

    it('all count that come at once, and no more than five of them are looked at in earnest', async () => {
      const { id } = await site.join('ada', site.hash)
      const guessers = servers.map(({ url }) => guesserAt(url, 1))
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, guess) => guessers[guess % 2]!('ada', `guess ${guess}`)),
      )
      expect(answers).to.deep.equal(answers.map(() => wrong))
      const known = await done(site.library, ({ loginFailures }) => loginFailures.ofAccount(`user ${id}`))
      const ofAddress = await done(site.library, ({ loginFailures }) => loginFailures.ofAddress('127.0.1.2'))
      expect(known).to.have.property('failures', 5)
      expect(ofAddress).to.have.length(40)
      for (const { url } of servers) {
        const answer = await guesserAt(url, 2)('ada', password)
        expect(answer).to.include({ status: 423, code: 'ACCOUNT_LOCKED' })
        expect(answer.retryAfter).to.be.within(1, 30)
      }
    })

    it('an address that used up its hundred in one waits in the other, whatever it sends at once', async () => {
      const [one, other] = servers.map(({ url }) => guesserAt(url, 3))
      const answers = await Promise.all(
        Array.from({ length: 130 }, (_, guess) => (guess % 2 === 0 ? one! : other!)(`nobody-${guess}`, 'x')),
      )
      expect(answers.filter(({ status }) => status === 401)).to.have.length(100)
      expect(answers.filter(({ status, code }) => status === 429 && code === 'RATE_LIMITED')).to.have.length(
        30,
      )
      for (const guess of [one!, other!]) expect((await guess('clerk', password)).status).to.equal(429)
    })
  })
}

describe(`${String(wrongLogins)} wrong logins (AUT-7)`, function () {
  this.timeout(900_000)
  let site: Site
  let server: MeasuredServer

  before(async () => {
    site = await openSite({ database: await freshSqlite(), env: { JOBS: 'off' } })
    server = await site.start()
  })
  after(async () => {
    await server.stop()
    await site.close()
  })

  it('open none of a hundred accounts, tell no names, and hold nobody else up', async () => {
    const accounts = Array.from({ length: 100 }, (_, index) => `reader.${index}`)
    for (const account of accounts) await site.join(account, site.hash)
    const names = [...accounts, ...Array.from({ length: 20 }, (_, index) => `nobody.${index}`)]
    const guessers = Array.from({ length: Math.ceil(wrongLogins / 80) }, (_, index) =>
      guesserAt(server.url, 10 + index),
    )

    const looking = { on: true }
    const looks: number[] = []
    const reader = (async () => {
      while (looking.on) looks.push((await fetch(`${server.url}/api/v1/branches`)).status)
    })()

    /** What each name was answered, wrong password by wrong password; and what a right one was, while the account is locked. */
    const answered = new Map<string, Guessed[]>(names.map(each => [each, []]))
    const right: Guessed[] = []
    let sent = 0
    const guess = async (name: string, secret: string): Promise<Guessed> => {
      sent += 1
      return guessers[sent % guessers.length]!(name, secret)
    }
    for (let round = 0; sent < wrongLogins; round += 1) {
      for (let from = 0; from < names.length; from += 20)
        await Promise.all(
          names.slice(from, from + 20).map(async name => {
            answered.get(name)!.push(await guess(name, `guess ${round}`))
          }),
        )
      // All are locked by now, for half a minute from their fifth.
      if (round === 5)
        right.push(...(await Promise.all(accounts.slice(80).map(name => guess(name, password)))))
    }
    looking.on = false
    await reader

    for (const [name, answers] of answered) expect(answers, name).to.deep.equal(answers.map(() => wrong))
    for (const answer of right) expect(answer).to.include({ status: 423, code: 'ACCOUNT_LOCKED' })
    expect(right).to.have.length(20)
    expect(looks.length).to.be.above(20)
    expect(new Set(looks)).to.deep.equal(new Set([200]))
    const sessions = await site.tables.read('sessions').select('id')
    expect(sessions).to.be.empty
    expect(server.output()).not.to.include('"message":"bug"')
  })
})
