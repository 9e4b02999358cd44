/**
 * The job `emergency-closures`: moves the dates that are on the lists of emergency closures, and gives back those of the ones that were undone
 * (R6.9).
 */
import { actBy, system } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE, together } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { EmergencyClosureId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { oneByOne } from '../../shared/one-by-one.ts'
import type { Tally } from '../../shared/one-by-one.ts'
import type { Conflict, NotFound } from '../../shared/refusal.ts'
import { startingOver } from '../../shared/unit-of-work.ts'
import type {
  DuplicateKey,
  KeysMoved,
  StaleWrite,
  StoreFailure,
  UnitOfWork,
} from '../../shared/unit-of-work.ts'
import { dueDateMoved, shelfDateMoved } from '../audit-entries.ts'
import type { EmergencyStores } from '../closure-ports.ts'
import { giveBackLoan, giveBackShelf, moveLoan, moveShelf } from '../emergency-closure.ts'
import type { EmergencyClosure, LoanMove, Move, MoveOutcome, ShelfMove } from '../emergency-closure.ts'
import { enlist } from '../emergency-plan.ts'
import type { HoldStores } from '../hold-shelf.ts'
import { calendarIn } from '../calendar-ports.ts'
import type { CirculationStores } from '../ports.ts'
import { hold } from '../reservation-end.ts'

type Stores = EmergencyStores & HoldStores & Pick<CirculationStores, 'loans'> & AuditStores

export interface MoveDatesDeps {
  readonly work: UnitOfWork<Stores>
  readonly look: UnitOfWork<EmergencyStores>
  readonly clock: Clock
}

/**
 * Closures whose list is dealt with are done. Safe to run twice and to be killed anywhere: each step holds the lock of its closure, and what it did
 * stands on the list in the same commit.
 */
export const moveDates = ({ work, look, clock }: MoveDatesDeps): TaskEither<StoreFailure, Tally> =>
  oneByOne<EmergencyClosureId>(
    (after, limit) => look.run(({ emergencyClosures }) => emergencyClosures.unfinished(after, limit)),
    id => untilDone(work, clock, id),
  )

type StepError = NotFound | Conflict | DuplicateKey | StaleWrite | StoreFailure

/** Step after step; one that is undone meanwhile goes on the other way. */
const untilDone = (
  work: MoveDatesDeps['work'],
  clock: Clock,
  id: EmergencyClosureId,
): TaskEither<StepError, boolean> =>
  pipe(
    startingOver<StepError, boolean>(work.run(stores => step(stores, id, clock.now()))),
    TE.flatMap(more => (more ? untilDone(work, clock, id) : TE.right(true))),
  )

type Moving = NotFound | KeysMoved | DuplicateKey | StaleWrite

/** @returns whether there is more to do */
const step = (stores: Stores, id: EmergencyClosureId, now: Instant): TaskEither<Moving, boolean> =>
  pipe(
    stores.emergencyClosures.get(id),
    TE.flatMap((closure): TaskEither<Moving, boolean> => {
      switch (closure.state) {
        case 'applying':
          return applyOn(stores, closure, now)
        case 'undoing':
          return giveBackOn(stores, closure, now)
        case 'applied':
        case 'undone':
          return TE.right(false)
      }
    }),
  )

/** Loans at once: each is told of, and a unit of work tells of sixteen things at the most. */
const atOnce = 16

/** A reservation takes the locks of its member, its book and its copy with it: it is a step of its own. */
const stepOf = (moves: readonly Move[]): readonly Move[] => {
  const other = moves.findIndex(({ kind }) => kind === 'reservation')
  return other === -1 ? moves : moves.slice(0, Math.max(1, other))
}

/**
 * When the list is at its end it is looked once more for what came to fall into the closure meanwhile: a checkout that was under way did not know
 * of it, nor did a renewal, which has made another date of one that was on the list.
 */
const applyOn = (stores: Stores, closure: EmergencyClosure, now: Instant): TaskEither<Moving, boolean> =>
  pipe(
    stores.emergencyClosures.next(closure.id, 'pending', atOnce),
    TE.flatMap((pending): TaskEither<Moving, boolean> =>
      pending.length > 0
        ? moveAll(stores, closure, stepOf(pending), now, applying)
        : pipe(
            calendarIn(stores, closure.branchId),
            TE.flatMap(calendar => enlist(stores, closure, calendar)),
            TE.flatMap((found): TaskEither<StaleWrite, boolean> =>
              found > 0 ? TE.right(true) : end(stores, { ...closure, state: 'applied' }),
            ),
          ),
    ),
  )

const giveBackOn = (stores: Stores, closure: EmergencyClosure, now: Instant): TaskEither<Moving, boolean> =>
  pipe(
    stores.emergencyClosures.next(closure.id, 'moved', atOnce),
    TE.flatMap((moved): TaskEither<Moving, boolean> =>
      moved.length > 0
        ? moveAll(stores, closure, stepOf(moved), now, givingBack)
        : end(stores, { ...closure, state: 'undone' }),
    ),
  )

const end = (
  { emergencyClosures }: EmergencyStores,
  closure: EmergencyClosure,
): TaskEither<StaleWrite, boolean> =>
  pipe(
    emergencyClosures.save(closure),
    TE.map(() => false),
  )

/** Which way the dates go, and what the list says then of those that went and those that stayed. */
interface Way {
  readonly loan: typeof moveLoan
  readonly shelf: typeof moveShelf
  readonly gone: MoveOutcome
  readonly stayed: MoveOutcome
}

const applying: Way = { loan: moveLoan, shelf: moveShelf, gone: 'moved', stayed: 'left' }
const givingBack: Way = { loan: giveBackLoan, shelf: giveBackShelf, gone: 'given_back', stayed: 'kept' }

const moveAll = (
  stores: Stores,
  closure: EmergencyClosure,
  moves: readonly Move[],
  now: Instant,
  way: Way,
): TaskEither<Moving, boolean> =>
  pipe(
    moves,
    TE.traverseSeqArray(move =>
      pipe(
        moveOne(stores, closure, move, now, way),
        TE.map(gone => ({ move, gone })),
      ),
    ),
    TE.tap(ended => settle(stores, ended, true, way.gone)),
    TE.tap(ended => settle(stores, ended, false, way.stayed)),
    TE.map(() => true),
  )

const settle = (
  { emergencyClosures }: EmergencyStores,
  ended: readonly { readonly move: Move; readonly gone: boolean }[],
  gone: boolean,
  outcome: MoveOutcome,
): TaskEither<never, void> =>
  emergencyClosures.settle(
    ended.filter(one => one.gone === gone).map(({ move }) => move),
    outcome,
  )

const act = actBy(system)

/** @returns false where it stays */
const moveOne = (
  stores: Stores,
  closure: EmergencyClosure,
  move: Move,
  now: Instant,
  way: Way,
): TaskEither<Moving, boolean> =>
  move.kind === 'loan'
    ? moveOneLoan(stores, closure, move, now, way)
    : moveOneShelfDate(stores, closure, move, now, way)

/** Of a loan the one row changes, and nothing is asked of its member, book or copy: its own lock is enough. */
const moveOneLoan = (
  stores: Stores,
  closure: EmergencyClosure,
  move: LoanMove,
  now: Instant,
  way: Way,
): TaskEither<NotFound | StaleWrite | DuplicateKey, boolean> =>
  pipe(
    stores.loans.get(move.loanId),
    TE.flatMap((loan): TaskEither<StaleWrite | DuplicateKey, boolean> => {
      const moved = way.loan(loan, move, now)
      return moved === null
        ? TE.right(false)
        : pipe(
            together(
              stores.loans.save(moved, act),
              stores.audit.record(act, dueDateMoved(loan, moved.state, closure.id, now)),
            ),
            TE.map(() => true),
          )
    }),
  )

/** One whose book or copy is gone stays as it is. */
const moveOneShelfDate = (
  stores: Stores,
  closure: EmergencyClosure,
  move: ShelfMove,
  now: Instant,
  way: Way,
): TaskEither<KeysMoved | StaleWrite | DuplicateKey, boolean> =>
  pipe(
    stores.reservations.locate(move.reservationId),
    TE.flatMap(keys => hold(stores, move.reservationId, keys)),
    TE.flatMap(({ reservation }): TaskEither<StaleWrite | DuplicateKey, boolean> => {
      const moved = way.shelf(closure, reservation, move, now)
      return moved === null
        ? TE.right(false)
        : pipe(
            stores.reservations.save(moved, act),
            TE.tap(() => stores.audit.record(act, shelfDateMoved(reservation, moved.state, closure.id, now))),
            TE.map(() => true),
          )
    }),
    TE.orElse((error): TaskEither<KeysMoved | StaleWrite | DuplicateKey, boolean> =>
      error.type === 'NotFound' ? TE.right(false) : TE.left(error),
    ),
  )
