/** Fines, with the entries of the ledger that make them up. */
import type { Fine } from '../../core/accounts/fine.ts'
import type { Fines } from '../../core/accounts/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { FineId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import type { Database, Tables } from './database.ts'
import { publish } from './outbox.ts'

export const fines = (on: Database): Fines => ({
  locate: fineId =>
    TE.fromIOEither(() =>
      pipe(
        findFine(on.tables, fineId),
        E.map(({ memberId, loanId }) => ({
          fineId,
          memberId,
          loanId,
          branchId: (loanId === null ? undefined : on.tables.loans.find(loanId))?.branchId ?? null,
        })),
      ),
    ),
  get: fineId => TE.fromIOEither(() => findFine(on.tables, fineId)),
  add: ({ state, events }, act) =>
    TE.fromIOEither(() =>
      pipe(
        addFine(on, state),
        E.map(() => publish(on, events, act)),
      ),
    ),
  save: ({ state, events }, act) =>
    TE.fromIOEither(() => {
      if (on.tables.fines.find(state.id)?.version !== state.version) {
        return E.left(staleWrite('fine', state.id))
      }
      const saved = { ...state, version: state.version + 1 }
      on.tables.fines.put(saved)
      publish(on, events, act)
      return E.right(saved)
    }),
})

export const findFine = ({ fines }: Tables, id: FineId): Either<NotFound, Fine> => {
  const fine = fines.find(id)
  return fine === undefined ? E.left(notFound('fine', id)) : E.right(fine)
}

export const addFine = ({ tables }: Database, fine: Fine): Either<DuplicateKey, void> => {
  if (tables.fines.clashes('chargeKey', fine)) return E.left(duplicateKey('charge_key'))
  tables.fines.add({ ...fine, version: fine.version + 1 })
  return E.right(undefined)
}
