import { expect } from 'chai'
import { camelled, snakeCase, snaked } from '../../../core/shared/spelling.ts'

const inTheCore = {
  maxLoans: null,
  fine: { chargeAt: 'start_of_unit', steps: [{ afterUnits: 14, amount: 50 }] },
  reminderDays: [1, 7],
  lendable: false,
}

const inTheApi = {
  max_loans: null,
  fine: { charge_at: 'start_of_unit', steps: [{ after_units: 14, amount: 50 }] },
  reminder_days: [1, 7],
  lendable: false,
}

describe('how names are spelled', () => {
  it('all through a value, whose words stay', () => {
    expect(snaked(inTheCore)).to.deep.equal(inTheApi)
    expect(camelled(inTheApi)).to.deep.equal(inTheCore)
  })

  for (const [core, api] of [
    ['id', 'id'],
    ['maxLoansInCategory', 'max_loans_in_category'],
    ['isbn13', 'isbn_13'],
  ] as const) {
    it(`${core} is ${api}`, () => expect(snakeCase(core)).to.equal(api))
  }
})
