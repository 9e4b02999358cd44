/** CIR-1 over every storage: a pile of copies for one member, each with the answer a single checkout would get. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, rowsOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`a batch of checkouts on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = (who: keyof World['tokens'], method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })
    const lend = (
      barcodes: readonly unknown[],
      who: keyof World['tokens'] = 'librarian',
      headers: Readonly<Record<string, string>> = {},
    ) =>
      world.call('POST', '/borrowings/batch', {
        token: world.tokens[who],
        body: { user_id: world.ids.user, barcodes },
        headers,
      })
    const single = (barcode: string, who: keyof World['tokens'] = 'librarian') =>
      as(who, 'POST', '/borrowings', { user_id: world.ids.user, barcode })
    /** Another title with a copy of this barcode. */
    const another = async (barcode: string) => {
      const book = await as('admin', 'POST', '/books', { title: barcode, author_id: world.authorId })
      const { id } = book.data as { readonly id: typeof world.bookId }
      await addCopyOf(world.api.deps, id, world.here, barcode)
    }
    const loans = async () => rowsOf(await as('librarian', 'GET', '/borrowings?sort=id'))
    const essence = ({ error }: Reply) => error

    it('lends each by itself, and gives of each what a single checkout would give', async () => {
      for (const barcode of ['T-1', 'T-2', 'T-3']) await another(barcode)
      await as('librarian', 'POST', '/borrowings', { user_id: world.ids.other, barcode: 'T-2' })
      const reply = await lend(['t-1 ', 'T-2', 'N-1', 'C-1', 'C-2', 'T-3'])
      expect(reply.status, reply.text).to.equal(200)
      const rows = rowsOf(reply)
      expect(rows.map(({ barcode, verdict }) => `${String(barcode)} ${String(verdict)}`)).to.deep.equal([
        'T-1 lent',
        'T-2 refused',
        'N-1 refused',
        'C-1 lent',
        'C-2 refused',
        'T-3 lent',
      ])
      expect(reply.meta).to.deep.equal({ lent: 3, refused: 3 })
      const out = (await loans()).filter(({ user_id }) => user_id === world.ids.user)
      expect(rows.flatMap(({ borrowing }) => (borrowing === null ? [] : [borrowing]))).to.deep.equal(out)
      for (const [index, barcode] of [
        [1, 'T-2'],
        [2, 'N-1'],
        [4, 'C-2'],
      ] as const) {
        expect(rows[index]!['error'], barcode).to.deep.equal(essence(await single(barcode)))
        expect(rows[index]).to.deep.include({ borrowing: null, warnings: [] })
      }
      expect(rows[0]).to.deep.include({ error: null })
    })

    it('R2.3 the limit is met in the middle of the pile', async () => {
      const barcodes = Array.from({ length: 11 }, (_, index) => `L-${index + 1}`)
      for (const barcode of barcodes) await another(barcode)
      const reply = await lend(barcodes)
      expect(reply.meta).to.deep.equal({ lent: 10, refused: 1 })
      const last = rowsOf(reply).at(-1)?.['error']
      expect(last).to.deep.include({ code: 'CHECKOUT_REFUSED', status_code: 422 })
      expect(last).to.deep.equal(essence(await single('L-11')))
      expect(await loans()).to.have.length(10)
    })

    it('a member lends to himself, at the rate of borrowing, and to nobody else', async () => {
      expect((await lend(['C-1'], 'user')).meta).to.deep.equal({ lent: 1, refused: 0 })
      expectRefusal(await lend(['C-2'], 'other'), 403, 'PERMISSION_DENIED')
      expect((await loans()).map(({ librarian_id }) => librarian_id)).to.deep.equal([null])
    })

    it('is refused as a whole where the member is unknown, or the pile has no good form', async () => {
      const token = world.tokens.librarian
      const post = (body: object) => world.call('POST', '/borrowings/batch', { token, body })
      expectRefusal(await post({ user_id: 99, barcodes: ['C-1'] }), 404, 'NOT_FOUND', {
        resource: 'user',
        id: 99,
      })
      expectFaults(await post({}), 'user_id REQUIRED', 'barcodes REQUIRED')
      expectFaults(await lend([]), 'barcodes OUT_OF_RANGE')
      expectFaults(await lend(Array.from({ length: 51 }, () => 'C-1')), 'barcodes OUT_OF_RANGE')
      expectFaults(
        await lend(['C-1', '', 'ä', 7]),
        'barcodes.1 REQUIRED',
        'barcodes.2 INVALID_CODE',
        'barcodes.3 INVALID_TYPE',
      )
      expect(await loans()).to.be.empty
    })

    it('is done once under its Idempotency-Key, and does no harm without one', async () => {
      const headers = { 'Idempotency-Key': 'a pile' }
      const first = await lend(['C-1', 'N-1'], 'librarian', headers)
      const again = await lend(['C-1', 'N-1'], 'librarian', headers)
      expect(again.text).to.equal(first.text)
      expect(again.headers.get('idempotency-replayed')).to.equal('true')
      expectRefusal(await lend(['C-2'], 'librarian', headers), 422, 'IDEMPOTENCY_KEY_REUSED')
      expect((await lend(['C-1', 'N-1'])).meta).to.deep.equal({ lent: 0, refused: 2 })
      expect(await loans()).to.have.length(1)
    })
  })
}
