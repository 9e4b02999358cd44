/** `library doctor` on the sample library: after weeks of work at its desks, and after a hand in the database. */
import { expect } from 'chai'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { connect } from '../../adapters/knex/connect.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import { loadSampleLibrary } from '../../app/sample-library.ts'
import { noon } from '../support/builders.ts'
import { examined } from '../support/consistency.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { workAtDesks } from '../support/desk-work.ts'
import { runLibrary } from '../support/library-command.ts'
import { secondFactor } from '../support/second-factor.ts'
import { right } from '../support/world.ts'

const doctor = (storage: string, folder: string) =>
  runLibrary(['doctor'], { folder, env: { STORAGE: storage } })

const databases = [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const

const hashing = passwords({ pepper: 'a pepper for the doctor', cost: 4 })
after(() => hashing.close())

describe('library doctor', function () {
  this.timeout(120_000)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'library-doctor-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  for (const [name, fresh] of databases) {
    describe(`on ${name}`, () => {
      let database: FreshDatabase
      let rows: Knex
      let close: () => Promise<void>
      beforeEach(async () => {
        database = await fresh()
        const beside = connect({ ...connection, storage: database.storage })
        rows = beside.write
        close = beside.close
      })
      afterEach(async () => {
        await close()
        await database.drop()
      })

      it('finds nothing in the sample library, nor after hundreds of acts in it', async () => {
        const library = openKnex({ ...connection, storage: database.storage, now: () => noon })
        await loadSampleLibrary(
          { persistence: library, passwords: hashing, secondFactor },
          { titles: 300, seed: 1, now: noon, progress: () => undefined, keepLogins: () => undefined },
        )
        const before = await examined(library)
        expect(before.violations).to.deep.equal([])
        const first = { sort: [], limit: 12, at: { kind: 'page', page: 1 } } as const
        const books = await right(library.queries.catalogue.books({}, first))
        const members = await right(library.queries.members.members({}, first))
        const granted = await workAtDesks(library, {
          seed: 7,
          from: noon,
          acts: 500,
          books: books.rows.slice(0, 8).map(({ book }) => book.id),
          members: members.rows.map(({ member }) => member.id),
        })
        for (const [kind, count] of Object.entries(granted)) expect(count, kind).to.be.greaterThan(3)
        const after = await examined(library)
        expect(after.violations).to.deep.equal([])
        expect(after.checked).to.be.greaterThan(before.checked)
        await library.close()

        const { code, said } = await doctor(database.storage, folder)
        expect(code, said).to.equal(0)
        expect(said).to.match(/^titles +300$/m)
        expect(said).to.match(/^Nothing is wrong\.$/m)
      })

      it('tells every violation and ends with 1, and changes nothing', async () => {
        await rows('id_blocks').where({ kind: 'member' }).update({ next_id: 0 })
        const { code, said } = await doctor(database.storage, folder)
        expect(code, said).to.equal(1)
        expect(said).to.include(
          'id-block-ahead: member 0: The next id of its kind is not above every id in use {"next":0}\n' +
            '    Stop all processes and set next_id of id_blocks above the highest id in use, before anything else is written.\n',
        )
        expect(said).to.match(/^1 found\.$/m)
        expect(await rows('id_blocks').where({ kind: 'member' }).first()).to.include({ next_id: 0 })
      })

      it('refuses a schema that is not of this version', async () => {
        await rows('schema_migrations').where({ name: '0028-network-uses' }).del()
        const older = await doctor(database.storage, folder)
        expect([older.code, older.said]).to.deep.equal([2, ''])
        expect(older.refused).to.equal(
          'The storage has not the schema of this version: 0028-network-uses still to run. Migrate it first.\n',
        )
        await rows.schema.dropTable('schema_migrations')
        const none = await doctor(database.storage, folder)
        expect(none.code).to.equal(2)
        expect(none.refused).to.include('0001-people-and-places, ')
      })
    })
  }

  it('refuses a file that is not there, and makes none', async () => {
    const path = join(folder, 'none', 'library.sqlite')
    const { code, refused } = await doctor(`sqlite:${path}`, folder)
    expect(code).to.equal(2)
    expect(refused).to.include('still to run')
    expect(existsSync(join(folder, 'none'))).to.equal(false)
  })

  it('refuses memory, which no other process can see', async () => {
    const { code, refused } = await doctor('memory', folder)
    expect([code, refused]).to.deep.equal([2, 'STORAGE is memory: there is nothing to work on\n'])
  })
})
