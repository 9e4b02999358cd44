/** CIR-9: the rule table as staff see it, and what it says to one case. */
import { noCalendar } from '../../branches/branch.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import { dayOf } from '../../shared/local-time.ts'
import type { InvalidInput, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { calendarIn } from '../calendar-ports.ts'
import type { CirculationStores } from '../ports.ts'
import { unknownIn } from '../rule-linter.ts'
import { knownAmong } from '../rule-references.ts'
import type { RuleReferences } from '../rule-references.ts'
import { resolution } from '../rule-table.ts'
import type { Resolution, RuleKey, RuleTable } from '../rule-table.ts'

type Stores = Pick<CirculationStores, 'rules'> & RuleReferences

export const showRules =
  ({ look }: { readonly look: UnitOfWork<Pick<Stores, 'rules'>> }) =>
  ({ act }: { readonly act: Act }): TaskEither<PermissionDenied | StoreFailure, RuleTable> =>
    look.run(({ rules }) =>
      pipe(
        TE.fromEither(permitted(act.actor, 'rule:read')),
        TE.flatMap(() => rules.current()),
      ),
    )

export interface ResolveRules {
  readonly act: Act
  /** null of a key: rows for any alone. */
  readonly keys: Omit<RuleKey, 'day'>
}

export interface Resolved extends Resolution {
  /** Of the table. */
  readonly version: number
  /** Today where the branch is, in UTC where none is in play. */
  readonly key: RuleKey
}

export type ResolveRulesError = PermissionDenied | InvalidInput | StoreFailure

/** By the very resolution of a checkout. */
export const resolveRules =
  ({ look, clock }: { readonly look: UnitOfWork<Stores>; readonly clock: Clock }) =>
  ({ act, keys }: ResolveRules): TaskEither<ResolveRulesError, Resolved> =>
    look.run(stores =>
      pipe(
        TE.Do,
        TE.tap(() => TE.fromEither(permitted(act.actor, 'rule:read'))),
        TE.bindW('known', () => knownAmong(stores, [keys])),
        TE.tap(({ known }): TaskEither<InvalidInput, void> => {
          const faults = unknownIn(keys, known)
          return faults.length === 0 ? TE.right(undefined) : TE.left({ type: 'InvalidInput', faults })
        }),
        TE.bindW('calendar', () =>
          keys.branchId === null ? TE.right(noCalendar) : calendarIn(stores, keys.branchId),
        ),
        TE.bindW('table', () => stores.rules.current()),
        TE.map(({ calendar, table }) => {
          const key = { ...keys, day: dayOf(clock.now(), calendar.zone) }
          return { ...resolution(table, key), version: table.version, key }
        }),
      ),
    )
