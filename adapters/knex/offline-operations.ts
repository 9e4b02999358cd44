/** The table `offline_operations`. */
import type { KeptOperation, OfflineOperation } from '../../core/circulation/offline.ts'
import type { LaterAct, OfflineOperations } from '../../core/circulation/offline-ports.ts'
import type { BranchId, CopyId, LoanId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { fromInstant, fromJson, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Tables } from './connection.ts'
import { sql } from './failures.ts'
import { outcomeFromJson } from './offline-outcomes.ts'
import type { Transaction } from './unit-of-work.ts'

interface Row {
  readonly type: OfflineOperation['type']
  readonly occurred_at: StoredInstant
  readonly barcode: string
  readonly branch_id: BranchId
  readonly outcome: unknown
}

const toKept = (row: Row): KeptOperation => ({
  operation: {
    type: row.type,
    at: toInstant(row.occurred_at),
    barcode: row.barcode,
    branchId: row.branch_id,
  },
  outcome: outcomeFromJson(row.outcome),
})

interface LoanTimesRow {
  readonly id: LoanId
  readonly borrow_date: StoredInstant
  readonly scanned_at: StoredInstant | null
  /** When a desk took it back offline; null where it was scanned online, or is not back. */
  readonly taken_back_at: StoredInstant | null
}

/** The later one first. */
const actsOf = (row: LoanTimesRow): readonly LaterAct[] => {
  const back = toOptionalInstant(row.taken_back_at ?? row.scanned_at)
  return [
    ...(back === null ? [] : [{ loanId: row.id, done: 'returned' as const, at: back }]),
    { loanId: row.id, done: 'lent', at: toInstant(row.borrow_date) },
  ]
}

const table = 'offline_operations'

export const offlineOperations = ({ knex, now }: Transaction): OfflineOperations => ({
  claim: ({ clientId, type, at, barcode, branchId }) =>
    sql(async () => {
      const claimed = await knex(table)
        .insert({
          client_id: clientId,
          type,
          occurred_at: fromInstant(at),
          barcode,
          branch_id: branchId,
          created_at: now(),
        })
        .onConflict('client_id')
        .ignore()
        .returning('client_id')
      if (claimed.length > 0) return null
      const row = await knex(table).where({ client_id: clientId }).first<Row | undefined>()
      if (row === undefined) throw new Error('An offline operation is there and is not')
      return toKept(row)
    }),
  settle: ({ clientId }, outcome) =>
    sql(async () => {
      await knex(table)
        .where({ client_id: clientId })
        .update({
          borrowing_id: outcome.status === 'applied' ? outcome.loanId : null,
          outcome: fromJson(outcome),
        })
    }),
  laterActOn: (copyId, at, now, except) =>
    sql(async () => {
      const loans = await loansSince(knex, copyId, at)
      const scans = await scansBetween(knex, copyId, at, now)
      const later = [
        ...loans
          .filter(({ id }) => id !== except)
          .flatMap(actsOf)
          .filter(act => act.at > at),
        ...scans.map((scanned): LaterAct => ({ done: 'scanned', at: scanned })),
      ]
      return later.sort((a, b) => b.at - a.at)[0] ?? null
    }),
})

const loansSince = (knex: Tables, copyId: CopyId, at: Instant): Promise<LoanTimesRow[]> =>
  knex('borrowings')
    .leftJoin(table, join =>
      join.on('offline_operations.borrowing_id', 'borrowings.id').onVal('offline_operations.type', 'return'),
    )
    .where('borrowings.book_copy_id', copyId)
    .where(later => {
      void later.where('borrow_date', '>', fromInstant(at)).orWhere('scanned_at', '>', fromInstant(at))
    })
    .select<LoanTimesRow[]>(
      'borrowings.id',
      'borrow_date',
      'scanned_at',
      'offline_operations.occurred_at as taken_back_at',
    )

/** Of what was done to it without a loan: used in the house, sent, arrived, set aside on the shelf for somebody. */
const scansBetween = async (
  knex: Tables,
  copyId: CopyId,
  after: Instant,
  before: Instant,
): Promise<readonly Instant[]> => {
  const since = fromInstant(after)
  const used = await knex('in_house_uses')
    .where({ book_copy_id: copyId })
    .where('used_at', '>', since)
    .select<{ used_at: StoredInstant }[]>('used_at')
  const sent = await knex('transfers')
    .where({ book_copy_id: copyId })
    .where(later => {
      void later.where('sent_at', '>', since).orWhere('ended_at', '>', since)
    })
    .select<{ sent_at: StoredInstant; ended_at: StoredInstant | null }[]>('sent_at', 'ended_at')
  // Events are kept for a month after they were handed on: for longer than most desks are offline.
  const shelved = await knex('reservations')
    .join('outbox', join =>
      join.on('outbox.aggregate_id', 'reservations.id').onVal('outbox.aggregate', 'reservation'),
    )
    .where({ book_copy_id: copyId, 'outbox.type': 'ReservationReady' })
    .whereIn('status', ['ready', 'in_transit'])
    .where('occurred_at', '>', since)
    .select<{ occurred_at: StoredInstant }[]>('occurred_at')
  return [
    ...used.map(({ used_at }) => toInstant(used_at)),
    ...sent.flatMap(({ sent_at, ended_at }) =>
      ended_at === null ? [toInstant(sent_at)] : [toInstant(sent_at), toInstant(ended_at)],
    ),
    ...shelved.map(({ occurred_at }) => toInstant(occurred_at)),
  ].filter(at => after < at && at < before)
}
