/** The overdue fine of a loan is posted at its return and its renewal, never twice (circulation R4.2, R4.5). */
import { chargeOverdue } from '../accounts/fine.ts'
import type { Fine } from '../accounts/fine.ts'
import type { Fines } from '../accounts/ports.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import { memberOf } from '../identity/actor.ts'
import type { Act } from '../identity/actor.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { FineId, Ids, LedgerEntryId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import { zero } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'
import type { DuplicateKey, StoreFailure } from '../shared/unit-of-work.ts'
import type { UnreturnedLoan } from './loan.ts'
import { runningFine } from './standing.ts'

/** The ids that posting a fine needs, taken before the unit of work whether or not there will be a fine. */
export interface SpareIds {
  readonly fineId: FineId
  readonly entryId: LedgerEntryId
}

export const spareIds = (ids: Ids): TaskEither<StoreFailure, SpareIds> =>
  pipe(
    TE.Do,
    TE.bind('fineId', () => ids.next('fine')),
    TE.bind('entryId', () => ids.next('ledger_entry')),
  )

export interface OverdueCharge {
  readonly loan: UnreturnedLoan
  readonly calendar: OpeningCalendar | undefined
  /** Of the copy, minor units. */
  readonly price: Minor | null
  /** What the member owes of overdue fines posted before. */
  readonly unpaidOverdue: Minor
  /** When the loan came back or was renewed, as fines count it. */
  readonly until: Instant
  readonly at: Instant
  readonly description: string
  readonly spare: SpareIds
}

export interface Posted {
  /** null when nothing was due: no zero entry is ever posted (R4.2). */
  readonly fine: Fine | null
  readonly amount: Minor
}

export const nothingPosted: Posted = { fine: null, amount: zero }

export const postOverdue = (
  { fines }: { readonly fines: Pick<Fines, 'add'> },
  act: Act,
  { loan, calendar, price, unpaidOverdue, until, at, description, spare }: OverdueCharge,
): TaskEither<DuplicateKey, Posted> => {
  const amount =
    calendar === undefined ? zero : runningFine(loan, calendar, price, until, unpaidOverdue).amount
  if (amount <= 0) return TE.right(nothingPosted)
  const charge = chargeOverdue({
    memberId: loan.memberId,
    loanId: loan.id,
    renewalCount: loan.renewalCount,
    amount,
    at,
    actorId: memberOf(act.actor),
    description,
    ...spare,
  })
  return pipe(
    fines.add(charge, act),
    TE.map(() => ({ fine: charge.state, amount })),
  )
}
