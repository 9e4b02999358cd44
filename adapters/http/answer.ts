/** How every error is answered: one table, with a row for each. */
import type { RecordPaymentError } from '../../core/accounts/use-cases/record-payment.ts'
import type { RefundFineError } from '../../core/accounts/use-cases/refund-fine.ts'
import type { WaiveFineError } from '../../core/accounts/use-cases/waive-fine.ts'
import type { AddBookError } from '../../core/catalogue/use-cases/add-book.ts'
import type { ChangeBookError } from '../../core/catalogue/use-cases/change-book.ts'
import type { HomecomingError } from '../../core/circulation/homecoming.ts'
import type { CancelReservationError } from '../../core/circulation/use-cases/cancel-reservation.ts'
import type { CheckOutError } from '../../core/circulation/use-cases/check-out.ts'
import type { RenewError } from '../../core/circulation/use-cases/renew.ts'
import type { ReserveError } from '../../core/circulation/use-cases/reserve.ts'
import type { TokenRefused } from '../../core/identity/ports.ts'
import type { InvalidCredentials } from '../../core/identity/use-cases/log-in.ts'
import type { RecordError } from '../../core/shared/records.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import type { HttpRefusal } from './refusals.ts'

type Headers = Readonly<Record<string, string>>

export interface Refused {
  readonly status: number
  readonly code: string
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
  | RecordError
  | TokenRefused
  | InvalidCredentials
  | StoreFailure
  | HttpRefusal

type Row<Type extends ApiError['type']> = (error: Extract<ApiError, { readonly type: Type }>) => Refused

const refusal = (
  status: number,
  code: string,
  message: string,
  details: unknown = null,
  headers: Headers = {},
): Refused => ({ status, code, message, details, headers })

/** RFC 6750: a wrong token is named as such, a missing one is not. */
const challenge = (error?: string): Headers => ({
  'WWW-Authenticate': `Bearer realm="library"${error === undefined ? '' : `, error="${error}"`}`,
})

/** The one table: an error without a row does not compile. */
const table: { readonly [Type in ApiError['type']]: Row<Type> } = {
  InvalidInput: ({ faults }) => refusal(400, 'VALIDATION_FAILED', 'The request is not valid', faults),
  UnknownParameter: ({ faults }) =>
    refusal(400, 'UNKNOWN_PARAMETER', 'The query has a parameter that is not known here', faults),
  MalformedJson: ({ message, faults }) =>
    refusal(400, 'MALFORMED_JSON', message, faults.length > 0 ? faults : null),
  MalformedRequest: () => refusal(400, 'MALFORMED_REQUEST', 'The request cannot be read'),

  TokenMissing: () => refusal(401, 'TOKEN_MISSING', 'A bearer token is needed', null, challenge()),
  TokenRefused: ({ reason }) => tokenRows[reason],
  InvalidCredentials: () =>
    refusal(401, 'INVALID_CREDENTIALS', 'The login or the password is wrong', null, challenge()),

  PermissionDenied: ({ permission }) =>
    refusal(403, 'PERMISSION_DENIED', 'This is not for you to do', { permission }),

  RouteNotFound: () => refusal(404, 'ROUTE_NOT_FOUND', 'There is nothing at this address'),
  NotFound: ({ resource, id }) => refusal(404, 'NOT_FOUND', `There is no such ${resource}`, { resource, id }),
  MethodNotAllowed: ({ allow }) =>
    refusal(
      405,
      'METHOD_NOT_ALLOWED',
      'This address does not know the method',
      { allow },
      { Allow: allow.join(', ') },
    ),

  Duplicate: ({ resource, field, candidates }) =>
    refusal(409, 'DUPLICATE', `There is such a ${resource} already`, { resource, field, candidates }),
  DuplicateKey: ({ field }) => refusal(409, 'DUPLICATE', `This ${field} is taken`, { field }),
  HasDependents: ({ resource, id, dependents }) =>
    refusal(409, 'HAS_DEPENDENTS', `Other things depend on this ${resource}`, { resource, id, dependents }),
  Conflict: ({ message, detail }) =>
    refusal(409, 'CONFLICT', message, Object.keys(detail).length > 0 ? detail : null),
  StaleWrite: ({ resource, id }) =>
    refusal(409, 'CONFLICT', 'It was changed by somebody else at the same moment', { resource, id }),
  AlreadyReturned: ({ loanId }) =>
    refusal(409, 'ALREADY_RETURNED', 'The borrowing is returned already', {
      resource: 'borrowing',
      id: loanId,
    }),
  CopyNotAvailable: ({ verdicts }) =>
    refusal(409, 'COPY_NOT_AVAILABLE', 'The copy is not to be had now', verdicts),
  NoCopyAvailable: ({ verdicts }) => refusal(409, 'NO_COPY_AVAILABLE', 'No copy is to be had now', verdicts),

  IdempotencyConflict: () => underWay,

  VersionMismatch: ({ resource, id, version }) =>
    refusal(412, 'VERSION_MISMATCH', 'It was changed since you read it', { resource, id, version }),
  VersionRequired: () =>
    refusal(428, 'VERSION_REQUIRED', 'Say with If-Match which version you mean to change'),

  BodyTooLarge: ({ limit }) =>
    refusal(413, 'BODY_TOO_LARGE', `The body is larger than ${limit} bytes`, { limit }),
  UnsupportedMediaType: ({ message }) =>
    refusal(415, 'UNSUPPORTED_MEDIA_TYPE', message, null, {
      Accept: 'application/json',
      'Accept-Encoding': 'identity',
    }),

  CheckoutRefused: ({ verdicts }) =>
    refusal(422, 'CHECKOUT_REFUSED', 'The rules do not allow this checkout', verdicts),
  RenewalRefused: ({ verdicts }) =>
    refusal(422, 'RENEWAL_REFUSED', 'The rules do not allow this renewal', verdicts),
  ReservationRefused: ({ verdicts }) =>
    refusal(422, 'RESERVATION_REFUSED', 'The rules do not allow this reservation', verdicts),
  ReturnRefused: ({ verdicts }) =>
    refusal(422, 'RETURN_REFUSED', 'The rules do not allow this return', verdicts),
  PaymentRefused: ({ verdicts }) =>
    refusal(422, 'PAYMENT_REFUSED', 'This cannot be paid on the fine', verdicts),
  WaiverRefused: ({ verdicts }) => refusal(422, 'WAIVER_REFUSED', 'This cannot be waived', verdicts),
  RefundRefused: ({ verdicts }) => refusal(422, 'REFUND_REFUSED', 'This cannot be refunded', verdicts),

  IdempotencyKeyReused: () =>
    refusal(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was given to another request'),

  BorrowRateExceeded: ({ limit, retryAfterSeconds }) =>
    refusal(
      429,
      'RATE_LIMITED',
      'Too many checkouts within an hour',
      { limit, retry_after: retryAfterSeconds },
      {
        'Retry-After': String(retryAfterSeconds),
      },
    ),

  Bug: ({ requestId }) =>
    refusal(500, 'INTERNAL_ERROR', 'Something went wrong on our side', { request_id: requestId }),
  StoreFailure: ({ reason }) => storeRows[reason],
}

const tokenRows: Readonly<Record<TokenRefused['reason'], Refused>> = {
  malformed: refusal(401, 'TOKEN_MALFORMED', 'The token cannot be read', null, challenge('invalid_token')),
  expired: refusal(401, 'TOKEN_EXPIRED', 'The token has run out', null, challenge('invalid_token')),
  revoked: refusal(401, 'TOKEN_REVOKED', 'The token is good no more', null, challenge('invalid_token')),
}

const underWay = refusal(
  409,
  'IDEMPOTENCY_CONFLICT',
  'The request with this Idempotency-Key is still under way',
  null,
  { 'Retry-After': '1' },
)

const unavailable = (seconds: number): Refused =>
  refusal(503, 'SERVICE_UNAVAILABLE', 'The library cannot answer just now', null, {
    'Retry-After': String(seconds),
  })

const storeRows: Readonly<Record<StoreFailure['reason'], Refused>> = {
  busy: unavailable(1),
  unavailable: unavailable(5),
  overtaken: underWay,
  reference_gone: refusal(409, 'CONFLICT', 'What it refers to was deleted at the same moment'),
}

export const refused = (error: ApiError): Refused =>
  (table[error.type] as (error: ApiError) => Refused)(error)
