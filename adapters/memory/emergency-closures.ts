/** Emergency closures, and the dates that they move. */
import type { DatesWithin, EmergencyClosures } from '../../core/circulation/closure-ports.ts'
import type { Move, MoveOutcome } from '../../core/circulation/emergency-closure.ts'
import { isKept } from '../../core/circulation/reservation.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { EmergencyClosureId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { Database, MoveRow } from './database.ts'

export const emergencyClosures = ({ tables, nextId }: Database): EmergencyClosures => {
  const listOf = (id: EmergencyClosureId): readonly MoveRow[] =>
    [...tables.emergencyMoves.where('closure', id)].sort(byId)
  const isListed = ({ notIn }: DatesWithin, kind: Move['kind']): ((id: number) => boolean) => {
    const ids = new Set(
      notIn === null
        ? []
        : listOf(notIn).flatMap(({ move }) => (move.kind === kind ? [subjectOf(move)] : [])),
    )
    return id => ids.has(id)
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
        pageOf([...tables.emergencyClosures.where('unfinished', 'yes')], after, limit).map(({ id }) => id),
      ),
    loansDue: (within, after, limit) =>
      TE.fromIO(() => {
        const listed = isListed(within, 'loan')
        const due = [...tables.loans.all()].filter(
          ({ id, state, terms, dueAt }) =>
            state === 'open' &&
            terms.calendarBranchId === within.branchId &&
            isWithin(within, dueAt) &&
            !listed(id),
        )
        return pageOf(due, after, limit).map(({ id, dueAt, overdueFrom, renewalCount, terms: { zone } }) => ({
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
          !listed(one.id)
            ? [{ id: one.id, readyUntil: one.readyUntil }]
            : [],
        )
        return pageOf(dates, after, limit)
      }),
    plan: (closureId, planned) =>
      TE.fromIO(() =>
        planned.forEach(plan => {
          const id = nextId('emergency_move')
          tables.emergencyMoves.add({ id, closureId, move: { ...plan, id } })
        }),
      ),
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

const subjectOf = (move: Move): number => (move.kind === 'loan' ? move.loanId : move.reservationId)

const isWithin = ({ from, until }: DatesWithin, at: Instant): boolean => from <= at && at < until

const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id

const pageOf = <Row extends { readonly id: number }>(
  rows: readonly Row[],
  after: number | null,
  limit: number,
): readonly Row[] =>
  rows
    .filter(({ id }) => id > (after ?? 0))
    .sort(byId)
    .slice(0, limit)
