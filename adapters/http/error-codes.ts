/** Every code of an error the API may answer: its status, and what it means to a client. Codes never change their meaning. */

interface Meaning {
  readonly status: number
  readonly meaning: string
}

const code = (status: number, meaning: string): Meaning => ({ status, meaning })

export const errorCodes = {
  VALIDATION_FAILED: code(400, 'Fields or parameters are not valid; details name each of them, and why.'),
  UNKNOWN_PARAMETER: code(400, 'The query has a parameter that is not known here; details name it.'),
  MALFORMED_JSON: code(400, 'The body is not JSON in UTF-8, or names a field twice.'),
  MALFORMED_REQUEST: code(400, 'The request cannot be read: its target, its headers, or a body cut off.'),

  TOKEN_MISSING: code(401, 'A bearer token or an API key is needed, and none was sent.'),
  TOKEN_MALFORMED: code(401, 'The token cannot be read or was not made here.'),
  TOKEN_EXPIRED: code(401, 'The token has run out; change the refresh token for a new one.'),
  TOKEN_REVOKED: code(401, 'The session of the token has ended, or the refresh token is spent; log in anew.'),
  INVALID_CREDENTIALS: code(
    401,
    'The login or the password is wrong, the API key is not good, or the login was too long ago for this.',
  ),
  MFA_REQUIRED: code(401, 'The password is right; a code of the second factor is needed beside it, as otp.'),
  MFA_INVALID: code(401, 'The code of the second factor is wrong, or was used before.'),

  PERMISSION_DENIED: code(
    403,
    'Whoever asks may not do this, or not to this thing; details name the permission.',
  ),
  EMAIL_NOT_VERIFIED: code(
    403,
    'Whoever registered himself shows first, with the token of a mail, that the e-mail address is his.',
  ),
  MFA_ENROLMENT_REQUIRED: code(
    403,
    'Staff without a second factor may do nothing but enrol one, at /auth/mfa/enrol.',
  ),
  ADDRESS_NOT_ALLOWED: code(403, 'Administrative functions may not be used from the address of the caller.'),

  NOT_FOUND: code(404, 'What the path or the body names is not there; details say what.'),
  ROUTE_NOT_FOUND: code(404, 'There is nothing at this address.'),

  METHOD_NOT_ALLOWED: code(
    405,
    'The address does not know the method; the header Allow names those it knows.',
  ),

  REQUEST_TIMEOUT: code(408, 'The request did not arrive in time; the connection is closed.'),

  DUPLICATE: code(409, 'There is such a thing already; details name the field it collides in.'),
  CONFLICT: code(
    409,
    'The present state of the thing does not allow it, or somebody else changed it just now.',
  ),
  HAS_DEPENDENTS: code(409, 'Other things depend on it and must go first; details count them.'),
  ALREADY_RETURNED: code(409, 'The borrowing is returned already.'),
  COPY_NOT_AVAILABLE: code(409, 'The copy is on loan, kept for another or away.'),
  NO_COPY_AVAILABLE: code(409, 'No copy of the title can be had now.'),
  IDEMPOTENCY_CONFLICT: code(
    409,
    'The first request with this Idempotency-Key is still under way; try again later.',
  ),

  VERSION_MISMATCH: code(
    412,
    'The thing was changed since the version that If-Match names; details hold the present one.',
  ),
  BODY_TOO_LARGE: code(413, 'The body is larger than the limit in details.'),
  UNSUPPORTED_MEDIA_TYPE: code(415, 'Bodies are JSON in UTF-8, uncompressed.'),

  CHECKOUT_REFUSED: code(422, 'The rules do not allow the checkout; details list every rule that failed.'),
  RENEWAL_REFUSED: code(422, 'The rules do not allow the renewal; details list every rule that failed.'),
  RESERVATION_REFUSED: code(
    422,
    'The rules do not allow the reservation; details list every rule that failed.',
  ),
  RETURN_REFUSED: code(422, 'The rules do not allow the return; details list every rule that failed.'),
  PAYMENT_REFUSED: code(422, 'More than is owed, or nothing is; details tell the amounts.'),
  WAIVER_REFUSED: code(422, 'More than is owed, or nothing is; details tell the amounts.'),
  REFUND_REFUSED: code(422, 'More than was paid, or nothing was; details tell the amounts.'),
  IDEMPOTENCY_KEY_REUSED: code(422, 'The Idempotency-Key was given to another request before.'),

  ACCOUNT_LOCKED: code(
    423,
    'The password is right, but there were too many wrong ones; Retry-After tells in how many seconds it may be tried again.',
  ),

  VERSION_REQUIRED: code(428, 'A change of this thing must say with If-Match which version it is meant for.'),
  RATE_LIMITED: code(
    429,
    'Too often in too short a time; Retry-After tells in how many seconds it may be tried again.',
  ),
  HEADERS_TOO_LARGE: code(431, 'The headers are too large; the connection is closed.'),

  INTERNAL_ERROR: code(500, 'A bug on our side; the request id finds it in the log.'),
  SERVICE_UNAVAILABLE: code(503, 'The library cannot answer just now; try again after Retry-After seconds.'),
} as const satisfies Readonly<Record<string, Meaning>>

export type ErrorCode = keyof typeof errorCodes
