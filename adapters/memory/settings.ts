/** What the library decides for itself. */
import type { SettingsQueries, SettingsStore } from '../../core/settings/ports.ts'
import { firstSettings } from '../../core/settings/settings.ts'
import type { Settings } from '../../core/settings/settings.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'

/** There is one row of them, once something was changed. */
const present = ({ tables }: Database): Settings => tables.settings.find('library') ?? firstSettings

export const settings = (on: Database): SettingsStore => ({
  current: () => TE.fromIO(() => present(on)),
  get: () => TE.fromIO(() => present(on)),
  save: changed =>
    TE.fromIOEither(() => {
      if (present(on).version !== changed.version) return E.left(staleWrite('settings', 1))
      const saved = { ...changed, version: changed.version + 1 }
      on.tables.settings.put(saved)
      return E.right(saved)
    }),
})

export const settingsQueries = (on: Database): SettingsQueries => ({
  settings: () => TE.fromIO(() => present(on)),
})
