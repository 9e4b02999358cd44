/** CIR-12: the server dies in the middle of an offline list; sent again, every operation has been applied once. */
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'chai'
import { freshPostgres, freshSqlite } from '../support/databases.ts'
import { aLibrary, addBook } from '../support/world.ts'
import { ask } from './fire/ask.ts'
import { expectConsistent } from './fire/consistent.ts'
import { answersOf, anOfflineDay } from './fire/offline-day.ts'
import { logIn, openSite } from './fire/site.ts'
import type { Site } from './fire/site.ts'

const titles = 60

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`an offline list and a crash on ${name}`, function () {
    this.timeout(120_000)
    let site: Site
    beforeEach(async () => {
      site = await openSite({ database: await fresh() })
    })
    afterEach(() => site.close())

    const count = async (table: string): Promise<number> => {
      const rows = await site.tables.read(table).count<{ count: number }[]>({ count: '*' })
      return rows[0]!.count
    }

    it('CIR-12 killed at its work and asked again, it has applied each operation once', async () => {
      const world = await aLibrary(site.library, { copies: 0, members: 0 })
      const copyIds: number[] = []
      for (let index = 0; index < titles; index += 1) {
        copyIds.push(...(await addBook(site.library, world, { title: `Title ${index}` }, 1)).copyIds)
      }
      const borrower = await site.join('borrower')
      const operations = await anOfflineDay(site, 'crash', borrower, copyIds, world.branchId)
      const victim = await site.start()
      const token = await logIn(victim, 'clerk')
      const cut = ask(victim, 'POST', '/offline', { operations }, { token }).catch(() => null)
      while ((await count('offline_operations')) < 10) await wait(1)
      victim.kill()
      expect(await cut, 'it was told before it died').to.equal(null)
      const done = await count('offline_operations')
      expect(done).to.be.within(10, operations.length - 1)

      const server = await site.start()
      const again = await ask(server, 'POST', '/offline', { operations }, { token })
      expect(again.status, again.text).to.equal(200)
      const told = answersOf(again)
      expect(told.filter(({ status }) => status === 'duplicate')).to.have.length(done)
      expect(told.filter(({ status }) => status === 'applied')).to.have.length(operations.length - done)
      for (const { status, first_status } of told) expect(first_status ?? status).to.equal('applied')
      const loans = await site.tables
        .read('borrowings')
        .orderBy('book_copy_id')
        .select<{ book_copy_id: number; state: string }[]>('book_copy_id', 'state')
      expect(loans).to.deep.equal(
        [...copyIds].sort((a, b) => a - b).map(book_copy_id => ({ book_copy_id, state: 'returned' })),
      )
      await expectConsistent(server)
      await server.stop()
    })
  })
}
