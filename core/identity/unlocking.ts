/** AUT-7: what was counted against an account is forgotten, at the login and in its sessions, and the locks with it. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { Act } from './actor.ts'
import type { AuditStores } from './audit.ts'
import { unlockedEntry } from './lockout-audit.ts'
import type { WhyUnlocked } from './lockout-audit.ts'
import type { LockoutStores } from './lockout-ports.ts'
import { countersOfMember } from './lockout.ts'

/** Where nothing was wrong nothing is done, nor told. */
export const unlocked = (
  { loginFailures, audit }: LockoutStores & AuditStores,
  act: Act,
  memberId: MemberId,
  reason: WhyUnlocked,
): TaskEither<never, void> =>
  pipe(
    countersOfMember(memberId),
    TE.traverseSeqArray(counter =>
      pipe(
        loginFailures.ofAccount(counter),
        TE.tap(() => loginFailures.saveAccount(counter, null)),
        TE.flatMap(known =>
          known === null ? TE.right(undefined) : audit.record(act, unlockedEntry(memberId, known, reason)),
        ),
      ),
    ),
    TE.map(() => undefined),
  )
