/** What must hold at any moment is looked for in all that is stored; nothing is changed. */
import type { Actor } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { noFindings, together } from '../../shared/consistency.ts'
import type { Check, Findings } from '../../shared/consistency.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'

export interface CheckConsistencyDeps {
  readonly checks: readonly Check[]
  /** Real time: what the purge may have taken goes by it. */
  readonly clock: Clock
}

export interface ConsistencyReport extends Findings {
  /** How many of each kind were looked at. */
  readonly kinds: readonly { readonly of: string; readonly checked: number }[]
}

/**
 * One page after another, each as it was at one moment, so that others go on beside it and give no false alarm. What comes in
 * behind the page that is looked at is for the next run.
 */
export const checkConsistency =
  ({ checks, clock }: CheckConsistencyDeps) =>
  ({ actor }: { readonly actor: Actor }): TaskEither<PermissionDenied | StoreFailure, ConsistencyReport> =>
    pipe(
      TE.fromEither(permitted(actor, 'consistency:check')),
      TE.flatMap(() =>
        pipe(
          checks,
          TE.traverseSeqArray(({ of, run }) =>
            pipe(
              run(clock),
              TE.map(findings => ({ of, findings })),
            ),
          ),
        ),
      ),
      TE.map((results): ConsistencyReport => ({
        ...results.map(({ findings }) => findings).reduce(together, noFindings),
        kinds: results.map(({ of, findings: { checked } }) => ({ of, checked })),
      })),
    )
