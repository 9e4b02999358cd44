/** Members as they are shown. */
import type { BlockSort, MemberQueries, MemberRecord, MemberSort } from '../../core/members/ports.ts'
import type { StaffPosition } from '../../core/members/member.ts'
import type { BranchId } from '../../core/shared/id.ts'
import { found } from './catalogue-queries.ts'
import { toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { toBlock } from './member-blocks.ts'
import type { BlockRow } from './member-blocks.ts'
import { toMember } from './members.ts'
import type { MemberRow } from './members.ts'
import { always, matchWords, nullable, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'

const memberSort: Readonly<Record<MemberSort, SortColumn>> = {
  id: always('users.id', 'integer'),
  username: always('users.username_normalised', 'text'),
  email: always('users.email_normalised', 'text'),
  first_name: always('users.first_name_sort', 'text'),
  last_name: always('users.last_name_sort', 'text'),
  library_card_number: always('users.library_card_number', 'text'),
  membership_type: always('users.membership_type', 'text'),
  membership_date: always('users.membership_date', 'day'),
  membership_expires_on: nullable('users.membership_expires_on', 'day'),
  status: always('users.status', 'text'),
  created_at: always('users.created_at', 'instant'),
}

const blockSort: Readonly<Record<BlockSort, SortColumn>> = {
  id: always('member_blocks.id', 'integer'),
  created_at: always('member_blocks.created_at', 'instant'),
  expires_on: nullable('member_blocks.expires_on', 'day'),
}

type ShownMemberRow = MemberRow & {
  readonly created_at: StoredInstant
  readonly updated_at: StoredInstant
  readonly staff_role: StaffPosition['role'] | null
  readonly staff_branch_id: BranchId | null
}

const shownColumns = ['users.*', 'staff.role as staff_role', 'staff.branch_id as staff_branch_id']

const toMemberRecord = (row: ShownMemberRow): MemberRecord => ({
  member: toMember(row),
  staff: row.staff_role === null ? null : { role: row.staff_role, branchId: row.staff_branch_id },
  createdAt: toInstant(row.created_at),
  updatedAt: toInstant(row.updated_at),
})

export const memberQueries = ({ read }: Database): MemberQueries => {
  const withDesk = () => read('users').leftJoin('staff', 'staff.user_id', 'users.id')
  return {
    members: ({ status, membershipType, homeBranchId, cardNumber, words = [] }, page) =>
      query(
        sql(async () => {
          const matching = withDesk()
          if (status !== undefined) void matching.where({ 'users.status': status })
          if (membershipType !== undefined) void matching.where({ 'users.membership_type': membershipType })
          if (homeBranchId !== undefined) void matching.where({ 'users.home_branch_id': homeBranchId })
          if (cardNumber !== undefined) void matching.where({ 'users.library_card_number': cardNumber })
          matchWords(
            matching,
            [
              'users.first_name_sort',
              'users.last_name_sort',
              'users.username_normalised',
              'users.email_normalised',
            ],
            words,
          )
          const { rows, ...rest } = await pageOf<ShownMemberRow, MemberSort>(
            { matching, columns: memberSort, id: 'users.id', select: shownColumns },
            page,
          )
          return { ...rest, rows: rows.map(toMemberRecord) }
        }),
      ),
    member: id =>
      found('user', id, async () => {
        const row = await withDesk()
          .where({ 'users.id': id })
          .first<ShownMemberRow | undefined>(...shownColumns)
        return row === undefined ? undefined : toMemberRecord(row)
      }),
    blocks: (memberId, page) =>
      query(
        sql(async () => {
          const { rows, ...rest } = await pageOf<BlockRow, BlockSort>(
            {
              matching: read('member_blocks').where({ user_id: memberId }).whereNull('lifted_at'),
              columns: blockSort,
              id: 'member_blocks.id',
              select: ['member_blocks.*'],
            },
            page,
          )
          return { ...rest, rows: rows.map(toBlock) }
        }),
      ),
  }
}
