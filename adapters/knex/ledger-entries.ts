/** Rows of the table `ledger_entries`, and what they add up to. */
import type { Knex } from 'knex'
import type { EntryType, LedgerEntry, PaymentMethod } from '../../core/accounts/ledger.ts'
import type { FineId, LedgerEntryId, MemberId } from '../../core/shared/id.ts'
import type { Minor } from '../../core/shared/money.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { Tables } from './connection.ts'
import type { StoredInstant } from './columns.ts'

export interface EntryRow {
  readonly id: LedgerEntryId
  readonly fine_id: FineId
  readonly user_id: MemberId
  readonly entry_type: EntryType
  readonly amount: Minor
  readonly occurred_at: StoredInstant
  readonly actor_id: MemberId | null
  readonly reason: string | null
  readonly payment_method: PaymentMethod | null
}

export const toEntryRow = (entry: LedgerEntry, now: string) => ({
  id: entry.id,
  fine_id: entry.fineId,
  user_id: entry.memberId,
  entry_type: entry.type,
  amount: entry.amount,
  occurred_at: fromInstant(entry.at),
  actor_id: entry.actorId,
  reason: entry.reason,
  payment_method: entry.method,
  created_at: now,
  updated_at: now,
})

export const toEntry = (row: EntryRow): LedgerEntry => ({
  id: row.id,
  fineId: row.fine_id,
  memberId: row.user_id,
  type: row.entry_type,
  amount: row.amount,
  at: toInstant(row.occurred_at),
  actorId: row.actor_id,
  reason: row.reason,
  method: row.payment_method,
})

/** The entries of each fine, in the order they were posted. */
export const entriesOf = async (
  knex: Tables,
  fineIds: readonly FineId[],
): Promise<ReadonlyMap<FineId, readonly LedgerEntry[]>> => {
  const rows = await knex('ledger_entries')
    .whereIn('fine_id', fineIds)
    .orderBy([{ column: 'occurred_at' }, { column: 'id' }])
    .select<EntryRow[]>()
  const entries = new Map<FineId, LedgerEntry[]>()
  for (const row of rows) {
    const ofFine = entries.get(row.fine_id) ?? []
    ofFine.push(toEntry(row))
    entries.set(row.fine_id, ofFine)
  }
  return entries
}

/** What the loan's member owes of overdue fines: a column of a query that has `borrowings`. */
export const unpaidOverdue = (knex: Tables): Knex.QueryBuilder =>
  knex('ledger_entries')
    .join('fines', 'fines.id', 'ledger_entries.fine_id')
    .where({ 'fines.user_id': knex.ref('borrowings.user_id'), 'fines.fine_type': 'overdue' })
    .whereIn('fines.status', owing)
    .select(knex.raw('coalesce(sum(ledger_entries.amount), 0)'))
    .as('unpaid_overdue')

/** Where something is owed (`statusOf`). */
export const owing = ['open', 'partly_paid']
