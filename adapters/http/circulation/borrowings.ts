/** CIR-1, 2, 3: copies are lent, renewed and brought back. */
import * as t from 'io-ts'
import type { NextStep, ReturnResult } from '../../../core/circulation/homecoming.ts'
import type { ScanResult } from '../../../core/circulation/use-cases/return-copy.ts'
import { id } from '../../../core/shared/id.ts'
import { FineView, fineView } from '../accounts/fine-view.ts'
import { ofVersion, ok } from '../success.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { orNull, view, withExample } from '../shapes.ts'
import { CheckOutBody, FoundBody, RenewBody, ReturnCopyBody, ReturnLoanBody } from './borrowing-body.ts'
import { borrowingFields, BorrowingView, borrowingView } from './borrowing-view.ts'
import { lentAnswer } from './lent-answer.ts'
import { NextStepView, Warnings } from './verdict-view.ts'

const back = { fine: orNull(FineView), next_step: orNull(NextStepView) }
const returned = {
  ...BorrowingView.example,
  return_date: '2026-12-01T09:30:00.000Z',
  is_returned: true,
  status: 'returned' as const,
}
const nothingDue = { fine: null, next_step: NextStepView.example }
const ReturnView = view('Return', { ...borrowingFields, ...back }, { ...returned, ...nothingDue })

/** The fields of the borrowing that came back now or last stand beside the rest, where there is one. */
const ScanView = withExample(
  t.intersection(
    [
      t.strict({
        ...back,
        borrowing: orNull(BorrowingView),
        already_returned: t.boolean,
        in_house_use: t.boolean,
      }),
      t.partial(borrowingFields),
    ],
    'Scan',
  ),
  { ...returned, ...nothingDue, borrowing: returned, already_returned: false, in_house_use: false },
)

const nextStepView = ({ action, branchId, reservationId }: NextStep): t.TypeOf<typeof NextStepView> => ({
  action,
  branch_id: branchId,
  reservation_id: reservationId,
})

export const borrowingRoutes = ({
  circulation,
  currency,
}: Pick<HttpDeps, 'circulation' | 'currency'>): readonly Route[] => {
  const [borrowing, fine] = [borrowingView(currency), fineView(currency)]
  const broughtBack = (result: Pick<ReturnResult, 'fine' | 'nextStep'>) => ({
    fine: result.fine === null ? null : fine(result.fine),
    next_step: result.nextStep === null ? null : nextStepView(result.nextStep),
  })
  const scanned = (result: ScanResult): t.TypeOf<typeof ScanView> => {
    if (result.kind === 'returned') {
      const view = borrowing(result.overview)
      return {
        borrowing: view,
        already_returned: false,
        in_house_use: false,
        ...broughtBack(result),
        ...view,
      }
    }
    return {
      ...(result.last === null ? {} : borrowing(result.last)),
      ...broughtBack({ fine: null, nextStep: result.nextStep }),
      borrowing: null,
      already_returned: result.last !== null,
      in_house_use: result.inHouseUse,
    }
  }

  return [
    route({
      method: 'POST',
      path: '/borrowings',
      permission: 'loan:create',
      summary: 'Check out a copy to a member',
      body: { codec: CheckOutBody, required: true },
      data: BorrowingView,
      meta: Warnings,
      errors: [
        'NotFound',
        'Conflict',
        'StaleWrite',
        'DuplicateKey',
        'CheckoutRefused',
        'CopyNotAvailable',
        'NoCopyAvailable',
        'BorrowRateExceeded',
      ],
      act: ({ act, body }) => circulation.checkOut({ act, ...body }),
      show: lentAnswer(borrowing),
    }),
    route({
      method: 'PUT',
      path: '/borrowings/{id}/return',
      names: 'borrowing',
      permission: 'loan:return',
      repeatable: 'once',
      summary: 'Return a borrowing',
      body: { codec: ReturnLoanBody, required: false },
      data: ReturnView,
      errors: ['Conflict', 'StaleWrite', 'DuplicateKey', 'ReturnRefused', 'AlreadyReturned'],
      act: ({ act, id: loanId, body }) => circulation.returnLoan({ act, loanId: id(loanId), ...body }),
      show: result =>
        ofVersion(
          result.overview.record.loan.version,
          ok('Returned', { ...broughtBack(result), ...borrowing(result.overview) }),
        ),
    }),
    route({
      method: 'POST',
      path: '/returns',
      permission: 'loan:return-by-barcode',
      summary: 'Return whatever copy is scanned at a desk',
      body: { codec: ReturnCopyBody, required: true },
      data: ScanView,
      versionless: true,
      status: 200,
      errors: ['NotFound', 'Conflict', 'StaleWrite', 'DuplicateKey', 'ReturnRefused', 'AlreadyReturned'],
      act: ({ act, body }) => circulation.returnCopy({ act, ...body }),
      show: result => ok(result.kind === 'returned' ? 'Returned' : 'It was not on loan', scanned(result)),
    }),
    route({
      method: 'POST',
      path: '/copies/{id}/found',
      names: 'copy',
      permission: 'loan:return-by-barcode',
      summary: 'Say that a missing, lost or claimed copy was found in the library',
      body: { codec: FoundBody, required: false },
      data: ScanView,
      versionless: true,
      status: 200,
      errors: ['Conflict', 'StaleWrite', 'DuplicateKey', 'ReturnRefused', 'AlreadyReturned'],
      act: ({ act, id: copyId, body }) =>
        circulation.returnCopy({
          act,
          ...body,
          copy: { copyId: id(copyId) },
          returnedAt: null,
          resolution: 'found_by_library',
        }),
      show: result => ok('Found', scanned(result)),
    }),
    route({
      method: 'PUT',
      path: '/borrowings/{id}/renew',
      names: 'borrowing',
      permission: 'loan:renew',
      repeatable: 'once',
      summary: 'Give a borrowing more time',
      body: { codec: RenewBody, required: false },
      data: BorrowingView,
      meta: Warnings,
      errors: ['StaleWrite', 'DuplicateKey', 'RenewalRefused'],
      act: ({ act, id: loanId, body }) => circulation.renewLoan({ act, loanId: id(loanId), ...body }),
      show: ({ overview, warnings }) =>
        ofVersion(overview.record.loan.version, ok('Renewed', borrowing(overview), { warnings })),
    }),
  ]
}
