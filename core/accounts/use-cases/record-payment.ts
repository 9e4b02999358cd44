/** FIN-4: a fine is paid at the desk, whole or in part. */
import type { Act } from '../../identity/actor.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { FineId } from '../../shared/id.ts'
import type { Minor } from '../../shared/money.ts'
import type { Fine } from '../fine.ts'
import { pay } from '../fine-moves.ts'
import type { PaymentMethod } from '../ledger.ts'
import { moveMoney } from '../moving-money.ts'
import type { MoveMoneyDeps, MoveMoneyError } from '../moving-money.ts'
import type { PaymentRefused } from '../refusals.ts'

export interface RecordPayment {
  readonly act: Act
  readonly fineId: FineId
  readonly amount: Minor
  readonly method: PaymentMethod
}

export type RecordPaymentError = MoveMoneyError | PaymentRefused

export const recordPayment =
  (deps: MoveMoneyDeps) =>
  ({ act, fineId, amount, method }: RecordPayment): TaskEither<RecordPaymentError, Fine> =>
    pipe(
      deps.ids.next('ledger_entry'),
      TE.flatMap((entryId): TaskEither<RecordPaymentError, Fine> =>
        moveMoney(deps, {
          act,
          fineId,
          permission: 'fine:pay',
          action: 'fine.paid',
          told: { payment_method: method },
          move: (fine, by) => pay(fine, { ...by, entryId, amount, method }),
        }),
      ),
    )
