import { expect } from 'chai'
import { isAccounted, parseSchedstat, parseStat, sampleProcess, spentBetween } from './processor-time.ts'

describe('processor time', () => {
  it('is read from /proc/…/stat in milliseconds, whatever the name of the program', () => {
    const stat = '812 (post) (gres: x) S 7 812 812 0 -1 4194304 900 0 0 0 104 21 300 50 20 0 7 0 22353 10 11'
    expect(parseStat(stat)).to.deep.equal({ parent: 7, own: 1250, ended: 3500 })
  })

  it('is read from /proc/…/schedstat to the nanosecond, where the kernel keeps it', () => {
    expect(parseSchedstat('1053938723 1524812 17\n')).to.equal(1053.938723)
    expect(parseSchedstat('0 0 0\n')).to.equal(null)
    expect(parseSchedstat('')).to.equal(null)
  })

  it('between two samples is that of the threads that ran on and of those that began', () => {
    const before = { threads: new Map([['1', 100]]), ended: 0 }
    const after = {
      threads: new Map([
        ['1', 150],
        ['2', 30],
      ]),
      ended: 0,
    }
    expect(spentBetween(before, after)).to.equal(80)
  })

  it('counts of a child that ended what it spent in between alone', () => {
    const before = {
      threads: new Map([
        ['1', 100],
        ['2', 400],
      ]),
      ended: 1000,
    }
    expect(spentBetween(before, { threads: new Map([['1', 110]]), ended: 1450 })).to.equal(60)
  })

  it('takes nothing off for a thread that ended and is accounted for nowhere', () => {
    const before = {
      threads: new Map([
        ['1', 100],
        ['2', 400],
      ]),
      ended: 0,
    }
    expect(spentBetween(before, { threads: new Map([['1', 110]]), ended: 0 })).to.equal(10)
  })

  it('of this very process grows, where the system tells it', function () {
    const before = sampleProcess(process.pid)
    let sum = 0
    for (let n = 0; n < 3e7; n += 1) sum += Math.sqrt(n)
    const spent = spentBetween(before, sampleProcess(process.pid))
    expect(sum).to.be.above(0)
    expect(spent > 0).to.equal(isAccounted)
  })
})
