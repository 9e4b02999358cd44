/** CIR-3: all that a member has out is renewed, and each loan has its verdict. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { LoanId } from '../../../core/shared/id.ts'
import type { HttpDeps } from '../deps.ts'
import * as details from '../error-details.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { integer, orNull, view } from '../shapes.ts'
import type { Outcome } from '../steps.ts'
import { ofVersion, ok } from '../success.ts'
import { BorrowingView, borrowingView } from './borrowing-view.ts'
import { VerdictView } from './verdict-view.ts'
import type { Warnings } from './verdict-view.ts'

/** The very error that a renewal of this one alone is refused with. */
const RefusalView = view(
  'RenewalRefusal',
  {
    message: t.string,
    code: t.string,
    details: orNull(t.union([details.Verdicts, details.Missing, details.Denied, details.Taken])),
    status_code: integer,
  },
  {
    message: 'The rules do not allow this renewal',
    code: 'RENEWAL_REFUSED',
    details: [
      {
        ...VerdictView.example,
        rule: 'reservations-waiting',
        message: 'Somebody waits',
        limit: 0,
        actual: 1,
      },
    ],
    status_code: 422,
  },
)

const RenewalVerdictView = view(
  'RenewalVerdict',
  {
    borrowing_id: integer,
    renewed: t.boolean,
    borrowing: orNull(BorrowingView),
    warnings: t.array(VerdictView),
    error: orNull(RefusalView),
  },
  { borrowing_id: 8, renewed: true, borrowing: BorrowingView.example, warnings: [], error: null },
)

const Counts = view('RenewedAndRefused', { renewed: integer, refused: integer }, { renewed: 1, refused: 0 })

interface Verdict {
  readonly loanId: LoanId
  readonly outcome: Outcome
}

/** What a step was told has the form of a renewal's own answer. */
const verdictView = ({ loanId, outcome }: Verdict): t.TypeOf<typeof RenewalVerdictView> =>
  outcome.success
    ? {
        borrowing_id: loanId,
        renewed: true,
        borrowing: outcome.data as t.TypeOf<typeof BorrowingView>,
        warnings: (outcome.meta as t.TypeOf<typeof Warnings>).warnings,
        error: null,
      }
    : {
        borrowing_id: loanId,
        renewed: false,
        borrowing: null,
        warnings: [],
        error: outcome.error as t.TypeOf<typeof RefusalView>,
      }

export const renewAllRoutes = ({
  circulation,
  currency,
}: Pick<HttpDeps, 'circulation' | 'currency'>): readonly Route[] => {
  const borrowing = borrowingView(currency)
  return [
    route({
      method: 'POST',
      path: '/users/{id}/renew-all',
      names: 'user',
      permission: 'loan:renew-all',
      repeatable: 'in_steps',
      summary: 'Renew all that a member has out',
      data: t.array(RenewalVerdictView),
      meta: Counts,
      status: 200,
      versionless: true,
      errors: ['Conflict', 'StaleWrite', 'IdempotencyConflict'],
      act: ({ act, id: memberId, step }) =>
        pipe(
          circulation.renewAll({ act, memberId: id(memberId) }),
          TE.flatMap(
            TE.traverseSeqArray(({ loanId, renewal }) =>
              pipe(
                step(String(loanId), renewal, ({ overview, warnings }) =>
                  ofVersion(overview.record.loan.version, ok('Renewed', borrowing(overview), { warnings })),
                ),
                TE.map((outcome): Verdict => ({ loanId, outcome })),
              ),
            ),
          ),
        ),
      show: verdicts => {
        const renewed = verdicts.filter(({ outcome }) => outcome.success).length
        return ok('Renewed', verdicts.map(verdictView), { renewed, refused: verdicts.length - renewed })
      },
    }),
  ]
}
