/** CIR-3: a loan is given more time, where the rules allow it (circulation R5). */
import type { Act } from '../../identity/actor.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Ids, LoanId } from '../../shared/id.ts'
import type { UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Override } from '../loan.ts'
import { spareIds } from '../overdue-charge.ts'
import { examine, extend, mayRenew } from '../renewal.ts'
import type { RenewalStores, RenewError, RenewResult } from '../renewal.ts'
import type { RenewalPolicy } from '../renewal-policies.ts'

export interface Renew {
  readonly act: Act
  readonly loanId: LoanId
  readonly override: Override | null
}

export interface RenewDeps {
  readonly work: UnitOfWork<RenewalStores>
  readonly clock: Clock
  readonly ids: Ids
  readonly policies: readonly RenewalPolicy[]
}

export const renewLoan =
  ({ work, clock, ids, policies }: RenewDeps) =>
  ({ act, loanId, override }: Renew): TaskEither<RenewError, RenewResult> =>
    pipe(
      spareIds(ids),
      TE.flatMap(spare =>
        work.run(stores => {
          const now = clock.now()
          return pipe(
            stores.loans.locate(loanId),
            TE.tap(keys => TE.fromEither(mayRenew(act, override, keys))),
            TE.flatMap(keys => examine(stores, policies, act, keys, now)),
            TE.flatMap(examined => extend(stores, { ...examined, act, override, spare, now })),
          )
        }),
      ),
    )
