/** Accounts, wired. */
import { ContainerModule } from 'inversify'
import { listFines, listMemberFines, showFine } from '../../core/accounts/use-cases/list-fines.ts'
import { listLedger } from '../../core/accounts/use-cases/list-ledger.ts'
import { recordPayment } from '../../core/accounts/use-cases/record-payment.ts'
import { refundFine } from '../../core/accounts/use-cases/refund-fine.ts'
import { waiveFine } from '../../core/accounts/use-cases/waive-fine.ts'
import { ACCOUNTS, LIBRARY_CLOCK, PERSISTENCE } from '../tokens.ts'

export const accountsModule = new ContainerModule(({ bind }) => {
  bind(ACCOUNTS)
    .toResolvedValue(
      ({ work, ids, queries: { accounts: queries, branches, members } }, clock) => ({
        listFines: listFines({ queries, branches }),
        listMemberFines: listMemberFines({ queries, branches, members }),
        showFine: showFine({ queries }),
        listLedger: listLedger({ queries, members }),
        recordPayment: recordPayment({ work, clock, ids }),
        waiveFine: waiveFine({ work, clock, ids }),
        refundFine: refundFine({ work, clock, ids }),
      }),
      [PERSISTENCE, LIBRARY_CLOCK],
    )
    .inSingletonScope()
})
