/** AUT-2: a session ends, or all of a member's. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId, SessionId } from '../../shared/id.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import type { IdentityStores } from '../ports.ts'
import { endSessions } from '../session-audit.ts'

export interface LogOut {
  readonly act: Act
  readonly sessionId: SessionId
  readonly memberId: MemberId
  /** Every session of the member, not only this one. */
  readonly all: boolean
}

export interface LogOutDeps {
  readonly work: UnitOfWork<IdentityStores & AuditStores>
  /** Real time. */
  readonly clock: Clock
}

export const logOut =
  ({ work, clock }: LogOutDeps) =>
  ({ act, sessionId, memberId, all }: LogOut): TaskEither<StoreFailure, void> =>
    pipe(
      work.run(stores =>
        all
          ? endSessions(stores, act, { memberId, only: null }, 'logout_of_all', clock.now())
          : endSessions(stores, act, { memberId, only: sessionId }, 'logout', clock.now()),
      ),
      TE.map(() => undefined),
    )
