/** Races over HTTP against two server processes on one database: never a double loan, never a limit passed, no 500. */
import { expect } from 'chai'
import { openKnex } from '../../adapters/knex/open.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import type { Persistence } from '../../app/persistence.ts'
import { newSigningKey } from '../../adapters/security/access-tokens.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { startServerProcess } from '../support/server.ts'
import type { ServerProcess } from '../support/server.ts'
import { instant } from '../../core/shared/local-time.ts'
import type { World } from '../support/world.ts'
import { aLibrary, addMember, done, right } from '../support/world.ts'

const pepper = 'a pepper of the race tests, long enough'
const password = 'racing for the last copy'
const copies = 8
const members = 64
const desks = 20

interface Answer {
  readonly status: number
  readonly body: {
    readonly data?: Record<string, unknown>
    readonly error?: { readonly code: string; readonly details: readonly { readonly rule: string }[] }
  }
}

const post = async (url: string, body: object, token?: string): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

const logIn = async (server: ServerProcess, login: string): Promise<string> => {
  const { status, body } = await post(`${server.url}/api/v1/auth/login`, { login, password })
  expect(status).to.equal(200)
  return String(body.data?.['access_token'])
}

const countOf = (answers: readonly Answer[], status: number): number =>
  answers.filter(answer => answer.status === status).length

const databases: readonly { readonly name: string; readonly fresh: () => Promise<FreshDatabase> }[] = [
  { name: 'SQLite', fresh: freshSqlite },
  { name: 'Postgres', fresh: freshPostgres },
]

for (const { name, fresh } of databases) {
  describe(`races of two processes on one ${name}`, function () {
    this.timeout(120_000)
    let database: FreshDatabase
    let library: Persistence
    let servers: readonly ServerProcess[]
    let hash: string

    before(async () => {
      database = await fresh()
      library = openKnex({ ...connection, storage: database.storage, now: Date.now })
      const hashing = passwords({ pepper, cost: 4 })
      hash = await right(hashing.hash(password))
      await hashing.close()
      const env = {
        STORAGE: database.storage,
        SAMPLE_DATA: 'off',
        LOG_LEVEL: 'info',
        TOKEN_SIGNING_KEY: await newSigningKey(),
        PASSWORD_PEPPER: pepper,
        BCRYPT_COST: '4',
        POOL_SIZE: '20',
      }
      servers = await Promise.all([startServerProcess(env), startServerProcess(env)])
    })

    after(async () => {
      await Promise.all(servers.map(server => server.stop()))
      await library.close()
      await database.drop()
    })

    /** By turns: the first to one process, the second to the other. */
    const serverFor = (index: number): ServerProcess => servers[index % 2] as ServerProcess

    it('lends 8 copies to 8 of 64 members who ask at once, and to nobody twice', async () => {
      const world = await aLibrary(library, { copies, members: 0 })
      const racers = []
      for (let index = 0; index < members; index += 1) {
        const username = `racer${String(index)}`
        const email = `${username}@example.org`
        racers.push(
          await addMember(
            library,
            { username, email, cardNumber: `R${String(index)}`, membershipExpiresOn: null },
            hash,
          ),
        )
      }
      const tokens = await Promise.all(racers.map((racer, index) => logIn(serverFor(index), racer.username)))
      const answers = await Promise.all(
        tokens.map((token, index) =>
          post(`${serverFor(index).url}/api/v1/borrowings`, { book_id: world.bookId }, token),
        ),
      )
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([
        ...Array<number>(copies).fill(201),
        ...Array<number>(members - copies).fill(409),
      ])
      const refused = answers.filter(({ status }) => status === 409)
      expect([...new Set(refused.map(({ body }) => body.error?.code))]).to.deep.equal(['NO_COPY_AVAILABLE'])
      const lent = answers.flatMap(({ status, body }) =>
        status === 201 ? [body.data?.['book_copy_id']] : [],
      )
      expect(new Set(lent).size).to.equal(copies)
      const out = await right(
        library.queries.circulation.loans(
          { bookId: world.bookId, isReturned: false },
          { sort: [], limit: 100, at: { kind: 'page', page: 1 } },
          Date.now() as never,
        ),
      )
      expect(out.total).to.equal(copies)
      const book = await right(library.queries.catalogue.book(world.bookId))
      expect(book.holdings).to.deep.equal({ total: copies, available: 0, circulating: copies })
    })

    it('lends one of 20 titles to a member with one slot left, whichever desk is first', async () => {
      const limit = defaultValues.maxLoans ?? 0
      const borrower = await addMember(library, {
        username: 'nearly.full',
        email: 'nearly.full@example.org',
        cardNumber: 'FULL1',
        membershipExpiresOn: null,
      })
      const clerk = await addMember(
        library,
        { username: 'clerk', email: 'clerk@example.org', cardNumber: 'CLERK', membershipExpiresOn: null },
        hash,
      )
      await done(library, stores => stores.members.appoint(clerk.id, { role: 'librarian', branchId: null }))
      const token = await logIn(serverFor(0), 'clerk')
      const titles: World[] = []
      for (let index = 0; index < limit - 1 + desks; index += 1) {
        titles.push(
          await aLibrary(library, {
            members: 0,
            book: { title: `Title ${String(index)}`, isbn13: null, isbn10: null },
          }),
        )
      }
      const lend = (index: number): Promise<Answer> =>
        post(
          `${serverFor(index).url}/api/v1/borrowings`,
          { user_id: borrower.id, book_copy_id: titles[index]?.copyIds[0] },
          token,
        )
      for (let index = 0; index < limit - 1; index += 1) expect((await lend(index)).status).to.equal(201)

      const answers = await Promise.all(Array.from({ length: desks }, (_, desk) => lend(limit - 1 + desk)))

      expect(countOf(answers, 201)).to.equal(1)
      expect(countOf(answers, 422)).to.equal(desks - 1)
      for (const { body } of answers.filter(({ status }) => status === 422)) {
        expect(body.error?.code).to.equal('CHECKOUT_REFUSED')
        expect(body.error?.details.map(({ rule }) => rule)).to.deep.equal(['loan-limit'])
      }
    })

    it('closes a loan once when 20 desks scan its copy at once', async () => {
      const world = await aLibrary(library, {
        members: 0,
        book: { title: 'Scanned', isbn13: null, isbn10: null },
      })
      const borrower = await addMember(library, {
        username: 'returner',
        email: 'returner@example.org',
        cardNumber: 'RETURNER',
        membershipExpiresOn: null,
      })
      const token = await logIn(serverFor(0), 'clerk')
      const lent = await post(
        `${serverFor(0).url}/api/v1/borrowings`,
        { user_id: borrower.id, book_copy_id: world.copyIds[0] },
        token,
      )
      expect(lent.status).to.equal(201)
      const barcode = lent.body.data?.['barcode']
      const answers = await Promise.all(
        Array.from({ length: desks }, (_, desk) =>
          post(`${serverFor(desk).url}/api/v1/returns`, { barcode }, token),
        ),
      )
      expect(countOf(answers, 200)).to.equal(desks)
      expect(answers.filter(({ body }) => body.data?.['already_returned'] === false)).to.have.length(1)
      const book = await right(library.queries.catalogue.book(world.bookId))
      expect(book.holdings).to.deep.equal({ total: 1, available: 1, circulating: 0 })
    })

    it('two copies returned in the same instant for one reservation: one trapped, one reshelved, 50 times (R6.4)', async function () {
      this.timeout(300_000)
      const token = await logIn(serverFor(0), 'clerk')
      const desk = (index: number, path: string, body: object) =>
        post(`${serverFor(index).url}/api/v1${path}`, body, token)
      for (let round = 0; round < 50; round += 1) {
        const world = await aLibrary(library, {
          copies: 2,
          members: 0,
          book: { title: `Wanted ${String(round)}`, isbn13: null, isbn10: null },
        })
        const readers = []
        for (let index = 0; index < 3; index += 1) {
          const name = `reader${String(round)}.${String(index)}`
          readers.push(
            await addMember(library, {
              username: name,
              email: `${name}@example.org`,
              cardNumber: `Q${String(round)}-${String(index)}`,
              membershipExpiresOn: null,
            }),
          )
        }
        const barcodes: unknown[] = []
        for (const [index, book_copy_id] of world.copyIds.entries()) {
          const lent = await desk(index, '/borrowings', { user_id: readers[index]?.id, book_copy_id })
          expect(lent.status, JSON.stringify(lent.body)).to.equal(201)
          barcodes.push(lent.body.data?.['barcode'])
        }
        const reserved = await desk(0, `/books/${String(world.bookId)}/reserve`, {
          user_id: readers[2]?.id,
          branch_id: world.branchId,
        })
        expect(reserved.status).to.equal(201)

        const scanBoth = () =>
          Promise.all(barcodes.map((barcode, index) => desk(index, '/returns', { barcode })))
        const nextSteps = (answers: readonly Answer[]) =>
          answers.map(({ status, body }) => [
            status,
            (body.data?.['next_step'] as { readonly action: string }).action,
          ])
        const first = nextSteps(await scanBoth())
        expect([...first].sort()).to.deep.equal([
          [200, 'hold'],
          [200, 'reshelve'],
        ])
        // Scanned again each says the same, and nobody is told again (R3.4).
        expect(nextSteps(await scanBoth())).to.deep.equal(first)
        const book = await right(library.queries.catalogue.book(world.bookId))
        expect(book.holdings).to.deep.equal({ total: 2, available: 1, circulating: 1 })
      }
      const told = (): readonly string[] =>
        servers.flatMap(server =>
          server
            .output()
            .split('\n')
            .filter(line => line.includes('"reservation_ready"')),
        )
      // The outbox is handed on beside the requests; what was told twice would come in the same stream.
      while (told().length < 50) await new Promise(resolve => setTimeout(resolve, 50))
      const events = await right(library.outbox.claim(1000, instant(Date.now()), instant(Date.now())))
      expect(events.filter(({ event }) => event.type === 'ReservationReady')).to.deep.equal([])
      expect(told()).to.have.length(50)
    })

    it('logged no bug in any of it', () => {
      for (const server of servers) expect(server.output()).not.to.contain('"message":"bug"')
    })
  })
}
