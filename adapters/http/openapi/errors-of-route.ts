/** What a route may refuse with: by its form, and by what it declares. */
import { verifiedFor } from '../../../core/identity/pending.ts'
import { E } from '../../../core/shared/fp.ts'
import { grantsOf, isAdministrative, isBeforeEnrolment } from '../../../core/identity/permissions.ts'
import { errorKinds } from '../answer.ts'
import type { ApiError, ErrorKind } from '../answer.ts'
import type { Route } from '../routes.ts'

/** Everybody is admitted; whether he may do this to this thing is another question. */
export const isOpen = ({ permission }: Route): boolean => grantsOf(permission).anonymous === 'any'

/** Whoever starts a session has none: see endpoint.ts. */
export const looksAtToken = ({ permission }: Route): boolean => permission !== 'session:start'

const takesParameters = ({ documentation }: Route): boolean =>
  Object.keys(documentation.query.schema['properties'] as object).length > 0

const isKeyed = ({ repeatable }: Route): boolean => repeatable !== 'freely'

const always = () => true
const withBody = ({ takesBody }: Route) => takesBody

const derived: Readonly<Partial<Record<ApiError['type'], (route: Route) => boolean>>> = {
  UnknownParameter: always,
  // A token and a key together are taken for neither.
  InvalidInput: route => looksAtToken(route) || route.takesBody || takesParameters(route) || isKeyed(route),
  MalformedJson: withBody,
  MalformedRequest: withBody,
  BodyTooLarge: withBody,
  UnsupportedMediaType: withBody,
  TokenMissing: route => !isOpen(route),
  TokenRefused: looksAtToken,
  ApiKeyRefused: looksAtToken,
  MfaEnrolmentRequired: route => looksAtToken(route) && !isBeforeEnrolment(route.permission),
  // A key is denied what it was not given, were it open to everybody else.
  PermissionDenied: looksAtToken,
  // Asked of one who logged in, of what not everybody may.
  EmailNotVerified: ({ permission }) => E.isLeft(verifiedFor({ status: 'pending' }, permission)),
  AddressNotAllowed: ({ permission }) => isAdministrative(permission),
  NotFound: ({ documentation }) => documentation.names !== null,
  VersionMismatch: ({ documentation }) => documentation.conditional,
  VersionRequired: ({ documentation }) => documentation.versionRequired,
  IdempotencyConflict: isKeyed,
  IdempotencyKeyReused: isKeyed,
  StoreFailure: always,
  Bug: always,
}

/** A store that is away is so for all; that something is gone, or was overtaken, is met by who writes. */
const canCome = (route: Route, { example }: ErrorKind): boolean => {
  if (example.type !== 'StoreFailure') return true
  if (example.reason === 'overtaken') return isKeyed(route)
  return example.reason === 'reference_gone' ? route.method !== 'GET' : true
}

export const errorsOf = (route: Route): readonly ErrorKind[] =>
  errorKinds.filter(
    kind =>
      (derived[kind.type]?.(route) === true || route.documentation.errors.includes(kind.type)) &&
      canCome(route, kind),
  )
