/** A copy comes back: what `PUT …/return` and the scan at the desk share (circulation R3). */
import type { Fine } from '../accounts/fine.ts'
import { deskOf } from '../identity/actor.ts'
import type { AuditStores } from '../identity/audit.ts'
import { permitted, reach } from '../identity/permissions.ts'
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
import { inspected, isOutOn, miss } from './copy.ts'
import type { Condition, Copy, CopyStatus, OutOnLoan } from './copy.ts'
import { settle } from './hold-shelf.ts'
import type { Settled } from './hold-shelf.ts'
import { close } from './loan.ts'
import type { Loan, UnreturnedLoan } from './loan.ts'
import type { Resolution } from './mishaps.ts'
import { nothingPosted, postOverdue } from './overdue-charge.ts'
import type { SpareIds } from './overdue-charge.ts'
import type { CirculationStores, LoanKeys } from './ports.ts'
import type { AlreadyReturned, ReturnRefused } from './refusals.ts'
import { overview } from './standing.ts'
import type { LoanOverview } from './standing.ts'
import type { Title } from './title.ts'

export interface Homecoming {
  readonly act: Act
  /** Where it came back; null: the desk's branch, else the copy's. */
  readonly branchId: BranchId | null
  readonly condition: Condition | null
  readonly notes: string | null
  /** When it really came back (book drop); null is now. For staff, like the condition. */
  readonly returnedAt: Instant | null
  /** What became of a claim, or of a loss (R3.6); null: the copy is simply brought. For staff. */
  readonly resolution: Resolution | null
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
  /** null where there is no copy at hand: it is missing, or stands elsewhere since it was lost. */
  readonly nextStep: NextStep | null
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
  | 'transfers'
  | 'loans'
  | 'reservations'
  | 'fines'
  | 'rules'
  | 'calendars'
  | 'memberAccounts'
  | 'settings'
> &
  AuditStores

/** A member returns his own; its condition, the time it came back and what became of a claim are for staff to say, and for systems that bring back by the barcode. */
export const mayBringBack = (
  { act, branchId, condition, returnedAt, resolution }: Homecoming,
  permission: Permission,
  memberId: Loan['memberId'] | null,
  copyBranch: BranchId,
): Either<PermissionDenied, void> =>
  pipe(
    permitted(act.actor, permission, { memberId, branchId: branchId ?? deskOf(act.actor) ?? copyBranch }),
    E.flatMap(() =>
      reach(act.actor, 'loan:return-by-barcode') !== null ||
      (condition === null && returnedAt === null && resolution === null)
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
    TE.bindW('loan', ({ locked: { loan, copy } }) => TE.fromEither(returnable(command, loan, copy))),
    TE.bindW('returnedAt', ({ loan }) => TE.fromEither(timeOf(command, loan, now))),
    TE.bindW('facts', ({ loan }) =>
      together(stores.calendars.of([loan.terms.calendarBranchId]), stores.memberAccounts.ofLoan(loan.id)),
    ),
    TE.bindW('posted', ({ loan, locked: { copy }, returnedAt, facts: [calendars, { unpaidOverdue }] }) =>
      isCharged(loan, command.resolution)
        ? postOverdue(stores, command.act, {
            loan,
            calendar: calendars.get(loan.terms.calendarBranchId),
            price: copy.price,
            unpaidOverdue,
            until: returnedAt,
            at: now,
            description: 'Returned late',
            spare,
          })
        : TE.right(nothingPosted),
    ),
    TE.let('back', ({ loan, locked: { copy }, returnedAt, posted }) => ({
      loan: close(loan, {
        returnedAt,
        scannedAt: now,
        branchId: placeOf(command, copy),
        fine: posted.amount,
        notes: command.notes,
        resolution: command.resolution,
      }),
      copy: isOutOn(copy, loan.id) ? inspected(copy, command.condition) : null,
    })),
    TE.bindW('saved', ({ loan, back, locked: { title, copy } }) =>
      together(
        stores.loans.save(back.loan, command.act),
        putDown(stores, command, title, copy, back.copy, now),
        stores.audit.record(
          command.act,
          broughtBack(
            back.loan.state,
            { loan, condition: copy.condition },
            { condition: (back.copy ?? copy).condition, resolution: command.resolution },
          ),
        ),
      ),
    ),
    TE.map(({ saved: [loan, settled], locked: { title, copy }, posted, facts: [, account] }) => ({
      overview: overview(
        { loan, title: title.title, barcode: copy.barcode, price: copy.price, ...account },
        null,
        now,
      ),
      fine: posted.fine,
      nextStep: settled === null ? null : nextStep(settled),
    })),
  )

/**
 * To whoever waits for it, else home; what is not found is missing.
 * @param back as the desk has it, null where the copy of a lost loan stands elsewhere by now
 */
const putDown = (
  stores: ReturnStores,
  command: Homecoming,
  title: Title,
  before: Copy,
  back: OutOnLoan | null,
  now: Instant,
): TaskEither<StaleWrite | DuplicateKey, Settled | null> => {
  if (back === null) return TE.right(null)
  return command.resolution === 'missing' && back.status !== 'on_loan'
    ? pipe(
        stores.copies.save(miss(back), null),
        TE.map(() => null),
      )
    : settle(stores, command.act, { title, before, copy: back, at: placeOf(command, before), now })
}

/**
 * An open loan pays up to its return, and so does one whose member brings what he said he had brought. What the library found, or
 * believes him, costs nothing more; the fine of a lost one was posted when it was lost (R4.5, R3.6).
 */
const isCharged = ({ state }: UnreturnedLoan, resolution: Resolution | null): boolean =>
  state === 'open' || (state === 'claimed_returned' && resolution === 'returned_by_member')

/** Where it happens. */
export const placeOf = ({ branchId, act }: Homecoming, copy: Copy): BranchId =>
  branchId ?? deskOf(act.actor) ?? copy.branchId

const returnable = (
  { resolution }: Homecoming,
  loan: Loan,
  copy: Copy,
): Either<AlreadyReturned | Conflict | ReturnRefused, UnreturnedLoan> => {
  switch (loan.state) {
    case 'returned':
      return E.left({ type: 'AlreadyReturned', loanId: loan.id })
    case 'claimed_returned':
      return resolution !== null && isOutOn(copy, loan.id) ? E.right(loan) : E.left(unresolved(loan))
    case 'lost':
      return resolution === 'missing' ? E.left(noResolution(loan.state, resolution)) : E.right(loan)
    case 'open':
      if (resolution !== null) return E.left(noResolution(loan.state, resolution))
      return isOutOn(copy, loan.id) ? E.right(loan) : E.left(unresolved(loan))
  }
}

const unresolved = ({ id, state }: Loan): Conflict =>
  conflict(`A loan that is ${state} needs its resolution first`, { borrowing_id: id, status: state })

/** R3.6: there is nothing to resolve of a loan that is open, and what is lost is missing already. */
export const noResolution = (found: Loan['state'] | CopyStatus, resolution: Resolution): ReturnRefused => ({
  type: 'ReturnRefused',
  verdicts: [
    {
      rule: 'resolution',
      verdict: 'fail',
      kind: 'blocker',
      message: 'The resolution must fit what is known of loan and copy',
      limit: found,
      actual: resolution,
    },
  ],
})

/** R3.2: never in the future, nor before the loan. */
const timeOf = ({ returnedAt }: Homecoming, loan: Loan, now: Instant): Either<ReturnRefused, Instant> => {
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
