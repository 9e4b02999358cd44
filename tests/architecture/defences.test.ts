/** What `npm run defences` believes: a test has to fail by itself, not because the change does not load. */
import { expect } from 'chai'
import { verdictOn } from '../defences/verdict.ts'
import type { Report } from '../defences/verdict.ts'

const report = (passes: number, ...messages: readonly string[]): Report => ({
  stats: { passes, failures: messages.length },
  passes: [],
  failures: messages.map(message => ({
    fullTitle: 'a password is refused',
    err: { message, stack: message },
  })),
})

describe('a defence that was taken out', () => {
  it('is missed when its test fails', () => {
    expect(verdictOn(report(3, 'expected 200 to equal 401'), '')).to.deep.equal({
      kind: 'missed',
      by: 'a password is refused',
      why: 'expected 200 to equal 401',
    })
  })

  it('is not missed when all pass', () => {
    expect(verdictOn(report(1), '')).to.deep.equal({ kind: 'unnoticed' })
  })

  for (const [what, found] of [
    ['no test has the words', report(0)],
    ['mocha ended before it had a report', null],
    ['the change is no TypeScript', report(0, 'Error: Transform failed with 1 error')],
    ['it names what is not there', report(0, 'ReferenceError: pepper is not defined')],
    ['a server does not start by it', report(0, 'Error: The server ended with 1:\nSyntaxError: Unexpected')],
    [
      'the change cannot be built',
      report(0, 'Error: The product cannot be built:\na.ts(12,1): error TS6133'),
    ],
    ['the database is away', report(2, 'Error: connect ECONNREFUSED 127.0.0.1:5432')],
    ['a test waits in vain', report(1, 'Error: Timeout of 60000ms exceeded. For async tests …')],
  ] as const)
    it(`shows nothing when ${what}`, () => {
      expect(verdictOn(found, 'said')).to.have.property('kind', 'broken')
    })

  it('shows nothing when a hook fails', () => {
    const { failures, ...rest } = report(0, 'expected 500 to equal 200')
    const inHook = failures.map(failure => ({ ...failure, fullTitle: 'a password "before all" hook' }))
    expect(verdictOn({ ...rest, failures: inHook }, 'said')).to.have.property('kind', 'broken')
  })
})
