/** The table `in_house_uses`, and when a copy was put on its shelf. */
import type {
  InHouseQueries,
  InHouseUse,
  InHouseUses,
  InHouseUseSort,
} from '../../core/circulation/in-house-ports.ts'
import { E } from '../../core/shared/fp.ts'
import type { BranchId, CopyId, MemberId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { appendEvents } from './events.ts'
import { query, sql } from './failures.ts'
import { always, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'
import type { Transaction } from './unit-of-work.ts'

interface Row {
  readonly id: InHouseUse['id']
  readonly book_copy_id: CopyId
  readonly branch_id: BranchId
  readonly used_at: StoredInstant
  readonly librarian_id: MemberId | null
}

const toUse = (row: Row): InHouseUse => ({
  id: row.id,
  copyId: row.book_copy_id,
  branchId: row.branch_id,
  usedAt: toInstant(row.used_at),
  librarianId: row.librarian_id,
})

const table = 'in_house_uses'

export const inHouseUses = (transaction: Transaction): InHouseUses => {
  const { knex, now } = transaction
  return {
    anyBetween: (copyId, after, before) =>
      sql(async () => {
        const [from, to] = [fromInstant(after), fromInstant(before)]
        const row = await knex('book_copies')
          .where({ id: copyId })
          .where(either => {
            void either
              .where(shelved => void shelved.where('shelved_at', '>', from).where('shelved_at', '<', to))
              .orWhereExists(
                knex(table)
                  .where({ book_copy_id: copyId })
                  .where('used_at', '>', from)
                  .where('used_at', '<', to),
              )
          })
          .first<{ readonly id: CopyId } | undefined>('id')
        return row !== undefined
      }),
    shelved: (copyId, at) =>
      sql(async () => {
        await knex('book_copies')
          .where({ id: copyId })
          .update({ shelved_at: fromInstant(at) })
      }),
    add: ({ state: use, events }, act) =>
      sql(async () => {
        await knex(table).insert({
          book_copy_id: use.copyId,
          branch_id: use.branchId,
          used_at: fromInstant(use.usedAt),
          librarian_id: use.librarianId,
          created_at: now(),
        })
        await appendEvents(transaction, events, act)
      }),
  }
}

const sorting: Readonly<Record<InHouseUseSort, SortColumn>> = {
  id: always('in_house_uses.id', 'integer'),
  used_at: always('in_house_uses.used_at', 'instant'),
}

export const inHouseQueries = ({ read }: Database): InHouseQueries => ({
  inHouseUses: (copyId, page) =>
    query(async () => {
      const copy = await read('book_copies')
        .where({ id: copyId })
        .whereNull('deleted_at')
        .first<{ id: number } | undefined>('id')
      if (copy === undefined) return E.left(notFound('copy', copyId))
      const { rows, ...rest } = await pageOf<Row, InHouseUseSort>(
        {
          matching: read(table).where({ book_copy_id: copyId }),
          columns: sorting,
          id: 'in_house_uses.id',
          select: ['in_house_uses.*'],
        },
        page,
      )
      return E.right({ ...rest, rows: rows.map(toUse) })
    }),
})
