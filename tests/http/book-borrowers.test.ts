/** CIR-8 over every storage: the books with who borrowed them. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`the books and their borrowers on ${backend.name}`, () => {
    let world: World
    let emma: number
    let first: number
    let second: number
    let third: number
    beforeEach(async () => {
      world = await aWorld({}, backend)
      const [fiction, novels] = [await genre('Fiction'), await genre('Novels')]
      await as('PUT', `/genres/${novels}`, { parent_genre_id: fiction })
      const author_id = idOf(await as('POST', '/authors', { name: 'Jane Austen' }))
      emma = idOf(await as('POST', '/books', { title: 'Emma', author_id, genre_id: novels }))
      await as('POST', '/books', { title: 'Persuasion', author_id })
      await addCopyOf(world.api.deps, emma as typeof world.bookId, world.here, 'E-1')
      first = await lend('user', 'C-1')
      world.clock.minutes(5)
      await as('POST', '/returns', { barcode: 'C-1', branch_id: world.here })
      second = await lend('other', 'C-1')
      world.clock.minutes(5)
      third = await lend('user', 'E-1', world.there)
    })
    afterEach(closeAll)

    const as = (method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens.admin, ...(body === undefined ? {} : { body }) })
    const genre = async (name: string) => idOf(await as('POST', '/genres', { name }))
    const lend = async (who: 'user' | 'other', barcode: string, branch_id: number = world.here) =>
      idOf(await as('POST', '/borrowings', { user_id: world.ids[who], barcode, branch_id }))
    const list = (query = '') => as('GET', `/admin/books/borrowers${query}`)
    /** `title: borrowings`, as the list has them. */
    const told = async (query: string) =>
      rowsOf(await list(query)).map(({ title, borrowings }) => {
        const ids = (borrowings as readonly { readonly borrowing_id: number }[]).map(one => one.borrowing_id)
        return [title, ...ids]
      })

    it('are all books by title, each with its borrowings, the latest first', async () => {
      const reply = await list()
      expect(reply.status, reply.text).to.equal(200)
      const out = { return_date: null, is_returned: false }
      expect(reply.data).to.deep.equal([
        {
          book_id: emma,
          title: 'Emma',
          author: 'Jane Austen',
          borrowings: [
            {
              borrowing_id: third,
              user_id: world.ids.user,
              name: 'user Tester',
              borrow_date: '2026-11-21T10:10:00.000Z',
              ...out,
            },
          ],
        },
        { book_id: emma + 1, title: 'Persuasion', author: 'Jane Austen', borrowings: [] },
        {
          book_id: world.bookId,
          title: 'The Dispossessed',
          author: 'Ursula K. Le Guin',
          borrowings: [
            {
              borrowing_id: second,
              user_id: world.ids.other,
              name: 'other Tester',
              borrow_date: '2026-11-21T10:05:00.000Z',
              ...out,
            },
            {
              borrowing_id: first,
              user_id: world.ids.user,
              name: 'user Tester',
              borrow_date: '2026-11-21T10:00:00.000Z',
              return_date: '2026-11-21T10:05:00.000Z',
              is_returned: true,
            },
          ],
        },
      ])
      expect(reply.meta).to.deep.include({ page: 1, total: 3, total_pages: 1 })
    })

    it('are looked for by what the book is', async () => {
      const [fiction] = rowsOf(await as('GET', '/genres')).map(({ id }) => id)
      expect(await told(`?genre_id=${String(fiction)}`)).to.deep.equal([['Emma', third]])
      expect(await told('?author_id=2&sort=-title')).to.deep.equal([['Persuasion'], ['Emma', third]])
      expect(await told('?author_id=99')).to.be.empty
    })

    it('are looked for by how they were borrowed: then only those, and only these borrowings', async () => {
      const novel = ['The Dispossessed', second]
      expect(await told('?is_returned=true')).to.deep.equal([['The Dispossessed', first]])
      expect(await told('?is_returned=false')).to.deep.equal([['Emma', third], novel])
      expect(await told(`?branch_id=${world.there}`)).to.deep.equal([['Emma', third]])
      expect(await told(`?branch_id=${world.here}&is_returned=false`)).to.deep.equal([novel])
      expect(await told('?from=2026-11-21&to=2026-11-21&author_id=2')).to.deep.equal([['Emma', third]])
      expect(await told('?from=2026-11-22')).to.be.empty
      expect(await told('?to=2026-11-20')).to.be.empty
    })

    it('R1.2 count days in the zone of the branch that is asked for', async () => {
      await as('PUT', `/branches/${world.there}`, { time_zone: 'Pacific/Kiritimati' })
      // 10:10 in UTC is the next day there.
      expect(await told(`?branch_id=${world.there}&from=2026-11-22`)).to.deep.equal([['Emma', third]])
      expect(await told(`?branch_id=${world.there}&to=2026-11-21`)).to.be.empty
    })

    it('are paged by book, by number and by cursor', async () => {
      for (const sort of ['title', '-title', 'book_id', '-book_id']) {
        const whole = rowsOf(await list(`?sort=${sort}`))
        const seen: unknown[] = []
        let cursor: string | null = ''
        while (cursor !== null) {
          const page: Awaited<ReturnType<typeof list>> = await list(
            `?limit=1&sort=${sort}${cursor === '' ? '' : `&cursor=${cursor}`}`,
          )
          seen.push(...rowsOf(page))
          cursor = (page.meta as { readonly next_cursor: string | null }).next_cursor
        }
        expect(seen, sort).to.deep.equal(whole)
        expect(rowsOf(await list(`?limit=1&page=2&sort=${sort}`))).to.deep.equal([whole[1]])
      }
      expect(rowsOf(await list('?fields=title&limit=1'))).to.have.length(1)
    })

    it('are the administrator’s alone, and asked for in good form', async () => {
      const { librarian } = world.tokens
      const reply = await world.call('GET', '/admin/books/borrowers', { token: librarian })
      expectRefusal(reply, 403, 'PERMISSION_DENIED', { permission: 'loan:borrowers' })
      expectFaults(await list('?from=2026-11-22&to=2026-11-21'), 'to OUT_OF_RANGE')
      expectFaults(await list('?is_returned=maybe'), 'is_returned UNKNOWN_VALUE')
      expectRefusal(await list('?user_id=1'), 400, 'UNKNOWN_PARAMETER')
    })
  })
}
