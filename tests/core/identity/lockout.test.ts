import { expect } from 'chai'
import {
  afterWrong,
  counterOf,
  counterOfGuess,
  countersOfMember,
  failedOnce,
  isLonger,
  lockAfter,
  lockOf,
  oneLess,
  oneMore,
  secondsUntil,
  slowedUntil,
  takenBack,
} from '../../../core/identity/lockout.ts'
import type { AccountFailures, AddressFailures } from '../../../core/identity/lockout.ts'
import { networkOf } from '../../../core/identity/network.ts'
import { instant } from '../../../core/shared/local-time.ts'
import type { Instant } from '../../../core/shared/local-time.ts'
import { at, memberId } from '../builders.ts'

const noon = at('2026-03-10T12:00:00Z')
const after = (seconds: number, since: Instant = noon): Instant => instant(since + seconds * 1000)

/** Wrong guesses one after another, each as soon as the lock of the one before is over. */
const guessed = (times: number): AccountFailures => {
  let known: AccountFailures | null = null
  for (let guess = 0; guess < times; guess += 1) known = failedOnce(known, known?.lockedUntil ?? after(guess))
  return known!
}

describe('the lock of an account (AUT-7)', () => {
  const locks: readonly (readonly [number, number | null])[] = [
    [1, null],
    [4, null],
    [5, 30],
    [6, 60],
    [7, 120],
    [8, 240],
    [9, 480],
    [10, 900],
    [11, 900],
    [5000, 900],
  ]
  for (const [failures, seconds] of locks) {
    it(`${failures} failures in a row: ${seconds === null ? 'none' : `${seconds} s`}`, () => {
      expect(lockAfter(failures)).to.equal(seconds === null ? null : seconds * 1000)
      if (failures > 100) return
      const known = guessed(failures)
      expect(known.lockedUntil).to.equal(seconds === null ? null : after(seconds, known.lastAt))
    })
  }

  it('does not grow while it lasts, and ends at its moment', () => {
    const known = guessed(5)
    const until = known.lockedUntil!
    expect(failedOnce(known, instant(until - 1))).to.equal(known)
    expect(lockOf(known, instant(until - 1))).to.equal(until)
    expect(lockOf(known, until)).to.be.null
    expect(failedOnce(known, until)).to.deep.equal({
      failures: 6,
      lastAt: until,
      lockedUntil: after(60, until),
    })
    expect(lockOf(null, noon)).to.be.null
  })

  it('begins anew where nothing was wrong for a day', () => {
    const known = guessed(9)
    const day = 24 * 60 * 60
    expect(failedOnce(known, after(day - 1, known.lastAt)).failures).to.equal(10)
    expect(failedOnce(known, after(day, known.lastAt)).failures).to.equal(1)
  })

  it('is told as long as each is longer than the one before', () => {
    expect([4, 5, 6, 10, 11, 12].map(isLonger)).to.deep.equal([false, true, true, true, false, false])
  })

  it('tells seconds rounded up', () => {
    expect([1, 1000, 1001].map(wait => secondsUntil(instant(noon + wait), noon))).to.deep.equal([1, 1, 2])
  })

  it('counts names that are nobody’s too, in few counters that tell no name', () => {
    expect(counterOf(memberId(7), 'ada')).to.equal('user 7')
    const names = Array.from({ length: 5000 }, (_, index) => `somebody-${index}`)
    const counters = new Set(names.map(name => counterOf(null, name)))
    expect(counters.size).to.be.within(900, 1024)
    for (const counter of counters) expect(counter).to.match(/^nobody \d{1,4}$/)
    expect(counterOf(null, 'mallory')).to.equal(counterOf(null, 'mallory'))
  })
})

describe('what is counted by itself', () => {
  it('is the login, and each secret that is asked for in a session', () => {
    expect([
      counterOfGuess({ memberId: memberId(7), login: 'ada' }),
      counterOfGuess({ memberId: memberId(7), inSession: 'password' }),
      counterOfGuess({ memberId: memberId(7), inSession: 'code' }),
    ]).to.deep.equal(countersOfMember(memberId(7)))
    expect(new Set(countersOfMember(memberId(7))).size).to.equal(3)
    expect(counterOfGuess({ memberId: null, login: 'mallory' })).to.equal(counterOf(null, 'mallory'))
  })
})

describe('a guess that was counted before it was looked at', () => {
  const fourth = guessed(4)
  const fifth = guessed(5)
  const soon = after(1, fifth.lastAt)
  const late = after(31, fifth.lastAt)

  it('and is wrong: it stays counted; the one that locked the account says so', () => {
    expect(afterWrong({ at: noon, counted: fourth }, fourth, soon)).to.deep.equal({
      after: fourth,
      lock: null,
    })
    expect(afterWrong({ at: noon, counted: fourth }, fifth, soon)).to.deep.equal({ after: fifth, lock: null })
    expect(afterWrong({ at: noon, counted: fifth }, fifth, soon)).to.deep.equal({
      after: fifth,
      lock: fifth.lockedUntil,
    })
    expect(afterWrong({ at: noon, counted: fifth }, null, soon)).to.deep.equal({ after: null, lock: null })
  })

  it('and is wrong, and came while the account was locked: it counts if the lock is gone by now', () => {
    const none = { at: noon, counted: null }
    expect(afterWrong(none, fifth, soon)).to.deep.equal({ after: fifth, lock: null })
    expect(afterWrong(none, fifth, late).after?.failures).to.equal(6)
    expect(afterWrong(none, fifth, late).lock).to.equal(after(60, late))
    expect(afterWrong(none, null, soon)).to.deep.equal({
      after: { failures: 1, lastAt: soon, lockedUntil: null },
      lock: null,
    })
  })

  it('and tells nothing: it is taken back, with the lock that it alone was', () => {
    expect(takenBack({ at: noon, counted: fifth }, fifth)).to.deep.equal({
      ...fifth,
      failures: 4,
      lockedUntil: null,
    })
    const sixth = failedOnce(fifth, late)
    expect(takenBack({ at: noon, counted: fifth }, sixth)).to.deep.equal({ ...sixth, failures: 5 })
    expect(takenBack({ at: noon, counted: fifth }, null)).to.be.null
    expect(takenBack({ at: noon, counted: guessed(1) }, guessed(1))).to.be.null
    expect(takenBack({ at: noon, counted: null }, fifth)).to.equal(fifth)
  })
})

describe('the wait of an address (AUT-7)', () => {
  const spread = (times: number, seconds: number): AddressFailures =>
    Array.from({ length: times }, (_, index) => after(index * seconds))

  it('begins after 100 failures in 15 minutes, and ends when the oldest is 15 minutes old', () => {
    const last = after(99)
    expect(slowedUntil([], noon)).to.be.null
    expect(slowedUntil(spread(99, 1), last)).to.be.null
    expect(slowedUntil(spread(100, 1), last)).to.equal(after(900))
    expect(slowedUntil(spread(100, 1), after(899))).to.equal(after(900))
    expect(slowedUntil(spread(100, 1), after(900))).to.be.null
  })

  it('never lets more than 100 through in any 15 minutes', () => {
    let known: AddressFailures = []
    const through: Instant[] = []
    for (let second = 0; second < 3600; second += 1) {
      const now = after(second)
      if (slowedUntil(known, now) !== null) continue
      known = oneMore(known, now)
      through.push(now)
    }
    expect(through).to.have.length(400)
    for (const first of through)
      expect(through.filter(each => each >= first && each < first + 900_000)).to.have.length.at.most(100)
    expect(known).to.have.length.at.most(100)
  })

  it('is as if one had not been that was none', () => {
    const [first, second] = [after(1), after(2)]
    expect(oneLess([first, second, second], second)).to.deep.equal([first, second])
    expect(oneLess([first], second)).to.deep.equal([first])
  })

  const networks: readonly (readonly [string, string])[] = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ]
  for (const [address, network] of networks) {
    it(`takes ${address} for ${network}`, () => {
      expect(networkOf(address)).to.equal(network)
    })
  }
})
