/** Emergency closures, and the dates that they move. */
import type {
  DatesWithin,
  EmergencyClosures,
  EmergencyQueries,
  EmergencySort,
  MoveSort,
} from '../../core/circulation/closure-ports.ts'
import type {
  EmergencyClosure,
  Move,
  MoveOutcome,
  PlannedMove,
} from '../../core/circulation/emergency-closure.ts'
import { isKept } from '../../core/circulation/reservation.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { EmergencyClosureId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { Database, MoveRow } from './database.ts'
import { pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const emergencyClosures = ({ tables, nextId }: Database): EmergencyClosures => {
  const listOf = (id: EmergencyClosureId): readonly MoveRow[] =>
    [...tables.emergencyMoves.where('closure', id)].sort(byId)
  /** With the very date: due, or kept, until `at`. */
  const isListed = (
    { notIn }: DatesWithin,
    kind: Move['kind'],
  ): ((id: number, at: Instant, renewalCount?: number) => boolean) => {
    const moves = new Map(
      notIn === null
        ? []
        : listOf(notIn).flatMap(({ move }) => (move.kind === kind ? [[subjectOf(move), move] as const] : [])),
    )
    return (id, at, renewalCount) => {
      const move = moves.get(id)
      return (
        move !== undefined &&
        (move.becomes === at ||
          (move.was === at && (move.kind === 'reservation' || move.renewalCount === renewalCount)))
      )
    }
  }
  const settle = (rows: readonly MoveRow[], outcome: MoveOutcome): void =>
    rows.forEach(row => tables.emergencyMoves.put({ ...row, move: { ...row.move, outcome } }))
  return {
    add: details =>
      TE.fromIO(() => {
        const closure = { ...details, id: nextId('emergency_closure'), version: 1 }
        tables.emergencyClosures.add(closure)
        return closure
      }),
    get: id =>
      TE.fromIOEither(() => {
        const closure = tables.emergencyClosures.find(id)
        return closure === undefined ? E.left(notFound('emergency_closure', id)) : E.right(closure)
      }),
    ofBranch: branchId => TE.fromIO(() => [...tables.emergencyClosures.where('branch', branchId)].sort(byId)),
    save: closure =>
      TE.fromIOEither(() => {
        if (tables.emergencyClosures.find(closure.id)?.version !== closure.version) {
          return E.left(staleWrite('emergency_closure', closure.id))
        }
        const saved = { ...closure, version: closure.version + 1 }
        tables.emergencyClosures.put(saved)
        return E.right(saved)
      }),
    unfinished: (after, limit) =>
      TE.fromIO(() =>
        nextOf([...tables.emergencyClosures.where('unfinished', 'yes')], after, limit).map(({ id }) => id),
      ),
    loansDue: (within, after, limit) =>
      TE.fromIO(() => {
        const listed = isListed(within, 'loan')
        const due = [...tables.loans.all()].filter(
          ({ id, state, terms, dueAt, renewalCount }) =>
            state === 'open' &&
            terms.calendarBranchId === within.branchId &&
            isWithin(within, dueAt) &&
            !listed(id, dueAt, renewalCount),
        )
        return nextOf(due, after, limit).map(({ id, dueAt, overdueFrom, renewalCount, terms: { zone } }) => ({
          id,
          dueAt,
          overdueFrom,
          renewalCount,
          zone,
        }))
      }),
    shelfDates: (within, after, limit) =>
      TE.fromIO(() => {
        const listed = isListed(within, 'reservation')
        const dates = [...tables.reservations.all()].flatMap(one =>
          isKept(one) &&
          one.branchId === within.branchId &&
          one.readyUntil !== null &&
          isWithin(within, one.readyUntil) &&
          !listed(one.id, one.readyUntil)
            ? [{ id: one.id, readyUntil: one.readyUntil }]
            : [],
        )
        return nextOf(dates, after, limit)
      }),
    plan: (closureId, planned) =>
      TE.fromIO(() => {
        const again = new Set(planned.map(nameOf))
        for (const { id, move } of listOf(closureId)) {
          if (again.has(nameOf(move))) tables.emergencyMoves.drop(id)
        }
        for (const plan of planned) {
          const id = nextId('emergency_move')
          tables.emergencyMoves.add({ id, closureId, move: { ...plan, id } })
        }
      }),
    next: (id, outcome, limit) =>
      TE.fromIO(() =>
        listOf(id)
          .map(({ move }) => move)
          .filter(move => move.outcome === outcome)
          .slice(0, limit),
      ),
    settle: (settled, outcome) =>
      TE.fromIO(() =>
        settle(
          settled.map(({ id }) => tables.emergencyMoves.get(id)),
          outcome,
        ),
      ),
    abandon: id =>
      TE.fromIO(() =>
        settle(
          listOf(id).filter(({ move }) => move.outcome === 'pending'),
          'left',
        ),
      ),
    counts: id =>
      TE.fromIO(() => listOf(id).map(({ move: { kind, outcome } }) => ({ kind, outcome, count: 1 }))),
    first: (id, kind, limit) =>
      TE.fromIO(() =>
        listOf(id)
          .map(({ move }) => move)
          .filter(move => move.kind === kind)
          .slice(0, limit),
      ),
    movingOn: id =>
      TE.fromIO(() => {
        const moved = (closureId: EmergencyClosureId): readonly Move[] =>
          listOf(closureId).flatMap(({ move }) => (move.outcome === 'moved' ? [move] : []))
        const gone = new Map(moved(id).map(move => [nameOf(move), move.becomes]))
        const { branchId } = tables.emergencyClosures.get(id)
        const later = [...tables.emergencyClosures.where('branch', branchId)].filter(
          one => one.id !== id && moved(one.id).some(move => gone.get(nameOf(move)) === move.was),
        )
        return later.sort(byId).at(-1)?.id ?? null
      }),
    movedOf: loanId =>
      TE.fromIO(() =>
        [...tables.emergencyMoves.where('loan', loanId)]
          .sort(byId)
          .flatMap(({ closureId, move }) =>
            move.kind === 'loan' && move.outcome === 'moved'
              ? [{ move, closure: tables.emergencyClosures.get(closureId) }]
              : [],
          ),
      ),
  }
}

/** Closures and their lists for display. */
export const emergencyQueries = ({ tables }: Database): EmergencyQueries => ({
  ofBranch: (branchId, page) =>
    TE.fromIOEither(() =>
      tables.branches.find(branchId) === undefined
        ? E.left(notFound('branch', branchId))
        : E.right(pageOf([...tables.emergencyClosures.where('branch', branchId)], page, sorting)),
    ),
  moves: (branchId, id, outcome, page) =>
    TE.fromIOEither(() => {
      if (tables.emergencyClosures.find(id)?.branchId !== branchId) {
        return E.left(notFound('emergency_closure', id))
      }
      const moves = [...tables.emergencyMoves.where('closure', id)].flatMap(({ move }) =>
        outcome === null || move.outcome === outcome ? [move] : [],
      )
      return E.right(pageOf(moves, page, moveSorting))
    }),
})

const sorting: SortValues<EmergencyClosure, EmergencySort> = {
  id: ({ id }) => id,
  from: ({ from }) => from,
  to: ({ to }) => to,
}

const moveSorting: SortValues<Move, MoveSort> = { id: ({ id }) => id }

const subjectOf = (move: PlannedMove): number => (move.kind === 'loan' ? move.loanId : move.reservationId)

const nameOf = (move: PlannedMove): string => `${move.kind} ${String(subjectOf(move))}`

const isWithin = ({ from, until }: DatesWithin, at: Instant): boolean => from <= at && at < until

const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id

const nextOf = <Row extends { readonly id: number }>(
  rows: readonly Row[],
  after: number | null,
  limit: number,
): readonly Row[] =>
  rows
    .filter(({ id }) => id > (after ?? 0))
    .sort(byId)
    .slice(0, limit)
