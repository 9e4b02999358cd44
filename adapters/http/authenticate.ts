/** Who calls: nobody in particular, the member whose token came along, or the system whose key did. */
import { anonymous } from '../../core/identity/actor.ts'
import type { Actor } from '../../core/identity/actor.ts'
import { isAdministrative, reach, waitsForEnrolment } from '../../core/identity/permissions.ts'
import type { Permission } from '../../core/identity/permissions.ts'
import type { Authenticated } from '../../core/identity/use-cases/authenticate.ts'
import type { KeyHolder } from '../../core/identity/use-cases/authenticate-key.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import { invalidInput } from '../../core/shared/refusal.ts'
import type { PermissionDenied } from '../../core/shared/refusal.ts'
import type { Within } from './addresses.ts'
import type { ApiError } from './answer.ts'
import type { ApiKeyDeps, IdentityDeps } from './deps.ts'
import { tokenMissing } from './refusals.ts'
import type { AddressNotAllowed, MfaEnrolmentRequired, TokenMissing } from './refusals.ts'

/** A token that came along must be good, even where none is needed: its sender believes to be somebody. */
const sessionOf = (
  authenticate: IdentityDeps['authenticate'],
  authorization: string,
): TaskEither<ApiError, Authenticated | null> => {
  if (authorization === '') return TE.right(null)
  const token = /^bearer +([^\s]+)$/i.exec(authorization.trim())?.[1]
  return token === undefined ? TE.left({ type: 'TokenRefused', reason: 'malformed' }) : authenticate(token)
}

/** At most one of the two is there. */
export interface Calling {
  readonly session: Authenticated | null
  readonly key: KeyHolder | null
}

export const nobody: Calling = { session: null, key: null }

/** Two that say who one is may say different things: neither is believed. */
export const callingBy = (
  { authenticate }: Pick<IdentityDeps, 'authenticate'>,
  { authenticateKey }: Pick<ApiKeyDeps, 'authenticateKey'>,
  { authorization, apiKey }: { readonly authorization: string; readonly apiKey: string },
): TaskEither<ApiError, Calling> => {
  if (apiKey === '') {
    return pipe(
      sessionOf(authenticate, authorization),
      TE.map(session => ({ session, key: null })),
    )
  }
  return authorization === ''
    ? pipe(
        authenticateKey(apiKey),
        TE.map(key => ({ session: null, key })),
      )
    : TE.left(invalidInput('X-API-Key', 'EXCLUSIVE', 'Only one of Authorization and X-API-Key may be given'))
}

export const actorOf = ({ session, key }: Calling): Actor => (session ?? key)?.actor ?? anonymous

/** The route's own permission: whether the caller's role reaches at all. How far is for the use case to ask. */
export const admitted = (
  actor: Actor,
  permission: Permission,
): Either<TokenMissing | MfaEnrolmentRequired | PermissionDenied, void> => {
  if (waitsForEnrolment(actor, permission)) return E.left({ type: 'MfaEnrolmentRequired' })
  return reach(actor, permission) !== null
    ? E.right(undefined)
    : E.left(actor.kind === 'anonymous' ? tokenMissing : { type: 'PermissionDenied', permission })
}

/** AUT-8: what only the administrator may is done from his addresses, whoever does it. */
export const calledFrom = (
  address: string,
  permission: Permission,
  administrative: Within,
): Either<AddressNotAllowed, void> =>
  isAdministrative(permission) && !administrative(address)
    ? E.left({ type: 'AddressNotAllowed', permission })
    : E.right(undefined)

/** What of it is administrative counts from his addresses alone, inside of the use cases too. */
export const actingFrom = (actor: Actor, address: string, administrative: Within): Actor =>
  (actor.kind === 'member' || actor.kind === 'api_key') && !administrative(address)
    ? { ...actor, away: true }
    : actor

/** For routes that only somebody who logged in is admitted to. */
export const signedIn = ({
  session,
}: {
  readonly session: Authenticated | null
}): TaskEither<TokenMissing, Authenticated> => (session === null ? TE.left(tokenMissing) : TE.right(session))
