/** CIR-12: a desk that was offline sends what it did meanwhile; each operation is applied once, or told why not (ADR 26). */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { may, permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BranchId, Ids, LoanId } from '../../shared/id.ts'
import { toIso } from '../../shared/local-time.ts'
import type { Instant } from '../../shared/local-time.ts'
import { conflict } from '../../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, PermissionDenied, Verdict } from '../../shared/refusal.ts'
import { startingOver } from '../../shared/unit-of-work.ts'
import type {
  DuplicateKey,
  KeysMoved,
  StaleWrite,
  StoreFailure,
  UnitOfWork,
} from '../../shared/unit-of-work.ts'
import type { BorrowingPolicy } from '../borrowing-policies.ts'
import type { HoldStores } from '../hold-shelf.ts'
import type { Homecoming, HomecomingError, NextStep, ReturnStores } from '../homecoming.ts'
import type { InHouseStores } from '../in-house-ports.ts'
import type { Override } from '../loan.ts'
import { audited, inOrderOfTime, notNow, outOfTime, toldAgain, withoutMember } from '../offline.ts'
import type {
  Applied,
  KeptOperation,
  NotApplied,
  OfflineAnswer,
  OfflineCheckout,
  OfflineOperation,
  OfflineReturn,
} from '../offline.ts'
import type { LaterAct, OfflineStores } from '../offline-ports.ts'
import { spareIds } from '../overdue-charge.ts'
import type { SpareIds } from '../overdue-charge.ts'
import type { CirculationStores } from '../ports.ts'
import type { BorrowRateExceeded, CheckoutRefused, CopyNotAvailable, NoCopyAvailable } from '../refusals.ts'
import type { LoanOverview } from '../standing.ts'

export interface ApplyOffline {
  readonly act: Act
  readonly operations: readonly OfflineOperation[]
}

/** What ends the whole list: it may be sent again, and goes on where it ended. */
export type ApplyOfflineError = PermissionDenied | StoreFailure

type LendStores = HoldStores & Pick<CirculationStores, 'loans' | 'locks' | 'memberAccounts'> & AuditStores

type LendError =
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

/** A checkout, in the unit of work that it is given. */
type Lend = (
  command: {
    readonly act: Act
    readonly member: { readonly cardNumber: string }
    readonly wanted: { readonly barcode: string }
    readonly branchId: BranchId
    readonly notes: null
    readonly override: Override | null
  },
  loanId: LoanId,
  at: Instant,
  now: Instant,
) => (
  stores: LendStores,
) => TaskEither<
  LendError | KeysMoved,
  { readonly overview: LoanOverview; readonly warnings: readonly Verdict[] }
>

type Scan =
  | { readonly kind: 'returned'; readonly overview: LoanOverview; readonly nextStep: NextStep | null }
  | {
      readonly kind: 'not_on_loan'
      readonly last: LoanOverview | null
      readonly inHouseUse: boolean
      readonly nextStep: NextStep
    }

/** A scan of `POST /returns`, in the unit of work that it is given. */
type TakeBack = (
  command: Homecoming & { readonly copy: { readonly barcode: string } },
  spare: SpareIds,
  now: Instant,
  at: Instant,
) => (stores: ReturnStores & InHouseStores) => TaskEither<HomecomingError | KeysMoved, Scan>

type Stores = LendStores & ReturnStores & InHouseStores & OfflineStores

export interface ApplyOfflineDeps {
  readonly work: UnitOfWork<Stores>
  readonly clock: Clock
  readonly ids: Ids
  readonly policies: readonly BorrowingPolicy[]
  readonly lend: Lend
  readonly takeBack: TakeBack
}

type ActError = LendError | HomecomingError | KeysMoved

/** @returns an answer for each, in the order of the list; they are done in the order in which they happened */
export const applyOffline =
  (deps: ApplyOfflineDeps) =>
  ({ act, operations }: ApplyOffline): TaskEither<ApplyOfflineError, readonly OfflineAnswer[]> =>
    pipe(
      // All of it or nothing: a list that holds what its sender may not do is none of his desk.
      operations,
      E.traverseArray(({ branchId }) => permitted(act.actor, 'loan:offline', { branchId })),
      TE.fromEither,
      TE.flatMap(() =>
        pipe(
          inOrderOfTime(operations),
          TE.traverseSeqArray(operation =>
            pipe(
              applyOne(deps, act, operation),
              TE.map(answer => ({ operation, answer })),
            ),
          ),
        ),
      ),
      TE.map(done => {
        const answers = new Map(done.map(({ operation, answer }) => [operation, answer]))
        return operations.flatMap(operation => answers.get(operation) ?? [])
      }),
    )

const applyOne = (
  deps: ApplyOfflineDeps,
  act: Act,
  operation: OfflineOperation,
): TaskEither<ApplyOfflineError, OfflineAnswer> =>
  pipe(
    TE.fromIO(() => outOfTime(operation, deps.clock.now())),
    TE.flatMap(out => {
      if (out !== null) return unlessKnown(deps, operation, out)
      return pipe(
        operation.type === 'checkout' ? lendOne(deps, act, operation) : takeOneBack(deps, act, operation),
        TE.orElse((error): TaskEither<ApplyOfflineError, OfflineAnswer> => {
          switch (error.type) {
            case 'PermissionDenied':
            case 'StoreFailure':
              return TE.left(error)
            case 'StaleWrite':
            case 'DuplicateKey':
              return TE.right(notNow(operation))
            default:
              return error.type === 'Conflict' && error.transient === true
                ? TE.right(notNow(operation))
                : writeDown(deps, operation, became(error))
          }
        }),
      )
    }),
  )

/** However old its list is, a desk is told what became of it; a name that nobody gave yet stays free. */
const unlessKnown = (
  { work }: ApplyOfflineDeps,
  operation: OfflineOperation,
  out: OfflineAnswer,
): TaskEither<StoreFailure, OfflineAnswer> =>
  pipe(
    work.run<StoreFailure | OfflineAnswer, OfflineAnswer>(({ offlineOperations, ...stores }) =>
      pipe(
        offlineOperations.claim(operation),
        TE.flatMap((kept): TaskEither<OfflineAnswer, OfflineAnswer> =>
          kept === null ? TE.left(out) : heardBefore(stores, operation, kept),
        ),
      ),
    ),
    TE.orElse(error => ('clientId' in error ? TE.right(error) : TE.left(error))),
  )

type Refused = Exclude<ActError, KeysMoved> | StoreFailure

const lendOne = (
  { work, clock, ids, policies, lend }: ApplyOfflineDeps,
  act: Act,
  operation: OfflineCheckout,
): TaskEither<Refused, OfflineAnswer> => {
  const { at, branchId, barcode, cardNumber } = operation
  // The member has it: what a desk may set aside is set aside.
  const override = may(act.actor, 'loan:override', { branchId })
    ? {
        rules: policies.filter(({ kind }) => kind === 'overridable').map(({ rule }) => rule),
        reason: 'offline',
      }
    : null
  const command = { act, member: { cardNumber }, wanted: { barcode }, branchId, notes: null, override }
  return pipe(
    ids.next('loan'),
    TE.flatMap(loanId =>
      startingOver<Refused, OfflineAnswer>(
        work.run(stores => {
          // He has it since then; what that sets free for others, they have from now on.
          const now = clock.now()
          return once(
            stores,
            operation,
            now,
            pipe(
              lend(command, loanId, at, now)(audited(stores, operation, now)),
              TE.map(({ overview: { record }, warnings }): Applied => ({
                status: 'applied',
                loanId: record.loan.id,
                alreadyReturned: false,
                inHouseUse: false,
                nextStep: null,
                overridden: record.loan.override?.rules ?? [],
                warnings,
              })),
            ),
          )
        }),
      ),
    ),
  )
}

const takeOneBack = (
  { work, clock, ids, takeBack }: ApplyOfflineDeps,
  act: Act,
  operation: OfflineReturn,
): TaskEither<Refused, OfflineAnswer> => {
  const { at, branchId, barcode } = operation
  const command = {
    act,
    copy: { barcode },
    branchId,
    condition: null,
    notes: null,
    returnedAt: at,
    resolution: null,
  }
  return pipe(
    spareIds(ids),
    TE.flatMap(spare =>
      startingOver<Refused, OfflineAnswer>(
        work.run(stores => {
          // It came back at its time, but whoever waits for it is told, and has his days on the shelf, from now on.
          const now = clock.now()
          return once(
            stores,
            operation,
            now,
            pipe(
              takeBack(command, spare, now, at)(audited(stores, operation, now)),
              TE.map((scan): Applied => ({
                status: 'applied',
                loanId: scan.kind === 'returned' ? scan.overview.record.loan.id : null,
                alreadyReturned: scan.kind === 'not_on_loan' && scan.last !== null,
                inHouseUse: scan.kind === 'not_on_loan' && scan.inHouseUse,
                nextStep: scan.nextStep,
                overridden: [],
                warnings: [],
              })),
            ),
          )
        }),
      ),
    ),
  )
}

/** The name, the act and what became of it: in one unit of work. */
const once = <Failure>(
  stores: Stores,
  operation: OfflineOperation,
  now: Instant,
  act: TaskEither<Failure, Applied>,
): TaskEither<Failure | NotFound | Conflict, OfflineAnswer> =>
  pipe(
    stores.offlineOperations.claim(operation),
    TE.flatMap((kept): TaskEither<Failure | NotFound | Conflict, OfflineAnswer> => {
      if (kept !== null) return heardBefore(stores, operation, kept)
      return pipe(
        act,
        TE.tap(({ loanId }) => latest(stores, operation, now, loanId)),
        TE.tap(applied => stores.offlineOperations.settle(operation, withoutMember(applied))),
        TE.map(applied => ({ clientId: operation.clientId, repeated: false, outcome: applied })),
      )
    }),
  )

/** One name with two cards is two operations: the second must not be taken for done. */
const heardBefore = (
  { borrowers, loans }: Pick<Stores, 'borrowers' | 'loans'>,
  operation: OfflineOperation,
  kept: KeptOperation,
): TaskEither<never, OfflineAnswer> => {
  const loanId = kept.outcome.status === 'applied' ? kept.outcome.loanId : null
  if (operation.type === 'return' || kept.operation.type === 'return' || loanId === null) {
    return TE.right(toldAgain(operation, kept, true))
  }
  return pipe(
    TE.Do,
    TE.bindW('named', () => borrowers.locate({ cardNumber: operation.cardNumber })),
    TE.bindW('loan', () => loans.locate(loanId)),
    // A card that is given to nobody now names the member of before: he may have got another.
    TE.match(
      () => true,
      ({ named, loan }) => named === loan.memberId,
    ),
    TE.fromTask,
    TE.map(sameMember => toldAgain(operation, kept, sameMember)),
  )
}

/** Asked after the act, under its locks: an older operation does not go over a newer one, and all is undone. */
const latest = (
  { copies, offlineOperations }: Stores,
  { barcode, at }: OfflineOperation,
  now: Instant,
  own: LoanId | null,
): TaskEither<NotFound | Conflict, void> =>
  pipe(
    copies.locate({ barcode }),
    TE.flatMap(({ copyId }) => offlineOperations.laterActOn(copyId, at, now, own)),
    TE.flatMap(later =>
      later === null
        ? TE.right(undefined)
        : TE.left(conflict(`The copy was ${later.done} later than that`, toldOf(later))),
    ),
  )

const toldOf = (later: LaterAct): Parameters<typeof conflict>[1] =>
  later.done === 'scanned'
    ? { scanned_at: toIso(later.at) }
    : {
        borrowing_id: later.loanId,
        [later.done === 'lent' ? 'borrow_date' : 'return_date']: toIso(later.at),
      }

/** What was not applied is known by its name, too. */
const writeDown = (
  { work }: ApplyOfflineDeps,
  operation: OfflineOperation,
  outcome: NotApplied,
): TaskEither<StoreFailure, OfflineAnswer> =>
  work.run(({ offlineOperations, ...stores }) =>
    pipe(
      offlineOperations.claim(operation),
      TE.flatMap(kept =>
        kept === null
          ? pipe(
              offlineOperations.settle(operation, withoutMember(outcome)),
              TE.map((): OfflineAnswer => ({ clientId: operation.clientId, repeated: false, outcome })),
            )
          : // Somebody else sent it, too, and was told already.
            heardBefore(stores, operation, kept),
      ),
    ),
  )

const became = (
  error: Exclude<Refused, PermissionDenied | StoreFailure | StaleWrite | DuplicateKey>,
): NotApplied => {
  switch (error.type) {
    case 'NotFound':
    case 'CheckoutRefused':
      return { status: 'refused', error }
    // A return that is refused lies before its loan, which is a newer one.
    case 'CopyNotAvailable':
    case 'ReturnRefused':
    case 'Conflict':
      return { status: 'conflict', error }
    // Of a copy named by its barcode, at a desk, without If-Match, none of these can come.
    case 'NoCopyAvailable':
    case 'BorrowRateExceeded':
    case 'AlreadyReturned':
    case 'VersionMismatch':
    case 'InvalidInput':
      return { status: 'conflict', error: conflict('It does not fit to what is so now') }
  }
}
