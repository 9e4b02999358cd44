/** What a checkout is answered with, alone or in a pile. */
import type { CheckOutResult } from '../../../core/circulation/use-cases/check-out.ts'
import { created, ofVersion } from '../success.ts'
import type { Answer } from '../success.ts'
import type { borrowingView } from './borrowing-view.ts'

export const lentAnswer =
  (borrowing: ReturnType<typeof borrowingView>) =>
  ({ overview, warnings }: CheckOutResult): Answer =>
    ofVersion(
      overview.record.loan.version,
      created('Checked out', `/api/v1/borrowings/${overview.record.loan.id}`, borrowing(overview), {
        warnings,
      }),
    )
