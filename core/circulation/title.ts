/** A title as circulation sees it: what its copies add up to. The rest of the book is the catalogue's. */
import type { BookId } from '../shared/id.ts'
import type { CopyStatus } from './copy.ts'

/** How many copies stand where; kept in the transaction of each change of a copy. */
export interface Holdings {
  /** All but the withdrawn ones. */
  readonly total: number
  readonly available: number
  /** On loan, kept or on their way: they come back by themselves. */
  readonly circulating: number
}

export interface Title {
  readonly id: BookId
  readonly title: string
  /** In years, null for everybody. */
  readonly minAge: number | null
  readonly holdings: Holdings
}

export type AvailabilityStatus = 'available' | 'on_loan' | 'unavailable'

export const noHoldings: Holdings = { total: 0, available: 0, circulating: 0 }

/** A copy went from one status to another; null is "not there" (before it came, after it was deleted). */
export const moved = (holdings: Holdings, from: CopyStatus | null, to: CopyStatus | null): Holdings =>
  plus(plus(holdings, from, -1), to, 1)

const plus = (holdings: Holdings, status: CopyStatus | null, by: 1 | -1): Holdings => ({
  total: holdings.total + (status !== null && status !== 'withdrawn' ? by : 0),
  available: holdings.available + (status === 'available' ? by : 0),
  circulating:
    holdings.circulating + (status === 'on_loan' || status === 'kept' || status === 'in_transit' ? by : 0),
})

/** What copies add up to, by where each of them stands. */
export const holdingsOf = (copies: readonly CopyStatus[]): Holdings =>
  copies.reduce((holdings, status) => moved(holdings, null, status), noHoldings)

export const sameHoldings = (a: Holdings, b: Holdings): boolean =>
  a.total === b.total && a.available === b.available && a.circulating === b.circulating

export const availabilityOf = (holdings: Holdings): AvailabilityStatus =>
  holdings.available > 0 ? 'available' : holdings.circulating > 0 ? 'on_loan' : 'unavailable'
