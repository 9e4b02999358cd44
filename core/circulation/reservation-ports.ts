/** What reservations need of a store: their rows and what they wait for, and `ReservationQueries` for display. */
import type { Act } from '../identity/actor.ts'
import type { Changed } from '../shared/changed.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BookId, BranchId, CopyId, MemberId, ReservationId } from '../shared/id.ts'
import type { Day, Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure } from '../shared/unit-of-work.ts'
import type { ReservationEvent } from './events.ts'
import type { Supply } from './expected-availability.ts'
import type { Privileges, Unserved, Waiting, WantedTitle } from './hold-queue.ts'
import type {
  KeptReservation,
  LivingReservation,
  ReadyReservation,
  Reservation,
  ReservationStatus,
} from './reservation.ts'

/** The keys of a reservation, read without a lock, so that the locks can be taken in the fixed order. */
export interface ReservationKeys {
  readonly memberId: MemberId
  readonly bookId: BookId
  /** Where it will be fetched. */
  readonly branchId: BranchId
  /** The copy set aside for it, as it was when it was located. */
  readonly copyId: CopyId | null
}

/** Every change of a reservation is made under the lock of its book, which orders the queue. */
export interface Reservations {
  /** Keys only, no lock. */
  locate(id: ReservationId): TaskEither<NotFound, ReservationKeys>
  /** Locks the reservation for change. */
  get(id: ReservationId): TaskEither<NotFound, Reservation>
  /** Those that wait for a title and are not suspended, in no order; no lock, the book's is held. */
  queueOf(bookId: BookId): TaskEither<never, readonly Waiting[]>
  /** Those that wait for a title, the suspended ones too, by id; no lock, the book's is held. */
  unservedOf(bookId: BookId): TaskEither<never, readonly Unserved[]>
  /** The one which a copy is set aside for, null when there is none; no lock, the copy's is held. */
  keptOn(copyId: CopyId): TaskEither<never, KeptReservation | null>
  /** What a member has reserved and not got yet, by id; no lock: what is his changes under his own or the book's. */
  livingOf(memberId: MemberId): TaskEither<never, readonly LivingReservation[]>
  /**
   * Writes the reservation (a new one has version 0) and its events together.
   * @returns the reservation with its new version; `DuplicateKey` when the member has reserved the title already, or the copy
   * is set aside for another
   */
  save<Saved extends Reservation>(
    reservation: Changed<Saved, ReservationEvent>,
    act: Act,
  ): TaskEither<StaleWrite | DuplicateKey, Saved>
}

/** What is known of when copies come back, of many titles at once. */
export interface Supplies {
  /**
   * No lock. Copies that are damaged, or do not come back by themselves, are left out.
   * @param lentSince of loans lent from then on the late ones are told
   */
  of(bookIds: readonly BookId[], lentSince: Instant): TaskEither<never, ReadonlyMap<BookId, Supply>>
}

/** The branches, as far as reservations need them. */
export interface PickupBranches {
  /** Does it serve as a place to fetch reservations? null: there is no such branch. */
  serves(id: BranchId): TaskEither<never, boolean | null>
}

/** A reservation with what is needed to show it. */
export interface ReservationRecord {
  readonly reservation: Reservation
  /** From 1 among those that wait for the title, null for one that does not. */
  readonly queuePosition: number | null
  /** Of its member. */
  readonly privileges: Privileges
}

/** A reservation as it is shown. */
export interface ReservationOverview extends Omit<ReservationRecord, 'privileges'> {
  /** An estimate (R6.8), null for one that does not wait, and where no copy is expected. */
  readonly expectedAvailability: Day | null
}

export type ReservationSort = 'id' | 'reservation_date' | 'status' | 'ready_until'

export interface ReservationFilter {
  readonly status?: ReservationStatus
  readonly memberId?: MemberId
  readonly bookId?: BookId
  /** Where it will be fetched. */
  readonly branchId?: BranchId
}

/** What stands on a hold shelf, and for whom. */
export interface ShelfRecord {
  /** The reservation's. */
  readonly id: ReservationId
  readonly reservation: ReadyReservation
  readonly title: string
  readonly barcode: string
  readonly cardNumber: string
}

export type HoldShelfSort = 'id' | 'ready_until' | 'reservation_date' | 'title' | 'barcode'

export interface HoldShelfFilter {
  /** Where the shelf stands. */
  readonly branchId: BranchId
  /** Only those whose time is over at `now` (true), or is not (false); null: all. */
  readonly toClear: boolean | null
  readonly now: Instant
}

/** Reservations for display and for the jobs: no locks, committed data only. */
export interface ReservationQueries {
  reservations(
    filter: ReservationFilter,
    page: PageRequest<ReservationSort>,
  ): TaskEither<StoreFailure, Page<ReservationRecord>>
  reservation(id: ReservationId): TaskEither<NotFound | StoreFailure, ReservationRecord>
  /** Titles that somebody waits for and of which a copy stands free at the branch. */
  wantedAt(branchId: BranchId): TaskEither<StoreFailure, readonly WantedTitle[]>
  holdShelf(
    filter: HoldShelfFilter,
    page: PageRequest<HoldShelfSort>,
  ): TaskEither<StoreFailure, Page<ShelfRecord>>
  /** On a hold shelf with their time over at `now`, by id, those after `after` (null: from the first on). */
  overdueOnShelf(
    now: Instant,
    after: ReservationId | null,
    limit: number,
  ): TaskEither<StoreFailure, readonly ReservationId[]>
  /** Suspended until `day` or a day before it, likewise. */
  suspendedUntil(
    day: Day,
    after: ReservationId | null,
    limit: number,
  ): TaskEither<StoreFailure, readonly ReservationId[]>
  /** In the queue with their last day before `day`, likewise. */
  overdueInQueue(
    day: Day,
    after: ReservationId | null,
    limit: number,
  ): TaskEither<StoreFailure, readonly ReservationId[]>
}
