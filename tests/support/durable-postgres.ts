/** A Postgres that waits for the disk at each commit, and can be killed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { embeddedPostgres } from './postgres.ts'
import type { PostgresServer } from './postgres.ts'

export interface DurablePostgres extends PostgresServer {
  /** Of the process that all its others are children of; another one after each start. */
  readonly pid: () => number
  /** Ends it on the spot, the postmaster and all its children, as a power cut does. */
  readonly kill: () => Promise<void>
  /** On what the kill has left. */
  readonly startAgain: () => Promise<void>
}

const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already: without its postmaster a child ends by itself.
  }
}

const pidsOf = async (url: string): Promise<readonly number[]> => {
  const client = new pg.Client({ connectionString: url })
  // Its own connection is cut too.
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity')
  await client.end()
  return rows.map(({ pid }) => pid)
}

/** Starts refused while children of the killed one are still going. */
const tries = 50

export const durablePostgres = async (): Promise<DurablePostgres> => {
  const server = await embeddedPostgres()
  const startAgain = async (left = tries): Promise<void> => {
    try {
      await server.startAgain()
    } catch (error) {
      if (left === 0) throw new Error('Postgres does not start again', { cause: error })
      await wait(100)
      await startAgain(left - 1)
    }
  }
  const pid = (): number => Number.parseInt(readFileSync(join(server.folder, 'postmaster.pid'), 'utf8'), 10)
  return {
    ...server,
    pid,
    kill: async () => {
      const children = await pidsOf(server.url('postgres'))
      for (const each of [pid(), ...children]) end(each)
    },
    startAgain: () => startAgain(),
  }
}
