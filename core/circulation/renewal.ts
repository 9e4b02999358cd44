/** A loan is given more time: what the renewal of one, of all that a member has, and the library's own share (circulation R5). */
import type { AuditStores } from '../identity/audit.ts'
import { permitted } from '../identity/permissions.ts'
import type { Act } from '../identity/actor.ts'
import type { Clock } from '../shared/clock.ts'
import { E, pipe, TE, together } from '../shared/fp.ts'
import type { Either, TaskEither } from '../shared/fp.ts'
import type { Ids, LoanId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { NotFound, PermissionDenied, Verdict } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../shared/unit-of-work.ts'
import { asExpected } from '../shared/versions.ts'
import type { VersionMismatch } from '../shared/versions.ts'
import { renewed as renewedEntry } from './audit-entries.ts'
import { assessRenewal } from './assessment.ts'
import type { Assessment } from './assessment.ts'
import { renew } from './loan.ts'
import type { Loan, OpenLoan, Override } from './loan.ts'
import type { DueDate } from './loan-terms.ts'
import { postOverdue, spareIds } from './overdue-charge.ts'
import type { SpareIds } from './overdue-charge.ts'
import { failed, refusing, used } from './policy.ts'
import type { CirculationStores, LoanKeys, LockedLoan } from './ports.ts'
import type { RenewalRefused } from './refusals.ts'
import type { RenewalPolicy } from './renewal-policies.ts'
import { overview } from './standing.ts'
import type { LoanOverview } from './standing.ts'

export type RenewError =
  NotFound | PermissionDenied | VersionMismatch | RenewalRefused | DuplicateKey | StaleWrite | StoreFailure

export interface RenewResult {
  readonly overview: LoanOverview
  /** Failed rules that refused nothing: warnings, and what was overridden. */
  readonly warnings: readonly Verdict[]
}

export type RenewalStores = Pick<
  CirculationStores,
  | 'locks'
  | 'loans'
  | 'fines'
  | 'memberAccounts'
  | 'rules'
  | 'calendars'
  | 'reservations'
  | 'copies'
  | 'settings'
> &
  AuditStores

export interface RenewDeps {
  readonly work: UnitOfWork<RenewalStores>
  readonly clock: Clock
  readonly ids: Ids
  readonly policies: readonly RenewalPolicy[]
}

export interface Renew {
  readonly act: Act
  readonly loanId: LoanId
  readonly override: Override | null
}

/** One loan, in a unit of work of its own. */
export const renewOne = (
  { work, clock, ids, policies }: RenewDeps,
  { act, loanId, override }: Renew,
): TaskEither<RenewError, RenewResult> =>
  pipe(
    spareIds(ids),
    TE.flatMap(spare =>
      work.run(stores => {
        const now = clock.now()
        return pipe(
          stores.loans.locate(loanId),
          TE.tap(keys => TE.fromEither(mayRenew(act, override, keys))),
          TE.flatMap(keys => examine(stores, policies, act, keys, now)),
          TE.flatMap(examined => extend(stores, { act, override, spare, now, ...examined })),
        )
      }),
    ),
  )

/** A loan is renewed where it was lent, by its member or by staff; an override needs a permission of its own. */
const mayRenew = (act: Act, override: Override | null, subject: LoanKeys): Either<PermissionDenied, void> =>
  pipe(
    permitted(act.actor, 'loan:renew', subject),
    E.flatMap(() =>
      override === null ? E.right(undefined) : permitted(act.actor, 'loan:override', subject),
    ),
  )

/** A loan that is locked, and what the rules say to its renewal. */
export interface Examined {
  readonly locked: LockedLoan
  readonly assessment: Assessment
}

/** Locks in the fixed order, then asks every policy. */
export const examine = (
  stores: RenewalStores,
  policies: readonly RenewalPolicy[],
  act: Act,
  keys: LoanKeys,
  now: Instant,
): TaskEither<NotFound | VersionMismatch, Examined> =>
  pipe(
    TE.Do,
    TE.bindW('locked', () => stores.locks.ofLoan(keys)),
    TE.tap(({ locked: { loan } }) => TE.fromEither(asExpected(act, 'borrowing', loan))),
    TE.bindW('assessment', ({ locked: { member, loan, copy } }) =>
      assessRenewal(policies, stores)({ member, loan, loanCategory: copy.loanCategory, now }),
    ),
  )

export interface Extension extends Examined {
  readonly act: Act
  readonly override: Override | null
  readonly spare: SpareIds
  readonly now: Instant
}

/** The fine of an overdue period is posted first, under the old renewal count (R5.1). */
export const extend = (
  stores: RenewalStores,
  { act, override, spare, now, locked, assessment }: Extension,
): TaskEither<RenewalRefused | DuplicateKey | StaleWrite, RenewResult> =>
  pipe(
    TE.Do,
    TE.bindW('granted', () => TE.fromEither(decide(override, locked.loan, assessment))),
    TE.bindW('posted', ({ granted }) =>
      postOverdue(stores, act, {
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
    TE.let('overridden', () => used(assessment.verdicts, override)),
    TE.let('renewed', ({ granted, posted, overridden }) =>
      renew(granted.loan, granted.due, now, posted.amount, overridden),
    ),
    TE.bindW('saved', ({ renewed, overridden }) =>
      together(
        stores.loans.save(renewed, act),
        stores.audit.record(act, renewedEntry(locked.loan, renewed.state, overridden, now)),
        stores.memberAccounts.ofLoan(locked.loan.id),
      ),
    ),
    TE.map(({ saved: [loan, , account] }) => ({
      overview: overview(
        {
          loan,
          title: locked.title.title,
          barcode: locked.copy.barcode,
          price: locked.copy.price,
          ...account,
        },
        assessment.calendar,
        now,
      ),
      warnings: failed(assessment.verdicts),
    })),
  )

const decide = (
  override: Override | null,
  loan: Loan,
  { verdicts, offer }: Assessment,
): Either<RenewalRefused, { readonly loan: OpenLoan; readonly due: DueDate }> =>
  loan.state !== 'open' || offer === null || refusing(verdicts, override).length > 0
    ? E.left({ type: 'RenewalRefused', verdicts: failed(verdicts) })
    : E.right({ loan, due: offer.due })
