/** The outbox, the answers kept for Idempotency-Keys and the id blocks, to be checked. */
import type {
  AggregateKey,
  EventSequence,
  IdBlockFacts,
  OperationsFacts,
} from '../../core/operations/consistency-facts.ts'
import { loanNamedBy } from '../../core/operations/receipt-location.ts'
import { grouped } from '../../core/shared/grouped.ts'
import type { LoanId } from '../../core/shared/id.ts'
import type { Receipt } from '../../core/shared/receipts.ts'
import { toInstant, toJson } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Tables } from './connection.ts'
import { nextById } from './snapshots.ts'
import type { Snapshots } from './snapshots.ts'

interface EventRow {
  readonly aggregate: string
  readonly aggregate_id: number
  readonly seq: number
  readonly recorded_at: StoredInstant
}

interface ReceiptRow {
  readonly caller: string
  readonly key: string
  readonly headers: unknown
}

/** Where each kind of id is used. */
const tableOf: Readonly<Record<IdBlockFacts['kind'], string>> = {
  member: 'users',
  loan: 'borrowings',
  reservation: 'reservations',
  fine: 'fines',
  ledger_entry: 'ledger_entries',
  session: 'sessions',
  account_token: 'account_tokens',
  event: 'outbox',
}

export const operationsFacts = (snapshot: Snapshots): OperationsFacts => ({
  eventSequences: (after, limit) =>
    snapshot(async knex => {
      const keys = await nextAggregates(knex, after, limit)
      const [first, last] = [keys[0], keys.at(-1)]
      if (first === undefined || last === undefined) return []
      const rows = await knex('outbox')
        .whereRaw('(aggregate, aggregate_id) >= (?, ?)', [first.aggregate, first.aggregateId])
        .whereRaw('(aggregate, aggregate_id) <= (?, ?)', [last.aggregate, last.aggregateId])
        .orderBy(['aggregate', 'aggregate_id', 'seq'])
        .select<EventRow[]>('aggregate', 'aggregate_id', 'seq', 'recorded_at')
      return sequencesOf(keys, rows)
    }),
  eventIds: (after, limit) =>
    snapshot(async knex => {
      const rows = await nextById(knex('outbox'), after, limit)
        .groupBy('id')
        .select<{ id: number; times: number }[]>('id', knex.raw('count(*) as times'))
      return rows.map(({ id, times }) => ({ eventId: id, times }))
    }),
  receipts: (after, limit) =>
    snapshot(async knex => {
      const kept = knex('idempotency_keys').where({ status: 201 })
      if (after !== null) void kept.whereRaw('(caller, key) > (?, ?)', [after.caller, after.key])
      const rows = await kept
        .orderBy(['caller', 'key'])
        .limit(limit)
        .select<ReceiptRow[]>('caller', 'key', 'headers')
      const named = rows.map(({ caller, key, headers }) => ({
        caller,
        key,
        loanId: loanNamedBy(toJson(headers) as Receipt['headers']),
      }))
      const there = await loansThere(
        knex,
        named.flatMap(({ loanId }) => loanId ?? []),
      )
      return named.map(one => ({ ...one, loanIsThere: one.loanId !== null && there.has(one.loanId) }))
    }),
  idBlocks: after =>
    snapshot(async knex => {
      if (after !== null) return []
      const blocks = await knex('id_blocks')
        .orderBy('kind')
        .select<{ kind: IdBlockFacts['kind']; next_id: number }[]>('kind', 'next_id')
      const facts: IdBlockFacts[] = []
      for (const { kind, next_id: next } of blocks) {
        const [row] = await knex(tableOf[kind]).max<{ highest: number | null }[]>({ highest: 'id' })
        facts.push({ kind, next, highest: row?.highest ?? 0 })
      }
      return facts
    }),
})

/** Those that have events, by their key. */
const nextAggregates = async (
  knex: Tables,
  after: AggregateKey | null,
  limit: number,
): Promise<readonly AggregateKey[]> => {
  const keys = knex('outbox').distinct<EventRow[]>('aggregate', 'aggregate_id')
  if (after !== null)
    void keys.whereRaw('(aggregate, aggregate_id) > (?, ?)', [after.aggregate, after.aggregateId])
  const rows = await keys.orderBy(['aggregate', 'aggregate_id']).limit(limit)
  return rows.map(({ aggregate, aggregate_id: aggregateId }) => ({ aggregate, aggregateId }))
}

const nameOf = ({ aggregate, aggregateId }: AggregateKey): string => `${aggregate} ${String(aggregateId)}`

const sequencesOf = (keys: readonly AggregateKey[], rows: readonly EventRow[]): readonly EventSequence[] => {
  const events = grouped(rows, ({ aggregate, aggregate_id }) =>
    nameOf({ aggregate, aggregateId: aggregate_id }),
  )
  return keys.map(key => ({
    ...key,
    events: (events.get(nameOf(key)) ?? []).map(({ seq, recorded_at }) => ({
      seq,
      recordedAt: toInstant(recorded_at),
    })),
  }))
}

const loansThere = async (knex: Tables, ids: readonly LoanId[]): Promise<ReadonlySet<LoanId>> => {
  const rows = await knex('borrowings').whereIn('id', ids).select<{ id: LoanId }[]>('id')
  return new Set(rows.map(({ id }) => id))
}
