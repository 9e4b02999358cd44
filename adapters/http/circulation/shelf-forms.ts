/** The pull list and the hold shelf of a branch as the API shows them. */
import * as t from 'io-ts'
import type { HoldShelfSort } from '../../../core/circulation/reservation-ports.ts'
import type { Pull } from '../../../core/circulation/pull-list.ts'
import type { PullSort, ShelfOverview } from '../../../core/circulation/use-cases/list-shelves.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { described } from '../codecs/codec.ts'
import { queryFlag } from '../codecs/numbers.ts'
import type { Sorts } from '../cursor.ts'
import { listQuery } from '../list.ts'
import { integer, orNull, time, view, word } from '../shapes.ts'

const whoWaits = {
  // The reservation's.
  id: integer,
  user_id: integer,
  // Where it will be fetched.
  branch_id: integer,
  reservation_date: time,
  book_id: integer,
  title: t.string,
  book_copy_id: integer,
  barcode: t.string,
}

const someoneWaits = {
  id: 15,
  user_id: 42,
  branch_id: 2,
  reservation_date: '2026-11-21T19:09:00.000Z',
  book_id: 12,
  title: 'The Dispossessed',
  book_copy_id: 31,
  barcode: '31234000012345',
}

export const PullView = view(
  'Pull',
  {
    ...whoWaits,
    // From 1 among all who wait for the title.
    queue_position: integer,
    location: orNull(t.string),
    // What is meant to become of it: onto the hold shelf here, or off to where it will be fetched.
    action: word(['hold', 'transfer']),
  },
  { ...someoneWaits, queue_position: 1, location: 'Shelf 4', action: 'hold' },
)

export const pullView = ({ reservation, queuePosition, title, copy }: Pull): t.TypeOf<typeof PullView> => ({
  id: reservation.id,
  user_id: reservation.memberId,
  branch_id: reservation.branchId,
  reservation_date: toIso(reservation.reservedAt),
  book_id: reservation.bookId,
  title,
  book_copy_id: copy.id,
  barcode: copy.barcode,
  queue_position: queuePosition,
  location: copy.location,
  action: copy.branchId === reservation.branchId ? 'hold' : 'transfer',
})

export const ShelvedView = view(
  'Shelved',
  {
    ...whoWaits,
    library_card_number: t.string,
    ready_until: orNull(time),
    // Its time is over: it is to be taken off the shelf.
    to_clear: t.boolean,
  },
  {
    ...someoneWaits,
    library_card_number: 'L-000042',
    ready_until: '2026-11-28T22:59:59.000Z',
    to_clear: false,
  },
)

export const shelvedView = ({
  reservation,
  title,
  barcode,
  cardNumber,
  toClear,
}: ShelfOverview): t.TypeOf<typeof ShelvedView> => ({
  id: reservation.id,
  user_id: reservation.memberId,
  branch_id: reservation.branchId,
  reservation_date: toIso(reservation.reservedAt),
  book_id: reservation.bookId,
  title,
  book_copy_id: reservation.copyId,
  barcode,
  library_card_number: cardNumber,
  ready_until: reservation.readyUntil === null ? null : toIso(reservation.readyUntil),
  to_clear: toClear,
})

const pullSorts: Sorts<PullSort> = {
  id: 'id',
  queue_position: 'number',
  reservation_date: 'instant',
  title: 'text',
  location: 'text',
  barcode: 'text',
}

export const pullList = listQuery({
  sorts: pullSorts,
  standard: { field: 'queue_position', direction: 'asc' },
  shape: PullView,
  filters: {},
})

const shelfSorts: Sorts<HoldShelfSort> = {
  id: 'id',
  ready_until: 'instant',
  reservation_date: 'instant',
  title: 'text',
  barcode: 'text',
}

export const shelfList = listQuery({
  sorts: shelfSorts,
  standard: { field: 'ready_until', direction: 'asc' },
  shape: ShelvedView,
  filters: { to_clear: described('Whose time is over, or is not.', queryFlag) },
})
