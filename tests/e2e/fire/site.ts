/** A database in which it will burn: its library as a test sees it, and how server processes are started on it. */
import { connect } from '../../../adapters/knex/connect.ts'
import type { Database } from '../../../adapters/knex/database.ts'
import { openKnex } from '../../../adapters/knex/open.ts'
import { newSigningKey } from '../../../adapters/security/access-tokens.ts'
import { passwords } from '../../../adapters/security/passwords.ts'
import type { Persistence } from '../../../app/persistence.ts'
import type { Member, StaffPosition } from '../../../core/members/member.ts'
import { connection } from '../../support/databases.ts'
import type { FreshDatabase } from '../../support/databases.ts'
import { startMeasuredServer } from '../../support/measured-server.ts'
import type { MeasuredServer } from '../../support/measured-server.ts'
import { enrolled, otpAt, toolsOf } from '../../support/second-factor.ts'
import { addMember, done, right } from '../../support/world.ts'
import { ask, dataOf } from './ask.ts'

export interface Site {
  readonly storage: string
  readonly library: Persistence
  /** The bare tables. */
  readonly tables: Database
  readonly start: () => Promise<MeasuredServer>
  /** A member with a library card, who logs in with `password` where a hash is given. */
  readonly join: (username: string, hash?: string) => Promise<Member>
  readonly hash: string
  /** Closes the connections of the test itself. */
  readonly leave: () => Promise<void>
  /** Leaves, and takes the database away. */
  readonly close: () => Promise<void>
}

/** Everybody's. */
export const password = 'let it burn but not for long'

export interface SiteOptions {
  readonly database: FreshDatabase
  readonly env?: Readonly<Record<string, string>>
}

/** There is a librarian `clerk` and an admin `root` in it. */
export const openSite = async ({ database, env = {} }: SiteOptions): Promise<Site> => {
  const { storage } = database
  const library = openKnex({ ...connection, storage, now: Date.now })
  const tables = connect({ ...connection, storage })
  const pepper = 'a pepper of the tests on fire, long enough'
  const hashing = passwords({ pepper, cost: 4 })
  const hash = await right(hashing.hash(password))
  await hashing.close()
  const environment = {
    STORAGE: storage,
    SAMPLE_DATA: 'off',
    LOG_LEVEL: 'info',
    TOKEN_SIGNING_KEY: await newSigningKey(),
    PASSWORD_PEPPER: pepper,
    BCRYPT_COST: '4',
    POOL_SIZE: '20',
    // Whoever comes late in a long queue must hear how it ended, on a slow machine too, not that it was long.
    ACQUIRE_TIMEOUT_MS: '30000',
    // Notices are waited for.
    OUTBOX_INTERVAL_MS: '100',
    ...env,
  }
  const join = (username: string, ofHis?: string): Promise<Member> =>
    addMember(
      library,
      { username, email: `${username}@example.org`, membershipExpiresOn: null },
      ofHis ?? null,
    )
  const appoint = async (username: string, role: StaffPosition['role']): Promise<void> => {
    const { id } = await join(username, hash)
    await done(library, stores => stores.members.appoint(id, { role, branchId: null }))
    await enrolled(library, id, toolsOf(pepper))
  }
  await appoint('clerk', 'librarian')
  await appoint('root', 'admin')
  const entered = new Map<string, Promise<string>>()
  const leave = async (): Promise<void> => {
    await library.close()
    await tables.close()
  }
  return {
    storage,
    library,
    tables,
    start: async () => {
      const server = await startMeasuredServer(environment)
      tokens.set(server, entered)
      return server
    },
    join,
    hash,
    leave,
    close: async () => {
      await leave()
      await database.drop()
    },
  }
}

/** Of each process the tokens of its site, by login. */
const tokens = new WeakMap<MeasuredServer, Map<string, Promise<string>>>()

/** Once to each site, whatever became of its processes since. @returns his access token, good in every process on the database */
export const logIn = (server: MeasuredServer, login: string): Promise<string> => {
  const entered = tokens.get(server)
  if (entered === undefined) throw new Error(`No site started the server at ${server.url}`)
  const token = entered.get(login) ?? enter(server, login)
  entered.set(login, token)
  return token
}

/** Three codes are good at any time, each once; who has no second factor is asked for none. */
const enter = async (server: MeasuredServer, login: string): Promise<string> => {
  const now = Date.now()
  for (const later of [-1, 0, 1] as const) {
    const answer = await ask(server, 'POST', '/auth/login', { login, password, otp: otpAt(now, later) })
    if (answer.status === 200) return String(dataOf(answer)['access_token'])
  }
  throw new Error(`${login} did not get in: three codes were used in the last minute`)
}
