/** Keys hold across processes and crashes: one loan for one key, whoever answers and whoever is killed. */
import { expect } from 'chai'
import { connect } from '../../adapters/knex/connect.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { newSigningKey } from '../../adapters/security/access-tokens.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import type { Persistence } from '../../app/persistence.ts'
import type { BookId, MemberId } from '../../core/shared/id.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { startServerProcess } from '../support/server.ts'
import type { ServerProcess } from '../support/server.ts'
import { addMember, aLibrary, done, right } from '../support/world.ts'

const pepper = 'a pepper of the key tests, long enough'
const password = 'once and for all'
const senders = 50
const borrowers = 40

interface Answer {
  readonly status: number
  readonly text: string
  readonly code: string | undefined
  readonly replayed: boolean
}

const post = async (server: ServerProcess, path: string, body: object, headers: object): Promise<Answer> => {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  const { error } = JSON.parse(text) as { readonly error?: { readonly code: string } }
  return {
    status: response.status,
    text,
    code: error?.code,
    replayed: response.headers.get('idempotency-replayed') === 'true',
  }
}

const logIn = async (server: ServerProcess): Promise<string> => {
  const { text } = await post(server, '/auth/login', { login: 'clerk', password }, {})
  return (JSON.parse(text) as { readonly data: { readonly access_token: string } }).data.access_token
}

const databases: readonly { readonly name: string; readonly fresh: () => Promise<FreshDatabase> }[] = [
  { name: 'SQLite', fresh: freshSqlite },
  { name: 'Postgres', fresh: freshPostgres },
]

for (const { name, fresh } of databases) {
  describe(`keyed checkouts at two processes on one ${name}`, function () {
    this.timeout(180_000)
    let database: FreshDatabase
    let library: Persistence
    let env: Readonly<Record<string, string>>
    let servers: ServerProcess[]
    let token: string

    before(async () => {
      database = await fresh()
      library = openKnex({ ...connection, storage: database.storage, now: Date.now })
      const hashing = passwords({ pepper, cost: 4 })
      const hash = await right(hashing.hash(password))
      await hashing.close()
      const clerk = await addMember(
        library,
        { username: 'clerk', email: 'clerk@example.org', cardNumber: 'CLERK', membershipExpiresOn: null },
        hash,
      )
      await done(library, stores => stores.members.appoint(clerk.id, { role: 'librarian', branchId: null }))
      env = {
        STORAGE: database.storage,
        SAMPLE_DATA: 'off',
        LOG_LEVEL: 'info',
        TOKEN_SIGNING_KEY: await newSigningKey(),
        PASSWORD_PEPPER: pepper,
        BCRYPT_COST: '4',
        POOL_SIZE: '20',
      }
      servers = await Promise.all([startServerProcess(env), startServerProcess(env)])
      token = await logIn(servers[0]!)
    })

    after(async () => {
      await Promise.all(servers.map(server => server.stop()))
      await library.close()
      await database.drop()
    })

    const lend = (server: ServerProcess, key: string, userId: MemberId, bookId: BookId): Promise<Answer> =>
      post(
        server,
        '/borrowings',
        { user_id: userId, book_id: bookId },
        { Authorization: `Bearer ${token}`, 'Idempotency-Key': key },
      )

    const addBorrower = async (card: string): Promise<MemberId> => {
      const username = card.toLowerCase()
      const email = `${username}@example.org`
      return (await addMember(library, { username, email, cardNumber: card, membershipExpiresOn: null })).id
    }

    const openLoans = async (bookId: BookId): Promise<readonly MemberId[]> => {
      const { rows } = await right(
        library.queries.circulation.loans(
          { bookId, isReturned: false },
          { sort: [], limit: 100, at: { kind: 'page', page: 1 } },
          Date.now() as never,
        ),
      )
      return rows.map(({ loan }) => loan.memberId)
    }

    it('are one loan, sent 50 times at once with one key, half to each', async () => {
      const { bookId } = await aLibrary(library, { copies: 5, members: 0 })
      const borrower = await addBorrower('SENDER')
      const send = () =>
        Promise.all(
          Array.from({ length: senders }, (_, index) => lend(servers[index % 2]!, 'fifty', borrower, bookId)),
        )
      const answers = await send()
      const told = answers.filter(({ status }) => status === 201)
      expect(told.filter(({ replayed }) => !replayed)).to.have.length(1)
      const waiting = answers.filter(({ status }) => status !== 201)
      for (const { status, code } of waiting) {
        expect([status, code]).to.deep.equal([409, 'IDEMPOTENCY_CONFLICT'])
      }
      const again = await send()
      for (const { status, text, replayed } of again) {
        expect({ status, text, replayed }).to.deep.equal({ status: 201, text: told[0]!.text, replayed: true })
      }
      expect(new Set(told.map(({ text }) => text)).size).to.equal(1)
      expect(await openLoans(bookId)).to.deep.equal([borrower])
    })

    it('are one loan each, although a process is killed in the middle of them', async () => {
      const { bookId } = await aLibrary(library, {
        copies: borrowers,
        members: 0,
        book: { title: 'Killed', isbn13: null, isbn10: null },
      })
      const racers: MemberId[] = []
      for (let index = 0; index < borrowers; index += 1) racers.push(await addBorrower(`K${String(index)}`))
      const [victim, survivor] = servers as [ServerProcess, ServerProcess]

      let answered = 0
      const firstTries = racers.map((racer, index) =>
        lend(victim, `kill-${String(index)}`, racer, bookId).then(
          answer => {
            answered += 1
            // Some are answered, some committed and not answered, some under way, some only sent.
            if (answered === 5) victim.kill()
            return answer
          },
          () => null,
        ),
      )
      const first = await Promise.all(firstTries)
      expect(first.filter(answer => answer === null).length, 'cut off').to.be.greaterThan(0)

      // The dead process's leases end: a minute goes by.
      const raw = connect({ ...connection, storage: database.storage })
      await raw
        .write('idempotency_keys')
        .whereNull('status')
        .update({ lease_until: '2001-01-01T00:00:00.000Z' })
      await raw.close()

      const retry = async (racer: MemberId, index: number): Promise<Answer> => {
        const answer = await lend(survivor, `kill-${String(index)}`, racer, bookId)
        // What the database has not undone yet of the dead process.
        return answer.status === 503 || answer.code === 'IDEMPOTENCY_CONFLICT' ? retry(racer, index) : answer
      }
      const second = await Promise.all(racers.map(retry))
      expect(second.map(({ status, text }) => (status === 201 ? 201 : text))).to.deep.equal(
        Array<number>(borrowers).fill(201),
      )
      first.forEach((answer, index) => {
        if (answer !== null) expect(second[index]).to.include({ text: answer.text, replayed: true })
      })
      expect([...(await openLoans(bookId))].sort((a, b) => a - b)).to.deep.equal(racers)
      const { holdings } = await right(library.queries.catalogue.book(bookId))
      expect(holdings).to.deep.equal({ total: borrowers, available: 0, circulating: borrowers })
      expect(survivor.output()).not.to.contain('"message":"bug"')
    })
  })
}
