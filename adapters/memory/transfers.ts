/** Transfers: they begin and end with the copy they are of. */
import type {
  TransferFilter,
  TransferQueries,
  TransferRecord,
  Transfers,
  TransferSort,
} from '../../core/circulation/transfer-ports.ts'
import type { TransferChange } from '../../core/circulation/transfer.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { CopyId, ReservationId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import { fold } from '../../core/shared/text.ts'
import type { Database, Tables, TransferRow } from './database.ts'
import { publish } from './outbox.ts'
import { pageOf } from './page.ts'
import type { SortValues } from './page.ts'

const openOf = ({ transfers }: Tables, copyId: CopyId): TransferRow | null =>
  transfers.where('open', copyId)[0] ?? null

/** What begins and ends with a copy that is saved, and what is told of it. */
export const writeTransfer = (
  on: Database,
  copyId: CopyId,
  { ended, begun, redirected, at, act, events }: TransferChange,
): Either<DuplicateKey, void> => {
  const { transfers, copies } = on.tables
  const open = openOf(on.tables, copyId)
  if (begun !== null && open !== null && ended === null) return E.left(duplicateKey('book_copy_id'))
  if (ended !== null && open !== null) transfers.put({ ...open, endedAt: at, endedAs: ended })
  if (redirected !== null && open !== null) transfers.put({ ...open, ...redirected })
  if (begun !== null) {
    transfers.add({
      ...begun,
      id: on.nextId('transfer'),
      copyId,
      bookId: copies.get(copyId).bookId,
      toldAt: null,
      endedAt: null,
      endedAs: null,
    })
  }
  publish(on, events, act)
  return E.right(undefined)
}

export const transfers = (on: Database): Transfers => {
  const { tables } = on
  return {
    locate: id =>
      TE.fromIOEither(() => {
        const found = tables.transfers.find(id)
        return found === undefined ? E.left(notFound('transfer', id)) : E.right(found.copyId)
      }),
    openOf: copyId =>
      TE.fromIO(() => {
        const found = openOf(tables, copyId)
        if (found === null) return null
        const { endedAt: _at, endedAs: _as, ...open } = found
        return open
      }),
    tell: ({ state, events }, act) =>
      TE.fromIO(() => {
        tables.transfers.put({ ...tables.transfers.get(state.id), toldAt: state.toldAt })
        publish(on, events, act)
      }),
  }
}

export const transferQueries = ({ tables }: Database): TransferQueries => ({
  underWay: (filter, page) =>
    TE.fromIO(() =>
      pageOf(
        openOnes(tables)
          .filter(matching(filter))
          .map(one => recordOf(tables, one)),
        page,
        sorting,
      ),
    ),
  overdue: (sentBefore, after, limit) =>
    TE.fromIO(() =>
      openOnes(tables)
        .filter(({ id, sentAt, toldAt }) => toldAt === null && sentAt < sentBefore && id > (after ?? 0))
        .map(({ id }) => id)
        .sort((a, b) => a - b)
        .slice(0, limit),
    ),
})

const openOnes = ({ transfers }: Tables): readonly TransferRow[] =>
  [...transfers.all()].filter(({ endedAt }) => endedAt === null)

const matching =
  ({ branchId, direction, sentBefore, sentSince }: TransferFilter) =>
  ({ fromBranchId, toBranchId, sentAt }: TransferRow): boolean =>
    ((direction !== 'from' && toBranchId === branchId) ||
      (direction !== 'to' && fromBranchId === branchId)) &&
    (sentBefore === null || sentAt < sentBefore) &&
    (sentSince === null || sentAt >= sentSince)

/** A reservation that was given up meanwhile waits no more, or for another copy. */
const waitsFor = (
  { reservations }: Tables,
  reservationId: ReservationId | null,
  copyId: CopyId,
): ReservationId | null => {
  const reservation = reservationId === null ? null : reservations.get(reservationId)
  return reservation?.status === 'in_transit' && reservation.copyId === copyId ? reservation.id : null
}

const recordOf = (
  tables: Tables,
  { id, copyId, bookId, fromBranchId, toBranchId, reservationId, sentAt }: TransferRow,
): TransferRecord => ({
  id,
  copyId,
  bookId,
  title: (tables.books.find(bookId) ?? tables.deletedBooks.get(bookId)).details.title,
  barcode: tables.copies.get(copyId).barcode,
  fromBranchId,
  toBranchId,
  reservationId: waitsFor(tables, reservationId, copyId),
  sentAt,
})

const sorting: SortValues<TransferRecord, TransferSort> = {
  id: ({ id }) => id,
  sent_at: ({ sentAt }) => sentAt,
  title: ({ title }) => fold(title),
  barcode: ({ barcode }) => barcode,
}
