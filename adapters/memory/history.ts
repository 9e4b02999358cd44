/** Loans and fines that are taken over as they are. */
import type { LoanHistory } from '../../core/circulation/ports.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { duplicateKey } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'
import { addFine } from './fines.ts'

export const history = (on: Database): LoanHistory => ({
  add: (loans, fines) =>
    TE.fromIOEither(() => {
      for (const loan of loans) {
        if (on.tables.loans.clashes('outCopy', loan)) return E.left(duplicateKey('book_copy_id'))
        on.tables.loans.add({ ...loan, version: loan.version + 1 })
      }
      for (const fine of fines) {
        const added = addFine(on, fine)
        if (E.isLeft(added)) return added
      }
      return E.right(undefined)
    }),
})
