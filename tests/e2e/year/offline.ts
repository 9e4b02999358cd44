/** One morning a month the line is down: the desk writes down what it does, and sends it when the line is back (CIR-12). */
import { atWallTime, plusDays, plusMinutes, toIso } from '../../../core/shared/local-time.ts'
import type { Day, WallTime } from '../../../core/shared/local-time.ts'
import type { Visit } from './desk.ts'
import { handle } from './desk.ts'
import type { Noted } from './known.ts'
import type { Told } from './talk.ts'

/** The first day from the middle of a month on that the branch is open. */
const isTheMorning = (today: Day, isOpen: (day: Day) => boolean): boolean => {
  let day = `${today.slice(0, 8)}15` as Day
  while (!isOpen(day)) day = plusDays(day, 1)
  return day === today
}

/** What each copy is in the eyes of the desk decides: one that it thinks out comes back, one that it thinks there is lent. */
const note = ({ town, dice, known }: Visit, today: Day): void => {
  for (let count = 0; count < operations; count += 1) {
    const out = [...known.out.values()]
    const item = dice.happens(0.5) && out.length > 0 ? dice.pick(out).item : dice.pick(town.items)
    const reader = known.out.has(item.barcode) ? null : dice.pick(town.readers)
    const at = plusMinutes(atWallTime(today, '09:01' as WallTime, town.main.zone), 3 * count)
    known.offline.noted.push({
      operation: {
        client_id: `${today} ${count}`,
        at: toIso(at),
        barcode: item.barcode,
        branch_id: town.main.id,
        ...(reader === null ? { type: 'return' } : { type: 'checkout', library_card_number: reader.card }),
      },
      item,
      reader,
    })
  }
}

/** Within the hour and a half before the line is back. */
const operations = 24

interface Outcome {
  readonly status: string
  readonly borrowing_id: number | null
}

const apply = (
  visit: Visit,
  today: Day,
  { item, reader }: Noted,
  told: Told,
  { status, borrowing_id }: Outcome,
): void => {
  if (status !== 'applied') return
  visit.summary.count(today, 'offline')
  if (reader === null) handle(visit, today, item, told)
  else
    visit.known.out.set(item.barcode, {
      loanId: borrowing_id!,
      item,
      reader,
      backOn: plusDays(today, visit.dice.integer(1, 30)),
    })
}

/** Some of what was sent the month before is sent once more, for the desk does not know whether it arrived. */
export const offlineMorning = async (
  visit: Visit,
  today: Day,
  isOpen: (day: Day) => boolean,
): Promise<void> => {
  if (!isTheMorning(today, isOpen)) return
  const { talk, dice, known } = visit
  note(visit, today)
  const noted = known.offline.noted.splice(0)
  const again = known.offline.sent.filter(() => dice.happens(0.2))
  const list = noted.map(({ operation }) => operation)
  const told = await talk.say('POST', '/offline', { operations: [...list, ...again] })
  const outcomes = told.data as unknown as readonly Outcome[]
  noted.forEach((one, index) => {
    const data = outcomes[index] as unknown as Told['data']
    apply(visit, today, one, { ...told, data }, outcomes[index]!)
  })
  known.offline.sent.splice(0, Infinity, ...list)
}
