/** Transfers as the API takes and shows them. */
import * as t from 'io-ts'
import type { TransferOverview } from '../../../core/circulation/transfer-overview.ts'
import { directions } from '../../../core/circulation/transfer.ts'
import type { TransferSort } from '../../../core/circulation/transfer-ports.ts'
import type { SendCopy } from '../../../core/circulation/use-cases/send-copy.ts'
import { E } from '../../../core/shared/fp.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { described, exampled } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { key, queryFlag } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import { oneOf } from '../codecs/text.ts'
import type { Sorts } from '../cursor.ts'
import { listQuery } from '../list.ts'
import { integer, orNull, time, view } from '../shapes.ts'

export const SendCopyBody: Codec<Omit<SendCopy, 'act'>> = fitting(
  exampled(
    { barcode: '31234000012345', to_branch_id: 2 },
    record('NewTransfer', { barcode: code, to_branch_id: key<'branch'>() }, {}),
  ),
  said => E.right({ barcode: said.barcode, to: said.to_branch_id }),
)

export const TransferView = view(
  'Transfer',
  {
    id: integer,
    book_copy_id: integer,
    book_id: integer,
    title: t.string,
    barcode: t.string,
    from_branch_id: integer,
    to_branch_id: integer,
    // Who waits for it there.
    reservation_id: orNull(integer),
    sent_at: time,
    // Days of the calendar; the day it was sent is none.
    days_under_way: integer,
    // For more days than the setting transfer_days.
    overdue: t.boolean,
  },
  {
    id: 5,
    book_copy_id: 31,
    book_id: 12,
    title: 'The Dispossessed',
    barcode: '31234000012345',
    from_branch_id: 1,
    to_branch_id: 2,
    reservation_id: 15,
    sent_at: '2026-11-21T19:09:00.000Z',
    days_under_way: 1,
    overdue: false,
  },
)

export const transferView = (transfer: TransferOverview): t.TypeOf<typeof TransferView> => ({
  id: transfer.id,
  book_copy_id: transfer.copyId,
  book_id: transfer.bookId,
  title: transfer.title,
  barcode: transfer.barcode,
  from_branch_id: transfer.fromBranchId,
  to_branch_id: transfer.toBranchId,
  reservation_id: transfer.reservationId,
  sent_at: toIso(transfer.sentAt),
  days_under_way: transfer.daysUnderWay,
  overdue: transfer.overdue,
})

const sorts: Sorts<TransferSort> = { id: 'id', sent_at: 'instant', title: 'text', barcode: 'text' }

export const transferList = listQuery({
  sorts,
  standard: { field: 'sent_at', direction: 'asc' },
  shape: TransferView,
  filters: {
    direction: described('To the branch, or from it; both where it is left out.', oneOf(directions)),
    overdue: described('Those under way for more days than transfer_days, or the others.', queryFlag),
  },
})
