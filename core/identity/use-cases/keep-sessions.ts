/** AUT-2: a member sees the sessions that he has open, and ends one of them; an administrator ends all of another. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId, SessionId } from '../../shared/id.ts'
import { notFound } from '../../shared/refusal.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { permitted } from '../permissions.ts'
import type { IdentityQueries, IdentityStores } from '../ports.ts'
import { endSessions } from '../session-audit.ts'
import type { Session } from '../session.ts'

export interface ListSessionsDeps {
  readonly queries: Pick<IdentityQueries, 'sessionsOf'>
  /** Real time. */
  readonly clock: Clock
}

export const listSessions =
  ({ queries, clock }: ListSessionsDeps) =>
  (memberId: MemberId): TaskEither<StoreFailure, readonly Session[]> =>
    queries.sessionsOf(memberId, clock.now())

export interface EndSession {
  readonly act: Act
  readonly memberId: MemberId
  readonly sessionId: SessionId
}

export interface EndSessionDeps {
  readonly work: UnitOfWork<IdentityStores & AuditStores>
  /** Real time. */
  readonly clock: Clock
}

/** That of another is not there for him, nor is one that has ended. */
export const endSession =
  ({ work, clock }: EndSessionDeps) =>
  ({ act, memberId, sessionId }: EndSession): TaskEither<NotFound | StoreFailure, void> =>
    work.run(stores =>
      pipe(
        endSessions(stores, act, { memberId, only: sessionId }, 'by_hand', clock.now()),
        TE.flatMap(({ length }) =>
          length === 0 ? TE.left(notFound('session', sessionId)) : TE.right(undefined),
        ),
      ),
    )

export interface EndSessionsOf {
  readonly act: Act
  readonly memberId: MemberId
}

export interface EndSessionsOfDeps extends EndSessionDeps {
  readonly queries: Pick<IdentityQueries, 'account'>
}

/** He may log in again at once: whoever is to stay outside is deactivated (ASVS V7.4.5). */
export const endSessionsOf =
  ({ work, queries, clock }: EndSessionsOfDeps) =>
  ({ act, memberId }: EndSessionsOf): TaskEither<NotFound | PermissionDenied | StoreFailure, void> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'session:end')),
      TE.flatMap((): TaskEither<NotFound | StoreFailure, unknown> => queries.account(memberId)),
      TE.flatMap((): TaskEither<StoreFailure, unknown> =>
        work.run(stores => endSessions(stores, act, { memberId, only: null }, 'by_hand', clock.now())),
      ),
      TE.map(() => undefined),
    )
