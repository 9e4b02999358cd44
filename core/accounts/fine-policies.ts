/**
 * What being late costs (circulation R4.1 to R4.4): how late, in which units, at which rate, and the caps, each a named policy that is
 * asked in the order of the list.
 */
import { daysCounted, minutesCounted } from '../branches/opening-calendar.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import { dayOf } from '../shared/local-time.ts'
import type { Day, Instant } from '../shared/local-time.ts'
import { add, least, minor, times, zero } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'

/** The rule value `fine` (api.md, "The rule table"). Amounts in minor units. */
export interface FineRule {
  readonly amount: Minor
  readonly per: 'hour' | 'day' | 'week'
  /** `start_of_unit`: a unit begun is a unit charged; `end_of_unit`: only a full one is. */
  readonly chargeAt: 'start_of_unit' | 'end_of_unit'
  /** In days, or hours for `per` hour. */
  readonly grace: number
  /** `forgive`: nothing up to the grace, beyond it all; `deduct`: the grace is taken off. */
  readonly graceMode: 'forgive' | 'deduct'
  /** Beyond so many units each further one costs this much instead. */
  readonly steps: readonly { readonly afterUnits: number; readonly amount: Minor }[]
  readonly countClosedDays: boolean
  /** Of one loan; null is unlimited, 0 is none. */
  readonly cap: Minor | null
  readonly capToPrice: boolean
  /** Of a member's unpaid overdue fines together; null is unlimited, 0 is none. */
  readonly memberCap: Minor | null
}

export interface OverdueFacts {
  readonly rule: FineRule
  readonly calendar: OpeningCalendar
  /** The last instant that was in time, as `due_date` shows it. */
  readonly dueAt: Instant
  /** The first instant that is late. */
  readonly overdueFrom: Instant
  /** When it came back, or now while it has not. */
  readonly until: Instant
  /** Of the copy, null when unknown. */
  readonly price: Minor | null
  /** What a copy of unknown price counts as; null is no cap to price. */
  readonly defaultPrice: Minor | null
  /** What the loan has cost before, at its renewals: the caps are of the whole loan. */
  readonly alreadyPosted: Minor
  /** What the member owes of overdue fines posted before, this loan's among them. */
  readonly unpaidOverdue: Minor
}

/** The arithmetic of one fine, step by step, so that it can be explained. */
export interface FineCalculation {
  /** Days, or minutes for `per` hour, closed time already left out. */
  readonly late: number
  /** Units charged, the grace already considered. */
  readonly units: number
  readonly beforeCaps: Minor
  /** The caps that lowered it, in order. */
  readonly capped: readonly string[]
  readonly amount: Minor
}

export interface FinePolicy {
  readonly name: string
  readonly apply: (amount: Minor, facts: OverdueFacts) => Minor
}

export const capPerLoan: FinePolicy = {
  name: 'cap',
  apply: (amount, { rule, alreadyPosted }) =>
    rule.cap === null ? amount : least(amount, roomBelow(rule.cap, alreadyPosted)),
}

const capToPrice: FinePolicy = {
  name: 'cap-to-price',
  apply: (amount, { rule, price, defaultPrice, alreadyPosted }) => {
    const worth = price ?? defaultPrice
    return rule.capToPrice && worth !== null ? least(amount, roomBelow(worth, alreadyPosted)) : amount
  },
}

/** By the rule of the loan being posted, whatever rules the others went by. */
const capPerMember: FinePolicy = {
  name: 'member-cap',
  apply: (amount, { rule, unpaidOverdue }) =>
    rule.memberCap === null ? amount : least(amount, roomBelow(rule.memberCap, unpaidOverdue)),
}

const roomBelow = (limit: Minor, posted: Minor): Minor => minor(Math.max(0, limit - posted))

/** The caps in the order they are asked; a further one is added here. */
export const finePolicies: readonly FinePolicy[] = [capPerLoan, capToPrice, capPerMember]

const inTime: FineCalculation = { late: 0, units: 0, beforeCaps: zero, capped: [], amount: zero }

/** The overdue fine of one loan. Pure: the same for a loan still out (until now) and one that came back. */
export const overdueFine =
  (policies: readonly FinePolicy[]) =>
  (facts: OverdueFacts): FineCalculation => {
    if (facts.until < facts.overdueFrom) return inTime
    const late = lateness(facts)
    const units = unitsCharged(facts.rule, late)
    const beforeCaps = charge(facts.rule, units)
    return policies.reduce<FineCalculation>(
      (calculation, policy) => {
        const amount = policy.apply(calculation.amount, facts)
        return amount < calculation.amount
          ? { ...calculation, amount, capped: [...calculation.capped, policy.name] }
          : calculation
      },
      { late, units, beforeCaps, capped: [], amount: beforeCaps },
    )
  }

/** R4.2: whole local days after the due day for days and weeks, whole minutes for hours. */
const lateness = (facts: OverdueFacts): number =>
  facts.rule.per === 'hour'
    ? minutesCounted(facts.calendar, facts.overdueFrom, facts.until, facts.rule.countClosedDays)
    : lateDays(facts).length

/** The days that count for a rule per day or week, closed ones left out where these do not count. */
export const lateDays = ({ rule, calendar, dueAt, until }: OverdueFacts): readonly Day[] =>
  daysCounted(calendar, dayOf(dueAt, calendar.zone), dayOf(until, calendar.zone), rule.countClosedDays)

/** R4.3: how much of what is late the grace takes off, in days or minutes. */
export const gracedOf = (rule: FineRule, late: number): number => {
  const grace = rule.per === 'hour' ? rule.grace * 60 : rule.grace
  return late <= grace ? late : rule.graceMode === 'deduct' ? grace : 0
}

/** R4.2 and R4.3: the grace is compared after closed time was left out, then the rest is divided by the unit. */
const unitsCharged = (rule: FineRule, late: number): number => {
  const units = (late - gracedOf(rule, late)) / { hour: 60, day: 1, week: 7 }[rule.per]
  return rule.chargeAt === 'start_of_unit' ? Math.ceil(units) : Math.floor(units)
}

const charge = (rule: FineRule, units: number): Minor =>
  chargeLines(rule, units).reduce<Minor>((total, line) => add(total, line.total), zero)

/** So many units at one rate, in minor units. */
export interface ChargeLine {
  readonly units: number
  readonly amount: Minor
  readonly total: Minor
}

/** R4.4: each unit at the rate of the highest step it lies beyond. */
export const chargeLines = (rule: FineRule, units: number): readonly ChargeLine[] => {
  const steps = [{ afterUnits: 0, amount: rule.amount }, ...rule.steps].sort(
    (a, b) => a.afterUnits - b.afterUnits,
  )
  return steps.flatMap(({ afterUnits, amount }, index) => {
    const end = steps[index + 1]?.afterUnits ?? Infinity
    const within = Math.max(0, Math.min(units, end) - afterUnits)
    return within === 0 ? [] : [{ units: within, amount, total: times(amount, within) }]
  })
}
