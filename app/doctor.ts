/** `library doctor`: the invariant checker for the operator, on a storage as it is. */
import { migrationsToRun } from '../adapters/knex/migrate.ts'
import { openKnex } from '../adapters/knex/open.ts'
import { system } from '../core/identity/actor.ts'
import { checkConsistency } from '../core/operations/use-cases/check-consistency.ts'
import type { ConsistencyReport } from '../core/operations/use-cases/check-consistency.ts'
import type { Violation } from '../core/shared/consistency.ts'
import { instant } from '../core/shared/local-time.ts'
import { migrationSource } from '../migrations/index.ts'
import type { Config } from './config.ts'
import { libraryChecks } from './modules/consistency.ts'
import { connectionOf } from './modules/persistence.ts'
import { Refused } from './refused.ts'

/**
 * Others may go on working on the storage.
 * @returns whether nothing is wrong
 * @throws Refused where the schema is not this version's, or the storage does not answer
 */
export const doctor = async (config: Config, say: (line: string) => void): Promise<boolean> => {
  await refuseOldSchema(config)
  const persistence = openKnex({ ...connectionOf(config), now: Date.now })
  try {
    const examined = await checkConsistency({
      checks: libraryChecks(persistence),
      clock: { now: () => instant(Date.now()) },
    })({ actor: system })()
    if (examined._tag === 'Left') {
      const reason = examined.left.type === 'StoreFailure' ? examined.left.detail : examined.left.permission
      throw new Refused(`It could not be examined: ${reason}`)
    }
    summary(examined.right).forEach(say)
    return examined.right.found === 0
  } finally {
    await persistence.close()
  }
}

/** @throws Refused where the schema is not this version's, or the storage does not answer */
export const refuseOldSchema = async (config: Config): Promise<void> => {
  const missing = await migrationsToRun({ ...connectionOf(config), source: migrationSource })
  if (missing.length > 0)
    throw new Refused(
      `The storage has not the schema of this version: ${missing.join(', ')} still to run. Migrate it first.`,
    )
}

const summary = ({ kinds, found, violations }: ConsistencyReport): readonly string[] => [
  ...kinds.map(({ of, checked }) => `${of.padEnd(16)} ${String(checked)}`),
  ...violations.flatMap(linesOf),
  ...(found > violations.length ? [`… and ${String(found - violations.length)} more`] : []),
  found === 0 ? 'Nothing is wrong.' : `${String(found)} found.`,
]

const linesOf = ({ invariant, resource, id, message, details, repair }: Violation): readonly string[] => [
  `${invariant}: ${resource} ${String(id)}: ${message} ${JSON.stringify(details)}`,
  `    ${repair}`,
]
