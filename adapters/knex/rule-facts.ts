/** The rule table as its rows lie there, to be checked. */
import type { RuleTableFacts, StoredRule } from '../../core/circulation/consistency-facts.ts'
import type { FactPages } from '../../core/shared/consistency.ts'
import type { BranchId } from '../../core/shared/id.ts'
import type { RuleRow } from '../../core/circulation/rule-table.ts'
import type { Tables } from './connection.ts'
import { fromRow } from './rules.ts'
import type { StoredRuleRow } from './rules.ts'
import type { Snapshots } from './snapshots.ts'

export const ruleFacts =
  (snapshot: Snapshots): FactPages<RuleTableFacts, number> =>
  after =>
    snapshot(async knex => (after === null ? [await tableIn(knex)] : []))

const tableIn = async (knex: Tables): Promise<RuleTableFacts> => {
  const rules = await knex('circulation_rules')
    .orderBy('id')
    .select<(StoredRuleRow & { readonly id: number })[]>()
  const branches = await knex('library_branches').select<{ readonly id: BranchId }[]>('id')
  return {
    rules: rules.map((row): StoredRule => ({ id: row.id, row: readIn(row) })),
    known: {
      branchIds: new Set(branches.map(({ id }) => id)),
      membershipTypes: await namesIn(knex, 'membership_types'),
      loanCategories: await namesIn(knex, 'loan_categories'),
    },
  }
}

const namesIn = async (
  knex: Tables,
  table: 'membership_types' | 'loan_categories',
): Promise<ReadonlySet<string>> =>
  new Set((await knex(table).select<{ readonly name: string }[]>('name')).map(({ name }) => name))

/** null where a hand has written what is no rule. */
const readIn = (row: StoredRuleRow): RuleRow | null => {
  try {
    return fromRow(row)
  } catch {
    return null
  }
}
