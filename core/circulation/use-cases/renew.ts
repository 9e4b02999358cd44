/** CIR-3: a loan is given more time, where the rules allow it (circulation R5). */
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Act } from '../../identity/actor.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE, together } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { Ids, LoanId } from '../../shared/id.ts'
import type { NotFound, PermissionDenied, Verdict } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { renewed as renewedEntry } from '../audit-entries.ts'
import { assessRenewal } from '../assessment.ts'
import type { Assessment } from '../assessment.ts'
import { renew } from '../loan.ts'
import type { Loan, OpenLoan, Override } from '../loan.ts'
import type { DueDate } from '../loan-terms.ts'
import { postOverdue, spareIds } from '../overdue-charge.ts'
import { failed, refusing, used } from '../policy.ts'
import type { CirculationStores, LoanKeys } from '../ports.ts'
import type { RenewalRefused } from '../refusals.ts'
import type { RenewalPolicy } from '../renewal-policies.ts'
import { overview } from '../standing.ts'
import type { LoanOverview } from '../standing.ts'

export interface Renew {
  readonly act: Act
  readonly loanId: LoanId
  readonly override: Override | null
}

export type RenewError =
  NotFound | PermissionDenied | VersionMismatch | RenewalRefused | DuplicateKey | StaleWrite | StoreFailure

export interface RenewResult {
  readonly overview: LoanOverview
  /** Failed rules that refused nothing: warnings, and what was overridden. */
  readonly warnings: readonly Verdict[]
}

type RenewStores = Pick<
  CirculationStores,
  'locks' | 'loans' | 'fines' | 'memberAccounts' | 'rules' | 'calendars'
> &
  AuditStores

export interface RenewDeps {
  readonly work: UnitOfWork<RenewStores>
  readonly clock: Clock
  readonly ids: Ids
  readonly policies: readonly RenewalPolicy[]
}

/** The fine of an overdue period is posted first, under the old renewal count (R5.1). */
export const renewLoan =
  ({ work, clock, ids, policies }: RenewDeps) =>
  (command: Renew): TaskEither<RenewError, RenewResult> =>
    pipe(
      spareIds(ids),
      TE.flatMap(spare =>
        work.run(stores => {
          const now = clock.now()
          return pipe(
            TE.Do,
            TE.bindW('keys', () => stores.loans.locate(command.loanId)),
            TE.tap(({ keys }) => TE.fromEither(allowed(command, keys))),
            TE.bindW('locked', ({ keys }) => stores.locks.ofLoan(keys)),
            TE.tap(({ locked: { loan } }) => TE.fromEither(asExpected(command.act, 'borrowing', loan))),
            TE.bindW('assessment', ({ locked: { member, loan, copy } }) =>
              assessRenewal(policies, stores)({ member, loan, loanCategory: copy.loanCategory, now }),
            ),
            TE.bindW('granted', ({ locked: { loan }, assessment }) =>
              TE.fromEither(decide(command, loan, assessment)),
            ),
            TE.bindW('posted', ({ granted, locked, assessment }) =>
              postOverdue(stores, command.act, {
                loan: granted.loan,
                calendar: assessment.calendar,
                price: locked.copy.price,
                unpaidOverdue: assessment.account.unpaidOverdue,
                until: now,
                at: now,
                description: 'Renewed late',
                spare,
              }),
            ),
            TE.let('overridden', ({ assessment }) => used(assessment.verdicts, command.override)),
            TE.let('renewed', ({ granted, posted, overridden }) =>
              renew(granted.loan, granted.due, now, posted.amount, overridden),
            ),
            TE.bindW('saved', ({ locked, renewed, overridden }) =>
              together(
                stores.loans.save(renewed, command.act),
                stores.audit.record(command.act, renewedEntry(locked.loan, renewed.state, overridden, now)),
                stores.memberAccounts.ofLoan(locked.loan.id),
              ),
            ),
            TE.map(({ saved: [loan, , account], locked: { title, copy }, assessment }) => ({
              overview: overview(
                { loan, title: title.title, barcode: copy.barcode, price: copy.price, ...account },
                assessment.calendar,
                now,
              ),
              warnings: failed(assessment.verdicts),
            })),
          )
        }),
      ),
    )

/** A loan is renewed where it was lent, by its member or by staff; an override needs a permission of its own. */
const allowed = ({ act, override }: Renew, subject: LoanKeys): Either<PermissionDenied, void> =>
  pipe(
    permitted(act.actor, 'loan:renew', subject),
    E.flatMap(() =>
      override === null ? E.right(undefined) : permitted(act.actor, 'loan:override', subject),
    ),
  )

const decide = (
  { override }: Renew,
  loan: Loan,
  { verdicts, offer }: Assessment,
): Either<RenewalRefused, { readonly loan: OpenLoan; readonly due: DueDate }> =>
  loan.state !== 'open' || offer === null || refusing(verdicts, override).length > 0
    ? E.left({ type: 'RenewalRefused', verdicts: failed(verdicts) })
    : E.right({ loan, due: offer.due })
