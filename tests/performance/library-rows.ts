/** Rows that the sample lacks for a benchmark: readers without a history, limits that nobody meets, copies at one desk. */
import type { Database } from '../../adapters/knex/database.ts'

/** Adds members like the sample's first plain one, with nothing out and nothing owed. */
export const addReaders = async (
  { write }: Database,
  count: number,
): Promise<readonly { card: string; memberId: number }[]> => {
  const model = await write<Record<string, unknown>>('users')
    .where({ status: 'active', membership_type: 'standard' })
    .whereNotIn('id', write('staff').select('user_id'))
    .orderBy('id')
    .first()
  const block = await write<{ kind: string; next_id: number }>('id_blocks')
    .where({ kind: 'member' })
    .increment('next_id', count)
    .returning<{ next_id: number }[]>('next_id')
  const first = Number(block[0]?.next_id) - count
  const now = new Date().toISOString()
  const rows = Array.from({ length: count }, (_, index) => {
    const name = `reader${String(index + 1)}`
    return {
      ...model,
      id: first + index,
      username: name,
      username_normalised: name,
      email: `${name}@example.org`,
      email_normalised: `${name}@example.org`,
      password_hash: null,
      library_card_number: `BENCH${String(index + 1).padStart(6, '0')}`,
      membership_expires_on: null,
      preferences: '{}',
      created_at: now,
      updated_at: now,
    }
  })
  for (let from = 0; from < count; from += 25) await write('users').insert(rows.slice(from, from + 25))
  return rows.map(({ library_card_number: card, id: memberId }) => ({ card, memberId }))
}

/** Loans made from now on may be renewed without end. */
export const lift = async ({ write }: Database): Promise<void> => {
  const rows = await write('circulation_rules').select<{ id: number; values: unknown }[]>('id', 'values')
  for (const { id, values } of rows) {
    const known = (typeof values === 'string' ? JSON.parse(values) : values) as object
    await write('circulation_rules')
      .where({ id })
      .update({ values: JSON.stringify({ ...known, max_renewals: null }) })
  }
  await write('rule_tables').increment('version', 1)
}

/** Barcodes of free copies of the librarian's own branch, one a title, for everybody, of titles nobody waits for. */
export const lendableCopies = async ({ read }: Database, librarianId: number): Promise<readonly string[]> => {
  const copies = await read('book_copies')
    .join('books', 'books.id', 'book_copies.book_id')
    .where({ 'book_copies.status': 'available', 'book_copies.loan_category': 'book' })
    .where('book_copies.branch_id', read('staff').where({ user_id: librarianId }).select('branch_id'))
    .whereNull('books.min_age')
    .whereNull('books.deleted_at')
    .whereNull('book_copies.deleted_at')
    .whereNotIn('book_copies.book_id', read('reservations').select('book_id'))
    .orderBy('book_copies.id')
    .select<{ book_id: number; barcode: string }[]>('book_copies.book_id', 'book_copies.barcode')
  return [...new Map(copies.map(({ book_id, barcode }) => [book_id, barcode])).values()]
}
