/** The pull list and the hold shelf of a branch, over every storage. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`what a desk fetches and keeps on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    type Person = keyof World['tokens']
    const as = async (who: Person, method: string, path: string, body?: object) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    }
    const reserve = async (who: Person, branch_id: number = world.here, book: number = world.bookId) =>
      idOf(await as(who, 'POST', `/books/${book}/reserve`, { branch_id }))
    const pulls = async (branch: number, query = '') =>
      rowsOf(await as('librarian', 'GET', `/branches/${branch}/pull-list${query}`))
    const brief = (rows: readonly Record<string, unknown>[]) =>
      rows.map(row => [row['id'], row['barcode'], row['action']])
    const shelf = async (query = '') =>
      rowsOf(await as('manager', 'GET', `/branches/${world.here}/hold-shelf${query}`))
    const scan = (barcode: string, branch_id: number = world.here) =>
      as('librarian', 'POST', '/returns', { barcode, branch_id })

    it('R6.3 what is reserved on the shelf is on the list of the branch where it stands', async () => {
      const [first, second] = [await reserve('user', world.there), await reserve('other')]
      expect(await pulls(world.here)).to.deep.equal([
        {
          id: first,
          user_id: world.ids.user,
          branch_id: world.there,
          reservation_date: '2026-11-21T10:00:00.000Z',
          book_id: world.bookId,
          title: 'The Dispossessed',
          book_copy_id: world.copies[0]!.id,
          barcode: 'C-1',
          queue_position: 1,
          location: null,
          action: 'transfer',
        },
        {
          id: second,
          user_id: world.ids.other,
          branch_id: world.here,
          reservation_date: '2026-11-21T10:00:00.000Z',
          book_id: world.bookId,
          title: 'The Dispossessed',
          book_copy_id: world.copies[1]!.id,
          barcode: 'C-2',
          queue_position: 2,
          location: null,
          action: 'hold',
        },
      ])
      expect(await pulls(world.there)).to.deep.equal([])
      // What was scanned is fetched, and gone from the list.
      await scan('C-1')
      expect(brief(await pulls(world.here))).to.deep.equal([[second, 'C-2', 'hold']])
    })

    it('one reservation is fetched in one branch', async () => {
      await as('admin', 'PUT', `/copies/${world.copies[1]!.id}`, { branch_id: world.there })
      const first = await reserve('user', world.there)
      expect(await pulls(world.here)).to.deep.equal([])
      expect(brief(await pulls(world.there))).to.deep.equal([[first, 'C-2', 'hold']])
    })

    it('R6.2 one that is suspended is not fetched', async () => {
      const first = await reserve('user')
      await as('user', 'PUT', `/reservations/${first}`, { suspended_until: '2026-12-24' })
      expect(await pulls(world.here)).to.deep.equal([])
      await as('user', 'PUT', `/reservations/${first}`, { suspended_until: null })
      expect(brief(await pulls(world.here))).to.deep.equal([[first, 'C-1', 'hold']])
    })

    it('is read page by page, in the order asked for', async () => {
      const other = idOf(await as('admin', 'POST', '/books', { title: 'A', author_id: world.authorId }))
      await addCopyOf(world.api.deps, other as never, world.here, 'A-1')
      const rows = [await reserve('user'), await reserve('other'), await reserve('user', world.here, other)]
      const [first, second, third] = rows
      const page = await as('librarian', 'GET', `/branches/${world.here}/pull-list?limit=2`)
      expect(page.meta).to.include({ total: 3, total_pages: 2 })
      expect(rowsOf(page).map(row => row['id'])).to.deep.equal([first, third])
      const cursor = String((page.meta as Record<string, unknown>)['next_cursor'])
      const next = await pulls(world.here, `?limit=2&cursor=${encodeURIComponent(cursor)}`)
      expect(next.map(row => row['id'])).to.deep.equal([second])
      const byTitle = await pulls(world.here, '?sort=title,-barcode')
      expect(byTitle.map(row => row['id'])).to.deep.equal([third, second, first])
      expect(await pulls(world.here, '?limit=1&fields=barcode')).to.deep.equal([
        { id: first, barcode: 'C-1' },
      ])
    })

    it('the hold shelf says for whom and until when, and what is to be cleared (R6.5)', async () => {
      const first = await reserve('user')
      await scan('C-1')
      world.clock.days(3)
      const second = await reserve('other')
      await scan('C-2')
      const rows = await shelf()
      expect(rows.map(row => row['id'])).to.deep.equal([first, second])
      expect(rows[0]).to.deep.include({
        user_id: world.ids.user,
        branch_id: world.here,
        book_id: world.bookId,
        title: 'The Dispossessed',
        book_copy_id: world.copies[0]!.id,
        barcode: 'C-1',
        ready_until: '2026-11-28T22:59:59.000Z',
        to_clear: false,
      })
      expect(await shelf('?to_clear=true')).to.deep.equal([])
      world.clock.days(5)
      expect((await shelf('?to_clear=true')).map(row => row['id'])).to.deep.equal([first])
      expect((await shelf('?to_clear=false')).map(row => row['id'])).to.deep.equal([second])
      expect((await shelf('?sort=-ready_until')).map(row => row['to_clear'])).to.deep.equal([false, true])
      await as('admin', 'POST', '/admin/jobs/expire-pickups/run')
      expect((await shelf()).map(row => row['id'])).to.deep.equal([second])
      expect(rowsOf(await as('librarian', 'GET', `/branches/${world.there}/hold-shelf`))).to.deep.equal([])
    })

    it('are of a branch that is there, and for staff', async () => {
      for (const list of ['pull-list', 'hold-shelf']) {
        expectRefusal(await as('librarian', 'GET', `/branches/99/${list}`), 404, 'NOT_FOUND', {
          resource: 'branch',
          id: 99,
        })
        expectRefusal(await as('user', 'GET', `/branches/99/${list}`), 403, 'PERMISSION_DENIED')
      }
      expectFaults(
        await as('librarian', 'GET', `/branches/${world.here}/hold-shelf?to_clear=x`),
        'to_clear UNKNOWN_VALUE',
      )
    })
  })
}
