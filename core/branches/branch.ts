/** A branch of the library: where copies live, desks lend and a calendar counts. */
import type { MemberId } from '../shared/id.ts'
import type { Day, Weekday, Zone } from '../shared/local-time.ts'
import type { Hours, OpeningCalendar } from './opening-calendar.ts'

export interface BranchDetails {
  readonly name: string
  readonly address: string | null
  readonly city: string | null
  readonly state: string | null
  readonly zipCode: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly managerId: MemberId | null
  readonly servicesOffered: readonly string[]
  /** IANA name. */
  readonly timeZone: Zone
  readonly hoursOfOperation: Readonly<Record<Weekday, readonly Hours[]>>
  /** Reservations may be fetched here. */
  readonly pickup: boolean
}

/** A closed day, a stretch of them or an exceptional opening, as the branch's staff wrote it down. */
export interface BranchClosure {
  readonly from: Day
  readonly to: Day
  readonly yearly: boolean
  readonly open: readonly Hours[]
  readonly reason: string
}

export const calendarOf = (branch: BranchDetails, closures: readonly BranchClosure[]): OpeningCalendar => ({
  zone: branch.timeZone,
  weekly: branch.hoursOfOperation,
  closures,
})

/** A week without a single open hour: of a branch that lends but keeps no hours. */
export const noHours: BranchDetails['hoursOfOperation'] = {
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
}

/** Where no branch is in play: no hours, and UTC. */
export const noCalendar: OpeningCalendar = { zone: 'UTC' as Zone, weekly: noHours, closures: [] }
