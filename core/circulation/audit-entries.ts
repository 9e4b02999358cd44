/** What the audit is told of lending (AUT-9): the loan, what its rules were set aside for, the state of the copy. */
import { recordKept } from '../identity/audit.ts'
import type { AuditEntry, AuditFacts, AuditStores } from '../identity/audit.ts'
import type { Act } from '../identity/actor.ts'
import type { TaskEither } from '../shared/fp.ts'
import { toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Condition, Copy } from './copy.ts'
import type { Loan, Override, ReturnedLoan } from './loan.ts'
import type { Reservation } from './reservation.ts'

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

const ofLoan = (loan: Loan, done: 'created' | 'returned' | 'renewed', at: Instant) => ({
  action: `borrowing.${done}` as const,
  target: { type: 'borrowing' as const, id: loan.id },
  at,
})

const overridden = (override: Override | null): AuditFacts =>
  override === null ? {} : { overridden_rules: override.rules, override_reason: override.reason }

export const lent = (loan: Loan): AuditEntry => ({
  ...ofLoan(loan, 'created', loan.borrowedAt),
  before: null,
  after: {
    user_id: loan.memberId,
    book_copy_id: loan.copyId,
    book_id: loan.bookId,
    branch_id: loan.branchId,
    due_date: toIso(loan.dueAt),
    ...overridden(loan.override),
  },
})

/** @param override what was set aside for this renewal, null when nothing was */
export const renewed = (before: Loan, after: Loan, override: Override | null, at: Instant): AuditEntry => ({
  ...ofLoan(after, 'renewed', at),
  before: { due_date: toIso(before.dueAt), renewal_count: before.renewalCount },
  after: { due_date: toIso(after.dueAt), renewal_count: after.renewalCount, ...overridden(override) },
})

/** The library's own renewal was refused, and the member told. */
export const notRenewed = (loan: Loan, rules: readonly string[], at: Instant): AuditEntry => ({
  action: 'borrowing.not_renewed',
  target: { type: 'borrowing', id: loan.id },
  at,
  before: null,
  after: { due_date: toIso(loan.dueAt), failed_rules: rules },
})

/** @param condition of the copy when it was lent, and as it came back */
export const broughtBack = (
  loan: ReturnedLoan,
  condition: { readonly before: Condition; readonly after: Condition },
): AuditEntry => ({
  ...ofLoan(loan, 'returned', loan.scannedAt),
  before: { due_date: toIso(loan.dueAt), condition: condition.before },
  after: {
    return_date: toIso(loan.returnedAt),
    return_branch_id: loan.returnBranchId,
    condition: condition.after,
    fine_amount: loan.finesPosted,
  },
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
