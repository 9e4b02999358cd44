/** What offline circulation needs of a store. */
import type { TaskEither } from '../shared/fp.ts'
import type { CopyId, LoanId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { KeptOperation, KeptOutcome, OfflineOperation } from './offline.ts'

/** What happened to a copy later than an offline operation; `scanned` is all that is no loan: used in the house, sent, arrived, set aside. */
export type LaterAct =
  | { readonly done: 'lent' | 'returned'; readonly loanId: LoanId; readonly at: Instant }
  | { readonly done: 'scanned'; readonly at: Instant }

/** Operations by the names that desks gave them; kept for ever. */
export interface OfflineOperations {
  /**
   * Takes the name for this operation, to be settled in the same unit of work. Whoever claims the same one meanwhile waits.
   * @returns null when it is taken now; what became of its operation when it was taken before
   */
  claim(operation: OfflineOperation): TaskEither<never, KeptOperation | null>
  settle(operation: OfflineOperation, outcome: KeptOutcome): TaskEither<never, void>
  /**
   * The last act on a copy after an instant, null where there was none; no lock, the copy's is held. What was done offline counts by when
   * the desk did it, anything else by when it was scanned.
   * @param now what was sent, arrived or was set aside at this instant is of the operation itself
   * @param except the loan that the operation itself began or ended
   */
  laterActOn(
    copyId: CopyId,
    at: Instant,
    now: Instant,
    except: LoanId | null,
  ): TaskEither<never, LaterAct | null>
}

export interface OfflineStores {
  readonly offlineOperations: OfflineOperations
}
