/** CIR-2, the desk's way: whatever copy is scanned, the desk is told what to do with it (circulation R3.1, R3.8). */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Ids } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { conflict } from '../../shared/refusal.ts'
import { keysMoved, startingOver } from '../../shared/unit-of-work.ts'
import type { KeysMoved, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { recordCopy } from '../audit-entries.ts'
import { inspected } from '../copy.ts'
import type { AtHand, Copy } from '../copy.ts'
import { goOn, settle } from '../hold-shelf.ts'
import type { Settled } from '../hold-shelf.ts'
import { bringBack, mayBringBack, nextStep, noResolution, placeOf } from '../homecoming.ts'
import type { Homecoming, HomecomingError, NextStep, ReturnResult, ReturnStores } from '../homecoming.ts'
import { comesToStand, countUse, standsAtHome } from '../in-house.ts'
import type { InHouseStores } from '../in-house-ports.ts'
import { spareIds } from '../overdue-charge.ts'
import type { SpareIds } from '../overdue-charge.ts'
import { branchKnown } from '../calendar-ports.ts'
import type { CopyKey, CopyKeys } from '../ports.ts'
import { overview } from '../standing.ts'
import type { LoanOverview } from '../standing.ts'
import type { Title } from '../title.ts'

export interface ReturnCopy extends Homecoming {
  readonly copy: CopyKey
}

/** What a scan may meet. */
export type ScanResult =
  | ({ readonly kind: 'returned' } & ReturnResult)
  /** It was not on loan; `last` is the loan it came back from last, null when it was missing or never lent. */
  | {
      readonly kind: 'not_on_loan'
      readonly last: LoanOverview | null
      /** It was counted as used in the house (R3.5). */
      readonly inHouseUse: boolean
      readonly nextStep: NextStep
    }

type ScanStores = ReturnStores & InHouseStores

export interface ReturnCopyDeps {
  readonly work: UnitOfWork<ScanStores>
  readonly clock: Clock
  readonly ids: Ids
}

/** A second scan of a copy that is back is no error (R3.1). */
export const returnCopy =
  ({ work, clock, ids }: ReturnCopyDeps) =>
  (command: ReturnCopy): TaskEither<HomecomingError | StoreFailure, ScanResult> =>
    pipe(
      spareIds(ids),
      TE.flatMap(spare =>
        startingOver<HomecomingError | StoreFailure, ScanResult>(
          work.run(stores => {
            const now = clock.now()
            return takeBack(command, spare, now, now)(stores)
          }),
        ),
      ),
    )

/**
 * The scan, in the unit of work that it is given.
 * @param at when the desk had the copy in hand, which is in the past for a scan offline
 */
export const takeBack =
  (command: ReturnCopy, spare: SpareIds, now: Instant, at: Instant) =>
  (stores: ScanStores): TaskEither<HomecomingError | KeysMoved, ScanResult> =>
    pipe(
      stores.copies.locate(command.copy),
      TE.tap(keys => TE.fromEither(mayBringBack(command, 'loan:return-by-barcode', null, keys.branchId))),
      TE.tap(() => branchKnown(stores, command.branchId)),
      TE.flatMap((keys): TaskEither<HomecomingError | KeysMoved, ScanResult> =>
        keys.onLoan === null
          ? scan(stores, command, keys, now, at)
          : pipe(
              bringBack(stores, command, { ...keys, ...keys.onLoan }, spare, now),
              TE.map((result): ScanResult => ({ kind: 'returned', ...result })),
              // Returned by another desk between the look and the lock: look again.
              TE.mapLeft(error => (error.type === 'AlreadyReturned' ? keysMoved : error)),
            ),
      ),
    )

const scan = (
  stores: ScanStores,
  command: ReturnCopy,
  { copyId, bookId }: CopyKeys,
  now: Instant,
  at: Instant,
): TaskEither<HomecomingError | KeysMoved, ScanResult> =>
  pipe(
    TE.Do,
    TE.bindW('title', () => stores.titles.get(bookId)),
    TE.bindW('copy', () => stores.copies.get(copyId)),
    TE.bindW('settled', ({ title, copy }) => settleScanned(stores, command, title, copy, now)),
    TE.tap(({ copy, settled }) =>
      settled.copy === copy ? TE.right(undefined) : recordCopy(stores, command.act, copy, settled.copy),
    ),
    TE.tap(({ copy, settled }) =>
      comesToStand(copy, settled) ? stores.inHouseUses.shelved(copyId, at) : TE.right(undefined),
    ),
    TE.bindW('last', ({ title, copy }) =>
      copy.status === 'missing' || copy.status === 'lost'
        ? TE.right(null)
        : lastLoan(stores, title, copy, now),
    ),
    TE.bindW('inHouseUse', ({ copy, settled, last }) => {
      const branchId = placeOf(command, copy)
      return standsAtHome(copy, settled, branchId)
        ? countUse(stores, command.act, copy, last?.record.loan ?? null, {
            at,
            branchId,
          })
        : TE.right(false)
    }),
    TE.map(({ last, inHouseUse, settled }): ScanResult => ({
      kind: 'not_on_loan',
      last,
      inHouseUse,
      nextStep: nextStep(settled),
    })),
  )

/** By what the copy was doing when it was scanned. */
const settleScanned = (
  stores: ReturnStores,
  command: ReturnCopy,
  title: Title,
  before: Copy,
  now: Instant,
): TaskEither<HomecomingError | KeysMoved, Settled> => {
  const at = placeOf(command, before)
  const turnedUp = (copy: AtHand) =>
    settle(stores, command.act, { title, before, copy: inspected(copy, command.condition), at, now })
  switch (before.status) {
    case 'on_loan':
    case 'claimed_returned':
      return TE.left(keysMoved)
    default:
  }
  if (command.resolution !== null && before.status !== 'missing' && before.status !== 'lost') {
    return TE.left(noResolution(before.status, command.resolution))
  }
  switch (before.status) {
    case 'lost':
      // With a loan it came between the look and the locks; without one it turned up as a missing one does.
      if (before.loanId !== null) return TE.left(keysMoved)
      return turnedUp(before)
    case 'available':
    case 'missing':
      return turnedUp(before)
    case 'kept':
    case 'in_transit':
      return pipe(
        stores.reservations.keptOn(before.id),
        TE.flatMap(reservation =>
          goOn(
            stores,
            command.act,
            { title, before, copy: inspected(before, command.condition), at, now },
            reservation,
          ),
        ),
      )
    default:
      return TE.left(
        conflict(`A copy that is ${before.status} needs its resolution first`, {
          book_copy_id: before.id,
          status: before.status,
        }),
      )
  }
}

const lastLoan = (
  { loans, memberAccounts }: ReturnStores,
  { title }: Title,
  { id, barcode, price }: Copy,
  now: Instant,
): TaskEither<never, LoanOverview | null> =>
  pipe(
    loans.lastReturnedOf(id),
    TE.flatMap(loan =>
      loan === null
        ? TE.right(null)
        : pipe(
            memberAccounts.ofLoan(loan.id),
            TE.map(account => overview({ loan, title, barcode, price, ...account }, null, now)),
          ),
    ),
  )
