/** The library's time over two server processes on one database: set in one, seen in the other. */
import { expect } from 'chai'
import { newSigningKey } from '../../adapters/security/access-tokens.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import { enrolOverHttp } from '../support/enrol-over-http.ts'
import { startServerProcess } from '../support/server.ts'
import type { ServerProcess } from '../support/server.ts'
import { aLibrary, right } from '../support/world.ts'

const admin = {
  CREATE_ADMIN: 'on',
  ADMIN_USERNAME: 'root',
  ADMIN_EMAIL: 'root@example.org',
  ADMIN_PASSWORD: 'the first password',
}

interface Answer {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>> | undefined
  readonly code: string | undefined
}

const ask = async (
  { url }: ServerProcess,
  method: string,
  path: string,
  body: object,
  token?: string,
): Promise<Answer> => {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  const read = (await response.json()) as { data?: Answer['data']; error?: { code: string } }
  return { status: response.status, data: read.data, code: read.error?.code }
}

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`the clock of two processes on one ${name}`, function () {
    this.timeout(120_000)

    it('is set in one and counts in the other with its next request; off, it is real time', async () => {
      const { storage, drop } = await fresh()
      const library = openKnex({ ...connection, storage, now: Date.now })
      const env = {
        STORAGE: storage,
        SAMPLE_DATA: 'off',
        LOG_LEVEL: 'info',
        TOKEN_SIGNING_KEY: await newSigningKey(),
        PASSWORD_PEPPER: 'a pepper of the clock tests, long enough',
        BCRYPT_COST: '4',
        CLOCK_CONTROL: 'on',
        ...admin,
      }
      const world = await aLibrary(library, { copies: 2, members: 2 })
      const servers: ServerProcess[] = []
      try {
        servers.push(...(await Promise.all([startServerProcess(env), startServerProcess(env)])))
        const [one, other] = servers as [ServerProcess, ServerProcess]
        const login = { login: 'root', password: admin.ADMIN_PASSWORD }
        const { data } = await ask(one, 'POST', '/auth/login', login)
        const token = String(data?.['access_token'])
        await enrolOverHttp(one, token)
        const lend = async (server: ServerProcess, place: number): Promise<string> => {
          const lent = await ask(
            server,
            'POST',
            '/borrowings',
            { user_id: world.memberIds[place], book_copy_id: world.copyIds[place] },
            token,
          )
          expect(lent.status, JSON.stringify(lent)).to.equal(201)
          return String(lent.data?.['borrow_date'])
        }

        const now = { now: '2027-03-27T10:00:00Z' }
        expect(await ask(one, 'PUT', '/admin/clock', { now: '2026-12-24T10:00:00Z' }, token)).to.include({
          status: 200,
        })
        expect((await ask(other, 'PUT', '/admin/clock', now, token)).data).to.deep.equal({
          now: '2027-03-27T10:00:00.000Z',
          controlled: true,
        })
        // The memberships of the builders end with the year.
        const borrower = { membership_expires_on: null }
        for (const id of world.memberIds) {
          expect(await ask(one, 'PUT', `/users/${id}`, borrower, token)).to.include({ status: 200 })
        }
        const first = await lend(one, 0)
        expect(first.slice(0, 16)).to.equal('2027-03-27T10:00')
        const back = await ask(other, 'PUT', '/admin/clock', { now: null }, token)
        expect(back).to.include({ status: 409, code: 'CONFLICT' })
        await ask(one, 'PUT', '/admin/clock', { now: '2027-05-01T08:00:00Z' }, token)
        expect((await lend(other, 1)).slice(0, 16)).to.equal('2027-05-01T08:00')

        const real = await startServerProcess({ ...env, CLOCK_CONTROL: 'off' })
        servers.push(real)
        expect(await ask(real, 'PUT', '/admin/clock', { now: null }, token)).to.include({
          status: 404,
          code: 'ROUTE_NOT_FOUND',
        })
        expect(await right(library.queries.clock.offset())).to.be.greaterThan(0)
      } finally {
        await Promise.all(servers.map(server => server.stop()))
        await library.close()
        await drop()
      }
    })
  })
}
