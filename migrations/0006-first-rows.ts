/** What every library begins with: membership types, loan categories, the default rules (api.md), the id blocks. */
import type { Knex } from 'knex'

const membershipTypes = ['standard', 'premium', 'student', 'child', 'senior']
const loanCategories = ['book', 'media', 'reference']
const idKinds = ['member', 'loan', 'fine', 'ledger_entry', 'session', 'event']

/** The default row as api.md has it; a later change of the product's defaults does not reach back into this file. */
const defaultValues = {
  lendable: true,
  max_checkouts_per_hour: 60,
  loan_period: { length: 21, unit: 'days' },
  closed_days: 'next_open_day',
  closed_hours: 'ignore',
  hard_due_date: null,
  hard_due_date_mode: 'cap',
  end_with_membership: false,
  high_demand: null,
  max_loans: 10,
  max_loans_in_category: null,
  max_overdue: 3,
  max_lost: 1,
  debt_ceiling: 1000,
  max_renewals: 2,
  renewal_period: null,
  renewal_from: 'due_date',
  renewal_not_before_days: null,
  renewal_if_overdue: 'allow',
  renewal_blackouts: [],
  auto_renew: false,
  max_reservations: 5,
  reservations_when_on_shelf: 'allow',
  reservation_days: 365,
  pickup_days: 7,
  reservation_priority: 0,
  fine: {
    amount: 25,
    per: 'day',
    charge_at: 'start_of_unit',
    grace: 0,
    grace_mode: 'forgive',
    steps: [],
    count_closed_days: false,
    cap: 1000,
    cap_to_price: true,
    member_cap: null,
  },
  lost_processing_fee: 500,
  lost_refund_days: 180,
  refund_processing_fee: false,
  default_price: 2000,
  charge_overdue_on_lost_return: false,
  damage_fees: { minor: 200, major: 1000, beyond_repair: null },
  escalation: {
    reminder_days: [1, 7, 14],
    block_days: 21,
    lost_days: 42,
    collection_days: 90,
    collection_over: 2500,
  },
}

export const up = async (knex: Knex): Promise<void> => {
  const at = '2026-11-21T00:00:00.000Z'
  const stamps = { created_at: at, updated_at: at }
  await knex('membership_types')
    .insert(
      membershipTypes.map(name => ({ name, duration_months: 12, price: 0, privileges: '{}', ...stamps })),
    )
    .onConflict('name')
    .ignore()
  await knex('loan_categories')
    .insert(loanCategories.map(name => ({ name, ...stamps })))
    .onConflict('name')
    .ignore()
  await knex('rule_tables').insert({ id: 1, version: 1, ...stamps })
  await knex('circulation_rules').insert({ values: JSON.stringify(defaultValues), ...stamps })
  await knex('id_blocks')
    .insert(idKinds.map(kind => ({ kind, next_id: 1 })))
    .onConflict('kind')
    .ignore()
}

export const down = async (knex: Knex): Promise<void> => {
  await knex('circulation_rules').del()
  await knex('rule_tables').del()
  // What copies and members refer to, and how far ids were given, goes with its table, in the migrations before this.
  await knex('loan_categories').whereNotIn('name', knex('book_copies').select('loan_category')).del()
  await knex('membership_types').whereNotIn('name', knex('users').select('membership_type')).del()
}
