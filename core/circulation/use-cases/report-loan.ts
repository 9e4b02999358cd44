/** CIR-5: a desk is told of a loan that its copy is lost, was brought back unseen, or was damaged. */
import type { Act } from '../../identity/actor.ts'
import type { AuditEntry, AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Permission } from '../../identity/permissions.ts'
import type { Changed } from '../../shared/changed.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE, together } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { Ids, LoanId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { Minor } from '../../shared/money.ts'
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
import type { Loan, UnreturnedLoan } from '../loan.ts'
import type { Severity } from '../mishaps.ts'
import { nothingPosted, postOverdue, spareIds } from '../overdue-charge.ts'
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
  | 'fines'
> &
  AuditStores

export interface ReportLoanDeps {
  readonly work: UnitOfWork<Stores>
  readonly clock: Clock
  readonly ids: Ids
}

/** An open loan, or one whose claim nobody believes: it pays for the time up to now (R4.5). The copy goes with it. */
export const reportLost = (deps: ReportLoanDeps) =>
  report(
    deps,
    'loan:report-lost',
    (_command: ReportLoan, { loan, copy }, at): Either<AlreadyReturned | Conflict, Outcome> => {
      if (loan.state === 'returned') return E.left({ type: 'AlreadyReturned', loanId: loan.id })
      if (loan.state === 'lost' || !isOutOn(copy, loan.id)) return E.left(unfit(loan, 'lost'))
      return E.right({
        charged: loan,
        loan: fine => lose(loan, at, fine),
        copy: loseCopy(copy),
        entry: after => reported(loan, after, 'lost', at),
      })
    },
  )

/** Nothing runs up from here on, and it counts for no limit (R2.3). */
export const claimReturned = (deps: ReportLoanDeps) =>
  report(
    deps,
    'loan:report',
    (_command: ReportLoan, { loan, copy }, at): Either<AlreadyReturned | Conflict, Outcome> => {
      if (loan.state === 'returned') return E.left({ type: 'AlreadyReturned', loanId: loan.id })
      if (loan.state !== 'open' || !isOutOn(copy, loan.id)) return E.left(unfit(loan, 'claimed as returned'))
      return E.right({
        charged: null,
        loan: () => claim(loan, at),
        copy: claimCopy(copy),
        entry: after => reported(loan, after, 'claimed', at),
      })
    },
  )

/** Of a loan that is out as of one that came back: damage is often seen later. */
export const reportDamage = (deps: ReportLoanDeps) =>
  report(deps, 'loan:report', (command: ReportDamage, { loan, copy }, at): Either<never, Outcome> =>
    E.right({
      charged: null,
      loan: () => damage(loan, command, at),
      copy: inspected(copy, 'damaged'),
      entry: after => damaged(after, command.severity, copy.condition, at),
    }),
  )

/** What comes of a report. */
interface Outcome {
  /** The loan that pays for being overdue, null where none does. */
  readonly charged: UnreturnedLoan | null
  /** @param fine that was posted, in minor units */
  readonly loan: (fine: Minor) => Changed<Loan, LoanEvent>
  readonly copy: Copy
  readonly entry: (after: Loan) => AuditEntry
}

const unfit = ({ id, state }: Loan, wanted: string): Conflict =>
  conflict(`A loan that is ${state} cannot be ${wanted}`, { borrowing_id: id, status: state })

/** Locks in the fixed order; loan, copy and what its book's copies add up to change together. */
const report =
  <Command extends ReportLoan, Refused>(
    { work, clock, ids }: ReportLoanDeps,
    permission: Permission,
    outcomeOf: (command: Command, locked: LockedLoan, at: Instant) => Either<Refused, Outcome>,
  ) =>
  (command: Command): TaskEither<ReportLoanError<Refused>, LoanOverview> =>
    pipe(
      spareIds(ids),
      TE.flatMap(spare =>
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
            TE.bindW('facts', ({ locked: { loan } }) =>
              together(
                stores.memberAccounts.ofLoan(loanId),
                stores.calendars.of([loan.terms.calendarBranchId]),
              ),
            ),
            TE.let('calendar', ({ locked: { loan }, facts: [, calendars] }) =>
              calendars.get(loan.terms.calendarBranchId),
            ),
            TE.bindW(
              'posted',
              ({ locked: { copy }, outcome: { charged }, facts: [{ unpaidOverdue }], calendar }) =>
                charged === null
                  ? TE.right(nothingPosted)
                  : postOverdue(stores, act, {
                      loan: charged,
                      calendar,
                      price: copy.price,
                      unpaidOverdue,
                      until: now,
                      at: now,
                      description: 'Overdue when it was lost',
                      spare,
                    }),
            ),
            TE.let('changed', ({ outcome, posted }) => outcome.loan(posted.amount)),
            TE.bindW('loan', ({ locked: { title, copy }, outcome, changed }) =>
              pipe(
                together(
                  stores.loans.save(changed, act),
                  outcome.copy === copy
                    ? TE.right<never, Copy>(copy)
                    : stores.copies.save(outcome.copy, null),
                  outcome.copy.status === copy.status
                    ? TE.right<never, void>(undefined)
                    : stores.titles.saveHoldings({
                        ...title,
                        holdings: moved(title.holdings, copy.status, outcome.copy.status),
                      }),
                  stores.audit.record(act, outcome.entry(changed.state)),
                ),
                TE.map(([saved]) => saved),
              ),
            ),
            TE.tap(({ locked: { title, copy }, outcome }) =>
              outcome.copy.status === copy.status
                ? TE.right(undefined)
                : markTheUnfillable(stores, act, title.id, now),
            ),
            TE.map(({ loan, locked: { title, copy }, facts: [account], calendar }) =>
              overview(
                { loan, title: title.title, barcode: copy.barcode, price: copy.price, ...account },
                calendar ?? null,
                now,
              ),
            ),
          )
        }),
      ),
    )
