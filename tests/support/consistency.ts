/** What the invariant checker finds in a library. */
import { libraryChecks } from '../../app/modules/consistency.ts'
import type { Persistence } from '../../app/persistence.ts'
import { system } from '../../core/identity/actor.ts'
import { checkConsistency } from '../../core/operations/use-cases/check-consistency.ts'
import type { ConsistencyReport } from '../../core/operations/use-cases/check-consistency.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { noon } from './builders.ts'
import { right } from './world.ts'

export const examined = (
  library: Pick<Persistence, 'facts'>,
  now: Instant = noon,
): Promise<ConsistencyReport> =>
  right(checkConsistency({ checks: libraryChecks(library), clock: { now: () => now } })({ actor: system }))

/** The violations in short, as `title-counts book 12`. */
export const wrongIn = async (
  library: Pick<Persistence, 'facts'>,
  now: Instant = noon,
): Promise<readonly string[]> =>
  (await examined(library, now)).violations.map(
    ({ invariant, resource, id }) => `${invariant} ${resource} ${String(id)}`,
  )
