/** AUT-2: a session ends, or all of a member's. */
import type { Clock } from '../../shared/clock.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId, SessionId } from '../../shared/id.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { IdentityStores } from '../ports.ts'

export interface LogOut {
  readonly sessionId: SessionId
  readonly memberId: MemberId
  /** Every session of the member, not only this one. */
  readonly all: boolean
}

export interface LogOutDeps {
  readonly work: UnitOfWork<IdentityStores>
  /** Real time. */
  readonly clock: Clock
}

export const logOut =
  ({ work, clock }: LogOutDeps) =>
  ({ sessionId, memberId, all }: LogOut): TaskEither<StoreFailure, void> =>
    work.run(({ sessions }) => sessions.end(all ? { memberId } : { sessionId }, clock.now()))
