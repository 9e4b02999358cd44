/** What paying, waiving and refunding share: the locks, the saving, and the row of the audit. */
import { memberOf } from '../identity/actor.ts'
import type { Act } from '../identity/actor.ts'
import type { AuditFacts } from '../identity/audit.ts'
import { permitted } from '../identity/permissions.ts'
import type { Permission } from '../identity/permissions.ts'
import type { Clock } from '../shared/clock.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { Either, TaskEither } from '../shared/fp.ts'
import type { FineId, Ids } from '../shared/id.ts'
import { instant } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import type { NotFound, PermissionDenied } from '../shared/refusal.ts'
import type { StaleWrite, StoreFailure, UnitOfWork } from '../shared/unit-of-work.ts'
import { asExpected } from '../shared/versions.ts'
import type { VersionMismatch } from '../shared/versions.ts'
import { balanceOf, paidOf, statusOf, waivedOf } from './fine.ts'
import type { Fine } from './fine.ts'
import type { Moved, Mover } from './fine-moves.ts'
import type { AccountStores } from './ports.ts'

export interface MoveMoneyDeps {
  readonly work: UnitOfWork<AccountStores>
  readonly clock: Clock
  readonly ids: Ids
}

export type MoveMoneyError = NotFound | PermissionDenied | VersionMismatch | StaleWrite | StoreFailure

export interface MoneyMove<Refusal> {
  readonly act: Act
  readonly fineId: FineId
  readonly permission: Permission
  /** As the audit names it. */
  readonly action: `fine.${string}`
  /** What the audit tells beside the amount and how the fine stood and stands. */
  readonly told: AuditFacts
  readonly move: (fine: Fine, by: Mover) => Either<Refusal, Moved>
}

/**
 * It lies where the fine's loan was lent: a branch manager moves no money of other branches, nor of a fine without a loan.
 * Locks the member before the fine: whoever reads or changes what he owes waits for his row.
 */
export const moveMoney = <Refusal>(
  { work, clock }: Pick<MoveMoneyDeps, 'work' | 'clock'>,
  { act, fineId, permission, action, told, move }: MoneyMove<Refusal>,
): TaskEither<MoveMoneyError | Refusal, Fine> =>
  work.run(({ members, fines, audit }) =>
    pipe(
      TE.Do,
      TE.bindW('keys', () => fines.locate(fineId)),
      TE.tap(({ keys: { branchId } }) => TE.fromEither(permitted(act.actor, permission, { branchId }))),
      TE.tap(({ keys }) => members.get(keys.memberId)),
      TE.bindW('fine', () => fines.get(fineId)),
      TE.tap(({ fine }) => TE.fromEither(asExpected(act, 'fine', fine))),
      TE.let('at', ({ fine }) => momentAfter(fine, clock.now())),
      TE.bindW('moved', ({ fine, at }) => TE.fromEither(move(fine, { at, actorId: memberOf(act.actor) }))),
      TE.bindW('saved', ({ moved }) => fines.save(moved, act)),
      TE.tap(({ fine, at, moved, saved }) =>
        audit.record(act, {
          action,
          target: { type: 'fine', id: fineId },
          at,
          before: standing(fine),
          after: { ...standing(saved), amount: moved.amount, ...told },
        }),
      ),
      TE.map(({ saved }) => saved),
    ),
  )

/**
 * Who waited for the fine's row, or whose clock is slow, is not before those he waited for: the ledger is read in the order of time, and
 * which payment was the last must be the same to everybody.
 */
const momentAfter = ({ entries }: Fine, now: Instant): Instant =>
  instant(Math.max(now, ...entries.map(({ at }) => at)))

const standing = (fine: Fine): AuditFacts => ({
  status: statusOf(fine),
  paid: paidOf(fine),
  waived: waivedOf(fine),
  balance: balanceOf(fine),
})
