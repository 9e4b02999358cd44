/** CIR-5: a desk is told of a loan that its copy is lost, was brought back unseen, or was damaged. */
import type { Act } from '../../identity/actor.ts'
import type { AuditEntry, AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Permission } from '../../identity/permissions.ts'
import type { Changed } from '../../shared/changed.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE, together } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { LoanId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { conflict } from '../../shared/refusal.ts'
import type { Conflict, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { damaged, reported } from '../audit-entries.ts'
import { claim as claimCopy, inspected, isOutOn, lose as loseCopy } from '../copy.ts'
import type { Copy } from '../copy.ts'
import type { LoanEvent } from '../events.ts'
import { claim, damage, lose } from '../loan.ts'
import type { Loan } from '../loan.ts'
import type { Severity } from '../mishaps.ts'
import type { CirculationStores, LockedLoan } from '../ports.ts'
import type { AlreadyReturned } from '../refusals.ts'
import { overview } from '../standing.ts'
import type { LoanOverview } from '../standing.ts'
import { moved } from '../title.ts'
import { markTheUnfillable } from '../unfillable.ts'

export interface ReportLoan {
  readonly act: Act
  readonly loanId: LoanId
}

export interface ReportDamage extends ReportLoan {
  readonly severity: Severity
  /** For the notes of the loan. */
  readonly description: string
}

/** `Refused` is what the report itself cannot be. */
export type ReportLoanError<Refused> =
  NotFound | PermissionDenied | VersionMismatch | Refused | DuplicateKey | StaleWrite | StoreFailure

type Stores = Pick<
  CirculationStores,
  | 'locks'
  | 'loans'
  | 'copies'
  | 'titles'
  | 'memberAccounts'
  | 'calendars'
  | 'reservations'
  | 'rules'
  | 'settings'
> &
  AuditStores

export interface ReportLoanDeps {
  readonly work: UnitOfWork<Stores>
  readonly clock: Clock
}

/** An open loan, or one whose claim nobody believes. The copy goes with it. */
export const reportLost = (deps: ReportLoanDeps) =>
  report(
    deps,
    'loan:report-lost',
    (_command: ReportLoan, { loan, copy }, at): Either<AlreadyReturned | Conflict, Outcome> =>
      loan.state === 'returned'
        ? E.left({ type: 'AlreadyReturned', loanId: loan.id })
        : loan.state !== 'lost' && isOutOn(copy, loan.id)
          ? told(lose(loan, at), loseCopy(copy), after => reported(loan, after, 'lost', at))
          : E.left(unfit(loan, 'lost')),
  )

/** An open loan, or one that was given up for lost. Nothing runs up from here on, and it counts for no limit (R2.3). */
export const claimReturned = (deps: ReportLoanDeps) =>
  report(
    deps,
    'loan:report',
    (_command: ReportLoan, { loan, copy }, at): Either<AlreadyReturned | Conflict, Outcome> =>
      loan.state === 'returned'
        ? E.left({ type: 'AlreadyReturned', loanId: loan.id })
        : loan.state !== 'claimed_returned' && isOutOn(copy, loan.id)
          ? told(claim(loan, at), claimCopy(copy), after => reported(loan, after, 'claimed', at))
          : E.left(unfit(loan, 'claimed as returned')),
  )

/** Of a loan that is out as of one that came back: damage is often seen later. */
export const reportDamage = (deps: ReportLoanDeps) =>
  report(deps, 'loan:report', (command: ReportDamage, { loan, copy }, at) =>
    told(damage(loan, command, at), inspected(copy, 'damaged'), after =>
      damaged(after, command.severity, copy.condition, at),
    ),
  )

/** What comes of a report. */
interface Outcome {
  readonly loan: Changed<Loan, LoanEvent>
  readonly copy: Copy
  readonly entry: AuditEntry
}

const told = (
  loan: Changed<Loan, LoanEvent>,
  copy: Copy,
  entry: (after: Loan) => AuditEntry,
): Either<never, Outcome> => E.right({ loan, copy, entry: entry(loan.state) })

const unfit = ({ id, state }: Loan, wanted: string): Conflict =>
  conflict(`A loan that is ${state} cannot be ${wanted}`, { borrowing_id: id, status: state })

/** Locks in the fixed order; loan, copy and what its book's copies add up to change together. */
const report =
  <Command extends ReportLoan, Refused>(
    { work, clock }: ReportLoanDeps,
    permission: Permission,
    outcomeOf: (command: Command, locked: LockedLoan, at: Instant) => Either<Refused, Outcome>,
  ) =>
  (command: Command): TaskEither<ReportLoanError<Refused>, LoanOverview> =>
    work.run(stores => {
      const { act, loanId } = command
      const now = clock.now()
      return pipe(
        TE.Do,
        TE.bindW('keys', () => stores.loans.locate(loanId)),
        TE.tap(({ keys }) => TE.fromEither(permitted(act.actor, permission, keys))),
        TE.bindW('locked', ({ keys }) => stores.locks.ofLoan(keys)),
        TE.tap(({ locked: { loan } }) => TE.fromEither(asExpected(act, 'borrowing', loan))),
        TE.bindW('outcome', ({ locked }) => TE.fromEither(outcomeOf(command, locked, now))),
        TE.bindW('saved', ({ locked: { title, copy }, outcome }) =>
          together(
            stores.loans.save(outcome.loan, act),
            outcome.copy === copy ? TE.right<never, Copy>(copy) : stores.copies.save(outcome.copy),
            outcome.copy.status === copy.status
              ? TE.right<never, void>(undefined)
              : stores.titles.saveHoldings({
                  ...title,
                  holdings: moved(title.holdings, copy.status, outcome.copy.status),
                }),
            stores.audit.record(act, outcome.entry),
            stores.memberAccounts.ofLoan(loanId),
            stores.calendars.of([outcome.loan.state.terms.calendarBranchId]),
          ),
        ),
        TE.tap(({ locked: { title, copy }, outcome }) =>
          outcome.copy.status === copy.status
            ? TE.right(undefined)
            : markTheUnfillable(stores, act, title.id, now),
        ),
        TE.map(({ saved: [loan, , , , account, calendars], locked: { title, copy } }) =>
          overview(
            { loan, title: title.title, barcode: copy.barcode, price: copy.price, ...account },
            calendars.get(loan.terms.calendarBranchId) ?? null,
            now,
          ),
        ),
      )
    })
