/** Whether rows make a rule table (circulation R0.4): all that is wrong with them is told, each fault at its row. */
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import type { Period, PeriodUnit } from '../shared/local-time.ts'
import type { Fault } from '../shared/refusal.ts'
import { snakeCase } from '../shared/spelling.ts'
import { isDefault, lackedBy } from './rule-table.ts'
import type { RuleRow, RuleTable, RuleValues } from './rule-table.ts'

/** Which of the things that rows name are there. */
export interface KnownKeys {
  readonly branchIds: ReadonlySet<BranchId>
  readonly membershipTypes: ReadonlySet<string>
  readonly loanCategories: ReadonlySet<string>
}

/** A hundred years: what is counted from a day of today is still a day that every store can keep. */
const longest: Readonly<Record<PeriodUnit, number>> = {
  minutes: 52_560_000,
  hours: 876_000,
  days: 36_500,
  weeks: 5_200,
  months: 1_200,
}

/** @returns the rows as a table, which `resolve` can always answer from */
export const lint =
  (known: KnownKeys) =>
  (rows: readonly RuleRow[]): Either<readonly Fault[], Pick<RuleTable, 'defaults' | 'rows'>> => {
    const first = rows.find(isDefault)
    const faults = [
      ...(first === undefined ? [noDefault] : []),
      ...rows.flatMap((row, index) =>
        [
          ...missingValues(row),
          ...unknownKeys(row, known),
          ...endsBeforeItBegins(row),
          ...sameAsBefore(row, rows.slice(0, index)),
          ...badPeriods(row),
        ].map(({ field, ...fault }) => ({
          field: field === '' ? `rows.${index}` : `rows.${index}.${field}`,
          ...fault,
        })),
      ),
    ]
    return first === undefined || faults.length > 0
      ? E.left(faults)
      : // It lacks no value: that would be a fault.
        E.right({ defaults: first.values as RuleValues, rows: rows.filter(row => row !== first) })
  }

const noDefault: Fault = {
  field: 'rows',
  code: 'DEFAULT_ROW_MISSING',
  message: 'One row must be for any branch, membership type and loan category, and always valid',
}

const missingValues = (row: RuleRow): readonly Fault[] =>
  isDefault(row)
    ? lackedBy(row.values).map(name => ({
        field: `values.${snakeCase(name)}`,
        code: 'REQUIRED',
        message: 'The default row has every value',
      }))
    : []

const unknownKeys = (row: RuleRow, known: KnownKeys): readonly Fault[] => [
  ...unknown('branch_id', 'branch', row.branchId, known.branchIds),
  ...unknown('membership_type', 'membership type', row.membershipType, known.membershipTypes),
  ...unknown('loan_category', 'loan category', row.loanCategory, known.loanCategories),
]

const unknown = <Key>(
  field: string,
  what: string,
  key: Key | null,
  known: ReadonlySet<Key>,
): readonly Fault[] =>
  key === null || known.has(key)
    ? []
    : [{ field, code: 'UNKNOWN_REFERENCE', message: `There is no such ${what}` }]

/** The faults of the keys that something is asked for with, whatever the table has for them. */
export const unknownIn = (
  { branchId, membershipType, loanCategory }: Pick<RuleRow, 'branchId' | 'membershipType' | 'loanCategory'>,
  known: KnownKeys,
): readonly Fault[] =>
  unknownKeys({ branchId, membershipType, loanCategory, validFrom: null, validTo: null, values: {} }, known)

const isNever = ({ validFrom, validTo }: RuleRow): boolean =>
  validFrom !== null && validTo !== null && validTo < validFrom

const endsBeforeItBegins = (row: RuleRow): readonly Fault[] =>
  isNever(row)
    ? [{ field: 'valid_to', code: 'OUT_OF_RANGE', message: 'It must not lie before valid_from' }]
    : []

/** Told at the later of the two. */
const sameAsBefore = (row: RuleRow, before: readonly RuleRow[]): readonly Fault[] => {
  const other = before.findIndex(one => haveEqualKeys(one, row) && overlap(one, row))
  return other === -1
    ? []
    : [
        {
          field: '',
          code: 'OVERLAPPING_ROWS',
          message: `It counts for the same as rows.${other}, at the same time`,
        },
      ]
}

const haveEqualKeys = (a: RuleRow, b: RuleRow): boolean =>
  a.branchId === b.branchId && a.membershipType === b.membershipType && a.loanCategory === b.loanCategory

const overlap = (a: RuleRow, b: RuleRow): boolean =>
  !isNever(a) &&
  !isNever(b) &&
  (a.validFrom === null || b.validTo === null || a.validFrom <= b.validTo) &&
  (b.validFrom === null || a.validTo === null || b.validFrom <= a.validTo)

/** R1.1: zero and negative ones are errors. */
const badPeriods = ({ values }: RuleRow): readonly Fault[] =>
  [
    { field: 'loan_period', period: values.loanPeriod },
    { field: 'renewal_period', period: values.renewalPeriod },
    { field: 'high_demand.loan_period', period: values.highDemand?.loanPeriod },
  ].flatMap(({ field, period }) => badPeriod(`values.${field}`, period ?? null))

const badPeriod = (field: string, period: Period | null): readonly Fault[] => {
  if (period === null) return []
  const most = longest[period.unit]
  return period.length >= 1 && period.length <= most
    ? []
    : [
        {
          field,
          code: 'INVALID_PERIOD',
          message: `It must last from 1 to ${most} ${period.unit}`,
        },
      ]
}
