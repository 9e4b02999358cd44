/** The schema from nothing and back, on both databases; and what happens when two bring it about at once. */
import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { connect } from '../../adapters/knex/connect.ts'
import type { Database } from '../../adapters/knex/database.ts'
import { migrateDown, migrateUp, underMigrationLock } from '../../adapters/knex/migrate.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import { loadSampleLibrary } from '../../app/sample-library.ts'
import type { SampleLogin } from '../../app/sample-library.ts'
import { migrationSource } from '../../migrations/index.ts'
import { branches as branchFacts } from '../../migrations/seeds/people.ts'
import { ownTitles } from '../../migrations/seeds/titles.ts'
import { noon } from '../support/builders.ts'
import { connection } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { postgres } from '../support/postgres.ts'
import { startServerProcess } from '../support/server.ts'
import { otpAt, secondFactor } from '../support/second-factor.ts'
import { right } from '../support/world.ts'

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds))

const emptySqlite = (): Promise<FreshDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'library-migrations-'))
  return Promise.resolve({
    storage: `sqlite:${join(folder, 'data', 'library.sqlite')}`,
    drop: () => {
      rmSync(folder, { recursive: true })
      return Promise.resolve()
    },
  })
}

let count = 0
const emptyPostgres = async (): Promise<FreshDatabase> => {
  const server = await postgres()
  count += 1
  const name = `library_empty_${String(process.pid)}_${String(count)}`
  await server.admin(`create database ${name}`)
  return {
    storage: server.url(name),
    drop: () => server.admin(`drop database if exists ${name} with (force)`),
  }
}

const databases = [
  { name: 'SQLite', empty: emptySqlite },
  { name: 'Postgres', empty: emptyPostgres },
] as const

const onDatabase = async <A>(storage: string, work: (db: Database) => Promise<A>): Promise<A> => {
  const db = connect({ ...connection, storage })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

const rowsOf = async <A>(db: Database, text: string): Promise<readonly A[]> => {
  const answer: unknown = await db.write.raw(text)
  return (db.dialect === 'sqlite' ? answer : (answer as { rows: unknown }).rows) as A[]
}

/** All that the schema is made of, as the database itself writes it down. */
const schemaOf = (storage: string): Promise<readonly string[]> =>
  onDatabase(storage, async db => {
    const texts = await rowsOf<{ text: string }>(
      db,
      db.dialect === 'sqlite'
        ? `select sql as text from sqlite_master where sql is not null`
        : `select format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as text
             from information_schema.columns where table_schema = 'public'
           union all select indexdef from pg_indexes where schemaname = 'public'
           union all select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid))
             from pg_constraint where connamespace = 'public'::regnamespace`,
    )
    return texts.map(({ text }) => text).sort()
  })

const tablesOf = (storage: string): Promise<readonly string[]> =>
  onDatabase(storage, async db => {
    const tables = await rowsOf<{ name: string }>(
      db,
      db.dialect === 'sqlite'
        ? `select name from sqlite_master where type = 'table' and name <> 'sqlite_sequence'`
        : `select tablename as name from pg_tables where schemaname = 'public'`,
    )
    return tables.map(({ name }) => name).sort()
  })

/** Only what Knex keeps of its own. */
const nothing = ['schema_migrations', 'schema_migrations_lock']

const counts = async (storage: string): Promise<Readonly<Record<string, number>>> => {
  const tables = (await tablesOf(storage)).filter(table => !nothing.includes(table))
  return onDatabase(storage, async db => {
    const counted: Record<string, number> = {}
    for (const table of tables) {
      const [row] = (await db.write(table).count({ n: '*' })) as unknown as { n: number }[]
      counted[table] = row!.n
    }
    return counted
  })
}

const up = (storage: string, source = migrationSource): Promise<readonly string[]> =>
  underMigrationLock(storage, () => migrateUp({ ...connection, storage, source }))

const down = (storage: string): Promise<readonly string[]> =>
  underMigrationLock(storage, () => migrateDown({ ...connection, storage, source: migrationSource }))

const fillWithSample = async (storage: string): Promise<void> => {
  const library = openKnex({ ...connection, storage, now: () => noon })
  const hashing = passwords({ pepper: 'pepper', cost: 4 })
  try {
    await loadSampleLibrary(
      { persistence: library, passwords: hashing, secondFactor },
      { titles: null, seed: 1, now: noon, progress: () => undefined, keepLogins: () => undefined },
    )
  } finally {
    await hashing.close()
    await library.close()
  }
}

const isoNow = '2026-03-02T12:00:00.000Z'
const stamps = { created_at: isoNow, updated_at: isoNow }

/** One row for each table that the sample leaves empty, and the references that go round in circles. */
const fillTheRest = (storage: string): Promise<void> =>
  onDatabase(storage, async ({ write }) => {
    const first = async (table: string): Promise<number> =>
      (await write(table).orderBy('id').first<{ id: number }>('id')).id
    const [user, book, copy, branch] = [
      await first('users'),
      await first('books'),
      await first('book_copies'),
      await first('library_branches'),
    ]
    const [category] = await write('loan_categories').select<{ name: string }[]>('name')
    await write('member_blocks').insert({
      user_id: user,
      reason: 'x',
      actions: '[]',
      created_by: user,
      ...stamps,
    })
    await write('reviews').insert({ user_id: user, book_id: book, rating: 5, ...stamps })
    // Beyond those of the sample.
    await write('reservations').insert({
      id: 9999,
      user_id: user,
      book_id: book,
      branch_id: branch,
      book_copy_id: copy,
      reservation_date: isoNow,
      status: 'ready',
      unfillable: false,
      notification_sent: false,
      ...stamps,
    })
    await write('transfers').insert({
      book_copy_id: copy,
      from_branch_id: branch,
      to_branch_id: branch,
      reservation_id: 9999,
      sent_at: isoNow,
      ...stamps,
    })
    await write('emergency_closures').insert({
      id: 1,
      branch_id: branch,
      closure_id: (await write('branch_closures').first<{ id: number } | undefined>('id'))?.id ?? null,
      starts_on: '2026-12-09',
      ends_on: '2026-12-10',
      reopens_on: '2026-12-11',
      calendar_ignored: false,
      reason: 'Storm',
      state: 'applying',
      created_by: user,
      declared_at: isoNow,
      ...stamps,
    })
    await write('emergency_moves').insert({
      emergency_closure_id: 1,
      reservation_id: 9999,
      was: isoNow,
      becomes: isoNow,
      outcome: 'pending',
    })
    await write('sessions').insert({ id: 1, user_id: user, created_at: isoNow, expires_at: isoNow })
    await write('refresh_tokens').insert({ token_hash: 'h', session_id: 1, created_at: isoNow })
    await write('account_tokens').insert({
      id: 1,
      purpose: 'verify_email',
      user_id: user,
      nonce: 'n',
      created_at: isoNow,
      expires_at: isoNow,
    })
    await write('network_uses').insert({ counter: 'register 192.0.2.7', since: isoNow, uses: 1 })
    await write('address_failures').insert({ network: '192.0.2.7', moments: '[]', last_at: isoNow })
    await write('login_failures').insert({ counter: 'user 1', failures: 1, last_at: isoNow })
    await write('audit_log').insert({
      recorded_at: isoNow,
      occurred_at: isoNow,
      actor_id: user,
      action: 'login',
      outcome: 'allowed',
    })
    await write('audit_seals').insert({
      number: 1,
      after_id: 0,
      last_id: 1,
      row_count: 1,
      rows: '1 digest',
      previous: '',
      key_id: 'key',
      sealed: isoNow,
      mac: 'mac',
    })
    await write('outbox').insert({
      id: 1,
      type: 'LoanOpened',
      version: 1,
      aggregate: 'loan',
      aggregate_id: 1,
      seq: 1,
      occurred_at: isoNow,
      recorded_at: isoNow,
      payload: '{}',
      due_at: isoNow,
    })
    await write('idempotency_keys').insert({
      caller: 'anonymous',
      key: 'k',
      fingerprint: 'f',
      claim: 'c',
      created_at: isoNow,
      lease_until: isoNow,
      expires_at: isoNow,
    })
    const [lent] = await write('borrowings').limit(1).select<{ id: number }[]>('id')
    await write('offline_operations').insert({
      client_id: 'desk 1',
      type: 'return',
      occurred_at: isoNow,
      barcode: 'C-1',
      branch_id: branch,
      borrowing_id: lent!.id,
      outcome: '{}',
      created_at: isoNow,
    })
    const [apiKey] = await write('api_keys')
      .insert({ name: 'Sorter', scopes: '[]', expires_at: isoNow, created_by: user, ...stamps })
      .returning<{ id: number }[]>('id')
    const [enrolledUser] = await write('second_factors').limit(1).select<{ user_id: number }[]>('user_id')
    await write('recovery_codes').insert({ user_id: enrolledUser!.user_id, code_hash: 'h' })
    await write('api_key_secrets').insert({
      prefix: 'p',
      api_key_id: apiKey!.id,
      secret_hash: 'h',
      created_at: isoNow,
    })
    await write('in_house_uses').insert({
      book_copy_id: copy,
      branch_id: branch,
      used_at: isoNow,
      librarian_id: user,
      created_at: isoNow,
    })
    await write('jobs').insert({ name: 'purge', dedupe_key: 'purge 1', due_at: isoNow, created_at: isoNow })
    await write('settings').insert({ name: 'greeting', value: '{}', ...stamps })
    await write('circulation_rules').insert({
      branch_id: branch,
      membership_type: 'standard',
      loan_category: category!.name,
      values: '{}',
      ...stamps,
    })
  })

for (const { name, empty } of databases) {
  describe(`migrations on ${name}`, function () {
    this.timeout(30_000)
    let database: FreshDatabase
    let storage: string
    beforeEach(async () => {
      database = await empty()
      storage = database.storage
    })
    afterEach(() => database.drop())

    it('go up from nothing, once, and down to nothing', async () => {
      const names = await migrationSource.getMigrations([])
      expect(await up(storage)).to.deep.equal(names)
      expect(await up(storage)).to.deep.equal([])
      expect((await tablesOf(storage)).length).to.be.greaterThan(25)
      expect(await down(storage)).to.deep.equal([...names].reverse())
      expect(await tablesOf(storage)).to.deep.equal(nothing)
      expect(await down(storage)).to.deep.equal([])
    })

    it('go up to the same schema and the same first rows the second time', async () => {
      await up(storage)
      const [schema, rows] = [await schemaOf(storage), await counts(storage)]
      await down(storage)
      await up(storage)
      expect(await schemaOf(storage)).to.deep.equal(schema)
      expect(await counts(storage)).to.deep.equal(rows)
      expect(Object.entries(rows).filter(([, number]) => number > 0)).to.deep.equal([
        ['circulation_rules', 1],
        ['id_blocks', 8],
        ['loan_categories', 3],
        ['membership_types', 5],
        ['rule_tables', 1],
        ['settings', 2],
      ])
    })

    it('go down from a library in use, with rows in every table, and up again', async () => {
      await up(storage)
      const schema = await schemaOf(storage)
      await fillWithSample(storage)
      await fillTheRest(storage)
      const rows = await counts(storage)
      expect(Object.entries(rows).filter(([, number]) => number === 0)).to.deep.equal([])
      expect(await up(storage)).to.deep.equal([])
      expect(await counts(storage)).to.deep.equal(rows)

      // One alone: the rules are the first ones again, and ids go on.
      const one = () =>
        onDatabase(storage, ({ write }) =>
          write.migrate.down({
            migrationSource,
            tableName: 'schema_migrations',
            name: '0006-first-rows',
          }),
        )
      await underMigrationLock(storage, one)
      expect(await up(storage)).to.have.length(1)
      expect(await counts(storage)).to.deep.equal({ ...rows, circulation_rules: 1 })
      const library = openKnex({ ...connection, storage, now: () => noon })
      expect(await right(library.ids.next('member'))).to.be.greaterThan(rows['users']!)
      await library.close()

      await down(storage)
      expect(await tablesOf(storage)).to.deep.equal(nothing)
      await up(storage)
      expect(await schemaOf(storage)).to.deep.equal(schema)
    })

    it('0016-transfers gives a transfer to what is under way already', async () => {
      await up(storage)
      await fillWithSample(storage)
      const last = (work: 'up' | 'down') =>
        underMigrationLock(storage, () =>
          onDatabase(storage, ({ write }) =>
            write.migrate[work]({
              migrationSource,
              tableName: 'schema_migrations',
              name: '0016-transfers',
            }),
          ),
        )
      await last('down')
      const sent = await onDatabase(storage, async ({ write }) => {
        const copies = await write('book_copies')
          .where({ status: 'available' })
          .orderBy('id')
          .limit(2)
          .select<{ id: number; book_id: number; branch_id: number; updated_at: unknown }[]>(
            'id',
            'book_id',
            'branch_id',
            'updated_at',
          )
        const to = (home: number) => (home === 1 ? 2 : 1)
        await write('reservations').del()
        const [atHome, away] = copies
        const goals = [atHome!.branch_id, to(away!.branch_id)]
        for (const [index, { id }] of copies.entries()) {
          await write('book_copies')
            .where({ id })
            .update({ status: 'in_transit', destination_branch_id: goals[index] })
        }
        // Given up where they go, the first of each title there last.
        const [member] = await write('users').limit(1).select<{ id: number }[]>('id')
        const no = write.raw('(1 = 0)')
        for (const [index, { book_id }] of [away!, away!, atHome!].entries()) {
          const at = `2026-01-0${String(9 - index)}T10:00:00.000Z`
          await write('reservations').insert({
            id: 100 + index,
            user_id: member!.id,
            book_id,
            branch_id: index === 2 ? goals[0] : goals[1],
            reservation_date: at,
            status: 'cancelled',
            unfillable: no,
            notification_sent: no,
            created_at: at,
            updated_at: at,
          })
        }
        return copies.map((copy, index) => ({
          ...copy,
          goal: goals[index],
          reservation: index === 0 ? null : 100,
        }))
      })
      await last('up')
      const transfers = await onDatabase(storage, ({ write }) =>
        write('transfers')
          .orderBy('book_copy_id')
          .select<Record<string, unknown>[]>(
            'book_copy_id',
            'to_branch_id',
            'reservation_id',
            'sent_at',
            'ended_at',
            'told_at',
          ),
      )
      expect(transfers).to.deep.equal(
        sent.map(({ id, goal, reservation, updated_at: since }) => ({
          book_copy_id: id,
          to_branch_id: goal,
          reservation_id: reservation,
          sent_at: since,
          ended_at: null,
          told_at: null,
        })),
      )
    })

    it('are not held up by what a crash left in the table of Knex', async () => {
      await up(storage)
      await onDatabase(storage, ({ write }) => write('schema_migrations_lock').update({ is_locked: 1 }))
      expect(await up(storage)).to.deep.equal([])
      expect((await down(storage)).length).to.be.greaterThan(0)
    })

    it('are undone together when one fails, and run when it does not', async () => {
      const made = (table: string, after: () => Promise<void> = () => Promise.resolve()) => ({
        up: async (knex: Knex) => {
          await knex.schema.createTable(table, t => t.integer('id'))
          await knex(table).insert({ id: 1 })
          await after()
        },
        down: (knex: Knex) => knex.schema.dropTable(table),
      })
      const sourceOf = (
        migrations: Readonly<Record<string, Knex.Migration>>,
      ): Knex.MigrationSource<string> => ({
        getMigrations: () => Promise.resolve(Object.keys(migrations)),
        getMigrationName: migration => migration,
        getMigration: migration => Promise.resolve(migrations[migration]!),
      })
      const failing = made('second', () => Promise.reject(new Error('half way')))
      const outcome = await up(storage, sourceOf({ one: made('first'), two: failing })).catch(String)
      expect(outcome).to.include('half way')
      expect(await tablesOf(storage)).to.deep.equal(nothing)
      expect(await up(storage, sourceOf({ one: made('first'), two: made('second') }))).to.deep.equal([
        'one',
        'two',
      ])
      expect(await tablesOf(storage)).to.deep.equal(['first', ...nothing, 'second'])
    })
  })

  describe(`the migration lock of ${name}`, function () {
    this.timeout(30_000)
    let database: FreshDatabase
    beforeEach(async () => {
      database = await empty()
    })
    afterEach(() => database.drop())

    it('lets one in at a time, however many come', async () => {
      let inside = 0
      const most: number[] = []
      await Promise.all(
        Array.from({ length: 5 }, () =>
          underMigrationLock(database.storage, async () => {
            inside += 1
            most.push(inside)
            await pause(20)
            inside -= 1
          }),
        ),
      )
      expect(most).to.deep.equal([1, 1, 1, 1, 1])
    })

    it('is given back by whoever fails', async () => {
      const failed = await underMigrationLock(database.storage, () => Promise.reject(new Error('no'))).catch(
        String,
      )
      expect(failed).to.equal('Error: no')
      expect(await underMigrationLock(database.storage, () => Promise.resolve('in'))).to.equal('in')
    })

    it('is given back by a process that is killed', async () => {
      const script = `
        import { underMigrationLock } from ${JSON.stringify(new URL('../../adapters/knex/migrate.ts', import.meta.url).href)}
        await underMigrationLock(${JSON.stringify(database.storage)}, () => new Promise(resolve => {
          process.stdout.write('held')
          setTimeout(resolve, 60_000)
        }))`
      const child = spawn(
        process.execPath,
        ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      try {
        await once(child.stdout, 'data')
        let entered = false
        const next = underMigrationLock(database.storage, () => {
          entered = true
          return Promise.resolve()
        })
        await pause(150)
        expect(entered).to.be.false
        child.kill('SIGKILL')
        await next
        expect(entered).to.be.true
      } finally {
        child.kill('SIGKILL')
      }
    })
  })

  describe(`two servers that start at once on an empty ${name}`, function () {
    this.timeout(60_000)
    let database: FreshDatabase
    let folder: string
    beforeEach(async () => {
      database = await empty()
      folder = mkdtempSync(join(tmpdir(), 'library-two-'))
    })
    afterEach(async () => {
      await database.drop()
      rmSync(folder, { recursive: true })
    })

    it('both come up, with one sample, one set of logins and the same secrets', async () => {
      const dataDir = join(folder, 'data')
      const storage = name === 'SQLite' ? `sqlite:${join(dataDir, 'library.sqlite')}` : database.storage
      const env = {
        DATA_DIR: dataDir,
        BCRYPT_COST: '4',
        ...(name === 'SQLite' ? {} : { STORAGE: storage }),
      }
      const servers = await Promise.all([startServerProcess(env), startServerProcess(env)])
      try {
        const library = openKnex({ ...connection, storage, now: () => noon })
        const first = { sort: [], limit: 1, at: { kind: 'page', page: 1 } } as const
        expect((await right(library.queries.branches.branches(first))).total).to.equal(branchFacts.length)
        expect((await right(library.queries.catalogue.books({}, first))).total).to.equal(ownTitles)
        await library.close()

        const said = servers.filter(server => server.output().includes('The sample library was loaded'))
        expect(said).to.have.length(1)
        const path = join(dataDir, 'sample-logins.json')
        expect(statSync(path).mode & 0o777).to.equal(0o600)
        const logins = JSON.parse(readFileSync(path, 'utf8')) as SampleLogin[]
        expect(logins.map(({ role }) => role)).to.deep.equal([
          'admin',
          'branch_manager',
          'librarian',
          'librarian',
          'user',
          'user',
          'user',
        ])
        const urls = servers.map(({ url }) => url)
        for (const { login, password, user_id, otp_secret } of logins) {
          const tokens: string[] = []
          // One after the other: of two codes the later one makes the earlier one old.
          for (const [later, url] of urls.entries()) {
            const otp = otp_secret === null ? undefined : otpAt(Date.now(), later === 0 ? 0 : 1, otp_secret)
            const response = await fetch(`${url}/api/v1/auth/login`, {
              method: 'POST',
              headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify({ login, password, otp }),
            })
            expect(response.status).to.equal(200)
            tokens.push(((await response.json()) as { data: { access_token: string } }).data.access_token)
          }
          // What one server signed, the other takes.
          for (const [index, token] of [...tokens].reverse().entries()) {
            const me = await fetch(`${urls[index]!}/api/v1/auth/me`, {
              headers: { Authorization: `Bearer ${token}` },
            })
            expect(me.status).to.equal(200)
            expect(((await me.json()) as { data: { id: number } }).data.id).to.equal(user_id)
          }
        }
        expect(existsSync(join(dataDir, 'secrets.json'))).to.be.true
      } finally {
        expect(await Promise.all(servers.map(server => server.stop()))).to.deep.equal([0, 0])
      }

      const again = await startServerProcess(env)
      expect(again.output()).not.to.include('The sample library was loaded')
      expect(await again.stop()).to.equal(0)
      expect((await counts(storage))['library_branches']).to.equal(branchFacts.length)
    })
  })
}
