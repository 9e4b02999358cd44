import { expect } from 'chai'
import fc from 'fast-check'
import {
  defaultRow,
  defaultValues,
  resolution,
  resolve,
  rowsUsed,
} from '../../../core/circulation/rule-table.ts'
import type { RuleKey, RuleRow, RuleValues } from '../../../core/circulation/rule-table.ts'
import { minor } from '../../../core/shared/money.ts'
import { branchId, day } from '../builders.ts'

const row = (key: Partial<Omit<RuleRow, 'values'>>, values: RuleRow['values']): RuleRow => ({
  branchId: null,
  membershipType: null,
  loanCategory: null,
  validFrom: null,
  validTo: null,
  ...key,
  values,
})

const table = (...rows: readonly RuleRow[]) => ({ version: 1, defaults: defaultValues, rows })

const asked: RuleKey = {
  branchId: branchId(1),
  membershipType: 'student',
  loanCategory: 'media',
  day: day('2026-03-10'),
}

const branch = { branchId: branchId(1) }
const type = { membershipType: 'student' }
const category = { loanCategory: 'media' }

/** The default row as `api.md` writes it, under "The rule table". */
const contract = {
  lendable: true,
  max_checkouts_per_hour: 60,
  loan_period: { length: 21, unit: 'days' },
  closed_days: 'next_open_day',
  closed_hours: 'ignore',
  hard_due_date: null,
  hard_due_date_mode: 'cap',
  end_with_membership: false,
  high_demand: null,
  max_loans: 10,
  max_loans_in_category: null,
  max_overdue: 3,
  max_lost: 1,
  debt_ceiling: 1000,
  max_renewals: 2,
  renewal_period: null,
  renewal_from: 'due_date',
  renewal_not_before_days: null,
  renewal_if_overdue: 'allow',
  renewal_blackouts: [],
  auto_renew: false,
  max_reservations: 5,
  reservations_when_on_shelf: 'allow',
  reservation_days: 365,
  pickup_days: 7,
  reservation_priority: 0,
  fine: {
    amount: 25,
    per: 'day',
    charge_at: 'start_of_unit',
    grace: 0,
    grace_mode: 'forgive',
    steps: [],
    count_closed_days: false,
    cap: 1000,
    cap_to_price: true,
    member_cap: null,
  },
  lost_processing_fee: 500,
  lost_refund_days: 180,
  refund_processing_fee: false,
  default_price: 2000,
  charge_overdue_on_lost_return: false,
  damage_fees: { minor: 200, major: 1000, beyond_repair: null },
  escalation: {
    reminder_days: [1, 7, 14],
    block_days: 21,
    lost_days: 42,
    collection_days: 90,
    collection_over: 2500,
  },
}

/** In the names of the API. */
const shown = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value).map(([name, part]) => [
          name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
          shown(part),
        ]),
      )

describe('the rule table', () => {
  it('of a new library has the default row of the contract', () => {
    expect(shown(defaultValues)).to.deep.equal(contract)
  })

  it('without further rows gives the default row', () => {
    expect(resolve(table(), asked)).to.deep.equal(defaultValues)
  })

  describe('branch weighs 4, membership type 2, loan category 1: the heaviest row wins (R0.3)', () => {
    const rows = [
      ['nothing (0)', {}, 10],
      ['category (1)', category, 11],
      ['type (2)', type, 12],
      ['type and category (3)', { ...type, ...category }, 13],
      ['branch (4)', branch, 14],
      ['branch and category (5)', { ...branch, ...category }, 15],
      ['branch and type (6)', { ...branch, ...type }, 16],
      ['branch, type and category (7)', { ...branch, ...type, ...category }, 17],
    ] as const
    for (const [weight, [name, key, renewals]] of rows.entries()) {
      it(`${name} beats all that are lighter, in whatever order they stand`, () => {
        const lighter = rows.slice(0, weight + 1).map(([, k, maxRenewals]) => row(k, { maxRenewals }))
        expect(resolve(table(...lighter), asked).maxRenewals).to.equal(renewals)
        expect(resolve(table(...lighter.reverse()), asked).maxRenewals).to.equal(renewals)
        expect(resolve(table(row(key, { maxRenewals: renewals })), asked).maxRenewals).to.equal(renewals)
      })
    }
  })

  describe('a row that is for another does not count', () => {
    const others = [
      ['branch', { branchId: branchId(2) }],
      ['membership type', { membershipType: 'child' }],
      ['loan category', { loanCategory: 'book' }],
      ['loan category, of the right branch', { ...branch, loanCategory: 'book' }],
      ['branch, of the right type and category', { branchId: branchId(2), ...type, ...category }],
    ] as const
    for (const [what, key] of others) {
      it(`another ${what}`, () => {
        expect(resolve(table(row(key, { maxRenewals: 9 })), asked).maxRenewals).to.equal(2)
      })
    }

    it('where no branch or no copy is in play only rows for any of them count', () => {
      const rows = table(
        row(branch, { maxRenewals: 9 }),
        row(category, { loanPeriod: { length: 7, unit: 'days' } }),
        row(type, { maxLoans: 30 }),
      )
      const values = resolve(rows, { ...asked, branchId: null, loanCategory: null })
      expect(values.maxRenewals).to.equal(2)
      expect(values.loanPeriod).to.deep.equal({ length: 21, unit: 'days' })
      expect(values.maxLoans).to.equal(30)
    })
  })

  describe('validity, both ends included', () => {
    const cases = [
      ['2026-03-01', '2026-03-31', true],
      ['2026-03-10', '2026-03-10', true],
      [null, '2026-03-10', true],
      ['2026-03-10', null, true],
      [null, null, true],
      ['2026-03-11', null, false],
      [null, '2026-03-09', false],
      ['2025-03-01', '2025-03-31', false],
    ] as const
    for (const [from, to, counts] of cases) {
      it(`from ${from ?? 'ever'} to ${to ?? 'ever'} ${counts ? 'counts' : 'does not count'} on 2026-03-10`, () => {
        const validity = {
          validFrom: from === null ? null : day(from),
          validTo: to === null ? null : day(to),
        }
        const { maxRenewals } = resolve(table(row({ ...branch, ...validity }, { maxRenewals: 9 })), asked)
        expect(maxRenewals).to.equal(counts ? 9 : 2)
      })
    }

    it('of rows with one key the one of the day counts', () => {
      const rows = table(
        row({ ...type, validTo: day('2026-03-09') }, { maxRenewals: 8 }),
        row({ ...type, validFrom: day('2026-03-10') }, { maxRenewals: 9 }),
      )
      expect(resolve(rows, asked).maxRenewals).to.equal(9)
      expect(resolve(rows, { ...asked, day: day('2026-03-09') }).maxRenewals).to.equal(8)
    })
  })

  describe('what belongs to the member counts only from rows for any loan category', () => {
    const ofTheMember: Partial<RuleValues> = {
      maxLoans: 1,
      maxOverdue: 1,
      maxLost: 7,
      debtCeiling: minor(1),
      maxReservations: 1,
      maxCheckoutsPerHour: 1,
    }
    for (const name of Object.keys(ofTheMember) as (keyof RuleValues)[]) {
      it(name, () => {
        const values = { [name]: ofTheMember[name] }
        const heavy = { ...branch, ...type, ...category }
        expect(resolve(table(row(heavy, values)), asked)[name]).to.equal(defaultValues[name])
        expect(resolve(table(row({ ...branch, ...type }, values)), asked)[name]).to.equal(ofTheMember[name])
        expect(resolve(table(row({}, values)), asked)[name]).to.equal(ofTheMember[name])
      })
    }

    it('the other values of such a row count', () => {
      const rows = table(row(category, { maxLoans: 1, maxLoansInCategory: 3, lendable: false }))
      expect(resolve(rows, asked)).to.include({ maxLoans: 10, maxLoansInCategory: 3, lendable: false })
    })
  })

  describe('every value on its own', () => {
    it('an absent value is inherited from the next lighter row that has it', () => {
      const rows = table(
        row(category, { maxRenewals: 1, pickupDays: 3 }),
        row(type, { maxRenewals: 5 }),
        row(branch, { closedDays: 'ignore' }),
      )
      expect(resolve(rows, asked)).to.include({ maxRenewals: 5, pickupDays: 3, closedDays: 'ignore' })
    })

    it('null is a value and not an absent one', () => {
      expect(resolve(table(row(branch, { maxLoans: null })), asked).maxLoans).to.be.null
      expect(resolve(table(row(branch, { escalation: null })), asked).escalation).to.be.null
    })

    it('0 and false are values too', () => {
      const values = resolve(table(row(branch, { maxRenewals: 0, lendable: false })), asked)
      expect(values).to.include({ maxRenewals: 0, lendable: false })
    })

    it('an object counts as a whole', () => {
      const fine = { ...defaultValues.fine, amount: minor(50), cap: null }
      const rows = table(
        row(type, { fine: { ...defaultValues.fine, grace: 3 } }),
        row(branch, { fine }),
        row(category, { renewalBlackouts: [{ from: day('2026-01-01'), to: day('2026-01-02') }] }),
        row({ ...branch, ...category }, { renewalBlackouts: [] }),
      )
      expect(resolve(rows, asked).fine).to.deep.equal(fine)
      expect(resolve(rows, asked).renewalBlackouts).to.deep.equal([])
    })

    it('the order of the rows does not matter, and nothing is changed by asking', () => {
      const keys = [{}, branch, type, category, { ...branch, ...type }, { ...type, ...category }]
      const rows = keys.map((key, index) =>
        row(key, {
          maxRenewals: index,
          maxLoans: index * 10,
          ...(index % 2 === 0 ? { pickupDays: index } : {}),
        }),
      )
      const expected = resolve(table(...rows), asked)
      fc.assert(
        fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), shuffled => {
          const before = structuredClone(shuffled)
          expect(resolve(table(...shuffled), asked)).to.deep.equal(expected)
          expect(shuffled).to.deep.equal(before)
        }),
      )
    })
  })

  describe('names the rows used (R0.3)', () => {
    const ofBranch = row(branch, { maxRenewals: 9, maxLoans: 4 })
    const ofAll = row(
      { ...branch, ...type, ...category },
      { loanPeriod: { length: 7, unit: 'days' }, maxLoans: 1 },
    )
    const rows = table(ofAll, ofBranch, row({ membershipType: 'child' }, { pickupDays: 1 }))

    it('of each value the row that gave it, the default row where no other did', () => {
      const { rows: used } = resolution(rows, asked)
      expect(used).to.include({ maxRenewals: ofBranch, loanPeriod: ofAll })
      expect(used.pickupDays).to.deep.equal(defaultRow({ defaults: defaultValues }))
      expect(used).to.have.all.keys(Object.keys(defaultValues))
    })

    it('what belongs to the member from none with a loan category', () => {
      expect(resolution(rows, asked).rows.maxLoans).to.equal(ofBranch)
    })

    it('with the very values of a checkout', () => {
      expect(resolution(rows, asked).values).to.deep.equal(resolve(rows, asked))
    })
  })

  describe('tells which rows beside the default one gave the values asked for (R0.3)', () => {
    const used = (names: readonly (keyof RuleValues)[], ...rows: readonly RuleRow[]) =>
      rowsUsed(table(...rows), asked, names).map(({ branchId: where, loanCategory, gave }) => ({
        where,
        loanCategory,
        gave,
      }))
    const here = row(branch, { maxRenewals: 1, defaultPrice: null })
    const media = row(category, { maxRenewals: 5, loanPeriod: { length: 7, unit: 'days' }, maxLoans: 2 })

    it('none where no other row fits', () => {
      expect(used(['maxRenewals'], row({ branchId: branchId(2) }, { maxRenewals: 1 }))).to.deep.equal([])
    })

    it('the heaviest first, each with what it gave and no heavier one did; null is a value', () => {
      expect(used(['maxRenewals', 'loanPeriod', 'defaultPrice', 'fine'], media, here)).to.deep.equal([
        { where: 1, loanCategory: null, gave: ['maxRenewals', 'defaultPrice'] },
        { where: null, loanCategory: 'media', gave: ['loanPeriod'] },
      ])
    })

    it('a row that gave none of them is left out', () => {
      expect(used(['maxRenewals'], media, here)).to.have.length(1)
    })

    it('what belongs to the member is given by no row of a loan category', () => {
      expect(used(['maxLoans'], media)).to.deep.equal([])
    })

    it('is what the resolution says', () => {
      const { rows } = resolution(table(media, here), asked)
      for (const { gave, ...keys } of rowsUsed(table(media, here), asked, ['maxRenewals', 'loanPeriod'])) {
        for (const name of gave) expect(rows[name]).to.deep.include(keys)
      }
    })
  })
})
