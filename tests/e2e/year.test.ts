/** A year of a branch over HTTP, by the clock that may be set: every storage ends in the same state, with nothing amiss. */
import { expect } from 'chai'
import { newSigningKey } from '../../adapters/security/access-tokens.ts'
import { atWallTime, toIso } from '../../core/shared/local-time.ts'
import type { WallTime, Zone } from '../../core/shared/local-time.ts'
import { chance } from '../../migrations/seeds/random.ts'
import { freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { enrolOverHttp } from '../support/enrol-over-http.ts'
import { startServerProcess } from '../support/server.ts'
import { playDays } from './year/days.ts'
import { nothingKnown } from './year/known.ts'
import { length } from './year/length.ts'
import { wholeState } from './year/state.ts'
import { newSummary } from './year/summary.ts'
import type { Summary } from './year/summary.ts'
import { talkTo } from './year/talk.ts'
import { foundTown, logIn } from './year/town.ts'

const seed = 20_270_101
const rootPassword = 'the keys of the house'

const memory = (): Promise<FreshDatabase> =>
  Promise.resolve({ storage: 'memory', drop: () => Promise.resolve() })

interface Played {
  readonly name: string
  readonly lines: readonly string[]
  readonly state: readonly string[]
  readonly violations: unknown
  readonly summary: Summary
}

const play = async (name: string, fresh: () => Promise<FreshDatabase>): Promise<Played> => {
  const { storage, drop } = await fresh()
  const server = await startServerProcess({
    STORAGE: storage,
    SAMPLE_DATA: 'off',
    LOG_LEVEL: 'info',
    TOKEN_SIGNING_KEY: await newSigningKey(),
    PASSWORD_PEPPER: 'a pepper for the whole of the year',
    BCRYPT_COST: '4',
    CLOCK_CONTROL: 'on',
    // They run when the year says so, not when the clock on the wall does.
    JOBS: 'off',
    CREATE_ADMIN: 'on',
    ADMIN_USERNAME: 'root',
    ADMIN_EMAIL: 'root@example.org',
    ADMIN_PASSWORD: rootPassword,
  })
  try {
    const talk = talkTo(server)
    const token = await logIn(talk, 'root', rootPassword)
    await enrolOverHttp(server, token)
    talk.be(token)
    const now = toIso(atWallTime(length.from, '08:00' as WallTime, 'Europe/Berlin' as Zone))
    expect((await talk.say('PUT', '/admin/clock', { now })).status).to.equal(200)
    const [dice, summary] = [chance(seed), newSummary()]
    const town = await foundTown(talk, dice, length)
    await playDays({ talk, town, dice, known: nothingKnown(), summary }, length)
    // What is looked at differs: only a database has places of events and blocks of ids to be checked.
    const lines = [...talk.lines()]
    const { data } = await talk.say('POST', '/admin/consistency-check', {})
    const state = await wholeState(talk, town)
    expect(server.output()).not.to.contain('"message":"bug"')
    return { name, lines, state, violations: data['violations'], summary }
  } finally {
    await server.stop()
    await drop()
  }
}

/** Where they part first, told in full: two long lists side by side tell nobody anything. */
const expectSame = (what: string, a: Played, b: Played, of: (played: Played) => readonly string[]): void => {
  const [ones, others] = [of(a), of(b)]
  const parted = ones.findIndex((line, index) => line !== others[index])
  if (parted === -1 && ones.length === others.length) return
  const at = parted === -1 ? Math.min(ones.length, others.length) : parted
  expect.fail(`${what} ${at} differs:\n${a.name}: ${String(ones[at])}\n${b.name}: ${String(others[at])}`)
}

describe(`${length.days} days of a branch with ${length.members} members`, function () {
  this.timeout(3_600_000)
  let played: readonly Played[]

  before(async () => {
    played = await Promise.all([
      play('memory', memory),
      play('SQLite', freshSqlite),
      play('Postgres', freshPostgres),
    ])
  })

  it('memory, SQLite and Postgres say the same, answer by answer', () => {
    const [first, ...others] = played as [Played, ...Played[]]
    for (const other of others) expectSame('Answer', first, other, ({ lines }) => lines)
  })

  it('they end in the same state', () => {
    const [first, ...others] = played as [Played, ...Played[]]
    for (const other of others) expectSame('Line', first, other, ({ state }) => state)
  })

  it('the consistency check finds nothing', () => {
    for (const { name, violations } of played) expect(violations, name).to.deep.equal([])
  })

  it('all that a branch does was done', () => {
    const { summary } = played[0]!
    for (const what of [
      'lent',
      'refused',
      'returned',
      'late',
      'renewed',
      'reserved',
      'fetched',
      'charged',
      'sent',
      'offline',
      'moved',
    ] as const) {
      expect(summary.total(what), what).to.be.above(0)
    }
  })

  after(() => {
    if (process.env['TORTURE'] === 'full') process.stdout.write(`\n${played[0]!.summary.table()}\n`)
  })
})
