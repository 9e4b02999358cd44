import { expect } from 'chai'
import { controllingBranch } from '../../../core/circulation/controlling-branch.ts'
import { branchId } from '../builders.ts'

const [copy, place, home] = [branchId(1), branchId(2), branchId(3)]

describe('whose calendar, zone and rules count (R0.1)', () => {
  const table = [
    ['copy', { copy, place, home }, copy],
    ['copy', { copy: null, place, home }, null],
    ['transaction', { copy, place, home }, place],
    ['transaction', { copy, place: null, home }, copy],
    ['member', { copy, place, home }, home],
    ['member', { copy, place, home: null }, copy],
    ['member', { copy: null, place, home: null }, null],
  ] as const
  for (const [setting, branches, expected] of table) {
    it(`${setting}, of ${JSON.stringify(branches)}: ${String(expected)}`, () =>
      expect(controllingBranch(setting, branches)).to.equal(expected))
  }
})
