/** A process that runs the plain statements straight through better-sqlite3. */
import Database from 'better-sqlite3'
import { timed } from '../measured.ts'
import type { Timed } from '../measured.ts'
import type { Act, Desk } from './acts.ts'
import { bringBack } from './bring-back.ts'
import { checkOut } from './check-out.ts'
import { onOrders } from './orders.ts'
import type { FloorLibrary } from './orders.ts'
import { showBook } from './show-book.ts'
import { statements } from './statements.ts'
import type { StatementName } from './statements.ts'

type Row = Readonly<Record<string, string | number | null>>

onOrders(({ storage, synchronous, slots, bookIds, librarianId, firstId }: FloorLibrary) => {
  const db = new Database(storage)
  for (const pragma of [
    'busy_timeout = 0',
    'journal_mode = WAL',
    `synchronous = ${synchronous}`,
    'foreign_keys = ON',
    'cache_size = -65536',
  ])
    db.pragma(pragma)
  const prepared = new Map(
    Object.entries(statements).map(([name, text]) => {
      const statement = db.prepare<(string | number | null)[], Row>(text)
      return [name as StatementName, { statement, reads: statement.reader }] as const
    }),
  )
  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')

  const play = (act: Act): void => {
    let rows: readonly Row[] = []
    for (let step = act.next(rows); step.done !== true; step = act.next(rows)) {
      const [name, ...values] = step.value
      const known = prepared.get(name)
      if (known === undefined) throw new Error(`There is no statement ${name}`)
      if (known.reads) rows = known.statement.all(...values)
      else known.statement.run(...values)
    }
  }
  const written = (act: Act): void => {
    begin.run()
    play(act)
    commit.run()
  }

  let last = firstId
  const desk: Desk = { librarianId, nextId: () => (last += 1) }
  let turn = 0

  const pair = (): void => {
    const slot = slots[turn % slots.length]
    if (slot === undefined) throw new Error('There is nothing to lend')
    written(checkOut(slot, desk))
    written(bringBack(slot, desk))
  }
  const detail = (): void => {
    play(showBook(bookIds[(turn * 7919) % bookIds.length] ?? 0))
  }

  return (act, seconds): Promise<Timed> => {
    const once = act === 'pair' ? pair : detail
    const latencies: number[] = []
    const began = performance.now()
    let now = began
    while (now - began < seconds * 1000) {
      turn += 1
      once()
      const after = performance.now()
      latencies.push(after - now)
      now = after
    }
    return Promise.resolve(timed((now - began) / 1000, latencies))
  }
})
