/** How a floor in a process of its own is told what to run, and answers what it did. */
import type { Timed } from '../measured.ts'

/** What a floor works on: a copy of the library the product is measured on. */
export interface FloorLibrary {
  /** A file, or the address of a Postgres database. */
  readonly storage: string
  readonly synchronous: 'NORMAL' | 'FULL'
  readonly slots: readonly { readonly card: string; readonly barcode: string }[]
  readonly bookIds: readonly number[]
  readonly librarianId: number
  /** Above every id that was given. */
  readonly firstId: number
  /** Clients at a time, where the database has more than one. */
  readonly connections: number
}

/** `pair`: a checkout and its return; `detail`: what a book's page shows. */
export type FloorAct = 'pair' | 'detail'

export interface Order {
  readonly act: FloorAct
  readonly seconds: number
}

/** The first message is the library, each later one an order, answered when it is done. */
export type Reply = { readonly ready: true } | { readonly timed: Timed } | { readonly failed: string }

type Runner = (act: FloorAct, seconds: number) => Promise<Timed>

const say = (reply: Reply): void => {
  process.send?.(reply)
}

const failed = (error: unknown): void => {
  say({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

/** Runs in the floor's process. @param open is called once, with the library */
export const onOrders = (open: (library: FloorLibrary) => Runner | Promise<Runner>): void => {
  let runner: Runner | null = null
  const answer = async (message: FloorLibrary | Order): Promise<void> => {
    if ('storage' in message) {
      runner = await open(message)
      say({ ready: true })
    } else if (runner !== null) say({ timed: await runner(message.act, message.seconds) })
  }
  process.on('message', (message: FloorLibrary | Order) => {
    answer(message).catch(failed)
  })
  // Whoever started it is gone.
  process.on('disconnect', () => process.exit(0))
}
