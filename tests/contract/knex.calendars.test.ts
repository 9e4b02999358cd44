/** Two processes on one database: each keeps calendars in its memory, and goes by the version of the branch. */
import { expect } from 'chai'
import { openKnex } from '../../adapters/knex/open.ts'
import { noon, aBranch, aClosure, hours } from '../support/builders.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { done, right } from '../support/world.ts'

const kinds: readonly (readonly [string, () => Promise<FreshDatabase>])[] = [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
]

for (const [name, fresh] of kinds) {
  describe(`calendars of two processes (${name})`, () => {
    let database: FreshDatabase
    let [one, other]: ReturnType<typeof openKnex>[] = []
    beforeEach(async () => {
      database = await fresh()
      const open = () => openKnex({ ...connection, storage: database.storage, now: () => noon })
      one = open()
      other = open()
    })
    afterEach(async () => {
      await one!.close()
      await other!.close()
      await database.drop()
    })

    it('R1.4 what one writes into a calendar the other goes by at its next act', async () => {
      const branch = await done(one!, ({ branches }) => branches.add(aBranch()))
      const seen = async () => {
        const inside = await done(other!, ({ calendars }) => calendars.of([branch.id]))
        const outside = await right(other!.queries.circulation.calendars([branch.id]))
        expect(inside).to.deep.equal(outside)
        return inside.get(branch.id)
      }
      expect((await seen())?.closures).to.deep.equal([])

      const closure = aClosure()
      const [added] = await done(one!, ({ closures }) => closures.add(branch.id, [closure]))
      expect((await seen())?.closures).to.deep.equal([closure])

      await done(one!, ({ closures }) => closures.remove(added!))
      expect((await seen())?.closures).to.deep.equal([])

      const weekly = { ...branch.details.hoursOfOperation, sunday: [hours('10:00', '24:00')] }
      const row = await done(one!, ({ branches }) => branches.get(branch.id))
      await done(one!, ({ branches }) =>
        branches.save({ ...row, details: { ...row.details, hoursOfOperation: weekly } }),
      )
      expect((await seen())?.weekly).to.deep.equal(weekly)
    })
  })
}
