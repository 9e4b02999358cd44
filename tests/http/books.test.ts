/** CAT-1, CAT-2, CAT-5, CAT-6: books. */
import { expect } from 'chai'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const titlesOf = (reply: Reply) => rowsOf(reply).map(({ title }) => title)

describe('books', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const add = (body: object, query = '') =>
    world.call('POST', `/books${query}`, {
      token: world.tokens.librarian,
      body: { author_id: world.authorId, ...body },
    })
  const change = (id: number, body: object) =>
    world.call('PUT', `/books/${id}`, { token: world.tokens.librarian, body })

  describe('are shown', () => {
    it('with how many copies are free in each branch', async () => {
      await world.call('POST', '/borrowings', { token: world.tokens.user, body: { barcode: 'C-1' } })
      const reply = await world.call('GET', `/books/${world.bookId}`)
      expect(reply.data).to.deep.include({
        id: world.bookId,
        title: 'The Dispossessed',
        author: 'Ursula K. Le Guin',
        authors: [{ id: world.authorId, name: 'Ursula K. Le Guin' }],
        isbn_13: '9780061054884',
        isbn_10: '0061054887',
        availability_status: 'available',
        total_copies: 2,
        available_copies: 1,
        availability: [{ branch_id: world.here, branch_name: 'Here', total_copies: 2, available_copies: 1 }],
      })
    })

    it('by the fields asked for, always with the id', async () => {
      const one = await world.call('GET', `/books/${world.bookId}?fields=title,pages`)
      expect(one.data).to.deep.equal({ id: world.bookId, title: 'The Dispossessed', pages: 387 })
      const all = await world.call('GET', '/books?fields=isbn_13')
      expect(all.data).to.deep.equal([{ id: world.bookId, isbn_13: '9780061054884' }])
      expectFaults(await world.call('GET', '/books?fields=title,password'), 'fields UNKNOWN_FIELD')
      expectFaults(await world.call('GET', '/books?fields=availability'), 'fields UNKNOWN_FIELD')
    })

    it('with what they refer to', async () => {
      const author = { id: world.authorId, name: 'Ursula K. Le Guin' }
      const one = await world.call('GET', `/books/${world.bookId}?include=author,publisher,genre`)
      expect(one.data).to.deep.include({ author, publisher: null, genre: null })
      const all = await world.call('GET', '/books?fields=title&include=author')
      expect(all.data).to.deep.equal([{ id: world.bookId, title: 'The Dispossessed', author }])
      expectFaults(await world.call('GET', '/books?include=copies'), 'include UNKNOWN_VALUE')
    })

    it('not when they are not there', async () =>
      expectRefusal(await world.call('GET', '/books/99'), 404, 'NOT_FOUND', { resource: 'book', id: 99 }))
  })

  describe('are added', () => {
    it('with every field, and shown as they were written', async () => {
      const token = world.tokens.librarian
      const publisher = idOf(await world.call('POST', '/publishers', { token, body: { name: 'Doubleday' } }))
      const genre = idOf(await world.call('POST', '/genres', { token, body: { name: 'Novels' } }))
      const co = idOf(await world.call('POST', '/authors', { token, body: { name: 'Second Author' } }))
      const body = {
        title: '  Kindred ',
        subtitle: 'A <b>novel</b>',
        isbn_13: '978-0-8070-8369-7',
        publication_year: 1979,
        publication_date: '1979-06-01',
        edition: '1st',
        min_age: 14,
        publisher_id: publisher,
        genre_id: genre,
        language: 'EN-us',
        pages: 264,
        description: 'One\r\nTwo',
        dewey_decimal: '813.54',
        digital_copies: 2,
        cover_image_url: 'https://example.org/kindred.jpg',
        subjects: ['Time travel', 'Slavery', 'Time travel'],
      }
      const author_ids = [world.authorId, co]
      const reply = await world.call('POST', '/books', { token, body: { ...body, author_ids } })
      expect(reply.status, reply.text).to.equal(201)
      expect(reply.headers.get('location')).to.equal(`/api/v1/books/${idOf(reply)}`)
      expect(reply.data).to.deep.include({
        ...body,
        title: 'Kindred',
        subtitle: 'A novel',
        author_id: world.authorId,
        author: 'Ursula K. Le Guin',
        isbn_13: '9780807083697',
        isbn_10: '0807083690',
        language: 'en-US',
        description: 'One\nTwo',
        subjects: ['Time travel', 'Slavery'],
        availability_status: 'unavailable',
        total_copies: 0,
        version: 1,
      })
      const shown = await world.call('GET', `/books/${idOf(reply)}`)
      expect(shown.data).to.deep.include(reply.data)
    })

    it('with either ISBN, which gives the other', async () => {
      const reply = await add({ title: 'Short', isbn_10: '0-306-40615-2' })
      expect(reply.data).to.include({ isbn_13: '9780306406157', isbn_10: '0306406152' })
      const long = await add({ title: 'Long', isbn_13: '9791234567896', isbn_10: null })
      expect(long.data).to.include({ isbn_13: '9791234567896', isbn_10: null })
    })

    const faults: readonly (readonly [object, ...string[]])[] = [
      [{}, 'title REQUIRED'],
      [{ title: '  ' }, 'title REQUIRED'],
      [{ title: null }, 'title REQUIRED'],
      [{ title: ['a'] }, 'title INVALID_TYPE'],
      [{ title: 'a\u0000' }, 'title INVALID_CHARACTERS'],
      [{ title: 'x'.repeat(501) }, 'title TOO_LONG'],
      [{ title: 'a', author_id: undefined }, 'author_id REQUIRED'],
      [{ title: 'a', author_id: 99 }, 'author_id UNKNOWN_REFERENCE'],
      [{ title: 'a', author_id: Number.MAX_SAFE_INTEGER }, 'author_id UNKNOWN_REFERENCE'],
      [{ title: 'a', author_id: '1' }, 'author_id INVALID_TYPE'],
      [{ title: 'a', author_ids: [] }, 'author_ids OUT_OF_RANGE'],
      [{ title: 'a', author_ids: [2, 1] }, 'author_id DISAGREES'],
      [{ title: 'a', author_ids: [1, 1] }, 'author_ids REPEATED'],
      [{ title: 'a', isbn_13: '9780306406158' }, 'isbn_13 INVALID_ISBN'],
      [{ title: 'a', isbn_13: '0306406152' }, 'isbn_13 INVALID_ISBN'],
      [{ title: 'a', isbn_10: '9780306406157' }, 'isbn_10 INVALID_ISBN'],
      [{ title: 'a', isbn_13: '9780306406157', isbn_10: '0807083690' }, 'isbn_10 DISAGREES'],
      [{ title: 'a', publication_year: 0 }, 'publication_year OUT_OF_RANGE'],
      [{ title: 'a', publication_year: 1.5 }, 'publication_year NOT_AN_INTEGER'],
      [{ title: 'a', publication_year: 1979, publication_date: '1980-01-01' }, 'publication_date DISAGREES'],
      [{ title: 'a', publication_date: '1979-02-30' }, 'publication_date INVALID_DAY'],
      [{ title: 'a', publisher_id: 99 }, 'publisher_id UNKNOWN_REFERENCE'],
      [{ title: 'a', genre_id: 99 }, 'genre_id UNKNOWN_REFERENCE'],
      [{ title: 'a', language: 'klingonish language' }, 'language INVALID_LANGUAGE'],
      [{ title: 'a', pages: -1 }, 'pages OUT_OF_RANGE'],
      [{ title: 'a', cover_image_url: 'javascript:alert(1)' }, 'cover_image_url INVALID_URL'],
      [{ title: 'a', subjects: 'Time travel' }, 'subjects INVALID_TYPE'],
      [{ title: 'a', subjects: ['ok', ''] }, 'subjects.1 REQUIRED'],
      [{ title: 'a', total_copies: 5, id: 7 }, 'total_copies UNKNOWN_FIELD', 'id UNKNOWN_FIELD'],
      [
        { title: '', isbn_13: 'x', pages: 'many' },
        'title REQUIRED',
        'isbn_13 INVALID_ISBN',
        'pages INVALID_TYPE',
      ],
    ]
    for (const [body, ...expected] of faults) {
      it(`not with ${expected.join(', ')}`, async () => expectFaults(await add(body), ...expected))
    }

    it('once: not with an ISBN that is there, whatever is allowed', async () => {
      for (const query of ['', '?allow_duplicate=true']) {
        expectRefusal(await add({ title: 'Another', isbn_10: '0061054887' }, query), 409, 'DUPLICATE', {
          resource: 'book',
          field: 'isbn',
          candidates: [world.bookId],
        })
      }
    })

    it('once: not with title, author and year that are there, unless that is allowed', async () => {
      const twin = { title: 'the DISPOSSESSED', publication_year: 1974 }
      expectRefusal(await add(twin), 409, 'DUPLICATE', {
        resource: 'book',
        field: 'title',
        candidates: [world.bookId],
      })
      expect((await add(twin, '?allow_duplicate=true')).status).to.equal(201)
      expectFaults(await add(twin, '?allow_duplicate=yes'), 'allow_duplicate UNKNOWN_VALUE')
    })
  })

  describe('are changed', () => {
    it('in the fields given; the others stay', async () => {
      const reply = await change(world.bookId, { subtitle: 'An Ambiguous Utopia', pages: null })
      expect(reply.status, reply.text).to.equal(200)
      expect(reply.data).to.include({
        title: 'The Dispossessed',
        subtitle: 'An Ambiguous Utopia',
        pages: null,
        isbn_13: '9780061054884',
        version: 2,
        total_copies: 2,
      })
    })

    it('by PATCH as by PUT, and by nothing at all', async () => {
      const patched = await world.call('PATCH', `/books/${world.bookId}`, {
        token: world.tokens.manager,
        body: { edition: '2nd' },
      })
      expect(patched.data).to.include({ edition: '2nd', title: 'The Dispossessed' })
      expect((await change(world.bookId, {})).status).to.equal(200)
    })

    it('in their ISBN: another, none, or no short form, which is no change', async () => {
      const isbns = async (body: object) => {
        const { data } = await change(world.bookId, body)
        const { isbn_13, isbn_10 } = data as Record<string, unknown>
        return [isbn_13, isbn_10]
      }
      expect(await isbns({ isbn_10: null })).to.deep.equal(['9780061054884', '0061054887'])
      expect(await isbns({ isbn_10: '0306406152' })).to.deep.equal(['9780306406157', '0306406152'])
      expect(await isbns({ isbn_13: null, isbn_10: '0807083690' })).to.deep.equal([
        '9780807083697',
        '0807083690',
      ])
      expect(await isbns({ isbn_13: null })).to.deep.equal([null, null])
    })

    it('not into another book', async () => {
      await add({ title: 'Other', isbn_10: '0306406152' })
      expectRefusal(await change(world.bookId, { isbn_10: '0306406152' }), 409, 'DUPLICATE')
      expectRefusal(await change(99, { pages: 1 }), 404, 'NOT_FOUND')
      expectFaults(
        await change(world.bookId, { title: null, author_ids: null }),
        'title REQUIRED',
        'author_ids REQUIRED',
      )
      expectFaults(
        await change(world.bookId, { publication_date: '1999-01-01' }),
        'publication_date DISAGREES',
      )
    })
  })

  describe('are listed', () => {
    beforeEach(async () => {
      await add({ title: 'Émile', publication_year: 1762, language: 'fr', author_id: world.authorId })
      await add({ title: 'emma', publication_year: 1815, language: 'en-GB' })
      await add({ title: 'Zeno', publication_year: -300 })
      await add({ title: 'Undated' })
    })

    const list = (query: string) => world.call('GET', `/books${query}`)

    it('by title, whatever its case and accents', async () =>
      expect(titlesOf(await list(''))).to.deep.equal([
        'Émile',
        'emma',
        'The Dispossessed',
        'Undated',
        'Zeno',
      ]))

    it('by any field, nulls last in either direction', async () => {
      expect(titlesOf(await list('?sort=publication_year'))).to.deep.equal([
        'Zeno',
        'Émile',
        'emma',
        'The Dispossessed',
        'Undated',
      ])
      expect(titlesOf(await list('?sort=-publication_year'))).to.deep.equal([
        'The Dispossessed',
        'emma',
        'Émile',
        'Zeno',
        'Undated',
      ])
      expectFaults(await list('?sort=description'), 'sort UNKNOWN_SORT_FIELD')
    })

    const filtered: readonly (readonly [string, ...string[]])[] = [
      ['isbn=9780061054884', 'The Dispossessed'],
      ['isbn=0-06-105488-7', 'The Dispossessed'],
      ['isbn=9780306406157'],
      ['year=1974', 'The Dispossessed'],
      ['year_from=1700&year_to=1815', 'Émile', 'emma'],
      ['year_to=-1', 'Zeno'],
      ['available=true', 'The Dispossessed'],
      ['available=false', 'Émile', 'emma', 'Undated', 'Zeno'],
      ['branch_id=1', 'The Dispossessed'],
      ['branch_id=2'],
      ['branch_id=9007199254740991'],
      ['author_id=99'],
      ['author_id=1&language=fr', 'Émile'],
      ['language=en', 'emma', 'The Dispossessed'],
      ['q=em', 'Émile', 'emma'],
      ['q=LE%20guin%20disp', 'The Dispossessed'],
      ['q=', 'Émile', 'emma', 'The Dispossessed', 'Undated', 'Zeno'],
      ["q='%20OR%201=1--"],
      ['genre_id=1'],
      ['publisher_id=1'],
    ]
    for (const [query, ...titles] of filtered) {
      it(`that ${query}`, async () => expect(titlesOf(await list(`?${query}`))).to.deep.equal(titles))
    }

    const refused: readonly (readonly [string, string])[] = [
      ['isbn=123', 'isbn INVALID_ISBN'],
      ['available=maybe', 'available UNKNOWN_VALUE'],
      ['year=1974&year_from=1970', 'year EXCLUSIVE'],
      ['year_from=2000&year_to=1999', 'year_to OUT_OF_RANGE'],
      ['genre_id=0', 'genre_id OUT_OF_RANGE'],
      ['genre_id=9007199254740992', 'genre_id OUT_OF_RANGE'],
      ['q=%00', 'q INVALID_CHARACTERS'],
      ['language=en_US', 'language INVALID_LANGUAGE'],
    ]
    for (const [query, fault] of refused) {
      it(`not ${query}`, async () => expectFaults(await list(`?${query}`), fault))
    }

    it('page by page, along the links', async () => {
      const seen: unknown[] = []
      let path: string | null = '/books?limit=2&sort=-title'
      while (path !== null) {
        const reply: Reply = await world.call('GET', path)
        expect(reply.headers.get('x-total-count')).to.equal('5')
        expect(reply.meta).to.include({ limit: 2, total: 5, total_pages: 3 })
        seen.push(...titlesOf(reply))
        path = /<\/api\/v1([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1] ?? null
      }
      expect(seen).to.deep.equal(['Zeno', 'Undated', 'The Dispossessed', 'emma', 'Émile'])
    })

    it('from cursor to cursor, whatever comes in between', async () => {
      const seen: unknown[] = []
      let cursor: string | null = null
      do {
        const reply: Reply = await list(
          `?limit=2&sort=publication_year,-id${cursor === null ? '' : `&cursor=${cursor}`}`,
        )
        seen.push(...titlesOf(reply))
        const meta = reply.meta as { readonly next_cursor: string | null; readonly page: number | null }
        expect(meta.page).to.equal(cursor === null ? 1 : null)
        cursor = meta.next_cursor
        if (seen.length === 2) await add({ title: 'Before all', publication_year: -500 })
      } while (cursor !== null)
      expect(seen).to.deep.equal(['Zeno', 'Émile', 'emma', 'The Dispossessed', 'Undated'])
    })

    it('beyond the end as nothing', async () => {
      const reply = await list('?page=1000')
      expect(reply.data).to.deep.equal([])
      expect(reply.meta).to.include({ page: 1000, total: 5, total_pages: 1, next_cursor: null })
    })
  })
})
