/** The tables `fines` and `ledger_entries`. */
import { chargedOf } from '../../core/accounts/fine.ts'
import type { Fine, LedgerEntry } from '../../core/accounts/fine.ts'
import type { Fines } from '../../core/accounts/ports.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { fromInstant } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql, unique } from './failures.ts'
import type { Transaction } from './unit-of-work.ts'

export const toFineRow = (fine: Fine, now: string) => ({
  id: fine.id,
  user_id: fine.memberId,
  borrowing_id: fine.loanId,
  fine_type: fine.type,
  amount: chargedOf(fine),
  description: fine.description,
  date_issued: fromInstant(fine.issuedAt),
  status: 'open',
  charge_key: fine.chargeKey,
  version: 1,
  created_at: now,
  updated_at: now,
})

export const toEntryRow = (entry: LedgerEntry, now: string) => ({
  id: entry.id,
  fine_id: entry.fineId,
  user_id: entry.memberId,
  entry_type: entry.type,
  amount: entry.amount,
  occurred_at: fromInstant(entry.at),
  actor_id: entry.actorId,
  reason: entry.reason,
  created_at: now,
  updated_at: now,
})

export const fines = (transaction: Transaction): Fines => {
  const { knex, now } = transaction
  return {
    add: ({ state: fine, events }, act) =>
      pipe(
        unique(() => knex('fines').insert(toFineRow(fine, now()))),
        TE.tap(() =>
          sql(() => knex('ledger_entries').insert(fine.entries.map(entry => toEntryRow(entry, now())))),
        ),
        TE.tap(() => sql(() => appendEvents(transaction, events, act))),
        TE.map(() => undefined),
      ),
  }
}
