/** CAT-12: a catalogue from elsewhere comes in, batch by batch; what is there already stays as it is. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { BookId } from '../../shared/id.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { addImported, knownToUs } from '../import-loading.ts'
import type { ImportStores } from '../import-loading.ts'
import { nothingRehearsed, place, rehearse } from '../import-plan.ts'
import type { Placement, Rehearsed, Shelving } from '../import-plan.ts'
import type { RowOutcome } from '../import-report.ts'
import { readRow } from '../import-row.ts'
import type { ImportedBook, RawRow, RowRefusal } from '../import-row.ts'

export interface ImportCatalogue {
  readonly act: Act
  /** One batch, in the order of the file: some 250 rows. */
  readonly rows: readonly RawRow[]
  readonly shelving: Shelving
  /** Does everything and undoes it. */
  readonly dryRun: boolean
  /** What the batch before gave back; matters to a dry run only. */
  readonly rehearsed?: Rehearsed
}

export interface ImportedBatch {
  /** One for each row, in order. */
  readonly outcomes: readonly RowOutcome[]
  /** For the batch after. */
  readonly rehearsed: Rehearsed
}

export type ImportError = PermissionDenied | StoreFailure

/** Brings in one batch, in one unit of work. The same batch a second time adds nothing. */
export const importCatalogue =
  ({ work }: { readonly work: UnitOfWork<ImportStores> }) =>
  (command: ImportCatalogue): TaskEither<ImportError, ImportedBatch> => {
    const { act, rows, shelving, dryRun, rehearsed = nothingRehearsed } = command
    const read = rows.map(readRaw)
    const refused = read.flatMap(row => (E.isLeft(row) ? { kind: 'refused' as const, ...row.left } : []))
    const books = read.flatMap(row => (E.isRight(row) ? row.right : []))
    return pipe(
      TE.fromEither(allowed(act, shelving)),
      TE.flatMap((): TaskEither<ImportError, ImportedBatch> =>
        bringIn({ work, shelving, dryRun }, books, rehearsed),
      ),
      TE.map(batch => ({
        ...batch,
        outcomes: [...refused, ...batch.outcomes].toSorted((a, b) => a.line - b.line),
      })),
    )
  }

const readRaw = (raw: RawRow): Either<RowRefusal, ImportedBook> =>
  'fault' in raw
    ? E.left({ line: raw.line, code: 'UNREADABLE', reason: raw.fault })
    : readRow(raw.row, raw.line)

/** Copies come in with the books, and a branch manager's power ends at his branch. */
const allowed = ({ actor }: Act, { branchIds }: Shelving): Either<PermissionDenied, void> =>
  branchIds.reduce<Either<PermissionDenied, void>>(
    (soFar, branchId) =>
      pipe(
        soFar,
        E.flatMap(() => permitted(actor, 'copy:write', { branchId })),
      ),
    permitted(actor, 'catalogue:write'),
  )

interface Job {
  readonly work: UnitOfWork<ImportStores>
  readonly shelving: Shelving
  readonly dryRun: boolean
}

/**
 * A second import at the same moment may have added the same: tried again, its books are there. Where that is not why,
 * the halves are brought in apart, until the one row at fault is found and refused.
 */
const bringIn = (
  job: Job,
  books: readonly ImportedBook[],
  rehearsed: Rehearsed,
): TaskEither<StoreFailure, ImportedBatch> => {
  const attempt = bringInAtOnce(job, books, rehearsed)
  return pipe(
    attempt,
    TE.orElse(error => (error.type === 'DuplicateKey' ? attempt : TE.left(error))),
    TE.orElse((error): TaskEither<StoreFailure, ImportedBatch> => {
      if (error.type !== 'DuplicateKey') return TE.left(error)
      const [only, ...others] = books
      return only !== undefined && others.length === 0
        ? TE.right({ outcomes: [taken(only, error)], rehearsed })
        : bringInHalves(job, books, rehearsed)
    }),
  )
}

const bringInHalves = (
  job: Job,
  books: readonly ImportedBook[],
  rehearsed: Rehearsed,
): TaskEither<StoreFailure, ImportedBatch> => {
  const middle = Math.ceil(books.length / 2)
  return pipe(
    bringIn(job, books.slice(0, middle), rehearsed),
    TE.flatMap(first =>
      pipe(
        bringIn(job, books.slice(middle), first.rehearsed),
        TE.map(second => ({ ...second, outcomes: [...first.outcomes, ...second.outcomes] })),
      ),
    ),
  )
}

const taken = ({ line }: ImportedBook, { field }: DuplicateKey): RowOutcome => ({
  kind: 'refused',
  line,
  code: 'DUPLICATE_KEY',
  reason: `Something else in the library has its ${field} already`,
})

/** Undoes a dry run: nothing but a Left does. */
interface Rehearsal {
  readonly type: 'Rehearsal'
  readonly batch: ImportedBatch
}

const bringInAtOnce = (
  { work, shelving, dryRun }: Job,
  books: readonly ImportedBook[],
  rehearsed: Rehearsed,
): TaskEither<DuplicateKey | StoreFailure, ImportedBatch> =>
  pipe(
    work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('known', () => knownToUs(stores, books)),
        TE.bindW('placed', ({ known }) => TE.right(place(books, known, rehearsed))),
        TE.bindW('ids', ({ known, placed }) => addImported(stores, newOnes(placed), known, shelving)),
        TE.flatMap(({ placed, ids }): TaskEither<Rehearsal, ImportedBatch> => {
          const outcomes = placed.map(outcomeOf(dryRun ? new Map() : ids, shelving))
          return dryRun
            ? TE.left({
                type: 'Rehearsal',
                batch: { outcomes, rehearsed: rehearse(rehearsed, newOnes(placed)) },
              })
            : TE.right({ outcomes, rehearsed })
        }),
      ),
    ),
    TE.orElse((error): TaskEither<DuplicateKey | StoreFailure, ImportedBatch> =>
      error.type === 'Rehearsal' ? TE.right(error.batch) : TE.left(error),
    ),
  )

const newOnes = (placed: readonly Placement[]): readonly ImportedBook[] =>
  placed.flatMap(({ kind, book }) => (kind === 'new' ? book : []))

const outcomeOf =
  (ids: ReadonlyMap<ImportedBook, BookId>, { branchIds }: Shelving) =>
  (placement: Placement): RowOutcome => {
    const { line, warnings, copies } = placement.book
    switch (placement.kind) {
      case 'new': {
        const bookId = ids.get(placement.book) ?? null
        return { kind: 'added', line, bookId, copies: branchIds.length === 0 ? 0 : copies, warnings }
      }
      case 'present':
        return { kind: 'present', line, bookId: placement.bookId, warnings }
      case 'repeat':
        return { kind: 'present', line, bookId: ids.get(placement.of) ?? null, warnings }
    }
  }
