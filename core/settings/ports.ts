/** What settings need of a store. */
import type { TaskEither } from '../shared/fp.ts'
import type { StaleWrite, StoreFailure } from '../shared/unit-of-work.ts'
import type { Settings } from './settings.ts'

export interface SettingsStore {
  /** As they are now, for those who go by them; no lock. */
  current(): TaskEither<never, Settings>
  /** Locks them for change. */
  get(): TaskEither<never, Settings>
  /** @returns the settings with their new version */
  save(settings: Settings): TaskEither<StaleWrite, Settings>
}

export interface SettingsStores {
  readonly settings: SettingsStore
}

/** Reading for display. */
export interface SettingsQueries {
  settings(): TaskEither<StoreFailure, Settings>
}
