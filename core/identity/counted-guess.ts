/**
 * AUT-7: somebody shows who he is, and every wrong guess counts. It counts before it is looked at, and is taken back when it was
 * none: of any number that come at once, no more are looked at in earnest than the lock allows.
 */
import type { Clock } from '../shared/clock.ts'
import { E, pipe, TE } from '../shared/fp.ts'
import type { Either, TaskEither } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
import type { StoreFailure, UnitOfWork } from '../shared/unit-of-work.ts'
import type { Act } from './actor.ts'
import type { AuditStores } from './audit.ts'
import { accountLocked, lockedEntry, refusedEntry, tooManyEntry } from './lockout-audit.ts'
import type { CountSentAway, LockoutStores, LoginFailures } from './lockout-ports.ts'
import {
  afterWrong,
  failedOnce,
  failuresOfAddress,
  isLonger,
  lockOf,
  oneLess,
  oneMore,
  secondsUntil,
  slowedUntil,
  counterOfGuess,
  takenBack,
} from './lockout.ts'
import type { CountedGuess, Guessed } from './lockout.ts'
import { networkOf } from './network.ts'

/** What he showed is right, but the account is locked. Whoever showed something else is not told. */
export interface AccountIsLocked {
  readonly type: 'AccountIsLocked'
  readonly retryAfterSeconds: number
}

/** From where he calls too many guesses were wrong: nobody looks at this one. */
export interface TooManyFailures {
  readonly type: 'TooManyFailures'
  /** Wrong guesses that an address may make within the window. */
  readonly limit: number
  readonly retryAfterSeconds: number
}

export interface LockoutDeps {
  readonly work: UnitOfWork<LockoutStores & AuditStores>
  readonly countSentAway: CountSentAway
  /** Real time. */
  readonly clock: Clock
  /** By which events are told. */
  readonly libraryClock: Clock
}

export type Guess<Failure> = Guessed & {
  readonly act: Act
  /** The guess was wrong; any other failure says nothing about him. */
  readonly isWrong: (failure: Failure) => boolean
}

type Refusal = AccountIsLocked | TooManyFailures | StoreFailure

/**
 * @param showing looks at what he showed, outside of any unit of work; all that he has to show for one login. What is good once it does
 * not look at while it is locked: it would be spent for nothing
 * @returns what it found, unless the account is locked or the address has to wait
 */
export const countedGuess =
  (deps: LockoutDeps) =>
  <Failure, Shown>(
    guess: Guess<Failure>,
    showing: (locked: boolean) => TaskEither<Failure, Shown>,
  ): TaskEither<Failure | Refusal, Shown> =>
    pipe(
      taken(deps, guess),
      TE.flatMap(slot =>
        pipe(
          TE.fromTask<Either<Failure, Shown>, Failure | Refusal>(showing(slot.counted === null)),
          TE.flatMap(shown =>
            E.isLeft(shown) && guess.isWrong(shown.left)
              ? pipe(
                  wasWrong(deps, guess, slot),
                  TE.flatMap(() => TE.left<Failure | Refusal, Shown>(shown.left)),
                )
              : pipe(
                  wasNotWrong(deps, guess, slot, E.isRight(shown)),
                  TE.flatMap((): TaskEither<Failure | Refusal, Shown> => TE.fromEither(shown)),
                ),
          ),
        ),
      ),
    )

/** Counts it, unless too many came from the address already. */
const taken = (
  deps: LockoutDeps,
  guess: Guess<never>,
): TaskEither<TooManyFailures | StoreFailure, CountedGuess> => {
  const { work, clock } = deps
  const { act } = guess
  const network = networkIn(act)
  const counter = counterOfGuess(guess)
  return pipe(
    work.run(({ loginFailures }) => {
      const now = clock.now()
      return pipe(
        network === null ? TE.right(undefined) : takenAt(loginFailures, network, now),
        TE.flatMap(() => loginFailures.ofAccount(counter)),
        TE.flatMap((known): TaskEither<TooManyFailures, CountedGuess> => {
          const counted = lockOf(known, now) === null ? failedOnce(known, now) : null
          return pipe(
            // What is locked is written as it was: it takes as long.
            loginFailures.saveAccount(counter, counted ?? known),
            TE.map(() => ({ at: now, counted })),
          )
        }),
      )
    }),
    TE.tapError(refusal =>
      refusal.type === 'TooManyFailures' && network !== null
        ? sentAway(deps, act, network)
        : TE.right(undefined),
    ),
  )
}

const networkIn = ({ address }: Act): string | null => (address === null ? null : networkOf(address))

const takenAt = (failures: LoginFailures, network: string, now: Instant): TaskEither<TooManyFailures, void> =>
  pipe(
    failures.ofAddress(network),
    TE.flatMap(known => {
      const until = slowedUntil(known, now)
      return until === null
        ? failures.saveAddress(network, oneMore(known, now))
        : TE.left({
            type: 'TooManyFailures' as const,
            limit: failuresOfAddress,
            retryAfterSeconds: secondsUntil(until, now),
          })
    }),
  )

/** What it counted was undone: the audit is told of it in a unit of work of its own. */
const sentAway = (
  { work, clock, countSentAway }: LockoutDeps,
  act: Act,
  network: string,
): TaskEither<StoreFailure, void> =>
  pipe(
    TE.fromIO(() => countSentAway(network, clock.now())),
    TE.flatMap((times): TaskEither<StoreFailure, void> =>
      times === null ? TE.right(undefined) : work.run(({ audit }) => audit.record(act, tooManyEntry(times))),
    ),
  )

/** It stays counted; the audit has its row, and the member is told when it locked his account. */
const wasWrong = (
  { work, clock, libraryClock }: LockoutDeps,
  guess: Guess<never>,
  guessed: CountedGuess,
): TaskEither<StoreFailure, void> =>
  work.run(({ loginFailures, audit }) => {
    const { act, memberId } = guess
    const counter = counterOfGuess(guess)
    return pipe(
      loginFailures.ofAccount(counter),
      TE.map(known => afterWrong(guessed, known, clock.now())),
      TE.tap(({ after }) => loginFailures.saveAccount(counter, after)),
      TE.tap(() => audit.record(act, refusedEntry(guess, 'wrong'))),
      TE.flatMap(({ after, lock }) =>
        after !== null && lock !== null
          ? pipe(
              audit.record(act, lockedEntry(guess, after)),
              TE.flatMap(() =>
                isLonger(after.failures)
                  ? loginFailures.tell(
                      memberId === null
                        ? null
                        : accountLocked(memberId, { ...after, lockedUntil: lock }, libraryClock.now()),
                      act,
                    )
                  : TE.right(undefined),
              ),
            )
          : TE.right(undefined),
      ),
    )
  })

/**
 * The count is taken back, unless the account is locked: then it was in vain, counts for the address, and the lock stays.
 * @param proven he is who he says: what was wrong before is forgotten
 */
const wasNotWrong = (
  { work, clock }: LockoutDeps,
  guess: Guess<never>,
  guessed: CountedGuess,
  proven: boolean,
): TaskEither<AccountIsLocked | StoreFailure, void> => {
  const { act } = guess
  const network = networkIn(act)
  const counter = counterOfGuess(guess)
  return pipe(
    work.run(({ loginFailures, audit }): TaskEither<never, AccountIsLocked | null> =>
      pipe(
        TE.Do,
        TE.bind('ofAddress', () => (network === null ? TE.right([]) : loginFailures.ofAddress(network))),
        TE.bind('known', () => loginFailures.ofAccount(counter)),
        TE.flatMap(({ ofAddress, known }) => {
          const now = clock.now()
          const until = guessed.counted === null ? lockOf(known, now) : null
          if (until !== null) {
            return pipe(
              audit.record(act, refusedEntry(guess, 'locked')),
              TE.map(() => ({
                type: 'AccountIsLocked' as const,
                retryAfterSeconds: secondsUntil(until, now),
              })),
            )
          }
          return pipe(
            network === null
              ? TE.right(undefined)
              : loginFailures.saveAddress(network, oneLess(ofAddress, guessed.at)),
            TE.flatMap(() => loginFailures.saveAccount(counter, proven ? null : takenBack(guessed, known))),
            TE.map(() => null),
          )
        }),
      ),
    ),
    // What is written stays, though he is refused.
    TE.flatMap(locked => (locked === null ? TE.right(undefined) : TE.left(locked))),
  )
}
