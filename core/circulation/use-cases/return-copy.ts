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
import { turnUp } from '../copy.ts'
import type { Condition, Copy } from '../copy.ts'
import { bringBack, mayBringBack, nextStep, placeOf, putAway } from '../homecoming.ts'
import type { Homecoming, HomecomingError, NextStep, ReturnResult, ReturnStores } from '../homecoming.ts'
import { spareIds } from '../overdue-charge.ts'
import { branchKnown } from '../ports.ts'
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
  | { readonly kind: 'not_on_loan'; readonly last: LoanOverview | null; readonly nextStep: NextStep }

export interface ReturnCopyDeps {
  readonly work: UnitOfWork<ReturnStores>
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
            return pipe(
              stores.copies.locate(command.copy),
              TE.tap(keys =>
                TE.fromEither(mayBringBack(command, 'loan:return-by-barcode', null, keys.branchId)),
              ),
              TE.tap(() => branchKnown(stores, command.branchId)),
              TE.flatMap((keys): TaskEither<HomecomingError | KeysMoved, ScanResult> =>
                keys.onLoan === null
                  ? scan(stores, command, keys, now)
                  : pipe(
                      bringBack(stores, command, { ...keys, ...keys.onLoan }, spare, now),
                      TE.map((result): ScanResult => ({ kind: 'returned', ...result })),
                      // Returned by another desk between the look and the lock: look again.
                      TE.mapLeft(error => (error.type === 'AlreadyReturned' ? keysMoved : error)),
                    ),
              ),
            )
          }),
        ),
      ),
    )

const scan = (
  stores: ReturnStores,
  command: ReturnCopy,
  { copyId, bookId }: CopyKeys,
  now: Instant,
): TaskEither<HomecomingError | KeysMoved, ScanResult> =>
  pipe(
    TE.Do,
    TE.bindW('title', () => stores.titles.get(bookId)),
    TE.bindW('copy', () => stores.copies.get(copyId)),
    TE.flatMap(({ title, copy }): TaskEither<HomecomingError | KeysMoved, ScanResult> => {
      switch (copy.status) {
        case 'on_loan':
          return TE.left(keysMoved)
        case 'available':
        case 'missing':
        case 'in_transit': {
          const moving = inspected(turnUp(copy, placeOf(command, copy)), command.condition)
          return pipe(
            TE.Do,
            TE.bindW('last', () =>
              copy.status === 'missing' ? TE.right(null) : lastLoan(stores, title, copy, now),
            ),
            TE.tap(() => (moving === copy ? TE.right(copy) : putAway(stores, title, copy, moving))),
            TE.tap(() =>
              moving === copy ? TE.right(undefined) : recordCopy(stores, command.act, copy, moving),
            ),
            TE.map(({ last }): ScanResult => ({ kind: 'not_on_loan', last, nextStep: nextStep(moving) })),
          )
        }
        default:
          return TE.left(
            conflict(`A copy that is ${copy.status} needs its resolution first`, {
              book_copy_id: copy.id,
              status: copy.status,
            }),
          )
      }
    }),
  )

/** The very same copy when the desk says nothing new of its condition. */
const inspected = (copy: Copy, condition: Condition | null): Copy =>
  condition === null || condition === copy.condition ? copy : { ...copy, condition }

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
            memberAccounts.paidOf(loan.id),
            TE.map(finesPaid => overview({ loan, title, barcode, price, finesPaid }, null, now)),
          ),
    ),
  )
