/** `library unlock`: an administrator whom a stranger keeps out has nobody beside him who could lift his lock (AUT-7). */
import { expect } from 'chai'
import { newSigningKey } from '../../adapters/security/access-tokens.ts'
import { connect } from '../../adapters/knex/connect.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { runLibrary } from '../support/library-command.ts'
import { startServerProcess } from '../support/server.ts'
import type { Environment, ServerProcess } from '../support/server.ts'

const password = 'correct horse battery'

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`library unlock on ${name}`, function () {
    this.timeout(120_000)
    let env: Environment
    let database: FreshDatabase
    let server: ServerProcess

    before(async () => {
      database = await fresh()
      env = {
        STORAGE: database.storage,
        SAMPLE_DATA: 'off',
        JOBS: 'off',
        TOKEN_SIGNING_KEY: await newSigningKey(),
        PASSWORD_PEPPER: 'a-pepper-of-the-tests-of-unlocking-accounts',
        BCRYPT_COST: '4',
        CREATE_ADMIN: 'on',
        ADMIN_USERNAME: 'root',
        ADMIN_EMAIL: 'root@example.org',
        ADMIN_PASSWORD: password,
      }
      server = await startServerProcess(env)
    })
    after(async () => {
      await server.stop()
      await database.drop()
    })

    const unlock = (...who: readonly string[]) => runLibrary(['unlock', ...who], { env })

    const enter = async (typed: string): Promise<number> => {
      const { status } = await fetch(`${server.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ login: 'root', password: typed }),
      })
      return status
    }

    const keptOut = async (): Promise<void> => {
      for (let guess = 1; guess <= 5; guess += 1) expect(await enter(`guess ${guess}`)).to.equal(401)
      expect(await enter(password)).to.equal(423)
    }

    const unlockings = async () => {
      const db = connect({ ...connection, storage: database.storage })
      try {
        const rows = await db
          .read('audit_log')
          .where({ action: 'user.unlocked' })
          .select<{ actor_role: string; after: unknown }[]>('actor_role', 'after')
        return rows.map(({ actor_role: by, after }) => [
          by,
          typeof after === 'string' ? (JSON.parse(after) as unknown) : after,
        ])
      } finally {
        await db.close()
      }
    }

    const told = ['system', { reason: 'by_operator' }]

    it('lets in at once, beside a running server, by user name and by e-mail address, and is in the audit', async () => {
      await keptOut()
      expect(await unlock('Root')).to.deep.equal({ code: 0, said: 'Root may log in again.\n', refused: '' })
      expect(await enter(password)).to.equal(200)
      expect(await unlockings()).to.deep.equal([told])
      await keptOut()
      expect(await unlock('root@example.org')).to.include({ code: 0 })
      expect(await enter(password)).to.equal(200)
      expect(await unlockings()).to.deep.equal([told, told])
    })

    it('tells of nothing where nothing was locked, and of a name that nobody has', async () => {
      const before = await unlockings()
      expect(await unlock('root')).to.include({ code: 0 })
      expect(await unlock('rot')).to.deep.equal({ code: 1, said: '', refused: 'Nobody has the login rot.\n' })
      expect((await unlock()).code).to.equal(1)
      expect(await unlockings()).to.deep.equal(before)
    })
  })
}
