/** The one table of refusals, and which of its two forms a client gets. */
import { expect } from 'chai'
import { wantsProblem } from '../../adapters/http/accept.ts'
import { refused } from '../../adapters/http/answer.ts'
import type { ApiError } from '../../adapters/http/answer.ts'
import { id } from '../../core/shared/id.ts'
import { conflict, duplicate, invalidInput, notFound } from '../../core/shared/refusal.ts'
import type { Verdict } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite, storeFailure } from '../../core/shared/unit-of-work.ts'

const verdicts: readonly Verdict[] = [
  { rule: 'loan-limit', verdict: 'fail', kind: 'overridable', message: 'No room', limit: 10, actual: 10 },
]
const faults = [{ field: 'x', code: 'REQUIRED', message: 'It must be given' }]

/** Every error, by its type: a new one does not compile until it has a line here. */
const expected: {
  readonly [Type in ApiError['type']]: readonly (readonly [
    Extract<ApiError, { readonly type: Type }>,
    number,
    string,
    unknown,
  ])[]
} = {
  InvalidInput: [[invalidInput('x', 'REQUIRED', 'It must be given'), 400, 'VALIDATION_FAILED', faults]],
  UnknownParameter: [[{ type: 'UnknownParameter', faults }, 400, 'UNKNOWN_PARAMETER', faults]],
  MalformedJson: [
    [{ type: 'MalformedJson', message: 'no', faults: [] }, 400, 'MALFORMED_JSON', null],
    [{ type: 'MalformedJson', message: 'no', faults }, 400, 'MALFORMED_JSON', faults],
  ],
  MalformedRequest: [[{ type: 'MalformedRequest' }, 400, 'MALFORMED_REQUEST', null]],
  RequestTimeout: [[{ type: 'RequestTimeout' }, 408, 'REQUEST_TIMEOUT', null]],
  HeadersTooLarge: [[{ type: 'HeadersTooLarge' }, 431, 'HEADERS_TOO_LARGE', null]],
  TokenMissing: [[{ type: 'TokenMissing' }, 401, 'TOKEN_MISSING', null]],
  TokenRefused: [
    [{ type: 'TokenRefused', reason: 'malformed' }, 401, 'TOKEN_MALFORMED', null],
    [{ type: 'TokenRefused', reason: 'expired' }, 401, 'TOKEN_EXPIRED', null],
    [{ type: 'TokenRefused', reason: 'revoked' }, 401, 'TOKEN_REVOKED', null],
  ],
  InvalidCredentials: [[{ type: 'InvalidCredentials' }, 401, 'INVALID_CREDENTIALS', null]],
  AccountIsLocked: [
    [{ type: 'AccountIsLocked', retryAfterSeconds: 30 }, 423, 'ACCOUNT_LOCKED', { retry_after: 30 }],
  ],
  TooManyFailures: [
    [
      { type: 'TooManyFailures', limit: 100, retryAfterSeconds: 9 },
      429,
      'RATE_LIMITED',
      { limit: 100, retry_after: 9 },
    ],
  ],
  TooManyUses: [
    [
      { type: 'TooManyUses', limit: 20, retryAfterSeconds: 9 },
      429,
      'RATE_LIMITED',
      { limit: 20, retry_after: 9 },
    ],
  ],
  MfaRequired: [[{ type: 'MfaRequired' }, 401, 'MFA_REQUIRED', null]],
  MfaInvalid: [[{ type: 'MfaInvalid' }, 401, 'MFA_INVALID', null]],
  LoginTooOld: [[{ type: 'LoginTooOld' }, 401, 'INVALID_CREDENTIALS', null]],
  ApiKeyRefused: [[{ type: 'ApiKeyRefused' }, 401, 'INVALID_CREDENTIALS', null]],
  EmailNotVerified: [[{ type: 'EmailNotVerified' }, 403, 'EMAIL_NOT_VERIFIED', null]],
  PermissionDenied: [
    [
      { type: 'PermissionDenied', permission: 'loan:list' },
      403,
      'PERMISSION_DENIED',
      { permission: 'loan:list' },
    ],
  ],
  MfaEnrolmentRequired: [[{ type: 'MfaEnrolmentRequired' }, 403, 'MFA_ENROLMENT_REQUIRED', null]],
  AddressNotAllowed: [
    [{ type: 'AddressNotAllowed', permission: 'settings:read' }, 403, 'ADDRESS_NOT_ALLOWED', null],
  ],
  RouteNotFound: [[{ type: 'RouteNotFound' }, 404, 'ROUTE_NOT_FOUND', null]],
  NotFound: [
    [notFound('book', 9), 404, 'NOT_FOUND', { resource: 'book', id: 9 }],
    [notFound('copy', 'C-1'), 404, 'NOT_FOUND', { resource: 'copy', id: 'C-1' }],
  ],
  MethodNotAllowed: [
    [
      { type: 'MethodNotAllowed', allow: ['GET', 'HEAD'] },
      405,
      'METHOD_NOT_ALLOWED',
      { allow: ['GET', 'HEAD'] },
    ],
  ],
  Duplicate: [
    [duplicate('book', 'isbn', [3]), 409, 'DUPLICATE', { resource: 'book', field: 'isbn', candidates: [3] }],
  ],
  DuplicateKey: [[duplicateKey('barcode'), 409, 'DUPLICATE', { field: 'barcode' }]],
  HasDependents: [
    [
      { type: 'HasDependents', resource: 'author', id: 3, dependents: { books: 2 } },
      409,
      'HAS_DEPENDENTS',
      { resource: 'author', id: 3, dependents: { books: 2 } },
    ],
  ],
  Conflict: [
    [conflict('no'), 409, 'CONFLICT', null],
    [conflict('no', { status: 'kept' }), 409, 'CONFLICT', { status: 'kept' }],
  ],
  StaleWrite: [[staleWrite('copy', 3), 409, 'CONFLICT', { resource: 'copy', id: 3 }]],
  AlreadyReturned: [
    [{ type: 'AlreadyReturned', loanId: id(3) }, 409, 'ALREADY_RETURNED', { resource: 'borrowing', id: 3 }],
  ],
  CopyNotAvailable: [
    [{ type: 'CopyNotAvailable', copyId: id(3), verdicts }, 409, 'COPY_NOT_AVAILABLE', verdicts],
  ],
  NoCopyAvailable: [[{ type: 'NoCopyAvailable', verdicts }, 409, 'NO_COPY_AVAILABLE', verdicts]],
  IdempotencyConflict: [[{ type: 'IdempotencyConflict' }, 409, 'IDEMPOTENCY_CONFLICT', null]],
  IdempotencyKeyReused: [[{ type: 'IdempotencyKeyReused' }, 422, 'IDEMPOTENCY_KEY_REUSED', null]],
  VersionMismatch: [
    [
      { type: 'VersionMismatch', resource: 'book', id: 9, version: 3 },
      412,
      'VERSION_MISMATCH',
      { resource: 'book', id: 9, version: 3 },
    ],
  ],
  VersionRequired: [[{ type: 'VersionRequired' }, 428, 'VERSION_REQUIRED', null]],
  BodyTooLarge: [[{ type: 'BodyTooLarge', limit: 5 }, 413, 'BODY_TOO_LARGE', { limit: 5 }]],
  UnsupportedMediaType: [
    [{ type: 'UnsupportedMediaType', message: 'no' }, 415, 'UNSUPPORTED_MEDIA_TYPE', null],
  ],
  CheckoutRefused: [[{ type: 'CheckoutRefused', verdicts }, 422, 'CHECKOUT_REFUSED', verdicts]],
  RenewalRefused: [[{ type: 'RenewalRefused', verdicts }, 422, 'RENEWAL_REFUSED', verdicts]],
  ReservationRefused: [[{ type: 'ReservationRefused', verdicts }, 422, 'RESERVATION_REFUSED', verdicts]],
  ReturnRefused: [[{ type: 'ReturnRefused', verdicts }, 422, 'RETURN_REFUSED', verdicts]],
  PaymentRefused: [[{ type: 'PaymentRefused', verdicts }, 422, 'PAYMENT_REFUSED', verdicts]],
  WaiverRefused: [[{ type: 'WaiverRefused', verdicts }, 422, 'WAIVER_REFUSED', verdicts]],
  RefundRefused: [[{ type: 'RefundRefused', verdicts }, 422, 'REFUND_REFUSED', verdicts]],
  BorrowRateExceeded: [
    [
      { type: 'BorrowRateExceeded', limit: 60, retryAfterSeconds: 90 },
      429,
      'RATE_LIMITED',
      { limit: 60, retry_after: 90 },
    ],
  ],
  Bug: [[{ type: 'Bug', requestId: 'r-1' }, 500, 'INTERNAL_ERROR', { request_id: 'r-1' }]],
  StoreFailure: [
    [storeFailure('busy', 'inner'), 503, 'SERVICE_UNAVAILABLE', null],
    [storeFailure('unavailable', 'inner'), 503, 'SERVICE_UNAVAILABLE', null],
    [storeFailure('reference_gone', 'inner'), 409, 'CONFLICT', null],
  ],
}

const rows = Object.values(expected).flat() as readonly (readonly [ApiError, number, string, unknown])[]

describe('the table of refusals', () => {
  for (const [error, status, code, details] of rows) {
    it(`answers ${error.type} with ${status} ${code}`, () => {
      const answer = refused(error)
      expect(answer).to.deep.include({ status, code, details })
      expect(answer.message).to.match(/^[A-Zno].+/)
    })
  }

  it('sends along what the protocol asks for', () => {
    const headers = (error: ApiError) => refused(error).headers
    expect(headers({ type: 'TokenMissing' })).to.deep.equal({ 'WWW-Authenticate': 'Bearer realm="library"' })
    expect(headers({ type: 'TokenRefused', reason: 'expired' })).to.deep.equal({
      'WWW-Authenticate': 'Bearer realm="library", error="invalid_token"',
    })
    expect(headers({ type: 'InvalidCredentials' })).to.have.property('WWW-Authenticate')
    expect(headers({ type: 'ApiKeyRefused' })).to.have.property('WWW-Authenticate')
    expect(headers({ type: 'MethodNotAllowed', allow: ['GET', 'HEAD'] })).to.deep.equal({
      Allow: 'GET, HEAD',
    })
    expect(headers({ type: 'BorrowRateExceeded', limit: 60, retryAfterSeconds: 90 })).to.deep.equal({
      'Retry-After': '90',
    })
    expect(headers({ type: 'AccountIsLocked', retryAfterSeconds: 30 })).to.deep.equal({ 'Retry-After': '30' })
    expect(headers({ type: 'TooManyFailures', limit: 100, retryAfterSeconds: 9 })).to.deep.equal({
      'Retry-After': '9',
    })
    expect(headers({ type: 'TooManyUses', limit: 20, retryAfterSeconds: 9 })).to.deep.equal({
      'Retry-After': '9',
    })
    expect(headers(storeFailure('busy', ''))).to.have.property('Retry-After')
    expect(headers(storeFailure('unavailable', ''))).to.have.property('Retry-After')
    expect(headers(storeFailure('reference_gone', ''))).to.deep.equal({})
  })

  it('tells nothing of the inside', () => {
    const answers = [
      refused(storeFailure('unavailable', 'db.internal')),
      refused({ type: 'Bug', requestId: 'r' }),
    ]
    expect(JSON.stringify(answers)).not.to.include('db.internal')
  })
})

describe('problem+json', () => {
  const problem = 'application/problem+json'
  const asked: readonly (readonly [string, boolean])[] = [
    ['', false],
    ['*/*', false],
    ['application/*', false],
    ['application/json', false],
    ['text/html, */*;q=0.8', false],
    [problem, true],
    [problem.toUpperCase(), true],
    [`application/json, ${problem}`, true],
    [`${problem}, */*;q=0.1`, true],
    [`${problem};q=0.9, application/json`, false],
    [`${problem};q=0.9, application/json;q=0.9`, true],
    [`${problem};q=0.5, application/*;q=0.6`, false],
    [`${problem};q=0.5, */*`, false],
    [`${problem};q=0`, false],
    [`${problem};q=nonsense`, false],
    [`${problem} ; charset=utf-8 ; q=1.000`, true],
    [',;,', false],
  ]
  for (const [accept, wanted] of asked) {
    it(`is ${wanted ? '' : 'not '}for "${accept}"`, () => expect(wantsProblem(accept)).to.equal(wanted))
  }
})
