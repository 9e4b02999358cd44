/** Copies that go out and come back. Who, what and whether is left to chance, so that every storage is asked the same. */
import type { Chance } from '../../../migrations/seeds/random.ts'
import { dayOf, fromIso, plusDays } from '../../../core/shared/local-time.ts'
import type { Day } from '../../../core/shared/local-time.ts'
import type { Known } from './known.ts'
import { taken } from './known.ts'
import type { Summary } from './summary.ts'
import type { Talk, Told } from './talk.ts'
import type { Item, Place, Reader, Town } from './town.ts'

export interface Visit {
  readonly talk: Talk
  readonly town: Town
  readonly dice: Chance
  readonly known: Known
  readonly summary: Summary
}

const amountOf = (money: unknown): number => (money as { readonly amount: number }).amount

/** Whoever is told of his debts pays them all, if he pays. */
const settle = async ({ talk, dice, summary }: Visit, today: Day, { id }: Reader): Promise<void> => {
  if (!dice.happens(0.7)) return
  const { data } = await talk.say('GET', `/fines?user_id=${id}&limit=100&sort=id`)
  for (const fine of data as unknown as readonly Readonly<Record<string, unknown>>[]) {
    const amount = amountOf(fine['balance'])
    if (amount === 0) continue
    await talk.say('POST', `/fines/${String(fine['id'])}/payments`, { amount, method: 'card' })
    summary.count(today, 'paid', amount)
  }
}

const lend = async (visit: Visit, today: Day, reader: Reader, wanted: object): Promise<boolean> => {
  const {
    talk,
    town: { main, items },
    dice,
    known,
    summary,
  } = visit
  const self = reader.token !== null && dice.happens(0.5) ? { token: reader.token } : {}
  const body = { ...wanted, branch_id: main.id, ...('token' in self ? {} : { user_id: reader.id }) }
  const told = await talk.say('POST', '/borrowings', body, self)
  if (told.status !== 201) {
    summary.count(today, 'refused')
    summary.refuse(told)
    if (told.refused.includes('debt')) await settle(visit, today, reader)
    return false
  }
  summary.count(today, 'lent')
  const item = items.find(({ barcode }) => barcode === told.data['barcode'])!
  const due = dayOf(fromIso(String(told.data['due_date']))!, main.zone)
  const backOn = dice.happens(0.75)
    ? plusDays(today, dice.integer(1, 21))
    : plusDays(due, dice.happens(0.5) ? dice.integer(0, 3) : dice.integer(4, 40))
  known.out.set(item.barcode, { loanId: Number(told.data['id']), item, reader, backOn })
  return true
}

export const lendSomething = async (visit: Visit, today: Day): Promise<void> => {
  const { town, dice, known } = visit
  const reader = dice.pick(town.readers)
  let item = dice.pick(town.items)
  // Most see that what they look for is out, and look for something else.
  for (let tries = 0; tries < 6 && known.out.has(item.barcode) && dice.happens(0.9); tries += 1) {
    item = dice.pick(town.items)
  }
  await lend(visit, today, reader, dice.happens(0.15) ? { book_id: item.bookId } : { barcode: item.barcode })
}

/** Does with a copy what the answer to its scan says. */
export const handle = ({ town, known, summary }: Visit, today: Day, item: Item, told: Told): void => {
  if (told.status !== 200) {
    summary.refuse(told)
    return
  }
  known.out.delete(item.barcode)
  const { already_returned, fine, next_step, days_overdue } = told.data
  if (already_returned === false) summary.count(today, 'returned')
  if (already_returned === false && Number(days_overdue) > 0) summary.count(today, 'late')
  if (fine !== null && fine !== undefined) {
    const { id, balance } = fine as { readonly id: number; readonly balance: unknown }
    summary.count(today, 'charged', amountOf(balance))
    known.fines.push({ id, amount: amountOf(balance) })
  }
  const step = next_step as { action: string; branch_id: number; reservation_id: number | null } | null
  if (step?.action === 'transfer') {
    known.travelling.push({ item, to: step.branch_id === town.small.id ? town.small : town.main })
  }
  const wait = step?.action === 'hold' ? known.waiting.get(step.reservation_id ?? 0) : undefined
  if (wait !== undefined) known.waiting.set(wait.id, { ...wait, item })
}

const scan = async (visit: Visit, today: Day, item: Item, at: Place, more: object = {}): Promise<void> => {
  const body = { barcode: item.barcode, branch_id: at.id, ...more }
  handle(visit, today, item, await visit.talk.say('POST', '/returns', body))
}

/**
 * What is meant to come back until today, at a desk or through the box before the doors open.
 * @param boxed when something fell into the box
 */
export const takeBack = async (visit: Visit, today: Day, boxed: () => string): Promise<void> => {
  const { town, dice, known } = visit
  for (const { item, backOn } of [...known.out.values()]) {
    if (backOn > today) continue
    const at = dice.happens(0.95) ? town.main : town.small
    const when = dice.happens(0.3) ? { returned_at: boxed() } : {}
    const worn = dice.happens(0.02) ? { condition: 'damaged' } : {}
    await scan(visit, today, item, at, { ...when, ...worn })
    // Some are scanned twice.
    if (dice.happens(0.03)) await scan(visit, today, item, at)
  }
  for (const { item, resolution } of taken(known.hidden, ({ turnsUpOn }) => turnsUpOn <= today)) {
    await scan(visit, today, item, town.main, resolution === null ? {} : { resolution })
  }
}

/** What was sent to a branch yesterday or before is scanned there. */
export const unload = async (visit: Visit, today: Day): Promise<void> => {
  for (const { item, to } of taken(visit.known.travelling, () => visit.dice.happens(0.7))) {
    await scan(visit, today, item, to)
  }
}

/** Some of those for whom something stands ready come for it. */
export const handOut = async (visit: Visit, today: Day): Promise<void> => {
  const { dice, known, summary } = visit
  for (const { id, item, reader } of [...known.waiting.values()]) {
    if (item === null || !dice.happens(0.3)) continue
    known.waiting.delete(id)
    if (await lend(visit, today, reader, { barcode: item.barcode })) summary.count(today, 'fetched')
  }
}
