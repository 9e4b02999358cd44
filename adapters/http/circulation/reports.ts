/** CIR-5: what a desk is told of loans and copies that are not where they should be, or not as they were. */
import type { LoanOverview } from '../../../core/circulation/standing.ts'
import { id } from '../../../core/shared/id.ts'
import { ofVersion, ok } from '../success.ts'
import type { Answer } from '../success.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { DamageBody } from './borrowing-body.ts'
import { BorrowingView, borrowingView } from './borrowing-view.ts'
import { CopyView, copyView } from './copy-forms.ts'

export const reportRoutes = ({
  circulation,
  currency,
}: Pick<HttpDeps, 'circulation' | 'currency'>): readonly Route[] => {
  const [borrowing, copy] = [borrowingView(currency), copyView(currency)]
  const shown =
    (message: string) =>
    (overview: LoanOverview): Answer =>
      ofVersion(overview.record.loan.version, ok(message, borrowing(overview)))
  return [
    route({
      method: 'POST',
      path: '/borrowings/{id}/report-lost',
      names: 'borrowing',
      permission: 'loan:report-lost',
      summary: 'Say that what was borrowed is lost',
      data: BorrowingView,
      status: 200,
      changes: true,
      errors: ['Conflict', 'StaleWrite', 'DuplicateKey', 'AlreadyReturned'],
      act: ({ act, id: loanId }) => circulation.reportLost({ act, loanId: id(loanId) }),
      show: shown('Reported lost'),
    }),
    route({
      method: 'POST',
      path: '/borrowings/{id}/claim-returned',
      names: 'borrowing',
      permission: 'loan:report',
      summary: 'Note that the member says he brought it back',
      data: BorrowingView,
      status: 200,
      changes: true,
      errors: ['Conflict', 'StaleWrite', 'DuplicateKey', 'AlreadyReturned'],
      act: ({ act, id: loanId }) => circulation.claimReturned({ act, loanId: id(loanId) }),
      show: shown('Claimed as returned'),
    }),
    route({
      method: 'POST',
      path: '/borrowings/{id}/report-damaged',
      names: 'borrowing',
      permission: 'loan:report',
      summary: 'Note what a loan did to its copy',
      body: { codec: DamageBody, required: true },
      data: BorrowingView,
      status: 200,
      changes: true,
      errors: ['StaleWrite', 'DuplicateKey'],
      act: ({ act, id: loanId, body }) => circulation.reportDamage({ act, loanId: id(loanId), ...body }),
      show: shown('Damage noted'),
    }),
    route({
      method: 'POST',
      path: '/copies/{id}/missing',
      names: 'copy',
      permission: 'copy:write',
      summary: 'Say that a copy is not where it should be',
      data: CopyView,
      status: 200,
      changes: true,
      errors: ['Conflict', 'StaleWrite', 'DuplicateKey'],
      act: ({ act, id: copyId }) => circulation.missCopy({ act, copyId: id(copyId) }),
      show: missing => ofVersion(missing.version, ok('Missing', copy(missing))),
    }),
  ]
}
