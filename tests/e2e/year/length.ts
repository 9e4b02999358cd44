/** How long the year is: in full by `npm run torture`, some weeks of spring in `npm test`. */
import type { Day } from '../../../core/shared/local-time.ts'

export interface Length {
  readonly from: Day
  readonly days: number
  readonly members: number
  readonly titles: number
  /** Tried on a day the branch is open. */
  readonly checkouts: number
}

const year: Length = { from: '2027-01-02' as Day, days: 365, members: 2000, titles: 1200, checkouts: 85 }
/** With the change of the clocks and Easter in it. */
const spring: Length = { from: '2027-03-15' as Day, days: 18, members: 60, titles: 40, checkouts: 20 }

export const length = process.env['TORTURE'] === 'full' ? year : spring
