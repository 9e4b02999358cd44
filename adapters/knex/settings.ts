/** The table `settings`: the row `library` has what the library decides for itself. */
import type { SettingsQueries, SettingsStore } from '../../core/settings/ports.ts'
import type { Settings } from '../../core/settings/settings.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { fromJson } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { settingsFromJson } from './payloads.ts'
import { statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

interface SettingsRow {
  readonly version: number
  readonly value: unknown
}

const name = 'library'

/** One small row, read in one statement: nothing would be won by keeping it in memory. */
const stored = statement<SettingsRow>(tables => tables('settings').where({ name }).select('version', 'value'))
const locked = statement<SettingsRow>((tables, _none, locking) =>
  locking(tables('settings').where({ name }).select('version', 'value')),
)

const settingsOf = (row: SettingsRow | undefined): Settings => {
  if (row === undefined) throw new Error('The library has no settings')
  return { version: row.version, ...settingsFromJson(row.value) }
}

export const settings = (transaction: Transaction): SettingsStore => {
  const { knex, first, now } = transaction
  return {
    current: () => sql(async () => settingsOf(await first(stored, {}))),
    get: () => sql(async () => settingsOf(await first(locked, {}))),
    save: ({ version, ...changed }) =>
      pipe(
        sql(() =>
          knex('settings')
            .where({ name, version })
            .update({
              value: fromJson({
                controlling_branch: changed.controllingBranch,
                self_return: changed.selfReturn,
                history_days: changed.historyDays,
                transfer_days: changed.transferDays,
                due_reminder_days: changed.dueReminderDays,
              }),
              version: version + 1,
              updated_at: now(),
            }),
        ),
        TE.flatMap(written =>
          written === 1 ? TE.right({ ...changed, version: version + 1 }) : TE.left(staleWrite('settings', 1)),
        ),
      ),
  }
}

export const settingsQueries = (db: Database): SettingsQueries => ({
  settings: () => query(sql(async () => settingsOf((await db.rows(stored, {}))[0]))),
})
