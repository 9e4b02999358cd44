/** The checkouts that members made by themselves, which the rate of borrowing is counted by: a desk's are none of them. */
import type { Knex } from 'knex'

export const up = async (knex: Knex): Promise<void> => {
  await knex.raw(
    'create index borrowings_by_members on borrowings (user_id, borrow_date) where librarian_id is null',
  )
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.raw('drop index borrowings_by_members')
}
