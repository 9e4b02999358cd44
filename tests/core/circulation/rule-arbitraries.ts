/** Rows of the rule table by chance, of few keys and days, so that they meet one another; and what R0.3 says of a row, in other words. */
import fc from 'fast-check'
import type { RuleKey, RuleRow, RuleValues } from '../../../core/circulation/rule-table.ts'
import { minor } from '../../../core/shared/money.ts'
import { branchId, day } from '../builders.ts'

export const keys = {
  branchIds: [branchId(1), branchId(2)],
  membershipTypes: ['student', 'child'],
  loanCategories: ['book', 'media'],
}

export const aRuleRow = (key: Partial<Omit<RuleRow, 'values'>>, values: Partial<RuleValues>): RuleRow => ({
  branchId: null,
  membershipType: null,
  loanCategory: null,
  validFrom: null,
  validTo: null,
  ...key,
  values,
})

const days = fc.integer({ min: 1, max: 5 }).map(date => day(`2026-03-0${date}`))
/** @param freq one time of so many it is null */
const some = <Value>(values: readonly Value[], freq = 3) => fc.option(fc.constantFrom(...values), { freq })

/** null, 0 and false among them: values that are easily taken for none. */
const values = fc.record(
  {
    lendable: fc.boolean(),
    maxLoans: fc.option(fc.nat({ max: 9 })),
    debtCeiling: fc.option(fc.nat({ max: 9 }).map(minor)),
    maxRenewals: fc.option(fc.nat({ max: 9 })),
    loanPeriod: fc.record({ length: fc.integer({ min: 1, max: 9 }), unit: fc.constant('days' as const) }),
    escalation: fc.constant(null),
  },
  { requiredKeys: [] },
)

export const ruleRows = (): fc.Arbitrary<RuleRow> =>
  fc.record({
    branchId: some(keys.branchIds, 2),
    membershipType: some(keys.membershipTypes, 2),
    loanCategory: some(keys.loanCategories, 2),
    validFrom: fc.option(days, { freq: 2 }),
    validTo: fc.option(days, { freq: 2 }),
    values: values,
  })

export const ruleKeys = (): fc.Arbitrary<RuleKey> =>
  fc.record({
    branchId: some(keys.branchIds, 9),
    membershipType: some(keys.membershipTypes, 9),
    loanCategory: some(keys.loanCategories, 9),
    day: days,
  })

const ofTheMember = [
  'maxLoans',
  'maxOverdue',
  'maxLost',
  'debtCeiling',
  'maxReservations',
  'maxCheckoutsPerHour',
]

/**
 * The weight with which a row counts for a case, null where it does not.
 * @param name of a value it must have for that; null asks of the row alone
 */
export const standing = (row: RuleRow, key: RuleKey, name: keyof RuleValues | null): number | null => {
  let weight = 0
  for (const [of, mass] of [
    ['branchId', 4],
    ['membershipType', 2],
    ['loanCategory', 1],
  ] as const) {
    if (row[of] === null) continue
    if (row[of] !== key[of]) return null
    weight += mass
  }
  const day: string = key.day
  if (day < (row.validFrom ?? '') || day > (row.validTo ?? '~')) return null
  if (name === null) return weight
  if (!(name in row.values)) return null
  return row.loanCategory !== null && ofTheMember.includes(name) ? null : weight
}
