/** How long the year is: in full by `npm run torture`, some weeks of spring in `npm test`. */
import type { Day } from '../../../core/shared/local-time.ts'

/** Days on which the main branch is closed, since nobody could come. */
export interface Emergency {
  /** In the morning, before the doors would open. */
  readonly declaredOn: Day
  readonly from: Day
  readonly to: Day
  /** null: it is not taken back. Else in the morning of this day. */
  readonly undoneOn: Day | null
}

export interface Length {
  readonly from: Day
  readonly days: number
  readonly members: number
  readonly titles: number
  /** Tried on a day the branch is open. */
  readonly checkouts: number
  readonly emergencies: readonly Emergency[]
}

const storm: Emergency = {
  declaredOn: '2027-11-15' as Day,
  from: '2027-11-16' as Day,
  to: '2027-11-18' as Day,
  undoneOn: null,
}
/** It is called off before it begins. */
const strike: Emergency = {
  declaredOn: '2027-03-17' as Day,
  from: '2027-03-22' as Day,
  to: '2027-03-24' as Day,
  undoneOn: '2027-03-20' as Day,
}
/** In the weeks of `npm test`: on their last day, and on the days on which the first loans are due. */
const burstPipe: Emergency = {
  declaredOn: '2027-03-30' as Day,
  from: '2027-04-01' as Day,
  to: '2027-04-10' as Day,
  undoneOn: null,
}

const year: Length = {
  from: '2027-01-02' as Day,
  days: 365,
  members: 2000,
  titles: 1200,
  checkouts: 100,
  emergencies: [strike, storm],
}
/** With the change of the clocks and Easter in it. */
const spring: Length = {
  from: '2027-03-15' as Day,
  days: 18,
  members: 60,
  titles: 40,
  checkouts: 20,
  emergencies: [strike, burstPipe],
}

export const length = process.env['TORTURE'] === 'full' ? year : spring
