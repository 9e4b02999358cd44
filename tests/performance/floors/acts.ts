/** What the scripts of plain statements are made of; they are the same for both drivers. */
import type { StatementName } from './statements.ts'

type Value = string | number | null
type Row = Readonly<Record<string, Value>>

/** A statement with its values; whoever runs the act hands back its rows (none of a write). */
export type Step = readonly [StatementName, ...Value[]]
export type Act = Generator<Step, void, readonly Row[]>

/** Who stands at the desk, and which ids are free. */
export interface Desk {
  readonly librarianId: number
  readonly nextId: () => number
}

export interface Pair {
  readonly card: string
  readonly barcode: string
}

/** Where the desk's requests come from. */
export const address = '127.0.0.1'

/** A row that must be there: the script is wrong without it. */
export const must = (row: Row | undefined): Row => {
  if (row === undefined) throw new Error('A row of the floor is missing')
  return row
}

/** Postgres' big numbers come as text. */
export const number = (value: Value | undefined): number => Number(value)

/** What a book is said to be, by its counts. */
export const status = (available: number, circulating: number): string =>
  available > 0 ? 'available' : circulating > 0 ? 'on_loan' : 'unavailable'
