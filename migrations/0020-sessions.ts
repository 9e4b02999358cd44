/** Of a session: when it was last refreshed, and from where, so that its member knows his own again (AUT-2). */
import type { Knex } from 'knex'
import { columns } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.alterTable('sessions', t => {
    // None in what a process of the version before begins while it is replaced: it counts as used when it began.
    c.instant(t, 'last_used_at')
    t.text('address')
    t.text('user_agent')
  })
}

export const down = async (knex: Knex): Promise<void> => {
  for (const column of ['user_agent', 'address', 'last_used_at'])
    await knex.raw('alter table sessions drop column ??', [column])
}
