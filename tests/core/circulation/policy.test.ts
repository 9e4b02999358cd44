import { expect } from 'chai'
import fc from 'fast-check'
import { borrowingPolicies } from '../../../core/circulation/borrowing-policies.ts'
import { atMost, evaluate, failed, holds, refusing, roomFor, used } from '../../../core/circulation/policy.ts'
import type { Policy } from '../../../core/circulation/policy.ts'
import { renewalPolicies } from '../../../core/circulation/renewal-policies.ts'
import type { Verdict } from '../../../core/shared/refusal.ts'

describe('findings with a limit (R0.4, R2.3)', () => {
  const table = [
    // limit, actual, atMost holds, roomFor holds
    [3, 2, true, true],
    [3, 3, true, false],
    [3, 4, false, false],
    [0, 0, true, false],
    [0, 1, false, false],
    [null, 1_000_000, true, true],
  ] as const
  for (const [limit, actual, below, room] of table) {
    it(`${actual} of ${limit ?? 'unlimited'}: at most ${below}, room ${room}`, () => {
      expect(atMost(limit, actual)).to.deep.equal({ holds: below, limit, actual })
      expect(roomFor(limit, actual)).to.deep.equal({ holds: room, limit, actual })
    })
  }

  it('without numbers has nulls', () => {
    expect(holds(true)).to.deep.equal({ holds: true, limit: null, actual: null })
    expect(holds(false, 'a', 1)).to.deep.equal({ holds: false, limit: 'a', actual: 1 })
  })
})

describe('all policies are asked (R2.1)', () => {
  const policy = (rule: string, kind: Verdict['kind'], most: number): Policy<number> => ({
    rule,
    kind,
    message: `At most ${most}`,
    ask: actual => atMost(most, actual),
  })
  const policies = [policy('a', 'blocker', 1), policy('b', 'overridable', 9), policy('c', 'warning', 2)]

  it('every verdict is given, passed ones too, in the order of the list, each with its numbers', () => {
    expect(evaluate(policies)(3)).to.deep.equal([
      { rule: 'a', verdict: 'fail', kind: 'blocker', message: 'At most 1', limit: 1, actual: 3 },
      { rule: 'b', verdict: 'pass', kind: 'overridable', message: 'At most 9', limit: 9, actual: 3 },
      { rule: 'c', verdict: 'fail', kind: 'warning', message: 'At most 2', limit: 2, actual: 3 },
    ])
    expect(evaluate([])(3)).to.be.empty
  })

  it('the failed ones are all of them, whatever their kind', () => {
    expect(failed(evaluate(policies)(3)).map(({ rule }) => rule)).to.deep.equal(['a', 'c'])
    expect(failed(evaluate(policies)(0))).to.be.empty
  })
})

describe('what refuses, and what an override sets aside (R2.1)', () => {
  const verdict = (rule: string, kind: Verdict['kind'], said: Verdict['verdict'] = 'fail'): Verdict => ({
    rule,
    verdict: said,
    kind,
    message: '',
    limit: null,
    actual: null,
  })
  const blocked = verdict('status', 'blocker')
  const limit = verdict('limit', 'overridable')
  const debt = verdict('debt', 'overridable')
  const hint = verdict('hint', 'warning')
  const passed = verdict('age', 'overridable', 'pass')
  const passedBlocker = verdict('copy', 'blocker', 'pass')
  const all = [blocked, limit, debt, hint, passed, passedBlocker]

  const table = [
    ['no override', all, null, ['status', 'limit', 'debt'], null],
    ['a blocker gives way to nobody', [blocked], ['status'], ['status'], null],
    ['a rule named', all, ['limit'], ['status', 'debt'], ['limit']],
    ['several named', [limit, debt, hint], ['limit', 'debt'], [], ['limit', 'debt']],
    ['another rule named', [limit], ['debt'], ['limit'], null],
    ['an empty override', [limit], [], ['limit'], null],
    ['a warning refuses nothing and needs no override', [hint], ['hint'], [], null],
    ['what passed needs no override', [passed], ['age'], [], null],
    ['only what was needed is recorded', [limit, passed, hint], ['limit', 'age', 'hint', 'x'], [], ['limit']],
    ['nothing failed', [passed, passedBlocker], ['age'], [], null],
  ] as const
  for (const [what, verdicts, rules, stillRefusing, recorded] of table) {
    it(what, () => {
      const override = rules === null ? null : { rules, reason: 'The director said so' }
      expect(refusing(verdicts, override).map(({ rule }) => rule)).to.deep.equal(stillRefusing)
      expect(used(verdicts, override)).to.deep.equal(
        recorded === null ? null : { rules: recorded, reason: 'The director said so' },
      )
    })
  }

  it('what refuses and what is used are the failed ones, without the warnings, each once', () => {
    const kind = fc.constantFrom('blocker', 'overridable', 'warning')
    const said = fc.constantFrom('pass', 'fail')
    const names = ['a', 'b', 'c', 'd', 'e']
    const verdicts = fc
      .tuple(...names.map(() => fc.tuple(kind, said)))
      .map(drawn => drawn.map(([k, s], index) => verdict(names[index]!, k, s)))
    fc.assert(
      fc.property(verdicts, fc.subarray(names), (given, rules) => {
        const override = { rules, reason: 'r' }
        const together = [
          ...refusing(given, override).map(({ rule }) => rule),
          ...(used(given, override)?.rules ?? []),
        ]
        const expected = failed(given).filter(v => v.kind !== 'warning')
        expect(together.sort()).to.deep.equal(expected.map(({ rule }) => rule))
      }),
    )
  })
})

describe('the lists of policies', () => {
  for (const [name, list] of [
    ['borrowing', borrowingPolicies],
    ['renewal', renewalPolicies],
  ] as const) {
    it(`each rule of ${name} has a name of its own, in kebab-case, and a message`, () => {
      const rules = list.map(({ rule }) => rule)
      expect(new Set(rules).size).to.equal(rules.length)
      for (const { rule, message } of list) {
        expect(rule).to.match(/^[a-z]+(-[a-z]+)*$/)
        expect(message).to.match(/^[A-Z].{10,}[^.]$/)
      }
    })
  }
})
