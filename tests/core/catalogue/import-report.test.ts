import { expect } from 'chai'
import { addUp, emptyReport, formatReport } from '../../../core/catalogue/import-report.ts'
import type { RowOutcome } from '../../../core/catalogue/import-report.ts'
import { id } from '../../../core/shared/id.ts'

const outcomes: readonly RowOutcome[] = [
  { kind: 'added', line: 2, bookId: id(1), copies: 3, warnings: [] },
  {
    kind: 'added',
    line: 3,
    bookId: id(2),
    copies: 1,
    warnings: [
      { code: 'INVALID_ISBN', message: '“1” is no ISBN' },
      { code: 'INVALID_YEAR', message: '“0” is no year' },
    ],
  },
  {
    kind: 'present',
    line: 4,
    bookId: id(1),
    warnings: [{ code: 'INVALID_ISBN', message: '“2” is no ISBN' }],
  },
  { kind: 'refused', line: 5, code: 'MISSING_TITLE', reason: 'The row has no title' },
  { kind: 'refused', line: 6, code: 'MISSING_AUTHOR', reason: 'The row names no author' },
]

describe('the report of an import', () => {
  it('adds up', () => {
    const report = addUp(addUp(emptyReport, outcomes.slice(0, 2)), outcomes.slice(2))
    expect(report).to.deep.equal(addUp(emptyReport, outcomes))
    expect(report).to.deep.include({ rows: 5, added: 2, copies: 4, present: 1 })
    expect(report.refused.map(({ line }) => line)).to.deep.equal([5, 6])
    expect(report.warnings.map(({ line, code }) => `${line} ${code}`)).to.deep.equal([
      '3 INVALID_ISBN',
      '3 INVALID_YEAR',
      '4 INVALID_ISBN',
    ])
  })

  it('is told in lines', () => {
    expect(
      formatReport(addUp(emptyReport, outcomes), { dryRun: false, listed: 10 }).split('\n'),
    ).to.deep.equal([
      '5 rows read',
      'added: 2, with 4 copies',
      'there already: 1',
      'refused: 2',
      '  line 5: The row has no title (MISSING_TITLE)',
      '  line 6: The row names no author (MISSING_AUTHOR)',
      'warnings INVALID_ISBN: 2',
      '  line 3: “1” is no ISBN',
      '  line 4: “2” is no ISBN',
      'warnings INVALID_YEAR: 1',
      '  line 3: “0” is no year',
    ])
  })

  it('of a dry run says so, and long lists are cut', () => {
    expect(formatReport(addUp(emptyReport, outcomes), { dryRun: true, listed: 1 }).split('\n')).to.deep.equal(
      [
        '5 rows read; a dry run, nothing was changed',
        'to be added: 2, with 4 copies',
        'there already: 1',
        'refused: 2',
        '  line 5: The row has no title (MISSING_TITLE)',
        '  … and 1 more',
        'warnings INVALID_ISBN: 2',
        '  line 3: “1” is no ISBN',
        '  … and 1 more',
        'warnings INVALID_YEAR: 1',
        '  line 3: “0” is no year',
      ],
    )
  })
})
