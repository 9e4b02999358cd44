/** CIR-10: what would be said to a checkout or a renewal, rule by rule, without doing it. */
import { permitted } from '../../identity/permissions.ts'
import { deskOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BookId, BranchId, LoanId, MemberId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { notFound } from '../../shared/refusal.ts'
import type { NotFound, PermissionDenied, Verdict } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { assessCheckout, assessRenewal } from '../assessment.ts'
import type { Assessment } from '../assessment.ts'
import type { BorrowingPolicy } from '../borrowing-policies.ts'
import { bestCopy } from '../copy-choice.ts'
import { refusing } from '../policy.ts'
import { branchKnown } from '../ports.ts'
import type { CirculationStores, CopyKey } from '../ports.ts'
import type { RenewalPolicy } from '../renewal-policies.ts'

export interface EligibilityQuestion {
  readonly act: Act
  readonly memberId: MemberId
  readonly about:
    | {
        readonly action: 'checkout'
        readonly wanted: CopyKey | { readonly bookId: BookId }
        readonly branchId: BranchId | null
      }
    | { readonly action: 'renew'; readonly loanId: LoanId }
}

export interface Eligibility {
  readonly allowed: boolean
  /** Every rule that was asked, passed ones too, in the order of the policies. */
  readonly rules: readonly Verdict[]
  /** What it would be due, null where it is not allowed. */
  readonly dueAt: Instant | null
}

export type EligibilityError = NotFound | PermissionDenied | StoreFailure

type EligibilityStores = Pick<
  CirculationStores,
  'borrowers' | 'titles' | 'copies' | 'loans' | 'memberAccounts' | 'rules' | 'calendars' | 'settings'
>

export interface EligibilityDeps {
  /** Reads without locking; see `UnitOfWork` of the adapters. */
  readonly look: UnitOfWork<EligibilityStores>
  readonly clock: Clock
  readonly borrowing: readonly BorrowingPolicy[]
  readonly renewal: readonly RenewalPolicy[]
}

/** Asks the very policies of the act, by the same assessment. */
export const checkEligibility =
  ({ look, clock, borrowing, renewal }: EligibilityDeps) =>
  ({ act, memberId, about }: EligibilityQuestion): TaskEither<EligibilityError, Eligibility> =>
    look.run(stores => {
      const now = clock.now()
      return pipe(
        stores.borrowers.get(memberId),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'eligibility:read', { memberId }))),
        TE.flatMap(member =>
          about.action === 'checkout'
            ? pipe(
                TE.Do,
                TE.tap(() => branchKnown(stores, about.branchId)),
                TE.bindW('bookId', () => bookOf(stores, about.wanted)),
                TE.bindW('title', ({ bookId }) => stores.titles.get(bookId)),
                TE.bindW('copy', ({ bookId }) =>
                  'bookId' in about.wanted
                    ? pipe(
                        stores.copies.ofBook(bookId),
                        TE.map(copies => bestCopy(copies, memberId, about.branchId, deskOf(act.actor))),
                      )
                    : pipe(
                        stores.copies.locate(about.wanted),
                        TE.flatMap(({ copyId }) => stores.copies.get(copyId)),
                      ),
                ),
                TE.flatMap(({ title, copy }) =>
                  assessCheckout(
                    borrowing,
                    stores,
                  )({ member, title, copy, place: about.branchId ?? deskOf(act.actor), now }),
                ),
              )
            : pipe(
                TE.Do,
                TE.bindW('loan', () => stores.loans.get(about.loanId)),
                TE.filterOrElseW(
                  ({ loan }) => loan.memberId === memberId,
                  () => notFound('borrowing', about.loanId),
                ),
                TE.bindW('copy', ({ loan }) => stores.copies.get(loan.copyId)),
                TE.flatMap(({ loan, copy }) =>
                  assessRenewal(renewal, stores)({ member, loan, loanCategory: copy.loanCategory, now }),
                ),
              ),
        ),
        TE.map(answer),
      )
    })

const bookOf = (
  { copies }: EligibilityStores,
  wanted: CopyKey | { readonly bookId: BookId },
): TaskEither<NotFound, BookId> =>
  'bookId' in wanted
    ? TE.right(wanted.bookId)
    : pipe(
        copies.locate(wanted),
        TE.map(({ bookId }) => bookId),
      )

const answer = ({ verdicts, offer }: Assessment): Eligibility => {
  const allowed = refusing(verdicts, null).length === 0
  return { allowed, rules: verdicts, dueAt: allowed ? (offer?.due.dueAt ?? null) : null }
}
