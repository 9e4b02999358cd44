/** Every effect that was answered is in the database once, and told once. */
import { expect } from 'chai'
import type { Database } from '../../../adapters/knex/database.ts'
import { dataOf } from './ask.ts'
import type { Answer } from './ask.ts'
import type { Ends } from './asked-again.ts'
import type { Operation } from './traffic.ts'

/** What succeeded, by kind. */
const successes = (ends: Ends, kind: Operation['kind']): readonly (readonly [Operation, Answer])[] =>
  [...ends].filter(([operation, { status }]) => operation.kind === kind && status < 300)

const ordered = (ids: readonly unknown[]): readonly number[] => ids.map(Number).sort((a, b) => a - b)

/** Every effect that was answered is there, and there once. */
export const expectDoneOnce = async ({ read }: Database, ends: Ends): Promise<void> => {
  const lent = successes(ends, 'lend')
  const keys = [...ends.keys()].flatMap(({ kind, key }) => (kind === 'lend' && key !== null ? [key] : []))
  const loans = await read('borrowings')
    .whereIn('notes', keys)
    .select<{ id: number; state: string }[]>('id', 'state')
  expect(ordered(loans.map(({ id }) => id)), 'loans').to.deep.equal(
    ordered(lent.map(([, answer]) => dataOf(answer)['id'])),
  )
  expect(loans.filter(({ state }) => state !== 'open')).to.deep.equal([])

  const about = (kind: Operation['kind']) => successes(ends, kind).map(([operation]) => operation.about)
  const returned = await read('borrowings')
    .whereIn('id', about('return'))
    .where({ state: 'returned' })
    .select<{ id: number }[]>('id')
  expect(ordered(returned.map(({ id }) => id)), 'returns').to.deep.equal(ordered(about('return')))

  const renewed = await read('borrowings')
    .whereIn('id', about('renew'))
    .select<{ renewal_count: number }[]>('renewal_count')
  expect(
    renewed.map(({ renewal_count }) => renewal_count),
    'renewals',
  ).to.deep.equal(about('renew').map(() => 1))

  const reservations = successes(ends, 'reserve').map(([, answer]) => dataOf(answer)['id'])
  const placed = await read('reservations')
    .whereIn('id', reservations as number[])
    .select<{ id: number }[]>('id')
  expect(ordered(placed.map(({ id }) => id)), 'reservations').to.deep.equal(ordered(reservations))

  const cancelled = await read('reservations')
    .whereIn('id', about('cancel'))
    .where({ status: 'cancelled' })
    .select<{ id: number }[]>('id')
  expect(ordered(cancelled.map(({ id }) => id)), 'cancellations').to.deep.equal(ordered(about('cancel')))

  const paid = await read('ledger_entries')
    .whereIn('fine_id', about('pay'))
    .where({ entry_type: 'payment' })
    .select<{ fine_id: number }[]>('fine_id')
  expect(ordered(paid.map(({ fine_id }) => fine_id)), 'payments').to.deep.equal(ordered(about('pay')))
}

/** Of what was done how often it is told, where the library's own check does not count. */
const toldAsDone = {
  renewals:
    "select b.id from borrowings b where b.renewal_count <> (select count(*) from outbox o where o.aggregate = 'loan' and o.aggregate_id = b.id and o.type = 'LoanRenewed')",
  reservations:
    "select r.id from reservations r where 1 <> (select count(*) from outbox o where o.aggregate = 'reservation' and o.aggregate_id = r.id and o.type = 'ReservationPlaced') or (case when r.status = 'cancelled' then 1 else 0 end) <> (select count(*) from outbox o where o.aggregate = 'reservation' and o.aggregate_id = r.id and o.type = 'ReservationCancelled')",
  charges:
    "select f.id from fines f where 1 <> (select count(*) from outbox o where o.aggregate = 'fine' and o.aggregate_id = f.id and o.type = 'FineCharged')",
  payments:
    "select f.id from fines f where (select count(*) from ledger_entries e where e.fine_id = f.id and e.entry_type = 'payment') <> (select count(*) from outbox o where o.aggregate = 'fine' and o.aggregate_id = f.id and o.type = 'FinePaid')",
} as const

export const expectToldOnce = async ({ read }: Database): Promise<void> => {
  for (const [what, statement] of Object.entries(toldAsDone)) {
    const found: unknown = await read.raw(statement)
    expect(Array.isArray(found) ? found : (found as { rows: unknown[] }).rows, what).to.deep.equal([])
  }
}
