/** The job `due-reminders`: whoever has something that is due soon is reminded of it, once for a due date (NOT-2, R5.3). */
import { actBy, system } from '../../identity/actor.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { LoanId } from '../../shared/id.ts'
import type { Instant, Zone } from '../../shared/local-time.ts'
import { nothing, oneByOne } from '../../shared/one-by-one.ts'
import type { Tally } from '../../shared/one-by-one.ts'
import type { NotFound } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { isToRemind, soonUntil } from '../due-soon.ts'
import { remind } from '../loan.ts'
import type { CirculationStores } from '../ports.ts'
import type { ReminderQueries } from '../reminder-ports.ts'

export interface RemindOfDueDatesDeps {
  readonly work: UnitOfWork<Pick<CirculationStores, 'loans' | 'settings'>>
  readonly queries: ReminderQueries
  readonly clock: Clock
}

/** Safe to run twice, at once or after a crash: whoever was reminded is marked, and is not found again. */
export const remindOfDueDates = (deps: RemindOfDueDatesDeps): TaskEither<StoreFailure, Tally> =>
  pipe(
    deps.work.run(({ settings }) => settings.current()),
    TE.flatMap(({ dueReminderDays }) =>
      dueReminderDays === null
        ? TE.right(nothing)
        : pipe(
            TE.fromIO(() => deps.clock.now()),
            TE.flatMap(now =>
              pipe(
                deps.queries.zonesDue(now, horizon(dueReminderDays, now)),
                TE.flatMap(zones => zoneByZone(deps, zones, dueReminderDays, now)),
              ),
            ),
          ),
    ),
  )

/** No zone is further ahead than a day. */
const horizon = (days: number, now: Instant): Instant => soonUntil(days + 2, now, 'UTC' as Zone)

/** Days end at another moment in each: so nobody is looked at whose day has not come. */
const zoneByZone = (
  deps: RemindOfDueDatesDeps,
  zones: readonly Zone[],
  days: number,
  now: Instant,
): TaskEither<StoreFailure, Tally> =>
  zones.reduce<TaskEither<StoreFailure, Tally>>(
    (before, zone) =>
      pipe(
        before,
        TE.flatMap(soFar =>
          oneByOne<LoanId>(
            (after, limit) =>
              deps.queries.dueSoon({ zone, now, until: soonUntil(days, now, zone) }, after, limit),
            loanId => remindOfOne(deps, loanId, days),
            null,
            soFar,
          ),
        ),
      ),
    TE.right(nothing),
  )

const remindOfOne = (
  { work, clock }: RemindOfDueDatesDeps,
  loanId: LoanId,
  days: number,
): TaskEither<NotFound | StaleWrite | DuplicateKey | StoreFailure, boolean> =>
  work.run(({ loans }) => {
    const now = clock.now()
    return pipe(
      loans.get(loanId),
      TE.flatMap((loan): TaskEither<StaleWrite | DuplicateKey, boolean> =>
        isToRemind(loan, days, now)
          ? pipe(
              loans.save(remind(loan, now), actBy(system)),
              TE.map(() => true),
            )
          : TE.right(false),
      ),
    )
  })
