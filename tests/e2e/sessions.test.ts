/** Sessions over two server processes on one database (AUT-1, AUT-2): what ends in one has ended in the other. */
import { expect } from 'chai'
import { newSigningKey, verificationKeyOf } from '../../adapters/security/access-tokens.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import { enrolOverHttp } from '../support/enrol-over-http.ts'
import { runLibrary } from '../support/library-command.ts'
import { enrolled, toolsOf } from '../support/second-factor.ts'
import { startServerProcess } from '../support/server.ts'
import type { Environment, ServerProcess } from '../support/server.ts'
import { done } from '../support/world.ts'

const password = 'correct horse battery'

interface Answer {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>>
  readonly code: string | undefined
}

interface Asked {
  readonly token?: string
  readonly body?: object
}

const ask = async (
  { url }: ServerProcess,
  method: string,
  path: string,
  { token, body }: Asked = {},
): Promise<Answer> => {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const read = (await response.json()) as { data?: Answer['data']; error?: { code: string } }
  return { status: response.status, data: read.data ?? {}, code: read.error?.code }
}

const enter = async (server: ServerProcess, login: string, secret = password) => {
  const { status, data } = await ask(server, 'POST', '/auth/login', { body: { login, password: secret } })
  expect(status).to.equal(200)
  return { access: String(data['access_token']), refresh: String(data['refresh_token']) }
}

const me = (server: ServerProcess, token: string) => ask(server, 'GET', '/auth/me', { token })
const revoked = { status: 401, code: 'TOKEN_REVOKED' }
const malformed = { status: 401, code: 'TOKEN_MALFORMED' }

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`sessions of two processes on one ${name}`, function () {
    this.timeout(180_000)
    let env: Environment
    let servers: ServerProcess[] = []
    let library: ReturnType<typeof openKnex>
    let drop: () => Promise<void>
    let admin: string
    let readerId: MemberId
    const signingKey = newSigningKey()

    const start = async (some: Environment = {}): Promise<ServerProcess> => {
      const server = await startServerProcess({ ...env, ...some })
      servers.push(server)
      return server
    }

    before(async () => {
      const database = await fresh()
      drop = database.drop
      library = openKnex({ ...connection, storage: database.storage, now: Date.now })
      env = {
        STORAGE: database.storage,
        SAMPLE_DATA: 'off',
        LOG_LEVEL: 'info',
        JOBS: 'off',
        TOKEN_SIGNING_KEY: await signingKey,
        PASSWORD_PEPPER: 'a pepper of the session tests, long enough',
        BCRYPT_COST: '4',
        MAX_SESSIONS: '50',
        CREATE_ADMIN: 'on',
        ADMIN_USERNAME: 'root',
        ADMIN_EMAIL: 'root@example.org',
        ADMIN_PASSWORD: password,
      }
      await Promise.all([start(), start()])
      admin = (await enter(servers[0]!, 'root')).access
      await enrolOverHttp(servers[0]!, admin)
      const reader = {
        username: 'reader',
        email: 'reader@example.org',
        password,
        first_name: 'Ada',
        last_name: 'Reader',
      }
      const { data, status } = await ask(servers[0]!, 'POST', '/users', { body: reader, token: admin })
      expect(status, JSON.stringify(data)).to.equal(201)
      readerId = data['id'] as MemberId
    })

    after(async () => {
      await Promise.all(servers.map(server => server.stop()))
      servers = []
      await library.close()
      await drop()
    })

    /** Good in both, which then have it among the tokens whose signature they need not check again. */
    const goodInBoth = async () => {
      const tokens = await enter(servers[0]!, 'reader')
      for (const server of servers)
        for (let time = 0; time < 2; time += 1)
          expect(await me(server, tokens.access)).to.include({ status: 200 })
      return tokens
    }

    it('a logout in one ends it in the other, with its next request', async () => {
      const [one, other] = servers as [ServerProcess, ServerProcess]
      const [{ access, refresh }, second] = [await goodInBoth(), await goodInBoth()]
      expect(await ask(one, 'POST', '/auth/logout', { token: access })).to.include({ status: 200 })
      expect(await me(other, access)).to.include(revoked)
      expect(await ask(other, 'POST', '/auth/refresh', { body: { refresh_token: refresh } })).to.include(
        revoked,
      )
      expect(await me(other, second.access)).to.include({ status: 200 })
      await ask(other, 'POST', '/auth/logout', { token: second.access, body: { all: true } })
      expect(await me(one, second.access)).to.include(revoked)
    })

    it('a session that is ended from another one in one process is over in the other', async () => {
      const [one, other] = servers as [ServerProcess, ServerProcess]
      const [{ access: first }, { access: second }] = [await goodInBoth(), await goodInBoth()]
      const { data } = await ask(one, 'GET', '/auth/sessions', { token: second })
      const found = data as unknown as readonly { readonly id: number; readonly current: boolean }[]
      const ended = found.filter(({ current }) => !current).map(({ id }) => id)
      expect(ended).to.have.length(1)
      expect(await ask(one, 'DELETE', `/auth/sessions/${String(ended[0])}`, { token: second })).to.include({
        status: 200,
      })
      expect(await me(other, first)).to.include(revoked)
      await ask(one, 'POST', '/auth/logout', { token: second })
    })

    it('a spent refresh token that comes to the other ends the session in both', async () => {
      const [one, other] = servers as [ServerProcess, ServerProcess]
      const { refresh } = await goodInBoth()
      const next = await ask(one, 'POST', '/auth/refresh', { body: { refresh_token: refresh } })
      expect(next).to.include({ status: 200 })
      expect(await ask(other, 'POST', '/auth/refresh', { body: { refresh_token: refresh } })).to.include(
        revoked,
      )
      expect(await me(one, String(next.data['access_token']))).to.include(revoked)
    })

    it('a role that is given or taken counts in both with the next request', async () => {
      const { access } = await goodInBoth()
      const roles = () => Promise.all(servers.map(async server => (await me(server, access)).data['role']))
      const mayList = () =>
        Promise.all(
          servers.map(async server => (await ask(server, 'GET', '/users', { token: access })).status),
        )
      expect([await roles(), await mayList()]).to.deep.equal([
        ['user', 'user'],
        [403, 403],
      ])
      await done(library, ({ members }) => members.appoint(readerId, { role: 'librarian', branchId: null }))
      const enrolling = { status: 403, code: 'MFA_ENROLMENT_REQUIRED' }
      for (const server of servers)
        expect(await ask(server, 'GET', '/users', { token: access })).to.include(enrolling)
      await enrolled(library, readerId, toolsOf(String(env['PASSWORD_PEPPER'])))
      expect([await roles(), await mayList()]).to.deep.equal([
        ['librarian', 'librarian'],
        [200, 200],
      ])
      await done(library, ({ staff }) => staff.remove(readerId))
      await done(library, ({ secondFactors }) => secondFactors.remove(readerId))
      expect(await roles()).to.deep.equal(['user', 'user'])
    })

    it('a password that is changed in one ends the sessions in the other, and only the new one lets in', async () => {
      const [one, other] = servers as [ServerProcess, ServerProcess]
      const [{ access, refresh }, second] = [await goodInBoth(), await goodInBoth()]
      const next = 'quiet lamp by the stairs'
      const change = (token: string, current: string, to: string) =>
        ask(one, 'PUT', '/auth/password', { token, body: { current_password: current, new_password: to } })
      expect(await change(access, 'not the password', next)).to.include({
        status: 401,
        code: 'INVALID_CREDENTIALS',
      })
      expect(await change(access, password, 'password1')).to.include({
        status: 400,
        code: 'VALIDATION_FAILED',
      })
      expect(await change(access, password, next)).to.include({ status: 200 })
      for (const server of servers)
        for (const token of [access, second.access]) expect(await me(server, token)).to.include(revoked)
      expect(await ask(other, 'POST', '/auth/refresh', { body: { refresh_token: refresh } })).to.include(
        revoked,
      )
      expect(await ask(other, 'POST', '/auth/login', { body: { login: 'reader', password } })).to.include({
        status: 401,
        code: 'INVALID_CREDENTIALS',
      })
      const after = await enter(other, 'reader', next)
      expect(await change(after.access, next, password)).to.include({ status: 200 })
    })

    it('a deactivation in one is honoured by the other, and for good', async () => {
      const [one, other] = servers as [ServerProcess, ServerProcess]
      const { access } = await goodInBoth()
      const become = async (status: string) => {
        const reply = await ask(one, 'PUT', `/users/${String(readerId)}`, { token: admin, body: { status } })
        expect(reply.status, JSON.stringify(reply)).to.equal(200)
      }
      await become('deactivated')
      expect(await me(other, access)).to.include(revoked)
      const login = { login: 'reader', password }
      expect(await ask(other, 'POST', '/auth/login', { body: login })).to.include({
        status: 401,
        code: 'INVALID_CREDENTIALS',
      })
      await become('active')
      expect(await me(other, access)).to.include(revoked)
      await goodInBoth()
    })

    it('a key is changed under running sessions, and a token of one that was taken out is malformed', async () => {
      const { access, refresh } = await goodInBoth()
      const next = await newSigningKey()
      const printed = (await runLibrary(['public-key'], { env })).said.trim()
      expect(printed).to.equal(await verificationKeyOf(await signingKey))
      const [both, removed] = await Promise.all([
        start({ TOKEN_SIGNING_KEY: next, TOKEN_VERIFICATION_KEYS: printed }),
        start({ TOKEN_SIGNING_KEY: next }),
      ])
      expect(await me(both, access)).to.include({ status: 200 })
      expect(await me(removed, access)).to.include(malformed)
      const renewed = await ask(removed, 'POST', '/auth/refresh', { body: { refresh_token: refresh } })
      const token = String(renewed.data['access_token'])
      for (const server of [both, removed]) expect(await me(server, token)).to.include({ status: 200 })
      expect(await me(servers[0]!, token)).to.include(malformed)
      for (const server of servers) expect(server.output()).not.to.include('"message":"bug"')
    })
  })
}
