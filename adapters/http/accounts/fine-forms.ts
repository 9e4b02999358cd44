/** What fines are listed by, and what a client says to pay, waive and refund them. */
import { fineStatuses } from '../../../core/accounts/fine.ts'
import type { RefundFine } from '../../../core/accounts/use-cases/refund-fine.ts'
import type { FineSearch } from '../../../core/accounts/fine-search.ts'
import { fineTypes, paymentMethods } from '../../../core/accounts/ledger.ts'
import type { FineSort, LedgerSort } from '../../../core/accounts/ports.ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Minor } from '../../../core/shared/money.ts'
import { minor } from '../../../core/shared/money.ts'
import type { Day } from '../../../core/shared/local-time.ts'
import { described, exampled, narrowed, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { integer, queryKey } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import type { Fields, Some } from '../codecs/record.ts'
import { line, oneOf } from '../codecs/text.ts'
import type { Sorts } from '../cursor.ts'
import { given } from '../given.ts'
import { listQuery, period, periodFits } from '../list.ts'
import { FineView, LedgerLineView } from './fine-view.ts'

const sorts: Sorts<FineSort> = {
  id: 'id',
  user_id: 'id',
  fine_type: 'text',
  amount: 'id',
  date_issued: 'instant',
  date_paid: 'instant',
  status: 'text',
}

const ownFilters = {
  status: described('That stand so.', oneOf(fineStatuses)),
  fine_type: described('Of this kind.', oneOf(fineTypes)),
  ...period,
}
const allFilters = { user_id: described('Of this member.', queryKey<'member'>()), ...ownFilters }

const fineList = <Filters extends Fields & typeof period>(filters: Filters) =>
  fitting(
    listQuery({
      sorts,
      standard: { field: 'date_issued', direction: 'desc' },
      shape: FineView,
      filters,
    }),
    listing =>
      pipe(
        periodFits(listing.filters as { readonly from?: Day; readonly to?: Day }),
        E.map(() => listing),
      ),
  )

export const allFines = fineList(allFilters)
export const ownFines = fineList(ownFilters)

export const searchOf = (asked: Some<typeof allFilters>): FineSearch =>
  given<FineSearch>({
    status: asked.status,
    memberId: asked.user_id,
    type: asked.fine_type,
    from: asked.from,
    to: asked.to,
  })

const ledgerSorts: Sorts<LedgerSort> = { id: 'id', at: 'instant', type: 'text', amount: 'number' }

export const ledgerList = listQuery({
  sorts: ledgerSorts,
  standard: { field: 'at', direction: 'desc' },
  shape: LedgerLineView,
  filters: {},
})

/** Money that moves: one minor unit at the least. */
const amount: Codec<Minor> = narrowed(integer(1, 1_000_000_000), 'amount', value => E.right(minor(value)))

export const PaymentBody = exampled(
  { amount: 250, method: 'cash' },
  record('Payment', { amount, method: oneOf(paymentMethods) }, {}),
)

const all = { amount: nullable(amount) }
const reason = line(500)

interface Undoing {
  readonly amount: Minor | null
  readonly reason: string
}

/** Without an amount: all that is owed. */
export const WaiverBody: Codec<Undoing> = fitting(
  exampled({ amount: 100, reason: 'The book drop was blocked' }, record('Waiver', { reason }, all)),
  said => E.right({ ...said, amount: said.amount ?? null }),
)

/** Without an amount: all that was paid. */
export const RefundBody: Codec<Pick<RefundFine, 'amount' | 'reason'>> = fitting(
  exampled(
    { reason: 'Paid for a book that stood on the shelf' },
    record('Refund', {}, { ...all, reason: nullable(reason) }),
  ),
  said => E.right({ amount: said.amount ?? null, reason: said.reason ?? null }),
)
