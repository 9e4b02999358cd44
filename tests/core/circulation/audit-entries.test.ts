import { expect } from 'chai'
import { rulesChanged } from '../../../core/circulation/audit-entries.ts'
import { defaultRow, defaultValues } from '../../../core/circulation/rule-table.ts'
import type { RuleRow, RuleTable } from '../../../core/circulation/rule-table.ts'
import { snaked } from '../../../core/shared/spelling.ts'
import { aRuleRow } from './rule-arbitraries.ts'

const table = (version: number, ...rows: readonly RuleRow[]): RuleTable => ({
  version,
  defaults: defaultValues,
  rows,
})

const child = { membershipType: 'child' }
const students = aRuleRow({ membershipType: 'student' }, { maxLoans: 3, fine: defaultValues.fine })

describe('what the audit is told of a changed rule table', () => {
  it('the rows in which it differs, as they were and as they are', () => {
    const [before, after] = [aRuleRow(child, { maxLoans: 3 }), aRuleRow(child, { maxLoans: 2 })]
    expect(rulesChanged(table(1, students, before), table(2, students, after))).to.deep.include({
      action: 'circulation_rules.changed',
      before: { version: 1, rows: [snaked(before)] },
      after: { version: 2, rows: [snaked(after)] },
    })
  })

  it('the default row like any other', () => {
    const changed = { ...table(2, students), defaults: { ...defaultValues, maxLoans: 11 } }
    expect(rulesChanged(table(1), changed)).to.deep.include({
      before: { version: 1, rows: [snaked(defaultRow(table(1)))] },
      after: { version: 2, rows: [snaked(defaultRow(changed)), snaked(students)] },
    })
  })

  it('null is not the same as inherited', () => {
    const [none, inherited] = [aRuleRow(child, { maxLoans: null }), aRuleRow(child, {})]
    expect(rulesChanged(table(1, none), table(2, inherited)).after).to.deep.include({
      rows: [snaked(inherited)],
    })
  })

  it('nothing of rows that only stand in another order, nor of values that do', () => {
    const { amount, ...fine } = defaultValues.fine
    const reordered = { ...students, values: { fine: { ...fine, amount }, maxLoans: 3 } }
    const other = aRuleRow(child, {})
    expect(rulesChanged(table(1, students, other), table(2, other, reordered))).to.deep.include({
      before: { version: 1, rows: [] },
      after: { version: 2, rows: [] },
    })
  })
})
