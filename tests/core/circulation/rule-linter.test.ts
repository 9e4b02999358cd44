import { expect } from 'chai'
import fc from 'fast-check'
import { lint } from '../../../core/circulation/rule-linter.ts'
import type { KnownKeys } from '../../../core/circulation/rule-linter.ts'
import {
  allRows,
  defaultRow,
  defaultValues,
  resolution,
  ruleNames,
} from '../../../core/circulation/rule-table.ts'
import type { RuleRow, RuleTable } from '../../../core/circulation/rule-table.ts'
import { E } from '../../../core/shared/fp.ts'
import type { Period } from '../../../core/shared/local-time.ts'
import { branchId, day } from '../builders.ts'
import { aRuleRow, keys, ruleKeys, ruleRows, standing } from './rule-arbitraries.ts'

const known: KnownKeys = {
  branchIds: new Set(keys.branchIds),
  membershipTypes: new Set(keys.membershipTypes),
  loanCategories: new Set(keys.loanCategories),
}

const first = defaultRow({ defaults: defaultValues })

/** What is wrong, as `field CODE`. */
const faultsOf = (...rows: readonly RuleRow[]): readonly string[] => {
  const linted = lint(known)(rows)
  return E.isLeft(linted) ? linted.left.map(({ field, code }) => `${field} ${code}`) : []
}

const student = { membershipType: 'student' }
const days = (length: number): Period => ({ length, unit: 'days' })

describe('the linter of the rule table (R0.4)', () => {
  const cases: readonly (readonly [string, readonly RuleRow[], readonly string[]])[] = [
    ['the default row alone is a table', [first], []],
    [
      'rows with keys of their own make a table',
      [
        first,
        aRuleRow(student, { maxLoans: 3 }),
        aRuleRow({ ...student, loanCategory: 'media' }, {}),
        aRuleRow({ branchId: branchId(1) }, { maxLoans: null }),
      ],
      [],
    ],
    ['no row at all', [], ['rows DEFAULT_ROW_MISSING']],
    ['no default row', [aRuleRow(student, {})], ['rows DEFAULT_ROW_MISSING']],
    [
      'a default row that is not always valid is none',
      [{ ...first, validFrom: day('2026-01-01') }],
      ['rows DEFAULT_ROW_MISSING'],
    ],
    [
      'a default row without some values names each of them',
      [
        {
          ...first,
          values: Object.fromEntries(
            Object.entries(defaultValues).filter(([name]) => !['loanPeriod', 'maxLoans'].includes(name)),
          ),
        },
      ],
      ['rows.0.values.loan_period REQUIRED', 'rows.0.values.max_loans REQUIRED'],
    ],
    ['two default rows', [first, first], ['rows.1 OVERLAPPING_ROWS']],
    [
      'a row for any beside the default one, even for a time',
      [first, aRuleRow({ validFrom: day('2026-07-01'), validTo: day('2026-07-31') }, {})],
      ['rows.1 OVERLAPPING_ROWS'],
    ],
    [
      'rows with equal keys, one after the other',
      [
        first,
        aRuleRow({ ...student, validTo: day('2026-06-30') }, {}),
        aRuleRow({ ...student, validFrom: day('2026-07-01'), validTo: day('2026-07-31') }, {}),
        aRuleRow({ ...student, validFrom: day('2026-08-01') }, {}),
      ],
      [],
    ],
    [
      'rows with equal keys that share a day',
      [
        first,
        aRuleRow({ ...student, validFrom: day('2026-07-01') }, {}),
        aRuleRow({ ...student, validTo: day('2026-07-01') }, {}),
      ],
      ['rows.2 OVERLAPPING_ROWS'],
    ],
    [
      'rows with equal keys, one within the other',
      [
        first,
        aRuleRow({ ...student, validFrom: day('2026-01-01'), validTo: day('2026-12-31') }, {}),
        aRuleRow({ ...student, validFrom: day('2026-02-01'), validTo: day('2026-02-28') }, {}),
      ],
      ['rows.2 OVERLAPPING_ROWS'],
    ],
    [
      'a row that is there twice, always valid',
      [first, aRuleRow(student, {}), aRuleRow(student, {})],
      ['rows.2 OVERLAPPING_ROWS'],
    ],
    [
      'a row that ends before it begins, and so overlaps none',
      [
        first,
        aRuleRow(student, {}),
        aRuleRow({ ...student, validFrom: day('2026-02-01'), validTo: day('2026-01-31') }, {}),
      ],
      ['rows.2.valid_to OUT_OF_RANGE'],
    ],
    [
      'a row of one day',
      [first, aRuleRow({ ...student, validFrom: day('2026-02-01'), validTo: day('2026-02-01') }, {})],
      [],
    ],
    [
      'a branch, a type and a category that are not there',
      [
        first,
        aRuleRow({ branchId: branchId(99) }, {}),
        aRuleRow({ membershipType: 'gold' }, {}),
        aRuleRow({ loanCategory: 'harps' }, {}),
      ],
      [
        'rows.1.branch_id UNKNOWN_REFERENCE',
        'rows.2.membership_type UNKNOWN_REFERENCE',
        'rows.3.loan_category UNKNOWN_REFERENCE',
      ],
    ],
    [
      'periods of nothing, of less, and of more than a hundred years',
      [
        { ...first, values: { ...defaultValues, loanPeriod: days(0) } },
        aRuleRow(student, { renewalPeriod: days(-1) }),
        aRuleRow({ loanCategory: 'media' }, { highDemand: { reservationsOver: 3, loanPeriod: days(0) } }),
        aRuleRow({ loanCategory: 'book' }, { loanPeriod: { length: 1201, unit: 'months' } }),
      ],
      [
        'rows.0.values.loan_period INVALID_PERIOD',
        'rows.1.values.renewal_period INVALID_PERIOD',
        'rows.2.values.high_demand.loan_period INVALID_PERIOD',
        'rows.3.values.loan_period INVALID_PERIOD',
      ],
    ],
    [
      'the shortest and the longest periods, and none to renew by',
      [
        { ...first, values: { ...defaultValues, loanPeriod: { length: 1, unit: 'minutes' } } },
        aRuleRow(student, { loanPeriod: { length: 1200, unit: 'months' }, renewalPeriod: null }),
      ],
      [],
    ],
    [
      'all faults at once',
      [
        aRuleRow({ branchId: branchId(99), validFrom: day('2026-02-01'), validTo: day('2026-01-01') }, {}),
        aRuleRow(student, { loanPeriod: days(0) }),
        aRuleRow(student, {}),
      ],
      [
        'rows DEFAULT_ROW_MISSING',
        'rows.0.branch_id UNKNOWN_REFERENCE',
        'rows.0.valid_to OUT_OF_RANGE',
        'rows.1.values.loan_period INVALID_PERIOD',
        'rows.2 OVERLAPPING_ROWS',
      ],
    ],
  ]
  for (const [what, rows, faults] of cases) {
    it(what, () => expect(faultsOf(...rows)).to.deep.equal(faults))
  }

  it('names the row that another one overlaps', () => {
    const linted = lint(known)([first, aRuleRow(student, {}), aRuleRow(student, {})])
    expect(E.isLeft(linted) && linted.left[0]!.message).to.include('rows.1')
  })

  it('gives the table, wherever the default row stands', () => {
    const row = aRuleRow(student, { maxLoans: 3 })
    for (const rows of [
      [first, row],
      [row, first],
    ]) {
      expect(lint(known)(rows)).to.deep.equal(E.right({ defaults: defaultValues, rows: [row] }))
    }
  })

  /** So that nearly every run meets rows that outweigh one another. */
  const often = { numRuns: 300 }

  const tables = fc.array(ruleRows(), { maxLength: 12 }).map((rows): readonly RuleRow[] => [first, ...rows])

  /** Of the same rows, those that the linter takes beside the ones before. */
  const taken = tables.map(rows =>
    rows.reduce<readonly RuleRow[]>(
      (kept, row) => (faultsOf(...kept, row).length === 0 ? [...kept, row] : kept),
      [],
    ),
  )

  it('takes nothing that resolving cannot answer: each value comes from a row that fits, the heaviest there is', () => {
    fc.assert(
      fc.property(taken, ruleKeys(), (rows, key) => {
        const linted = lint(known)(rows)
        if (E.isLeft(linted)) throw new Error(JSON.stringify(linted.left))
        const table: RuleTable = { version: 1, ...linted.right }
        const { values, rows: used } = resolution(table, key)
        for (const name of ruleNames) {
          const candidates = allRows(table).filter(row => standing(row, key, name) !== null)
          const heaviest = Math.max(...candidates.map(row => standing(row, key, name)!))
          const best = candidates.filter(row => standing(row, key, name) === heaviest)
          expect(best, name).to.have.length(1)
          expect(used[name], name).to.deep.equal(best[0])
          expect(values[name], name).to.deep.equal(best[0]!.values[name])
        }
      }),
      often,
    )
  })

  it('takes and refuses the same rows in any order, and the table then says the same', () => {
    fc.assert(
      fc.property(
        fc
          .oneof(tables, taken)
          .chain(rows =>
            fc.tuple(fc.constant(rows), fc.shuffledSubarray([...rows], { minLength: rows.length })),
          ),
        ruleKeys(),
        ([rows, shuffled], key) => {
          const [one, other] = [lint(known)(rows), lint(known)(shuffled)]
          expect(E.isRight(one)).to.equal(E.isRight(other))
          if (E.isLeft(one) || E.isLeft(other)) return
          expect(resolution({ version: 1, ...other.right }, key)).to.deep.equal(
            resolution({ version: 1, ...one.right }, key),
          )
        },
      ),
      often,
    )
  })

  it('refuses every table in which two rows could count for one case with the same weight', () => {
    fc.assert(
      fc.property(tables, ruleKeys(), (rows, key) => {
        const weights = rows.map(row => standing(row, key, null)).filter(weight => weight !== null)
        if (new Set(weights).size < weights.length) expect(faultsOf(...rows)).not.to.deep.equal([])
      }),
      often,
    )
  })
})
