/** The due date that the member of a loan was reminded of, and how many days before it the library reminds: a setting. */
import type { Knex } from 'knex'
import { columns } from './columns.ts'

interface SettingsRow {
  readonly value: string
}

/** Three days, as in a new library, where nobody has said anything else. */
const given = { due_reminder_days: 3 }

const rewritten = async (
  knex: Knex,
  change: (settings: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Promise<void> => {
  const settings = knex('settings').where({ name: 'library' })
  const row = await settings.clone().first<SettingsRow | undefined>('value')
  if (row === undefined) return
  const value = change(JSON.parse(row.value) as Readonly<Record<string, unknown>>)
  await settings.update({ value: JSON.stringify(value) })
}

export const up = async (knex: Knex): Promise<void> => {
  await knex.schema.alterTable('borrowings', t => {
    columns(knex).instant(t, 'reminded_for')
  })
  await rewritten(knex, settings => ({ ...given, ...settings }))
}

export const down = async (knex: Knex): Promise<void> => {
  await rewritten(knex, ({ due_reminder_days: _days, ...settings }) => settings)
  await knex.raw('alter table borrowings drop column reminded_for')
}
