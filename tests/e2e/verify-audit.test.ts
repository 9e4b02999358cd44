/** `library verify-audit` on a storage in use, and after a hand in the database. */
import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditSealing } from '../../adapters/security/audit-sealing.ts'
import { connect } from '../../adapters/knex/connect.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { sealAudit } from '../../core/identity/use-cases/seal-audit.ts'
import { bySystem, noon } from '../support/builders.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { runLibrary } from '../support/library-command.ts'
import type { Environment } from '../support/server.ts'
import { done, right } from '../support/world.ts'

const key = 'k'.repeat(40)

describe('library verify-audit', function () {
  this.timeout(120_000)

  for (const [name, fresh, unguarded] of [
    ['SQLite', freshSqlite, 'drop trigger audit_log_no_update'],
    ['Postgres', freshPostgres, 'alter table audit_log disable trigger all'],
  ] as const) {
    describe(`on ${name}`, () => {
      let folder: string
      let database: FreshDatabase
      beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'library-verify-'))
        database = await fresh()
        const library = openKnex({ ...connection, storage: database.storage, now: () => noon })
        await done(library, ({ audit }) =>
          audit.record(bySystem, {
            action: 'book.changed',
            target: { type: 'book', id: 12 },
            at: null,
            before: { pages: 264 },
            after: { pages: 265 },
          }),
        )
        await right(
          sealAudit({
            work: library.work,
            queries: library.queries.auditSeals,
            sealing: auditSealing({ key, old: [] }),
            clock: { now: () => noon },
          }),
        )
        await library.close()
      })
      afterEach(async () => {
        rmSync(folder, { recursive: true })
        await database.drop()
      })

      const verify = (some: Environment, ...options: readonly string[]) =>
        runLibrary(['verify-audit', ...options], {
          folder,
          env: { STORAGE: database.storage, DATA_DIR: folder, AUDIT_SEAL_KEY: key, ...some },
        })

      it('ends with 0 where nothing is broken, and tells the head', async () => {
        const { code, said } = await verify({})
        expect(said).to.match(
          /^1 rows under 1 seals; not sealed: 0\nHead: 1\.[\w-]{43}\nNothing is broken\.\n$/,
        )
        expect(code).to.equal(0)
        const [, head = ''] = /Head: (.+)/.exec(said) ?? []
        expect((await verify({}, '--head', head)).code).to.equal(0)
        expect(await verify({}, '--head', `2${head.slice(1)}`)).to.deep.include({ code: 1 })
      })

      it('knows the seals of a key that was changed', async () => {
        const next = { AUDIT_SEAL_KEY: 'n'.repeat(40) }
        expect((await verify(next)).said).to.include('seal_key_unknown: seal 1\n')
        expect((await verify({ ...next, AUDIT_SEAL_OLD_KEYS: key })).code).to.equal(0)
      })

      it('ends with 1 and names the row that was changed', async () => {
        const db = connect({ ...connection, storage: database.storage })
        await db.write.raw(unguarded)
        await db.write('audit_log').update({ action: 'book.created' })
        await db.close()
        const { code, said } = await verify({})
        expect(code).to.equal(1)
        expect(said)
          .to.include('row_changed: seal 1, row 1\n')
          .and.to.match(/1 found\.\n$/)
      })

      it('ends with 2 where the storage cannot be asked', async () => {
        const { code, refused } = await verify({ STORAGE: 'memory' })
        expect([code, refused]).to.deep.equal([2, 'STORAGE is memory: there is nothing to work on\n'])
      })
    })
  }
})
