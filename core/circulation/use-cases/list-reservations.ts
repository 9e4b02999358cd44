/** RES-3, RES-4: reservations as they stand now, for the desk and for the member himself. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { MemberQueries } from '../../members/ports.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId, ReservationId } from '../../shared/id.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { ReservationFilter, ReservationQueries, ReservationRecord, ReservationSort } from '../ports.ts'

export interface ListReservations {
  readonly act: Act
  readonly filter: ReservationFilter
  readonly page: PageRequest<ReservationSort>
}

export interface ListReservationsDeps {
  readonly queries: Pick<ReservationQueries, 'reservations' | 'reservation'>
}

export const listReservations =
  ({ queries }: ListReservationsDeps) =>
  ({
    act,
    filter,
    page,
  }: ListReservations): TaskEither<PermissionDenied | StoreFailure, Page<ReservationRecord>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'reservation:list')),
      TE.flatMap(() => queries.reservations(filter, page)),
    )

export const listMemberReservations =
  ({ queries, members }: ListReservationsDeps & { readonly members: Pick<MemberQueries, 'member'> }) =>
  ({
    act,
    memberId,
    filter,
    page,
  }: ListReservations & { readonly memberId: MemberId }): TaskEither<
    NotFound | PermissionDenied | StoreFailure,
    Page<ReservationRecord>
  > =>
    pipe(
      members.member(memberId),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'reservation:read', { memberId }))),
      TE.flatMap(() => queries.reservations({ ...filter, memberId }, page)),
    )

export const showReservation =
  ({ queries }: ListReservationsDeps) =>
  ({
    act,
    reservationId,
  }: {
    readonly act: Act
    readonly reservationId: ReservationId
  }): TaskEither<NotFound | PermissionDenied | StoreFailure, ReservationRecord> =>
    pipe(
      queries.reservation(reservationId),
      TE.tap(({ reservation }) =>
        TE.fromEither(permitted(act.actor, 'reservation:read', { memberId: reservation.memberId })),
      ),
    )
