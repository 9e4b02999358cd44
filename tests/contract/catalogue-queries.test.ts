import { expect } from 'chai'
import type { BookDetails } from '../../core/catalogue/book.ts'
import type { AuthorSort, BookFilter, BookSort, PublisherSort } from '../../core/catalogue/ports.ts'
import type { Holdings } from '../../core/circulation/title.ts'
import { noHoldings } from '../../core/circulation/title.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { AuthorId, BookId, CopyId, GenreId, PublisherId } from '../../core/shared/id.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import type { Sort } from '../../core/shared/page.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { searchWords } from '../../core/shared/text.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary, Opened } from '../support/backends.ts'
import { aBook, aBranch, aCopy, aGenre, anAuthor, aPublisher, day, noon } from '../support/builders.ts'
import { addBook, aLibrary, all, byCursors, byPages, done, each, left, right } from '../support/world.ts'

const asc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'asc' })
const desc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'desc' })
const onePage = { sort: [], limit: 100, at: { kind: 'page' as const, page: 1 } }

interface Shelf {
  readonly authors: readonly AuthorId[]
  readonly publishers: readonly PublisherId[]
  readonly genres: readonly GenreId[]
  readonly books: readonly BookId[]
}

/** Six books that differ in every field, with nulls and ties. They are told apart by their place, from 1. */
const sixBooks = async ({ library, clock }: Opened): Promise<Shelf> => {
  const ids = await done(library, ({ loading }) =>
    loading.addAuthors([
      anAuthor({ firstName: 'Jean-Jacques', lastName: 'Rousseau' }),
      anAuthor({ firstName: 'Erich', lastName: 'Kästner' }),
      anAuthor({ firstName: 'anna', lastName: 'kastner' }),
      anAuthor({ firstName: '', lastName: 'Homer' }),
    ]),
  )
  const publishers = await done(library, ({ loading }) => loading.addPublishers([aPublisher(), aPublisher()]))
  const genres = await done(library, ({ loading }) => loading.addGenres([aGenre(), aGenre()]))
  const [rousseau, kaestner, anna, homer] = [ids[0]!, ids[1]!, ids[2]!, ids[3]!]
  const [p1, p2] = [publishers[0]!, publishers[1]!]
  const [g1, g2] = [genres[0]!, genres[1]!]
  const blank = { publicationYear: null, language: null }
  const rows: readonly (readonly [minutes: number, Holdings, BookDetails])[] = [
    [
      50,
      noHoldings,
      aBook({
        title: 'Émile',
        subtitle: 'Ou de l’éducation',
        authorIds: [rousseau],
        isbn13: '9780439023481',
        isbn10: '0439023483',
        publicationYear: 1762,
        publicationDate: day('1762-05-22'),
        edition: '2nd',
        minAge: 16,
        publisherId: p2,
        genreId: g2,
        language: 'fr',
        pages: 500,
        deweyDecimal: '370',
        digitalCopies: 2,
      }),
    ],
    [
      40,
      { total: 2, available: 2, circulating: 0 },
      aBook({
        title: 'emil',
        authorIds: [kaestner],
        publicationYear: 1929,
        minAge: 8,
        genreId: g1,
        language: 'de',
        pages: 160,
      }),
    ],
    [
      40,
      { total: 1, available: 0, circulating: 1 },
      aBook({
        ...blank,
        title: 'Zebra',
        subtitle: 'an alphabet',
        authorIds: [anna],
        edition: 'Ändert',
        publisherId: p1,
        deweyDecimal: '800',
      }),
    ],
    [
      20,
      { total: 1, available: 0, circulating: 0 },
      aBook({
        title: '\ue000 private',
        authorIds: [homer],
        isbn13: '9780140268867',
        isbn10: '0140268863',
        publicationYear: -750,
        minAge: 0,
        language: 'grc',
        pages: 99,
        deweyDecimal: '883.01',
      }),
    ],
    [
      10,
      noHoldings,
      aBook({
        title: '😀 smile',
        subtitle: 'Äpfel',
        authorIds: [kaestner, anna],
        isbn13: '9791234567896',
        publicationYear: 1929,
        publicationDate: day('1929-10-15'),
        publisherId: p1,
        language: 'de',
      }),
    ],
    [
      0,
      noHoldings,
      aBook({
        title: 'EMIL',
        authorIds: [rousseau, kaestner],
        publicationYear: null,
        publicationDate: day('1929-01-01'),
        edition: 'b',
        genreId: g1,
        language: 'de-AT',
        deweyDecimal: '370.1',
        digitalCopies: 1,
      }),
    ],
  ]
  const books: BookId[] = []
  for (const [minutes, holdings, details] of rows) {
    clock.now = plusMinutes(noon, minutes)
    const book = await done(library, stores => stores.books.add(details))
    await done(library, ({ titles }) =>
      titles.saveHoldings({ id: book.id, title: details.title, minAge: details.minAge, holdings }),
    )
    books.push(book.id)
  }
  clock.now = plusMinutes(noon, 90)
  await done(library, stores => stores.books.save({ id: books[4]!, ...fifth(rows[4]![2]) }))
  return { authors: ids, publishers, genres, books }
}

/** The fifth book as it was read in its first version. */
const fifth = (details: BookDetails) => ({
  version: 1,
  createdAt: plusMinutes(noon, 10),
  updatedAt: plusMinutes(noon, 10),
  details,
})

/** The places of the six books by each field, ascending and descending. Nulls stay last; ties go by id. */
const orders: Readonly<Record<BookSort, readonly [asc: string, desc: string]>> = {
  id: ['123456', '654321'],
  title: ['261345', '543126'],
  subtitle: ['351246', '153246'],
  author_id: ['162534', '432516'],
  author: ['432516', '162534'],
  isbn_13: ['415236', '514236'],
  isbn_10: ['412356', '142356'],
  publication_year: ['412536', '251436'],
  publication_date: ['165234', '561234'],
  edition: ['136245', '631245'],
  min_age: ['421356', '124356'],
  publisher_id: ['351246', '135246'],
  genre_id: ['261345', '126345'],
  language: ['256143', '416253'],
  pages: ['421356', '124356'],
  dewey_decimal: ['163425', '436125'],
  availability_status: ['231456', '145632'],
  total_copies: ['156342', '234156'],
  available_copies: ['134562', '213456'],
  digital_copies: ['234561', '162345'],
  created_at: ['654231', '123456'],
  updated_at: ['642315', '512346'],
}

const booksOf =
  ({ queries }: OpenLibrary, filter: BookFilter = {}) =>
  (page: Parameters<typeof queries.catalogue.books>[1]) =>
    queries.catalogue.books(filter, page)

onEveryBackend('the list of books', opened => {
  /** The places of books in the order of the list. */
  const places = async (shelf: Shelf, filter: BookFilter, ...sort: readonly Sort<BookSort>[]) =>
    (await all(booksOf(opened.library, filter), ...sort))
      .map(({ book }) => shelf.books.indexOf(book.id) + 1)
      .join('')

  it('is sorted by every field, up and down', async () => {
    const shelf = await sixBooks(opened)
    const found: Record<string, readonly string[]> = {}
    for (const field of Object.keys(orders) as BookSort[]) {
      found[field] = [await places(shelf, {}, asc(field)), await places(shelf, {}, desc(field))]
    }
    expect(found).to.deep.equal(orders)
  })

  it('is sorted by several fields, each in its direction, and by id without any', async () => {
    const shelf = await sixBooks(opened)
    expect(await places(shelf, {}, desc('publication_year'), asc('title'))).to.equal('251463')
    expect(await places(shelf, {}, asc('language'), desc('title'))).to.equal('526143')
    expect(await places(shelf, {})).to.equal('123456')
  })

  it('is the same by pages and by cursors, by every field', async () => {
    const shelf = await sixBooks(opened)
    const list = booksOf(opened.library)
    for (const [field, [up, down]] of Object.entries(orders) as [BookSort, [string, string]][]) {
      for (const [sort, expected] of [
        [asc(field), up],
        [desc(field), down],
      ] as const) {
        const [pages, cursors] = [await byPages(list, 2, sort), await byCursors(list, 2, [sort])]
        for (const walked of [pages, cursors]) {
          expect(walked.map(rows => rows.length)).to.deep.equal([2, 2, 2])
          expect(
            walked
              .flat()
              .map(({ book }) => shelf.books.indexOf(book.id) + 1)
              .join(''),
          ).to.equal(expected, field)
        }
      }
    }
  })

  it('is the same by cursors of several fields with nulls and ties', async () => {
    const shelf = await sixBooks(opened)
    const list = booksOf(opened.library)
    for (const sort of [
      [desc('publication_year'), asc('title')],
      [asc('language'), desc('title')],
      [asc('min_age'), desc('subtitle'), asc('title')],
      [],
    ] satisfies Sort<BookSort>[][]) {
      const whole = (await all(list, ...sort)).map(({ book }) => book.id)
      expect(whole.length).to.equal(shelf.books.length)
      for (const limit of [1, 4]) {
        const walked = (await byCursors(list, limit, sort)).flat().map(({ book }) => book.id)
        expect(walked).to.deep.equal(whole)
      }
    }
  })

  it('counts all that match, whatever the page; after the last there is nothing', async () => {
    await sixBooks(opened)
    const list = booksOf(opened.library, { language: 'de' })
    const [first, second, beyond] = [
      await right(list({ sort: [asc('id')], limit: 2, at: { kind: 'page', page: 1 } })),
      await right(list({ sort: [asc('id')], limit: 2, at: { kind: 'page', page: 2 } })),
      await right(list({ sort: [asc('id')], limit: 2, at: { kind: 'page', page: 3 } })),
    ]
    expect([first, second, beyond].map(({ total }) => total)).to.deep.equal([3, 3, 3])
    expect([first, second, beyond].map(({ rows }) => rows.length)).to.deep.equal([2, 1, 0])
    expect(first.next).not.to.be.null
    expect([second.next, beyond.next]).to.deep.equal([null, null])
    const after = await right(
      list({ sort: [asc('id')], limit: 2, at: { kind: 'cursor', after: first.next! } }),
    )
    expect(after).to.deep.equal({ ...second, total: 3 })
  })

  it('has no next page when the last one is full', async () => {
    await sixBooks(opened)
    const page = { sort: [asc('title' as const)], limit: 6, at: { kind: 'page' as const, page: 1 } }
    expect((await right(booksOf(opened.library)(page))).next).to.be.null
  })

  it('shows each book once by cursors, while others come in before and after', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 0, book: { title: 'm0' } })
    for (let count = 1; count < 9; count += 1) {
      await addBook(library, world, { title: `m${String(count % 5)}` })
    }
    const list = booksOf(library)
    for (const direction of ['asc', 'desc'] as const) {
      const sort = [{ field: 'title' as const, direction }]
      const before = (await all(list, ...sort)).map(({ book }) => book.id)
      const walked = await byCursors(list, 2, sort, async () => {
        await addBook(library, world, { title: direction === 'asc' ? 'a' : 'z' })
        await addBook(library, world, { title: direction === 'asc' ? 'z' : 'a' })
      })
      const seen = walked.flat().map(({ book }) => book.id)
      expect(new Set(seen).size).to.equal(seen.length)
      expect(seen.filter(book => before.includes(book))).to.deep.equal(before)
    }
  })

  it('is empty in an empty library', async () => {
    expect(await right(booksOf(opened.library)(onePage))).to.deep.equal({ rows: [], total: 0, next: null })
  })

  it('shows a book with its authors in order, its publisher, its genre and its holdings', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const [second] = await done(library, ({ loading }) =>
      loading.addAuthors([anAuthor({ firstName: '', lastName: 'Plato' })]),
    )
    const publisher = await done(library, ({ publishers }) => publishers.add(aPublisher({ name: 'Insel' })))
    const genre = await done(library, ({ genres }) => genres.add(aGenre({ name: 'Utopia' })))
    const book = await done(library, ({ books }) => books.get(world.bookId))
    const details = {
      ...book.details,
      authorIds: [second!, world.authorId],
      publisherId: publisher.id,
      genreId: genre.id,
    }
    const saved = await done(library, ({ books }) => books.save({ ...book, details }))
    const bare = await addBook(library, world)
    const expected = {
      book: saved,
      authors: [
        { id: second, name: 'Plato' },
        { id: world.authorId, name: 'Ursula K. Le Guin' },
      ],
      publisher: { id: publisher.id, name: 'Insel' },
      genre: { id: genre.id, name: 'Utopia' },
      holdings: { total: 2, available: 2, circulating: 0 },
    }
    const [shown, other] = await all(booksOf(library), asc('id'))
    expect(shown).to.deep.equal(expected)
    expect(other).to.deep.include({ publisher: null, genre: null })
    expect(other?.book.id).to.equal(bare.bookId)
    const { availability, ...one } = await right(library.queries.catalogue.book(world.bookId))
    expect(one).to.deep.equal(expected)
    expect(availability.length).to.equal(1)
  })

  it('is filtered by author, publisher, ISBN, year and language', async () => {
    const shelf = await sixBooks(opened)
    const [rousseau, kaestner, anna] = shelf.authors
    const cases: readonly (readonly [BookFilter, string])[] = [
      [{ authorId: rousseau! }, '16'],
      [{ authorId: kaestner! }, '256'],
      [{ authorId: anna! }, '35'],
      [{ authorId: id(404) }, ''],
      [{ publisherId: shelf.publishers[0]! }, '35'],
      [{ isbn13: '9780140268867' }, '4'],
      [{ isbn13: '0140268863' }, ''],
      [{ yearFrom: 1762 }, '125'],
      [{ yearTo: 1762 }, '14'],
      [{ yearFrom: -750, yearTo: -1 }, '4'],
      [{ yearFrom: 1763, yearTo: 1928 }, ''],
      [{ language: 'de' }, '256'],
      [{ language: 'de-AT' }, '6'],
      [{ language: 'd' }, ''],
      [{ language: 'gr' }, ''],
      [{ authorId: kaestner!, language: 'de', yearFrom: 1929 }, '25'],
      [{ ids: [shelf.books[4]!, shelf.books[1]!, id(404)] }, '25'],
      [{ ids: [shelf.books[4]!, shelf.books[1]!], authorId: anna! }, '5'],
      [{ ids: [] }, ''],
      [{}, '123456'],
    ]
    const found: string[] = []
    for (const [filter] of cases) found.push(await places(shelf, filter))
    expect(found).to.deep.equal(cases.map(([, expected]) => expected))
  })

  it('is filtered by genre, with the genres below it', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 0 })
    const genre = (parentGenreId: GenreId | null) =>
      done(library, ({ genres }) => genres.add(aGenre({ parentGenreId })))
    const top = await genre(null)
    const child = await genre(top.id)
    const grandchild = await genre(child.id)
    const sibling = await genre(null)
    const [a, b, c, d] = [
      await addBook(library, world, { genreId: top.id }),
      await addBook(library, world, { genreId: child.id }),
      await addBook(library, world, { genreId: grandchild.id }),
      await addBook(library, world, { genreId: sibling.id }),
    ]
    const found = async (genreId: GenreId) =>
      (await all(booksOf(library, { genreId }), asc('id'))).map(({ book }) => book.id)
    expect(await found(top.id)).to.deep.equal([a.bookId, b.bookId, c.bookId])
    expect(await found(child.id)).to.deep.equal([b.bookId, c.bookId])
    expect(await found(grandchild.id)).to.deep.equal([c.bookId])
    expect(await found(sibling.id)).to.deep.equal([d.bookId])
    expect(await found(id(404))).to.deep.equal([])
  })

  it('is filtered by what is free, anywhere and at a branch', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 1, book: { title: 'free here' } })
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const there = { ...world, branchId: elsewhere.id }
    const freeThere = await addBook(library, there, { title: 'free there' }, 1)
    const both = await addBook(library, world, { title: 'out here, free there' }, 1)
    await done(library, ({ copies }) => copies.add(aCopy({ bookId: both.bookId, branchId: elsewhere.id })))
    const withdrawn = await addBook(library, world, { title: 'withdrawn here' }, 1)
    const none = await addBook(library, world, { title: 'no copies' })
    const setStatus = (copyId: CopyId, status: 'maintenance' | 'withdrawn') =>
      done(library, ({ copies }) =>
        pipe(
          copies.get(copyId),
          TE.flatMap(copy => copies.save({ ...copy, status }, null)),
        ),
      )
    await setStatus(both.copyIds[0]!, 'maintenance')
    await setStatus(withdrawn.copyIds[0]!, 'withdrawn')
    for (const [bookId, holdings] of [
      [both.bookId, { total: 2, available: 1, circulating: 0 }],
      [withdrawn.bookId, noHoldings],
    ] as const) {
      await done(library, ({ titles }) =>
        titles.saveHoldings({ id: bookId, title: '', minAge: null, holdings }),
      )
    }
    const found = async (filter: BookFilter) =>
      (await all(booksOf(library, filter), asc('id'))).map(({ book }) => book.id)
    const [a, b, c, d, e] = [world.bookId, freeThere.bookId, both.bookId, withdrawn.bookId, none.bookId]
    expect(await found({ available: true })).to.deep.equal([a, b, c])
    expect(await found({ available: false })).to.deep.equal([d, e])
    expect(await found({ branchId: world.branchId })).to.deep.equal([a, c])
    expect(await found({ branchId: elsewhere.id })).to.deep.equal([b, c])
    expect(await found({ available: true, branchId: world.branchId })).to.deep.equal([a])
    expect(await found({ available: false, branchId: world.branchId })).to.deep.equal([c])
    expect(await found({ available: true, branchId: elsewhere.id })).to.deep.equal([b, c])
    expect(await found({ available: false, branchId: elsewhere.id })).to.deep.equal([])
  })

  it('is searched by words in the title, the subtitle and the names of all authors', async () => {
    const shelf = await sixBooks(opened)
    const cases: readonly (readonly [string, string])[] = [
      ['emil', '126'],
      ['ÉMILE', '1'],
      ['éducation', '1'],
      ['rousseau', '16'],
      ['Emil Kästner', '26'],
      ['kastner anna', '35'],
      ['jean-jacques', '16'],
      ['zebra homer', ''],
      ['apfel smile', '5'],
      ['😀', '5'],
      ['%', ''],
      ['e_il', ''],
      ['\\', ''],
    ]
    const found: string[] = []
    for (const [text] of cases) found.push(await places(shelf, { words: searchWords(text) }))
    expect(found).to.deep.equal(cases.map(([, expected]) => expected))
    expect(await places(shelf, { words: [] })).to.equal('123456')
    expect(await places(shelf, { words: ['emil'], language: 'fr' })).to.equal('1')
  })

  it('finds a wildcard of SQL where it is written', async () => {
    const { library } = opened
    const world = await aLibrary(library, { book: { title: '100% x_y a\\b' } })
    for (const word of ['100%', 'x_y', 'a\\b']) {
      const found = await all(booksOf(library, { words: [word] }))
      expect(found.map(({ book }) => book.id)).to.deep.equal([world.bookId])
    }
    expect(await all(booksOf(library, { words: ['1%x'] }))).to.deep.equal([])
  })

  it('finds a book that was described anew by its new words only', async () => {
    const { library } = opened
    const world = await aLibrary(library, { book: { title: 'Before' } })
    const book = await done(library, ({ books }) => books.get(world.bookId))
    await done(library, ({ books }) =>
      books.save({ ...book, details: { ...book.details, title: 'Áfter', subtitle: 'Sub' } }),
    )
    const author = await done(library, ({ authors }) => authors.get(world.authorId))
    await done(library, ({ authors }) =>
      authors.save({ ...author, details: { ...author.details, lastName: 'Kroeber' } }),
    )
    const count = async (text: string) => (await all(booksOf(library, { words: searchWords(text) }))).length
    expect([
      await count('before'),
      await count('after sub'),
      await count('guin'),
      await count('kroeber'),
    ]).to.deep.equal([0, 1, 0, 1])
  })
})

onEveryBackend('a book as it is shown', opened => {
  it('tells how many copies stand in each branch, and how many are free', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 3 })
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch({ name: 'Elsewhere' })))
    const gone = await done(library, ({ branches }) => branches.add(aBranch()))
    await done(library, ({ copies }) =>
      each([elsewhere.id, gone.id], branchId => copies.add(aCopy({ bookId: world.bookId, branchId }))),
    )
    const copies = await done(library, stores => stores.copies.ofBook(world.bookId))
    await done(library, stores =>
      each(
        [
          { ...copies[0]!, status: 'missing' as const },
          { ...copies[1]!, status: 'withdrawn' as const },
          { ...copies[4]!, status: 'withdrawn' as const },
        ] as typeof copies,
        copy => stores.copies.save(copy, null),
      ),
    )
    const home = await right(library.queries.branches.branch(world.branchId))
    const { availability } = await right(library.queries.catalogue.book(world.bookId))
    expect(availability).to.have.deep.members([
      { branchId: world.branchId, branchName: home.details.name, totalCopies: 2, availableCopies: 1 },
      { branchId: elsewhere.id, branchName: 'Elsewhere', totalCopies: 1, availableCopies: 1 },
    ])
    const other = await addBook(library, world)
    expect((await right(library.queries.catalogue.book(other.bookId))).availability).to.deep.equal([])
  })

  it('is not found by an id that names nothing', async () => {
    const { catalogue } = opened.library.queries
    expect(await left(catalogue.book(id(404)))).to.deep.equal(notFound('book', 404))
    expect(await left(catalogue.author(id(404)))).to.deep.equal(notFound('author', 404))
    expect(await left(catalogue.publisher(id(404)))).to.deep.equal(notFound('publisher', 404))
    expect(await left(catalogue.genre(id(404)))).to.deep.equal(notFound('genre', 404))
  })
})

onEveryBackend('the list of authors', opened => {
  const authorOrders: Readonly<Record<AuthorSort, readonly [asc: string, desc: string]>> = {
    id: ['1234', '4321'],
    name: ['4312', '2134'],
    last_name: ['3412', '1234'],
    first_name: ['4312', '2134'],
    birth_date: ['3124', '1324'],
    death_date: ['2134', '1234'],
    nationality: ['4123', '1423'],
    created_at: ['4231', '1234'],
  }

  const fourAuthors = async (): Promise<readonly AuthorId[]> => {
    const ids: AuthorId[] = []
    for (const [minutes, details] of [
      [
        30,
        {
          firstName: 'Émile',
          lastName: 'Zola',
          birthDate: '1840-04-02',
          deathDate: '1902-09-29',
          nationality: 'french',
        },
      ],
      [20, { firstName: 'Zoë', lastName: 'zola', deathDate: '1900-01-01' }],
      [20, { firstName: 'Anna', lastName: 'Äbel', birthDate: '1700-12-31' }],
      [10, { firstName: '', lastName: 'abel', nationality: 'Éire' }],
    ] as const) {
      opened.clock.now = plusMinutes(noon, minutes)
      const author = await done(opened.library, ({ authors }) =>
        authors.add(anAuthor(details as Partial<ReturnType<typeof anAuthor>>)),
      )
      ids.push(author.id)
    }
    return ids
  }

  it('is sorted by every field, up and down, by pages and by cursors', async () => {
    const ids = await fourAuthors()
    const list = (page: Parameters<typeof opened.library.queries.catalogue.authors>[1]) =>
      opened.library.queries.catalogue.authors({}, page)
    const placesOf = (pages: readonly (readonly { readonly id: AuthorId }[])[]) =>
      pages
        .flat()
        .map(author => ids.indexOf(author.id) + 1)
        .join('')
    const [paged, walked]: Record<string, readonly string[]>[] = [{}, {}]
    for (const field of Object.keys(authorOrders) as AuthorSort[]) {
      paged![field] = [
        placesOf(await byPages(list, 3, asc(field))),
        placesOf(await byPages(list, 3, desc(field))),
      ]
      walked![field] = [
        placesOf(await byCursors(list, 1, [asc(field)])),
        placesOf(await byCursors(list, 1, [desc(field)])),
      ]
    }
    expect(paged).to.deep.equal(authorOrders)
    expect(walked).to.deep.equal(authorOrders)
  })

  it('is searched by words of the name, in any order', async () => {
    const ids = await fourAuthors()
    const found = async (text: string) =>
      (await right(opened.library.queries.catalogue.authors({ words: searchWords(text) }, onePage))).rows.map(
        author => ids.indexOf(author.id) + 1,
      )
    expect(await found('zola')).to.deep.equal([1, 2])
    expect(await found('ZOLA emile')).to.deep.equal([1])
    expect(await found('abel')).to.deep.equal([3, 4])
    expect(await found('abel zola')).to.deep.equal([])
    expect(await found('')).to.deep.equal([1, 2, 3, 4])
    expect(
      (await right(opened.library.queries.catalogue.authors({ words: ['zola'] }, onePage))).total,
    ).to.equal(2)
  })
})

onEveryBackend('the list of publishers', opened => {
  const publisherOrders: Readonly<Record<PublisherSort, readonly [asc: string, desc: string]>> = {
    id: ['1234', '4321'],
    name: ['3412', '2143'],
    city: ['1234', '2134'],
    country: ['3412', '4312'],
    founded_year: ['4213', '1243'],
    created_at: ['4231', '1234'],
  }

  const fourPublishers = async (): Promise<readonly PublisherId[]> => {
    const ids: PublisherId[] = []
    for (const [minutes, details] of [
      [30, { name: 'Suhrkamp', city: 'Köln', foundedYear: 1950 }],
      [20, { name: 'Ullstein', city: 'köln-deutz', foundedYear: 1877 }],
      [20, { name: 'Éditions', city: null, country: 'France' }],
      [10, { name: 'insel', city: null, country: 'germany', foundedYear: -1 }],
    ] as const) {
      opened.clock.now = plusMinutes(noon, minutes)
      const publisher = await done(opened.library, ({ publishers }) => publishers.add(aPublisher(details)))
      ids.push(publisher.id)
    }
    return ids
  }

  it('is sorted by every field, up and down, by pages and by cursors', async () => {
    const ids = await fourPublishers()
    const list = (page: Parameters<typeof opened.library.queries.catalogue.publishers>[1]) =>
      opened.library.queries.catalogue.publishers({}, page)
    const placesOf = (pages: readonly (readonly { readonly id: PublisherId }[])[]) =>
      pages
        .flat()
        .map(publisher => ids.indexOf(publisher.id) + 1)
        .join('')
    const [paged, walked]: Record<string, readonly string[]>[] = [{}, {}]
    for (const field of Object.keys(publisherOrders) as PublisherSort[]) {
      paged![field] = [
        placesOf(await byPages(list, 3, asc(field))),
        placesOf(await byPages(list, 3, desc(field))),
      ]
      walked![field] = [
        placesOf(await byCursors(list, 1, [asc(field)])),
        placesOf(await byCursors(list, 1, [desc(field)])),
      ]
    }
    expect(paged).to.deep.equal(publisherOrders)
    expect(walked).to.deep.equal(publisherOrders)
  })

  it('is searched by words of the name', async () => {
    const ids = await fourPublishers()
    const found = async (text: string) =>
      (
        await right(opened.library.queries.catalogue.publishers({ words: searchWords(text) }, onePage))
      ).rows.map(publisher => ids.indexOf(publisher.id) + 1)
    expect(await found('INSEL')).to.deep.equal([4])
    expect(await found('editions')).to.deep.equal([3])
    expect(await found('editions insel')).to.deep.equal([])
  })
})

onEveryBackend('the numbers of books', opened => {
  it('are of an author whichever place he has, of a publisher, and of a genre without those below', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const [second] = await done(library, ({ loading }) =>
      loading.addAuthors([anAuthor({ lastName: 'Zweite' })]),
    )
    const publisher = await done(library, ({ publishers }) => publishers.add(aPublisher()))
    const genre = await done(library, ({ genres }) => genres.add(aGenre({ name: 'b' })))
    const below = await done(library, ({ genres }) =>
      genres.add(aGenre({ name: 'Ä', parentGenreId: genre.id })),
    )
    await addBook(library, world, {
      authorIds: [world.authorId, second!],
      publisherId: publisher.id,
      genreId: genre.id,
    })
    await addBook(library, world, { authorIds: [second!], genreId: below.id })
    const gone = await addBook(library, world, { publisherId: publisher.id, genreId: genre.id })
    await done(library, ({ books }) => books.remove(gone.bookId))

    const { catalogue } = library.queries
    const authors = await right(catalogue.authors({}, { ...onePage, sort: [asc('id')] }))
    expect(authors.rows.map(({ bookCount }) => bookCount)).to.deep.equal([2, 2])
    expect(await right(catalogue.author(second!))).to.deep.equal(authors.rows[1])
    const publishers = await right(catalogue.publishers({}, onePage))
    expect(publishers.rows).to.deep.equal([{ ...publisher, bookCount: 1 }])
    expect(await right(catalogue.publisher(publisher.id))).to.deep.equal({ ...publisher, bookCount: 1 })
    expect(await right(catalogue.genres())).to.deep.equal([
      { ...below, bookCount: 1 },
      { ...genre, bookCount: 1 },
    ])
    expect(await right(catalogue.genre(below.id))).to.deep.equal({ ...below, bookCount: 1 })
  })

  it('are 0 where there are no books', async () => {
    const { library } = opened
    const author = await done(library, ({ authors }) => authors.add(anAuthor()))
    expect(await right(library.queries.catalogue.author(author.id))).to.deep.equal({
      ...author,
      bookCount: 0,
    })
  })
})
