/** RES-3, RES-4: reservations as they stand now, for the desk and for the member himself. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { MemberQueries } from '../../members/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId, ReservationId } from '../../shared/id.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type {
  ReservationFilter,
  ReservationOverview,
  ReservationQueries,
  ReservationSort,
} from '../reservation-ports.ts'
import { waits, withEstimate, withEstimates, withoutEstimate } from '../reservation-overview.ts'
import type { EstimateStores } from '../reservation-overview.ts'

export interface ListReservations {
  readonly act: Act
  readonly filter: ReservationFilter
  readonly page: PageRequest<ReservationSort>
}

export interface ListReservationsDeps {
  readonly queries: Pick<ReservationQueries, 'reservations' | 'reservation'>
  /** Reads without locking; see `UnitOfWork` of the adapters. */
  readonly look: UnitOfWork<EstimateStores>
  readonly clock: Clock
}

export const listReservations =
  (deps: ListReservationsDeps) =>
  ({
    act,
    filter,
    page,
  }: ListReservations): TaskEither<PermissionDenied | StoreFailure, Page<ReservationOverview>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'reservation:list')),
      TE.flatMap(() => pageOf(deps, filter, page)),
    )

export const listMemberReservations =
  ({ members, ...deps }: ListReservationsDeps & { readonly members: Pick<MemberQueries, 'member'> }) =>
  ({
    act,
    memberId,
    filter,
    page,
  }: ListReservations & { readonly memberId: MemberId }): TaskEither<
    NotFound | PermissionDenied | StoreFailure,
    Page<ReservationOverview>
  > =>
    pipe(
      members.member(memberId),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'reservation:read', { memberId }))),
      TE.flatMap(() => pageOf(deps, { ...filter, memberId }, page)),
    )

export const showReservation =
  (deps: ListReservationsDeps) =>
  ({
    act,
    reservationId,
  }: {
    readonly act: Act
    readonly reservationId: ReservationId
  }): TaskEither<NotFound | PermissionDenied | StoreFailure, ReservationOverview> =>
    pipe(
      deps.queries.reservation(reservationId),
      TE.tap(({ reservation }) =>
        TE.fromEither(permitted(act.actor, 'reservation:read', { memberId: reservation.memberId })),
      ),
      TE.flatMap(record =>
        waits(record)
          ? deps.look.run(stores => withEstimate(stores, record, deps.clock.now()))
          : TE.right(withoutEstimate(record)),
      ),
    )

const pageOf = (
  { queries, look, clock }: ListReservationsDeps,
  filter: ReservationFilter,
  page: PageRequest<ReservationSort>,
): TaskEither<StoreFailure, Page<ReservationOverview>> =>
  pipe(
    queries.reservations(filter, page),
    TE.flatMap(({ rows, ...rest }) =>
      pipe(
        rows.some(waits)
          ? look.run(stores => withEstimates(stores, rows, clock.now()))
          : TE.right(rows.map(withoutEstimate)),
        TE.map(overviews => ({ ...rest, rows: overviews })),
      ),
    ),
  )
