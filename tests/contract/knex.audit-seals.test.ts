import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { sealedColumns } from '../../adapters/knex/audit-seals.ts'
import { connect } from '../../adapters/knex/connect.ts'
import type { Database } from '../../adapters/knex/database.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import type { Persistence } from '../../app/persistence.ts'
import { system } from '../../core/identity/actor.ts'
import { sealAudit } from '../../core/identity/use-cases/seal-audit.ts'
import { verifyAudit } from '../../core/identity/use-cases/verify-audit.ts'
import type { AuditVerdict } from '../../core/identity/use-cases/verify-audit.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { bySystem, noon } from '../support/builders.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { testSealing } from '../support/sealing.ts'
import { addMember, done, each, right } from '../support/world.ts'

const seal = async ({ work, queries }: Persistence): Promise<number> =>
  (
    await right(
      sealAudit({ work, queries: queries.auditSeals, sealing: testSealing, clock: { now: () => noon } }),
    )
  ).done

const verify = ({ queries }: Persistence): Promise<AuditVerdict> =>
  right(verifyAudit({ queries: queries.auditSeals, sealing: testSealing })({ actor: system, head: null }))

const entry = {
  action: 'book.changed',
  target: { type: 'book', id: 12 },
  at: noon,
  before: { title: 'Kindred 📚', pages: 264 },
  after: { pages: 265, list: [1, 'two', null] },
} as const

const write = (library: Persistence, count: number): Promise<unknown> =>
  done(library, ({ audit }) =>
    each(
      Array.from({ length: count }, () => entry),
      each => audit.record({ ...bySystem, address: '192.0.2.7', requestId: 'desk-3-0001' }, each),
    ),
  )

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`the seals of the audit on ${name}`, () => {
    let made: FreshDatabase
    let library: Persistence
    let db: Database
    beforeEach(async () => {
      made = await fresh()
      library = openKnex({ ...connection, storage: made.storage, now: () => noon })
      db = connect({ ...connection, storage: made.storage })
    })
    afterEach(async () => {
      await Promise.all([library.close(), db.close()])
      await made.drop()
    })

    const refusal = (statement: string): Promise<string> =>
      db.write.raw(statement).then(
        () => 'done',
        (error: unknown) => String(error),
      )

    it('hold every column that there is', async () => {
      const columns = Object.keys(await db.read('audit_log').columnInfo())
      expect([...sealedColumns].sort()).to.deep.equal(columns.sort())
    })

    for (const statement of [
      "update audit_log set action = 'book.created'",
      'delete from audit_log',
      "update audit_seals set mac = ''",
      'delete from audit_seals',
      ...(name === 'Postgres' ? ['truncate audit_log', 'truncate audit_seals'] : []),
    ]) {
      it(`are guarded, as the rows are: the database refuses "${statement}"`, async () => {
        await write(library, 1)
        await seal(library)
        expect(await refusal(statement)).to.include('is only ever added to')
        expect(await verify(library)).to.include({ rows: 1, found: 0 })
      })
    }

    it('tell of any bit of any column that is another', async function () {
      this.timeout(110_000)
      const { id } = await addMember(library)
      await done(library, ({ audit }) =>
        audit.record(
          { ...bySystem, actor: { kind: 'member', memberId: id, role: 'admin', branchId: null } },
          entry,
        ),
      )
      await write(library, 1)
      await seal(library)
      await write(library, 1)
      await seal(library)
      for (const table of ['audit_log', 'audit_seals'])
        if (name === 'Postgres') await db.write.raw(`alter table ${table} disable trigger all`)
        else
          for (const change of ['update', 'delete']) await db.write.raw(`drop trigger ${table}_no_${change}`)
      const cells = async (table: string, key: string) => {
        const rows = (await db.read(table).select()) as Record<string, unknown>[]
        return rows.flatMap(row => Object.keys(row).map(column => ({ table, key, id: row[key], column })))
      }
      const all = [...(await cells('audit_log', 'id')), ...(await cells('audit_seals', 'number'))]
      const textOf = async ({ table, key, id: at, column }: (typeof all)[number]) => {
        const asText = name === 'Postgres' ? '??::text' : 'cast(?? as text)'
        const found: unknown = await db.read.raw(`select ${asText} as text from ?? where ?? = ?`, [
          column,
          table,
          key,
          at as number,
        ])
        const rows = name === 'Postgres' ? (found as { rows: unknown }).rows : found
        return (rows as { text: string | null }[])[0]?.text ?? null
      }
      const types: Record<string, string> = {}
      if (name === 'Postgres') {
        const { rows } = await db.read.raw<{ rows: Record<string, string>[] }>(
          "select table_name, column_name, data_type from information_schema.columns where table_name like 'audit_%'",
        )
        for (const row of rows) types[`${row['table_name']}.${row['column_name']}`] = row['data_type']!
      }
      const put = async ({ table, key, column }: (typeof all)[number], at: unknown, text: Buffer) => {
        const cast = name === 'Postgres' ? `?::text::${types[`${table}.${column}`]!}` : 'cast(? as text)'
        const value = name === 'Postgres' ? text.toString('latin1') : text
        await db.write.raw(`update ?? set ?? = ${cast} where ?? = ?`, [
          table,
          column,
          value,
          key,
          at as number,
        ])
      }
      let [found, refused] = [0, 0]
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...all), fc.nat(), async (cell, chosen) => {
          const was = await textOf(cell)
          if (was === null) return
          const bytes = Buffer.from(was, 'utf8')
          if (bytes.length === 0) return
          const other = Buffer.from(bytes)
          const bit = chosen % (bytes.length * 8)
          other[bit >> 3] = other[bit >> 3]! ^ (1 << (bit & 7))
          // Postgres itself takes no text that is none, no number and no instant that is none.
          if (name === 'Postgres' && (other.some(byte => byte === 0) || other.some(byte => byte > 127)))
            return
          try {
            await put(cell, cell.id, other)
          } catch {
            refused += 1
            return
          }
          const moved = cell.column === cell.key
          const now = moved ? null : await textOf(cell)
          const { found: breaks, unsealed } = await verify(library)
          if (moved) await put(cell, Number(other.toString('latin1')), bytes)
          else await put(cell, cell.id, bytes)
          if (now === was) return
          found += 1
          expect(
            breaks + (moved ? unsealed : 0),
            JSON.stringify([cell, was, other.toString('latin1')]),
          ).to.be.greaterThan(0)
        }),
        { numRuns: 500 },
      )
      expect(found).to.be.greaterThan(refused / 10)
      expect(await verify(library)).to.include({ found: 0, rows: 3 })
    })

    it('are one chain over all rows, however many write at once while they are made', async () => {
      const other = openKnex({ ...connection, storage: made.storage, now: () => noon })
      try {
        let writing = true
        const sealing = [library, other].map(async process => {
          while (writing) {
            await seal(process)
            await pause(5)
          }
        })
        await Promise.all(
          Array.from({ length: 12 }, async (_none, writer) => {
            for (let count = 0; count < 15; count += 1)
              await done(writer % 2 === 0 ? library : other, ({ audit }) =>
                pipe(
                  audit.record(bySystem, entry),
                  // The more they differ in how long they take, the more rows come behind higher ones.
                  TE.tap(() =>
                    TE.fromTask(() => pause(name === 'Postgres' ? (writer * 7 + count * 13) % 40 : 0)),
                  ),
                ),
              )
          }),
        )
        writing = false
        await Promise.all(sealing)
        await seal(library)
        expect(await verify(library)).to.include({ rows: 180, unsealed: 0, found: 0 })
      } finally {
        await other.close()
      }
    })

    it('are one chain after a process that made them was killed', async () => {
      await write(library, 10_000)
      const url = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href)
      const script = `
        import { openKnex } from ${url('adapters/knex/open.ts')}
        import { sealAudit } from ${url('core/identity/use-cases/seal-audit.ts')}
        import { testSealing } from ${url('tests/support/sealing.ts')}
        const { work, queries } = openKnex({ ...${JSON.stringify({ ...connection, storage: made.storage })}, now: Date.now })
        await sealAudit({ work, queries: queries.auditSeals, sealing: testSealing, clock: { now: Date.now } })()`
      const child = spawn(
        process.execPath,
        ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
        { stdio: ['ignore', 'inherit', 'inherit'] },
      )
      const ended = once(child, 'close')
      while ((await right(library.queries.auditSeals.head())) === null) await pause(2)
      child.kill('SIGKILL')
      await ended
      const { unsealed, found } = await verify(library)
      expect(found).to.equal(0)
      expect(unsealed).to.be.greaterThan(0)
      expect(await seal(library)).to.equal(unsealed)
      expect(await verify(library)).to.include({ seals: 20, rows: 10_000, unsealed: 0, found: 0 })
    })

    if (name === 'Postgres') {
      /** Writes one row, and ends when it is told to. */
      const holding = async (): Promise<() => Promise<void>> => {
        let release = (): void => undefined
        let begun = (): void => undefined
        const released = new Promise<void>(resolve => (release = resolve))
        const written = new Promise<void>(resolve => (begun = resolve))
        const ended = done(library, ({ audit }) =>
          pipe(
            audit.record(bySystem, entry),
            TE.tap(() =>
              TE.fromTask(() => {
                begun()
                return released
              }),
            ),
          ),
        )
        await written
        return async () => {
          release()
          await ended
        }
      }

      it('wait for a row that is written before others and comes after them', async () => {
        const end = await holding()
        await write(library, 2)
        const sealing = seal(library)
        await pause(200)
        await end()
        expect(await sealing).to.equal(3)
        expect(await verify(library)).to.include({ rows: 3, unsealed: 0, found: 0 })
      })

      it('leave all to the next run where such a row does not come in time', async () => {
        const end = await holding()
        await write(library, 2)
        expect(await seal(library)).to.equal(0)
        expect(await verify(library)).to.include({ seals: 0, unsealed: 2, found: 0 })
        await end()
        expect(await seal(library)).to.equal(3)
        expect(await verify(library)).to.include({ rows: 3, unsealed: 0, found: 0 })
      })
    }
  })
}
