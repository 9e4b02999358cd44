/** RES-1 to RES-4: reservations. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { record } from '../codecs/record.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { listed } from '../list.ts'
import { changing, route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { created, ofVersion, ok } from '../success.ts'
import {
  allReservations,
  filterOf,
  ownReservations,
  ReservationChangesBody,
  ReservationView,
  reservationView,
  ReserveBody,
} from './reservation-forms.ts'

import { Warnings } from './verdict-view.ts'

const detailQuery = record('ReservationQuery', {}, { fields: fieldsOf(ReservationView) }, 'UNKNOWN_PARAMETER')

export const reservationRoutes = ({ circulation }: Pick<HttpDeps, 'circulation'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/books/{id}/reserve',
    names: 'book',
    permission: 'reservation:create',
    summary: 'Reserve a title, to be fetched at a branch',
    body: { codec: ReserveBody, required: true },
    data: ReservationView,
    meta: Warnings,
    errors: ['StaleWrite', 'DuplicateKey', 'ReservationRefused'],
    act: ({ act, id: bookId, body }) => circulation.reserve({ act, bookId: id(bookId), ...body }),
    show: ({ overview, warnings }) =>
      ofVersion(
        overview.reservation.version,
        created('Reserved', `/api/v1/reservations/${overview.reservation.id}`, reservationView(overview), {
          warnings,
        }),
      ),
  }),
  route({
    method: 'GET',
    path: '/reservations',
    permission: 'reservation:list',
    summary: 'List reservations',
    query: allReservations,
    data: t.array(ReservationView),
    handle: ({ act, query, address }) =>
      pipe(
        circulation.listReservations({ act, filter: filterOf(query.filters), page: query.page }),
        TE.map(found => listed('Reservations', address, query, found, reservationView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/reservations/{id}',
    names: 'reservation',
    permission: 'reservation:read',
    summary: 'Show a reservation',
    query: detailQuery,
    data: ReservationView,
    handle: ({ act, id: reservationId, query }) =>
      pipe(
        circulation.showReservation({ act, reservationId: id(reservationId) }),
        TE.map(found =>
          ofVersion(found.reservation.version, ok('Reservation', pick(reservationView(found), query.fields))),
        ),
      ),
  }),
  ...changing({
    path: '/reservations/{id}',
    names: 'reservation',
    permission: 'reservation:change',
    summary:
      'Suspend a reservation, or change where it is fetched, its last day, its priority (staff); fields left out stay',
    body: { codec: ReservationChangesBody, required: true },
    data: ReservationView,
    errors: ['Conflict', 'ReservationRefused', 'StaleWrite', 'DuplicateKey'],
    act: ({ act, id: reservationId, body }) =>
      circulation.changeReservation({ act, reservationId: id(reservationId), changes: body }),
    show: changed =>
      ofVersion(changed.reservation.version, ok('Reservation changed', reservationView(changed))),
  }),
  route({
    method: 'DELETE',
    path: '/reservations/{id}',
    names: 'reservation',
    permission: 'reservation:cancel',
    summary: 'Cancel a reservation; what was kept for it goes to the next',
    data: t.null,
    errors: ['Conflict', 'StaleWrite', 'DuplicateKey'],
    act: ({ act, id: reservationId }) =>
      circulation.cancelReservation({ act, reservationId: id(reservationId) }),
    show: () => ok('Reservation cancelled', null),
  }),
  route({
    method: 'GET',
    path: '/users/{id}/reservations',
    names: 'user',
    permission: 'reservation:read',
    summary: 'List the reservations of a member, active and past',
    query: ownReservations,
    data: t.array(ReservationView),
    handle: ({ act, id: memberId, query, address }) =>
      pipe(
        circulation.listMemberReservations({
          act,
          memberId: id(memberId),
          filter: filterOf(query.filters),
          page: query.page,
        }),
        TE.map(found => listed('Reservations', address, query, found, reservationView)),
      ),
  }),
]
