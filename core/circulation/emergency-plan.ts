/** The list of the dates that an emergency closure moves, and what is shown of it. */
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, EmergencyClosureId, LoanId, ReservationId } from '../shared/id.ts'
import { plusDays, startOfDay } from '../shared/local-time.ts'
import type { Zone } from '../shared/local-time.ts'
import type { DatesWithin, EmergencyStores, MoveCounts } from './closure-ports.ts'
import { moveOutcomes, planLoan, planShelf } from './emergency-closure.ts'
import type {
  EmergencyClosure,
  EmergencyDetails,
  MoveOutcome,
  PlannedLoanMove,
  PlannedMove,
  PlannedShelfMove,
} from './emergency-closure.ts'

/** Of one kind of dates: how many there are of each outcome, and the first of them. */
export interface Listing<Planned extends PlannedMove> {
  readonly counts: Readonly<Record<MoveOutcome, number>>
  readonly first: readonly Planned[]
}

/** What an emergency closure moves, or would move. */
export interface Moving {
  readonly loans: Listing<PlannedLoanMove>
  readonly reservations: Listing<PlannedShelfMove>
}

/** An emergency closure as it is shown. */
export interface EmergencyOverview extends Moving {
  readonly closure: EmergencyClosure
}

/** Dates looked at, and put on the list, at once. */
const page = 500
/** Of each kind are shown. */
const shown = 20

type Planning = Pick<EmergencyClosure, 'from' | 'to' | 'reopensOn'> & { readonly branchId: BranchId }

/**
 * Goes through all dates that fall into the closure, the loans first, in pages that are dealt with one after another.
 * @param notIn dates that are on this one's list as they stand are left out
 */
const foldPlan = <Sum>(
  { emergencyClosures }: EmergencyStores,
  closure: Planning,
  calendar: OpeningCalendar,
  notIn: EmergencyClosureId | null,
  nothing: Sum,
  add: (sum: Sum, moves: readonly PlannedMove[]) => TaskEither<never, Sum>,
): TaskEither<never, Sum> => {
  const within: DatesWithin = { branchId: closure.branchId, notIn, ...widely(closure) }
  return pipe(
    paged(
      (after: LoanId | null) => emergencyClosures.loansDue(within, after, page),
      loan => planLoan(closure, calendar, loan),
      nothing,
      add,
    ),
    TE.flatMap(sum =>
      paged(
        (after: ReservationId | null) => emergencyClosures.shelfDates(within, after, page),
        date => planShelf(closure, calendar, date),
        sum,
        add,
      ),
    ),
  )
}

/** No zone is further ahead or behind than a day: each date is looked at again in its own. */
const widely = ({
  from,
  to,
}: Pick<EmergencyDetails, 'from' | 'to'>): Pick<DatesWithin, 'from' | 'until'> => ({
  from: startOfDay(plusDays(from, -1), 'UTC' as Zone),
  until: startOfDay(plusDays(to, 3), 'UTC' as Zone),
})

const paged = <Found extends { readonly id: number }, Sum>(
  look: (after: Found['id'] | null) => TaskEither<never, readonly Found[]>,
  planned: (found: Found) => PlannedMove | null,
  sum: Sum,
  add: (sum: Sum, moves: readonly PlannedMove[]) => TaskEither<never, Sum>,
  after: Found['id'] | null = null,
): TaskEither<never, Sum> =>
  pipe(
    look(after),
    TE.flatMap(found =>
      pipe(
        add(
          sum,
          found.flatMap(one => planned(one) ?? []),
        ),
        TE.flatMap(so => {
          const last = found.at(-1)
          return last === undefined || found.length < page
            ? TE.right(so)
            : paged(look, planned, so, add, last.id)
        }),
      ),
    ),
  )

/**
 * Puts on the list what falls into the closure and is not there yet, or is there with another date than it has by now: it was renewed meanwhile, and its
 * present date falls into it too.
 * @returns how many that were
 */
export const enlist = (
  stores: EmergencyStores,
  closure: EmergencyClosure,
  calendar: OpeningCalendar,
): TaskEither<never, number> =>
  foldPlan(stores, closure, calendar, closure.id, 0, (sum, moves) =>
    pipe(
      stores.emergencyClosures.plan(closure.id, moves),
      TE.map(() => sum + moves.length),
    ),
  )

const none = Object.fromEntries(moveOutcomes.map(outcome => [outcome, 0])) as Readonly<
  Record<MoveOutcome, number>
>
const empty: Moving = { loans: { counts: none, first: [] }, reservations: { counts: none, first: [] } }

/** What it would move, with nothing written. */
export const preview = (
  stores: EmergencyStores,
  closure: Planning,
  calendar: OpeningCalendar,
): TaskEither<never, Moving> =>
  foldPlan(stores, closure, calendar, null, empty, (sum, moves) =>
    TE.right({
      loans: withMoves(sum.loans, moves.filter(isLoanMove)),
      reservations: withMoves(sum.reservations, moves.filter(isShelfMove)),
    }),
  )

const isLoanMove = <Any extends PlannedMove>(move: Any): move is Any & PlannedLoanMove => move.kind === 'loan'
const isShelfMove = <Any extends PlannedMove>(move: Any): move is Any & PlannedShelfMove =>
  move.kind === 'reservation'

const withMoves = <Planned extends PlannedMove>(
  { counts, first }: Listing<Planned>,
  moves: readonly Planned[],
): Listing<Planned> => ({
  counts: Object.fromEntries(
    moveOutcomes.map(outcome => [
      outcome,
      counts[outcome] + moves.filter(move => move.outcome === outcome).length,
    ]),
  ) as Listing<Planned>['counts'],
  first: [...first, ...moves].slice(0, shown),
})

/** As it stands, with its list. */
export const overviewOf = (
  { emergencyClosures }: EmergencyStores,
  closure: EmergencyClosure,
): TaskEither<never, EmergencyOverview> =>
  pipe(
    TE.Do,
    TE.bind('counts', () => emergencyClosures.counts(closure.id)),
    TE.bind('loans', () => emergencyClosures.first(closure.id, 'loan', shown)),
    TE.bind('reservations', () => emergencyClosures.first(closure.id, 'reservation', shown)),
    TE.map(({ counts, loans, reservations }) => ({
      closure,
      loans: { counts: countsOf(counts, 'loan'), first: loans.filter(isLoanMove) },
      reservations: {
        counts: countsOf(counts, 'reservation'),
        first: reservations.filter(isShelfMove),
      },
    })),
  )

const countsOf = (counts: MoveCounts, kind: PlannedMove['kind']): Listing<PlannedMove>['counts'] =>
  counts
    .filter(one => one.kind === kind)
    .reduce((sum, { outcome, count }) => ({ ...sum, [outcome]: sum[outcome] + count }), none)
