/** Uses of copies in the house. */
import type {
  InHouseQueries,
  InHouseUse,
  InHouseUses,
  InHouseUseSort,
} from '../../core/circulation/in-house-ports.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { Database } from './database.ts'
import { publish } from './outbox.ts'
import { pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const inHouseUses = (on: Database): InHouseUses => ({
  anyBetween: (copyId, after, before) =>
    TE.fromIO(() => {
      const { inHouseUses: uses, shelvings } = on.tables
      const shelved = shelvings.find(copyId)
      return [
        ...uses.where('copy', copyId).map(({ usedAt }) => usedAt),
        ...(shelved ? [shelved.at] : []),
      ].some(at => after < at && at < before)
    }),
  shelved: (copyId, at) => TE.fromIO(() => on.tables.shelvings.put({ id: copyId, at })),
  add: ({ state, events }, act) =>
    TE.fromIO(() => {
      on.tables.inHouseUses.add({ ...state, id: on.nextId('in_house_use') })
      publish(on, events, act)
    }),
})

const sorting: SortValues<InHouseUse, InHouseUseSort> = { id: use => use.id, used_at: use => use.usedAt }

export const inHouseQueries = ({ tables }: Database): InHouseQueries => ({
  inHouseUses: (copyId, page) =>
    TE.fromIOEither(() =>
      tables.copies.find(copyId) === undefined
        ? E.left(notFound('copy', copyId))
        : E.right(pageOf(tables.inHouseUses.where('copy', copyId), page, sorting)),
    ),
})
