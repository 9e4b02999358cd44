/** All that is done beside lending and taking back: reservations, renewals, money, mishaps, blocks, questions. */
import { plusDays } from '../../../core/shared/local-time.ts'
import type { Day } from '../../../core/shared/local-time.ts'
import type { Visit } from './desk.ts'
import type { Out } from './known.ts'

const someOut = ({ known, dice }: Visit): Out | null =>
  known.out.size === 0 ? null : dice.pick([...known.out.values()])

const reserve = async (visit: Visit, today: Day): Promise<void> => {
  const { talk, town, dice, known, summary } = visit
  const [reader, at] = [dice.pick(town.readers), dice.happens(0.9) ? town.main : town.small]
  const { item } = (dice.happens(0.8) ? someOut(visit) : null) ?? { item: dice.pick(town.items) }
  const told = await talk.say('POST', `/books/${item.bookId}/reserve`, {
    user_id: reader.id,
    branch_id: at.id,
    ...(dice.happens(0.2) ? { expires_on: plusDays(today, dice.integer(5, 60)) } : {}),
  })
  if (told.status !== 201) {
    summary.refuse(told)
    return
  }
  summary.count(today, 'reserved')
  const id = Number(told.data['id'])
  known.waiting.set(id, { id, reader, at, item: null })
}

const renew = async (visit: Visit, today: Day): Promise<void> => {
  const { talk, dice, summary } = visit
  const one = someOut(visit)
  if (one === null) return
  const single = dice.happens(0.8)
  const told = single
    ? await talk.say('PUT', `/borrowings/${one.loanId}/renew`, {})
    : await talk.say('POST', `/users/${one.reader.id}/renew-all`, {})
  if (told.status !== 200) {
    summary.refuse(told)
    return
  }
  summary.count(today, 'renewed', single ? 1 : Number(told.meta['renewed']))
}

const changeReservation = async ({ talk, town, dice, known, summary }: Visit, today: Day): Promise<void> => {
  if (known.waiting.size === 0) return
  const wait = dice.pick([...known.waiting.values()])
  const path = `/reservations/${wait.id}`
  const change = dice.pick(['cancel', 'suspend', 'elsewhere', 'priority'] as const)
  if (change === 'cancel') {
    known.waiting.delete(wait.id)
    const told = await talk.say('DELETE', path)
    if (told.status === 200) summary.count(today, 'cancelled')
    else summary.refuse(told)
    return
  }
  const body = {
    suspend: { suspended_until: plusDays(today, dice.integer(3, 30)) },
    elsewhere: { branch_id: wait.at === town.main ? town.small.id : town.main.id },
    priority: { priority: dice.integer(0, 2) },
  }[change]
  summary.refuse(await talk.say('PUT', path, body))
}

const pay = async ({ talk, dice, known, summary }: Visit, today: Day): Promise<void> => {
  const fine = known.fines.shift()
  if (fine === undefined) return
  const amount = dice.happens(0.7) ? fine.amount : Math.ceil(fine.amount / 2)
  const told = await talk.say('POST', `/fines/${fine.id}/payments`, { amount, method: 'cash' })
  if (told.status >= 300) {
    summary.refuse(told)
    return
  }
  summary.count(today, 'paid', amount)
  if (amount < fine.amount) await talk.say('POST', `/fines/${fine.id}/waive`, { reason: 'Goodwill' })
}

const missCopy = async ({ talk, town, dice, known, summary }: Visit, today: Day): Promise<void> => {
  const item = dice.pick(town.items)
  const told = await talk.say('POST', `/copies/${item.id}/missing`, {})
  if (told.status !== 200) {
    summary.refuse(told)
    return
  }
  summary.count(today, 'missing')
  known.hidden.push({ item, turnsUpOn: plusDays(today, dice.integer(5, 60)), resolution: null })
}

const mishap = async (visit: Visit, today: Day): Promise<void> => {
  const { talk, dice, known, summary } = visit
  const one = someOut(visit)
  if (one === null) return
  const path = `/borrowings/${one.loanId}`
  const kind = dice.pick(['lost', 'claimed', 'damaged'] as const)
  if (kind === 'damaged') {
    summary.refuse(
      await talk.say('POST', `${path}/report-damaged`, { severity: 'minor', description: 'Coffee' }),
    )
    return
  }
  const told = await talk.say('POST', `${path}/${kind === 'lost' ? 'report-lost' : 'claim-returned'}`, {})
  if (told.status !== 200) {
    summary.refuse(told)
    return
  }
  summary.count(today, kind)
  known.out.delete(one.item.barcode)
  // Of what is lost the half never comes back.
  if (kind === 'lost' && dice.happens(0.5)) return
  known.hidden.push({
    item: one.item,
    turnsUpOn: plusDays(today, dice.integer(5, 60)),
    resolution: kind === 'lost' ? null : dice.pick(['found_by_library', 'returned_by_member']),
  })
}

const block = async ({ talk, town, dice, known }: Visit, today: Day): Promise<void> => {
  const path = `/users/${dice.pick(town.readers).id}/blocks`
  const { data } = await talk.say('POST', path, { reason: 'To be talked to' })
  known.blocks.push({ path: `${path}/${String(data['id'])}`, liftedOn: plusDays(today, dice.integer(1, 10)) })
}

/** Some copies stand in the wrong branch, and are sent to the other one. */
const send = async ({ talk, town, dice, known, summary }: Visit, today: Day): Promise<void> => {
  const item = dice.pick(town.items.filter(({ barcode }) => !known.out.has(barcode)))
  const to = dice.happens(0.5) ? town.small : town.main
  const told = await talk.say('POST', '/transfers', { barcode: item.barcode, to_branch_id: to.id })
  if (told.status !== 201) {
    summary.refuse(told)
    return
  }
  summary.count(today, 'sent')
  known.travelling.push({ item, to })
}

const look = async (visit: Visit): Promise<void> => {
  const { talk, town, dice } = visit
  const one = someOut(visit)
  if (one === null) return
  if (!one.item.byTheHour) await talk.say('GET', `/borrowings/${one.loanId}/explain`)
  await talk.say('GET', `/users/${one.reader.id}/eligibility?action=renew&borrowing_id=${one.loanId}`)
  await talk.say(
    'GET',
    `/users/${dice.pick(town.readers).id}/eligibility?action=reserve&book_id=${one.item.bookId}`,
  )
}

type Act = (visit: Visit, today: Day) => Promise<void>

/** How often each is done, of a hundred. */
const acts: readonly (readonly [number, Act])[] = [
  [36, reserve],
  [30, renew],
  [9, changeReservation],
  [12, pay],
  [1, missCopy],
  [3, mishap],
  [2, block],
  [3, look],
  [4, send],
]

/** One of them, by chance. */
export const doAnything: Act = async (visit, today) => {
  let left = visit.dice.next() * 100
  for (const [share, act] of acts) {
    left -= share
    if (left < 0) return act(visit, today)
  }
}
