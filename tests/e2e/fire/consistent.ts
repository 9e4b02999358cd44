/** The library's books agree with each other. */
import { expect } from 'chai'
import type { Site } from './site.ts'

/** Statements that find what must not be. */
const violations = {
  'two open loans of a copy':
    'select book_copy_id from borrowings where return_date is null group by book_copy_id having count(*) > 1',
  'a copy and its loan':
    "select c.id from book_copies c left join borrowings b on b.book_copy_id = c.id and b.return_date is null where (c.status = 'on_loan') <> (b.id is not null) or (c.status = 'on_loan' and c.loan_id <> b.id)",
  'the counts of a book':
    "select k.id from books k where k.total_copies <> (select count(*) from book_copies c where c.book_id = k.id and c.status <> 'withdrawn') or k.available_copies <> (select count(*) from book_copies c where c.book_id = k.id and c.status = 'available') or k.circulating_copies <> (select count(*) from book_copies c where c.book_id = k.id and c.status in ('on_loan', 'kept', 'in_transit'))",
  'a kept copy and its reservation':
    "select c.id from book_copies c left join reservations r on r.book_copy_id = c.id and r.status = 'ready' where (c.status = 'kept') <> (r.id is not null) or (c.status = 'kept' and c.kept_for_id <> r.user_id)",
  'a fine and its charges':
    "select f.id from fines f where f.amount <> (select coalesce(sum(e.amount), 0) from ledger_entries e where e.fine_id = f.id and e.entry_type = 'charge')",
  'a fine below nothing': 'select fine_id from ledger_entries group by fine_id having sum(amount) < 0',
  'the fines of a loan':
    "select b.id from borrowings b where b.fine_amount <> (select coalesce(sum(f.amount), 0) from fines f where f.borrowing_id = b.id) or b.fine_paid <> (select coalesce(-sum(e.amount), 0) from ledger_entries e join fines f on f.id = e.fine_id where f.borrowing_id = b.id and e.entry_type in ('payment', 'refund'))",
  'a gap in the events':
    'select aggregate, aggregate_id from outbox group by aggregate, aggregate_id having min(seq) <> 1 or max(seq) <> count(*)',
} as const

export const expectConsistent = async ({ tables }: Pick<Site, 'tables'>): Promise<void> => {
  for (const [what, statement] of Object.entries(violations)) {
    const found: unknown = await tables.read.raw(statement)
    expect(Array.isArray(found) ? found : (found as { rows: unknown[] }).rows, what).to.deep.equal([])
  }
}
