/** CIR-9: the rule table is put as a whole, by somebody who has seen the one it takes the place of. */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { InvalidInput, PermissionDenied } from '../../shared/refusal.ts'
import type { StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { rulesChanged } from '../audit-entries.ts'
import type { CirculationStores } from '../ports.ts'
import type { RuleStores } from '../rule-ports.ts'
import { lint } from '../rule-linter.ts'
import { knownAmong } from '../rule-references.ts'
import type { RuleReferences } from '../rule-references.ts'
import type { RuleRow, RuleTable } from '../rule-table.ts'

export interface ChangeRules {
  readonly act: Act
  /** The whole table; what is not among them is gone. */
  readonly rows: readonly RuleRow[]
}

export type ChangeRulesError = PermissionDenied | VersionMismatch | InvalidInput | StaleWrite | StoreFailure

type Linting = Pick<CirculationStores, 'rules'> & RuleReferences

export const changeRules =
  ({ work }: { readonly work: UnitOfWork<Linting & RuleStores & AuditStores> }) =>
  ({ act, rows }: ChangeRules): TaskEither<ChangeRulesError, RuleTable> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.tap(() => TE.fromEither(permitted(act.actor, 'rule:write'))),
        TE.bindW('before', () => stores.rules.get()),
        TE.bindW('table', ({ before }): TaskEither<ChangeRulesError, RuleTable> =>
          inPlaceOf(before, stores, { act, rows }),
        ),
        TE.bindW('after', ({ table }): TaskEither<ChangeRulesError, RuleTable> => stores.rules.save(table)),
        TE.tap(({ before, after }) => stores.audit.record(act, rulesChanged(before, after))),
        TE.map(({ after }) => after),
      ),
    )

/** What would be said to the table, without putting it. */
export const tryRules =
  ({ look }: { readonly look: UnitOfWork<Linting> }) =>
  ({ act, rows }: ChangeRules): TaskEither<ChangeRulesError, RuleTable> =>
    look.run(stores =>
      pipe(
        TE.fromEither(permitted(act.actor, 'rule:write')),
        TE.flatMap(() => stores.rules.current()),
        TE.flatMap((before): TaskEither<ChangeRulesError, RuleTable> =>
          inPlaceOf(before, stores, { act, rows }),
        ),
      ),
    )

/** @returns the new table, still with the version of the one that is there */
const inPlaceOf = (
  { version }: RuleTable,
  stores: RuleReferences,
  { act, rows }: ChangeRules,
): TaskEither<VersionMismatch | InvalidInput, RuleTable> =>
  pipe(
    TE.fromEither(asExpected(act, 'circulation_rules', { id: 1, version })),
    TE.flatMap(() => knownAmong(stores, rows)),
    TE.flatMap((known): TaskEither<InvalidInput, RuleTable> =>
      TE.fromEither(
        pipe(
          lint(known)(rows),
          E.map(table => ({ version, ...table })),
          E.mapLeft(faults => ({ type: 'InvalidInput', faults })),
        ),
      ),
    ),
  )
