/** DATA-5, 6, 11, 13: members, staff, branches and their calendars, membership types, manual blocks. */
import type { Knex } from 'knex'
import { columns, dropAll, oneOf } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)

  await knex.schema.createTable('membership_types', t => {
    c.id(t)
    c.code(t, 'name').notNullable().unique()
    t.text('description')
    t.integer('duration_months')
    t.bigInteger('price').notNullable().defaultTo(0)
    c.json(t, 'privileges')
    c.version(t)
    c.stamps(t)
    t.check('duration_months is null or duration_months > 0', [], 'membership_types_duration')
    t.check('price >= 0', [], 'membership_types_price')
  })

  await knex.schema.createTable('library_branches', t => {
    c.id(t)
    t.text('name').notNullable()
    c.code(t, 'name_sort').notNullable().unique()
    t.text('address')
    t.text('city')
    c.code(t, 'city_sort')
    t.text('state')
    t.text('zip_code')
    t.text('phone')
    t.text('email')
    // The manager is a member, whose home may be a branch: in Postgres the reference is added when both tables stand.
    if (c.isPostgres) t.bigInteger('manager_id')
    else c.points(t, 'manager_id', 'users')
    c.json(t, 'hours_of_operation').notNullable()
    c.json(t, 'services_offered').notNullable()
    t.text('time_zone').notNullable()
    c.flag(t, 'pickup').notNullable()
    c.version(t)
    c.stamps(t)
  })

  await knex.schema.createTable('branch_closures', t => {
    c.id(t)
    c.points(t, 'branch_id', 'library_branches').onDelete('CASCADE').notNullable()
    c.day(t, 'starts_on').notNullable()
    c.day(t, 'ends_on').notNullable()
    c.flag(t, 'yearly').notNullable()
    c.json(t, 'open').notNullable()
    t.text('reason').notNullable()
    c.stamps(t)
    t.index(['branch_id', 'starts_on'])
    t.check('ends_on >= starts_on', [], 'branch_closures_order')
  })

  await knex.schema.createTable('users', t => {
    c.takenId(t)
    t.text('username').notNullable()
    c.code(t, 'username_normalised').notNullable().unique()
    t.text('email').notNullable()
    c.code(t, 'email_normalised').notNullable().unique()
    t.text('password_hash')
    t.text('first_name').notNullable()
    c.code(t, 'first_name_sort').notNullable()
    t.text('last_name').notNullable()
    c.code(t, 'last_name_sort').notNullable()
    t.text('phone')
    t.text('address')
    t.text('city')
    t.text('state')
    t.text('zip_code')
    c.day(t, 'membership_date').notNullable()
    c.day(t, 'membership_expires_on')
    c.code(t, 'membership_type').notNullable().references('name').inTable('membership_types')
    c.code(t, 'status').notNullable()
    c.day(t, 'date_of_birth')
    t.text('emergency_contact')
    c.code(t, 'library_card_number').notNullable().unique()
    c.json(t, 'preferences').notNullable()
    c.points(t, 'guardian_id', 'users')
    c.points(t, 'home_branch_id', 'library_branches')
    c.version(t)
    c.stamps(t)
    t.index(['last_name_sort', 'id'])
    t.index(['created_at', 'id'])
    t.index(['status', 'id'])
    t.index(['membership_type', 'id'])
    t.index(['home_branch_id', 'id'])
    t.index(['guardian_id'])
    t.check(oneOf('status', ['pending', 'active', 'suspended', 'deactivated']), [], 'users_status')
    t.check('guardian_id is null or guardian_id <> id', [], 'users_guardian')
  })
  if (c.isPostgres) {
    await knex.schema.alterTable('library_branches', t => {
      t.foreign('manager_id').references('id').inTable('users')
    })
  }
  await knex.schema.alterTable('library_branches', t => {
    t.index(['manager_id'])
  })

  await knex.schema.createTable('staff', t => {
    c.id(t)
    c.points(t, 'user_id', 'users').notNullable().unique()
    c.points(t, 'branch_id', 'library_branches')
    c.code(t, 'role').notNullable()
    c.day(t, 'hire_date')
    t.bigInteger('salary')
    c.json(t, 'permissions')
    c.points(t, 'supervisor_id', 'users')
    c.version(t)
    c.stamps(t)
    t.index(['branch_id'])
    t.index(['supervisor_id'])
    t.check(oneOf('role', ['librarian', 'branch_manager', 'admin']), [], 'staff_role')
    t.check('salary is null or salary >= 0', [], 'staff_salary')
  })

  await knex.schema.createTable('member_blocks', t => {
    c.id(t)
    c.points(t, 'user_id', 'users').notNullable()
    t.text('reason').notNullable()
    c.json(t, 'actions').notNullable()
    c.day(t, 'expires_on')
    c.points(t, 'created_by', 'users')
    c.instant(t, 'lifted_at')
    c.stamps(t)
    t.index(['user_id', 'lifted_at'])
    t.index(['created_by'])
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await knex('library_branches').update({ manager_id: null })
  await dropAll(knex, [
    'member_blocks',
    'staff',
    'branch_closures',
    'users',
    'library_branches',
    'membership_types',
  ])
}
