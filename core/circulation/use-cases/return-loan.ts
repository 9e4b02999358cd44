/** CIR-2: a loan comes back, named by its id (circulation R3.1, R3.2). */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Ids, LoanId } from '../../shared/id.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { bringBack, mayBringBack } from '../homecoming.ts'
import type { Homecoming, HomecomingError, ReturnResult, ReturnStores } from '../homecoming.ts'
import { spareIds } from '../overdue-charge.ts'
import { branchKnown } from '../calendar-ports.ts'

export interface ReturnLoan extends Homecoming {
  readonly loanId: LoanId
}

export interface ReturnLoanDeps {
  readonly work: UnitOfWork<ReturnStores>
  readonly clock: Clock
  readonly ids: Ids
}

/** A second return is `AlreadyReturned` (R3.1). */
export const returnLoan =
  ({ work, clock, ids }: ReturnLoanDeps) =>
  (command: ReturnLoan): TaskEither<HomecomingError | StoreFailure, ReturnResult> =>
    pipe(
      spareIds(ids),
      TE.flatMap(spare =>
        work.run(stores =>
          pipe(
            stores.loans.locate(command.loanId),
            TE.bindTo('keys'),
            TE.bindW('settings', () => stores.settings.current()),
            TE.tap(({ keys, settings: { selfReturn } }) =>
              TE.fromEither(
                // That it is his own counts for nothing where members leave returning to the desk.
                mayBringBack(command, 'loan:return', selfReturn ? keys.memberId : null, keys.branchId),
              ),
            ),
            TE.tap(() => branchKnown(stores, command.branchId)),
            TE.flatMap(({ keys }) => bringBack(stores, command, keys, spare, clock.now())),
          ),
        ),
      ),
    )
