/** What the reminders of due dates need of a store, beside the loans themselves. */
import type { TaskEither } from '../shared/fp.ts'
import type { LoanId } from '../shared/id.ts'
import type { Instant, Zone } from '../shared/local-time.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'

/** Open loans that are due soon: no locks, committed data only. Both moments are left out. */
export interface ReminderQueries {
  /** The zones that open loans have which are due after `now` and before `until`, each once, in no order. */
  zonesDue(now: Instant, until: Instant): TaskEither<StoreFailure, readonly Zone[]>
  /**
   * Those of a zone that are due after `now` and before `until` and whose member was not reminded of this due date, by id, those after
   * `after` (null: from the first on).
   */
  dueSoon(due: DueWithin, after: LoanId | null, limit: number): TaskEither<StoreFailure, readonly LoanId[]>
}

export interface DueWithin {
  readonly zone: Zone
  readonly now: Instant
  readonly until: Instant
}
