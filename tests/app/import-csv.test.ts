import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sinon from 'sinon'
import { openMemory } from '../../adapters/memory/connect.ts'
import { importCsv } from '../../app/import-csv.ts'
import type { Persistence } from '../../app/persistence.ts'
import type { AuditRecord } from '../../core/identity/audit.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import { TE } from '../../core/shared/fp.ts'
import { noon } from '../support/builders.ts'
import { aLibrary, all } from '../support/world.ts'

const header = 'title,authors,isbn13,publication_year,language,genres,tags,copies'

describe('an import in the audit (AUT-9)', () => {
  let folder: string
  let library: Persistence
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'library-import-'))
    library = openMemory({ now: () => noon })
    await aLibrary(library)
    // Its progress is for a terminal.
    sinon.stub(process.stderr, 'write').returns(true)
  })
  afterEach(() => {
    sinon.restore()
    rmSync(folder, { recursive: true })
  })

  const fileOf = (...rows: readonly string[]): string => {
    const path = join(folder, 'books.csv')
    writeFileSync(path, [header, ...rows, ''].join('\n'))
    return path
  }
  const bring = (persistence: Persistence, file: string, dryRun = false) =>
    importCsv({ persistence, clock: { now: () => noon } }, { file, dryRun })
  const told = (): Promise<readonly AuditRecord[]> =>
    all(page => library.queries.audit.records({ action: 'book.imported' }, page), {
      field: 'id',
      direction: 'asc',
    })

  const many = Array.from(
    { length: 300 },
    (_, place) => `Title ${place},Ann Author,,19${String((place % 90) + 10)},en,,,1`,
  )

  it('is one row for the run, however many batches it had', async () => {
    await bring(library, fileOf(...many, ',Nobody,,,,,,'))
    const [row, ...others] = await told()
    expect(others).to.deep.equal([])
    expect(row).to.deep.include({
      actorRole: 'system',
      target: { type: 'book', id: null },
      before: null,
      after: { rows: 301, added: 300, copies: 300, present: 0, refused: 1 },
    })
  })

  it('is there for a run that stopped in the middle, with what came in', async () => {
    let runs = 0
    const failing: Persistence = {
      ...library,
      work: {
        run: work => {
          runs += 1
          return runs === 2 ? TE.left(storeFailure('unavailable', 'ECONNREFUSED')) : library.work.run(work)
        },
      },
    }
    expect(await bring(failing, fileOf(...many)).catch(String)).to.include('stopped after 250 rows')
    expect((await told()).map(({ after }) => after)).to.deep.equal([
      { rows: 250, added: 250, copies: 250, present: 0, refused: 0 },
    ])
  })

  it('is not there for a dry run, nor for an empty file', async () => {
    await bring(library, fileOf(...many), true)
    await bring(library, fileOf())
    expect(await told()).to.deep.equal([])
  })
})
