/** The suspended reservations by the day on which they go on: the list of the job `resume-suspended`. */
import type { Knex } from 'knex'

export const up = async (knex: Knex): Promise<void> => {
  await knex.raw(
    "create index reservations_by_suspended_until on reservations (suspended_until, id) where status = 'suspended'",
  )
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.raw('drop index reservations_by_suspended_until')
}
