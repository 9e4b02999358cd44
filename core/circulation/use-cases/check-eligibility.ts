/** CIR-10: what would be said to a checkout, a renewal or a reservation, rule by rule, without doing it. */
import { permitted } from '../../identity/permissions.ts'
import { deskOf, isStaff } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import type { Member } from '../../members/member.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import { id } from '../../shared/id.ts'
import type { BookId, BranchId, LoanId, MemberId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { notFound } from '../../shared/refusal.ts'
import type { NotFound, PermissionDenied, Verdict } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { assessCheckout, assessRenewal } from '../assessment.ts'
import type { Assessment } from '../assessment.ts'
import type { BorrowingPolicy } from '../borrowing-policies.ts'
import { atDesk, bestCopy } from '../copy-choice.ts'
import { refusing } from '../policy.ts'
import { branchKnown } from '../calendar-ports.ts'
import type { CirculationStores, CopyKey } from '../ports.ts'
import type { RenewalPolicy } from '../renewal-policies.ts'
import { assessReservation } from '../reservation-assessment.ts'
import type { ReservationAssessmentStores } from '../reservation-assessment.ts'
import type { ReservationPolicy } from '../reservation-policies.ts'

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
    | {
        readonly action: 'reserve'
        readonly bookId: BookId
        /** Where it would be fetched; null: the member's home branch, else the desk's, else where a copy lives. */
        readonly branchId: BranchId | null
      }
}

export interface Eligibility {
  readonly allowed: boolean
  /** Every rule that was asked, passed ones too, in the order of the policies. */
  readonly rules: readonly Verdict[]
  /** What it would be due, null where it is not allowed, and for a reservation. */
  readonly dueAt: Instant | null
}

export type EligibilityError = NotFound | PermissionDenied | StoreFailure

type EligibilityStores = ReservationAssessmentStores &
  Pick<CirculationStores, 'borrowers' | 'titles' | 'loans' | 'settings'>

export interface EligibilityDeps {
  /** Reads without locking; see `UnitOfWork` of the adapters. */
  readonly look: UnitOfWork<EligibilityStores>
  readonly clock: Clock
  readonly borrowing: readonly BorrowingPolicy[]
  readonly renewal: readonly RenewalPolicy[]
  readonly reservation: readonly ReservationPolicy[]
}

/** Asks the very policies of the act, by the same assessment. */
export const checkEligibility =
  ({ look, clock, borrowing, renewal, reservation }: EligibilityDeps) =>
  ({ act, memberId, about }: EligibilityQuestion): TaskEither<EligibilityError, Eligibility> =>
    look.run(stores => {
      const now = clock.now()
      return pipe(
        stores.borrowers.get(memberId),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'eligibility:read', { memberId }))),
        TE.flatMap((member): TaskEither<NotFound, Answered> => {
          switch (about.action) {
            case 'checkout':
              return askCheckout(borrowing, stores, act, member, about, now)
            case 'renew':
              return askRenewal(renewal, stores, member, about.loanId, now)
            case 'reserve':
              return askReservation(reservation, stores, act, member, about, now)
          }
        }),
        TE.map(answer),
      )
    })

type Answered = Pick<Assessment, 'verdicts'> & Partial<Pick<Assessment, 'offer'>>
type About<Action> = Extract<EligibilityQuestion['about'], { readonly action: Action }>

const askCheckout = (
  policies: readonly BorrowingPolicy[],
  stores: EligibilityStores,
  act: Act,
  member: Member,
  about: About<'checkout'>,
  now: Instant,
): TaskEither<NotFound, Answered> =>
  pipe(
    TE.Do,
    TE.tap(() => branchKnown(stores, about.branchId)),
    TE.bindW('bookId', () => bookOf(stores, about.wanted)),
    TE.bindW('title', ({ bookId }) => stores.titles.get(bookId)),
    TE.bindW('copy', ({ bookId }) =>
      'bookId' in about.wanted
        ? pipe(
            stores.copies.ofBook(bookId),
            TE.map(copies => bestCopy(copies, member.id, about.branchId, deskOf(act.actor))),
          )
        : pipe(
            stores.copies.locate(about.wanted),
            TE.flatMap(({ copyId }) => stores.copies.get(copyId)),
          ),
    ),
    TE.bindW('lying', ({ copy }) => atDesk(stores, act, copy, member.id)),
    TE.bindW('settings', () => stores.settings.current()),
    TE.flatMap(({ title, lying, settings }) =>
      assessCheckout(
        policies,
        stores,
      )({
        member,
        title,
        copy: lying,
        desk: isStaff(act.actor),
        place: about.branchId ?? deskOf(act.actor),
        setting: settings.controllingBranch,
        now,
      }),
    ),
  )

const askRenewal = (
  policies: readonly RenewalPolicy[],
  stores: EligibilityStores,
  member: Member,
  loanId: LoanId,
  now: Instant,
): TaskEither<NotFound, Answered> =>
  pipe(
    TE.Do,
    TE.bindW('loan', () => stores.loans.get(loanId)),
    TE.filterOrElseW(
      ({ loan }) => loan.memberId === member.id,
      () => notFound('borrowing', loanId),
    ),
    TE.bindW('copy', ({ loan }) => stores.copies.get(loan.copyId)),
    TE.flatMap(({ loan, copy }) =>
      assessRenewal(policies, stores)({ member, loan, loanCategory: copy.loanCategory, now }),
    ),
  )

const askReservation = (
  policies: readonly ReservationPolicy[],
  stores: EligibilityStores,
  act: Act,
  member: Member,
  { bookId, branchId }: About<'reserve'>,
  now: Instant,
): TaskEither<NotFound, Answered> =>
  pipe(
    TE.Do,
    TE.bindW('title', () => stores.titles.get(bookId)),
    TE.bindW('pickup', () => pickupFor(stores, branchId ?? member.homeBranchId ?? deskOf(act.actor), bookId)),
    TE.flatMap(({ title, pickup }) =>
      assessReservation(policies, stores)({ member, title, branchId: pickup, now }),
    ),
  )

/** Without a copy there is no branch to be had: the answer then says so by the rule of the pickup branch. */
const pickupFor = (
  { copies }: EligibilityStores,
  said: BranchId | null,
  bookId: BookId,
): TaskEither<never, BranchId> =>
  said === null
    ? pipe(
        copies.ofBook(bookId),
        TE.map(([first]) => first?.branchId ?? id(0)),
      )
    : TE.right(said)

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

const answer = ({ verdicts, offer }: Answered): Eligibility => {
  const allowed = refusing(verdicts, null).length === 0
  return { allowed, rules: verdicts, dueAt: allowed ? (offer?.due.dueAt ?? null) : null }
}
