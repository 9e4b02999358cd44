/** Fines, with the entries of the ledger that make them up. */
import type { Fine } from '../../core/accounts/fine.ts'
import type { Fines } from '../../core/accounts/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import { duplicateKey } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'
import { publish } from './outbox.ts'

export const fines = (on: Database): Fines => ({
  add: ({ state, events }, act) =>
    TE.fromIOEither(() =>
      pipe(
        addFine(on, state),
        E.map(() => publish(on, events, act)),
      ),
    ),
})

export const addFine = ({ tables }: Database, fine: Fine): Either<DuplicateKey, void> => {
  if (tables.fines.clashes('chargeKey', fine)) return E.left(duplicateKey('charge_key'))
  tables.fines.add(fine)
  return E.right(undefined)
}
