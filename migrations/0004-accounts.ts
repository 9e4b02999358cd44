/** DATA-10, 13: fines, and the ledger that is the truth of them. */
import type { Knex } from 'knex'
import { columns, dropAll, oneOf } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)

  await knex.schema.createTable('fines', t => {
    c.takenId(t)
    c.points(t, 'user_id', 'users').notNullable()
    c.points(t, 'borrowing_id', 'borrowings')
    c.code(t, 'fine_type').notNullable()
    t.bigInteger('amount').notNullable()
    t.text('description').notNullable()
    c.instant(t, 'date_issued').notNullable()
    c.instant(t, 'date_paid')
    c.code(t, 'payment_method')
    c.code(t, 'status').notNullable()
    // R4.5: nothing is charged twice under one key.
    c.code(t, 'charge_key').notNullable().unique()
    c.version(t)
    c.stamps(t)
    t.index(['user_id', 'date_issued'])
    t.index(['borrowing_id'])
    t.index(['status', 'date_issued'])
    t.check('amount > 0', [], 'fines_amount')
    t.check(
      oneOf('fine_type', ['overdue', 'lost', 'processing', 'damaged', 'membership', 'other']),
      [],
      'fines_type',
    )
    t.check(
      oneOf('status', ['open', 'partly_paid', 'paid', 'waived', 'cancelled', 'refunded']),
      [],
      'fines_status',
    )
    t.check(
      `payment_method is null or ${oneOf('payment_method', ['cash', 'card', 'online', 'bank_transfer', 'credit'])}`,
      [],
      'fines_method',
    )
  })

  await knex.schema.createTable('ledger_entries', t => {
    c.takenId(t)
    c.points(t, 'fine_id', 'fines').notNullable()
    c.points(t, 'user_id', 'users').notNullable()
    c.code(t, 'entry_type').notNullable()
    t.bigInteger('amount').notNullable()
    c.instant(t, 'occurred_at').notNullable()
    c.points(t, 'actor_id', 'users')
    t.text('reason')
    c.code(t, 'payment_method')
    c.stamps(t)
    t.index(['user_id', 'occurred_at'])
    t.index(['fine_id'])
    t.index(['actor_id'])
    t.check('amount <> 0', [], 'ledger_entries_amount')
    t.check(
      oneOf('entry_type', ['charge', 'payment', 'waiver', 'refund', 'credit', 'reversal', 'adjustment']),
      [],
      'ledger_entries_type',
    )
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await dropAll(knex, ['ledger_entries', 'fines'])
}
