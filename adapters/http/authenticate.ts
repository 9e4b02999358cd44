/** Who calls: nobody in particular, or the member whose token came along. */
import { anonymous } from '../../core/identity/actor.ts'
import type { Actor } from '../../core/identity/actor.ts'
import { reach } from '../../core/identity/permissions.ts'
import type { Permission } from '../../core/identity/permissions.ts'
import type { Authenticated } from '../../core/identity/use-cases/authenticate.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import type { PermissionDenied } from '../../core/shared/refusal.ts'
import type { ApiError } from './answer.ts'
import type { IdentityDeps } from './deps.ts'
import { tokenMissing } from './refusals.ts'
import type { TokenMissing } from './refusals.ts'

/** A token that came along must be good, even where none is needed: its sender believes to be somebody. */
export const sessionOf = (
  authenticate: IdentityDeps['authenticate'],
  authorization: string,
): TaskEither<ApiError, Authenticated | null> => {
  if (authorization === '') return TE.right(null)
  const token = /^bearer +([^\s]+)$/i.exec(authorization.trim())?.[1]
  return token === undefined ? TE.left({ type: 'TokenRefused', reason: 'malformed' }) : authenticate(token)
}

export const actorOf = (session: Authenticated | null): Actor => session?.actor ?? anonymous

/** The route's own permission: whether the caller's role reaches at all. How far is for the use case to ask. */
export const admitted = (
  actor: Actor,
  permission: Permission,
): Either<TokenMissing | PermissionDenied, void> =>
  reach(actor, permission) !== null
    ? E.right(undefined)
    : E.left(actor.kind === 'anonymous' ? tokenMissing : { type: 'PermissionDenied', permission })

/** For routes that only somebody who logged in is admitted to. */
export const signedIn = ({
  session,
}: {
  readonly session: Authenticated | null
}): TaskEither<TokenMissing, Authenticated> => (session === null ? TE.left(tokenMissing) : TE.right(session))
