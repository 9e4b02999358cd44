/** What somebody may do who registered himself and has not shown yet that he reads his e-mail. */
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import { grantsOf } from './permissions.ts'
import type { Permission } from './permissions.ts'

export interface EmailNotVerified {
  readonly type: 'EmailNotVerified'
}

/**
 * Beside what everybody may: he is himself, stays in and gets out, sees what is known of him and gets at his password. That he may not
 * borrow yet the rules of the checkout tell him, with all else that is in the way.
 */
const openToPending: ReadonlySet<Permission> = new Set<Permission>([
  'session:own',
  'member:read',
  'member:reset-password',
  'loan:create',
])

export const verifiedFor = (
  account: { readonly status: string } | null,
  permission: Permission,
): Either<EmailNotVerified, void> =>
  account?.status !== 'pending' || openToPending.has(permission) || grantsOf(permission).anonymous === 'any'
    ? E.right(undefined)
    : E.left({ type: 'EmailNotVerified' })
