/** The rule table: which value counts for whom (circulation R0.3, R0.4; its JSON is in api.md). */
import type { FineRule } from '../accounts/fine-policies.ts'
import type { BranchId } from '../shared/id.ts'
import type { Day, Period } from '../shared/local-time.ts'
import { minor } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'

export type ClosedDays = 'ignore' | 'next_open_day' | 'previous_open_day' | 'count_open_days'
export type ClosedHours = 'ignore' | 'shorten_to_closing' | 'next_opening'

/** Every value of a rule row. For `max…`, caps and ceilings null is unlimited; for the others null is off (R0.4). */
export interface RuleValues {
  readonly lendable: boolean
  readonly maxCheckoutsPerHour: number | null
  readonly loanPeriod: Period
  readonly closedDays: ClosedDays
  readonly closedHours: ClosedHours
  readonly hardDueDate: Day | null
  readonly hardDueDateMode: 'replace' | 'cap' | 'floor'
  readonly endWithMembership: boolean
  readonly highDemand: { readonly reservationsOver: number; readonly loanPeriod: Period } | null
  readonly maxLoans: number | null
  readonly maxLoansInCategory: number | null
  readonly maxOverdue: number | null
  readonly maxLost: number | null
  /** Minor units. */
  readonly debtCeiling: Minor | null
  readonly maxRenewals: number | null
  /** null: as the loan. */
  readonly renewalPeriod: Period | null
  readonly renewalFrom: 'due_date' | 'now'
  readonly renewalNotBeforeDays: number | null
  readonly renewalIfOverdue: 'allow' | 'block_if_any' | 'block_this'
  readonly renewalBlackouts: readonly { readonly from: Day; readonly to: Day }[]
  readonly autoRenew: boolean
  readonly maxReservations: number | null
  readonly reservationsWhenOnShelf: 'allow' | 'refuse' | 'allow_if_none_at_pickup'
  readonly reservationDays: number | null
  readonly pickupDays: number | null
  readonly reservationPriority: number
  readonly fine: FineRule
  readonly lostProcessingFee: Minor | null
  readonly lostRefundDays: number | null
  readonly refundProcessingFee: boolean
  readonly defaultPrice: Minor | null
  readonly chargeOverdueOnLostReturn: boolean
  readonly damageFees: {
    readonly minor: Minor | null
    readonly major: Minor | null
    readonly beyondRepair: Minor | null
  }
  readonly escalation: {
    readonly reminderDays: readonly number[]
    readonly blockDays: number | null
    readonly lostDays: number | null
    readonly collectionDays: number | null
    readonly collectionOver: Minor | null
  } | null
}

/** For whom a row counts (null is any), and when. */
export interface RowKeys {
  readonly branchId: BranchId | null
  readonly membershipType: string | null
  readonly loanCategory: string | null
  /** Both inclusive, null is open. */
  readonly validFrom: Day | null
  readonly validTo: Day | null
}

/** One row, with the values it changes. */
export interface RuleRow extends RowKeys {
  readonly values: Partial<RuleValues>
}

/** A row that gave values, and which. */
export interface RowUsed extends RowKeys {
  readonly gave: readonly (keyof RuleValues)[]
}

/** The whole table. The default row (three nulls, always valid) has every value; the linter sees to that. */
export interface RuleTable {
  readonly version: number
  readonly defaults: RuleValues
  readonly rows: readonly RuleRow[]
}

/** For any branch, membership type and loan category, at any time: the row that has every value. */
export const isDefault = (row: RowKeys): boolean =>
  row.branchId === null &&
  row.membershipType === null &&
  row.loanCategory === null &&
  row.validFrom === null &&
  row.validTo === null

/** The names of the values that a row lacks. */
export const lackedBy = (values: Partial<RuleValues>): readonly (keyof RuleValues)[] =>
  ruleNames.filter(name => values[name] === undefined)

/** Of the default row. */
export const forAny: RowKeys = {
  branchId: null,
  membershipType: null,
  loanCategory: null,
  validFrom: null,
  validTo: null,
}

export const defaultRow = ({ defaults }: Pick<RuleTable, 'defaults'>): RuleRow => ({
  ...forAny,
  values: defaults,
})

/** Every row of a table, the default one first. */
export const allRows = (table: Pick<RuleTable, 'defaults' | 'rows'>): readonly RuleRow[] => [
  defaultRow(table),
  ...table.rows,
]

/** What a value is looked up for. */
export interface RuleKey {
  /** null where no branch is in play: only rows for any branch count then. */
  readonly branchId: BranchId | null
  /** null where no member is in play: only rows for any membership type count then. */
  readonly membershipType: string | null
  /** null where no copy is in play: only what belongs to the member is then meaningful. */
  readonly loanCategory: string | null
  readonly day: Day
}

/** They belong to the member: only rows for any loan category count for them (R0.3). */
const ofTheMember: ReadonlySet<keyof RuleValues> = new Set<keyof RuleValues>([
  'maxLoans',
  'maxOverdue',
  'maxLost',
  'debtCeiling',
  'maxReservations',
  'maxCheckoutsPerHour',
])

/** A row that fits, with those of its values that count. */
interface Layer {
  readonly row: RuleRow
  readonly values: Partial<RuleValues>
}

/** Lightest first: branch weighs 4, membership type 2, loan category 1. The default row lies below them all. */
const layersFor = (table: RuleTable, key: RuleKey): readonly Layer[] =>
  table.rows
    .filter(row => fits(row, key))
    .map(row => ({ row, weight: weightOf(row), values: countable(row) }))
    .sort((a, b) => a.weight - b.weight)

const valuesOf = (table: RuleTable, layers: readonly Layer[]): RuleValues =>
  layers.reduce<RuleValues>((below, { values }) => ({ ...below, ...values }), table.defaults)

/** Every value on its own: that of the heaviest row which fits and has it (R0.3). */
export const resolve = (table: RuleTable, key: RuleKey): RuleValues => valuesOf(table, layersFor(table, key))

/** The values that count, and of each the row that gave it. */
export interface Resolution {
  readonly values: RuleValues
  readonly rows: Readonly<Record<keyof RuleValues, RuleRow>>
}

/** `resolve`, with the rows used. */
export const resolution = (table: RuleTable, key: RuleKey): Resolution => {
  const layers = layersFor(table, key)
  const lowest = { row: defaultRow(table), values: table.defaults }
  return {
    values: valuesOf(table, layers),
    rows: Object.fromEntries(
      [lowest, ...layers].flatMap(({ row, values }) => Object.keys(values).map(name => [name, row])),
    ) as Resolution['rows'],
  }
}

/** The rows beside the default one that give any of the values named, heaviest first; short enough to be kept with every loan. */
export const rowsUsed = (
  table: RuleTable,
  key: RuleKey,
  names: readonly (keyof RuleValues)[],
): readonly RowUsed[] =>
  table.rows.length === 0
    ? []
    : layersFor(table, key).reduceRight<{ used: readonly RowUsed[]; left: readonly (keyof RuleValues)[] }>(
        ({ used, left }, { row: { values: _values, ...keys }, values }) => {
          const gave = left.filter(name => values[name] !== undefined)
          return {
            used: gave.length === 0 ? used : [...used, { ...keys, gave }],
            left: left.filter(name => values[name] === undefined),
          }
        },
        { used: [], left: names },
      ).used

const fits = (row: RuleRow, key: RuleKey): boolean =>
  (row.branchId === null || row.branchId === key.branchId) &&
  (row.membershipType === null || row.membershipType === key.membershipType) &&
  (row.loanCategory === null || row.loanCategory === key.loanCategory) &&
  (row.validFrom === null || row.validFrom <= key.day) &&
  (row.validTo === null || key.day <= row.validTo)

const weightOf = (row: RuleRow): number =>
  (row.branchId === null ? 0 : 4) +
  (row.membershipType === null ? 0 : 2) +
  (row.loanCategory === null ? 0 : 1)

const countable = (row: RuleRow): Partial<RuleValues> =>
  row.loanCategory === null
    ? row.values
    : Object.fromEntries(
        Object.entries(row.values).filter(([name]) => !ofTheMember.has(name as keyof RuleValues)),
      )

/** The default row of a new library (api.md, "The rule table"). */
export const defaultValues: RuleValues = {
  lendable: true,
  maxCheckoutsPerHour: 60,
  loanPeriod: { length: 21, unit: 'days' },
  closedDays: 'next_open_day',
  closedHours: 'ignore',
  hardDueDate: null,
  hardDueDateMode: 'cap',
  endWithMembership: false,
  highDemand: null,
  maxLoans: 10,
  maxLoansInCategory: null,
  maxOverdue: 3,
  maxLost: 1,
  debtCeiling: minor(1000),
  maxRenewals: 2,
  renewalPeriod: null,
  renewalFrom: 'due_date',
  renewalNotBeforeDays: null,
  renewalIfOverdue: 'allow',
  renewalBlackouts: [],
  autoRenew: false,
  maxReservations: 5,
  reservationsWhenOnShelf: 'allow',
  reservationDays: 365,
  pickupDays: 7,
  reservationPriority: 0,
  fine: {
    amount: minor(25),
    per: 'day',
    chargeAt: 'start_of_unit',
    grace: 0,
    graceMode: 'forgive',
    steps: [],
    countClosedDays: false,
    cap: minor(1000),
    capToPrice: true,
    memberCap: null,
  },
  lostProcessingFee: minor(500),
  lostRefundDays: 180,
  refundProcessingFee: false,
  defaultPrice: minor(2000),
  chargeOverdueOnLostReturn: false,
  damageFees: { minor: minor(200), major: minor(1000), beyondRepair: null },
  escalation: {
    reminderDays: [1, 7, 14],
    blockDays: 21,
    lostDays: 42,
    collectionDays: 90,
    collectionOver: minor(2500),
  },
}

/** Every name of a value, in the order of the contract. */
export const ruleNames = Object.keys(defaultValues) as readonly (keyof RuleValues)[]
