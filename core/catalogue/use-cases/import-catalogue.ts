/** CAT-12: a catalogue from elsewhere comes in, batch by batch; what is there already stays as it is. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { AuthorId, BookId, GenreId, PublisherId } from '../../shared/id.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import { fold } from '../../shared/text.ts'
import type { DuplicateKey, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { BookDetails } from '../book.ts'
import type { GenreDetails } from '../genre.ts'
import { distinct, importedAuthor } from '../import-names.ts'
import { copiesOf, nothingRehearsed, place, rehearse, storedKey } from '../import-plan.ts'
import type { Alike, KnownToUs, Placement, Rehearsed, Shelving } from '../import-plan.ts'
import type { RowOutcome } from '../import-report.ts'
import { readRow } from '../import-row.ts'
import type { ImportedBook, RawRow, RowRefusal } from '../import-row.ts'
import type { CatalogueStores, LoadedBook } from '../ports.ts'
import type { PublisherDetails } from '../publisher.ts'

export interface ImportCatalogue {
  readonly act: Act
  /** One batch: some 250 rows, in the order of the file. */
  readonly rows: readonly RawRow[]
  readonly shelving: Shelving
  /** Does everything and undoes it. */
  readonly dryRun: boolean
  /** Of the batch before, in a dry run. */
  readonly rehearsed?: Rehearsed
}

export interface ImportedBatch {
  /** One for each row, in order. */
  readonly outcomes: readonly RowOutcome[]
  /** For the next batch of a dry run. */
  readonly rehearsed: Rehearsed
}

export type ImportError = PermissionDenied | StoreFailure

type ImportStores = Pick<CatalogueStores, 'books' | 'loading'>

interface Job {
  readonly work: UnitOfWork<ImportStores>
  readonly shelving: Shelving
  readonly dryRun: boolean
}

export const importCatalogue =
  ({ work }: { readonly work: UnitOfWork<ImportStores> }) =>
  (command: ImportCatalogue): TaskEither<ImportError, ImportedBatch> => {
    const { act, rows, shelving, dryRun, rehearsed = nothingRehearsed } = command
    const read = rows.map(readRaw)
    return pipe(
      TE.fromEither(allowed(act, shelving)),
      TE.flatMap(() => bringIn({ work, shelving, dryRun }, read.flatMap(E.match(() => [], book => [book])), rehearsed)),
      TE.map(done => ({ ...done, outcomes: inOrder(read, done.outcomes) })),
    )
  }

const readRaw = (raw: RawRow): Either<RowRefusal, ImportedBook> =>
  'fault' in raw
    ? E.left({ line: raw.line, code: 'UNREADABLE', reason: raw.fault })
    : readRow(raw.row, raw.line)

/** Its copies are the second half of an import, and a branch manager's power ends at his branch. */
const allowed = ({ actor }: Act, { branchIds }: Shelving): Either<PermissionDenied, void> =>
  branchIds.reduce<Either<PermissionDenied, void>>(
    (soFar, branchId) => pipe(soFar, E.flatMap(() => permitted(actor, 'copy:write', { branchId }))),
    permitted(actor, 'catalogue:write'),
  )
