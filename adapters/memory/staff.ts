/** The staff: members with a desk. */
import type {
  Staff,
  StaffFilter,
  StaffQueries,
  StaffRecord,
  StaffSort,
} from '../../core/members/staff-ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import type { Database, StaffRow, Tables } from './database.ts'
import { matching, pageOf } from './page.ts'
import type { SortValues } from './page.ts'

const findStaff = ({ staff }: Tables, id: MemberId): Either<NotFound, StaffRow> => {
  const row = staff.find(id)
  return row === undefined ? E.left(notFound('staff', id)) : E.right(row)
}

export const staff = ({ tables, now }: Database): Staff => ({
  administrators: () =>
    TE.fromIO(() =>
      [...tables.staff.all()]
        .filter(
          ({ memberId, position }) =>
            position.role === 'admin' && tables.members.get(memberId).member.status === 'active',
        )
        .map(({ position }) => position)
        .sort((one, other) => one.id - other.id),
    ),
  get: id =>
    TE.fromIOEither(() =>
      pipe(
        findStaff(tables, id),
        E.map(({ position }) => position),
      ),
    ),
  add: (id, details) =>
    TE.fromIOEither(() => {
      if (tables.staff.find(id) !== undefined) return E.left(duplicateKey('user_id'))
      const at = now()
      const position = { ...details, id, version: 1, createdAt: at, updatedAt: at }
      tables.staff.add({ memberId: id, position })
      return E.right(position)
    }),
  save: member =>
    TE.fromIOEither(() => {
      const row = tables.staff.find(member.id)
      if (row?.position.version !== member.version) return E.left(staleWrite('staff', member.id))
      const position = { ...member, version: member.version + 1, updatedAt: now() }
      tables.staff.put({ ...row, position })
      return E.right(position)
    }),
  remove: id => TE.fromIO(() => tables.staff.drop(id)),
})

const recordOf = ({ members }: Tables, { memberId, position }: StaffRow): StaffRecord => {
  const { firstName, lastName } = members.get(memberId).member
  return { staff: position, firstName, lastName }
}

const conditions = ({ role, branchId }: StaffFilter): readonly ((row: StaffRow) => boolean)[] => [
  ({ position }) => role === undefined || position.role === role,
  ({ position }) => branchId === undefined || position.branchId === branchId,
]

const sorting: SortValues<StaffRow, StaffSort> = {
  id: ({ memberId }) => memberId,
  created_at: ({ position }) => position.createdAt,
}

export const staffQueries = ({ tables }: Database): StaffQueries => ({
  staff: (filter, page) =>
    TE.fromIO(() => {
      const rows = matching(tables.staff.all(), conditions(filter)).map(row => ({ ...row, id: row.memberId }))
      const shown = pageOf(rows, page, sorting)
      return { ...shown, rows: shown.rows.map(row => recordOf(tables, row)) }
    }),
  oneOfStaff: id =>
    TE.fromIOEither(() =>
      pipe(
        findStaff(tables, id),
        E.map(row => recordOf(tables, row)),
      ),
    ),
})
