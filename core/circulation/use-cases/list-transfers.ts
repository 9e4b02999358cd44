/** CIR-11: what is on its way to a branch and from it. */
import type { BranchQueries } from '../../branches/ports.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { SettingsQueries } from '../../settings/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BranchId } from '../../shared/id.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import { overviewOf } from '../transfer-overview.ts'
import type { TransferOverview } from '../transfer-overview.ts'
import type { TransferQueries, TransferSort } from '../transfer-ports.ts'
import { overdueBefore } from '../transfer.ts'
import type { Direction } from '../transfer.ts'

export interface ListTransfers {
  readonly act: Act
  readonly branchId: BranchId
  /** null: both. */
  readonly direction: Direction | null
  /** Only those that take too long (true) or do not (false); null: all. */
  readonly overdue: boolean | null
  readonly page: PageRequest<TransferSort>
}

export interface ListTransfersDeps {
  readonly queries: Pick<TransferQueries, 'underWay'>
  readonly branches: Pick<BranchQueries, 'branch'>
  readonly settings: SettingsQueries
  readonly clock: Clock
}

/** The days are those of the branch whose list it is. */
export const listTransfers =
  ({ queries, branches, settings, clock }: ListTransfersDeps) =>
  ({
    act,
    branchId,
    direction,
    overdue,
    page,
  }: ListTransfers): TaskEither<NotFound | PermissionDenied | StoreFailure, Page<TransferOverview>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'transfer:list')),
      TE.bindTo('allowed'),
      TE.bindW('branch', () => branches.branch(branchId)),
      TE.bindW('settings', () => settings.settings()),
      TE.bindW('now', () => TE.fromIO(() => clock.now())),
      TE.flatMap(({ branch: { details }, settings: { transferDays }, now }) => {
        const limit = overdueBefore(transferDays, now, details.timeZone)
        return pipe(
          queries.underWay(
            {
              branchId,
              direction,
              sentBefore: overdue === true ? limit : null,
              sentSince: overdue === false ? limit : null,
            },
            page,
          ),
          TE.map(({ rows, ...rest }) => ({
            ...rest,
            rows: rows.map(row => overviewOf(row, details.timeZone, transferDays, now)),
          })),
        )
      }),
    )
