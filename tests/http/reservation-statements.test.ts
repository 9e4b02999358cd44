import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { asked } from '../support/statement-count.ts'
import { idOf, rowsOf } from './support/client.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'

for (const backend of backends.filter(({ name }) => name !== 'memory')) {
  describe(`lists of reservations on ${backend.name}`, () => {
    afterEach(closeAll)

    it('ask as often for many titles as for one, estimates included (R6.8)', async () => {
      const world = await aWorld({}, backend)
      const { tokens, here, authorId } = world
      const list = () => world.call('GET', '/reservations?status=waiting', { token: tokens.librarian })
      const statements = async (): Promise<readonly [rows: number, statements: number]> => {
        // What is kept in memory is read before.
        await list()
        let rows = 0
        const counted = await asked(async () => {
          rows = rowsOf(await list()).filter(row => row['expected_availability'] !== null).length
        })
        return [rows, counted.statements]
      }
      const wait = async (barcode: string) => {
        const book = { title: barcode, author_id: authorId }
        const bookId = idOf(await world.call('POST', '/books', { token: tokens.admin, body: book }))
        await addCopyOf(world.api.deps, bookId as never, here, barcode)
        for (const who of ['user', 'other'] as const) {
          await world.call('POST', `/books/${bookId}/reserve`, {
            token: tokens[who],
            body: { branch_id: here },
          })
        }
      }
      await wait('E-1')
      const [few, once] = await statements()
      for (const barcode of ['E-2', 'E-3', 'E-4']) await wait(barcode)
      const [many, again] = await statements()
      expect([few, many]).to.deep.equal([2, 8])
      expect(again).to.equal(once)
    })
  })
}
