/** What the desk of a branch fetches from the shelf, and what stands on its hold shelf. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { BranchQueries } from '../../branches/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BranchId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import { pageOf } from '../../shared/page-of.ts'
import type { SortValues } from '../../shared/page-of.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import { fold } from '../../shared/text.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { fillingRules } from '../hold-rules.ts'
import type { CirculationStores } from '../ports.ts'
import type { HoldShelfSort, ReservationQueries, ShelfRecord } from '../reservation-ports.ts'
import { pullsOf } from '../pull-list.ts'
import type { Pull } from '../pull-list.ts'

export type PullSort = 'id' | 'queue_position' | 'reservation_date' | 'title' | 'location' | 'barcode'

export interface ListPulls {
  readonly act: Act
  readonly branchId: BranchId
  readonly page: PageRequest<PullSort>
}

export interface ListHoldShelf {
  readonly act: Act
  readonly branchId: BranchId
  /** Only those whose time on the shelf is over (true) or is not (false); null: all. */
  readonly toClear: boolean | null
  readonly page: PageRequest<HoldShelfSort>
}

/** What stands on a hold shelf. */
export interface ShelfOverview extends ShelfRecord {
  /** Its time is over: it is to be taken off, and the next job run ends its reservation. */
  readonly toClear: boolean
}

type ListError = NotFound | PermissionDenied | StoreFailure

interface ListShelvesDeps {
  readonly branches: Pick<BranchQueries, 'branch'>
  readonly clock: Clock
}

export interface ListPullsDeps extends ListShelvesDeps {
  readonly queries: Pick<ReservationQueries, 'wantedAt'>
  /** Reads without locking; see `UnitOfWork` of the adapters. */
  readonly look: UnitOfWork<Pick<CirculationStores, 'rules' | 'settings' | 'calendars'>>
}

/** Every free copy of a wanted title is looked at, wherever it stands: none is fetched in two branches for the same reservation. */
export const listPulls =
  ({ branches, queries, look, clock }: ListPullsDeps) =>
  ({ act, branchId, page }: ListPulls): TaskEither<ListError, Page<Pull>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'reservation:list')),
      TE.flatMap((): TaskEither<ListError, unknown> => branches.branch(branchId)),
      TE.flatMap(() => queries.wantedAt(branchId)),
      TE.bindTo('wanted'),
      TE.bindW('rules', ({ wanted }) =>
        look.run(stores =>
          fillingRules(
            stores,
            wanted.flatMap(({ free }) => free.map(copy => copy.branchId)),
            clock.now(),
          ),
        ),
      ),
      TE.map(({ wanted, rules }) =>
        pageOf(
          wanted.flatMap(title => pullsOf(title, rules)).filter(({ copy }) => copy.branchId === branchId),
          page,
          pullSorting,
        ),
      ),
    )

const pullSorting: SortValues<Pull, PullSort> = {
  id: ({ id }) => id,
  queue_position: ({ queuePosition }) => queuePosition,
  reservation_date: ({ reservation }) => reservation.reservedAt,
  title: ({ title }) => fold(title),
  location: ({ copy }) => (copy.location === null ? null : fold(copy.location)),
  barcode: ({ copy }) => copy.barcode,
}

export interface ListHoldShelfDeps extends ListShelvesDeps {
  readonly queries: Pick<ReservationQueries, 'holdShelf'>
}

export const listHoldShelf =
  ({ branches, queries, clock }: ListHoldShelfDeps) =>
  ({ act, branchId, toClear, page }: ListHoldShelf): TaskEither<ListError, Page<ShelfOverview>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'reservation:list')),
      TE.flatMap((): TaskEither<ListError, unknown> => branches.branch(branchId)),
      TE.flatMap(() => TE.fromIO(() => clock.now())),
      TE.flatMap(now =>
        pipe(
          queries.holdShelf({ branchId, toClear, now }, page),
          TE.map(({ rows, ...rest }) => ({
            ...rest,
            rows: rows.map(row => ({ ...row, toClear: isOver(row, now) })),
          })),
        ),
      ),
    )

/** It is kept to the last second that `ready_until` shows. */
const isOver = ({ reservation: { readyUntil } }: ShelfRecord, now: Instant): boolean =>
  readyUntil !== null && readyUntil + 1000 <= now
