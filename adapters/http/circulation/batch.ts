/** CIR-1: a pile of copies is lent to a member, with a verdict for each. */
import * as t from 'io-ts'
import { E } from '../../../core/shared/fp.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ok } from '../success.ts'
import { BatchMeta, batchVerdictView, BatchVerdictView, CheckOutBatchBody } from './batch-forms.ts'
import { borrowingView } from './borrowing-view.ts'

export const batchRoutes = ({
  circulation,
  currency,
}: Pick<HttpDeps, 'circulation' | 'currency'>): readonly Route[] => {
  const verdict = batchVerdictView(borrowingView(currency))
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
      errors: ['NotFound'],
      // What is lent already is refused when it is asked for again: nothing is done twice.
      repeatable: 'in_steps',
      act: ({ act, body }) => circulation.checkOutBatch({ act, ...body }),
      show: outcomes => {
        const lent = outcomes.filter(({ result }) => E.isRight(result)).length
        return ok('Checked out', outcomes.map(verdict), { lent, refused: outcomes.length - lent })
      },
    }),
  ]
}
