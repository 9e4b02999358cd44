/** The tables `rule_tables` and `circulation_rules`, kept in memory by their version. */
import type { RuleStore } from '../../core/circulation/rule-ports.ts'
import { allRows, isDefault } from '../../core/circulation/rule-table.ts'
import type { RuleRow, RuleTable } from '../../core/circulation/rule-table.ts'
import { E } from '../../core/shared/fp.ts'
import type { BranchId } from '../../core/shared/id.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { sql } from './failures.ts'
import { insertMany } from './insert-many.ts'
import { allRuleValues, ruleValuesFromJson, ruleValuesToJson } from './payloads.ts'
import { statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

/** A row of `circulation_rules`. */
export interface StoredRuleRow {
  readonly branch_id: BranchId | null
  readonly membership_type: string | null
  readonly loan_category: string | null
  readonly valid_from: Day | null
  readonly valid_to: Day | null
  readonly values: unknown
}

interface RuleTableRow extends StoredRuleRow {
  /** Of the table. */
  readonly version: number
}

/** What one process has read last; the version is asked for in every unit of work. */
export interface RuleCache {
  table: RuleTable | null
}

interface Head {
  readonly version: number
}

const versionOf = statement<Head>(tables => tables('rule_tables').select('version').limit(1))
const locked = statement<Head>((tables, _none, locking) => locking(tables('rule_tables').select('version')))

export const rules =
  (cache: RuleCache) =>
  ({ knex, first, now }: Transaction): RuleStore => {
    /** What this unit of work has written may be undone yet: it is not kept. */
    let written = false

    /** The rows and their version in one statement, so that they belong together whoever writes meanwhile. */
    const read = async (): Promise<RuleTable> =>
      tableOf(
        await knex('circulation_rules')
          .crossJoin(knex.raw('rule_tables'))
          .orderBy('circulation_rules.id')
          .select<RuleTableRow[]>('circulation_rules.*', 'rule_tables.version'),
      )

    return {
      current: () =>
        sql(async () => {
          const head = await first(versionOf, {})
          if (head === undefined) throw new Error('There is no rule table')
          if (cache.table?.version === head.version) return cache.table
          const table = await read()
          if (!written) cache.table = table
          return table
        }),
      get: () =>
        sql(async () => {
          await first(locked, {})
          return read()
        }),
      save: table => async () => {
        const { version } = table
        const stamps = { created_at: now(), updated_at: now() }
        const overwritten = await knex('rule_tables')
          .where({ version })
          .update({ version: version + 1, updated_at: now() })
        if (overwritten !== 1) return E.left(staleWrite('circulation_rules', 1))
        written = true
        await knex('circulation_rules').del()
        await insertMany(
          knex,
          'circulation_rules',
          allRows(table).map(row => ({ ...toRow(row), ...stamps })),
        )
        // As others will read it: a database has its own order of what is in a value.
        return E.right(await read())
      },
    }
  }

const toRow = (row: RuleRow): object => ({
  branch_id: row.branchId,
  membership_type: row.membershipType,
  loan_category: row.loanCategory,
  valid_from: row.validFrom,
  valid_to: row.validTo,
  values: ruleValuesToJson(row.values),
})

/** @throws where its values are none */
export const fromRow = (row: StoredRuleRow): RuleRow => ({
  branchId: row.branch_id,
  membershipType: row.membership_type,
  loanCategory: row.loan_category,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  values: ruleValuesFromJson(row.values),
})

const tableOf = (stored: readonly RuleTableRow[]): RuleTable => {
  const all = stored.map(fromRow)
  const first = all.find(isDefault)
  if (stored[0] === undefined || first === undefined) throw new Error('The rule table has no default row')
  return {
    version: stored[0].version,
    defaults: allRuleValues(first.values),
    rows: all.filter(row => row !== first),
  }
}
