/** CIR-1: a pile of copies is lent to a member, with a verdict for each. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ok } from '../success.ts'
import { BatchMeta, batchVerdictView, BatchVerdictView, CheckOutBatchBody } from './batch-forms.ts'
import type { Verdict } from './batch-forms.ts'
import { borrowingView } from './borrowing-view.ts'
import { lentAnswer } from './lent-answer.ts'

export const batchRoutes = ({
  circulation,
  currency,
}: Pick<HttpDeps, 'circulation' | 'currency'>): readonly Route[] => {
  const lent = lentAnswer(borrowingView(currency))
  return [
    route({
      method: 'POST',
      path: '/borrowings/batch',
      permission: 'loan:create',
      summary: 'Check out several copies to a member; each is lent or refused by itself',
      body: { codec: CheckOutBatchBody, required: true },
      data: t.array(BatchVerdictView),
      meta: BatchMeta,
      status: 200,
      errors: ['NotFound', 'Conflict', 'StaleWrite', 'IdempotencyConflict'],
      repeatable: 'in_steps',
      act: ({ act, body, step }) =>
        pipe(
          circulation.checkOutBatch({ act, ...body }),
          TE.map(pile => pile.map((one, index) => ({ ...one, name: `${String(index)} ${one.barcode}` }))),
          TE.flatMap(
            TE.traverseSeqArray(({ name, barcode, checkout }) =>
              pipe(
                step(name, checkout, lent),
                TE.map((outcome): Verdict => ({ barcode, outcome })),
              ),
            ),
          ),
        ),
      show: verdicts => {
        const out = verdicts.filter(({ outcome }) => outcome.success).length
        return ok('Checked out', verdicts.map(batchVerdictView), {
          lent: out,
          refused: verdicts.length - out,
        })
      },
    }),
  ]
}
