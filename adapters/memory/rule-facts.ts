/** The rule table as it lies there, to be checked. Its rows have no ids of their own: they count from 1. */
import type { RuleTableFacts } from '../../core/circulation/consistency-facts.ts'
import { allRows } from '../../core/circulation/rule-table.ts'
import type { FactPages } from '../../core/shared/consistency.ts'
import { TE } from '../../core/shared/fp.ts'
import { categories } from './copies.ts'
import type { Database } from './database.ts'
import { membershipTypes } from './members.ts'
import { present } from './rules.ts'

export const ruleFacts =
  (database: Database): FactPages<RuleTableFacts, number> =>
  after =>
    TE.fromIO(() => (after === null ? [tableIn(database)] : []))

const tableIn = (database: Database): RuleTableFacts => ({
  rules: allRows(present(database)).map((row, index) => ({ id: index + 1, row })),
  known: {
    branchIds: new Set([...database.tables.branches.all()].map(({ id }) => id)),
    membershipTypes: new Set(membershipTypes.keys()),
    loanCategories: categories,
  },
})
