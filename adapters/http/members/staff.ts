/** BRN-1, AUT-3: the staff, kept by the administrator. */
import * as t from 'io-ts'
import type { StaffFilter, StaffSort } from '../../../core/members/staff-ports.ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { created, ofVersion, ok } from '../success.ts'
import { described } from '../codecs/codec.ts'
import { queryKey } from '../codecs/numbers.ts'
import { record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { oneOf } from '../codecs/text.ts'
import type { Sorts } from '../cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { given } from '../given.ts'
import { listed, listQuery } from '../list.ts'
import { changing, route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { NewStaff, StaffChanges, staffRoles, StaffView, staffView } from './staff-forms.ts'

const sorts: Sorts<StaffSort> = { id: 'id', created_at: 'instant' }
const filters = {
  role: described('With this role.', oneOf(staffRoles)),
  branch_id: described('Whose desk is in this branch.', queryKey<'branch'>()),
}
const staffList = listQuery({
  sorts,
  standard: { field: 'id', direction: 'asc' },
  shape: StaffView,
  filters,
})
const filterOf = ({ role, branch_id: branchId }: Some<typeof filters>): StaffFilter =>
  given<StaffFilter>({ role, branchId })

const detailQuery = record('StaffQuery', {}, { fields: fieldsOf(StaffView) }, 'UNKNOWN_PARAMETER')

export const staffRoutes = ({ staff }: Pick<HttpDeps, 'staff'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/staff',
    permission: 'staff:read',
    summary: 'List the staff',
    query: staffList,
    data: t.array(StaffView),
    handle: ({ act, query, address }) =>
      pipe(
        staff.listStaff({ act, filter: filterOf(query.filters), page: query.page }),
        TE.map(found => listed('Staff', address, query, found, staffView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/staff/{id}',
    names: 'staff',
    permission: 'staff:read',
    summary: 'Show one of the staff, by the id of the member',
    query: detailQuery,
    data: StaffView,
    handle: ({ act, id: memberId, query }) =>
      pipe(
        staff.showStaff({ act, id: id(memberId) }),
        TE.map(found => ofVersion(found.staff.version, ok('Staff', pick(staffView(found), query.fields)))),
      ),
  }),
  route({
    method: 'POST',
    path: '/staff',
    permission: 'staff:write',
    summary: 'Make a member one of the staff',
    body: { codec: NewStaff, required: true },
    data: StaffView,
    errors: ['DuplicateKey'],
    act: ({ act, body }) => staff.appointStaff({ act, ...body }),
    show: made =>
      ofVersion(
        made.staff.version,
        created('Staff appointed', `/api/v1/staff/${made.staff.id}`, staffView(made)),
      ),
  }),
  ...changing({
    path: '/staff/{id}',
    names: 'staff',
    permission: 'staff:write',
    summary: 'Change the role, the desk or the permissions of one of the staff; fields left out stay',
    body: { codec: StaffChanges, required: true },
    data: StaffView,
    errors: ['Conflict', 'StaleWrite'],
    act: ({ act, id: memberId, body }) => staff.changeStaff({ act, id: id(memberId), changes: body }),
    show: found => ofVersion(found.staff.version, ok('Staff changed', staffView(found))),
  }),
  route({
    method: 'DELETE',
    path: '/staff/{id}',
    names: 'staff',
    permission: 'staff:write',
    summary: 'Make one of the staff a user again; the member stays',
    data: t.null,
    errors: ['Conflict'],
    act: ({ act, id: memberId }) => staff.dismissStaff({ act, id: id(memberId) }),
    show: () => ok('Staff dismissed', null),
  }),
]
