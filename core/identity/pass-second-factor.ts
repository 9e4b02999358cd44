/** AUT-4: has he his second factor with him? Asked at the login, and before it is changed. */
import type { Clock } from '../shared/clock.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Conflict } from '../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../shared/unit-of-work.ts'
import type { Act } from './actor.ts'
import type { AuditStores } from './audit.ts'
import type { Account } from './ports.ts'
import { isUnused, mfaInvalid, mfaRequired, noneInForce, typedCode } from './second-factor.ts'
import type { MfaInvalid, MfaRequired, SecondFactor } from './second-factor.ts'
import { tellCodeUsed } from './second-factor-audit.ts'
import type { SecondFactorStores, SecondFactorTools } from './second-factor-ports.ts'

/** What his secret is sealed for. */
export const belonging = (memberId: MemberId) => ({ memberId, purpose: 'second factor' })

export interface PassSecondFactorDeps {
  readonly work: UnitOfWork<SecondFactorStores & AuditStores>
  readonly secondFactor: SecondFactorTools
  /** Real time. */
  readonly clock: Clock
}

export interface PassSecondFactor {
  /** Whose password was right. */
  readonly account: Account
  readonly act: Act
  /** As he typed it; null: he sent none. */
  readonly otp: string | null
}

/** Who has none in force is not asked for it, whatever he sent. @returns since when the one that he showed is in force; null: none is */
export const passSecondFactor =
  ({ work, secondFactor: tools, clock }: PassSecondFactorDeps) =>
  ({
    account: { memberId, role, branchId, secondFactor },
    act,
    otp,
  }: PassSecondFactor): TaskEither<MfaRequired | MfaInvalid | StoreFailure, Instant | null> => {
    if (!secondFactor) return TE.right(null)
    if (otp === null) return TE.left(mfaRequired)
    /** Nobody acted when the request came; from here on it is he. */
    const his: Act = { ...act, actor: { kind: 'member', memberId, role, branchId } }
    return pipe(
      showSecondFactor({ work, secondFactor: tools, clock })({ memberId, act: his, otp }),
      // Taken off since his password was looked at: nothing is asked for.
      TE.orElse((refused): TaskEither<MfaInvalid | StoreFailure, Instant | null> =>
        refused.type === 'Conflict' ? TE.right(null) : TE.left(refused),
      ),
    )
  }

export interface ShowSecondFactor {
  readonly memberId: MemberId
  readonly act: Act
  readonly otp: string
}

/** @returns since when the one that he showed is in force, by which it is known again; `Conflict` where none is: nothing was shown */
export const showSecondFactor =
  ({ work, secondFactor: tools, clock }: PassSecondFactorDeps) =>
  ({ memberId, act, otp }: ShowSecondFactor): TaskEither<MfaInvalid | Conflict | StoreFailure, Instant> =>
    work.run(stores =>
      pipe(
        stores.secondFactors.get(memberId),
        TE.flatMap((factor): TaskEither<MfaInvalid | Conflict, Instant> => {
          const since = factor?.confirmedAt ?? null
          return factor === null || since === null
            ? TE.left(noneInForce)
            : pipe(
                shown({ tools, stores, act, now: clock.now() }, factor, otp),
                TE.map(() => since),
              )
        }),
      ),
    )

interface Showing {
  readonly tools: SecondFactorTools
  readonly stores: SecondFactorStores & AuditStores
  readonly act: Act
  readonly now: Instant
}

/** A code of the app or a recovery code; what is taken is good no more. */
const shown = (
  { tools, stores, act, now }: Showing,
  factor: SecondFactor,
  otp: string,
): TaskEither<MfaInvalid, void> => {
  const { secondFactors } = stores
  const { memberId } = factor
  const typed = typedCode(otp)
  if (/^\d{6}$/.test(typed)) {
    const taken = withCode(tools, factor, typed, now)
    return taken === null ? TE.left(mfaInvalid) : secondFactors.save(taken)
  }
  return pipe(
    secondFactors.spendCode(memberId, tools.recovery.hashesOf(memberId, typed)),
    TE.flatMap((spent): TaskEither<MfaInvalid, number> =>
      spent ? secondFactors.codesLeft(memberId) : TE.left(mfaInvalid),
    ),
    TE.flatMap(left => tellCodeUsed(stores, act, memberId, left, now)),
  )
}

/**
 * The factor with this code taken; null where it is none, or was used before. The secret is sealed anew each time, so that a key
 * that was changed goes out of use.
 */
export const withCode = (
  { encryption, codes }: SecondFactorTools,
  factor: SecondFactor,
  code: string,
  now: Instant,
): SecondFactor | null => {
  const his = belonging(factor.memberId)
  const secret = encryption.open(factor.sealedSecret, his)
  const step = codes.stepOf(secret, typedCode(code), now)
  return step === null || !isUnused(factor, step)
    ? null
    : { ...factor, sealedSecret: encryption.seal(secret, his), lastStep: step }
}
