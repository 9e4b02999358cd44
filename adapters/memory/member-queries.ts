/** Members for display. */
import { normaliseLogin } from '../../core/members/member.ts'
import type { MemberBlock } from '../../core/members/member-block.ts'
import type {
  BlockSort,
  MemberFilter,
  MemberQueries,
  MemberRecord,
  MemberSort,
} from '../../core/members/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { fold } from '../../core/shared/text.ts'
import type { Database, MemberRow, Tables } from './database.ts'
import { toBlock } from './member-blocks.ts'
import { findMember } from './members.ts'
import { matching, occur, pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const memberQueries = ({ tables }: Database): MemberQueries => ({
  members: (filter, page) =>
    TE.fromIO(() => {
      const rows = matching(tables.members.all(), conditions(filter)).map(row => ({
        ...row,
        id: row.member.id,
      }))
      const shown = pageOf(rows, page, sorting)
      return { ...shown, rows: shown.rows.map(row => recordOf(tables, row)) }
    }),
  member: id =>
    TE.fromIOEither(() =>
      pipe(
        findMember(tables, id),
        E.map(row => recordOf(tables, row)),
      ),
    ),
  blocks: (memberId, page) =>
    TE.fromIO(() => pageOf(tables.memberBlocks.where('member', memberId).map(toBlock), page, blockSorting)),
})

const recordOf = ({ staff }: Tables, { member, createdAt, updatedAt }: MemberRow): MemberRecord => {
  const position = staff.find(member.id)?.position
  return {
    member,
    staff: position === undefined ? null : { role: position.role, branchId: position.branchId },
    createdAt,
    updatedAt,
  }
}

/** A condition that was not asked for lets every member pass. */
const conditions = ({
  status,
  membershipType,
  homeBranchId,
  cardNumber,
  words,
}: MemberFilter): readonly ((row: MemberRow) => boolean)[] => [
  ({ member }) => status === undefined || member.status === status,
  ({ member }) => membershipType === undefined || member.membershipType === membershipType,
  ({ member }) => homeBranchId === undefined || member.homeBranchId === homeBranchId,
  ({ member }) => cardNumber === undefined || member.cardNumber === cardNumber,
  ({ member: { firstName, lastName, username, email } }) =>
    words === undefined ||
    occur(words, [fold(firstName), fold(lastName), normaliseLogin(username), normaliseLogin(email)]),
]

const sorting: SortValues<MemberRow, MemberSort> = {
  id: ({ member }) => member.id,
  username: ({ member }) => normaliseLogin(member.username),
  email: ({ member }) => normaliseLogin(member.email),
  first_name: ({ member }) => fold(member.firstName),
  last_name: ({ member }) => fold(member.lastName),
  library_card_number: ({ member }) => member.cardNumber,
  membership_type: ({ member }) => member.membershipType,
  membership_date: ({ member }) => member.membershipDate,
  membership_expires_on: ({ member }) => member.membershipExpiresOn,
  status: ({ member }) => member.status,
  created_at: ({ createdAt }) => createdAt,
}

const blockSorting: SortValues<MemberBlock, BlockSort> = {
  id: ({ id }) => id,
  created_at: ({ setAt }) => setAt,
  expires_on: ({ expiresOn }) => expiresOn,
}
