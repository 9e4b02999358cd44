import { expect } from 'chai'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { countRows, inBatches, readCsv } from '../../adapters/csv/read-csv.ts'
import { nothingRehearsed } from '../../core/catalogue/import-plan.ts'
import { addUp, emptyReport } from '../../core/catalogue/import-report.ts'
import type { ImportReport } from '../../core/catalogue/import-report.ts'
import type { RawRow } from '../../core/catalogue/import-row.ts'
import { importCatalogue } from '../../core/catalogue/use-cases/import-catalogue.ts'
import type { BookFilter } from '../../core/catalogue/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { BranchId } from '../../core/shared/id.ts'
import { backends } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aBranch, bySystem, day, noon } from '../support/builders.ts'
import { done, right } from '../support/world.ts'

const goodbooks = fileURLToPath(new URL('../../../shared/data/books/goodbooks-10k.csv', import.meta.url))

/** The way of the command line. */
const importFile = async (
  library: OpenLibrary,
  path: string,
  { branchIds, dryRun }: { readonly branchIds: readonly BranchId[]; readonly dryRun: boolean },
): Promise<ImportReport> => {
  let report = emptyReport
  let rehearsed = nothingRehearsed
  for await (const rows of inBatches(readCsv(path), 250)) {
    const batch = await right(
      importCatalogue(library)({
        act: bySystem,
        rows,
        shelving: { branchIds, acquisitionDate: day('2026-03-02') },
        dryRun,
        rehearsed,
      }),
    )
    rehearsed = batch.rehearsed
    report = addUp(report, batch.outcomes)
  }
  return report
}

const find = async (library: OpenLibrary, filter: BookFilter) => {
  const page = await right(
    library.queries.catalogue.books(filter, {
      sort: [{ field: 'publication_year', direction: 'asc' }],
      limit: 100,
      at: { kind: 'page', page: 1 },
    }),
  )
  return { total: page.total, books: page.rows }
}

describe('reading a table', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'library-csv-'))
  })
  after(() => rm(folder, { recursive: true }))

  const read = async (bytes: string | Buffer): Promise<readonly RawRow[]> => {
    const path = join(folder, 'table.csv')
    await writeFile(path, bytes)
    const rows: RawRow[] = []
    for await (const row of readCsv(path)) rows.push(row)
    return rows
  }
  const count = async (bytes: string | Buffer): Promise<number> => {
    const path = join(folder, 'table.csv')
    await writeFile(path, bytes)
    return countRows(path)
  }
  const row = (line: number, a: string, b: string): RawRow => ({ line, row: { a, b } })

  for (const [name, text, rows] of [
    ['rows by the header', 'a,b\n1,2\n3,4\n', [row(2, '1', '2'), row(3, '3', '4')]],
    ['no newline at the end', 'a,b\n1,2', [row(2, '1', '2')]],
    ['a byte order mark', '\ufeffa,b\n1,2\n', [row(2, '1', '2')]],
    ['the line ends of Windows', 'a,b\r\n1,2\r\n3,4\r\n', [row(2, '1', '2'), row(3, '3', '4')]],
    ['empty lines', 'a,b\n\n1,2\n \n\r\n3,4\n\n', [row(3, '1', '2'), row(6, '3', '4')]],
    ['commas and quotes in quotes', 'a,b\n"1,""x""",2\n', [row(2, '1,"x"', '2')]],
    ['newlines in quotes', 'a,b\n"1\n\n1","2\r\n"\n3,4\n', [row(2, '1\n\n1', '2\r\n'), row(6, '3', '4')]],
    ['a lone carriage return', 'a,b\n1\r1,2\n', [row(2, '1\r1', '2')]],
    ['nothing but a header', 'a,b\n', []],
    ['nothing', '', []],
  ] as const) {
    it(name, async () => {
      expect(await read(text)).to.deep.equal(rows)
      expect(await count(text)).to.equal(rows.length)
    })
  }

  const opened = 'A quote is opened and never closed'
  const stray = 'A quote stands in a cell that does not begin with one'
  const trailing = 'Something stands between a closing quote and the next comma'
  for (const [name, text, rows] of [
    [
      'too few cells',
      'a,b\n1\n3,4\n',
      [{ line: 2, fault: 'It has 1 cells, the header has 2' }, row(3, '3', '4')],
    ],
    [
      'too many',
      'a,b\n1,2,3\n3,4\n',
      [{ line: 2, fault: 'It has 3 cells, the header has 2' }, row(3, '3', '4')],
    ],
    [
      'a quote that is never closed',
      'a,b\n"1,2\n3,4\n5,6\n',
      [{ line: 2, fault: opened }, row(3, '3', '4'), row(4, '5', '6')],
    ],
    [
      'one that the next quotes seem to close',
      'a,b\n"1,2\n3,4\n"5\n5",6\n',
      [{ line: 2, fault: trailing }, row(3, '3', '4'), row(4, '5\n5', '6')],
    ],
    ['a quote within a cell', 'a,b\n5" disk,2\n3,4\n', [{ line: 2, fault: stray }, row(3, '3', '4')]],
    ['words behind a quote', 'a,b\n"1"x,2\n3,4\n', [{ line: 2, fault: trailing }, row(3, '3', '4')]],
    ['a broken last line', 'a,b\n3,4\n"1', [row(2, '3', '4'), { line: 3, fault: opened }]],
  ] as const) {
    it(`${name} is told, and reading goes on`, async () => {
      expect(await read(text)).to.deep.equal(rows)
    })
  }

  it('a quote that is not closed for long costs its own row only', async () => {
    const rows = await read(`a,b\n"1,2\n${'3,4\n'.repeat(1000)}`)
    expect(rows).to.have.length(1001)
    expect(rows.filter(read => 'fault' in read)).to.deep.equal([{ line: 2, fault: opened }])
  })

  it('bytes that are not UTF-8 are told', async () => {
    const latin1 = Buffer.concat([
      Buffer.from('a,b\n'),
      Buffer.from('Pété,2\n', 'latin1'),
      Buffer.from('3,4\n'),
    ])
    expect(await read(latin1)).to.deep.equal([
      { line: 2, fault: 'There are bytes in it that are not UTF-8' },
      row(3, '3', '4'),
    ])
  })

  it('a character cut by the end of a chunk is whole', async () => {
    const long = `a,b\n${'é,ü\n'.repeat(40_000)}`
    const rows = await read(long)
    expect(rows).to.have.length(40_000)
    expect(rows.every(read => 'row' in read && read.row['a'] === 'é' && read.row['b'] === 'ü')).to.be.true
  })

  it('a line beyond measure is told', async () => {
    const rows = await read(`a,b\n${'x'.repeat(1024 * 1024 + 1)},2\n3,4\n`)
    expect(rows).to.deep.equal([{ line: 2, fault: 'It is longer than 1048576 bytes' }, row(3, '3', '4')])
  })

  for (const [name, bytes, why] of [
    ['that names a column twice', 'a,a\n1,2\n', 'it names “a” twice'],
    ['of an old Macintosh', 'a,b\r1,2\r', 'its lines end with CR alone'],
    ['in UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'There are bytes in it that are not UTF-8'],
    ['with a broken quote', 'a",b\n1,2\n', stray],
  ] as const) {
    it(`a header ${name} is the end of it`, async () => {
      expect(await read(bytes)).to.deep.equal([{ line: 1, fault: `The header cannot be read: ${why}` }])
    })
  }

  it('a file that is not there is an error', async () => {
    const path = join(folder, 'none.csv')
    const thrown = await readCsv(path)
      .next()
      .catch((error: unknown) => error)
    expect(thrown).to.have.property('code', 'ENOENT')
    expect(await countRows(path).catch((error: unknown) => error)).to.have.property('code', 'ENOENT')
  })
})

if (!existsSync(goodbooks))
  console.log(`  Importing ten thousand books is left out: there is no ${goodbooks}`)
else {
  for (const backend of backends) {
    describe(`importing ten thousand books (${backend.name})`, () => {
      let library: OpenLibrary
      let rehearsal: ImportReport
      let first: ImportReport
      let second: ImportReport
      let between = 0
      before(async function () {
        this.timeout(180_000)
        library = await backend.open(() => noon)
        const branchIds = await done(library, ({ branches }) =>
          TE.traverseSeqArray(() => TE.map(({ id }: { id: BranchId }) => id)(branches.add(aBranch())))([
            1, 2, 3,
          ]),
        )
        rehearsal = await importFile(library, goodbooks, { branchIds, dryRun: true })
        between = (await find(library, {})).total
        first = await importFile(library, goodbooks, { branchIds, dryRun: false })
        second = await importFile(library, goodbooks, { branchIds, dryRun: false })
      })
      after(() => library.destroy())

      it('takes them all', async () => {
        expect(await countRows(goodbooks)).to.equal(10_000)
        expect(first).to.deep.equal({
          rows: 10_000,
          added: 10_000,
          copies: 12_416,
          present: 0,
          refused: [],
          warnings: [],
        })
        expect((await find(library, {})).total).to.equal(10_000)
      })

      it('a dry run before tells the same and changes nothing', () => {
        expect(rehearsal).to.deep.equal(first)
        expect(between).to.equal(0)
      })

      it('a second run adds nothing', () => {
        expect(second).to.deep.equal({
          rows: 10_000,
          added: 0,
          copies: 0,
          present: 10_000,
          refused: [],
          warnings: [],
        })
      })

      it('parts a title and its series', async () => {
        const { books } = await find(library, { isbn13: '9780439023481' })
        expect(books[0]!.book.details).to.deep.include({
          title: 'The Hunger Games',
          subtitle: 'The Hunger Games, #1',
          isbn10: '0439023483',
          publicationYear: 2008,
          language: 'en',
          subjects: ['Science fiction', 'Young adult', 'Fiction', 'Dystopian fiction'],
        })
        expect(books[0]!.genre!.name).to.equal('Adventure novel')
        expect(books[0]!.holdings).to.deep.equal({ total: 3, available: 3, circulating: 0 })
      })

      it('keeps the authors in order', async () => {
        const { books } = await find(library, { words: ['odyssey', 'fagles', 'rieu'] })
        expect(books[0]!.authors.map(({ name }) => name)).to.deep.equal([
          'Homer',
          'Robert Fagles',
          'E.V. Rieu',
          'Frédéric Mugler',
          'Bernard Knox',
        ])
      })

      it('keeps years before Christ', async () => {
        const { total, books } = await find(library, { yearTo: -1 })
        expect(total).to.equal(31)
        expect(books.map(({ book }) => [book.details.title, book.details.publicationYear])).to.deep.include([
          'The Epic of Gilgamesh',
          -1750,
        ])
      })

      it('keeps titles in Arabic', async () => {
        const { total, books } = await find(library, { language: 'ar', words: ['الفيل'] })
        expect(total).to.equal(1)
        expect(books[0]!.book.details.title).to.equal('الفيل الأزرق')
      })

      it('brings an author in once', async () => {
        const { rows } = await right(
          library.queries.catalogue.authors(
            { words: ['michael', 'lewis'] },
            { sort: [{ field: 'name', direction: 'asc' }], limit: 100, at: { kind: 'page', page: 1 } },
          ),
        )
        expect(rows.filter(({ details }) => details.lastName === 'Lewis')).to.have.length(1)
      })
    })
  }
}
