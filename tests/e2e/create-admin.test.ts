/** `library create-admin`: the one way to a first account (AUT-3), on a fresh storage and on one in use. */
import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../adapters/knex/connect.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { runLibrary } from '../support/library-command.ts'
import type { Environment } from '../support/server.ts'

const pepper = 'p'.repeat(40)
const password = 'correct horse battery'

describe('library create-admin', function () {
  this.timeout(120_000)

  for (const [name, fresh] of [
    ['SQLite', freshSqlite],
    ['Postgres', freshPostgres],
  ] as const) {
    describe(`on ${name}`, () => {
      let folder: string
      let database: FreshDatabase
      beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'library-admin-'))
        database = await fresh()
      })
      afterEach(async () => {
        rmSync(folder, { recursive: true })
        await database.drop()
      })

      const create = async (typed: string, options: readonly string[], env: Environment = {}) => {
        const ended = await runLibrary(['create-admin', ...options], {
          folder,
          typed,
          env: { STORAGE: database.storage, PASSWORD_PEPPER: pepper, BCRYPT_COST: '4', ...env },
        })
        const said = ended.said + ended.refused
        expect(said).not.to.include(password)
        return { code: ended.code, said }
      }

      const rows = async (table: string, ...columns: readonly string[]) => {
        const db = connect({ ...connection, storage: database.storage })
        try {
          return await db
            .read(table)
            .orderBy('id')
            .select<Record<string, unknown>[]>(...columns)
        } finally {
          await db.close()
        }
      }

      it('makes the first one from a password that is piped in; another one when that is wanted', async () => {
        const root = ['--username', 'root', '--email', 'root@example.org']
        const other = ['--username', 'other', '--email', 'other@example.org']
        const made = await create(`${password}\n`, root)
        expect(made).to.deep.equal({ code: 0, said: 'root is an administrator.\n' })
        const [user] = await rows('users', 'id', 'username', 'status', 'password_hash')
        expect(user).to.include({ username: 'root', status: 'active' })
        const hashing = passwords({ pepper, cost: 4 })
        const same = await hashing.verify(password, String(user!['password_hash']))()
        await hashing.close()
        expect(same).to.deep.include({ right: true })
        expect(await rows('audit_log', 'action', 'actor_role', 'target_id')).to.deep.equal([
          { action: 'user.created', actor_role: 'system', target_id: user!['id'] },
          { action: 'user.appointed', actor_role: 'system', target_id: user!['id'] },
        ])

        const refused = await create(password, other)
        expect(refused).to.deep.include({ code: 1 })
        expect(refused.said).to.include('There is an administrator already; --another makes one more')
        const taken = await create(password, [...root, '--another'])
        expect(taken).to.deep.include({ code: 1 })
        expect(taken.said).to.match(/this (username|email) is taken/)
        expect((await create('', [...other, '--another'], { ADMIN_PASSWORD: password })).code).to.equal(0)
        expect(await rows('staff', 'role')).to.deep.equal([{ role: 'admin' }, { role: 'admin' }])
      })
    })
  }

  it('makes none from what does not fit, and takes no password as an argument', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'library-admin-'))
    try {
      writeFileSync(join(folder, '.env'), 'STORAGE=sqlite:./library.sqlite\nBCRYPT_COST=4\n')
      const create = async (typed: string, ...options: readonly string[]) =>
        (await runLibrary(['create-admin', ...options], { folder, typed, env: {} })).refused
      const root = ['--username', 'root', '--email', 'root@example.org']
      expect(await create('short', ...root)).to.include('ADMIN_PASSWORD: found a value that does not fit')
      expect(await create('', ...root)).to.include('A password is needed')
      for (const typed of [password, '']) {
        expect(await create(typed, '--email', 'root@example.org')).to.include('ADMIN_USERNAME: found nothing')
      }
      expect(await create(password, ...root, '--password', 'an argument')).to.include(
        "unknown option '--password'",
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
