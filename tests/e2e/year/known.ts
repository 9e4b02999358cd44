/** What the people of the year know without asking: who has what, who waits for what, what is on its way. */
import type { Day } from '../../../core/shared/local-time.ts'
import type { Item, Place, Reader } from './town.ts'

/** A copy that is out. */
export interface Out {
  readonly loanId: number
  readonly item: Item
  readonly reader: Reader
  /** The day on which he means to bring it back. */
  readonly backOn: Day
}

export interface Wait {
  readonly id: number
  readonly reader: Reader
  /** Where it will be fetched. */
  readonly at: Place
  /** What stands ready for him. */
  readonly item: Item | null
}

export interface Hidden {
  readonly item: Item
  readonly turnsUpOn: Day
  /** What is said of it then. */
  readonly resolution: string | null
}

/** An operation of the desk, and what it will mean once it is applied. */
export interface Noted {
  readonly operation: { readonly client_id: string; readonly [field: string]: unknown }
  readonly item: Item
  /** null where it came back. */
  readonly reader: Reader | null
}

export interface Known {
  /** By barcode. */
  readonly out: Map<string, Out>
  readonly waiting: Map<number, Wait>
  readonly hidden: Hidden[]
  readonly travelling: { readonly item: Item; readonly to: Place }[]
  readonly fines: { readonly id: number; readonly amount: number }[]
  /** What the desk noted in a morning without a line, to be sent; and all that was ever sent. */
  readonly offline: { readonly noted: Noted[]; readonly sent: object[] }
  /** By the day on which it was declared, its path. */
  readonly emergencies: Map<Day, string>
  readonly blocks: { readonly path: string; readonly liftedOn: Day }[]
}

export const nothingKnown = (): Known => ({
  out: new Map(),
  waiting: new Map(),
  hidden: [],
  travelling: [],
  fines: [],
  offline: { noted: [], sent: [] },
  emergencies: new Map(),
  blocks: [],
})

/** Takes out of the list what is due, and gives it. */
export const taken = <Thing>(list: Thing[], isDue: (thing: Thing) => boolean): readonly Thing[] => {
  const all = list.splice(0)
  list.push(...all.filter(thing => !isDue(thing)))
  return all.filter(isDue)
}
