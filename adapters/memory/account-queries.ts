/** Fines and ledgers for display. */
import { chargedOf, datePaidOf, statusOf } from '../../core/accounts/fine.ts'
import type { Fine } from '../../core/accounts/fine.ts'
import type { LedgerEntry } from '../../core/accounts/ledger.ts'
import type { AccountQueries, FineFilter, FineSort, LedgerSort } from '../../core/accounts/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import { add, zero } from '../../core/shared/money.ts'
import type { Minor } from '../../core/shared/money.ts'
import type { Database } from './database.ts'
import { findFine } from './fines.ts'
import { matching, pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const accountQueries = ({ tables }: Database): AccountQueries => ({
  fines: (filter, page) =>
    TE.fromIO(() => {
      const { memberId } = filter
      const candidates = memberId === undefined ? tables.fines.all() : tables.fines.where('member', memberId)
      return pageOf(matching(candidates, conditions(filter)), page, fineSorting)
    }),
  fine: id => TE.fromIOEither(() => findFine(tables, id)),
  ledger: (memberId, page) =>
    TE.fromIO(() => {
      const entries = tables.fines
        .where('member', memberId)
        .flatMap(fine => fine.entries)
        .sort((a, b) => a.at - b.at || a.id - b.id)
      let balance = zero
      const after = new Map<LedgerEntry, Minor>()
      for (const entry of entries) {
        balance = add(balance, entry.amount)
        after.set(entry, balance)
      }
      const shown = pageOf(entries, page, ledgerSorting)
      const rows = shown.rows.map(entry => ({ entry, runningBalance: after.get(entry) ?? zero }))
      return { page: { ...shown, rows }, balance }
    }),
})

/** A condition that was not asked for lets every fine pass. */
const conditions = ({ status, type, from, to }: FineFilter): readonly ((fine: Fine) => boolean)[] => [
  fine => status === undefined || statusOf(fine) === status,
  fine => type === undefined || fine.type === type,
  fine => from === undefined || fine.issuedAt >= from,
  fine => to === undefined || fine.issuedAt < to,
]

const fineSorting: SortValues<Fine, FineSort> = {
  id: ({ id }) => id,
  user_id: ({ memberId }) => memberId,
  fine_type: ({ type }) => type,
  amount: chargedOf,
  date_issued: ({ issuedAt }) => issuedAt,
  date_paid: datePaidOf,
  status: statusOf,
}

const ledgerSorting: SortValues<LedgerEntry, LedgerSort> = {
  id: ({ id }) => id,
  at: ({ at }) => at,
  type: ({ type }) => type,
  amount: ({ amount }) => amount,
}
