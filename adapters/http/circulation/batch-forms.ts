/** A pile of copies lent at once, as the API takes and shows it. */
import * as t from 'io-ts'
import type { CheckOutBatch } from '../../../core/circulation/use-cases/check-out-batch.ts'
import { E } from '../../../core/shared/fp.ts'
import { described, exampled } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { key } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import * as details from '../error-details.ts'
import { integer, orNull, view, word } from '../shapes.ts'
import type { Outcome } from '../steps.ts'
import { BorrowingView } from './borrowing-view.ts'
import { VerdictView } from './verdict-view.ts'
import type { Warnings } from './verdict-view.ts'

/** More than anybody carries to a desk. */
const mostBarcodes = 50

export const CheckOutBatchBody: Codec<Omit<CheckOutBatch, 'act'>> = fitting(
  exampled(
    { user_id: 42, barcodes: ['31234000012345', '31234000012352'] },
    record(
      'CheckOutBatch',
      {
        user_id: key<'member'>(),
        barcodes: described(
          'In the order in which they are lent.',
          list(code, { min: 1, max: mostBarcodes }),
        ),
      },
      {},
    ),
  ),
  ({ user_id, barcodes }) => E.right({ memberId: user_id, barcodes }),
)

/** What a single checkout would have been answered with. */
const RefusedView = view(
  'RefusedCheckout',
  {
    code: t.string,
    message: t.string,
    details: t.union([
      details.Verdicts,
      details.Faults,
      details.Missing,
      details.Denied,
      details.Rate,
      details.Taken,
      details.State,
    ]),
    status_code: integer,
  },
  {
    code: 'COPY_NOT_AVAILABLE',
    message: 'The copy is not to be had now',
    details: [
      {
        rule: 'copy-status',
        verdict: 'fail',
        kind: 'blocker',
        message: 'The copy must be at hand and not kept for another member',
        limit: 'available',
        actual: 'on_loan',
      },
    ],
    status_code: 409,
  },
)

export const BatchVerdictView = view(
  'BatchVerdict',
  {
    barcode: t.string,
    verdict: word(['lent', 'refused']),
    borrowing: orNull(BorrowingView),
    warnings: t.array(VerdictView),
    error: orNull(RefusedView),
  },
  {
    barcode: '31234000012352',
    verdict: 'refused',
    borrowing: null,
    warnings: [],
    error: RefusedView.example,
  },
)

export const BatchMeta = view('BatchMeta', { lent: integer, refused: integer }, { lent: 1, refused: 1 })

export interface Verdict {
  readonly barcode: string
  readonly outcome: Outcome
}

/** What a step was told has the form of a checkout's own answer. */
export const batchVerdictView = ({ barcode, outcome }: Verdict): t.TypeOf<typeof BatchVerdictView> =>
  outcome.success
    ? {
        barcode,
        verdict: 'lent',
        borrowing: outcome.data as t.TypeOf<typeof BorrowingView>,
        warnings: (outcome.meta as t.TypeOf<typeof Warnings>).warnings,
        error: null,
      }
    : {
        barcode,
        verdict: 'refused',
        borrowing: null,
        warnings: [],
        error: outcome.error as t.TypeOf<typeof RefusedView>,
      }
