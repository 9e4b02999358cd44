/**
 * The answers kept for Idempotency-Keys, to be checked. Events have no places here but the order they came in, and ids are given by a
 * counter that no other process shares: neither can be wrong.
 */
import { loanNamedBy } from '../../core/operations/receipt-location.ts'
import type { OperationsFacts } from '../../core/operations/consistency-facts.ts'
import { TE } from '../../core/shared/fp.ts'
import { receiptKey } from './database.ts'
import type { Database } from './database.ts'

export const operationsFacts = ({ tables }: Database): OperationsFacts => ({
  eventSequences: () => TE.right([]),
  eventIds: () => TE.right([]),
  receipts: (after, limit) =>
    TE.fromIO(() =>
      [...tables.receipts.all()]
        .map(row => ({ row, name: receiptKey(row) }))
        .filter(
          ({ row, name }) => row.receipt?.status === 201 && (after === null || name > receiptKey(after)),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, limit)
        .map(({ row: { caller, key, receipt } }) => {
          const loanId = receipt === null ? null : loanNamedBy(receipt.headers)
          return {
            caller,
            key,
            loanId,
            loanIsThere: loanId !== null && tables.loans.find(loanId) !== undefined,
          }
        }),
    ),
  idBlocks: () => TE.right([]),
})
