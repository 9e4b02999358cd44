import { expect } from 'chai'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as openDatabase } from '../../adapters/knex/connect.ts'
import type { Source } from '../../app/config-files.ts'
import { readConfig } from '../../app/config.ts'
import type { Config } from '../../app/config.ts'
import type { SampleLogin } from '../../app/sample-library.ts'
import { startServer } from '../../app/server.ts'
import type { RunningServer } from '../../app/server.ts'
import { otpAt } from '../support/second-factor.ts'
import { connection } from '../support/databases.ts'

const admin = {
  CREATE_ADMIN: 'on',
  ADMIN_USERNAME: 'root',
  ADMIN_EMAIL: 'root@example.org',
  ADMIN_PASSWORD: 'the first password',
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds))

describe('the server', function () {
  this.timeout(30_000)
  let folder: string
  let running: RunningServer[]
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'library-server-'))
    running = []
  })
  afterEach(async () => {
    await Promise.all(running.map(server => server.stop().catch(() => undefined)))
    rmSync(folder, { recursive: true })
  })

  const config = (source: Source = {}): Config =>
    readConfig({
      DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'silent',
      BCRYPT_COST: '4',
      SAMPLE_DATA: 'off',
      OUTBOX_INTERVAL_MS: '10',
      ...source,
    }) as Config

  const started = async (source: Source = {}): Promise<RunningServer> => {
    const server = await startServer(config(source))
    running.push(server)
    return server
  }

  const stopped = async (server: RunningServer): Promise<void> => {
    running = running.filter(other => other !== server)
    await server.stop()
  }

  const failure = (source: Source): Promise<string> =>
    startServer(config(source)).then(
      async server => {
        await server.stop()
        return 'it started'
      },
      (error: unknown) => String(error),
    )

  const logIn = async ({ url }: RunningServer, login: string, password: string, otp?: string) => {
    const response = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login, password, otp }),
    })
    const { data } = (await response.json()) as { data?: { access_token: string } | null }
    return { status: response.status, token: data?.access_token ?? '' }
  }

  const me = async ({ url }: RunningServer, token: string): Promise<number> =>
    (await fetch(`${url}/api/v1/auth/me`, { headers: { Authorization: `Bearer ${token}` } })).status

  for (const storage of ['memory', 'sqlite']) {
    it(`is live and ready on ${storage}, and gone after it was stopped`, async () => {
      const server = await started(storage === 'memory' ? { STORAGE: 'memory' } : {})
      expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/)
      for (const path of ['/health/live', '/health/ready'])
        expect((await fetch(server.url + path)).status, path).to.equal(200)
      await stopped(server)
      expect(await fetch(server.url).catch(() => 'gone')).to.equal('gone')
    })
  }

  it('listens on an IPv6 address too, written as an address is', async () => {
    const server = await started({ HOST: '::1', STORAGE: 'memory' })
    expect(server.url).to.match(/^http:\/\/\[::1\]:\d+$/)
    expect((await fetch(`${server.url}/health/live`)).status).to.equal(200)
  })

  it('makes the first admin, who may log in, once', async () => {
    const first = await started(admin)
    expect((await logIn(first, 'root', admin.ADMIN_PASSWORD)).status).to.equal(200)
    await stopped(first)
    const second = await started({ ...admin, ADMIN_USERNAME: 'other', ADMIN_PASSWORD: 'another password' })
    expect((await logIn(second, 'root', admin.ADMIN_PASSWORD)).status).to.equal(200)
    expect((await logIn(second, 'other', 'another password')).status).to.equal(401)
    expect((await logIn(second, 'root', 'another password')).status).to.equal(401)
  })

  it('makes no admin whose password is guessed, and says why, without the password', async () => {
    const failed = await started({ ...admin, ADMIN_PASSWORD: 'password1' }).then(
      () => '',
      (error: unknown) => String(error),
    )
    expect(failed).to.include('ADMIN_PASSWORD: It is one of the passwords that are tried first')
    expect(failed).not.to.include('password1')
  })

  it('starts although the only admin is kept out and his name is taken', async () => {
    await stopped(await started(admin))
    const db = openDatabase({ ...connection, storage: `sqlite:${join(folder, 'library.sqlite')}` })
    await db.write('users').where({ username: 'root' }).update({ status: 'deactivated' })
    await db.close()
    const server = await started(admin)
    expect((await fetch(`${server.url}/health/ready`)).status).to.equal(200)
    expect((await logIn(server, 'root', admin.ADMIN_PASSWORD)).status).to.equal(401)
  })

  it('makes no admin when it is not told to', async () => {
    const server = await started({ ...admin, CREATE_ADMIN: 'off' })
    expect((await logIn(server, 'root', admin.ADMIN_PASSWORD)).status).to.equal(401)
  })

  it('has no account but those that it was told to make: nobody has a password on an empty start', async () => {
    await stopped(await started({ SIMPLE_API: 'on' }))
    const db = openDatabase({ ...connection, storage: `sqlite:${join(folder, 'library.sqlite')}` })
    try {
      expect(await db.read('users').select('username')).to.deep.equal([])
      expect(await db.read('api_keys').select('name')).to.deep.equal([])
      expect(await db.read('staff').select('role')).to.deep.equal([])
    } finally {
      await db.close()
    }
  })

  it('takes the tokens of before a restart', async () => {
    const first = await started(admin)
    const { token } = await logIn(first, 'root', admin.ADMIN_PASSWORD)
    await stopped(first)
    expect(await me(await started(), token)).to.equal(200)
  })

  it('loads the sample once, beside an admin of its own, and keeps the logins', async () => {
    const first = await started({ ...admin, SAMPLE_DATA: 'on' })
    const path = join(folder, 'sample-logins.json')
    const logins = readFileSync(path, 'utf8')
    const [{ login, password, otp_secret }] = JSON.parse(logins) as [SampleLogin]
    expect((await logIn(first, login, password)).status).to.equal(401)
    const otp = otpAt(Date.now(), 0, otp_secret!)
    expect((await logIn(first, login, password, otp)).status).to.equal(200)
    // The sample has an administrator, so that none is made.
    expect((await logIn(first, 'root', admin.ADMIN_PASSWORD)).status).to.equal(401)
    await stopped(first)
    await started({ SAMPLE_DATA: 'on' })
    expect(readFileSync(path, 'utf8')).to.equal(logins)
  })

  it('writes no logins without a sample', async () => {
    await started({ SAMPLE_DATA: 'off' })
    expect(existsSync(join(folder, 'sample-logins.json'))).to.be.false
  })

  describe('with the simple API', () => {
    const branchesOf = async ({ url }: RunningServer): Promise<readonly unknown[]> => {
      const { data } = (await (await fetch(`${url}/api/v1/branches`)).json()) as {
        data: readonly { readonly name: unknown }[]
      }
      return data.map(({ name }) => name)
    }
    const addBook = ({ url }: RunningServer) =>
      fetch(`${url}/books`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ title: 'Kindred', author: 'Octavia E. Butler' }),
      })

    it('makes one branch, however often it is started', async () => {
      for (let start = 0; start < 2; start += 1) {
        const server = await started({ SIMPLE_API: 'on' })
        expect(await branchesOf(server)).to.deep.equal(['Library'])
        expect((await addBook(server)).status).to.equal(201)
        await stopped(server)
      }
    })

    it('makes none where the sample has brought some', async () => {
      const server = await started({ SIMPLE_API: 'on', SAMPLE_DATA: 'on' })
      expect(await branchesOf(server)).to.have.length(3)
      expect((await addBook(server)).status).to.equal(201)
    })

    it('gives every member a user name of his own', async () => {
      const { url } = await started({ SIMPLE_API: 'on', STORAGE: 'memory' })
      for (const id of [1, 2, 3]) {
        const response = await fetch(`${url}/users`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{"name": "Ada Lovelace"}',
        })
        expect(await response.json()).to.deep.equal({ id, name: 'Ada Lovelace' })
      }
    })

    it('is not there, nor any branch, unless it is asked for', async () => {
      const server = await started({ STORAGE: 'memory' })
      expect(await branchesOf(server)).to.deep.equal([])
      expect((await addBook(server)).status).to.equal(404)
    })
  })

  describe('that cannot start says why, and leaves nothing open:', () => {
    it('a port that is taken', async () => {
      const { url } = await started({ STORAGE: 'memory' })
      expect(await failure({ PORT: new URL(url).port })).to.include('EADDRINUSE')
    })

    it('a Postgres that is away', async () => {
      expect(await failure({ STORAGE: 'postgres://library@127.0.0.1:1/library' })).to.include('ECONNREFUSED')
    })

    it('a file that is no database', async () => {
      const path = join(folder, 'text')
      writeFileSync(path, 'hello '.repeat(1000))
      expect(await failure({ STORAGE: `sqlite:${path}` })).to.include('not a database')
      expect(readFileSync(path, 'utf8')).to.match(/^hello/)
    })

    it('a signing key that is none', async () => {
      expect(await failure({ TOKEN_SIGNING_KEY: `k4.secret.${'A'.repeat(86)}` })).to.match(
        /Error: TOKEN_SIGNING_KEY /,
      )
    })
  })

  describe('that is stopped while a request is under way', () => {
    const body = JSON.stringify({ login: 'nobody', password: 'nothing at all' })

    /** A request of which the last byte is still to come. */
    const begun = async ({ url }: RunningServer): Promise<{ socket: Socket; answer: Promise<string> }> => {
      const { hostname, port } = new URL(url)
      const socket = connect(Number(port), hostname)
      let text = ''
      const answer = new Promise<string>(resolve => {
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8')
        })
        socket.on('error', () => undefined)
        socket.once('close', () => {
          resolve(text)
        })
      })
      socket.write(
        [
          'POST /api/v1/auth/login HTTP/1.1',
          'Host: library',
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
          '',
          body.slice(0, -1),
        ].join('\r\n'),
      )
      await pause(100)
      return { socket, answer }
    }

    it('answers it first, and takes no other', async () => {
      const server = await started({ STORAGE: 'memory' })
      const { socket, answer } = await begun(server)
      let isStopped = false
      const stopping = stopped(server).then(() => (isStopped = true))
      await pause(100)
      expect(isStopped).to.be.false
      expect(await fetch(server.url).catch(() => 'gone')).to.equal('gone')
      const from = performance.now()
      socket.write(body.slice(-1))
      await stopping
      expect(await answer).to.match(/^HTTP\/1\.1 401 /)
      // The connection is not kept for more requests.
      expect(performance.now() - from).to.be.lessThan(3000)
    })

    it('cuts it off after the time it has', async () => {
      const server = await started({ STORAGE: 'memory', SHUTDOWN_TIMEOUT_MS: '200' })
      const { answer } = await begun(server)
      const from = performance.now()
      await stopped(server)
      expect(performance.now() - from).to.be.within(150, 3000)
      expect(await answer).to.equal('')
    })

    it('does not wait for a connection that asks nothing', async () => {
      const server = await started({ STORAGE: 'memory' })
      await fetch(`${server.url}/health/live`)
      const { hostname, port } = new URL(server.url)
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined)
      await pause(50)
      const from = performance.now()
      await stopped(server)
      expect(performance.now() - from).to.be.lessThan(3000)
      socket.destroy()
    })
  })
})
