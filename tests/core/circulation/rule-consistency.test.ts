import { expect } from 'chai'
import type { RuleTableFacts } from '../../../core/circulation/consistency-facts.ts'
import { ruleInvariants } from '../../../core/circulation/rule-consistency.ts'
import { defaultRow, defaultValues } from '../../../core/circulation/rule-table.ts'
import type { RuleRow } from '../../../core/circulation/rule-table.ts'
import { violationsOf } from '../../../core/shared/consistency.ts'
import { at, branchId } from '../builders.ts'
import { aRuleRow } from './rule-arbitraries.ts'

const now = at('2026-11-21T10:00:00Z')
const ofAll = defaultRow({ defaults: defaultValues })
const students = aRuleRow({ membershipType: 'student' }, { maxLoans: 3 })
const known: RuleTableFacts['known'] = {
  branchIds: new Set([branchId(1)]),
  membershipTypes: new Set(['student']),
  loanCategories: new Set(['book']),
}

/** The ids of the rows begin with 7. */
const told = (...rows: readonly (RuleRow | null)[]) =>
  violationsOf(ruleInvariants, { known, rules: rows.map((row, index) => ({ id: 7 + index, row })) }, now).map(
    ({ invariant, details }) => [invariant, details['code'], details['circulation_rule_id']],
  )

describe('R0.4 what must hold of the rule table as it is stored', () => {
  it('nothing is wrong with one that could be put', () => {
    expect(told(ofAll, students)).to.deep.equal([])
  })

  it('what the linter refuses is told at its row', () => {
    expect(told(ofAll, students, students)).to.deep.equal([['rules-pass-the-linter', 'OVERLAPPING_ROWS', 9]])
    expect(told(ofAll, aRuleRow({ branchId: branchId(2) }, {}))).to.deep.equal([
      ['rules-pass-the-linter', 'UNKNOWN_REFERENCE', 8],
    ])
  })

  it('a table without its default row is wrong as a whole', () => {
    expect(told(students)).to.deep.equal([['rules-pass-the-linter', 'DEFAULT_ROW_MISSING', null]])
  })

  it('a row that cannot be read is told alone: the default row may be it', () => {
    expect(told(null, students)).to.deep.equal([['rule-is-readable', undefined, 7]])
  })
})
