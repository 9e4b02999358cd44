/** Fines and what loans have cost, to be checked. Nothing is kept beside the ledger but what a loan was charged. */
import type { AccountFacts } from '../../core/accounts/consistency-facts.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'
import { nextById } from './facts-page.ts'

export const accountFacts = ({ tables }: Database): AccountFacts => ({
  fines: (after, limit) =>
    TE.fromIO(() => nextById([...tables.fines.all()], after, limit).map(fine => ({ fine, stored: null }))),
  loanMoney: (after, limit) =>
    TE.fromIO(() =>
      nextById([...tables.loans.all()], after, limit).map(loan => ({
        loanId: loan.id,
        charged: loan.finesPosted,
        paid: null,
        fines: tables.fines.where('loan', loan.id),
      })),
    ),
})
