/** Fines and ledgers as they are shown. */
import type { Knex } from 'knex'
import type {
  AccountQueries,
  FineFilter,
  FineSort,
  LedgerLine,
  LedgerSort,
} from '../../core/accounts/ports.ts'
import { minor } from '../../core/shared/money.ts'
import { found } from './catalogue-queries.ts'
import { fromInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { toFine } from './fines.ts'
import type { FineRow } from './fines.ts'
import { entriesOf, toEntry } from './ledger-entries.ts'
import type { EntryRow } from './ledger-entries.ts'
import { always, nullable, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'

const fineSort: Readonly<Record<FineSort, SortColumn>> = {
  id: always('fines.id', 'integer'),
  user_id: always('fines.user_id', 'integer'),
  fine_type: always('fines.fine_type', 'text'),
  amount: always('fines.amount', 'integer'),
  date_issued: always('fines.date_issued', 'instant'),
  date_paid: nullable('fines.date_paid', 'instant'),
  status: always('fines.status', 'text'),
}

const ledgerSort: Readonly<Record<LedgerSort, SortColumn>> = {
  id: always('entries.id', 'integer'),
  at: always('entries.occurred_at', 'instant'),
  type: always('entries.entry_type', 'text'),
  amount: always('entries.amount', 'integer'),
}

type LineRow = EntryRow & { readonly running: number | string }

export const accountQueries = ({ read }: Database): AccountQueries => ({
  fines: (filter, page) =>
    query(
      sql(async () => {
        const matching = read('fines')
        applyFilter(matching, filter)
        const { rows, ...rest } = await pageOf<FineRow, FineSort>(
          { matching, columns: fineSort, id: 'fines.id', select: ['fines.*'] },
          page,
        )
        const entries = await entriesOf(
          read,
          rows.map(({ id }) => id),
        )
        return { ...rest, rows: rows.map(row => toFine(row, entries.get(row.id) ?? [])) }
      }),
    ),
  fine: id =>
    found('fine', id, async () => {
      const row = await read('fines').where({ id }).first<FineRow | undefined>()
      return row === undefined ? undefined : toFine(row, (await entriesOf(read, [id])).get(id) ?? [])
    }),
  ledger: (memberId, page) =>
    query(
      sql(async () => {
        const own = () => read('ledger_entries').where({ user_id: memberId })
        // Reckoned over all of his entries before a page of them is cut out.
        const lines = own()
          .select('ledger_entries.*', read.raw('sum(amount) over (order by occurred_at, id) as running'))
          .as('entries')
        const { rows, ...rest } = await pageOf<LineRow, LedgerSort>(
          { matching: read(lines), columns: ledgerSort, id: 'entries.id', select: ['entries.*'] },
          page,
        )
        const owed = await own().sum<{ balance: number | string | null }[]>({ balance: 'amount' })
        return {
          page: { ...rest, rows: rows.map(toLine) },
          balance: minor(Number(owed[0]?.balance ?? 0)),
        }
      }),
    ),
})

const toLine = (row: LineRow): LedgerLine => ({
  entry: toEntry(row),
  runningBalance: minor(Number(row.running)),
})

const applyFilter = (fines: Knex.QueryBuilder, { status, memberId, type, from, to }: FineFilter): void => {
  if (status !== undefined) void fines.where({ 'fines.status': status })
  if (memberId !== undefined) void fines.where({ 'fines.user_id': memberId })
  if (type !== undefined) void fines.where({ 'fines.fine_type': type })
  if (from !== undefined) void fines.where('fines.date_issued', '>=', fromInstant(from))
  if (to !== undefined) void fines.where('fines.date_issued', '<', fromInstant(to))
}
