/** DATA-7 to 9, 13: copies, borrowings, reservations, transfers and the rule table. */
import type { Knex } from 'knex'
import { columns, dropAll, oneOf } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)

  await knex.schema.createTable('loan_categories', t => {
    c.id(t)
    c.code(t, 'name').notNullable().unique()
    t.text('description')
    c.stamps(t)
  })

  await knex.schema.createTable('book_copies', t => {
    c.id(t)
    c.points(t, 'book_id', 'books').notNullable()
    c.points(t, 'branch_id', 'library_branches').notNullable()
    t.integer('copy_number').notNullable()
    c.code(t, 'barcode').notNullable()
    c.code(t, 'condition').notNullable()
    t.text('location')
    c.day(t, 'acquisition_date')
    c.day(t, 'last_maintenance')
    c.code(t, 'status').notNullable()
    // What belongs to a status lies with it, so that one locked row tells all.
    if (c.isPostgres) t.bigInteger('loan_id')
    else c.points(t, 'loan_id', 'borrowings')
    c.points(t, 'kept_for_id', 'users')
    c.points(t, 'destination_branch_id', 'library_branches')
    t.bigInteger('price')
    c.code(t, 'loan_category').notNullable().references('name').inTable('loan_categories')
    c.version(t)
    c.stamps(t)
    c.instant(t, 'deleted_at')
    t.index(['book_id', 'id'])
    t.index(['branch_id', 'status'])
    t.index(['status', 'id'])
    t.index(['loan_id'])
    t.index(['kept_for_id'])
    t.index(['destination_branch_id'])
    t.index(['loan_category'])
    t.check(
      oneOf('status', [
        'available',
        'kept',
        'on_loan',
        'in_transit',
        'missing',
        'lost',
        'claimed_returned',
        'maintenance',
        'withdrawn',
      ]),
      [],
      'book_copies_status',
    )
    t.check(oneOf('condition', ['new', 'good', 'fair', 'poor', 'damaged']), [], 'book_copies_condition')
    t.check("(status = 'kept') = (kept_for_id is not null)", [], 'book_copies_kept')
    t.check("(status = 'in_transit') = (destination_branch_id is not null)", [], 'book_copies_in_transit')
    t.check("status not in ('on_loan', 'claimed_returned') or loan_id is not null", [], 'book_copies_out')
    t.check("loan_id is null or status in ('on_loan', 'claimed_returned', 'lost')", [], 'book_copies_loan')
    t.check('price is null or price >= 0', [], 'book_copies_price')
    t.check('copy_number >= 1', [], 'book_copies_number')
  })
  await knex.raw(
    'create unique index book_copies_barcode_unique on book_copies (barcode) where deleted_at is null',
  )
  await knex.raw(
    'create unique index book_copies_number_unique on book_copies (book_id, copy_number) where deleted_at is null',
  )

  await knex.schema.createTable('borrowings', t => {
    c.takenId(t)
    c.points(t, 'user_id', 'users').notNullable()
    c.points(t, 'book_copy_id', 'book_copies').notNullable()
    c.points(t, 'book_id', 'books').notNullable()
    c.points(t, 'branch_id', 'library_branches').notNullable()
    c.code(t, 'state').notNullable()
    c.instant(t, 'borrow_date').notNullable()
    c.instant(t, 'due_date').notNullable()
    c.instant(t, 'overdue_from').notNullable()
    t.text('due_zone').notNullable()
    c.points(t, 'calendar_branch_id', 'library_branches').notNullable()
    c.json(t, 'terms').notNullable()
    c.instant(t, 'return_date')
    c.instant(t, 'scanned_at')
    c.points(t, 'return_branch_id', 'library_branches')
    t.integer('renewal_count').notNullable().defaultTo(0)
    t.bigInteger('fine_amount').notNullable().defaultTo(0)
    t.bigInteger('fine_paid').notNullable().defaultTo(0)
    c.points(t, 'librarian_id', 'users')
    t.text('notes')
    c.json(t, 'override_rules')
    t.text('override_reason')
    c.version(t)
    c.stamps(t)
    t.index(['user_id', 'borrow_date'])
    t.index(['book_copy_id', 'return_date'])
    t.index(['book_id', 'borrow_date'])
    t.index(['branch_id', 'borrow_date'])
    t.index(['borrow_date', 'id'])
    t.index(['librarian_id'])
    t.index(['calendar_branch_id'])
    t.index(['return_branch_id'])
    t.check(oneOf('state', ['open', 'lost', 'claimed_returned', 'returned']), [], 'borrowings_state')
    t.check("(state = 'returned') = (return_date is not null)", [], 'borrowings_returned')
    t.check('(return_date is null) = (scanned_at is null)', [], 'borrowings_scanned')
    t.check('return_date is null or return_date >= borrow_date', [], 'borrowings_order')
    t.check('renewal_count >= 0', [], 'borrowings_renewals')
    t.check('fine_amount >= 0 and fine_paid >= 0', [], 'borrowings_fines')
    t.check('(override_rules is null) = (override_reason is null)', [], 'borrowings_override')
  })
  // R2.6: at most one open borrowing per copy, by the database itself.
  await knex.raw(
    'create unique index borrowings_open_copy_unique on borrowings (book_copy_id) where return_date is null',
  )
  await knex.raw('create index borrowings_out_of_member on borrowings (user_id) where return_date is null')
  await knex.raw("create index borrowings_overdue on borrowings (due_date, id) where state = 'open'")
  if (c.isPostgres) {
    await knex.schema.alterTable('book_copies', t => {
      t.foreign('loan_id').references('id').inTable('borrowings')
    })
  }

  await knex.schema.createTable('reservations', t => {
    c.takenId(t)
    c.points(t, 'user_id', 'users').notNullable()
    c.points(t, 'book_id', 'books').notNullable()
    c.points(t, 'branch_id', 'library_branches').notNullable()
    c.points(t, 'book_copy_id', 'book_copies')
    c.instant(t, 'reservation_date').notNullable()
    c.day(t, 'expected_availability')
    c.code(t, 'status').notNullable()
    t.integer('priority').notNullable().defaultTo(0)
    c.flag(t, 'unfillable').notNullable()
    c.flag(t, 'notification_sent').notNullable()
    c.day(t, 'expires_on')
    c.day(t, 'suspended_until')
    c.instant(t, 'ready_until')
    c.version(t)
    c.stamps(t)
    t.index(['book_id', 'status', 'priority', 'reservation_date'])
    t.index(['user_id', 'status'])
    t.index(['branch_id', 'status'])
    t.index(['book_copy_id'])
    t.check(
      oneOf('status', ['waiting', 'suspended', 'in_transit', 'ready', 'fulfilled', 'cancelled', 'expired']),
      [],
      'reservations_status',
    )
    t.check("status not in ('ready', 'in_transit') or book_copy_id is not null", [], 'reservations_copy')
  })
  // R2.6: one kept reservation per copy. CIR-6 for reservations: one living reservation per member and title.
  await knex.raw(
    "create unique index reservations_kept_copy_unique on reservations (book_copy_id) where status in ('ready', 'in_transit')",
  )
  await knex.raw(
    "create unique index reservations_living_unique on reservations (user_id, book_id) where status in ('waiting', 'suspended', 'in_transit', 'ready')",
  )

  await knex.schema.createTable('transfers', t => {
    c.id(t)
    c.points(t, 'book_copy_id', 'book_copies').notNullable()
    c.points(t, 'from_branch_id', 'library_branches').notNullable()
    c.points(t, 'to_branch_id', 'library_branches').notNullable()
    c.points(t, 'reservation_id', 'reservations')
    c.instant(t, 'sent_at').notNullable()
    c.instant(t, 'arrived_at')
    c.points(t, 'created_by', 'users')
    c.stamps(t)
    t.index(['from_branch_id', 'arrived_at'])
    t.index(['to_branch_id', 'arrived_at'])
    t.index(['book_copy_id'])
    t.index(['reservation_id'])
    t.index(['created_by'])
  })
  await knex.raw(
    'create unique index transfers_open_copy_unique on transfers (book_copy_id) where arrived_at is null',
  )

  await knex.schema.createTable('rule_tables', t => {
    t.integer('id').primary()
    c.version(t)
    c.stamps(t)
    t.check('id = 1', [], 'rule_tables_one')
  })

  await knex.schema.createTable('circulation_rules', t => {
    c.id(t)
    c.points(t, 'branch_id', 'library_branches')
    c.code(t, 'membership_type').references('name').inTable('membership_types')
    c.code(t, 'loan_category').references('name').inTable('loan_categories')
    c.day(t, 'valid_from')
    c.day(t, 'valid_to')
    c.json(t, 'values').notNullable()
    c.stamps(t)
    t.index(['branch_id', 'membership_type', 'loan_category'])
    t.index(['membership_type'])
    t.index(['loan_category'])
    t.check(
      'valid_from is null or valid_to is null or valid_to >= valid_from',
      [],
      'circulation_rules_validity',
    )
  })
}

export const down = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  if (!c.isPostgres)
    await knex.raw('update book_copies set loan_id = null, status = ? where loan_id is not null', ['missing'])
  await dropAll(knex, [
    'circulation_rules',
    'rule_tables',
    'transfers',
    'reservations',
    'borrowings',
    'book_copies',
    'loan_categories',
  ])
}
