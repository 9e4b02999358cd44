/** A copy comes back: what `PUT …/return` and the scan at the desk share (circulation R3). */
import type { Fine } from '../accounts/fine.ts'
import { deskOf, isStaff } from '../identity/actor.ts'
import type { AuditStores } from '../identity/audit.ts'
import { permitted } from '../identity/permissions.ts'
import type { Permission } from '../identity/permissions.ts'
import type { Act } from '../identity/actor.ts'
import { E, pipe, TE, together } from '../shared/fp.ts'
import type { Either, TaskEither } from '../shared/fp.ts'
import type { BranchId, ReservationId } from '../shared/id.ts'
import { toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { conflict } from '../shared/refusal.ts'
import type { Conflict, NotFound, PermissionDenied } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite } from '../shared/unit-of-work.ts'
import { asExpected } from '../shared/versions.ts'
import type { VersionMismatch } from '../shared/versions.ts'
import { broughtBack } from './audit-entries.ts'
import { inspected } from './copy.ts'
import type { Condition, Copy, OnLoan } from './copy.ts'
import { settle } from './hold-shelf.ts'
import type { Settled } from './hold-shelf.ts'
import { close } from './loan.ts'
import type { Loan, OpenLoan } from './loan.ts'
import { postOverdue } from './overdue-charge.ts'
import type { SpareIds } from './overdue-charge.ts'
import type { CirculationStores, LoanKeys } from './ports.ts'
import type { AlreadyReturned, ReturnRefused } from './refusals.ts'
import { overview } from './standing.ts'
import type { LoanOverview } from './standing.ts'

export interface Homecoming {
  readonly act: Act
  /** Where it came back; null: the desk's branch, else the copy's. */
  readonly branchId: BranchId | null
  readonly condition: Condition | null
  readonly notes: string | null
  /** When it really came back (book drop); null is now. For staff, like the condition. */
  readonly returnedAt: Instant | null
}

/** What the desk does with the copy now: onto its shelf, onto the hold shelf, or off to another branch. */
export interface NextStep {
  readonly action: 'reshelve' | 'hold' | 'transfer'
  readonly branchId: BranchId
  /** Whom it is set aside for, null when nobody waits for it. */
  readonly reservationId: ReservationId | null
}

export interface ReturnResult {
  readonly overview: LoanOverview
  /** What was posted by this return, null when nothing was. */
  readonly fine: Fine | null
  readonly nextStep: NextStep
}

export type HomecomingError =
  | NotFound
  | PermissionDenied
  | VersionMismatch
  | ReturnRefused
  | AlreadyReturned
  | Conflict
  | DuplicateKey
  | StaleWrite

export type ReturnStores = Pick<
  CirculationStores,
  | 'borrowers'
  | 'locks'
  | 'titles'
  | 'copies'
  | 'loans'
  | 'reservations'
  | 'fines'
  | 'rules'
  | 'calendars'
  | 'memberAccounts'
  | 'settings'
> &
  AuditStores

/** A member returns his own; the condition and the time it came back are for staff to say. */
export const mayBringBack = (
  { act, branchId, condition, returnedAt }: Homecoming,
  permission: Permission,
  memberId: Loan['memberId'] | null,
  copyBranch: BranchId,
): Either<PermissionDenied, void> =>
  pipe(
    permitted(act.actor, permission, { memberId, branchId: branchId ?? deskOf(act.actor) ?? copyBranch }),
    E.flatMap(() =>
      isStaff(act.actor) || (condition === null && returnedAt === null)
        ? E.right(undefined)
        : E.left<PermissionDenied>({ type: 'PermissionDenied', permission: 'loan:return-by-barcode' }),
    ),
  )

/** The keys of a loan that is out. */
export type LoanOutKeys = Omit<LoanKeys, 'branchId'>

/** Locks in the fixed order, posts what is due, closes the loan and puts the copy away. */
export const bringBack = (
  stores: ReturnStores,
  command: Homecoming,
  keys: LoanOutKeys,
  spare: SpareIds,
  now: Instant,
): TaskEither<HomecomingError, ReturnResult> =>
  pipe(
    TE.Do,
    TE.bindW('locked', () => stores.locks.ofLoan(keys)),
    TE.tap(({ locked: { loan } }) => TE.fromEither(asExpected(command.act, 'borrowing', loan))),
    TE.bindW('open', ({ locked: { loan, copy } }) => TE.fromEither(returnable(loan, copy))),
    TE.bindW('returnedAt', ({ open }) => TE.fromEither(timeOf(command, open.loan, now))),
    TE.bindW('facts', ({ open: { loan } }) =>
      together(stores.calendars.of([loan.terms.calendarBranchId]), stores.memberAccounts.ofLoan(loan.id)),
    ),
    TE.bindW('posted', ({ open, returnedAt, facts: [calendars, { unpaidOverdue }] }) =>
      postOverdue(stores, command.act, {
        loan: open.loan,
        calendar: calendars.get(open.loan.terms.calendarBranchId),
        price: open.copy.price,
        unpaidOverdue,
        until: returnedAt,
        at: now,
        description: 'Returned late',
        spare,
      }),
    ),
    TE.let('back', ({ open, returnedAt, posted }) => ({
      loan: close(open.loan, {
        returnedAt,
        scannedAt: now,
        branchId: placeOf(command, open.copy),
        fine: posted.amount,
        notes: command.notes,
      }),
      copy: inspected(open.copy, command.condition),
    })),
    TE.bindW('saved', ({ open, back, locked: { title } }) =>
      together(
        stores.loans.save(back.loan, command.act),
        settle(stores, command.act, {
          title,
          before: open.copy,
          copy: back.copy,
          at: placeOf(command, open.copy),
          now,
        }),
        stores.audit.record(
          command.act,
          broughtBack(back.loan.state, { before: open.copy.condition, after: back.copy.condition }),
        ),
      ),
    ),
    TE.map(({ saved: [loan, settled], open, locked: { title }, posted, facts: [, account] }) => ({
      overview: overview(
        { loan, title: title.title, barcode: open.copy.barcode, price: open.copy.price, ...account },
        null,
        now,
      ),
      fine: posted.fine,
      nextStep: nextStep(settled),
    })),
  )

/** Where it happens. */
export const placeOf = ({ branchId, act }: Homecoming, copy: Copy): BranchId =>
  branchId ?? deskOf(act.actor) ?? copy.branchId

const returnable = (
  loan: Loan,
  copy: Copy,
): Either<AlreadyReturned | Conflict, { readonly loan: OpenLoan; readonly copy: OnLoan }> => {
  if (loan.state === 'returned') return E.left({ type: 'AlreadyReturned', loanId: loan.id })
  return loan.state === 'open' && copy.status === 'on_loan' && copy.loanId === loan.id
    ? E.right({ loan, copy })
    : E.left(
        conflict(`A loan that is ${loan.state} needs its resolution first`, {
          borrowing_id: loan.id,
          status: loan.state,
        }),
      )
}

/** R3.2: never in the future, nor before the loan. */
const timeOf = ({ returnedAt }: Homecoming, loan: OpenLoan, now: Instant): Either<ReturnRefused, Instant> => {
  const at = returnedAt ?? now
  return loan.borrowedAt <= at && at <= now
    ? E.right(at)
    : E.left({
        type: 'ReturnRefused',
        verdicts: [
          {
            rule: 'returned-at',
            verdict: 'fail',
            kind: 'blocker',
            message: 'The return must lie between the loan and now',
            limit: at > now ? toIso(now) : toIso(loan.borrowedAt),
            actual: toIso(at),
          },
        ],
      })
}

export const nextStep = ({ copy, reservation }: Settled): NextStep => {
  const reservationId = reservation?.id ?? null
  switch (copy.status) {
    case 'in_transit':
      return { action: 'transfer', branchId: copy.destination, reservationId }
    case 'kept':
      return { action: 'hold', branchId: reservation?.branchId ?? copy.branchId, reservationId }
    default:
      return { action: 'reshelve', branchId: copy.branchId, reservationId: null }
  }
}
