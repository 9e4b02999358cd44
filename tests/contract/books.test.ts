import { expect } from 'chai'
import { likenessOf } from '../../core/catalogue/book.ts'
import type { BookDetails } from '../../core/catalogue/book.ts'
import { fold } from '../../core/shared/text.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aBook, aGenre, anAuthor, aPublisher, day } from '../support/builders.ts'
import { addBook, aLibrary, done, left, right } from '../support/world.ts'

const add = (library: OpenLibrary, details: BookDetails) => done(library, ({ books }) => books.add(details))
const addAuthor = async (library: OpenLibrary, lastName = 'Le Guin') =>
  (await done(library, ({ authors }) => authors.add(anAuthor({ lastName })))).id

onEveryBackend('books', opened => {
  it('come back as they were added, with nothing that may be left out', async () => {
    const authorId = await addAuthor(opened.library)
    const details = aBook({ authorIds: [authorId], publicationYear: null, language: null })
    const book = await add(opened.library, details)
    expect(book.details).to.deep.equal(details)
    expect(await done(opened.library, ({ books }) => books.get(book.id))).to.deep.equal(book)
  })

  it('come back as they were added, with everything', async () => {
    const { library } = opened
    const [first, second] = [await addAuthor(library), await addAuthor(library)]
    const publisher = await done(library, ({ publishers }) => publishers.add(aPublisher()))
    const genre = await done(library, ({ genres }) => genres.add(aGenre()))
    const details: BookDetails = {
      title: '  Ça, "その他" & 𝒮o on 📚',
      subtitle: "L'été — a 'summer' \\ %_",
      authorIds: [second, first],
      isbn13: '9780439023481',
      isbn10: '0439023483',
      publicationYear: 1969,
      publicationDate: day('1969-03-01'),
      edition: '2nd, revised',
      minAge: 0,
      publisherId: publisher.id,
      genreId: genre.id,
      language: 'pt-BR',
      pages: 1,
      description: 'Line one\nline two\ttabbed',
      deweyDecimal: '813.54',
      digitalCopies: 3,
      coverImageUrl: 'https://example.org/cover?a=1&b=%20',
      subjects: ['Éthique', 'Anarchism — Fiction', 'Ætherphysik'],
    }
    const book = await add(library, details)
    expect(book.details).to.deep.equal(details)
    expect(await done(library, ({ books }) => books.get(book.id))).to.deep.equal(book)
    expect((await right(library.queries.catalogue.book(book.id))).book).to.deep.equal(book)
  })

  it('may be older than Christ', async () => {
    const authorId = await addAuthor(opened.library, 'Homer')
    const book = await add(opened.library, aBook({ authorIds: [authorId], publicationYear: -750 }))
    const read = await done(opened.library, ({ books }) => books.get(book.id))
    expect(read.details.publicationYear).to.equal(-750)
  })

  it('are saved with other authors, another order of them and other subjects', async () => {
    const { library } = opened
    const [a, b, c] = [await addAuthor(library), await addAuthor(library), await addAuthor(library)]
    const book = await add(library, aBook({ authorIds: [a, b], subjects: ['Utopia', 'Physics'] }))
    const details = aBook({ authorIds: [c, b, a], subjects: ['Physics'], title: 'Os Despossuídos' })
    const saved = await done(library, ({ books }) => books.save({ ...book, details }))
    expect(saved.version).to.equal(2)
    const read = await done(library, ({ books }) => books.get(book.id))
    expect(read.details).to.deep.equal(details)
    const fewer = await done(library, ({ books }) =>
      books.save({ ...read, details: { ...details, authorIds: [b] } }),
    )
    expect(fewer.details.authorIds).to.deep.equal([b])
    expect((await done(library, ({ books }) => books.get(book.id))).details.authorIds).to.deep.equal([b])
  })

  it('have an ISBN that no other has', async () => {
    const { library } = opened
    const authorId = await addAuthor(library)
    const isbn13 = '9780439023481'
    const book = await add(library, aBook({ authorIds: [authorId], isbn13 }))
    const adding = await left(
      library.work.run(({ books }) => books.add(aBook({ authorIds: [authorId], isbn13 }))),
    )
    expect(adding).to.deep.equal(duplicateKey('isbn_13'))
    const other = await add(library, aBook({ authorIds: [authorId], isbn13: '9780439554930' }))
    const saving = await left(
      library.work.run(({ books }) => books.save({ ...other, details: { ...other.details, isbn13 } })),
    )
    expect(saving).to.deep.equal(duplicateKey('isbn_13'))
    const own = await done(library, ({ books }) =>
      books.save({ ...book, details: { ...book.details, pages: 374 } }),
    )
    expect(own.details).to.include({ isbn13, pages: 374 })
  })

  it('may both be without an ISBN', async () => {
    const authorId = await addAuthor(opened.library)
    const first = await add(opened.library, aBook({ authorIds: [authorId] }))
    const second = await add(opened.library, aBook({ authorIds: [authorId] }))
    expect(second.id).to.be.greaterThan(first.id)
  })

  it('are found by ISBN, several at once', async () => {
    const { library } = opened
    const authorId = await addAuthor(library)
    const [one, two] = ['9780439023481', '9780439554930']
    const first = await add(library, aBook({ authorIds: [authorId], isbn13: one }))
    const second = await add(library, aBook({ authorIds: [authorId], isbn13: two }))
    const find = (isbns: readonly string[]) => done(library, ({ books }) => books.withIsbn(isbns))
    expect(await find([two, '9780316015844', one])).to.have.deep.members([
      { id: first.id, isbn13: one },
      { id: second.id, isbn13: two },
    ])
    expect(await find(['9780316015844'])).to.deep.equal([])
    expect(await find([])).to.deep.equal([])
  })

  it('are alike by folded title, first author and year', async () => {
    const { library } = opened
    const [author, other] = [await addAuthor(library), await addAuthor(library)]
    const details = aBook({ authorIds: [author, other], title: 'L’Été  Indien', publicationYear: 1984 })
    const book = await add(library, details)
    const key = likenessOf(details)!
    const find = (...keys: readonly (typeof key)[]) => done(library, ({ books }) => books.alike(keys))
    const same = { titleKey: fold('L’ete indien'), authorId: author, year: 1984 }
    expect(await find(same)).to.deep.equal([{ id: book.id, key: same }])
    expect(await find({ ...key, authorId: other })).to.deep.equal([])
    expect(await find({ ...key, year: 1985 })).to.deep.equal([])
    expect(await find({ ...key, year: null })).to.deep.equal([])
    expect(await find({ ...key, titleKey: 'ete indien' })).to.deep.equal([])
    expect(await find()).to.deep.equal([])
  })

  it('without a year are like those without a year; each key finds all of its own', async () => {
    const { library } = opened
    const author = await addAuthor(library)
    const undated = aBook({ authorIds: [author], publicationYear: null })
    const dated = aBook({ authorIds: [author], publicationYear: 1974 })
    const [first, second, third] = [
      await add(library, undated),
      await add(library, undated),
      await add(library, dated),
    ]
    const [without, withYear] = [likenessOf(undated)!, likenessOf(dated)!]
    const found = await done(library, ({ books }) => books.alike([withYear, without]))
    expect(found).to.have.deep.members([
      { id: first.id, key: without },
      { id: second.id, key: without },
      { id: third.id, key: withYear },
    ])
  })

  it('that are deleted are neither found nor alike nor counted, and their ISBN is free', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const isbn13 = '9780439023481'
    const { bookId } = await addBook(library, world, { isbn13, title: 'Gone' })
    const book = await done(library, ({ books }) => books.get(bookId))
    await done(library, ({ books }) => books.remove(bookId))

    expect(await left(library.work.run(({ books }) => books.get(bookId)))).to.deep.equal(
      notFound('book', bookId),
    )
    expect(await left(library.work.run(({ titles }) => titles.get(bookId)))).to.deep.equal(
      notFound('book', bookId),
    )
    expect(await left(library.queries.catalogue.book(bookId))).to.deep.equal(notFound('book', bookId))
    expect(await left(library.work.run(({ books }) => books.save(book)))).to.deep.equal(
      staleWrite('book', bookId),
    )
    const found = await done(library, ({ books }) =>
      pipe(
        TE.Do,
        TE.bindW('known', () => books.known([bookId])),
        TE.bindW('isbn', () => books.withIsbn([isbn13])),
        TE.bindW('alike', () => books.alike([likenessOf(book.details)!])),
      ),
    )
    expect(found).to.deep.equal({ known: [], isbn: [], alike: [] })
    const listed = await right(
      library.queries.catalogue.books({}, { sort: [], limit: 10, at: { kind: 'page', page: 1 } }),
    )
    expect(listed.rows.map(row => row.book.id)).to.deep.equal([world.bookId])
    expect(listed.total).to.equal(1)
    expect((await right(library.queries.catalogue.author(world.authorId))).bookCount).to.equal(1)
    await addBook(library, world, { isbn13 })
  })
})
