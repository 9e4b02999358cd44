/** A process that runs the plain statements straight through pg, named, on as many clients as the load has connections. */
import pg from 'pg'
import { timed } from '../measured.ts'
import type { Act, Desk } from './acts.ts'
import { bringBack } from './bring-back.ts'
import { checkOut } from './check-out.ts'
import { onOrders } from './orders.ts'
import type { FloorLibrary } from './orders.ts'
import { showBook } from './show-book.ts'
import { locked, statements } from './statements.ts'
import type { StatementName } from './statements.ts'

type Row = Readonly<Record<string, string | number | null>>

/** `?` becomes `$1`, `$2` …; rows that are to be locked are. */
const textOf = (name: StatementName): string => {
  let place = 0
  const text = statements[name].replace(/\?/g, () => `$${String((place += 1))}`)
  return locked.has(name) ? `${text} for no key update` : text
}
const texts = new Map(
  Object.keys(statements).map(name => [name as StatementName, textOf(name as StatementName)]),
)

/** Instants and big numbers stay the text they come as: no floor pays for values that it does not look at. */
const types = { getTypeParser: () => String }

const play = async (client: pg.Client, act: Act): Promise<void> => {
  let rows: readonly Row[] = []
  for (let step = act.next(rows); step.done !== true; step = act.next(rows)) {
    const [name, ...values] = step.value
    rows = (await client.query<Row>({ name, text: texts.get(name) ?? '', values })).rows
  }
}
const written = async (client: pg.Client, act: Act): Promise<void> => {
  await client.query('begin')
  await play(client, act)
  await client.query('commit')
}

onOrders(async ({ storage, slots, bookIds, librarianId, firstId, connections }: FloorLibrary) => {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: storage, types })
      await client.connect()
      return { client, turn: 0 }
    }),
  )
  let last = firstId
  const desk: Desk = { librarianId, nextId: () => (last += 1) }

  return async (act, seconds) => {
    const latencies: number[] = []
    const began = performance.now()
    await Promise.all(
      clients.map(async (own, index) => {
        // Slots of its own: every so-manieth.
        const mine = slots.filter((_, place) => place % connections === index)
        let now = performance.now()
        while (now - began < seconds * 1000) {
          own.turn += 1
          const slot = mine[own.turn % mine.length]
          if (slot === undefined) throw new Error('There is nothing to lend')
          if (act === 'pair') {
            await written(own.client, checkOut(slot, desk))
            await written(own.client, bringBack(slot, desk))
          } else {
            const place = (own.turn * connections + index) * 7919
            await play(own.client, showBook(bookIds[place % bookIds.length] ?? 0))
          }
          const after = performance.now()
          latencies.push(after - now)
          now = after
        }
      }),
    )
    return timed((performance.now() - began) / 1000, latencies)
  }
})
