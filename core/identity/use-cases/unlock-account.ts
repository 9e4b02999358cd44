/** AUT-7: the staff let somebody try again at once. */
import { E, pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { positionOf } from '../account.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import type { LockoutStores } from '../lockout-ports.ts'
import { mayAppoint, permitted } from '../permissions.ts'
import type { IdentityQueries } from '../ports.ts'
import { unlocked } from '../unlocking.ts'

export interface UnlockAccount {
  readonly act: Act
  readonly memberId: MemberId
}

export interface UnlockAccountDeps {
  readonly work: UnitOfWork<LockoutStores & AuditStores>
  readonly queries: Pick<IdentityQueries, 'account'>
}

/** Whoever has a desk is unlocked by those who give desks: a lock on a colleague is not lifted from beside him. */
export const unlockAccount =
  ({ work, queries }: UnlockAccountDeps) =>
  ({ act, memberId }: UnlockAccount): TaskEither<NotFound | PermissionDenied | StoreFailure, void> =>
    pipe(
      queries.account(memberId),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'member:unlock', { memberId }))),
      TE.tap(account =>
        account.role === 'user'
          ? TE.right(undefined)
          : TE.fromEither(
              pipe(
                permitted(act.actor, 'staff:write'),
                E.flatMap(() => mayAppoint(act.actor, [positionOf(account)])),
              ),
            ),
      ),
      TE.flatMap(() => work.run(stores => unlocked(stores, act, memberId, 'by_staff'))),
    )
