/** The days of the year, one after another: the clock is set, the jobs run, the doors open. */
import { expect } from 'chai'
import { atWallTime, instant, plusDays, toIso, weekdayOf } from '../../../core/shared/local-time.ts'
import type { Day, WallTime } from '../../../core/shared/local-time.ts'
import { doAnything } from './acts.ts'
import { emergenciesOf, isShut } from './emergencies.ts'
import { handOut, lendSomething, takeBack, unload } from './desk.ts'
import type { Visit } from './desk.ts'
import { taken } from './known.ts'
import type { Length } from './length.ts'
import { offlineMorning } from './offline.ts'
import { isOpen, putRules, rulesOfTheYear } from './town.ts'

const nightly = [
  'expire-pickups',
  'expire-reservations',
  'resume-suspended',
  'auto-renew',
  'due-reminders',
  'transfers-overdue',
  'send-outbox',
]
/** When things fall into the box: at midnight and in its last millisecond, in the hour that the clocks skip or show twice. */
const evening = ['19:30', '23:59', '24:00'] as WallTime[]
const oddHours = ['00:00', '02:30', '02:59', '06:15'] as WallTime[]

/** Rules that change in the middle of the year, for what is lent from then on. */
const reformOn = '2027-07-01'
const reform = { loan_period: { length: 4, unit: 'weeks' }, pickup_days: 5, closed_days: 'count_open_days' }

const setClock = async ({ talk, town }: Visit, today: Day, time: string): Promise<void> => {
  const now = toIso(atWallTime(today, time as WallTime, town.main.zone))
  const told = await talk.say('PUT', '/admin/clock', { now })
  expect(told.status, talk.lines().at(-1)).to.equal(200)
}

const runJobs = async ({ talk }: Visit, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const told = await talk.say('POST', `/admin/jobs/${name}/run`, {})
    expect(told.data, talk.lines().at(-1)).to.include({ failed: 0 })
  }
}

/** At the desk, at one time of the day. */
const atTheDesk = async (visit: Visit, today: Day, checkouts: number): Promise<void> => {
  await handOut(visit, today)
  for (let count = 0; count < checkouts; count += 1) {
    await lendSomething(visit, today)
    if (visit.dice.happens(0.5)) await doAnything(visit, today)
  }
}

const openDay = async (
  visit: Visit,
  today: Day,
  checkouts: number,
  doorsOpen: (day: Day) => boolean,
): Promise<void> => {
  const { town, dice, talk, known } = visit
  await setClock(visit, today, '09:00')
  const boxed = (): string => {
    const night = atWallTime(plusDays(today, -1), dice.pick(evening), town.main.zone)
    const morning = atWallTime(today, dice.pick(oddHours), town.main.zone)
    return toIso(dice.happens(0.5) ? instant(night - dice.integer(0, 1)) : morning)
  }
  await takeBack(visit, today, boxed)
  await unload(visit, today)
  for (const { path } of taken(known.blocks, ({ liftedOn }) => liftedOn <= today)) {
    await talk.say('DELETE', path)
  }
  const thirds = weekdayOf(today) === 'saturday' ? ['10:30'] : ['10:30', '12:45', '18:40']
  for (const time of thirds) {
    await setClock(visit, today, time)
    if (time === '10:30') await offlineMorning(visit, today, doorsOpen)
    await atTheDesk(visit, today, Math.round(checkouts / 3))
  }
}

/** The whole of it, from its first day to its last. */
export const playDays = async (
  visit: Visit,
  { from, days, checkouts, emergencies }: Length,
): Promise<void> => {
  for (let count = 0; count < days; count += 1) {
    const today = plusDays(from, count)
    if (count > 0) await setClock(visit, today, '00:20')
    await runJobs(visit, weekdayOf(today) === 'monday' ? [...nightly, 'recount'] : nightly)
    if (today === reformOn) expect(await putRules(visit.talk, rulesOfTheYear(reform))).to.equal(200)
    await emergenciesOf(visit, today, emergencies)
    const doorsOpen = (day: Day): boolean => isOpen(day) && !isShut(day, emergencies)
    if (doorsOpen(today)) await openDay(visit, today, checkouts, doorsOpen)
    else {
      await setClock(visit, today, '12:00')
      await runJobs(visit, ['auto-renew'])
    }
  }
  // What is overdue costs more from one hour to the next, and nothing is due at about this minute: a slow store is told of the same.
  await setClock(visit, plusDays(from, days - 1), '21:05')
}
