/** AUT-7: a member has another password: whoever is in with the old one is out, and he is told. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Act } from './actor.ts'
import type { AuditStores } from './audit.ts'
import { passwordChanged } from './events.ts'
import { passwordSet } from './password-audit.ts'
import type { PasswordStores } from './password-ports.ts'
import type { IdentityStores } from './ports.ts'
import { endSessions } from './session-audit.ts'

export interface NewPassword {
  readonly memberId: MemberId
  readonly hash: string
  readonly by: 'password' | 'mail'
  /** Library time. */
  readonly at: Instant
  /** Real time. */
  readonly now: Instant
}

/**
 * All of his sessions end, the one he asks with too: a token from before is good nowhere. Mails that would set a password are good no
 * more either. His member is locked.
 */
export const setNewPassword = (
  stores: PasswordStores & IdentityStores & AuditStores,
  act: Act,
  { memberId, hash, by, at, now }: NewPassword,
): TaskEither<never, void> =>
  pipe(
    stores.passwordHolders.setPassword(memberId, hash, [passwordChanged(memberId, by, at)], act),
    TE.tap(() => stores.accountTokens.spendAll(memberId, 'reset_password', now)),
    TE.tap(() => endSessions(stores, act, { memberId, only: null }, 'new_password', now)),
    TE.tap(() => stores.audit.record(act, passwordSet(memberId, by))),
  )
