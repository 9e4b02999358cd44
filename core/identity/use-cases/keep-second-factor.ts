/** AUT-4: a member enrols a second factor, has new recovery codes, or takes it off; an administrator takes off what another has lost. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId, SessionId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { conflict } from '../../shared/refusal.ts'
import type { Conflict, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { positionOf } from '../account.ts'
import { memberOf } from '../actor.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { countedGuess } from '../counted-guess.ts'
import type { AccountIsLocked, LockoutDeps, TooManyFailures } from '../counted-guess.ts'
import { inFreshSession } from '../fresh-session.ts'
import { belonging, showSecondFactor, withCode } from '../pass-second-factor.ts'
import { denied, mayAppoint, permitted } from '../permissions.ts'
import type { Account, IdentityQueries, IdentityStores } from '../ports.ts'
import { loginTooOld, mfaInvalid, mfaRequired, noneInForce } from '../second-factor.ts'
import type { LoginTooOld, MfaInvalid, MfaRequired, SecondFactor } from '../second-factor.ts'
import { tellBegun, tellEnrolled, tellRemoved, tellRenewed } from '../second-factor-audit.ts'
import type { SecondFactorStores, SecondFactorTools } from '../second-factor-ports.ts'
import { endOtherSessions, endSessions } from '../session-audit.ts'

export interface KeepSecondFactorDeps {
  readonly work: UnitOfWork<SecondFactorStores & IdentityStores & AuditStores>
  readonly secondFactor: SecondFactorTools
  /** Real time. */
  readonly clock: Clock
}

/** Whose it is, in which of his sessions. */
export interface OfHisOwn {
  readonly act: Act
  readonly account: Account
  readonly sessionId: SessionId
}

export interface NewSecondFactor {
  /** In base32; shown this once. */
  readonly secret: string
  readonly address: string
}

type Stores = SecondFactorStores & IdentityStores & AuditStores

/** One that was begun before and not confirmed is forgotten. One that is in force must be taken off first. */
export const enrol =
  ({ work, secondFactor: { codes, encryption }, clock }: KeepSecondFactorDeps) =>
  ({
    act,
    account: { memberId, username },
    sessionId,
  }: OfHisOwn): TaskEither<LoginTooOld | Conflict | StoreFailure, NewSecondFactor> =>
    work.run(stores => {
      const now = clock.now()
      const secret = codes.newSecret()
      return pipe(
        stores.secondFactors.get(memberId),
        TE.flatMap((factor): TaskEither<Conflict, void> =>
          isInForce(factor) ? TE.left(inForceAlready) : TE.right(undefined),
        ),
        TE.tap(() => inFreshSession(stores, { memberId, sessionId }, now, loginTooOld)),
        TE.tap(() =>
          stores.secondFactors.save({
            memberId,
            sealedSecret: encryption.seal(secret, belonging(memberId)),
            createdAt: now,
            confirmedAt: null,
            lastStep: null,
          }),
        ),
        TE.tap(() => tellBegun(stores, act, memberId)),
        TE.map(() => ({ secret, address: codes.address(secret, username) })),
      )
    })

export interface ConfirmSecondFactor extends OfHisOwn {
  readonly otp: string
}

/** From here on it is in force, and his other sessions end. @returns the recovery codes, shown this once */
export const confirm =
  ({ work, secondFactor: tools, clock }: KeepSecondFactorDeps) =>
  ({
    act,
    account: { memberId },
    sessionId,
    otp,
  }: ConfirmSecondFactor): TaskEither<MfaInvalid | Conflict | StoreFailure, readonly string[]> =>
    work.run(stores => {
      const now = clock.now()
      return pipe(
        stores.secondFactors.get(memberId),
        TE.flatMap((factor): TaskEither<MfaInvalid | Conflict, SecondFactor> => {
          if (factor === null) return TE.left(conflict('No second factor was begun'))
          if (isInForce(factor)) return TE.left(inForceAlready)
          const taken = withCode(tools, factor, otp, now)
          return taken === null ? TE.left(mfaInvalid) : TE.right(taken)
        }),
        TE.tap(factor => stores.secondFactors.save({ ...factor, confirmedAt: now })),
        TE.flatMap(() => newCodes(tools, stores, memberId)),
        TE.tap(made => tellEnrolled(stores, act, memberId, made.length, now)),
        TE.tap(() => endOtherSessions(stores, act, { memberId, but: sessionId }, 'mfa_changed', now)),
      )
    })

export interface RenewRecoveryCodes extends OfHisOwn {
  readonly otp: string
}

export interface ShowingDeps extends KeepSecondFactorDeps {
  /** Who has no more than somebody's session guesses his code here as little as at the login, and by a counter of its own. */
  readonly lockout: LockoutDeps
}

type NotShown = MfaInvalid | MfaRequired | AccountIsLocked | TooManyFailures | StoreFailure

/** Those of before are good no more. */
export const renewRecoveryCodes =
  (deps: ShowingDeps) =>
  ({ otp, ...own }: RenewRecoveryCodes): TaskEither<NotShown | Conflict, readonly string[]> =>
    pipe(
      showing(deps, own, otp),
      TE.flatMap((since): TaskEither<NotShown | Conflict, readonly string[]> => {
        const { work, secondFactor: tools, clock } = deps
        const { act, sessionId } = own
        const { memberId } = own.account
        return work.run(stores => {
          const now = clock.now()
          return pipe(
            hisFactor(stores, memberId),
            TE.flatMap(isOfThen(since)),
            TE.flatMap(() => newCodes(tools, stores, memberId)),
            TE.tap(made => tellRenewed(stores, act, memberId, made.length, now)),
            TE.tap(() => endOtherSessions(stores, act, { memberId, but: sessionId }, 'mfa_changed', now)),
          )
        })
      }),
    )

export interface RemoveSecondFactor extends OfHisOwn {
  /** null: the login itself was just now. */
  readonly otp: string | null
}

/** One that was begun and not confirmed is forgotten as it is. Staff may do nothing but enrol again from here on. */
export const removeSecondFactor =
  (deps: ShowingDeps) =>
  ({ otp, ...own }: RemoveSecondFactor): TaskEither<NotShown | Conflict, void> =>
    pipe(
      otp === null ? TE.right(null) : shownIfAny(deps, own, otp),
      TE.flatMap((since): TaskEither<NotShown | Conflict, void> => {
        const { act, sessionId } = own
        const { memberId } = own.account
        return deps.work.run(stores => {
          const now = deps.clock.now()
          return pipe(
            hisFactor(stores, memberId),
            TE.flatMap((factor): TaskEither<MfaRequired | Conflict, void> => {
              if (!isInForce(factor)) return stores.secondFactors.remove(memberId)
              const proof: TaskEither<MfaRequired | Conflict, void> =
                otp === null
                  ? inFreshSession(stores, { memberId, sessionId }, now, mfaRequired)
                  : isOfThen(since)(factor)
              return pipe(
                proof,
                TE.flatMap(() => stores.secondFactors.remove(memberId)),
                TE.tap(() => tellRemoved(stores, act, memberId, now)),
                TE.tap(() => endOtherSessions(stores, act, { memberId, but: sessionId }, 'mfa_changed', now)),
              )
            }),
          )
        })
      }),
    )

/**
 * A unit of work of its own: a code that was wrong counts, and one that was right is spent, whatever comes after it. While it is locked
 * none is looked at; `MfaRequired` is told where the lock has gone meanwhile.
 */
const showing = (
  { lockout, ...deps }: ShowingDeps,
  { act, account: { memberId } }: OfHisOwn,
  otp: string,
): TaskEither<NotShown | Conflict, Instant> =>
  countedGuess(lockout)(
    {
      act,
      memberId,
      inSession: 'code',
      isWrong: ({ type }: MfaInvalid | MfaRequired | Conflict | StoreFailure) => type === 'MfaInvalid',
    },
    locked => (locked ? TE.left(mfaRequired) : showSecondFactor(deps)({ memberId, act, otp })),
  )

/** null: none is in force, and what he sent shows nothing. */
const shownIfAny = (deps: ShowingDeps, own: OfHisOwn, otp: string): TaskEither<NotShown, Instant | null> =>
  pipe(
    showing(deps, own, otp),
    TE.orElse((refused): TaskEither<NotShown, Instant | null> =>
      refused.type === 'Conflict' ? TE.right(null) : TE.left(refused),
    ),
  )

/** It is in force, and the one whose code was shown. */
const isOfThen =
  (since: Instant | null) =>
  (factor: SecondFactor): TaskEither<Conflict, void> =>
    since !== null && factor.confirmedAt === since ? TE.right(undefined) : TE.left(noneInForce)

export interface ResetSecondFactorDeps extends Pick<KeepSecondFactorDeps, 'clock'> {
  readonly work: UnitOfWork<Stores>
  readonly queries: Pick<IdentityQueries, 'account'>
}

export interface ResetSecondFactor {
  readonly act: Act
  readonly memberId: MemberId
}

/** Of another who has lost it, and may no more: his own everybody takes off as everybody does. All his sessions end. */
export const resetSecondFactor =
  ({ work, queries, clock }: ResetSecondFactorDeps) =>
  ({
    act,
    memberId,
  }: ResetSecondFactor): TaskEither<PermissionDenied | NotFound | Conflict | StoreFailure, void> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'mfa:reset')),
      TE.flatMap(() =>
        memberOf(act.actor) === memberId ? TE.left(denied('mfa:reset')) : TE.right(undefined),
      ),
      TE.flatMap((): TaskEither<PermissionDenied | NotFound | StoreFailure, Account> =>
        queries.account(memberId),
      ),
      TE.flatMap(account => TE.fromEither(mayAppoint(act.actor, [positionOf(account)]))),
      TE.flatMap((): TaskEither<Conflict | StoreFailure, void> =>
        work.run(stores => {
          const now = clock.now()
          return pipe(
            hisFactor(stores, memberId),
            TE.flatMap((factor): TaskEither<Conflict, void> =>
              isInForce(factor) ? stores.secondFactors.remove(memberId) : TE.left(noneInForce),
            ),
            TE.tap(() => tellRemoved(stores, act, memberId, now)),
            TE.tap(() => endSessions(stores, act, { memberId, only: null }, 'mfa_changed', now)),
          )
        }),
      ),
    )

const isInForce = (factor: SecondFactor | null): factor is SecondFactor =>
  factor !== null && factor.confirmedAt !== null

const inForceAlready = conflict('A second factor is in force: take it off first')

const hisFactor = (
  { secondFactors }: SecondFactorStores,
  memberId: MemberId,
): TaskEither<Conflict, SecondFactor> =>
  pipe(
    secondFactors.get(memberId),
    TE.flatMap(factor => (factor === null ? TE.left(noneInForce) : TE.right(factor))),
  )

const newCodes = (
  { recovery }: SecondFactorTools,
  { secondFactors }: SecondFactorStores,
  memberId: MemberId,
): TaskEither<never, readonly string[]> => {
  const made = recovery.make(memberId)
  return pipe(
    secondFactors.giveCodes(
      memberId,
      made.map(({ hash }) => hash),
    ),
    TE.map(() => made.map(({ code }) => code)),
  )
}
