/** The tables `fines` and `ledger_entries`. The ledger is the truth; the columns beside it are for filters and sorting. */
import { chargedOf, datePaidOf, paidOf, paymentMethodOf, statusOf } from '../../core/accounts/fine.ts'
import type { Fine } from '../../core/accounts/fine.ts'
import type { FineType, LedgerEntry } from '../../core/accounts/ledger.ts'
import type { Fines } from '../../core/accounts/ports.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { BranchId, FineId, LoanId, MemberId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { StaleWrite } from '../../core/shared/unit-of-work.ts'
import { fromInstant, fromOptionalInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql, unique } from './failures.ts'
import { entriesOf, toEntryRow } from './ledger-entries.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

export interface FineRow {
  readonly id: FineId
  readonly version: number
  readonly user_id: MemberId
  readonly borrowing_id: LoanId | null
  readonly fine_type: FineType
  readonly description: string
  readonly date_issued: StoredInstant
  readonly charge_key: string
}

/** What follows from the entries. */
const toDerivedRow = (fine: Fine) => ({
  date_paid: fromOptionalInstant(datePaidOf(fine)),
  payment_method: paymentMethodOf(fine),
  status: statusOf(fine),
})

export const toFineRow = (fine: Fine, now: string) => ({
  id: fine.id,
  user_id: fine.memberId,
  borrowing_id: fine.loanId,
  fine_type: fine.type,
  amount: chargedOf(fine),
  description: fine.description,
  date_issued: fromInstant(fine.issuedAt),
  charge_key: fine.chargeKey,
  version: 1,
  created_at: now,
  updated_at: now,
  ...toDerivedRow(fine),
})

export const toFine = (row: FineRow, entries: readonly LedgerEntry[]): Fine => ({
  id: row.id,
  version: row.version,
  memberId: row.user_id,
  loanId: row.borrowing_id,
  type: row.fine_type,
  description: row.description,
  issuedAt: toInstant(row.date_issued),
  chargeKey: row.charge_key,
  entries,
})

/**
 * What was paid of a loan, kept beside it for the lists; its version, which goes with the loan's own course, stays. Every
 * writer holds the lock of the loan's member, so that the row is waited for by nobody who holds it.
 */
export const keepFinePaid = async ({ knex }: Pick<Transaction, 'knex'>, loanId: LoanId): Promise<void> => {
  const paid = knex('ledger_entries')
    .join('fines', 'fines.id', 'ledger_entries.fine_id')
    .where({ 'fines.borrowing_id': loanId })
    .whereIn('ledger_entries.entry_type', ['payment', 'refund'])
    .select(knex.raw('coalesce(-sum(ledger_entries.amount), 0)'))
  await knex('borrowings').where({ id: loanId }).update({ fine_paid: paid })
}

export const fines = (transaction: Transaction): Fines => {
  const { knex, now } = transaction
  return {
    locate: fineId =>
      pipe(
        sql(() =>
          knex('fines')
            .leftJoin('borrowings', 'borrowings.id', 'fines.borrowing_id')
            .where({ 'fines.id': fineId })
            .first<
              | (Pick<FineRow, 'user_id' | 'borrowing_id'> & { readonly branch_id: BranchId | null })
              | undefined
            >('fines.user_id', 'fines.borrowing_id', 'borrowings.branch_id'),
        ),
        TE.flatMap(row =>
          row === undefined
            ? TE.left(notFound('fine', fineId))
            : TE.right({
                fineId,
                memberId: row.user_id,
                loanId: row.borrowing_id,
                branchId: row.branch_id,
              }),
        ),
      ),
    get: fineId =>
      pipe(
        sql(async () => {
          const row = await locking(transaction, knex('fines').where({ id: fineId })).first<
            FineRow | undefined
          >()
          return row === undefined ? null : toFine(row, (await entriesOf(knex, [fineId])).get(fineId) ?? [])
        }),
        TE.flatMap(fine => (fine === null ? TE.left(notFound('fine', fineId)) : TE.right(fine))),
      ),
    add: ({ state: fine, events }, act) =>
      pipe(
        unique(() => knex('fines').insert(toFineRow(fine, now()))),
        TE.tap(() =>
          sql(() => knex('ledger_entries').insert(fine.entries.map(entry => toEntryRow(entry, now())))),
        ),
        TE.tap(() =>
          sql(() =>
            fine.loanId === null || paidOf(fine) === 0
              ? Promise.resolve()
              : keepFinePaid(transaction, fine.loanId),
          ),
        ),
        TE.tap(() => sql(() => appendEvents(transaction, events, act))),
        TE.map(() => undefined),
      ),
    save: ({ state: fine, posted, events }, act) =>
      pipe(
        sql(() =>
          knex('fines')
            .where({ id: fine.id, version: fine.version })
            .update({ version: fine.version + 1, updated_at: now(), ...toDerivedRow(fine) }),
        ),
        TE.flatMap((written): TaskEither<StaleWrite, void> =>
          written === 1 ? TE.right(undefined) : TE.left(staleWrite('fine', fine.id)),
        ),
        TE.tap(() =>
          sql(async () => {
            await knex('ledger_entries').insert(posted.map(entry => toEntryRow(entry, now())))
            if (fine.loanId !== null) await keepFinePaid(transaction, fine.loanId)
            await appendEvents(transaction, events, act)
          }),
        ),
        TE.map(() => ({ ...fine, version: fine.version + 1 })),
      ),
  }
}
