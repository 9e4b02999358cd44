/** CIR-12: what a desk did while it could not reach the library, and what became of it (ADR 26). */
import type { AuditStores } from '../identity/audit.ts'
import type { BranchId, LoanId } from '../shared/id.ts'
import { plusMinutes, toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { conflict, invalidInput } from '../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, Verdict } from '../shared/refusal.ts'
import type { NextStep } from './homecoming.ts'
import type { CheckoutRefused, CopyNotAvailable, ReturnRefused } from './refusals.ts'

interface OperationFacts {
  /** The desk's own name for it: in the whole life of the library it is given to one operation. */
  readonly clientId: string
  /** When the desk did it, by the library's clock. */
  readonly at: Instant
  /** Where the desk stands. */
  readonly branchId: BranchId
  /** Of the copy, in normal form. */
  readonly barcode: string
}

export type OfflineCheckout = OperationFacts & { readonly type: 'checkout'; readonly cardNumber: string }
export type OfflineReturn = OperationFacts & { readonly type: 'return' }
export type OfflineOperation = OfflineCheckout | OfflineReturn

/** It is as if it had been done online, at its time. */
export interface Applied {
  readonly status: 'applied'
  /** The loan that it began or ended; null for a scan of what was not on loan. */
  readonly loanId: LoanId | null
  /** A scan of what was back already. */
  readonly alreadyReturned: boolean
  /** A scan that was counted as a use in the house. */
  readonly inHouseUse: boolean
  /** What the desk does with the copy now; null for a checkout, and where there is no copy at hand. */
  readonly nextStep: NextStep | null
  /** The rules that would have refused it, and were set aside: the member has the copy. */
  readonly overridden: readonly string[]
  /** Failed rules that refused nothing, and what was set aside. */
  readonly warnings: readonly Verdict[]
}

/** What may be said of an operation for good. */
export type KeptRefusal = NotFound | CheckoutRefused | CopyNotAvailable | ReturnRefused | Conflict

/** Nothing was changed. `conflict`: it does not go together with what happened otherwise; `refused`: a rule, or a name of nothing. */
export interface NotApplied<Refusal = KeptRefusal> {
  readonly status: 'conflict' | 'refused'
  readonly error: Refusal
}

/** What became of an operation, for good: whoever sends it again is told the same. */
export type KeptOutcome = Applied | NotApplied

export interface KeptOperation {
  readonly operation: Pick<OfflineOperation, 'type' | 'at' | 'branchId' | 'barcode'>
  readonly outcome: KeptOutcome
}

/** One of the list, as its desk is told of it. */
export interface OfflineAnswer {
  readonly clientId: string
  /** It was sent before, and this is what became of it then. */
  readonly repeated: boolean
  readonly outcome: Applied | NotApplied<KeptRefusal | InvalidInput>
}

/** In the order in which they happened; of equal times, in the order in which they were sent. */
export const inOrderOfTime = <Any extends { readonly at: Instant }>(all: readonly Any[]): readonly Any[] =>
  [...all].sort((a, b) => a.at - b.at)

/** A desk is not offline for longer; one whose clock began anew says so. */
const oldestDays = 60

/**
 * A desk whose clock runs ahead, or stands far behind. It is not kept: the same may be sent again when its time has come, or the clock is
 * set.
 */
export const outOfTime = ({ clientId, at }: OfflineOperation, now: Instant): OfflineAnswer | null => {
  const oldest = plusMinutes(now, -oldestDays * 24 * 60)
  if (oldest <= at && at <= now) return null
  const message =
    at > now
      ? `It must not lie after now, ${toIso(now)}`
      : `It must not lie before ${toIso(oldest)}, ${oldestDays} days ago`
  return {
    clientId,
    repeated: false,
    outcome: { status: 'refused', error: invalidInput('at', 'OUT_OF_RANGE', message) },
  }
}

/** Others were at the same things, again and again. It is not kept: sent again it may go through. */
export const notNow = ({ clientId }: OfflineOperation): OfflineAnswer => ({
  clientId,
  repeated: false,
  outcome: { status: 'conflict', error: conflict('Others were at the same copy or member; send it again') },
})

/**
 * Told again, unless the desk gave one name to two operations.
 * @param sameMember whether the loan that it began is his whose card is named; of what began none it is not known
 */
export const toldAgain = (
  operation: OfflineOperation,
  kept: KeptOperation,
  sameMember: boolean,
): OfflineAnswer => {
  const { clientId } = operation
  const isSame =
    sameMember &&
    kept.operation.type === operation.type &&
    kept.operation.at === operation.at &&
    kept.operation.branchId === operation.branchId &&
    kept.operation.barcode === operation.barcode
  return isSame
    ? { clientId, repeated: true, outcome: kept.outcome }
    : {
        clientId,
        repeated: false,
        outcome: {
          status: 'conflict',
          error: conflict('This client_id was given to another operation', { client_id: clientId }),
        },
      }
}

/**
 * As it is kept for ever: the rules by their names, without the numbers of the member (his age, his debts), and no card number, which
 * nobody could take away when he is forgotten.
 */
export const withoutMember = (outcome: KeptOutcome): KeptOutcome => {
  if (outcome.status === 'applied') return { ...outcome, warnings: outcome.warnings.map(withoutNumbers) }
  const { error } = outcome
  if (error.type === 'NotFound') {
    return error.resource === 'user' ? { ...outcome, error: { ...error, id: '***' } } : outcome
  }
  return 'verdicts' in error
    ? { ...outcome, error: { ...error, verdicts: error.verdicts.map(withoutNumbers) } }
    : outcome
}

const withoutNumbers = (verdict: Verdict): Verdict => ({ ...verdict, limit: null, actual: null })

/** Every audit row of the act says that it was done offline, when, and when the library heard of it. */
export const audited = <Stores extends AuditStores>(
  stores: Stores,
  { clientId, at }: OfflineOperation,
  now: Instant,
): Stores => ({
  ...stores,
  audit: {
    record: (act, entry) =>
      stores.audit.record(act, {
        ...entry,
        after: { ...entry.after, offline: { client_id: clientId, at: toIso(at), sent_at: toIso(now) } },
      }),
  },
})
