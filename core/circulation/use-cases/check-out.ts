/** CIR-1: a copy is lent to a member (circulation R2). */
import { deskOf, isStaff, memberOf } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { denied, permitted, reach } from '../../identity/permissions.ts'
import type { Member } from '../../members/member.ts'
import type { Act } from '../../identity/actor.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE, together } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { BookId, BranchId, CopyId, Ids, LoanId, MemberId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { zero } from '../../shared/money.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, PermissionDenied, Verdict } from '../../shared/refusal.ts'
import { keysMoved, startingOver } from '../../shared/unit-of-work.ts'
import type {
  DuplicateKey,
  KeysMoved,
  StaleWrite,
  StoreFailure,
  UnitOfWork,
} from '../../shared/unit-of-work.ts'
import { lent as lentEntry } from '../audit-entries.ts'
import { assessCheckout } from '../assessment.ts'
import type { Assessment, Offer } from '../assessment.ts'
import type { BorrowingPolicy } from '../borrowing-policies.ts'
import type { HoldStores } from '../hold-shelf.ts'
import { atDesk, bestCopy } from '../copy-choice.ts'
import { lend, lendableTo } from '../copy.ts'
import type { Copy, Lendable } from '../copy.ts'
import { open } from '../loan.ts'
import type { NewLoan, Override } from '../loan.ts'
import { failed, refusing, used } from '../policy.ts'
import { branchKnown } from '../calendar-ports.ts'
import type { CirculationStores, CopyKey, MemberKey } from '../ports.ts'
import type { BorrowRateExceeded, CheckoutRefused, CopyNotAvailable, NoCopyAvailable } from '../refusals.ts'
import { fulfilOwn } from '../reservation-end.ts'
import { overview } from '../standing.ts'
import type { LoanOverview } from '../standing.ts'
import { moved } from '../title.ts'
import { transferBetween } from '../transfer.ts'
import { isGivenUp, markTheUnfillable } from '../unfillable.ts'
import type { Title } from '../title.ts'

export interface CheckOut {
  readonly act: Act
  /** null: the member who acts. */
  readonly member: MemberKey | null
  /** One copy, or any copy of a book. */
  readonly wanted: CopyKey | { readonly bookId: BookId }
  /** Where it happens; null: the desk's branch, else the copy's. */
  readonly branchId: BranchId | null
  readonly notes: string | null
  readonly override: Override | null
}

export type CheckOutError =
  | NotFound
  | PermissionDenied
  | InvalidInput
  | CheckoutRefused
  | CopyNotAvailable
  | NoCopyAvailable
  | BorrowRateExceeded
  | Conflict
  | DuplicateKey
  | StaleWrite
  | StoreFailure

export interface CheckOutResult {
  readonly overview: LoanOverview
  /** Failed rules that refused nothing: warnings, and what was overridden. */
  readonly warnings: readonly Verdict[]
}

export interface CheckOutDeps {
  readonly work: UnitOfWork<CheckOutStores>
  readonly clock: Clock
  readonly ids: Ids
  readonly policies: readonly BorrowingPolicy[]
}

type CheckOutStores = HoldStores & Pick<CirculationStores, 'loans' | 'locks' | 'memberAccounts'> & AuditStores

/** Each in a unit of work of its own. */
export const checkOut =
  ({ work, clock, ids, policies }: CheckOutDeps) =>
  (command: CheckOut): TaskEither<CheckOutError, CheckOutResult> =>
    pipe(
      ids.next('loan'),
      TE.flatMap(loanId =>
        startingOver<CheckOutError, CheckOutResult>(
          work.run(stores => {
            const now = clock.now()
            return lendAt(policies)(command, loanId, now, now)(stores)
          }),
        ),
      ),
    )

/**
 * Locks in the fixed order (member, book, copy), then gathers, asks every policy and saves: all in the unit of work that it is given.
 * @param at when it happens, which is in the past for what a desk did offline
 * @param now when the library hears of it: what is set free for others they have from then on
 */
export const lendAt =
  (policies: readonly BorrowingPolicy[]) =>
  (command: CheckOut, loanId: LoanId, at: Instant, now: Instant) =>
  (stores: CheckOutStores): TaskEither<Exclude<CheckOutError, StoreFailure> | KeysMoved, CheckOutResult> =>
    pipe(
      TE.Do,
      TE.bindW('named', () =>
        together(locate(stores, command), borrower(stores, command), stores.settings.current()),
      ),
      TE.tap(({ named: [keys, memberId] }) => TE.fromEither(allowed(command, memberId, keys))),
      TE.bindW('locked', ({ named: [keys, memberId] }) =>
        together(branchKnown(stores, command.branchId), lock(stores, command, keys, memberId)),
      ),
      TE.bindW('copy', ({ locked: [, { found, member }] }) => atDesk(stores, command.act, found, member.id)),
      TE.bindW('facts', ({ named: [, memberId, settings], locked: [, { member, title }], copy }) =>
        together(
          assessCheckout(
            policies,
            stores,
          )({
            member,
            title,
            copy,
            desk: isStaff(command.act.actor),
            place: command.branchId ?? deskOf(command.act.actor),
            setting: settings.controllingBranch,
            now: at,
          }),
          stores.reservations.livingOf(memberId),
        ),
      ),
      TE.bindW('granted', ({ locked: [, { member }], copy, facts: [assessment] }) =>
        TE.fromEither(decide(command, member, copy, assessment, at)),
      ),
      TE.let('lent', ({ granted, locked: [, { member, title, found }], facts: [assessment] }) => ({
        loan: open(newLoan(command, loanId, member, granted, assessment, at), granted.due),
        copy: lend(granted.copy, loanId),
        title: {
          ...title,
          holdings: moved(title.holdings, found?.status ?? granted.copy.status, 'on_loan'),
        },
      })),
      TE.bindW('loan', ({ lent: { loan }, granted, facts: [{ verdicts }] }) =>
        pipe(
          stores.loans.save(loan, command.act),
          // The database's own word, should the locks ever fail: one open loan per copy (R2.6).
          TE.mapLeft(error =>
            error.type === 'DuplicateKey' ? unavailable(command, granted.copy, verdicts) : error,
          ),
        ),
      ),
      TE.tap(({ loan, lent: { copy, title }, granted, locked: [, { found }] }) =>
        together(
          stores.copies.save(
            copy,
            transferBetween(found ?? granted.copy, copy, {
              act: command.act,
              at: now,
              place: loan.branchId,
              reservationId: null,
            }),
          ),
          stores.titles.saveHoldings(title),
          stores.audit.record(command.act, lentEntry(loan)),
        ),
      ),
      TE.tap(({ loan, lent: { title }, facts: [, living] }) =>
        fulfilOwn(stores, command.act, title, living, loan, now),
      ),
      TE.tap(({ granted, lent: { title } }) =>
        // A missing one that is lent will come back to whoever waits (R6.7).
        isGivenUp(granted.copy) ? markTheUnfillable(stores, command.act, title.id, now) : TE.right(undefined),
      ),
      TE.map(({ loan, lent: { title }, granted, facts: [assessment] }) => ({
        overview: overview(
          {
            loan,
            title: title.title,
            barcode: granted.copy.barcode,
            price: granted.copy.price,
            finesPaid: zero,
            unpaidOverdue: assessment.account.unpaidOverdue,
          },
          assessment.calendar,
          now,
        ),
        warnings: failed(assessment.verdicts),
      })),
    )

interface Keys {
  readonly bookId: BookId
  /** null for any copy of the book. */
  readonly copyId: CopyId | null
  /** Where the named copy lives. */
  readonly branchId: BranchId | null
}

const locate = ({ copies }: CheckOutStores, { wanted }: CheckOut): TaskEither<NotFound, Keys> =>
  'bookId' in wanted
    ? TE.right({ bookId: wanted.bookId, copyId: null, branchId: null })
    : copies.locate(wanted)

const borrower = (
  { borrowers }: CheckOutStores,
  { member, act }: CheckOut,
): TaskEither<NotFound | PermissionDenied | InvalidInput, MemberId> => {
  const self = memberOf(act.actor)
  if (member !== null) {
    return pipe(
      borrowers.locate(member),
      // Whoever acts for himself alone is not told which card numbers there are.
      TE.mapLeft(unknown =>
        'cardNumber' in member && reach(act.actor, 'loan:create') === 'own' ? denied('loan:create') : unknown,
      ),
    )
  }
  return self === null
    ? TE.left(invalidInput('user_id', 'REQUIRED', 'Say who borrows: user_id or library_card_number'))
    : TE.right(self)
}

/** The act itself, and the override, which needs a permission of its own (R2.1). */
const allowed = (
  { act, branchId, override }: CheckOut,
  memberId: MemberId,
  keys: Keys,
): Either<PermissionDenied, void> => {
  const subject = { memberId, branchId: branchId ?? deskOf(act.actor) ?? keys.branchId }
  return pipe(
    permitted(act.actor, 'loan:create', subject),
    E.flatMap(() =>
      override === null ? E.right(undefined) : permitted(act.actor, 'loan:override', subject),
    ),
  )
}

interface Locked {
  readonly member: Member
  readonly title: Title
  /** The copy asked for, still the one that was located, or the best one of the book. */
  readonly found: Copy | null
}

const lock = (
  { locks, borrowers, titles, copies }: CheckOutStores,
  { wanted, branchId, act }: CheckOut,
  { bookId, copyId }: Keys,
  memberId: MemberId,
): TaskEither<NotFound | KeysMoved, Locked> =>
  copyId === null
    ? pipe(
        TE.Do,
        TE.bindW('member', () => borrowers.get(memberId)),
        TE.bindW('title', () => titles.get(bookId)),
        TE.bindW('all', () => copies.ofBook(bookId)),
        TE.let('best', ({ all }) => bestCopy(all, memberId, branchId, deskOf(act.actor))),
        TE.bindW('found', ({ best }) => (best === null ? TE.right(null) : copies.get(best.id))),
      )
    : pipe(
        locks.ofCopy({ memberId, bookId, copyId }),
        TE.filterOrElseW(
          ({ copy }) => copy.bookId === bookId && (!('barcode' in wanted) || copy.barcode === wanted.barcode),
          () => keysMoved,
        ),
        TE.map(({ copy, ...others }) => ({ found: copy, ...others })),
      )

interface Granted extends Offer {
  readonly copy: Lendable
}

/** The borrow rate first and alone; then what is so (409); then what the rules say (422). */
const decide = (
  command: CheckOut,
  member: Member,
  copy: Copy | null,
  { verdicts, values, offer, account }: Assessment,
  now: Instant,
): Either<BorrowRateExceeded | CopyNotAvailable | NoCopyAvailable | CheckoutRefused, Granted> => {
  const perHour = values.maxCheckoutsPerHour
  if (!isStaff(command.act.actor) && perHour !== null && account.selfCheckouts.length >= perHour) {
    return E.left(tooFast(perHour, account.selfCheckouts, now))
  }
  // A missing copy turns up at a desk (R2.5), not in a member's hands.
  const atHand =
    copy !== null && lendableTo(copy, member.id) && (copy.status !== 'missing' || isStaff(command.act.actor))
  if (offer === null || !atHand) {
    return E.left(unavailable(command, copy, verdicts))
  }
  return refusing(verdicts, command.override).length > 0
    ? E.left({ type: 'CheckoutRefused', verdicts: failed(verdicts) })
    : E.right({ copy, ...offer })
}

/** There is room again an hour after the checkout that made the number full. */
const tooFast = (limit: number, earlier: readonly Instant[], now: Instant): BorrowRateExceeded => {
  const [frees] = earlier.slice(-limit)
  const wait = frees === undefined ? 3_600_000 : frees + 3_600_000 - now
  return { type: 'BorrowRateExceeded', limit, retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)) }
}

/** Where one copy was named, it is that copy which is not to be had; else no copy is (R2.6). */
const unavailable = (
  { wanted }: CheckOut,
  copy: Copy | null,
  verdicts: readonly Verdict[],
): CopyNotAvailable | NoCopyAvailable =>
  copy === null || 'bookId' in wanted
    ? { type: 'NoCopyAvailable', verdicts: failed(verdicts) }
    : { type: 'CopyNotAvailable', copyId: copy.id, verdicts: failed(verdicts) }

const newLoan = (
  { act, branchId, notes, override }: CheckOut,
  loanId: LoanId,
  member: Member,
  { copy, terms }: Granted,
  { verdicts }: Assessment,
  now: Instant,
): NewLoan => ({
  id: loanId,
  memberId: member.id,
  copyId: copy.id,
  bookId: copy.bookId,
  branchId: branchId ?? deskOf(act.actor) ?? copy.branchId,
  borrowedAt: now,
  terms,
  librarianId: isStaff(act.actor) ? memberOf(act.actor) : null,
  notes,
  override: used(verdicts, override),
})
