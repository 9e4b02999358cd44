/** A copy: one item on the shelf. States that allow different moves are different types. */
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId } from '../shared/id.ts'
import type { Day } from '../shared/local-time.ts'
import type { Minor } from '../shared/money.ts'
import { conflict } from '../shared/refusal.ts'
import type { Conflict } from '../shared/refusal.ts'

export const conditions = ['new', 'good', 'fair', 'poor', 'damaged'] as const
export type Condition = (typeof conditions)[number]

export interface CopyDetails {
  /** Where it lives. */
  readonly branchId: BranchId
  /** Among the copies of its book, from 1. */
  readonly copyNumber: number
  /** Normalised; unique among copies that are not deleted. */
  readonly barcode: string
  readonly condition: Condition
  /** Shelf mark or room, as the staff write it. */
  readonly location: string | null
  readonly acquisitionDate: Day | null
  readonly lastMaintenance: Day | null
  /** Minor units, null when unknown. */
  readonly price: Minor | null
  /** Name of a loan category, as `book`. */
  readonly loanCategory: string
}

interface CopyFacts extends CopyDetails {
  readonly id: CopyId
  readonly bookId: BookId
  readonly version: number
}

export type Available = CopyFacts & { readonly status: 'available' }
/** On the hold shelf for one member. */
export type Kept = CopyFacts & { readonly status: 'kept'; readonly keptFor: MemberId }
export type OnLoan = CopyFacts & { readonly status: 'on_loan'; readonly loanId: LoanId }
export type InTransit = CopyFacts & { readonly status: 'in_transit'; readonly destination: BranchId }
export type Missing = CopyFacts & { readonly status: 'missing' }
export type Lost = CopyFacts & { readonly status: 'lost'; readonly loanId: LoanId | null }
export type ClaimedReturned = CopyFacts & { readonly status: 'claimed_returned'; readonly loanId: LoanId }
export type InMaintenance = CopyFacts & { readonly status: 'maintenance' }
export type Withdrawn = CopyFacts & { readonly status: 'withdrawn' }

export type Copy =
  Available | Kept | OnLoan | InTransit | Missing | Lost | ClaimedReturned | InMaintenance | Withdrawn

export const copyStatuses = [
  'available',
  'kept',
  'on_loan',
  'in_transit',
  'missing',
  'lost',
  'claimed_returned',
  'maintenance',
  'withdrawn',
] as const
export type CopyStatus = Copy['status']

/** Where staff may put a copy that is at hand; every other status comes about by lending, returning and moving. */
export const shelfStatuses = ['available', 'maintenance', 'missing', 'withdrawn'] as const
export type ShelfStatus = (typeof shelfStatuses)[number]

/** What the desk can hand over to this member: a free copy, one kept for him, or a missing one that turned up (R2.5). */
export type Lendable = Available | Kept | Missing

/** A kept copy goes only to the member it is kept for. */
export const lendableTo = (copy: Copy, member: MemberId): copy is Lendable =>
  copy.status === 'available' ||
  copy.status === 'missing' ||
  (copy.status === 'kept' && copy.keptFor === member)

export const lend = (copy: Lendable, loanId: LoanId): OnLoan => ({
  status: 'on_loan',
  loanId,
  ...factsOf(copy),
})

/** In the hands of the desk, which has to put it somewhere. */
export type AtHand = Available | Kept | OnLoan | InTransit | Missing | Lost | ClaimedReturned | InMaintenance

/** Out on a loan, wherever it may be by now. */
export type OutOnLoan = OnLoan | ClaimedReturned | (Lost & { readonly loanId: LoanId })

/** Is it the copy that this loan has out? */
export const isOutOn = (copy: Copy, loanId: LoanId): copy is OutOnLoan =>
  (copy.status === 'on_loan' || copy.status === 'claimed_returned' || copy.status === 'lost') &&
  copy.loanId === loanId

export const lose = (copy: OutOnLoan): Lost => ({ status: 'lost', loanId: copy.loanId, ...factsOf(copy) })

/** Its member says that he brought it back, and nobody has seen it (R3.6). */
export const claim = (copy: OutOnLoan): ClaimedReturned => ({
  status: 'claimed_returned',
  loanId: copy.loanId,
  ...factsOf(copy),
})

/** Somewhere in the library, and nobody knows where. */
export const miss = (copy: Exclude<AtHand, OnLoan>): Missing => ({ status: 'missing', ...factsOf(copy) })

/** Not where it should be: on its shelf, on the hold shelf or under way (R2.5). */
export const notFoundInPlace = (copy: Copy): Either<Conflict, Missing> => {
  switch (copy.status) {
    case 'available':
    case 'kept':
    case 'in_transit':
    case 'missing':
    case 'maintenance':
      return E.right(miss(copy))
    case 'on_loan':
    case 'lost':
    case 'claimed_returned':
    case 'withdrawn':
      return E.left(notAtHand(copy))
  }
}

/** Free where it lives, else on its way home. */
export const takeHome = (copy: AtHand, at: BranchId): Available | InTransit =>
  at === copy.branchId ? { status: 'available', ...factsOf(copy) } : sendTo(copy, copy.branchId)

export const sendTo = (copy: AtHand, destination: BranchId): InTransit => ({
  status: 'in_transit',
  destination,
  ...factsOf(copy),
})

/** Puts it on the hold shelf for one member. */
export const keep = (copy: AtHand, keptFor: MemberId): Kept => ({ status: 'kept', keptFor, ...factsOf(copy) })

/** The very same copy when the desk says nothing new of its condition. */
export const inspected = <Any extends Copy>(copy: Any, condition: Condition | null): Any =>
  condition === null || condition === copy.condition ? copy : { ...copy, condition }

/** Puts a copy that is at hand somewhere else: to the workshop, off the list, back on the shelf. */
export const shelve = (copy: Copy, status: ShelfStatus): Either<Conflict, Copy> => {
  switch (copy.status) {
    case 'available':
    case 'missing':
    case 'maintenance':
      return E.right({ status, ...factsOf(copy) })
    case 'withdrawn':
    case 'lost':
      return status === 'available' || status === copy.status
        ? E.right({ status, ...factsOf(copy) })
        : E.left(notAtHand(copy))
    case 'kept':
    case 'on_loan':
    case 'in_transit':
    case 'claimed_returned':
      return E.left(notAtHand(copy))
  }
}

const notAtHand = (copy: Copy): Conflict =>
  conflict(`A copy that is ${copy.status} cannot be put elsewhere`, {
    book_copy_id: copy.id,
    status: copy.status,
  })

/** What every state has, without what belongs to the state left. */
const factsOf = (copy: Copy): CopyFacts => ({
  id: copy.id,
  bookId: copy.bookId,
  version: copy.version,
  branchId: copy.branchId,
  copyNumber: copy.copyNumber,
  barcode: copy.barcode,
  condition: copy.condition,
  location: copy.location,
  acquisitionDate: copy.acquisitionDate,
  lastMaintenance: copy.lastMaintenance,
  price: copy.price,
  loanCategory: copy.loanCategory,
})
