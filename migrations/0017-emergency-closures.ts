/**
 * R6.9: emergency closures of branches, and the list of the due dates and shelf dates that each of them moves: the old date, the new one, and
 * what became of it.
 */
import type { Knex } from 'knex'
import { columns, dropAll, oneOf } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)

  await knex.schema.createTable('emergency_closures', t => {
    c.id(t)
    c.points(t, 'branch_id', 'library_branches').onDelete('CASCADE').notNullable()
    // How it stands in the calendar of the branch, from where it may be taken out.
    c.points(t, 'closure_id', 'branch_closures').onDelete('SET NULL')
    c.day(t, 'starts_on').notNullable()
    c.day(t, 'ends_on').notNullable()
    c.day(t, 'reopens_on').notNullable()
    // No open day was found after it.
    c.flag(t, 'calendar_ignored').notNullable()
    t.text('reason').notNullable()
    c.code(t, 'state').notNullable()
    c.points(t, 'created_by', 'users')
    c.instant(t, 'declared_at').notNullable()
    c.version(t)
    c.stamps(t)
    t.index(['branch_id', 'id'])
    t.index(['closure_id'])
    t.index(['created_by'])
    t.check(oneOf('state', ['applying', 'applied', 'undoing', 'undone']), [], 'emergency_closures_state')
    t.check('ends_on >= starts_on', [], 'emergency_closures_order')
  })
  await knex.raw(
    "create index emergency_closures_unfinished on emergency_closures (id) where state in ('applying', 'undoing')",
  )

  await knex.schema.createTable('emergency_moves', t => {
    c.id(t)
    c.points(t, 'emergency_closure_id', 'emergency_closures').onDelete('CASCADE').notNullable()
    c.points(t, 'borrowing_id', 'borrowings')
    c.points(t, 'reservation_id', 'reservations')
    c.instant(t, 'was').notNullable()
    c.instant(t, 'was_overdue_from')
    c.instant(t, 'becomes').notNullable()
    t.integer('renewal_count')
    c.code(t, 'outcome').notNullable()
    t.unique(['emergency_closure_id', 'borrowing_id'])
    t.unique(['emergency_closure_id', 'reservation_id'])
    t.index(['emergency_closure_id', 'outcome', 'id'])
    t.index(['borrowing_id'])
    t.index(['reservation_id'])
    t.check(
      oneOf('outcome', ['pending', 'moved', 'left', 'given_back', 'kept']),
      [],
      'emergency_moves_outcome',
    )
    t.check('(borrowing_id is null) <> (reservation_id is null)', [], 'emergency_moves_of_one')
    t.check(
      '(borrowing_id is null) = (was_overdue_from is null) and (borrowing_id is null) = (renewal_count is null)',
      [],
      'emergency_moves_of_loan',
    )
  })
}

export const down = (knex: Knex): Promise<void> => dropAll(knex, ['emergency_moves', 'emergency_closures'])
