import { expect } from 'chai'
import { E } from '../../../core/shared/fp.ts'
import { asExpected } from '../../../core/shared/versions.ts'

describe('a change', () => {
  const there = { id: 7, version: 3 }

  it('goes on where nothing was said, or where the version is among those expected', () => {
    for (const expects of [null, [3], [1, 3]]) {
      expect(asExpected({ expects }, 'book', there)).to.deep.equal(E.right(undefined))
    }
  })

  it('is refused with the present version where that was not expected', () => {
    for (const expects of [[], [2], [4, 2]]) {
      expect(asExpected({ expects }, 'book', there)).to.deep.equal(
        E.left({ type: 'VersionMismatch', resource: 'book', id: 7, version: 3 }),
      )
    }
  })
})
