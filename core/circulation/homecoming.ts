/** A copy comes back: what `PUT …/return` and the scan at the desk share (circulation R3). */
import type { Fine } from '../accounts/fine.ts'
import { deskOf, isStaff } from '../identity/actor.ts'
import type { AuditStores } from '../identity/audit.ts'
import { permitted } from '../identity/permissions.ts'
import type { Permission } from '../identity/permissions.ts'
import type { Act } from '../identity/actor.ts'
import { E, pipe, TE } from '../shared/fp.ts'
import type { Either, TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { conflict } from '../shared/refusal.ts'
import type { Conflict, NotFound, PermissionDenied } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite } from '../shared/unit-of-work.ts'
import { broughtBack } from './audit-entries.ts'
import { takeBack } from './copy.ts'
import type { Condition, Copy, OnLoan } from './copy.ts'
import { close } from './loan.ts'
import type { Loan, OpenLoan } from './loan.ts'
import { postOverdue } from './overdue-charge.ts'
import type { SpareIds } from './overdue-charge.ts'
import type { CirculationStores, LoanKeys } from './ports.ts'
import type { AlreadyReturned, ReturnRefused } from './refusals.ts'
import { overview } from './standing.ts'
import type { LoanOverview } from './standing.ts'
import { moved } from './title.ts'
import type { Title } from './title.ts'

export interface Homecoming {
  readonly act: Act
  /** Where it came back; null: the desk's branch, else the copy's. */
  readonly branchId: BranchId | null
  readonly condition: Condition | null
  readonly notes: string | null
  /** When it really came back (book drop); null is now. For staff, like the condition. */
  readonly returnedAt: Instant | null
}

/** What the desk does with the copy now. */
export interface NextStep {
  readonly action: 'reshelve' | 'transfer'
  readonly branchId: BranchId
}

export interface ReturnResult {
  readonly overview: LoanOverview
  /** What was posted by this return, null when nothing was. */
  readonly fine: Fine | null
  readonly nextStep: NextStep
}

export type HomecomingError =
  NotFound | PermissionDenied | ReturnRefused | AlreadyReturned | Conflict | DuplicateKey | StaleWrite

export type ReturnStores = Pick<
  CirculationStores,
  'borrowers' | 'titles' | 'copies' | 'loans' | 'fines' | 'calendars' | 'memberAccounts' | 'settings'
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
    TE.bindW('member', () => stores.borrowers.get(keys.memberId)),
    TE.bindW('title', () => stores.titles.get(keys.bookId)),
    TE.bindW('copy', () => stores.copies.get(keys.copyId)),
    TE.bindW('loan', () => stores.loans.get(keys.loanId)),
    TE.bindW('open', ({ loan, copy }) => TE.fromEither(returnable(loan, copy))),
    TE.bindW('returnedAt', ({ open }) => TE.fromEither(timeOf(command, open.loan, now))),
    TE.bindW('calendars', ({ open }) => stores.calendars.of([open.loan.terms.calendarBranchId])),
    TE.bindW('paid', ({ open }) => stores.memberAccounts.paidOf(open.loan.id)),
    TE.bindW('posted', ({ open, copy, returnedAt, calendars }) =>
      postOverdue(stores, command.act, {
        loan: open.loan,
        calendar: calendars.get(open.loan.terms.calendarBranchId),
        price: copy.price,
        until: returnedAt,
        at: now,
        description: 'Returned late',
        spare,
      }),
    ),
    TE.bindW('saved', ({ open, returnedAt, posted }) =>
      stores.loans.save(
        close(open.loan, {
          returnedAt,
          scannedAt: now,
          branchId: placeOf(command, open.copy),
          fine: posted.amount,
          notes: command.notes,
        }),
        command.act,
      ),
    ),
    TE.bindW('shelved', ({ open, title }) =>
      putAway(stores, title, open.copy, takeBack(open.copy, placeOf(command, open.copy), command.condition)),
    ),
    TE.tap(({ saved, copy, shelved }) =>
      stores.audit.record(
        command.act,
        broughtBack(saved, { before: copy.condition, after: shelved.condition }),
      ),
    ),
    TE.map(({ saved, title, copy, posted, shelved, paid }) => ({
      overview: overview(
        { loan: saved, title: title.title, barcode: copy.barcode, price: copy.price, finesPaid: paid },
        null,
        now,
      ),
      fine: posted.fine,
      nextStep: nextStep(shelved),
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

/** Saves the copy and what its book's copies add up to. */
export const putAway = (
  { copies, titles }: Pick<ReturnStores, 'copies' | 'titles'>,
  title: Title,
  before: Copy,
  after: Copy,
): TaskEither<StaleWrite | DuplicateKey, Copy> =>
  pipe(
    copies.save(after),
    TE.tap(() =>
      titles.saveHoldings({ ...title, holdings: moved(title.holdings, before.status, after.status) }),
    ),
  )

export const nextStep = (copy: Copy): NextStep =>
  copy.status === 'in_transit'
    ? { action: 'transfer', branchId: copy.destination }
    : { action: 'reshelve', branchId: copy.branchId }
