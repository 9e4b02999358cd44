/** The table `staff`: a desk, known by the id of its member. */
import type { Adjustments } from '../../core/identity/actor.ts'
import type { StaffPosition } from '../../core/members/member.ts'
import type { Staff, StaffQueries, StaffRecord, StaffSort } from '../../core/members/staff-ports.ts'
import type { StaffDetails, StaffMember } from '../../core/members/staff.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { BranchId, MemberId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { found } from './catalogue-queries.ts'
import { fromJson, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql, unique } from './failures.ts'
import { always, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'
import { adjustmentsFromJson } from './payloads.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

interface StaffRow {
  readonly id: MemberId
  readonly version: number
  readonly role: StaffPosition['role']
  readonly branch_id: BranchId | null
  /** null where he may what his role may. */
  readonly permissions: unknown
  readonly created_at: StoredInstant
  readonly updated_at: StoredInstant
}

/** What a null stands for. */
const none: Adjustments = { extra: [], withheld: [] }

const toStaff = (row: StaffRow): StaffMember => ({
  id: row.id,
  version: row.version,
  role: row.role,
  branchId: row.branch_id,
  createdAt: toInstant(row.created_at),
  updatedAt: toInstant(row.updated_at),
  ...(adjustmentsFromJson(row.permissions) ?? none),
})

/** A row goes by the id of its member. */
const columns = [
  'staff.user_id as id',
  ...['version', 'role', 'branch_id', 'permissions', 'created_at', 'updated_at'].map(name => `staff.${name}`),
]

const toRow = ({ role, branchId, extra, withheld }: StaffDetails) => ({
  role,
  branch_id: branchId,
  permissions: extra.length + withheld.length === 0 ? null : fromJson({ extra, withheld }),
})

export const staff = (transaction: Transaction): Staff => {
  const { knex, now } = transaction
  return {
    administrators: () =>
      sql(async () => {
        const rows = await locking(
          transaction,
          knex('staff').where({ role: 'admin' }).orderBy('user_id'),
        ).select<StaffRow[]>(...columns)
        // Asked for by a statement of its own: it sees what was changed while the lock was waited for.
        const active = await knex('users')
          .whereIn(
            'id',
            rows.map(row => row.id),
          )
          .where({ status: 'active' })
          .select<{ id: MemberId }[]>('id')
        const may = new Set(active.map(row => row.id))
        return rows.filter(row => may.has(row.id)).map(toStaff)
      }),
    get: id =>
      pipe(
        sql(() =>
          locking(transaction, knex('staff').where({ user_id: id })).first<StaffRow | undefined>(...columns),
        ),
        TE.flatMap(row => (row === undefined ? TE.left(notFound('staff', id)) : TE.right(toStaff(row)))),
      ),
    add: (id, details) => {
      const at = now()
      return pipe(
        unique(() =>
          knex('staff').insert({
            ...toRow(details),
            user_id: id,
            version: 1,
            created_at: at,
            updated_at: at,
          }),
        ),
        TE.map(() => ({ ...details, id, version: 1, createdAt: toInstant(at), updatedAt: toInstant(at) })),
      )
    },
    save: member => {
      const [version, at] = [member.version + 1, now()]
      return pipe(
        sql(() =>
          knex('staff')
            .where({ user_id: member.id, version: member.version })
            .update({ ...toRow(member), version, updated_at: at }),
        ),
        TE.flatMap(count =>
          count === 1
            ? TE.right({ ...member, version, updatedAt: toInstant(at) })
            : TE.left(staleWrite('staff', member.id)),
        ),
      )
    },
    remove: id =>
      sql(() =>
        knex('staff')
          .where({ user_id: id })
          .delete()
          .then(() => undefined),
      ),
  }
}

const sorting: Readonly<Record<StaffSort, SortColumn>> = {
  id: always('staff.user_id', 'integer'),
  created_at: always('staff.created_at', 'instant'),
}

type ShownRow = StaffRow & {
  readonly first_name: string
  readonly last_name: string
}

const shownColumns = [...columns, 'users.first_name', 'users.last_name']

const toRecord = (row: ShownRow): StaffRecord => ({
  staff: toStaff(row),
  firstName: row.first_name,
  lastName: row.last_name,
})

export const staffQueries = ({ read }: Database): StaffQueries => {
  const withMember = () => read('staff').join('users', 'users.id', 'staff.user_id')
  return {
    staff: ({ role, branchId }, page) =>
      query(
        sql(async () => {
          const matching = withMember()
          if (role !== undefined) void matching.where({ 'staff.role': role })
          if (branchId !== undefined) void matching.where({ 'staff.branch_id': branchId })
          const { rows, ...rest } = await pageOf<ShownRow, StaffSort>(
            { matching, columns: sorting, id: 'staff.user_id', select: shownColumns },
            page,
          )
          return { ...rest, rows: rows.map(toRecord) }
        }),
      ),
    oneOfStaff: id =>
      found('staff', id, async () => {
        const row = await withMember()
          .where({ 'staff.user_id': id })
          .first<ShownRow | undefined>(...shownColumns)
        return row === undefined ? undefined : toRecord(row)
      }),
  }
}
