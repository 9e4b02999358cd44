/** What emergency closures need of a store. */
import type { BranchStores } from '../branches/ports.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, EmergencyClosureId, LoanId, ReservationId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { StaleWrite, StoreFailure } from '../shared/unit-of-work.ts'
import type {
  DueLoan,
  EmergencyClosure,
  LoanMove,
  Move,
  MoveOutcome,
  PlannedMove,
  ShelfDate,
} from './emergency-closure.ts'

/** Dates of a branch in [from, until), without those that an emergency closure has on its list just as they stand. */
export interface DatesWithin {
  readonly branchId: BranchId
  readonly from: Instant
  readonly until: Instant
  readonly notIn: EmergencyClosureId | null
}

/** How many dates of each kind and outcome an emergency closure has on its list, in parts that are to be added up. */
export type MoveCounts = readonly {
  readonly kind: Move['kind']
  readonly outcome: MoveOutcome
  readonly count: number
}[]

/** A due date that was moved and not given back, and by what. */
export interface LoanMoved {
  readonly move: LoanMove
  readonly closure: EmergencyClosure
}

/** Emergency closures, each with the list of the dates it moves. Whatever changes its list holds its lock. */
export interface EmergencyClosures {
  add(closure: Omit<EmergencyClosure, 'id' | 'version'>): TaskEither<never, EmergencyClosure>
  /** Locks it for change: after its branch, before any loan or reservation. */
  get(id: EmergencyClosureId): TaskEither<NotFound, EmergencyClosure>
  /** By id; no lock, the branch's is held. */
  ofBranch(branchId: BranchId): TaskEither<never, readonly EmergencyClosure[]>
  /** @returns it with its new version */
  save(closure: EmergencyClosure): TaskEither<StaleWrite, EmergencyClosure>
  /** Those that are applying or undoing, by id, those after `after` (null: from the first on). */
  unfinished(
    after: EmergencyClosureId | null,
    limit: number,
  ): TaskEither<never, readonly EmergencyClosureId[]>
  /** Open loans by the branch's calendar that are due then, by id, those after `after`; no lock. */
  loansDue(within: DatesWithin, after: LoanId | null, limit: number): TaskEither<never, readonly DueLoan[]>
  /** Reservations kept at the branch whose time on the shelf ends then, likewise. */
  shelfDates(
    within: DatesWithin,
    after: ReservationId | null,
    limit: number,
  ): TaskEither<never, readonly ShelfDate[]>
  /** Puts dates on the list, in this order. What was on it of the same loan or reservation goes. */
  plan(id: EmergencyClosureId, moves: readonly PlannedMove[]): TaskEither<never, void>
  /** The next on the list with this outcome, by their place on it. */
  next(id: EmergencyClosureId, outcome: MoveOutcome, limit: number): TaskEither<never, readonly Move[]>
  settle(moves: readonly Move[], outcome: MoveOutcome): TaskEither<never, void>
  /** All that is pending is left as it is. */
  abandon(id: EmergencyClosureId): TaskEither<never, void>
  counts(id: EmergencyClosureId): TaskEither<never, MoveCounts>
  /** The first of a kind, by their place on the list. */
  first(id: EmergencyClosureId, kind: Move['kind'], limit: number): TaskEither<never, readonly Move[]>
  /** The last other one of its branch that has moved dates on which this one has moved; null: none. */
  movingOn(id: EmergencyClosureId): TaskEither<never, EmergencyClosureId | null>
  /** Of one loan, whose due date was moved and not given back, the earliest first. */
  movedOf(loanId: LoanId): TaskEither<never, readonly LoanMoved[]>
}

export interface EmergencyStores {
  readonly emergencyClosures: EmergencyClosures
}

export type EmergencySort = 'id' | 'from' | 'to'
export type MoveSort = 'id'

/** For display: no locks, committed data only. */
export interface EmergencyQueries {
  ofBranch(
    branchId: BranchId,
    page: PageRequest<EmergencySort>,
  ): TaskEither<NotFound | StoreFailure, Page<EmergencyClosure>>
  /** The list of one of the branch. @param outcome null: whatever became of them */
  moves(
    branchId: BranchId,
    id: EmergencyClosureId,
    outcome: MoveOutcome | null,
    page: PageRequest<MoveSort>,
  ): TaskEither<NotFound | StoreFailure, Page<Move>>
}

/** The calendar that an emergency closure stands in. */
export type CalendarStores = Pick<BranchStores, 'branches' | 'closures'>
