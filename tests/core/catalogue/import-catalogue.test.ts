import { expect } from 'chai'
import fc from 'fast-check'
import type { ImportStores } from '../../../core/catalogue/import-loading.ts'
import { nothingRehearsed } from '../../../core/catalogue/import-plan.ts'
import type { RowOutcome } from '../../../core/catalogue/import-report.ts'
import type { RawRow } from '../../../core/catalogue/import-row.ts'
import { importCatalogue } from '../../../core/catalogue/use-cases/import-catalogue.ts'
import type { ImportCatalogue, ImportedBatch } from '../../../core/catalogue/use-cases/import-catalogue.ts'
import { actBy, anonymous } from '../../../core/identity/actor.ts'
import type { Actor, Role } from '../../../core/identity/actor.ts'
import { E, pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { BookId, BranchId } from '../../../core/shared/id.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import type { UnitOfWork } from '../../../core/shared/unit-of-work.ts'
import { backends, onEveryBackend } from '../../support/backends.ts'
import type { OpenLibrary } from '../../support/backends.ts'
import { aBranch, aCopy, aGenre, bySystem, day, noon } from '../../support/builders.ts'
import { done, left, right } from '../../support/world.ts'

type Row = Readonly<Record<string, string>>

const rowsOf = (...rows: readonly Row[]): readonly RawRow[] =>
  rows.map((row, index) => ({ line: index + 2, row: { authors: 'Ursula K. Le Guin', year: '1974', ...row } }))

const branchesOf = (library: OpenLibrary, count: number): Promise<readonly BranchId[]> =>
  done(library, ({ branches }) =>
    TE.traverseSeqArray(() =>
      pipe(
        branches.add(aBranch()),
        TE.map(branch => branch.id),
      ),
    )(Array.from({ length: count })),
  )

const bringIn = (
  library: OpenLibrary,
  rows: readonly RawRow[],
  command: Partial<ImportCatalogue> = {},
): Promise<ImportedBatch> =>
  right(
    importCatalogue(library)({
      act: bySystem,
      rows,
      shelving: { branchIds: [], acquisitionDate: null },
      dryRun: false,
      ...command,
    }),
  )

const kinds = ({ outcomes }: { readonly outcomes: readonly RowOutcome[] }): readonly string[] =>
  outcomes.map(({ kind }) => kind)

const bookIds = ({ outcomes }: ImportedBatch): readonly (BookId | null)[] =>
  outcomes.map(outcome => (outcome.kind === 'refused' ? null : outcome.bookId))

const booksIn = async (library: OpenLibrary) =>
  (
    await right(
      library.queries.catalogue.books(
        {},
        { sort: [{ field: 'id', direction: 'asc' }], limit: 100, at: { kind: 'page', page: 1 } },
      ),
    )
  ).rows

const copiesIn = async (library: OpenLibrary, bookId: BookId) =>
  (
    await right(
      library.queries.circulation.copiesOf(bookId, {
        sort: [{ field: 'copy_number', direction: 'asc' }],
        limit: 100,
        at: { kind: 'page', page: 1 },
      }),
    )
  ).rows

/** One after another, each in a unit of work of its own. */
const inBatches = async (library: OpenLibrary, rows: readonly RawRow[], size: number, dryRun: boolean) => {
  let rehearsed = nothingRehearsed
  const outcomes: RowOutcome[] = []
  for (let from = 0; from < rows.length; from += size) {
    const batch = await bringIn(library, rows.slice(from, from + size), { dryRun, rehearsed })
    outcomes.push(...batch.outcomes)
    rehearsed = batch.rehearsed
  }
  return outcomes
}

/** Lets those who come go on when so many have come, or when it is clear that a store lets one in at a time. */
const meetingOf = (count: number): (() => Promise<void>) => {
  const { promise, resolve } = withResolvers()
  let come = 0
  return () => {
    come += 1
    if (come === count) resolve()
    setTimeout(resolve, 300)
    return promise
  }
}

const withResolvers = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}

/** Everybody has looked before anybody writes, where the store allows it. */
const pausedBeforeWriting = (library: OpenLibrary, meet: () => Promise<void>): UnitOfWork<ImportStores> => ({
  run: work =>
    library.work.run(({ books, loading }) =>
      work({
        loading,
        books: {
          ...books,
          withIsbn: isbns =>
            pipe(
              books.withIsbn(isbns),
              TE.tapTask(() => meet),
            ),
        },
      }),
    ),
})

onEveryBackend('importing a catalogue', opened => {
  it('adds a book with all it refers to', async () => {
    const { library } = opened
    const [branchId] = await branchesOf(library, 1)
    const batch = await bringIn(
      library,
      rowsOf({
        isbn13: '9780060512750',
        title: 'The Dispossessed (Hainish Cycle, #6)',
        authors: 'Ursula K. Le Guin, Martin Luther King, Jr.',
        genres: 'Science fiction,Utopian fiction',
        tags: 'to-read|anarchism',
        language: 'eng',
        publisher: 'Harper Voyager',
        pages: '387',
        copies: '2',
      }),
      { shelving: { branchIds: [branchId!], acquisitionDate: day('2026-03-02') } },
    )
    const [bookId] = bookIds(batch)
    expect(batch.outcomes).to.deep.equal([{ kind: 'added', line: 2, bookId, copies: 2, warnings: [] }])
    const found = await right(library.queries.catalogue.book(bookId!))
    expect(found.book.details).to.deep.include({
      title: 'The Dispossessed',
      subtitle: 'Hainish Cycle, #6',
      isbn13: '9780060512750',
      isbn10: '006051275X',
      publicationYear: 1974,
      language: 'en',
      pages: 387,
      subjects: ['Utopian fiction', 'Anarchism'],
    })
    expect(found.authors.map(({ name }) => name)).to.deep.equal([
      'Ursula K. Le Guin',
      'Martin Luther King Jr.',
    ])
    expect(found.genre?.name).to.equal('Science fiction')
    expect(found.publisher?.name).to.equal('Harper Voyager')
    expect(found.holdings).to.deep.equal({ total: 2, available: 2, circulating: 0 })
    const copies = await copiesIn(library, bookId!)
    expect(copies.map(({ barcode }) => barcode)).to.deep.equal(['9780060512750-1', '9780060512750-2'])
    expect(copies[0]).to.deep.include({
      branchId,
      status: 'available',
      condition: 'good',
      acquisitionDate: '2026-03-02',
      price: null,
      loanCategory: 'book',
    })
    const king = found.authors[1]!
    expect((await right(library.queries.catalogue.author(king.id))).details).to.deep.include({
      firstName: 'Martin Luther',
      lastName: 'King Jr.',
    })
  })

  it('uses the authors, genres and publishers that are there, whatever their case', async () => {
    const { library } = opened
    const genre = await done(library, ({ genres }) => genres.add(aGenre({ name: 'Science Fiction' })))
    const row = { genres: 'Science fiction', publisher: 'Ace' }
    await bringIn(library, rowsOf({ title: 'One', ...row }))
    await bringIn(
      library,
      rowsOf({ title: 'Two', authors: 'URSULA K. LE GUIN', genres: 'SCIENCE FICTION', publisher: 'ACE' }),
    )
    const [one, two] = await booksIn(library)
    expect(two!.authors).to.deep.equal(one!.authors)
    expect(two!.publisher).to.deep.equal(one!.publisher)
    expect([one, two].map(found => found!.genre!.id)).to.deep.equal([genre.id, genre.id])
  })

  it('adds a name that comes twice in a batch once', async () => {
    const { library } = opened
    const row = { authors: 'Hergé', genres: 'Comics', publisher: 'Casterman' }
    await bringIn(library, rowsOf({ title: 'One', ...row }, { title: 'Two', ...row, authors: 'Herge' }))
    const [one, two] = await booksIn(library)
    expect([two!.authors, two!.genre, two!.publisher]).to.deep.equal([
      one!.authors,
      one!.genre,
      one!.publisher,
    ])
  })

  it('adds no author of a row that is there or refused', async () => {
    const { library } = opened
    await bringIn(library, rowsOf({ title: 'One', isbn: '9780060512750' }))
    await bringIn(
      library,
      rowsOf(
        { title: 'One', isbn: '9780060512750', authors: 'Somebody New' },
        { title: '', authors: 'Another' },
      ),
    )
    const names = await done(library, ({ loading }) => loading.authorsNamed(['somebody new', 'another']))
    expect(names.size).to.equal(0)
  })

  describe('what is there already', () => {
    it('by ISBN, of either length', async () => {
      const { library } = opened
      const first = await bringIn(library, rowsOf({ title: 'One', isbn13: '9780060512750' }))
      const again = await bringIn(
        library,
        rowsOf({ title: 'Uno', authors: 'A. N. Other', isbn10: '006051275X' }),
      )
      expect(kinds(again)).to.deep.equal(['present'])
      expect(bookIds(again)).to.deep.equal(bookIds(first))
    })

    it('without an ISBN, by title, first author and year', async () => {
      const { library } = opened
      const first = await bringIn(library, rowsOf({ title: 'Café', isbn13: '9780060512750' }))
      const again = await bringIn(
        library,
        rowsOf({ title: 'CAFE', authors: 'ursula k. le guin, Somebody' }, { title: 'Cafe', year: '1975' }),
      )
      expect(kinds(again)).to.deep.equal(['present', 'added'])
      expect(bookIds(again)[0]).to.equal(bookIds(first)[0])
    })

    it('also by a wrong ISBN, which is warned of', async () => {
      const { library } = opened
      await bringIn(library, rowsOf({ title: 'One' }))
      const again = await bringIn(library, rowsOf({ title: 'One', isbn: '9780060512751' }))
      expect(again.outcomes[0]).to.deep.include({ kind: 'present' })
      expect(again.outcomes[0]).to.have.nested.property('warnings[0].code', 'INVALID_ISBN')
    })

    it('within the batch too', async () => {
      const { library } = opened
      const batch = await bringIn(
        library,
        rowsOf(
          { title: 'One', isbn: '9780060512750' },
          { title: 'Other', isbn: '9780060512750' },
          { title: 'One' },
          { title: 'Two' },
          { title: 'Two' },
        ),
      )
      expect(kinds(batch)).to.deep.equal(['added', 'present', 'present', 'added', 'present'])
      const [one, other, alike, two, again] = bookIds(batch)
      expect([other, alike, again]).to.deep.equal([one, one, two])
    })

    it('two ISBNs are two editions, however alike', async () => {
      const { library } = opened
      const editions = [
        { title: 'One', isbn: '9780060512750' },
        { title: 'One', isbn: '9780439554930' },
      ]
      expect(kinds(await bringIn(library, rowsOf(...editions)))).to.deep.equal(['added', 'added'])
      const again = await bringIn(library, rowsOf({ title: 'One' }))
      expect(bookIds(again)).to.deep.equal([(await booksIn(library))[0]!.book.id])
    })

    it('volumes of a series are not each other', async () => {
      const { library } = opened
      const volumes = [{ title: 'Naruto (Naruto, #1)' }, { title: 'Naruto (Naruto, #2)' }]
      expect(kinds(await bringIn(library, rowsOf(...volumes)))).to.deep.equal(['added', 'added'])
      const again = await bringIn(library, rowsOf(...volumes, { title: 'Naruto' }))
      expect(kinds(again)).to.deep.equal(['present', 'present', 'present'])
      const [one, two, unnumbered] = bookIds(again)
      expect(one).not.to.equal(two)
      expect(unnumbered).to.equal(one)
    })

    it('stays as it is, and gets no copies', async () => {
      const { library } = opened
      const branchIds = await branchesOf(library, 1)
      const shelving = { branchIds, acquisitionDate: null }
      const first = await bringIn(library, rowsOf({ title: 'One', isbn: '9780060512750' }), { shelving })
      await bringIn(library, rowsOf({ title: 'Uno', isbn: '9780060512750', copies: '5' }), { shelving })
      const found = await right(library.queries.catalogue.book(bookIds(first)[0]!))
      expect([found.book.version, found.book.details.title, found.holdings.total]).to.deep.equal([
        1,
        'One',
        1,
      ])
    })
  })

  it('deals the copies out over the branches, with barcodes of their own', async () => {
    const { library } = opened
    const branchIds = await branchesOf(library, 3)
    const batch = await bringIn(
      library,
      rowsOf({ title: 'One', copies: '2' }, { title: 'Two', copies: '2' }, { title: 'Three', copies: '0' }),
      { shelving: { branchIds, acquisitionDate: null } },
    )
    const copies = (await Promise.all(bookIds(batch).map(bookId => copiesIn(library, bookId!)))).map(all =>
      all.map(({ branchId, barcode }) => ({ at: branchIds.indexOf(branchId), barcode })),
    )
    expect(copies.map(all => all.map(copy => copy.at))).to.deep.equal([[2, 0], [0, 1], []])
    const barcodes = copies.flat().map(({ barcode }) => barcode)
    expect(new Set(barcodes).size).to.equal(4)
    expect(barcodes).to.satisfy((all: readonly string[]) =>
      all.every(code => /^K[0-9A-Z]{13}-[12]$/.test(code)),
    )
    // Printed on labels: it must not change with the program.
    expect(barcodes[0]).to.equal('K2SVPYSI6JOWFX-1')
  })

  it('refuses rows with their lines, and takes the others', async () => {
    const { library } = opened
    const rows: readonly RawRow[] = [
      { line: 2, fault: 'It has 3 cells, the header has 4' },
      ...rowsOf({}, { title: 'One' }, { title: '' }).slice(1),
    ]
    expect((await bringIn(library, rows)).outcomes).to.deep.equal([
      { kind: 'refused', line: 2, code: 'UNREADABLE', reason: 'It has 3 cells, the header has 4' },
      { kind: 'added', line: 3, bookId: (await booksIn(library))[0]!.book.id, copies: 0, warnings: [] },
      { kind: 'refused', line: 4, code: 'MISSING_TITLE', reason: 'The row has no title' },
    ])
  })

  it('refuses the one row whose barcode another copy has', async () => {
    const { library } = opened
    const branchIds = await branchesOf(library, 1)
    const taken = await bringIn(library, rowsOf({ title: 'Old' }))
    await done(library, ({ copies }) =>
      copies.add(aCopy({ bookId: bookIds(taken)[0]!, branchId: branchIds[0]!, barcode: '9780439554930-1' })),
    )
    const batch = await bringIn(
      library,
      rowsOf({ title: 'One' }, { title: 'Two', isbn: '9780439554930' }, { title: 'Three' }, { title: 'One' }),
      { shelving: { branchIds, acquisitionDate: null } },
    )
    expect(kinds(batch)).to.deep.equal(['added', 'refused', 'added', 'present'])
    expect(batch.outcomes[1]).to.deep.include({ code: 'DUPLICATE_KEY' })
  })

  it('twice at the same moment adds once', async () => {
    const { library } = opened
    const branchIds = await branchesOf(library, 2)
    const rows = rowsOf(
      { title: 'One', isbn: '9780060512750' },
      { title: 'Two' },
      { title: 'Three', genres: 'Essay' },
    )
    const meet = meetingOf(2)
    const both = await Promise.all(
      [1, 2].map(() =>
        right(
          importCatalogue({ work: pausedBeforeWriting(library, meet) })({
            act: bySystem,
            rows,
            shelving: { branchIds, acquisitionDate: null },
            dryRun: false,
          }),
        ),
      ),
    )
    expect(both.flatMap(kinds).toSorted()).to.deep.equal([
      ...Array<string>(3).fill('added'),
      ...Array<string>(3).fill('present'),
    ])
    expect(new Set(both.flatMap(bookIds)).size).to.equal(3)
    expect(await booksIn(library)).to.have.length(3)
    expect(await right(library.queries.catalogue.genres())).to.have.length(1)
  })

  describe('a dry run', () => {
    it('tells what would be and changes nothing', async () => {
      const { library } = opened
      const branchIds = await branchesOf(library, 1)
      const command = { dryRun: true, shelving: { branchIds, acquisitionDate: null } }
      const rows = rowsOf({ title: 'One', genres: 'Essay' }, { title: 'One' }, { title: '' })
      const batch = await bringIn(library, rows, command)
      expect(kinds(batch)).to.deep.equal(['added', 'present', 'refused'])
      expect(bookIds(batch)).to.deep.equal([null, null, null])
      expect(await booksIn(library)).to.be.empty
      expect(await right(library.queries.catalogue.genres())).to.be.empty
      const names = await done(library, ({ loading }) => loading.authorsNamed(['ursula k. le guin']))
      expect(names.size).to.equal(0)
    })

    it('remembers what batches before it would have added', async () => {
      const { library } = opened
      const rows = rowsOf(
        { title: 'One', isbn: '9780060512750' },
        { title: 'Two (Twos, #2)' },
        { title: 'Other', isbn: '9780060512750' },
        { title: 'Two' },
        { title: 'Two (Twos, #3)' },
        { title: 'Two (Twos, #3)' },
      )
      const wouldBe = await inBatches(library, rows, 2, true)
      expect(kinds({ outcomes: wouldBe })).to.deep.equal([
        'added',
        'added',
        'present',
        'present',
        'added',
        'present',
      ])
      expect(kinds({ outcomes: await inBatches(library, rows, 2, false) })).to.deep.equal(
        kinds({ outcomes: wouldBe }),
      )
    })
  })

  describe('is for those who may', () => {
    const member = (role: Role, branchId: BranchId | null): Actor => ({
      kind: 'member',
      memberId: id(1),
      role,
      branchId,
    })

    for (const [name, actorAt, permission] of [
      ['a stranger', () => anonymous, 'catalogue:write'],
      ['a reader', () => member('user', null), 'catalogue:write'],
      ['a manager, for another branch', (at: BranchId) => member('branch_manager', at), 'copy:write'],
    ] as const) {
      it(`not ${name}`, async () => {
        const { library } = opened
        const branchIds = await branchesOf(library, 2)
        const refusal = await left(
          importCatalogue(library)({
            act: actBy(actorAt(branchIds[0]!)),
            rows: rowsOf({ title: 'One' }),
            shelving: { branchIds, acquisitionDate: null },
            dryRun: false,
          }),
        )
        expect(refusal).to.deep.equal({ type: 'PermissionDenied', permission })
        expect(await booksIn(library)).to.be.empty
      })
    }

    it('a librarian', async () => {
      const { library } = opened
      const branchIds = await branchesOf(library, 2)
      const batch = await bringIn(library, rowsOf({ title: 'One' }), {
        act: actBy(member('librarian', branchIds[0]!)),
        shelving: { branchIds, acquisitionDate: null },
      })
      expect(kinds(batch)).to.deep.equal(['added'])
    })
  })
})

describe('importing a catalogue', () => {
  it('hands on the failure of the store', async () => {
    const failure = storeFailure('unavailable', 'gone')
    const result = await importCatalogue({ work: { run: () => TE.left(failure) } })({
      act: bySystem,
      rows: rowsOf({ title: 'One' }),
      shelving: { branchIds: [], acquisitionDate: null },
      dryRun: false,
    })()
    expect(result).to.deep.equal(E.left(failure))
  })

  it('loses no row and adds nothing twice, whatever the rows and the batches', async () => {
    const row = fc.record({
      title: fc.constantFrom('', 'One', 'ONE', 'Two', 'Two (Twos, #1)', 'Two (Twos, #2)'),
      authors: fc.constantFrom('', 'Homer', 'Homer, Virgil', 'Virgil'),
      isbn: fc.constantFrom('', '9780060512750', '006051275X', '9780439554930', '123'),
      year: fc.constantFrom('', '-750', '0'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 25 }),
        fc.integer({ min: 1, max: 10 }),
        async (rows, size) => {
          const library = await backends[0]!.open(() => noon)
          const wouldBe = await inBatches(library, rowsOf(...rows), size, true)
          const first = await inBatches(library, rowsOf(...rows), size, false)
          const books = await booksIn(library)
          const second = await inBatches(library, rowsOf(...rows), size, false)
          expect(kinds({ outcomes: wouldBe })).to.deep.equal(kinds({ outcomes: first }))
          expect(first.map(({ line }) => line)).to.deep.equal(rows.map((_, index) => index + 2))
          expect(first.filter(({ kind }) => kind === 'added')).to.have.length(books.length)
          expect(second.some(({ kind }) => kind === 'added')).to.be.false
          expect(await booksIn(library)).to.deep.equal(books)
          await library.destroy()
        },
      ),
      { numRuns: 60 },
    )
  })
})
