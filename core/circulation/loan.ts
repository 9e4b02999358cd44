/** A loan: the API's "borrowing". Closed in place, never moved or deleted (circulation R3.7). */
import { changed } from '../shared/changed.ts'
import type { Changed } from '../shared/changed.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import { add, zero } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'
import type { LoanEvent } from './events.ts'
import type { DueDate, LoanTerms } from './loan-terms.ts'
import type { Resolution, Severity } from './mishaps.ts'

/** The rules that a member of the staff set aside, and why. */
export interface Override {
  readonly rules: readonly string[]
  readonly reason: string
}

interface LoanFacts {
  readonly id: LoanId
  /** 0 for a loan that was never saved. */
  readonly version: number
  readonly memberId: MemberId
  readonly copyId: CopyId
  readonly bookId: BookId
  /** Where it was lent. */
  readonly branchId: BranchId
  readonly borrowedAt: Instant
  readonly dueAt: Instant
  readonly overdueFrom: Instant
  /** Where the period began that ends with the due date; null where nobody remembers. */
  readonly dueFrom: Instant | null
  readonly terms: LoanTerms
  readonly renewalCount: number
  /** What was posted for being late so far; what still runs is not in it. */
  readonly finesPosted: Minor
  /** The member of the staff who lent it, null when the member did it himself. */
  readonly librarianId: MemberId | null
  readonly notes: string | null
  readonly override: Override | null
  /** The due date for which the library could not renew it by itself, and said so to its member; null for none. */
  readonly notRenewedFor: Instant | null
  /** The due date that its member was reminded of; null for none (R5.3). */
  readonly remindedFor: Instant | null
}

export type OpenLoan = LoanFacts & { readonly state: 'open' }
export type LostLoan = LoanFacts & { readonly state: 'lost' }
export type ClaimedLoan = LoanFacts & { readonly state: 'claimed_returned' }
export type ReturnedLoan = LoanFacts & {
  readonly state: 'returned'
  /** When it came back, as fines count it (the book drop may be earlier than the scan, R3.2). */
  readonly returnedAt: Instant
  readonly scannedAt: Instant
  readonly returnBranchId: BranchId
}

export type Loan = OpenLoan | LostLoan | ClaimedLoan | ReturnedLoan
export type LoanState = Loan['state']
/** The copy is not back: every loan but a returned one. */
export type UnreturnedLoan = Exclude<Loan, ReturnedLoan>

export type NewLoan = Omit<
  LoanFacts,
  | 'version'
  | 'dueAt'
  | 'overdueFrom'
  | 'dueFrom'
  | 'renewalCount'
  | 'finesPosted'
  | 'notRenewedFor'
  | 'remindedFor'
>

export const open = (terms: NewLoan, due: DueDate): Changed<OpenLoan, LoanEvent> => {
  const loan: OpenLoan = {
    version: 0,
    dueAt: due.dueAt,
    overdueFrom: due.overdueFrom,
    dueFrom: terms.borrowedAt,
    renewalCount: 0,
    finesPosted: zero,
    notRenewedFor: null,
    remindedFor: null,
    state: 'open',
    ...terms,
  }
  return changed<OpenLoan, LoanEvent>(loan, {
    type: 'LoanOpened',
    version: 1,
    aggregate: 'loan',
    aggregateId: loan.id,
    occurredAt: loan.borrowedAt,
    payload: { dueAt: loan.dueAt, overridden: loan.override?.rules ?? [], ...namesOf(loan) },
  })
}

/** R5.1: where the period of a renewal begins. */
export const renewalStart = ({ terms, dueAt }: Loan, now: Instant): Instant =>
  terms.renewalFrom === 'now' ? now : dueAt

/** A new due date; the fine posted for the overdue period, if any, is added to what the loan has cost. */
export const renew = (
  loan: OpenLoan,
  due: DueDate,
  at: Instant,
  fine: Minor,
  override: Override | null,
): Changed<OpenLoan, LoanEvent> => {
  const renewed: OpenLoan = {
    ...loan,
    dueAt: due.dueAt,
    overdueFrom: due.overdueFrom,
    dueFrom: renewalStart(loan, at),
    renewalCount: loan.renewalCount + 1,
    finesPosted: add(loan.finesPosted, fine),
    override: override ?? loan.override,
  }
  return changed<OpenLoan, LoanEvent>(renewed, {
    type: 'LoanRenewed',
    version: 1,
    aggregate: 'loan',
    aggregateId: loan.id,
    occurredAt: at,
    payload: {
      dueAt: renewed.dueAt,
      previousDueAt: loan.dueAt,
      renewalCount: renewed.renewalCount,
      overridden: override?.rules ?? [],
      ...namesOf(loan),
    },
  })
}

/** Another due date, for reasons of the library's: the period, and how often it was renewed, stay what they are (R6.9). */
export const moveDueDate = (
  loan: OpenLoan,
  { dueAt, overdueFrom }: Pick<DueDate, 'dueAt' | 'overdueFrom'>,
  at: Instant,
): Changed<OpenLoan, LoanEvent> =>
  changed<OpenLoan, LoanEvent>(
    { ...loan, dueAt, overdueFrom },
    {
      type: 'LoanDueDateMoved',
      payload: { dueAt, previousDueAt: loan.dueAt, ...namesOf(loan) },
      ...eventOf(loan, at),
    },
  )

/**
 * The library could not renew it by itself (R5.4): nothing changes but that its member is told, once for this due date.
 * @param rules that refused
 */
export const refuseRenewal = (
  loan: OpenLoan,
  rules: readonly string[],
  at: Instant,
): Changed<OpenLoan, LoanEvent> =>
  changed<OpenLoan, LoanEvent>(
    { ...loan, notRenewedFor: loan.dueAt },
    {
      type: 'LoanNotRenewed',
      version: 1,
      aggregate: 'loan',
      aggregateId: loan.id,
      occurredAt: at,
      payload: { dueAt: loan.dueAt, rules, ...namesOf(loan) },
    },
  )

/** Its member is told that it is due soon, once for this due date: with another one it does not match any more (R5.3). */
export const remind = (loan: OpenLoan, at: Instant): Changed<OpenLoan, LoanEvent> =>
  changed<OpenLoan, LoanEvent>(
    { ...loan, remindedFor: loan.dueAt },
    { type: 'LoanDueSoon', payload: { dueAt: loan.dueAt, ...namesOf(loan) }, ...eventOf(loan, at) },
  )

export interface Homecoming {
  readonly returnedAt: Instant
  readonly scannedAt: Instant
  readonly branchId: BranchId
  readonly fine: Minor
  readonly notes: string | null
  /** What became of a claim, or of a loss; null where the copy was simply brought. */
  readonly resolution: Resolution | null
}

export const close = (loan: UnreturnedLoan, back: Homecoming): Changed<ReturnedLoan, LoanEvent> => {
  const returned: ReturnedLoan = {
    returnedAt: back.returnedAt,
    scannedAt: back.scannedAt,
    returnBranchId: back.branchId,
    ...loan,
    state: 'returned',
    finesPosted: add(loan.finesPosted, back.fine),
    notes: withNotes(loan, back.notes),
  }
  return changed<ReturnedLoan, LoanEvent>(returned, {
    type: 'LoanReturned',
    version: 1,
    aggregate: 'loan',
    aggregateId: loan.id,
    occurredAt: back.scannedAt,
    payload: {
      returnedAt: back.returnedAt,
      after: loan.state,
      resolution: back.resolution,
      ...namesOf(loan),
    },
  })
}

/** What the desk wrote at the checkout stays. */
const withNotes = (loan: Loan, notes: string | null): string | null =>
  loan.notes === null || notes === null ? (notes ?? loan.notes) : `${loan.notes}\n${notes}`

/**
 * The copy will not come back (CIR-5). What it costs itself is for the accounts to say, by the event.
 * @param fine posted for the time that it is overdue (R4.5), in minor units
 */
export const lose = (loan: OpenLoan | ClaimedLoan, at: Instant, fine: Minor): Changed<LostLoan, LoanEvent> =>
  changed<LostLoan, LoanEvent>(
    { ...loan, state: 'lost', finesPosted: add(loan.finesPosted, fine) },
    { type: 'LoanLost', payload: { after: loan.state, ...namesOf(loan) }, ...eventOf(loan, at) },
  )

/** The member says that he brought it back (R3.6). From here on nothing runs up, and it counts for no limit (R2.3). */
export const claim = (loan: OpenLoan, at: Instant): Changed<ClaimedLoan, LoanEvent> =>
  changed<ClaimedLoan, LoanEvent>(
    { ...loan, state: 'claimed_returned' },
    { type: 'LoanClaimedReturned', payload: namesOf(loan), ...eventOf(loan, at) },
  )

/** The copy was damaged by this loan, which may have come back. What that costs is for the accounts to say, by the event. */
export const damage = <Any extends Loan>(
  loan: Any,
  { severity, description }: { readonly severity: Severity; readonly description: string },
  at: Instant,
): Changed<Any, LoanEvent> =>
  changed<Any, LoanEvent>(
    { ...loan, notes: withNotes(loan, description) },
    { type: 'LoanDamageReported', payload: { severity, ...namesOf(loan) }, ...eventOf(loan, at) },
  )

const eventOf = (loan: Loan, occurredAt: Instant) =>
  ({ version: 1, aggregate: 'loan', aggregateId: loan.id, occurredAt }) as const

export const isOverdue = (loan: Loan, now: Instant): boolean =>
  loan.state === 'open' && now >= loan.overdueFrom

const namesOf = ({ id, memberId, copyId, bookId, branchId }: Loan) => ({
  loanId: id,
  memberId,
  copyId,
  bookId,
  branchId,
})
