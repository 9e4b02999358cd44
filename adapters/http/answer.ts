/** How every error is answered: one table, with a row for each. */
import * as t from 'io-ts'
import type { RecordPaymentError } from '../../core/accounts/use-cases/record-payment.ts'
import type { RefundFineError } from '../../core/accounts/use-cases/refund-fine.ts'
import type { WaiveFineError } from '../../core/accounts/use-cases/waive-fine.ts'
import type { AddBookError } from '../../core/catalogue/use-cases/add-book.ts'
import type { ChangeBookError } from '../../core/catalogue/use-cases/change-book.ts'
import type { HomecomingError } from '../../core/circulation/homecoming.ts'
import type { RenewError } from '../../core/circulation/renewal.ts'
import type { CancelReservationError } from '../../core/circulation/use-cases/cancel-reservation.ts'
import type { CheckOutError } from '../../core/circulation/use-cases/check-out.ts'
import type { ReserveError } from '../../core/circulation/use-cases/reserve.ts'
import type { TooManyUses } from '../../core/identity/network-uses.ts'
import type { EmailNotVerified } from '../../core/identity/pending.ts'
import type { TokenRefused } from '../../core/identity/ports.ts'
import type { LoginTooOld } from '../../core/identity/second-factor.ts'
import type { ApiKeyRefused } from '../../core/identity/use-cases/authenticate-key.ts'
import type { LogInError } from '../../core/identity/use-cases/log-in.ts'
import { id } from '../../core/shared/id.ts'
import type { ChangeRecordError, RemoveRecordError } from '../../core/shared/records.ts'
import type { Verdict } from '../../core/shared/refusal.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import { errorCodes } from './error-codes.ts'
import type { ErrorCode } from './error-codes.ts'
import * as details from './error-details.ts'
import type { HttpRefusal } from './refusals.ts'

type Headers = Readonly<Record<string, string>>

export interface Refused {
  readonly status: number
  readonly code: ErrorCode
  readonly message: string
  readonly details: unknown
  readonly headers: Headers
}

/** Every Left of every use case, and the edge's own. */
export type ApiError =
  | AddBookError
  | CancelReservationError
  | ChangeBookError
  | CheckOutError
  | HomecomingError
  | RenewError
  | ReserveError
  | RecordPaymentError
  | WaiveFineError
  | RefundFineError
  | ChangeRecordError
  | RemoveRecordError
  | TokenRefused
  | TooManyUses
  | EmailNotVerified
  | LogInError
  | LoginTooOld
  | ApiKeyRefused
  | StoreFailure
  | HttpRefusal

type ErrorOf<Type extends ApiError['type']> = Extract<ApiError, { readonly type: Type }>

interface Row<Failure> {
  readonly code: ErrorCode
  readonly say: (error: Failure) => Said
  /** What `details` holds; nothing but null where it is left out. */
  readonly details?: t.Mixed
  /** For the documents. */
  readonly example: Failure
}

interface Said {
  readonly message: string
  readonly details?: unknown
  readonly headers?: Headers
}

/** Of an error that is answered by why it came about: a row for each reason. */
type Rows<Failure> = Failure extends { readonly reason: infer Reason extends string }
  ? { readonly by: Readonly<Record<Reason, Row<Failure>>> }
  : never

/** RFC 6750: a wrong token is named as such, a missing one is not. */
const challenge = (error?: string): Headers => ({
  'WWW-Authenticate': `Bearer realm="library"${error === undefined ? '' : `, error="${error}"`}`,
})

const badToken = (reason: TokenRefused['reason'], code: ErrorCode, message: string): Row<TokenRefused> => ({
  code,
  say: () => ({ message, headers: challenge('invalid_token') }),
  example: { type: 'TokenRefused', reason },
})

const unavailable = (reason: StoreFailure['reason'], seconds: number): Row<StoreFailure> => ({
  code: 'SERVICE_UNAVAILABLE',
  say: () => ({
    message: 'The library cannot answer just now',
    headers: { 'Retry-After': String(seconds) },
  }),
  example: { type: 'StoreFailure', reason, detail: '' },
})

interface TooOften {
  readonly limit: number
  readonly retryAfterSeconds: number
}

/** Somebody did too much of one thing, and may go on when the time is over. */
const tooOften = <Failure extends TooOften>(message: string, example: Failure): Row<Failure> => ({
  code: 'RATE_LIMITED',
  say: ({ limit, retryAfterSeconds }) => ({
    message,
    details: { limit, retry_after: retryAfterSeconds },
    headers: { 'Retry-After': String(retryAfterSeconds) },
  }),
  details: details.Rate,
  example,
})

const underWay: Said = {
  message: 'The request with this Idempotency-Key is still under way',
  headers: { 'Retry-After': '1' },
}

const failed = (rule: string, message: string, limit: number, actual: number): readonly Verdict[] => [
  { rule, verdict: 'fail', kind: 'overridable', message, limit, actual },
]

/** The one table: an error without a row does not compile. */
const table: { readonly [Type in ApiError['type']]: Row<ErrorOf<Type>> | Rows<ErrorOf<Type>> } = {
  InvalidInput: {
    code: 'VALIDATION_FAILED',
    say: ({ faults }) => ({ message: 'The request is not valid', details: faults }),
    details: details.Faults,
    example: {
      type: 'InvalidInput',
      faults: [
        { field: 'isbn_13', code: 'INVALID_ISBN', message: 'It must be an ISBN whose check digit is right' },
      ],
    },
  },
  UnknownParameter: {
    code: 'UNKNOWN_PARAMETER',
    say: ({ faults }) => ({ message: 'The query has a parameter that is not known here', details: faults }),
    details: details.Faults,
    example: {
      type: 'UnknownParameter',
      faults: [{ field: 'titel', code: 'UNKNOWN_PARAMETER', message: 'There is no such parameter here' }],
    },
  },
  MalformedJson: {
    code: 'MALFORMED_JSON',
    say: ({ message, faults }) => ({ message, details: faults.length > 0 ? faults : null }),
    details: details.FaultsOrNone,
    example: { type: 'MalformedJson', message: 'The body is not JSON', faults: [] },
  },
  MalformedRequest: {
    code: 'MALFORMED_REQUEST',
    say: () => ({ message: 'The request cannot be read' }),
    example: { type: 'MalformedRequest' },
  },

  TokenMissing: {
    code: 'TOKEN_MISSING',
    say: () => ({ message: 'A bearer token or an API key is needed', headers: challenge() }),
    example: { type: 'TokenMissing' },
  },
  TokenRefused: {
    by: {
      malformed: badToken('malformed', 'TOKEN_MALFORMED', 'The token cannot be read'),
      expired: badToken('expired', 'TOKEN_EXPIRED', 'The token has run out'),
      revoked: badToken('revoked', 'TOKEN_REVOKED', 'The token is good no more'),
    },
  },
  InvalidCredentials: {
    code: 'INVALID_CREDENTIALS',
    say: () => ({ message: 'The login or the password is wrong', headers: challenge() }),
    example: { type: 'InvalidCredentials' },
  },
  AccountIsLocked: {
    code: 'ACCOUNT_LOCKED',
    say: ({ retryAfterSeconds }) => ({
      message: 'Somebody guessed wrongly too often: the account is locked for a while',
      details: { retry_after: retryAfterSeconds },
      headers: { 'Retry-After': String(retryAfterSeconds) },
    }),
    details: details.Wait,
    example: { type: 'AccountIsLocked', retryAfterSeconds: 30 },
  },
  TooManyFailures: tooOften('Too many guesses from your address were wrong', {
    type: 'TooManyFailures',
    limit: 100,
    retryAfterSeconds: 540,
  }),
  TooManyUses: tooOften('Too much was asked for from your address', {
    type: 'TooManyUses',
    limit: 20,
    retryAfterSeconds: 1800,
  }),
  MfaRequired: {
    code: 'MFA_REQUIRED',
    say: () => ({ message: 'A code of the second factor is needed', headers: challenge() }),
    example: { type: 'MfaRequired' },
  },
  MfaInvalid: {
    code: 'MFA_INVALID',
    say: () => ({ message: 'The code is wrong, or was used before', headers: challenge() }),
    example: { type: 'MfaInvalid' },
  },
  LoginTooOld: {
    code: 'INVALID_CREDENTIALS',
    say: () => ({ message: 'The login was too long ago for this: log in anew', headers: challenge() }),
    example: { type: 'LoginTooOld' },
  },
  ApiKeyRefused: {
    code: 'INVALID_CREDENTIALS',
    say: () => ({ message: 'The API key is not good here', headers: challenge() }),
    example: { type: 'ApiKeyRefused' },
  },

  PermissionDenied: {
    code: 'PERMISSION_DENIED',
    say: ({ permission }) => ({ message: 'This is not for you to do', details: { permission } }),
    details: details.Denied,
    example: { type: 'PermissionDenied', permission: 'fine:refund' },
  },
  AddressNotAllowed: {
    code: 'ADDRESS_NOT_ALLOWED',
    say: () => ({ message: 'This is not done from your address' }),
    example: { type: 'AddressNotAllowed', permission: 'settings:write' },
  },

  EmailNotVerified: {
    code: 'EMAIL_NOT_VERIFIED',
    say: () => ({ message: 'Verify your e-mail address first: a mail was sent to it' }),
    example: { type: 'EmailNotVerified' },
  },
  MfaEnrolmentRequired: {
    code: 'MFA_ENROLMENT_REQUIRED',
    say: () => ({ message: 'Staff need a second factor: enrol one first' }),
    example: { type: 'MfaEnrolmentRequired' },
  },

  RouteNotFound: {
    code: 'ROUTE_NOT_FOUND',
    say: () => ({ message: 'There is nothing at this address' }),
    example: { type: 'RouteNotFound' },
  },
  NotFound: {
    code: 'NOT_FOUND',
    say: ({ resource, id }) => ({ message: `There is no such ${resource}`, details: { resource, id } }),
    details: details.Missing,
    example: { type: 'NotFound', resource: 'book', id: 4711 },
  },
  MethodNotAllowed: {
    code: 'METHOD_NOT_ALLOWED',
    say: ({ allow }) => ({
      message: 'This address does not know the method',
      details: { allow },
      headers: { Allow: allow.join(', ') },
    }),
    details: details.Allowed,
    example: { type: 'MethodNotAllowed', allow: ['GET', 'HEAD', 'OPTIONS'] },
  },

  Duplicate: {
    code: 'DUPLICATE',
    say: ({ resource, field, candidates }) => ({
      message: `There is such a ${resource} already`,
      details: { resource, field, candidates },
    }),
    details: details.Collision,
    example: { type: 'Duplicate', resource: 'book', field: 'isbn', candidates: [12] },
  },
  DuplicateKey: {
    code: 'DUPLICATE',
    say: ({ field }) => ({ message: `This ${field} is taken`, details: { field } }),
    details: details.Taken,
    example: { type: 'DuplicateKey', field: 'barcode' },
  },
  HasDependents: {
    code: 'HAS_DEPENDENTS',
    say: ({ resource, id, dependents }) => ({
      message: `Other things depend on this ${resource}`,
      details: { resource, id, dependents },
    }),
    details: details.Dependents,
    example: { type: 'HasDependents', resource: 'author', id: 7, dependents: { books: 2 } },
  },
  Conflict: {
    code: 'CONFLICT',
    say: ({ message, detail }) => ({ message, details: Object.keys(detail).length > 0 ? detail : null }),
    details: details.State,
    example: { type: 'Conflict', message: 'The copy is on loan', detail: { status: 'on_loan' } },
  },
  StaleWrite: {
    code: 'CONFLICT',
    say: ({ resource, id }) => ({
      message: 'It was changed by somebody else at the same moment',
      details: { resource, id },
    }),
    details: details.Missing,
    example: { type: 'StaleWrite', resource: 'copy', id: 31 },
  },
  AlreadyReturned: {
    code: 'ALREADY_RETURNED',
    say: ({ loanId }) => ({
      message: 'The borrowing is returned already',
      details: { resource: 'borrowing', id: loanId },
    }),
    details: details.Missing,
    example: { type: 'AlreadyReturned', loanId: id(8) },
  },
  CopyNotAvailable: {
    code: 'COPY_NOT_AVAILABLE',
    say: ({ verdicts }) => ({ message: 'The copy is not to be had now', details: verdicts }),
    details: details.Verdicts,
    example: { type: 'CopyNotAvailable', copyId: id(31), verdicts: [] },
  },
  NoCopyAvailable: {
    code: 'NO_COPY_AVAILABLE',
    say: ({ verdicts }) => ({ message: 'No copy is to be had now', details: verdicts }),
    details: details.Verdicts,
    example: { type: 'NoCopyAvailable', verdicts: [] },
  },

  IdempotencyConflict: {
    code: 'IDEMPOTENCY_CONFLICT',
    say: () => underWay,
    example: { type: 'IdempotencyConflict' },
  },

  VersionMismatch: {
    code: 'VERSION_MISMATCH',
    say: ({ resource, id, version }) => ({
      message: 'It was changed since you read it',
      details: { resource, id, version },
    }),
    details: details.Version,
    example: { type: 'VersionMismatch', resource: 'book', id: 12, version: 3 },
  },
  VersionRequired: {
    code: 'VERSION_REQUIRED',
    say: () => ({ message: 'Say with If-Match which version you mean to change' }),
    example: { type: 'VersionRequired' },
  },

  BodyTooLarge: {
    code: 'BODY_TOO_LARGE',
    say: ({ limit }) => ({ message: `The body is larger than ${limit} bytes`, details: { limit } }),
    details: details.Limit,
    example: { type: 'BodyTooLarge', limit: 1_048_576 },
  },
  UnsupportedMediaType: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    say: ({ message }) => ({
      message,
      headers: { Accept: 'application/json', 'Accept-Encoding': 'identity' },
    }),
    example: { type: 'UnsupportedMediaType', message: 'The body must be application/json' },
  },

  CheckoutRefused: {
    code: 'CHECKOUT_REFUSED',
    say: ({ verdicts }) => ({ message: 'The rules do not allow this checkout', details: verdicts }),
    details: details.Verdicts,
    example: {
      type: 'CheckoutRefused',
      verdicts: failed('loan-limit', 'The member has enough on loan', 10, 10),
    },
  },
  RenewalRefused: {
    code: 'RENEWAL_REFUSED',
    say: ({ verdicts }) => ({ message: 'The rules do not allow this renewal', details: verdicts }),
    details: details.Verdicts,
    example: {
      type: 'RenewalRefused',
      verdicts: failed('max-renewals', 'It was renewed often enough', 2, 2),
    },
  },
  ReservationRefused: {
    code: 'RESERVATION_REFUSED',
    say: ({ verdicts }) => ({ message: 'The rules do not allow this reservation', details: verdicts }),
    details: details.Verdicts,
    example: {
      type: 'ReservationRefused',
      verdicts: failed('reservation-limit', 'The member has reserved enough', 5, 5),
    },
  },
  ReturnRefused: {
    code: 'RETURN_REFUSED',
    say: ({ verdicts }) => ({ message: 'The rules do not allow this return', details: verdicts }),
    details: details.Verdicts,
    example: { type: 'ReturnRefused', verdicts: [] },
  },
  PaymentRefused: {
    code: 'PAYMENT_REFUSED',
    say: ({ verdicts }) => ({ message: 'This cannot be paid on the fine', details: verdicts }),
    details: details.Verdicts,
    example: {
      type: 'PaymentRefused',
      verdicts: failed('fine-balance', 'It is more than is owed', 250, 300),
    },
  },
  WaiverRefused: {
    code: 'WAIVER_REFUSED',
    say: ({ verdicts }) => ({ message: 'This cannot be waived', details: verdicts }),
    details: details.Verdicts,
    example: { type: 'WaiverRefused', verdicts: failed('fine-balance', 'It is more than is owed', 250, 300) },
  },
  RefundRefused: {
    code: 'REFUND_REFUSED',
    say: ({ verdicts }) => ({ message: 'This cannot be refunded', details: verdicts }),
    details: details.Verdicts,
    example: { type: 'RefundRefused', verdicts: failed('fine-paid', 'It is more than was paid', 250, 300) },
  },

  IdempotencyKeyReused: {
    code: 'IDEMPOTENCY_KEY_REUSED',
    say: () => ({ message: 'This Idempotency-Key was given to another request' }),
    example: { type: 'IdempotencyKeyReused' },
  },

  BorrowRateExceeded: tooOften('Too many checkouts within an hour', {
    type: 'BorrowRateExceeded',
    limit: 60,
    retryAfterSeconds: 1200,
  }),

  RequestTimeout: {
    code: 'REQUEST_TIMEOUT',
    say: () => ({ message: 'The request did not arrive in time' }),
    example: { type: 'RequestTimeout' },
  },
  HeadersTooLarge: {
    code: 'HEADERS_TOO_LARGE',
    say: () => ({ message: 'The headers are too large' }),
    example: { type: 'HeadersTooLarge' },
  },
  Bug: {
    code: 'INTERNAL_ERROR',
    say: ({ requestId }) => ({
      message: 'Something went wrong on our side',
      details: { request_id: requestId },
    }),
    details: details.Traced,
    example: { type: 'Bug', requestId: '7d1a4a0e-7c1e-4a55-9a0f-2f6d1c9b8e11' },
  },
  StoreFailure: {
    by: {
      busy: unavailable('busy', 1),
      unavailable: unavailable('unavailable', 5),
      overtaken: {
        code: 'IDEMPOTENCY_CONFLICT',
        say: () => underWay,
        example: { type: 'StoreFailure', reason: 'overtaken', detail: '' },
      },
      reference_gone: {
        code: 'CONFLICT',
        say: () => ({ message: 'What it refers to was deleted at the same moment' }),
        example: { type: 'StoreFailure', reason: 'reference_gone', detail: '' },
      },
    },
  },
}

export const refused = (error: ApiError): Refused => {
  const { code, say } = rowOf(error)
  const { message, details = null, headers = {} } = say(error)
  return { status: errorCodes[code].status, code, message, details, headers }
}

type AnyRow = Row<ApiError>

/** The table for a reader who does not know which error he has. */
const entries = table as unknown as Readonly<
  Record<ApiError['type'], AnyRow | { readonly by: Readonly<Record<string, AnyRow>> }>
>

const rowOf = (error: ApiError): AnyRow => {
  const entry = entries[error.type]
  return 'by' in entry ? (entry.by['reason' in error ? error.reason : ''] as AnyRow) : entry
}

/** A row as the documents tell it. */
export interface ErrorKind {
  /** Its type, with the reason where that has a row of its own. */
  readonly name: string
  readonly type: ApiError['type']
  readonly code: ErrorCode
  readonly status: number
  readonly details: t.Mixed
  readonly example: ApiError
}

const kindOf = (name: string, { code, details: held = t.null, example }: AnyRow): ErrorKind => ({
  name,
  type: example.type,
  code,
  status: errorCodes[code].status,
  details: held,
  example,
})

/** Every row of the table. */
export const errorKinds: readonly ErrorKind[] = Object.entries(entries).flatMap(([type, entry]) =>
  'by' in entry
    ? Object.entries(entry.by).map(([reason, row]) => kindOf(`${type}.${reason}`, row))
    : [kindOf(type, entry)],
)
