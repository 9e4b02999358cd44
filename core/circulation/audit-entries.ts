/** What the audit is told of lending (AUT-9): the loan, what its rules were set aside for, the state of the copy. */
import { difference, recordKept } from '../identity/audit.ts'
import type { AuditEntry, AuditFacts, AuditStores } from '../identity/audit.ts'
import type { Act } from '../identity/actor.ts'
import type { TaskEither } from '../shared/fp.ts'
import { canonicalJson } from '../shared/canonical-json.ts'
import type { EmergencyClosureId } from '../shared/id.ts'
import { toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { snaked } from '../shared/spelling.ts'
import type { Condition, Copy } from './copy.ts'
import type { EmergencyClosure } from './emergency-closure.ts'
import type { Loan, Override, ReturnedLoan, UnreturnedLoan } from './loan.ts'
import type { Resolution, Severity } from './mishaps.ts'
import { suspensionOf } from './reservation.ts'
import type { Reservation } from './reservation.ts'
import { allRows } from './rule-table.ts'
import type { RuleTable } from './rule-table.ts'
import type { OpenTransfer } from './transfer.ts'

/** The version belongs to the row, the rest is what the desk says of the copy or does with it. */
export const recordCopy = (
  stores: AuditStores,
  act: Act,
  before: Copy | null,
  after: Copy,
): TaskEither<never, void> =>
  recordKept<object>('copy')(stores, act, {
    id: after.id,
    before: before === null ? null : toldOf(before),
    after: toldOf(after),
  })

const toldOf = (copy: Copy) => ({
  bookId: copy.bookId,
  branchId: copy.branchId,
  copyNumber: copy.copyNumber,
  barcode: copy.barcode,
  condition: copy.condition,
  location: copy.location,
  acquisitionDate: copy.acquisitionDate,
  lastMaintenance: copy.lastMaintenance,
  price: copy.price,
  loanCategory: copy.loanCategory,
  status: copy.status,
})

const ofLoan = (
  loan: Loan,
  done: 'created' | 'returned' | 'renewed' | 'moved' | 'lost' | 'claimed' | 'damaged',
  at: Instant,
) => ({
  action: `borrowing.${done}` as const,
  target: { type: 'borrowing' as const, id: loan.id },
  at,
})

const overridden = (override: Override | null): AuditFacts =>
  override === null ? {} : { overridden_rules: override.rules, override_reason: override.reason }

export const lent = (loan: Loan): AuditEntry => ({
  before: null,
  after: {
    user_id: loan.memberId,
    book_copy_id: loan.copyId,
    book_id: loan.bookId,
    branch_id: loan.branchId,
    due_date: toIso(loan.dueAt),
    ...overridden(loan.override),
  },
  ...ofLoan(loan, 'created', loan.borrowedAt),
})

/** @param override what was set aside for this renewal, null when nothing was */
export const renewed = (before: Loan, after: Loan, override: Override | null, at: Instant): AuditEntry => ({
  before: { due_date: toIso(before.dueAt), renewal_count: before.renewalCount },
  after: { due_date: toIso(after.dueAt), renewal_count: after.renewalCount, ...overridden(override) },
  ...ofLoan(after, 'renewed', at),
})

/**
 * An emergency closure moved the due date, or its undo gave the old one back (R6.9).
 * @param by the emergency closure
 */
export const dueDateMoved = (before: Loan, after: Loan, by: EmergencyClosureId, at: Instant): AuditEntry => ({
  before: { due_date: toIso(before.dueAt) },
  after: { due_date: toIso(after.dueAt), emergency_closure_id: by },
  ...ofLoan(after, 'moved', at),
})

/** Likewise of the last moment on the hold shelf. */
export const shelfDateMoved = (
  before: Reservation,
  after: Reservation,
  by: EmergencyClosureId,
  at: Instant,
): AuditEntry => ({
  action: 'reservation.moved',
  target: { type: 'reservation', id: after.id },
  at,
  before: { ready_until: shelfDateOf(before) },
  after: { ready_until: shelfDateOf(after), emergency_closure_id: by },
})

const shelfDateOf = (reservation: Reservation): string | null =>
  'readyUntil' in reservation && reservation.readyUntil !== null ? toIso(reservation.readyUntil) : null

const ofClosure = ({ id }: EmergencyClosure, done: 'created' | 'undone', at: Instant) => ({
  action: `emergency_closure.${done}` as const,
  target: { type: 'emergency_closure' as const, id },
  at,
})

export const closureDeclared = (closure: EmergencyClosure, at: Instant): AuditEntry => ({
  before: null,
  after: {
    branch_id: closure.branchId,
    from: closure.from,
    to: closure.to,
    reason: closure.reason,
    reopens_on: closure.reopensOn,
    calendar_ignored: closure.calendarIgnored,
  },
  ...ofClosure(closure, 'created', at),
})

export const closureUndone = (
  before: EmergencyClosure,
  after: EmergencyClosure,
  at: Instant,
): AuditEntry => ({
  before: { state: before.state },
  after: { state: after.state },
  ...ofClosure(after, 'undone', at),
})

/** The library's own renewal was refused, and the member told. */
export const notRenewed = (loan: Loan, rules: readonly string[], at: Instant): AuditEntry => ({
  action: 'borrowing.not_renewed',
  target: { type: 'borrowing', id: loan.id },
  at,
  before: null,
  after: { due_date: toIso(loan.dueAt), failed_rules: rules },
})

/**
 * @param before the loan until then, and the condition of its copy
 * @param back the condition it came back in, and what became of a claim
 */
export const broughtBack = (
  loan: ReturnedLoan,
  before: { readonly loan: UnreturnedLoan; readonly condition: Condition },
  back: { readonly condition: Condition; readonly resolution: Resolution | null },
): AuditEntry => ({
  before: {
    due_date: toIso(loan.dueAt),
    condition: before.condition,
    ...(before.loan.state === 'open' ? {} : { status: before.loan.state }),
  },
  after: {
    return_date: toIso(loan.returnedAt),
    return_branch_id: loan.returnBranchId,
    condition: back.condition,
    fine_amount: loan.finesPosted,
    ...(back.resolution === null ? {} : { resolution: back.resolution }),
  },
  ...ofLoan(loan, 'returned', loan.scannedAt),
})

/** It will not come back, or its member says that it did. */
export const reported = (before: Loan, after: Loan, done: 'lost' | 'claimed', at: Instant): AuditEntry => ({
  before: { status: before.state },
  after: { status: after.state },
  ...ofLoan(after, done, at),
})

/** @param condition of the copy until then */
export const damaged = (loan: Loan, severity: Severity, condition: Condition, at: Instant): AuditEntry => ({
  before: { condition },
  after: { condition: 'damaged', severity },
  ...ofLoan(loan, 'damaged', at),
})

/** @param override what was set aside for it, null when nothing was */
export const reserved = (reservation: Reservation, override: Override | null): AuditEntry => ({
  action: 'reservation.created',
  target: { type: 'reservation', id: reservation.id },
  at: reservation.reservedAt,
  before: null,
  after: {
    user_id: reservation.memberId,
    book_id: reservation.bookId,
    branch_id: reservation.branchId,
    expires_on: reservation.expiresOn,
    ...overridden(override),
  },
})

/** The rows in which two tables differ: one that was changed stands on both sides. */
export const rulesChanged = (before: RuleTable, after: RuleTable): AuditEntry => ({
  action: 'circulation_rules.changed',
  target: { type: 'circulation_rules', id: null },
  at: null,
  before: { version: before.version, rows: rowsBeside(after, before) },
  after: { version: after.version, rows: rowsBeside(before, after) },
})

/** The rows of a table that the other one has not; a store may give the parts of a value back in another order. */
const rowsBeside = (other: RuleTable, table: RuleTable): readonly AuditFacts[] => {
  const there = new Set(allRows(other).map(canonicalJson))
  return allRows(table)
    .filter(row => !there.has(canonicalJson(row)))
    .map(row => snaked(row))
}

export const reservationChanged = (before: Reservation, after: Reservation, at: Instant): AuditEntry => ({
  action: 'reservation.changed',
  target: { type: 'reservation', id: after.id },
  at,
  ...difference(changeable(before), changeable(after)),
})

const changeable = (reservation: Reservation) => ({
  status: reservation.status,
  branchId: reservation.branchId,
  suspendedUntil: suspensionOf(reservation),
  priority: reservation.priority,
  expiresOn: reservation.expiresOn,
})

/** Staff sent a copy by hand. */
export const sent = (transfer: OpenTransfer, at: Instant): AuditEntry => ({
  action: 'transfer.created',
  target: { type: 'transfer', id: transfer.id },
  at,
  before: null,
  after: {
    book_copy_id: transfer.copyId,
    from_branch_id: transfer.fromBranchId,
    to_branch_id: transfer.toBranchId,
    reservation_id: transfer.reservationId,
  },
})
