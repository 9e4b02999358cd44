/** The invariant checker, wired: here is the list of what it checks. */
import { ContainerModule } from 'inversify'
import { accountChecks } from '../../core/accounts/consistency.ts'
import { circulationChecks } from '../../core/circulation/consistency.ts'
import { operationsChecks } from '../../core/operations/consistency.ts'
import { checkConsistency } from '../../core/operations/use-cases/check-consistency.ts'
import type { Check } from '../../core/shared/consistency.ts'
import type { Persistence } from '../persistence.ts'
import { CONSISTENCY, PERSISTENCE, REAL_CLOCK } from '../tokens.ts'

/** Every check there is, for the API and the command line. */
export const libraryChecks = ({ facts }: Pick<Persistence, 'facts'>): readonly Check[] => [
  ...circulationChecks(facts),
  ...accountChecks(facts),
  ...operationsChecks(facts),
]

export const consistencyModule = new ContainerModule(({ bind }) => {
  bind(CONSISTENCY)
    .toResolvedValue(
      (persistence, clock) => ({
        checkConsistency: checkConsistency({ checks: libraryChecks(persistence), clock }),
      }),
      [PERSISTENCE, REAL_CLOCK],
    )
    .inSingletonScope()
})
