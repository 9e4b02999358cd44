/** The table `settings`: the row `library` has what the library decides for itself. */
import type { Knex } from 'knex'
import type { SettingsQueries, SettingsStore } from '../../core/settings/ports.ts'
import type { Settings } from '../../core/settings/settings.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { fromJson } from './columns.ts'
import type { Database } from './connect.ts'
import { query, sql } from './failures.ts'
import { settingsFromJson } from './payloads.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

interface SettingsRow {
  readonly version: number
  readonly value: unknown
}

const name = 'library'

/** One small row, read in one statement: nothing would be won by keeping it in memory. */
const read = async (rows: Knex.QueryBuilder): Promise<Settings> => {
  const row = await rows.where({ name }).first<SettingsRow | undefined>('version', 'value')
  if (row === undefined) throw new Error('The library has no settings')
  return { version: row.version, ...settingsFromJson(row.value) }
}

export const settings = (transaction: Transaction): SettingsStore => {
  const { knex, now } = transaction
  return {
    current: () => sql(() => read(knex('settings'))),
    get: () => sql(() => read(locking(transaction, knex('settings')))),
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
  settings: () => query(sql(() => read(db.read('settings')))),
})
