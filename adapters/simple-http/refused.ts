/** How every error is answered: one table, with a row for each. */
import type { HomecomingError } from '../../core/circulation/homecoming.ts'
import type { CheckOutError } from '../../core/circulation/use-cases/check-out.ts'
import type { PutOnShelfError } from '../../core/circulation/use-cases/put-on-shelf.ts'
import type { RegisterMemberError } from '../../core/members/use-cases/register-member.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'

/** How the edge itself says no, before any use case was asked. */
export type BodyRefusal =
  | { readonly type: 'BodyTooLarge'; readonly limit: number }
  | { readonly type: 'UnsupportedMediaType'; readonly message: string }
  | { readonly type: 'MalformedJson' }
  /** It was cut off. */
  | { readonly type: 'MalformedRequest' }

/** Every Left of the use cases behind the simple API, and the edge's own. */
export type SimpleError =
  PutOnShelfError | RegisterMemberError | CheckOutError | HomecomingError | StoreFailure | BodyRefusal

export interface Refused {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly details: unknown
  readonly headers: Readonly<Record<string, string>>
}

type Row<Type extends SimpleError['type']> = (error: Extract<SimpleError, { readonly type: Type }>) => Refused

const refusal = (
  status: number,
  code: string,
  message: string,
  details: unknown = null,
  headers: Refused['headers'] = {},
): Refused => ({ status, code, message, details, headers })

const tooOften =
  (message: string) =>
  ({ limit, retryAfterSeconds }: { readonly limit: number; readonly retryAfterSeconds: number }): Refused =>
    refusal(
      429,
      'RATE_LIMITED',
      message,
      { limit, retry_after: retryAfterSeconds },
      { 'Retry-After': String(retryAfterSeconds) },
    )

/** The one table: an error without a row does not compile. The codes are those of the API. */
const table: { readonly [Type in SimpleError['type']]: Row<Type> } = {
  InvalidInput: ({ faults }) => refusal(400, 'VALIDATION_FAILED', 'The request is not valid', faults),
  MalformedJson: () => refusal(400, 'MALFORMED_JSON', 'The body is not a JSON object'),
  MalformedRequest: () => refusal(400, 'MALFORMED_REQUEST', 'The request cannot be read'),

  PermissionDenied: ({ permission }) =>
    refusal(403, 'PERMISSION_DENIED', 'This is not for you to do', { permission }),

  NotFound: ({ resource, id }) => refusal(404, 'NOT_FOUND', `There is no such ${resource}`, { resource, id }),

  DuplicateKey: ({ field }) => refusal(409, 'DUPLICATE', `This ${field} is taken`, { field }),
  Conflict: ({ message, detail }) =>
    refusal(409, 'CONFLICT', message, Object.keys(detail).length > 0 ? detail : null),
  StaleWrite: ({ resource, id }) =>
    refusal(409, 'CONFLICT', 'It was changed by somebody else at the same moment', { resource, id }),
  AlreadyReturned: ({ loanId }) =>
    refusal(409, 'ALREADY_RETURNED', 'The book is returned already', { resource: 'borrowing', id: loanId }),
  CopyNotAvailable: ({ verdicts }) =>
    refusal(409, 'COPY_NOT_AVAILABLE', 'The book is not to be had now', verdicts),
  NoCopyAvailable: ({ verdicts }) =>
    refusal(409, 'NO_COPY_AVAILABLE', 'The book is not to be had now', verdicts),

  VersionMismatch: ({ resource, id, version }) =>
    refusal(412, 'VERSION_MISMATCH', 'It was changed since it was read', { resource, id, version }),

  BodyTooLarge: ({ limit }) =>
    refusal(413, 'BODY_TOO_LARGE', `The body is larger than ${String(limit)} bytes`, { limit }),
  UnsupportedMediaType: ({ message }) =>
    refusal(415, 'UNSUPPORTED_MEDIA_TYPE', message, null, { Accept: 'application/json' }),

  CheckoutRefused: ({ verdicts }) =>
    refusal(422, 'CHECKOUT_REFUSED', 'The rules do not allow this checkout', verdicts),
  ReturnRefused: ({ verdicts }) =>
    refusal(422, 'RETURN_REFUSED', 'The rules do not allow this return', verdicts),

  BorrowRateExceeded: tooOften('Too many checkouts within an hour'),

  TooManyUses: tooOften('Too much was asked for from your address'),

  StoreFailure: ({ reason }) => storeRows[reason],
}

const unavailable = (seconds: number): Refused =>
  refusal(503, 'SERVICE_UNAVAILABLE', 'The library cannot answer just now', null, {
    'Retry-After': String(seconds),
  })

const storeRows: Readonly<Record<StoreFailure['reason'], Refused>> = {
  busy: unavailable(1),
  unavailable: unavailable(5),
  reference_gone: refusal(409, 'CONFLICT', 'What it refers to was deleted at the same moment'),
  overtaken: refusal(409, 'IDEMPOTENCY_CONFLICT', 'The same request is under way', null, {
    'Retry-After': '1',
  }),
}

export const refused = (error: SimpleError): Refused =>
  (table[error.type] as (error: SimpleError) => Refused)(error)
