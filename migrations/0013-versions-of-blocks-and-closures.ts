/** Manual blocks and the closures of a branch are things of their own: If-Match goes by their version. */
import type { Knex } from 'knex'

const tables = ['member_blocks', 'branch_closures'] as const

export const up = async (knex: Knex): Promise<void> => {
  for (const table of tables) {
    await knex.raw('alter table ?? add column version integer not null default 1', [table])
  }
}

export const down = async (knex: Knex): Promise<void> => {
  for (const table of tables) await knex.raw('alter table ?? drop column version', [table])
}
