/** What a desk did offline, as the API takes it, and what became of it, as it is told. */
import * as t from 'io-ts'
import type { OfflineAnswer, OfflineOperation } from '../../../core/circulation/offline.ts'
import { E } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { instant, toIso } from '../../../core/shared/local-time.ts'
import type { Fault } from '../../../core/shared/refusal.ts'
import { refused } from '../answer.ts'
import { described, exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { key } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import { oneOf, phrase } from '../codecs/text.ts'
import { moment } from '../codecs/time.ts'
import * as details from '../error-details.ts'
import { integer, orNull, view, word } from '../shapes.ts'
import { NextStepView, VerdictView } from './verdict-view.ts'

/** A busy desk's day. */
const mostOperations = 500

/** As for days: what lies before it no store holds. */
const earliest = instant(Date.UTC(1900, 0, 1))

const OperationBody: Codec<OfflineOperation> = fitting(
  record(
    'OfflineOperation',
    {
      client_id: described(
        'Given by the desk to this operation and to no other, ever: a UUID, say.',
        phrase(100),
      ),
      at: described('When the desk did it: not after now, nor more than 60 days ago.', moment),
      type: oneOf(['checkout', 'return']),
      barcode: code,
      branch_id: key<'branch'>(),
    },
    {
      library_card_number: described(
        'Of a checkout, which needs it; a return is known by its copy.',
        nullable(code),
      ),
    },
  ),
  (said): Either<readonly Fault[], OfflineOperation> => {
    const { client_id: clientId, at, barcode, branch_id: branchId, type } = said
    if (at < earliest) {
      return E.left([
        { field: 'at', code: 'OUT_OF_RANGE', message: `It must not lie before ${toIso(earliest)}` },
      ])
    }
    const facts = { clientId, at, barcode, branchId }
    if (type === 'return') return E.right({ ...facts, type })
    const cardNumber = said.library_card_number ?? null
    return cardNumber === null
      ? E.left([
          { field: 'library_card_number', code: 'REQUIRED', message: 'A checkout must say who borrows' },
        ])
      : E.right({ ...facts, type, cardNumber })
  },
)

const anOperation = {
  client_id: '5f0c2e0a-3b1d-4c52-9d0f-6a1f7f0f3b10',
  at: '2026-11-21T16:40:00Z',
  type: 'checkout',
  barcode: '31234000012345',
  library_card_number: '2000000042',
  branch_id: 2,
}

export const OfflineBody: Codec<{ readonly operations: readonly OfflineOperation[] }> = exampled(
  {
    operations: [
      anOperation,
      {
        client_id: '0b7a51f6-6f1e-4a3c-8f53-2f0a3f1f9c11',
        at: '2026-11-21T16:42:00Z',
        type: 'return',
        barcode: '31234000012352',
        branch_id: 2,
      },
    ],
  },
  record(
    'Offline',
    {
      operations: described(
        'In any order: they are done in the order of their times.',
        list(OperationBody, { min: 1, max: mostOperations }),
      ),
    },
    {},
  ),
)

/** What the same act online would have been answered with. */
const RefusedView = view(
  'RefusedOperation',
  {
    code: t.string,
    message: t.string,
    details: t.union([details.Verdicts, details.Faults, details.Missing, details.State]),
    status_code: integer,
  },
  {
    code: 'CONFLICT',
    message: 'The copy was lent later than that',
    details: { borrowing_id: 8, borrow_date: '2026-11-21T17:00:00.000Z' },
    status_code: 409,
  },
)

const outcomes = ['applied', 'conflict', 'refused'] as const

export const OfflineAnswerView = view(
  'OfflineAnswer',
  {
    client_id: t.string,
    status: word([...outcomes, 'duplicate']),
    // Of a duplicate: what became of it when it was sent before.
    first_status: orNull(word(outcomes)),
    borrowing_id: orNull(integer),
    already_returned: t.boolean,
    in_house_use: t.boolean,
    next_step: orNull(NextStepView),
    overridden_rules: t.array(t.string),
    warnings: t.array(VerdictView),
    error: orNull(RefusedView),
  },
  {
    client_id: anOperation.client_id,
    status: 'applied',
    first_status: null,
    borrowing_id: 8,
    already_returned: false,
    in_house_use: false,
    next_step: null,
    overridden_rules: ['loan-limit'],
    warnings: [VerdictView.example],
    error: null,
  },
)

export const OfflineMeta = view(
  'OfflineMeta',
  { applied: integer, duplicate: integer, conflict: integer, refused: integer },
  { applied: 1, duplicate: 0, conflict: 0, refused: 0 },
)

export const offlineAnswerView = ({
  clientId,
  repeated,
  outcome,
}: OfflineAnswer): t.TypeOf<typeof OfflineAnswerView> => {
  const told = {
    client_id: clientId,
    status: repeated ? ('duplicate' as const) : outcome.status,
    first_status: repeated ? outcome.status : null,
  }
  if (outcome.status === 'applied') {
    const { loanId, alreadyReturned, inHouseUse, nextStep, overridden, warnings } = outcome
    return {
      ...told,
      borrowing_id: loanId,
      already_returned: alreadyReturned,
      in_house_use: inHouseUse,
      next_step:
        nextStep === null
          ? null
          : {
              action: nextStep.action,
              branch_id: nextStep.branchId,
              reservation_id: nextStep.reservationId,
            },
      overridden_rules: [...overridden],
      warnings: [...warnings],
      error: null,
    }
  }
  const { code: errorCode, message, details: held, status } = refused(outcome.error)
  return {
    ...told,
    borrowing_id: null,
    already_returned: false,
    in_house_use: false,
    next_step: null,
    overridden_rules: [],
    warnings: [],
    error: {
      code: errorCode,
      message,
      details: held as t.TypeOf<typeof RefusedView>['details'],
      status_code: status,
    },
  }
}
