import { expect } from 'chai'
import { authorName } from '../../core/catalogue/author.ts'
import { TE, pipe } from '../../core/shared/fp.ts'
import { duplicateKey } from '../../core/shared/unit-of-work.ts'
import { fold } from '../../core/shared/text.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aBook, aBranch, aGenre, aLoadedCopy, anAuthor, aPublisher, cents, day } from '../support/builders.ts'
import { aLibrary, done, each, left, right } from '../support/world.ts'

const countOf = async (library: OpenLibrary) => {
  const page = { sort: [], limit: 1, at: { kind: 'page' as const, page: 1 } }
  return (await right(library.queries.catalogue.books({}, page))).total
}

onEveryBackend('loading many rows', opened => {
  it('adds authors in the order given, of one name too', async () => {
    const { library } = opened
    const authors = [
      anAuthor({ firstName: 'Émile', lastName: 'Zola', birthDate: day('1840-04-02'), nationality: 'French' }),
      anAuthor({ firstName: '', lastName: 'Platon' }),
      anAuthor({ firstName: 'Emile', lastName: 'Zola', biography: 'Another one' }),
    ]
    const ids = await done(library, ({ loading }) => loading.addAuthors(authors))
    const added = await done(library, stores => each(ids, author => stores.authors.get(author)))
    expect(added.map(({ details }) => details)).to.deep.equal(authors)
    expect(added.every(({ version }) => version === 1)).to.be.true
    const named = await done(library, ({ loading }) =>
      loading.authorsNamed([...authors.map(author => fold(authorName(author))), 'nobody', 'zola']),
    )
    expect([...named]).to.have.deep.members([
      ['emile zola', ids[0]],
      ['platon', ids[1]],
    ])
  })

  it('adds publishers and genres, known by their folded names from then on', async () => {
    const { library } = opened
    const publishers = [
      aPublisher({ name: 'Éditions de Minuit', city: 'Paris' }),
      aPublisher({ name: 'Reclam' }),
    ]
    const genres = [aGenre({ name: 'Lyrik' }), aGenre({ name: 'Fantasy & Märchen', description: 'Alt' })]
    const added = await done(library, ({ loading }) =>
      pipe(
        TE.Do,
        TE.bindW('publishers', () => loading.addPublishers(publishers)),
        TE.bindW('genres', () => loading.addGenres(genres)),
        TE.bindW('publishersNamed', () => loading.publishersNamed(['reclam', 'editions de minuit', 'none'])),
        TE.bindW('genresNamed', () => loading.genresNamed(['fantasy & marchen', 'Lyrik'])),
      ),
    )
    expect([...added.publishersNamed]).to.have.deep.members([
      ['editions de minuit', added.publishers[0]],
      ['reclam', added.publishers[1]],
    ])
    expect([...added.genresNamed]).to.deep.equal([['fantasy & marchen', added.genres[1]]])
    const kept = await done(library, stores =>
      pipe(
        TE.Do,
        TE.bindW('publishers', () => each(added.publishers, one => stores.publishers.get(one))),
        TE.bindW('genres', () => each(added.genres, one => stores.genres.get(one))),
      ),
    )
    expect(kept.publishers.map(({ details }) => details)).to.deep.equal(publishers)
    expect(kept.genres.map(({ details }) => details)).to.deep.equal(genres)
  })

  it('finds by name what was added one by one, and nothing by no name', async () => {
    const { library } = opened
    const { authorId } = await aLibrary(library)
    const [named, none] = [
      await done(library, ({ loading }) => loading.authorsNamed(['ursula k. le guin'])),
      await done(library, ({ loading }) => loading.authorsNamed([])),
    ]
    expect([...named]).to.deep.equal([['ursula k. le guin', authorId]])
    expect(none.size).to.equal(0)
  })

  it('adds books with their copies and what these add up to, in the order given', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const books = [
      {
        details: aBook({ authorIds: [world.authorId], title: 'First', subjects: ['One', 'Two'] }),
        copies: [
          aLoadedCopy({
            branchId: elsewhere.id,
            barcode: 'L-1',
            condition: 'new' as const,
            acquisitionDate: day('2026-01-31'),
            price: cents(1450),
            loanCategory: 'reference',
          }),
          aLoadedCopy({ branchId: world.branchId, barcode: 'L-2' }),
        ],
      },
      { details: aBook({ authorIds: [world.authorId], title: 'Second' }), copies: [] },
      {
        details: aBook({ authorIds: [world.authorId], title: 'Third', subjects: ['Two'] }),
        copies: [aLoadedCopy({ branchId: world.branchId, barcode: 'L-3' })],
      },
    ]
    const loaded = await done(library, ({ loading }) => loading.addBooks(books))
    expect(loaded.map(({ copyIds }) => copyIds.length)).to.deep.equal([2, 0, 1])
    const shown = await Promise.all(loaded.map(({ bookId }) => right(library.queries.catalogue.book(bookId))))
    expect(shown.map(({ book }) => book.details)).to.deep.equal(books.map(({ details }) => details))
    expect(shown.map(({ holdings }) => holdings)).to.deep.equal([
      { total: 2, available: 2, circulating: 0 },
      { total: 0, available: 0, circulating: 0 },
      { total: 1, available: 1, circulating: 0 },
    ])
    const copies = await done(library, stores => stores.copies.ofBook(loaded[0]!.bookId))
    expect(copies).to.deep.equal([
      {
        id: loaded[0]!.copyIds[0],
        version: 1,
        bookId: loaded[0]!.bookId,
        branchId: elsewhere.id,
        copyNumber: 1,
        barcode: 'L-1',
        condition: 'new',
        location: null,
        acquisitionDate: '2026-01-31',
        lastMaintenance: null,
        price: 1450,
        loanCategory: 'reference',
        status: 'available',
      },
      {
        id: loaded[0]!.copyIds[1],
        version: 1,
        bookId: loaded[0]!.bookId,
        branchId: world.branchId,
        copyNumber: 2,
        barcode: 'L-2',
        condition: 'good',
        location: null,
        acquisitionDate: null,
        lastMaintenance: null,
        price: null,
        loanCategory: 'book',
        status: 'available',
      },
    ])
  })

  it('adds some hundred at once, and nothing at all', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const books = Array.from({ length: 300 }, (_, index) => ({
      details: aBook({ authorIds: [world.authorId], title: `Volume ${String(index)}` }),
      copies: [aLoadedCopy({ branchId: world.branchId }), aLoadedCopy({ branchId: world.branchId })],
    }))
    const loaded = await done(library, ({ loading }) => loading.addBooks(books))
    expect(new Set(loaded.flatMap(({ copyIds }) => copyIds)).size).to.equal(600)
    const last = await right(library.queries.catalogue.book(loaded[299]!.bookId))
    expect(last.book.details.title).to.equal('Volume 299')
    expect(last.holdings.available).to.equal(2)
    await done(library, ({ loading }) => loading.addBooks([]))
    expect(await done(library, ({ loading }) => loading.addAuthors([]))).to.deep.equal([])
    expect(await countOf(library)).to.equal(301)
  })

  it('refuses all when one is a duplicate', async () => {
    const { library } = opened
    const { authorId, branchId } = await aLibrary(library)
    const book = (isbn13: string | null, ...barcodes: readonly string[]) => ({
      details: aBook({ authorIds: [authorId], isbn13 }),
      copies: barcodes.map(barcode => aLoadedCopy({ branchId, barcode })),
    })
    await done(library, ({ loading }) => loading.addBooks([book('9780439023481', 'TAKEN')]))
    const refused = (...books: readonly ReturnType<typeof book>[]) =>
      left(library.work.run(({ loading }) => loading.addBooks(books)))
    expect(await refused(book(null, 'FREE-1'), book('9780439023481'))).to.deep.equal(duplicateKey('isbn_13'))
    expect(await refused(book(null, 'FREE-2'), book(null, 'TAKEN'))).to.deep.equal(duplicateKey('barcode'))
    expect(await refused(book(null, 'TWICE', 'TWICE'))).to.deep.equal(duplicateKey('barcode'))
    expect(await refused(book('9780439554930'), book('9780439554930'))).to.deep.equal(duplicateKey('isbn_13'))
    expect(await countOf(library)).to.equal(2)
    await done(library, ({ loading }) => loading.addBooks([book('9780439554930', 'FREE-1', 'FREE-2')]))
  })

  it('refuses a name of a publisher or a genre that is taken, before or in the same call', async () => {
    const { library } = opened
    await done(library, ({ publishers }) => publishers.add(aPublisher({ name: 'Insel' })))
    const { work } = library
    const taken = work.run(({ loading }) => loading.addPublishers([aPublisher({ name: 'INSEL' })]))
    const twice = work.run(({ loading }) =>
      loading.addGenres([aGenre({ name: 'Krimi' }), aGenre({ name: 'krimi' })]),
    )
    expect(await left(taken)).to.deep.equal(duplicateKey('name'))
    expect(await left(twice)).to.deep.equal(duplicateKey('name'))
    expect((await right(library.queries.catalogue.genres())).length).to.equal(0)
  })
})
