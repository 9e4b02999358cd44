/** What must hold of the rule table as it is stored: what the linter refuses when it is put may have got in by hand. */
import { breach } from '../shared/consistency.ts'
import type { Invariant } from '../shared/consistency.ts'
import { E } from '../shared/fp.ts'
import type { RuleTableFacts } from './consistency-facts.ts'
import { lint } from './rule-linter.ts'
import type { RuleRow } from './rule-table.ts'

/** There is one table. */
const tableId = 1

const byHand =
  'Correct the rows of circulation_rules by hand, and add 1 to the version of rule_tables: every process then reads them anew.'

const readable: Invariant<RuleTableFacts> = {
  name: 'rule-is-readable',
  repair: byHand,
  breaches: ({ rules }) =>
    rules
      .filter(({ row }) => row === null)
      .map(({ id }) =>
        breach('circulation_rules', tableId, 'The values of a row are none', { circulation_rule_id: id }),
      ),
}

/** R0.4. A table with a row that cannot be read is told of by `rule-is-readable` alone: the others may be sound by that row. */
const sound: Invariant<RuleTableFacts> = {
  name: 'rules-pass-the-linter',
  repair: byHand,
  breaches: ({ rules, known }) => {
    const rows = rules.flatMap(({ row }): readonly RuleRow[] => (row === null ? [] : [row]))
    const linted = rows.length < rules.length ? E.right(undefined) : lint(known)(rows)
    return E.isRight(linted)
      ? []
      : linted.left.map(({ field, code, message }) =>
          breach('circulation_rules', tableId, message, {
            field,
            code,
            circulation_rule_id: ruleAt(rules, field),
          }),
        )
  },
}

/** The row that `rows.3.values` is about; null where it is about all. */
const ruleAt = (rules: RuleTableFacts['rules'], field: string): number | null =>
  rules[Number(field.split('.')[1])]?.id ?? null

export const ruleInvariants: readonly Invariant<RuleTableFacts>[] = [readable, sound]
