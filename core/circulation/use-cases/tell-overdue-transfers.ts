/** The job `transfers-overdue`: whoever waits for a copy is told once that it is under way for too long (CIR-11). */
import { actBy, system } from '../../identity/actor.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { TransferId } from '../../shared/id.ts'
import { dayOf, plusDays, startOfDay } from '../../shared/local-time.ts'
import type { Instant, Zone } from '../../shared/local-time.ts'
import { oneByOne } from '../../shared/one-by-one.ts'
import type { Tally } from '../../shared/one-by-one.ts'
import type { NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { calendarIn } from '../calendar-ports.ts'
import type { CirculationStores } from '../ports.ts'
import type { TransferQueries } from '../transfer-ports.ts'
import { overdueBefore, tellOverdue } from '../transfer.ts'

type Stores = Pick<CirculationStores, 'copies' | 'transfers' | 'settings' | 'calendars'>

export interface TellOverdueTransfersDeps {
  readonly work: UnitOfWork<Stores>
  readonly queries: Pick<TransferQueries, 'overdue'>
  readonly clock: Clock
}

/** Safe to run twice: what was told is marked, and what has arrived meanwhile is skipped. */
export const tellOverdueTransfers = ({
  work,
  queries,
  clock,
}: TellOverdueTransfersDeps): TaskEither<StoreFailure, Tally> =>
  pipe(
    work.run(({ settings }) => settings.current()),
    TE.flatMap(({ transferDays }) =>
      pipe(
        TE.fromIO(() => clock.now()),
        TE.flatMap(now =>
          oneByOne<TransferId>(
            (after, limit) => queries.overdue(horizon(transferDays, now), after, limit),
            id => tellIfOverdue(work, clock, id),
          ),
        ),
      ),
    ),
  )

/** No zone is further from UTC than a day: each is looked at again in that of the branch it goes to. */
const horizon = (transferDays: number, now: Instant): Instant =>
  startOfDay(plusDays(dayOf(now, utc), 2 - transferDays), utc)

const utc = 'UTC' as Zone

const tellIfOverdue = (
  work: TellOverdueTransfersDeps['work'],
  clock: Clock,
  id: TransferId,
): TaskEither<NotFound | StoreFailure, boolean> =>
  work.run(stores => {
    const now = clock.now()
    return pipe(
      TE.Do,
      TE.bindW('copyId', () => stores.transfers.locate(id)),
      TE.tap(({ copyId }) => stores.copies.get(copyId)),
      TE.bindW('open', ({ copyId }) => stores.transfers.openOf(copyId)),
      TE.bindW('settings', () => stores.settings.current()),
      TE.flatMap(({ open, settings: { transferDays } }) =>
        open?.id !== id || open.toldAt !== null
          ? TE.right(false)
          : pipe(
              calendarIn(stores, open.toBranchId),
              TE.flatMap(({ zone }) =>
                open.sentAt >= overdueBefore(transferDays, now, zone)
                  ? TE.right(false)
                  : pipe(
                      stores.transfers.tell(tellOverdue(open, now), actBy(system)),
                      TE.map(() => true),
                    ),
              ),
            ),
      ),
    )
  })
