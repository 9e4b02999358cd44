/** The tables `emergency_closures` and `emergency_moves`. */
import type { DatesWithin, EmergencyClosures } from '../../core/circulation/closure-ports.ts'
import type {
  DueLoan,
  EmergencyClosure,
  EmergencyState,
  LoanMove,
  Move,
  MoveOutcome,
  PlannedMove,
} from '../../core/circulation/emergency-closure.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type {
  BranchId,
  ClosureId,
  EmergencyClosureId,
  LoanId,
  MemberId,
  ReservationId,
} from '../../core/shared/id.ts'
import type { Day, Zone } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { fromInstant, toFlag, toInstant } from './columns.ts'
import type { StoredFlag, StoredInstant } from './columns.ts'
import { sql } from './failures.ts'
import { insertMany } from './insert-many.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

export interface EmergencyRow {
  readonly id: EmergencyClosureId
  readonly version: number
  readonly branch_id: BranchId
  readonly closure_id: ClosureId | null
  readonly starts_on: Day
  readonly ends_on: Day
  readonly reopens_on: Day
  readonly calendar_ignored: StoredFlag
  readonly reason: string
  readonly state: EmergencyState
  readonly created_by: MemberId | null
  readonly declared_at: StoredInstant
}

export const toEmergencyClosure = (row: EmergencyRow): EmergencyClosure => ({
  id: row.id,
  version: row.version,
  branchId: row.branch_id,
  closureId: row.closure_id,
  from: row.starts_on,
  to: row.ends_on,
  reopensOn: row.reopens_on,
  calendarIgnored: toFlag(row.calendar_ignored),
  reason: row.reason,
  state: row.state,
  declaredBy: row.created_by,
  declaredAt: toInstant(row.declared_at),
})

export interface MoveRow {
  readonly id: number
  readonly emergency_closure_id: EmergencyClosureId
  readonly borrowing_id: LoanId | null
  readonly reservation_id: ReservationId | null
  readonly was: StoredInstant
  readonly was_overdue_from: StoredInstant | null
  readonly becomes: StoredInstant
  readonly renewal_count: number | null
  readonly outcome: MoveOutcome
}

const toMoveRow = (emergencyClosureId: EmergencyClosureId, move: PlannedMove) => ({
  emergency_closure_id: emergencyClosureId,
  borrowing_id: move.kind === 'loan' ? move.loanId : null,
  reservation_id: move.kind === 'reservation' ? move.reservationId : null,
  was: fromInstant(move.was),
  was_overdue_from: move.kind === 'loan' ? fromInstant(move.wasOverdueFrom) : null,
  becomes: fromInstant(move.becomes),
  renewal_count: move.kind === 'loan' ? move.renewalCount : null,
  outcome: move.outcome,
})

/** The schema sees to it that a row is of a loan, with all that a loan needs, or of a reservation. */
export const toMove = (row: MoveRow): Move => {
  const facts = {
    id: row.id,
    was: toInstant(row.was),
    becomes: toInstant(row.becomes),
    outcome: row.outcome,
  }
  return row.reservation_id === null
    ? toLoanMove(row, facts)
    : { ...facts, kind: 'reservation', reservationId: row.reservation_id }
}

const toLoanMove = (
  { borrowing_id, was_overdue_from, renewal_count }: MoveRow,
  facts: Pick<LoanMove, 'id' | 'was' | 'becomes' | 'outcome'>,
): LoanMove => {
  if (borrowing_id === null || was_overdue_from === null || renewal_count === null) {
    throw new Error(`The date ${String(facts.id)} of an emergency closure is of nothing`)
  }
  return {
    ...facts,
    kind: 'loan',
    loanId: borrowing_id,
    renewalCount: renewal_count,
    wasOverdueFrom: toInstant(was_overdue_from),
  }
}

interface DueRow {
  readonly id: LoanId
  readonly due_date: StoredInstant
  readonly overdue_from: StoredInstant
  readonly due_zone: Zone
  readonly renewal_count: number
}

const toDueLoan = (row: DueRow): DueLoan => ({
  id: row.id,
  dueAt: toInstant(row.due_date),
  overdueFrom: toInstant(row.overdue_from),
  zone: row.due_zone,
  renewalCount: row.renewal_count,
})

const closures = 'emergency_closures'
const moves = 'emergency_moves'
const subjects = ['borrowing_id', 'reservation_id'] as const

export const emergencyClosures = (transaction: Transaction): EmergencyClosures => {
  const { knex, now } = transaction
  /** On the list with the very date. */
  const listedLoan = ({ notIn }: DatesWithin) =>
    knex(`${moves} as move`)
      .where({ 'move.emergency_closure_id': notIn ?? 0, 'move.borrowing_id': knex.ref('borrowings.id') })
      .where(date => {
        void date.where('move.becomes', knex.ref('borrowings.due_date')).orWhere({
          'move.was': knex.ref('borrowings.due_date'),
          'move.renewal_count': knex.ref('borrowings.renewal_count'),
        })
      })
      .select('move.id')
  const listedShelf = ({ notIn }: DatesWithin) =>
    knex(`${moves} as move`)
      .where({ 'move.emergency_closure_id': notIn ?? 0, 'move.reservation_id': knex.ref('reservations.id') })
      .where(date => {
        void date
          .where('move.becomes', knex.ref('reservations.ready_until'))
          .orWhere('move.was', knex.ref('reservations.ready_until'))
      })
      .select('move.id')
  return {
    add: closure =>
      sql(async () => {
        const at = now()
        const [row] = await knex(closures)
          .insert({
            branch_id: closure.branchId,
            closure_id: closure.closureId,
            starts_on: closure.from,
            ends_on: closure.to,
            reopens_on: closure.reopensOn,
            calendar_ignored: closure.calendarIgnored,
            reason: closure.reason,
            state: closure.state,
            created_by: closure.declaredBy,
            declared_at: fromInstant(closure.declaredAt),
            version: 1,
            created_at: at,
            updated_at: at,
          })
          .returning<EmergencyRow[]>('*')
        return toEmergencyClosure(row as EmergencyRow)
      }),
    get: id =>
      pipe(
        sql(() => locking(transaction, knex(closures).where({ id })).first<EmergencyRow | undefined>()),
        TE.flatMap(row =>
          row === undefined ? TE.left(notFound('emergency_closure', id)) : TE.right(toEmergencyClosure(row)),
        ),
      ),
    ofBranch: branchId =>
      sql(async () => {
        const rows = await knex(closures)
          .where({ branch_id: branchId })
          .orderBy('id')
          .select<EmergencyRow[]>('*')
        return rows.map(toEmergencyClosure)
      }),
    save: closure =>
      pipe(
        sql(() =>
          knex(closures)
            .where({ id: closure.id, version: closure.version })
            .update({
              state: closure.state,
              closure_id: closure.closureId,
              version: closure.version + 1,
              updated_at: now(),
            }),
        ),
        TE.flatMap(written =>
          written === 1
            ? TE.right({ ...closure, version: closure.version + 1 })
            : TE.left(staleWrite('emergency_closure', closure.id)),
        ),
      ),
    unfinished: (after, limit) =>
      sql(async () => {
        const rows = await knex(closures)
          .whereIn('state', ['applying', 'undoing'])
          .where('id', '>', after ?? 0)
          .orderBy('id')
          .limit(limit)
          .select<{ id: EmergencyClosureId }[]>('id')
        return rows.map(({ id }) => id)
      }),
    loansDue: (within, after, limit) =>
      sql(async () => {
        const rows = await knex('borrowings')
          .where({ calendar_branch_id: within.branchId, state: 'open' })
          .where('due_date', '>=', fromInstant(within.from))
          .where('due_date', '<', fromInstant(within.until))
          .where('id', '>', after ?? 0)
          .whereNotExists(listedLoan(within))
          .orderBy('id')
          .limit(limit)
          .select<DueRow[]>('id', 'due_date', 'overdue_from', 'due_zone', 'renewal_count')
        return rows.map(toDueLoan)
      }),
    shelfDates: (within, after, limit) =>
      sql(async () => {
        const rows = await knex('reservations')
          .where({ branch_id: within.branchId })
          .whereIn('status', ['ready', 'in_transit'])
          .where('ready_until', '>=', fromInstant(within.from))
          .where('ready_until', '<', fromInstant(within.until))
          .where('id', '>', after ?? 0)
          .whereNotExists(listedShelf(within))
          .orderBy('id')
          .limit(limit)
          .select<{ id: ReservationId; ready_until: StoredInstant }[]>('id', 'ready_until')
        return rows.map(row => ({ id: row.id, readyUntil: toInstant(row.ready_until) }))
      }),
    plan: (id, planned) =>
      sql(async () => {
        const rows = planned.map(move => toMoveRow(id, move))
        for (const column of subjects) {
          const again = rows.flatMap(row => row[column] ?? [])
          if (again.length > 0)
            await knex(moves).where({ emergency_closure_id: id }).whereIn(column, again).del()
        }
        await insertMany(knex, moves, rows)
      }),
    next: (id, outcome, limit) =>
      sql(async () => {
        const rows = await knex(moves)
          .where({ emergency_closure_id: id, outcome })
          .orderBy('id')
          .limit(limit)
          .select<MoveRow[]>('*')
        return rows.map(toMove)
      }),
    settle: (settled, outcome) =>
      settled.length === 0
        ? TE.right(undefined)
        : pipe(
            sql(() =>
              knex(moves)
                .whereIn(
                  'id',
                  settled.map(({ id }) => id),
                )
                .update({ outcome }),
            ),
            TE.map(() => undefined),
          ),
    abandon: id =>
      pipe(
        sql(() =>
          knex(moves).where({ emergency_closure_id: id, outcome: 'pending' }).update({ outcome: 'left' }),
        ),
        TE.map(() => undefined),
      ),
    counts: id =>
      sql(async () => {
        const rows = await knex(moves)
          .where({ emergency_closure_id: id })
          .groupBy('outcome')
          .select<{ outcome: MoveOutcome; loans: number | string; total: number | string }[]>(
            'outcome',
            knex.raw('count(borrowing_id) as loans'),
            knex.raw('count(*) as total'),
          )
        return rows.flatMap(({ outcome, loans, total }) => [
          { kind: 'loan' as const, outcome, count: Number(loans) },
          { kind: 'reservation' as const, outcome, count: Number(total) - Number(loans) },
        ])
      }),
    first: (id, kind, limit) =>
      sql(async () => {
        const rows = await knex(moves)
          .where({ emergency_closure_id: id })
          .whereNotNull(kind === 'loan' ? 'borrowing_id' : 'reservation_id')
          .orderBy('id')
          .limit(limit)
          .select<MoveRow[]>('*')
        return rows.map(toMove)
      }),
    movingOn: id =>
      sql(async () => {
        const later: EmergencyClosureId[] = []
        // One after the other: each goes by the index of its own column.
        for (const column of subjects) later.push(...(await movingOn(knex, id, column)))
        return later.sort((a, b) => b - a)[0] ?? null
      }),
    movedOf: loanId =>
      sql(async () => {
        const moved = await knex(moves)
          .where({ borrowing_id: loanId, outcome: 'moved' })
          .orderBy('id')
          .select<MoveRow[]>('*')
        const by = await knex(closures)
          .whereIn(
            'id',
            moved.map(row => row.emergency_closure_id),
          )
          .select<EmergencyRow[]>('*')
        return moved.flatMap(row => {
          const move = toMove(row)
          const closure = by.find(({ id }) => id === row.emergency_closure_id)
          return move.kind === 'loan' && closure !== undefined
            ? [{ move, closure: toEmergencyClosure(closure) }]
            : []
        })
      }),
  }
}

const movingOn = async (
  knex: Transaction['knex'],
  id: EmergencyClosureId,
  column: (typeof subjects)[number],
): Promise<readonly EmergencyClosureId[]> => {
  const rows = await knex(`${moves} as own`)
    .join(`${moves} as later`, join => {
      void join.on(`later.${column}`, `own.${column}`).on('later.was', 'own.becomes')
    })
    .join(`${closures} as closure`, 'closure.id', 'later.emergency_closure_id')
    .where({ 'own.emergency_closure_id': id, 'own.outcome': 'moved', 'later.outcome': 'moved' })
    .where('closure.branch_id', knex(closures).where({ id }).select('branch_id'))
    .whereNot('closure.id', id)
    .orderBy('closure.id', 'desc')
    .limit(1)
    .select<{ id: EmergencyClosureId }[]>('closure.id')
  return rows.map(row => row.id)
}
