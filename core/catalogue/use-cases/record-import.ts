/** AUT-9: an import is one row of the audit, however many books came in with it. */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { ImportReport } from '../import-report.ts'

export interface RecordImport {
  readonly act: Act
  /** What came of it; of one that stopped in the middle, so far. */
  readonly report: ImportReport
}

export const recordImport =
  ({ work }: { readonly work: UnitOfWork<AuditStores> }) =>
  ({ act, report }: RecordImport): TaskEither<PermissionDenied | StoreFailure, void> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'catalogue:write')),
      TE.flatMap(() =>
        work.run(({ audit }) =>
          audit.record(act, {
            action: 'book.imported',
            target: { type: 'book', id: null },
            at: null,
            before: null,
            after: {
              rows: report.rows,
              added: report.added,
              copies: report.copies,
              present: report.present,
              refused: report.refused.length,
            },
          }),
        ),
      ),
    )
