/** Loans: a copy is out on one loan at most. */
import type { LibraryEvent } from '../../core/notices/notice.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { Loans } from '../../core/circulation/ports.ts'
import type { Changed } from '../../core/shared/changed.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { LoanId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite } from '../../core/shared/unit-of-work.ts'
import type { Database, Tables } from './database.ts'
import { publish } from './outbox.ts'

export const loans = (on: Database): Loans => {
  const { tables } = on
  return {
    locate: id =>
      TE.fromIOEither(() =>
        pipe(
          find(tables, id),
          E.map(({ memberId, bookId, copyId, branchId }) => ({
            loanId: id,
            memberId,
            bookId,
            copyId,
            branchId,
          })),
        ),
      ),
    get: id => TE.fromIOEither(() => find(tables, id)),
    lastReturnedOf: copyId =>
      TE.fromIO(
        () =>
          tables.loans
            .where('copy', copyId)
            .filter(loan => loan.state === 'returned')
            .sort((a, b) => b.returnedAt - a.returnedAt || b.id - a.id)[0] ?? null,
      ),
    save: (loan, act) =>
      TE.fromIOEither(() =>
        pipe(
          write(on, loan),
          E.tap(() => {
            publish(on, loan.events, act)
            return E.right(undefined)
          }),
        ),
      ),
  }
}

const find = ({ loans }: Tables, id: LoanId): Either<NotFound, Loan> => {
  const loan = loans.find(id)
  return loan === undefined ? E.left(notFound('borrowing', id)) : E.right(loan)
}

/** Version 0 was never saved; any other must be the one that was read. */
const write = <Saved extends Loan>(
  { tables }: Database,
  { state }: Changed<Saved, LibraryEvent>,
): Either<StaleWrite | DuplicateKey, Saved> => {
  if ((tables.loans.find(state.id)?.version ?? 0) !== state.version) {
    return E.left(staleWrite('borrowing', state.id))
  }
  const saved = { ...state, version: state.version + 1 }
  if (tables.loans.clashes('outCopy', saved)) return E.left(duplicateKey('book_copy_id'))
  tables.loans.put(saved)
  return E.right(saved)
}
