/** R5.1, R6.5, R6.9: due dates and shelf dates stay, but for renewals, and for emergency closures that have them on their lists. */
import type { MoveRow } from '../../adapters/memory/database.ts'
import type { EmergencyClosure } from '../../core/circulation/emergency-closure.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { Reservation } from '../../core/circulation/reservation.ts'
import { dayOf } from '../../core/shared/local-time.ts'
import type { Instant, Zone } from '../../core/shared/local-time.ts'
import { by, changedOnes, isKept, loansIn, moved, newOnes, reservationsIn } from './seen.ts'
import type { Rule, Seen } from './seen.ts'

type Entry = MoveRow['move']
type LoanEntry = Extract<Entry, { readonly kind: 'loan' }>

/** What this very operation wrote about a date on the list of an emergency closure. */
const written = (seen: Seen): readonly Entry[] =>
  moved('emergencyMoves', seen).flatMap(({ after }) => (after === null ? [] : [after.move]))

const isOf =
  (loan: Loan) =>
  (entry: Entry): entry is LoanEntry =>
    entry.kind === 'loan' && entry.loanId === loan.id

/** From where to where an entry says that its date went; null where it says that it stayed. */
const wayOf = ({ outcome, was, becomes }: Entry): readonly (Instant | null)[] | null =>
  outcome === 'moved' ? [was, becomes] : outcome === 'given_back' ? [becomes, was] : null

const goes = (entry: Entry, from: Instant | null, to: Instant | null): boolean => {
  const way = wayOf(entry)
  return way !== null && way[0] === from && way[1] === to
}

/** R5.1: a renewal counts itself, and goes forward, beyond now. */
const isRenewal = (seen: Seen, before: Loan, after: Loan): boolean =>
  by(seen, 'renew', 'renew all', 'run', 'wait for its renewal') &&
  after.renewalCount === before.renewalCount + 1 &&
  after.dueAt > before.dueAt &&
  after.overdueFrom > seen.now

const isListed = (seen: Seen, before: Loan, after: Loan): boolean => {
  const entry = written(seen).find(isOf(after))
  return (
    entry !== undefined &&
    after.renewalCount === before.renewalCount &&
    goes(entry, before.dueAt, after.dueAt) &&
    (entry.outcome === 'moved' || entry.wasOverdueFrom === after.overdueFrom)
  )
}

const dueDates: Rule = seen =>
  changedOnes(loansIn(seen))
    .filter(
      ({ before, after }) =>
        before.dueAt !== after.dueAt ||
        before.overdueFrom !== after.overdueFrom ||
        before.renewalCount !== after.renewalCount,
    )
    .filter(({ before, after }) => !isRenewal(seen, before, after) && !isListed(seen, before, after))
    .map(
      ({ before, after }) =>
        `loan ${after.id} was due ${before.dueAt}, is due ${after.dueAt}, renewed ${after.renewalCount - before.renewalCount} times`,
    )

/** R6.5: the day on the shelf is set once. */
const shelfDates: Rule = seen =>
  changedOnes(reservationsIn(seen)).flatMap(({ before, after }) => {
    if (before.status !== 'ready' || after.status !== 'ready' || before.readyUntil === after.readyUntil)
      return []
    const listed = written(seen).some(
      entry =>
        entry.kind === 'reservation' &&
        entry.reservationId === after.id &&
        goes(entry, before.readyUntil, after.readyUntil),
    )
    return listed
      ? []
      : [
          `reservation ${after.id} was kept until ${String(before.readyUntil)}, now ${String(after.readyUntil)}`,
        ]
  })

const entriesOf = ({ after }: Seen, { id }: EmergencyClosure): readonly MoveRow[] =>
  [...after.emergencyMoves.values()].filter(({ closureId }) => closureId === id)

const within = ({ from, to }: EmergencyClosure, at: Instant | null, zone: Zone): boolean => {
  if (at === null) return false
  const day = dayOf(at, zone)
  return from <= day && day <= to
}

const zoneOf = ({ after }: Seen, { branchId }: EmergencyClosure): Zone =>
  after.branches.get(branchId)!.details.timeZone

/** Nothing is due, and nothing is kept until, a day on which the door is shut. */
const nothingFallsInto = (seen: Seen, closure: EmergencyClosure): readonly string[] => {
  const loans = [...seen.after.loans.values()].filter(
    ({ state, terms, dueAt }) =>
      state === 'open' && terms.calendarBranchId === closure.branchId && within(closure, dueAt, terms.zone),
  )
  const shelved = [...seen.after.reservations.values()].filter(
    one =>
      isKept(one) &&
      one.branchId === closure.branchId &&
      within(closure, one.readyUntil, zoneOf(seen, closure)),
  )
  return [
    ...loans.map(({ id }) => `loan ${id} is due while branch ${closure.branchId} is closed`),
    ...shelved.map(({ id }) => `reservation ${id} is kept until branch ${closure.branchId} is closed`),
  ]
}

/** Each date that was moved went from a day of the closure to the day after it. */
const wentBeyond = (seen: Seen, closure: EmergencyClosure): readonly string[] =>
  entriesOf(seen, closure)
    .filter(({ move: { outcome } }) => outcome !== 'left')
    .filter(({ move }) => {
      const zone =
        move.kind === 'loan' ? seen.after.loans.get(move.loanId)!.terms.zone : zoneOf(seen, closure)
      return (
        move.outcome !== 'moved' ||
        !within(closure, move.was, zone) ||
        dayOf(move.becomes, zone) !== closure.reopensOn
      )
    })
    .map(({ move }) => `emergency closure ${closure.id} says of a date ${JSON.stringify(move)}`)

const declared: Rule = seen =>
  newOnes(moved('emergencyClosures', seen)).flatMap(closure => [
    ...(closure.state === 'applied' ? [] : [`emergency closure ${closure.id} is ${closure.state}`]),
    ...nothingFallsInto(seen, closure),
    ...wentBeyond(seen, closure),
  ])

/** Nobody changed it since it was moved. */
const isUntouched = ({ before }: Seen, move: Entry): boolean => {
  if (move.kind === 'loan') {
    const loan = before.loans.get(move.loanId)!
    return loan.state === 'open' && loan.dueAt === move.becomes && loan.renewalCount === move.renewalCount
  }
  const reservation: Reservation = before.reservations.get(move.reservationId)!
  return isKept(reservation) && reservation.readyUntil === move.becomes
}

const undone: Rule = seen =>
  changedOnes(moved('emergencyClosures', seen)).flatMap(({ after: closure }) => [
    ...(closure.state === 'undone' ? [] : [`emergency closure ${closure.id} is ${closure.state}`]),
    ...entriesOf(seen, closure).flatMap(({ id, move }) => {
      const was = seen.before.emergencyMoves.get(id)!.move.outcome
      const expected = was === 'moved' ? (isUntouched(seen, move) ? 'given_back' : 'kept') : was
      return move.outcome === expected
        ? []
        : [`a date of emergency closure ${closure.id} is ${move.outcome}, not ${expected}`]
    }),
  ])

/** The list is of the closure alone. */
const listStays: Rule = seen =>
  by(seen, 'declare an emergency', 'undo the emergency')
    ? []
    : moved('emergencyMoves', seen).map(({ key }) => `entry ${String(key)} of an emergency closure changed`)

export const movedDates: Readonly<Record<string, Rule>> = {
  'R5.1, R6.9': dueDates,
  'R6.5': shelfDates,
  'R6.9 declared': declared,
  'R6.9 undone': undone,
  'R6.9 the list': listStays,
}
