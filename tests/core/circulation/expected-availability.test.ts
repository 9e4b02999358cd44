import { expect } from 'chai'
import { expectedAvailability, medianLateness } from '../../../core/circulation/expected-availability.ts'
import type { ComingCopy, Expectation } from '../../../core/circulation/expected-availability.ts'
import type { Period } from '../../../core/shared/local-time.ts'
import { at, branchId, day, zone } from '../builders.ts'

const now = at('2026-03-10T12:00:00+01:00')
const berlin = zone('Europe/Berlin')

const coming = (some: Partial<ComingCopy> = {}): ComingCopy => ({
  branchId: branchId(1),
  loanCategory: 'book',
  loan: null,
  setAside: false,
  ...some,
})
/** Out, and due to the end of the day in Berlin. */
const due = (on: string, loanCategory = 'book'): ComingCopy => {
  const dueAt = at(`${on}T23:59:59+01:00`)
  return coming({ loan: { dueAt, overdueFrom: at(`${on}T23:59:59+01:00`), zone: berlin }, loanCategory })
}
/** Due on 1 March, back as many days later. */
const late = (days: number) => ({
  dueAt: at('2026-03-01T23:59:59+01:00'),
  returnedAt: at(`2026-03-${String(1 + days).padStart(2, '0')}T10:00:00+01:00`),
  zone: berlin,
})

const threeWeeks: Period = { length: 3, unit: 'weeks' }

const expectation = (
  copies: readonly ComingCopy[],
  queuePosition: number,
  changes: Partial<Expectation> = {},
  lateDays: readonly number[] = [],
): Expectation => ({
  supply: { coming: copies, lateReturns: lateDays.map(late) },
  rules: () => ({ lendable: true, loanPeriod: threeWeeks }),
  queuePosition,
  today: day('2026-03-10'),
  now,
  ...changes,
})

const period = (length: number, unit: Period['unit']) => ({
  rules: () => ({ lendable: true, loanPeriod: { length, unit } }),
})
const noMedia = {
  rules: ({ loanCategory }: ComingCopy) => ({ lendable: loanCategory !== 'media', loanPeriod: threeWeeks }),
}

const two = [due('2026-03-20'), due('2026-03-14')]

const table: readonly (readonly [what: string, Expectation, string | null])[] = [
  ['no copy comes', expectation([], 1), null],
  ['a copy stands free', expectation([coming()], 1), '2026-03-10'],
  ['the first gets the first return', expectation(two, 1), '2026-03-14'],
  ['the second gets the second return', expectation(two, 2), '2026-03-20'],
  ['the third waits a loan period more than the first', expectation(two, 3), '2026-04-04'],
  ['a century from now is no estimate', expectation(two, 201, period(366, 'days')), null],
  ['nor in months', expectation(two, 2001, period(100, 'months')), null],
  ['nor in weeks', expectation(two, 2001, period(100, 'weeks')), null],
  ['nor in hours', expectation(two, 2001, period(24_000, 'hours')), null],
  ['nor in minutes', expectation(two, 2001, period(1_440_000, 'minutes')), null],
  ['the fourth a loan period more than the second', expectation(two, 4), '2026-04-10'],
  ['the fifth two', expectation(two, 5), '2026-04-25'],
  ['one copy goes round', expectation([due('2026-03-14')], 4), '2026-05-16'],
  ['by months', expectation([due('2026-03-28')], 2, period(1, 'months')), '2026-04-28'],
  ['by days', expectation([due('2026-03-14')], 3, period(10, 'days')), '2026-04-03'],
  ['by hours, of which several go into a day', expectation([coming()], 4, period(12, 'hours')), '2026-03-11'],
  ['by minutes', expectation([coming()], 4, period(90, 'minutes')), '2026-03-10'],
  ['due today', expectation([due('2026-03-10')], 1), '2026-03-10'],
  ['overdue, lateness unknown: seven days', expectation([due('2026-03-01')], 1), '2026-03-17'],
  ['overdue: the median of the title', expectation([due('2026-03-01')], 1, {}, [2, 20, 4]), '2026-03-14'],
  [
    'overdue comes after what is due before it',
    expectation([due('2026-03-01'), due('2026-03-14')], 1),
    '2026-03-14',
  ],
  ['what is kept for another is borrowed first', expectation([coming({ setAside: true })], 1), '2026-03-31'],
  [
    'what he may not borrow does not count',
    expectation([due('2026-03-12', 'media'), due('2026-03-14')], 1, noMedia),
    '2026-03-14',
  ],
  ['nor alone', expectation([due('2026-03-12', 'media')], 1, noMedia), null],
]

describe('R6.8 the expected availability', () => {
  for (const [what, facts, expected] of table) {
    it(what, () => expect(expectedAvailability(facts)).to.equal(expected))
  }

  for (const [days, median] of [
    [[], 7],
    [[3], 3],
    [[1, 4], 3],
    [[9, 1, 2], 2],
    [[1, 2, 3, 10], 3],
  ] as const) {
    it(`the median lateness of ${days.join(', ') || 'nothing'} is ${String(median)}`, () => {
      expect(medianLateness(days.map(late))).to.equal(median)
    })
  }
})
