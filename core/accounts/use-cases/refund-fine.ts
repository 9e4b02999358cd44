/** FIN-4: what was paid of a fine is given back. */
import type { Act } from '../../identity/actor.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { FineId } from '../../shared/id.ts'
import type { Minor } from '../../shared/money.ts'
import type { Fine } from '../fine.ts'
import { refund } from '../fine-moves.ts'
import { moveMoney } from '../moving-money.ts'
import type { MoveMoneyDeps, MoveMoneyError } from '../moving-money.ts'
import type { RefundRefused } from '../refusals.ts'

export interface RefundFine {
  readonly act: Act
  readonly fineId: FineId
  /** null is all that was paid. */
  readonly amount: Minor | null
  readonly reason: string | null
}

export type RefundFineError = MoveMoneyError | RefundRefused

export const refundFine =
  (deps: MoveMoneyDeps) =>
  ({ act, fineId, amount, reason }: RefundFine): TaskEither<RefundFineError, Fine> =>
    pipe(
      TE.Do,
      TE.bind('entryId', () => deps.ids.next('ledger_entry')),
      TE.bind('reversalId', () => deps.ids.next('ledger_entry')),
      TE.flatMap((spare): TaskEither<RefundFineError, Fine> =>
        moveMoney(deps, {
          act,
          fineId,
          permission: 'fine:refund',
          action: 'fine.refunded',
          told: { reason },
          move: (fine, by) => refund(fine, { ...by, ...spare, amount, reason }),
        }),
      ),
    )
