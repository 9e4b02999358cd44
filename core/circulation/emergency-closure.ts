/** An emergency closure of a branch (storm, strike): which dates it moves, and where to (circulation R6.9). */
import { nearestOpenDay, openStretches } from '../branches/opening-calendar.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import type { Changed } from '../shared/changed.ts'
import type {
  BranchId,
  ClosureId,
  EmergencyClosureId,
  LoanId,
  MemberId,
  ReservationId,
} from '../shared/id.ts'
import { dayOf, instant, plusDays } from '../shared/local-time.ts'
import type { Day, Instant, Zone } from '../shared/local-time.ts'
import type { LoanEvent, ReservationEvent } from './events.ts'
import { moveDueDate } from './loan.ts'
import type { Loan, OpenLoan } from './loan.ts'
import { endOf } from './loan-terms.ts'
import type { DueDate } from './loan-terms.ts'
import { isKept, moveShelfDate } from './reservation.ts'
import type { KeptReservation, Reservation } from './reservation.ts'

export interface EmergencyDetails {
  readonly from: Day
  /** The last closed day. */
  readonly to: Day
  readonly reason: string
}

/** Longer than a leap year no branch is closed in an emergency: that is a wrong year. */
export const longestDays = 366

/** `applying` and `undoing` go on, step by step, until all dates are dealt with. */
export const emergencyStates = ['applying', 'applied', 'undoing', 'undone'] as const
export type EmergencyState = (typeof emergencyStates)[number]

export interface EmergencyClosure extends EmergencyDetails {
  readonly id: EmergencyClosureId
  readonly version: number
  readonly branchId: BranchId
  /** How it stands in the calendar of the branch, null once it is taken out. */
  readonly closureId: ClosureId | null
  readonly state: EmergencyState
  /** The next open day after it, where the dates go. */
  readonly reopensOn: Day
  /** No open day was found within 366 days, so that they go to the day after it (R1.4). */
  readonly calendarIgnored: boolean
  /** The member of the staff who declared it. */
  readonly declaredBy: MemberId | null
  /** Library time. */
  readonly declaredAt: Instant
}

/**
 * What became of a date: `pending` is to be moved; `left` was changed by somebody before it could be moved; after an undo it is `given_back`, or `kept` where somebody changed it since.
 */
export const moveOutcomes = ['pending', 'moved', 'left', 'given_back', 'kept'] as const
export type MoveOutcome = (typeof moveOutcomes)[number]

interface MoveFacts {
  /** The old date. */
  readonly was: Instant
  /** The new one. */
  readonly becomes: Instant
  readonly outcome: MoveOutcome
}

export interface PlannedLoanMove extends MoveFacts {
  readonly kind: 'loan'
  readonly loanId: LoanId
  /** How often it was renewed when it was planned: each renewal makes a due date of its own. */
  readonly renewalCount: number
  readonly wasOverdueFrom: Instant
}

export interface PlannedShelfMove extends MoveFacts {
  readonly kind: 'reservation'
  readonly reservationId: ReservationId
}

export type PlannedMove = PlannedLoanMove | PlannedShelfMove

/** As it is remembered. */
export interface Numbered {
  readonly id: number
}
export type LoanMove = PlannedLoanMove & Numbered
export type ShelfMove = PlannedShelfMove & Numbered
export type Move = LoanMove | ShelfMove

/** An open loan whose calendar is the branch's. */
export interface DueLoan extends Pick<Loan, 'dueAt' | 'overdueFrom' | 'renewalCount'> {
  readonly id: LoanId
  /** The one frozen on it. */
  readonly zone: Zone
}

/** A reservation that stands on the branch's hold shelf, or was carried off it and is on its way back. */
export interface ShelfDate {
  readonly id: ReservationId
  readonly readyUntil: Instant
}

/** The next open day after the closure, by all else that the calendar knows; where none is found the calendar is ignored (R1.4). */
export const reopening = (
  calendar: OpeningCalendar,
  { to }: Pick<EmergencyDetails, 'to'>,
): Pick<EmergencyClosure, 'reopensOn' | 'calendarIgnored'> => {
  const next = plusDays(to, 1)
  const open = nearestOpenDay(calendar, next, 1)
  return { reopensOn: open ?? next, calendarIgnored: open === null }
}

type Closing = Pick<EmergencyClosure, 'from' | 'to' | 'reopensOn'>

/** Do the dates of the one go to a day of the other, which moves them on? */
export const reopensWithin = (
  { reopensOn }: Pick<Closing, 'reopensOn'>,
  { from, to }: Pick<EmergencyDetails, 'from' | 'to'>,
): boolean => from <= reopensOn && reopensOn <= to

/**
 * null for a loan that is not due on its days. A loan of minutes or hours goes to the opening, any other to the end of the day; so does each where no
 * hours are known of that day.
 */
export const planLoan = (
  closure: Closing,
  calendar: OpeningCalendar,
  loan: DueLoan,
): PlannedLoanMove | null => {
  if (!fallsInto(closure, loan.dueAt, loan.zone)) return null
  const day = closure.reopensOn
  const isTimed = loan.overdueFrom === loan.dueAt
  return {
    kind: 'loan',
    loanId: loan.id,
    renewalCount: loan.renewalCount,
    wasOverdueFrom: loan.overdueFrom,
    was: loan.dueAt,
    becomes:
      (isTimed ? openingOn({ ...calendar, zone: loan.zone }, day) : null) ?? endOf(day, loan.zone).dueAt,
    outcome: 'pending',
  }
}

/** null for one that may be fetched before or after it. */
export const planShelf = (
  closure: Closing,
  { zone }: OpeningCalendar,
  { id, readyUntil }: ShelfDate,
): PlannedShelfMove | null => {
  if (!fallsInto(closure, readyUntil, zone)) return null
  return {
    kind: 'reservation',
    reservationId: id,
    was: readyUntil,
    becomes: endOf(closure.reopensOn, zone).dueAt,
    outcome: 'pending',
  }
}

const fallsInto = ({ from, to }: Closing, at: Instant, zone: Zone): boolean => {
  const day = dayOf(at, zone)
  return from <= day && day <= to
}

const openingOn = (calendar: OpeningCalendar, day: Day): Instant | null =>
  openStretches(calendar, day)[0]?.[0] ?? null

/** null where somebody changed it since it was planned: it keeps what it has. */
export const moveLoan = (
  loan: Loan,
  move: PlannedLoanMove,
  at: Instant,
): Changed<OpenLoan, LoanEvent> | null =>
  isUnchanged(loan, move, move.was) ? moveDueDate(loan, newDue(move), at) : null

/** null where somebody changed it since it was moved. */
export const giveBackLoan = (
  loan: Loan,
  move: PlannedLoanMove,
  at: Instant,
): Changed<OpenLoan, LoanEvent> | null =>
  isUnchanged(loan, move, move.becomes)
    ? moveDueDate(loan, { dueAt: move.was, overdueFrom: move.wasOverdueFrom }, at)
    : null

const isUnchanged = (loan: Loan, { renewalCount }: PlannedLoanMove, dueAt: Instant): loan is OpenLoan =>
  loan.state === 'open' && loan.dueAt === dueAt && loan.renewalCount === renewalCount

/** A day ends with its last second, and the next moment is late; a loan of minutes or hours is late at once (R1.2). */
const newDue = ({
  was,
  becomes,
  wasOverdueFrom,
}: PlannedLoanMove): Pick<DueDate, 'dueAt' | 'overdueFrom'> => ({
  dueAt: becomes,
  overdueFrom: wasOverdueFrom === was ? becomes : instant(becomes + 1000),
})

type MovedReservation = Changed<KeptReservation, ReservationEvent>

/** Of which branch it is: the date of another one's shelf is none of its own. */
type ClosedBranch = Pick<EmergencyClosure, 'branchId'>

/** null where somebody changed it since it was planned, or it will be fetched elsewhere now. */
export const moveShelf = (
  closed: ClosedBranch,
  reservation: Reservation,
  { was, becomes }: PlannedShelfMove,
  at: Instant,
): MovedReservation | null =>
  isStill(closed, reservation, was) ? moveShelfDate(reservation, becomes, at) : null

/** null where somebody changed it since it was moved, or it will be fetched elsewhere now. */
export const giveBackShelf = (
  closed: ClosedBranch,
  reservation: Reservation,
  { was, becomes }: PlannedShelfMove,
  at: Instant,
): MovedReservation | null =>
  isStill(closed, reservation, becomes) ? moveShelfDate(reservation, was, at) : null

const isStill = (
  { branchId }: ClosedBranch,
  reservation: Reservation,
  readyUntil: Instant,
): reservation is KeptReservation =>
  isKept(reservation) && reservation.branchId === branchId && reservation.readyUntil === readyUntil
