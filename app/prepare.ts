/** What a storage needs before it is used: the schema, the sample library, the first branch, the first admin. */
import type { Container } from 'inversify'
import { migrateUp, underMigrationLock } from '../adapters/knex/migrate.ts'
import { migrationSource } from '../migrations/index.ts'
import type { Config } from './config.ts'
import { createFirstAdmin } from './first-admin.ts'
import { createFirstBranch } from './first-branch.ts'
import { connectionOf } from './modules/persistence.ts'
import { isEmptyLibrary, loadSampleLibrary, writeSampleLogins } from './sample-library.ts'
import type { SampleLogin } from './sample-library.ts'
import {
  BRANCHES,
  KEEP_TIME,
  LIBRARY_CLOCK,
  LOG,
  PASSWORD_STRENGTH,
  PASSWORDS,
  PERSISTENCE,
  SECOND_FACTOR,
} from './tokens.ts'

/** How the sample library is loaded, told to whoever watches. */
export type Progress = (done: number, total: number) => void

export interface Prepared {
  /** Of the sample, when it was loaded just now. */
  readonly sampleLogins: readonly SampleLogin[]
}

/**
 * All of it under one lock, so that two processes that start at once on an empty database do it once. A load that a
 * crash cut short leaves an empty library, which the next start fills; its passwords are kept before it is committed.
 */
export const prepareStorage = (
  config: Config,
  container: Container,
  progress: Progress,
): Promise<Prepared> => {
  if (config.storage === 'memory') return prepare(config, container, progress)
  return underMigrationLock(config.storage, async () => {
    await migrateUp({ ...connectionOf(config), source: migrationSource })
    return prepare(config, container, progress)
  })
}

/** What begins now begins in library time. @throws when the storage does not tell it */
export const keptTime = async (container: Container): Promise<void> => {
  const kept = await container.get(KEEP_TIME)()
  if (kept._tag === 'Left') throw new Error(`The library's time is not told: ${kept.left.detail}`)
}

const prepare = async (config: Config, container: Container, progress: Progress): Promise<Prepared> => {
  const persistence = container.get(PERSISTENCE)
  const passwords = container.get(PASSWORDS)
  const strength = container.get(PASSWORD_STRENGTH)
  const clock = container.get(LIBRARY_CLOCK)
  await keptTime(container)
  const sampleLogins =
    config.sampleData && (await isEmptyLibrary(persistence))
      ? await loadSampleLibrary(
          { persistence, passwords, secondFactor: container.get(SECOND_FACTOR) },
          {
            titles: null,
            seed: 1,
            now: clock.now(),
            progress,
            keepLogins: logins => writeSampleLogins(config.dataDir, logins),
          },
        )
      : []
  if (config.simpleApi) await createFirstBranch(container.get(BRANCHES))
  if (config.firstAdmin !== null) {
    const made = await createFirstAdmin({ persistence, passwords, strength, clock }, config.firstAdmin)
    if (typeof made === 'object')
      container.get(LOG).warn('no administrator', {
        meaning: `There is no active administrator, and none can be made: this ${made.taken} is taken. See library create-admin`,
      })
  }
  return { sampleLogins }
}
