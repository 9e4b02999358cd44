/** FIN-4: what is not paid yet of a fine is let go, for a reason. */
import type { Act } from '../../identity/actor.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { FineId } from '../../shared/id.ts'
import type { Minor } from '../../shared/money.ts'
import type { Fine } from '../fine.ts'
import { waive } from '../fine-moves.ts'
import { moveMoney } from '../moving-money.ts'
import type { MoveMoneyDeps, MoveMoneyError } from '../moving-money.ts'
import type { WaiverRefused } from '../refusals.ts'

export interface WaiveFine {
  readonly act: Act
  readonly fineId: FineId
  /** null is all that is owed. */
  readonly amount: Minor | null
  readonly reason: string
}

export type WaiveFineError = MoveMoneyError | WaiverRefused

export const waiveFine =
  (deps: MoveMoneyDeps) =>
  ({ act, fineId, amount, reason }: WaiveFine): TaskEither<WaiveFineError, Fine> =>
    pipe(
      deps.ids.next('ledger_entry'),
      TE.flatMap((entryId): TaskEither<WaiveFineError, Fine> =>
        moveMoney(deps, {
          act,
          fineId,
          permission: 'fine:waive',
          action: 'fine.waived',
          told: { reason },
          move: (fine, by) => waive(fine, { ...by, entryId, amount, reason }),
        }),
      ),
    )
