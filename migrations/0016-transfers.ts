/**
 * Transfers as they are: a row ends, and how, however the copy's way ended. Nothing was written to the table before, so that it is made
 * anew. A copy that is under way already gets its transfer: from where it came back last, else from where it lives, since its row changed.
 * Away from home nothing went but to a reservation: where that has ended it is, as far as is known, the last of the title that ended there.
 */
import type { Knex } from 'knex'
import { columns, dropAll, oneOf } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await dropAll(knex, ['transfers'])
  await knex.schema.createTable('transfers', t => {
    c.id(t)
    c.points(t, 'book_copy_id', 'book_copies').notNullable()
    c.points(t, 'from_branch_id', 'library_branches').notNullable()
    c.points(t, 'to_branch_id', 'library_branches').notNullable()
    // Of the one it was sent for.
    c.points(t, 'reservation_id', 'reservations')
    c.instant(t, 'sent_at').notNullable()
    // Who of the staff sent it.
    c.points(t, 'created_by', 'users')
    c.instant(t, 'ended_at')
    c.code(t, 'ended_as')
    // When it was told that it takes too long.
    c.instant(t, 'told_at')
    c.stamps(t)
    t.index(['from_branch_id', 'ended_at', 'sent_at'])
    t.index(['to_branch_id', 'ended_at', 'sent_at'])
    t.index(['book_copy_id'])
    t.index(['reservation_id'])
    t.index(['created_by'])
    t.check('(ended_at is null) = (ended_as is null)', [], 'transfers_ended')
    t.check(
      `ended_as is null or ${oneOf('ended_as', ['arrived', 'sent_on', 'lent', 'missing', 'withdrawn'])}`,
      [],
      'transfers_ended_as',
    )
  })
  await knex.raw(
    'create unique index transfers_open_copy_unique on transfers (book_copy_id) where ended_at is null',
  )
  await knex.raw(
    'create index transfers_untold on transfers (sent_at, id) where ended_at is null and told_at is null',
  )
  await knex.raw(
    `insert into transfers
       (book_copy_id, from_branch_id, to_branch_id, reservation_id, sent_at, created_at, updated_at)
     select copy.id,
       coalesce((select return_branch_id from borrowings where book_copy_id = copy.id and return_date is not null
         order by return_date desc, id desc limit 1), copy.branch_id),
       copy.destination_branch_id,
       coalesce((select id from reservations where book_copy_id = copy.id and status = 'in_transit'),
         (select id from reservations where book_id = copy.book_id and branch_id = copy.destination_branch_id
           and copy.destination_branch_id <> copy.branch_id and status in ('fulfilled', 'cancelled', 'expired')
           order by updated_at desc, id desc limit 1)),
       copy.updated_at, copy.updated_at, copy.updated_at
     from book_copies copy where copy.status = 'in_transit' and copy.deleted_at is null`,
  )
}

export const down = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await dropAll(knex, ['transfers'])
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
}
