import { expect } from 'chai'
import { termsFromJson } from '../../adapters/knex/payloads.ts'
import { branchId, someTerms } from '../core/builders.ts'

describe('the terms of a loan as they are stored', () => {
  it('come back as they were frozen, with the rows that gave them', () => {
    const rows = [
      {
        branchId: branchId(1),
        membershipType: null,
        loanCategory: null,
        validFrom: null,
        validTo: null,
        gave: ['maxRenewals'] as const,
      },
    ]
    const terms = someTerms({ rows, shortened: true })
    expect(termsFromJson(JSON.stringify(terms))).to.deep.equal(terms)
  })

  it('of a loan of before rows were kept: nobody knows which, and none was shortened', () => {
    const { rows: _rows, shortened: _shortened, ...older } = someTerms()
    expect(termsFromJson(JSON.stringify(older))).to.deep.equal({ ...older, rows: null, shortened: false })
  })

  it('that are damaged are not guessed at', () => {
    const { loanPeriod: _period, ...damaged } = someTerms()
    expect(() => termsFromJson(JSON.stringify(damaged))).to.throw(
      'A stored set of loan terms cannot be read at',
    )
  })
})
