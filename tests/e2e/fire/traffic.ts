/** A day at the desks: hundreds of acts of all kinds, planned on what the library holds. No two want the same, so that most succeed. */
import type { Database } from '../../../adapters/knex/database.ts'
import { operationsAtOnce } from './length.ts'

export interface Operation {
  readonly kind: 'lend' | 'return' | 'renew' | 'reserve' | 'cancel' | 'pay'
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body: object | null
  /** null: it is sent without one. */
  readonly key: string | null
  /** What it is about: the copy lent, the loan, the book, the reservation, the fine. */
  readonly about: number
}

/** Of all operations; what is left is lent. */
const share = (part: number): number => Math.floor(operationsAtOnce * part)
const shares = {
  returns: share(0.22),
  renewals: share(0.1),
  reservations: share(0.1),
  cancellations: share(0.06),
  debts: share(0.04),
}

const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map(item => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)

/** What is there to be done something with, in any order. */
const stock = async ({ read }: Database) => ({
  members: shuffled(await read('users').where('username', 'like', 'reader.%').select<{ id: number }[]>('id')),
  branch: (await read('library_branches').first<{ id: number }>('id')).id,
  copies: shuffled(
    await read('book_copies')
      .whereIn('status', ['available', 'kept'])
      .select<{ id: number; kept_for_id: number | null }[]>('id', 'kept_for_id'),
  ),
  loans: shuffled(
    await read('borrowings')
      .join('book_copies', 'book_copies.id', 'borrowings.book_copy_id')
      .where({ state: 'open' })
      .select<{ id: number; book_id: number; barcode: string; renewal_count: number }[]>(
        'borrowings.id',
        'borrowings.book_id',
        'barcode',
        'renewal_count',
      ),
  ),
  reservations: shuffled(
    await read('reservations').whereIn('status', ['waiting', 'ready']).select<{ id: number }[]>('id'),
  ),
  debts: shuffled(
    await read('ledger_entries')
      .groupBy('fine_id')
      .havingRaw('sum(amount) > 1')
      .select<{ fine_id: number; owed: number }[]>('fine_id', read.raw('sum(amount) as owed')),
  ),
})

/** @param name of the plan, for its keys: each is used once in the life of the database */
export const plan = async (tables: Database, name: string): Promise<readonly Operation[]> => {
  const { members, branch, copies, loans, reservations, debts } = await stock(tables)
  const operations: Operation[] = []
  const add = (
    keyed: boolean,
    kind: Operation['kind'],
    about: number,
    method: Operation['method'],
    path: string,
    body: (key: string) => object | null,
  ): void => {
    const key = `${name}.${operations.length}`
    operations.push({ kind, about, method, path, body: body(key), key: keyed ? key : null })
  }
  const memberAt = (index: number): number => members[index % members.length]!.id

  loans.slice(0, shares.returns).forEach(({ id, barcode }, index) => {
    if (index % 2 === 0) add(true, 'return', id, 'PUT', `/borrowings/${id}/return`, () => ({}))
    else add(index % 4 === 1, 'return', id, 'POST', '/returns', () => ({ barcode }))
  })
  loans
    .slice(shares.returns)
    .filter(loan => loan.renewal_count === 0)
    .slice(0, shares.renewals)
    .forEach(({ id }) => {
      add(true, 'renew', id, 'PUT', `/borrowings/${id}/renew`, () => ({}))
    })
  loans.slice(-shares.reservations).forEach(({ book_id }, index) => {
    add(true, 'reserve', book_id, 'POST', `/books/${book_id}/reserve`, () => ({
      user_id: memberAt(index),
      branch_id: branch,
    }))
  })
  reservations.slice(0, shares.cancellations).forEach(({ id }) => {
    add(false, 'cancel', id, 'DELETE', `/reservations/${id}`, () => null)
  })
  for (const { fine_id, owed } of debts.slice(0, shares.debts)) {
    for (const amount of [1, owed - 1]) {
      add(true, 'pay', fine_id, 'POST', `/fines/${fine_id}/payments`, () => ({ amount, method: 'card' }))
    }
  }
  copies.slice(0, operationsAtOnce - operations.length).forEach(({ id, kept_for_id }, index) => {
    const user_id = kept_for_id ?? memberAt(index)
    add(true, 'lend', id, 'POST', '/borrowings', notes => ({ user_id, book_copy_id: id, notes }))
  })
  return shuffled(operations)
}
