/** A pile of copies lent at once, as the API takes and shows it. */
import * as t from 'io-ts'
import type { BatchOutcome, CheckOutBatch } from '../../../core/circulation/use-cases/check-out-batch.ts'
import type { CheckOutError, CheckOutResult } from '../../../core/circulation/use-cases/check-out.ts'
import { E } from '../../../core/shared/fp.ts'
import { refused } from '../answer.ts'
import { described, exampled } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { key } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import * as details from '../error-details.ts'
import { integer, orNull, view, word } from '../shapes.ts'
import { BorrowingView } from './borrowing-view.ts'
import type { borrowingView } from './borrowing-view.ts'
import { VerdictView } from './verdict-view.ts'

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

export type Outcome = BatchOutcome<CheckOutError, CheckOutResult>

export const batchVerdictView =
  (borrowing: ReturnType<typeof borrowingView>) =>
  ({ barcode, result }: Outcome): t.TypeOf<typeof BatchVerdictView> => {
    if (E.isRight(result)) {
      const { overview, warnings } = result.right
      return {
        barcode,
        verdict: 'lent',
        borrowing: borrowing(overview),
        warnings: [...warnings],
        error: null,
      }
    }
    const { status, code: errorCode, message, details: told } = refused(result.left)
    return {
      barcode,
      verdict: 'refused',
      borrowing: null,
      warnings: [],
      error: {
        code: errorCode,
        message,
        details: told as t.TypeOf<typeof RefusedView>['details'],
        status_code: status,
      },
    }
  }
