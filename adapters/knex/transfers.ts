/** The table `transfers`: rows begin and end with the copy's own, under its lock. */
import type { Transfers } from '../../core/circulation/transfer-ports.ts'
import type { TransferEnd } from '../../core/circulation/events.ts'
import type { OpenTransfer, TransferChange } from '../../core/circulation/transfer.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { BookId, BranchId, CopyId, MemberId, ReservationId, TransferId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { fromInstant, fromOptionalInstant, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql } from './failures.ts'
import { insertion, statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

export interface TransferRow {
  readonly id: TransferId
  readonly book_copy_id: CopyId
  readonly from_branch_id: BranchId
  readonly to_branch_id: BranchId
  readonly reservation_id: ReservationId | null
  readonly sent_at: StoredInstant
  readonly created_by: MemberId | null
  readonly told_at: StoredInstant | null
}

const table = 'transfers'

const ending = statement<never, { copyId: CopyId; at: string; ended: TransferEnd; now: string }>(
  (tables, { copyId, at, ended, now }) =>
    tables(table)
      .where({ book_copy_id: copyId })
      .whereNull('ended_at')
      .update({ ended_at: at, ended_as: ended, updated_at: now }),
)
const redirecting = statement<
  never,
  { copyId: CopyId; to: BranchId; reservationId: ReservationId | null; now: string }
>((tables, { copyId, to, reservationId, now }) =>
  tables(table)
    .where({ book_copy_id: copyId })
    .whereNull('ended_at')
    .update({ to_branch_id: to, reservation_id: reservationId, updated_at: now }),
)
const open = statement<TransferRow & { readonly book_id: BookId }, { copyId: CopyId }>((tables, { copyId }) =>
  tables(table)
    .join('book_copies', 'book_copies.id', 'transfers.book_copy_id')
    .where({ 'transfers.book_copy_id': copyId })
    .whereNull('transfers.ended_at')
    .select('transfers.*', 'book_copies.book_id'),
)

/** What begins and ends with a copy that is saved, and what is told of it. */
export const writeTransfer = async (
  transaction: Transaction,
  copyId: CopyId,
  { ended, begun, redirected, at, act, events }: TransferChange,
): Promise<void> => {
  const { write, now } = transaction
  if (ended !== null) await write(ending, { copyId, at: fromInstant(at), ended, now: now() })
  if (redirected !== null) {
    const { toBranchId: to, reservationId } = redirected
    await write(redirecting, { copyId, to, reservationId, now: now() })
  }
  if (begun !== null) {
    const row = {
      book_copy_id: copyId,
      from_branch_id: begun.fromBranchId,
      to_branch_id: begun.toBranchId,
      reservation_id: begun.reservationId,
      sent_at: fromInstant(begun.sentAt),
      created_by: begun.sentBy,
      created_at: now(),
      updated_at: now(),
    }
    await write(insertion(table, row), row)
  }
  await appendEvents(transaction, events, act)
}

export const transfers = (transaction: Transaction): Transfers => {
  const { knex, first, now } = transaction
  return {
    locate: id =>
      pipe(
        sql(() => knex(table).where({ id }).first<{ book_copy_id: CopyId } | undefined>('book_copy_id')),
        TE.flatMap(row =>
          row === undefined ? TE.left(notFound('transfer', id)) : TE.right(row.book_copy_id),
        ),
      ),
    openOf: copyId =>
      sql(async (): Promise<OpenTransfer | null> => {
        const row = await first(open, { copyId })
        return row === undefined
          ? null
          : {
              id: row.id,
              copyId: row.book_copy_id,
              bookId: row.book_id,
              fromBranchId: row.from_branch_id,
              toBranchId: row.to_branch_id,
              reservationId: row.reservation_id,
              sentAt: toInstant(row.sent_at),
              sentBy: row.created_by,
              toldAt: toOptionalInstant(row.told_at),
            }
      }),
    tell: ({ state: { id, toldAt }, events }, act) =>
      sql(async () => {
        await knex(table)
          .where({ id })
          .update({ told_at: fromOptionalInstant(toldAt), updated_at: now() })
        await appendEvents(transaction, events, act)
      }),
  }
}
