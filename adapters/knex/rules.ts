/** The tables `rule_tables` and `circulation_rules`, kept in memory by their version. */
import type { Rules } from '../../core/circulation/ports.ts'
import type { RuleRow, RuleTable } from '../../core/circulation/rule-table.ts'
import type { BranchId } from '../../core/shared/id.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { sql } from './failures.ts'
import { allRuleValues, ruleValuesFromJson } from './payloads.ts'
import { statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

interface RuleTableRow {
  readonly branch_id: BranchId | null
  readonly membership_type: string | null
  readonly loan_category: string | null
  readonly valid_from: Day | null
  readonly valid_to: Day | null
  readonly values: unknown
}

/** What one process has read last; the version is asked for in every unit of work. */
export interface RuleCache {
  table: RuleTable | null
}

const versionOf = statement<{ version: number }>(tables => tables('rule_tables').select('version').limit(1))

export const rules =
  (cache: RuleCache) =>
  ({ knex, first }: Transaction): Rules => ({
    current: () =>
      sql(async () => {
        const head = await first(versionOf, {})
        if (head === undefined) throw new Error('There is no rule table')
        if (cache.table?.version === head.version) return cache.table
        const stored = await knex('circulation_rules').orderBy('id').select<RuleTableRow[]>('*')
        const table = tableOf(head.version, stored)
        cache.table = table
        return table
      }),
  })

const tableOf = (version: number, stored: readonly RuleTableRow[]): RuleTable => {
  const all = stored.map((row): RuleRow => ({
    branchId: row.branch_id,
    membershipType: row.membership_type,
    loanCategory: row.loan_category,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    values: ruleValuesFromJson(row.values),
  }))
  const isDefault = (row: RuleRow): boolean =>
    row.branchId === null &&
    row.membershipType === null &&
    row.loanCategory === null &&
    row.validFrom === null &&
    row.validTo === null
  const defaults = all.find(isDefault)
  if (defaults === undefined) throw new Error('The rule table has no default row')
  return { version, defaults: allRuleValues(defaults.values), rows: all.filter(row => row !== defaults) }
}
