/** The table of refusals of the simple API: the codes are those of the API, row by row. */
import { expect } from 'chai'
import { refused as refusedByTheApi } from '../../adapters/http/answer.ts'
import { refused } from '../../adapters/simple-http/refused.ts'
import type { SimpleError } from '../../adapters/simple-http/refused.ts'
import { id } from '../../core/shared/id.ts'
import { conflict, invalidInput, notFound } from '../../core/shared/refusal.ts'
import type { Verdict } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite, storeFailure } from '../../core/shared/unit-of-work.ts'

const verdicts: readonly Verdict[] = [
  { rule: 'loan-limit', verdict: 'fail', kind: 'overridable', message: 'No room', limit: 10, actual: 10 },
]

/** Every error, by its type: a new one does not compile until it has a line here. */
const errors: {
  readonly [Type in SimpleError['type']]: readonly Extract<SimpleError, { readonly type: Type }>[]
} = {
  InvalidInput: [invalidInput('title', 'REQUIRED', 'It must be given')],
  MalformedJson: [{ type: 'MalformedJson' }],
  MalformedRequest: [{ type: 'MalformedRequest' }],
  PermissionDenied: [{ type: 'PermissionDenied', permission: 'loan:create' }],
  NotFound: [notFound('book', 9), notFound('user', 'x')],
  DuplicateKey: [duplicateKey('barcode')],
  Conflict: [conflict('No'), conflict('No', { user_id: 1 })],
  StaleWrite: [staleWrite('copy', 3)],
  AlreadyReturned: [{ type: 'AlreadyReturned', loanId: id(4) }],
  CopyNotAvailable: [{ type: 'CopyNotAvailable', copyId: id(3), verdicts }],
  NoCopyAvailable: [{ type: 'NoCopyAvailable', verdicts }],
  VersionMismatch: [{ type: 'VersionMismatch', resource: 'borrowing', id: 4, version: 2 }],
  BodyTooLarge: [{ type: 'BodyTooLarge', limit: 1 }],
  UnsupportedMediaType: [{ type: 'UnsupportedMediaType', message: 'No' }],
  CheckoutRefused: [{ type: 'CheckoutRefused', verdicts }],
  ReturnRefused: [{ type: 'ReturnRefused', verdicts }],
  BorrowRateExceeded: [{ type: 'BorrowRateExceeded', limit: 60, retryAfterSeconds: 7 }],
  TooManyUses: [{ type: 'TooManyUses', limit: 20, retryAfterSeconds: 7 }],
  StoreFailure: [
    storeFailure('busy', 'x'),
    storeFailure('unavailable', 'x'),
    storeFailure('reference_gone', 'x'),
    storeFailure('overtaken', 'x'),
  ],
}

describe('the refusals of the simple API', () => {
  for (const error of Object.values(errors).flat()) {
    it(`say ${error.type} as the API does: ${JSON.stringify(error)}`, () => {
      const { message, headers, ...rest } = refused(error)
      const {
        message: _message,
        headers: theirHeaders,
        ...theirs
      } = refusedByTheApi(error.type === 'MalformedJson' ? { ...error, message: 'No', faults: [] } : error)
      expect(rest).to.deep.equal(theirs)
      expect(message).not.to.equal('')
      expect(headers['Retry-After']).to.equal(theirHeaders['Retry-After'])
    })
  }
})
