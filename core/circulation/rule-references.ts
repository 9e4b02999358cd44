/** Which of the branches, membership types and loan categories that rules name are there. */
import type { MemberStores } from '../members/ports.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { CirculationStores } from './ports.ts'
import type { KnownKeys } from './rule-linter.ts'
import type { RuleRow } from './rule-table.ts'

export type RuleReferences = Pick<CirculationStores, 'calendars' | 'loanCategories'> &
  Pick<MemberStores, 'membershipTypes'>

type Keys = Pick<RuleRow, 'branchId' | 'membershipType' | 'loanCategory'>

export const knownAmong = (
  { calendars, membershipTypes, loanCategories }: RuleReferences,
  named: readonly Keys[],
): TaskEither<never, KnownKeys> =>
  pipe(
    TE.Do,
    TE.bind('branches', () => calendars.of(distinct(named.map(({ branchId }) => branchId)))),
    TE.bind('types', () =>
      existing(
        named.map(({ membershipType }) => membershipType),
        name =>
          pipe(
            membershipTypes.named(name),
            TE.map(type => type !== null),
          ),
      ),
    ),
    TE.bind('categories', () =>
      existing(
        named.map(({ loanCategory }) => loanCategory),
        name => loanCategories.known(name),
      ),
    ),
    TE.map(({ branches, types, categories }) => ({
      branchIds: new Set(branches.keys()),
      membershipTypes: types,
      loanCategories: categories,
    })),
  )

const distinct = <Key>(keys: readonly (Key | null)[]): readonly Key[] => [
  ...new Set(keys.filter(key => key !== null)),
]

const existing = (
  names: readonly (string | null)[],
  exists: (name: string) => TaskEither<never, boolean>,
): TaskEither<never, ReadonlySet<string>> =>
  pipe(
    distinct(names),
    TE.traverseSeqArray(name =>
      pipe(
        exists(name),
        TE.map(there => (there ? [name] : [])),
      ),
    ),
    TE.map(found => new Set(found.flat())),
  )
