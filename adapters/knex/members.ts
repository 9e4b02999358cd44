/** The tables `users`, `staff` and `membership_types`. */
import type { Borrowers } from '../../core/circulation/ports.ts'
import type { MemberStatus } from '../../core/members/member-status.ts'
import { normaliseLogin } from '../../core/members/member.ts'
import type { Member, StaffPosition } from '../../core/members/member.ts'
import type { MemberReferences, Members, MembershipTypes } from '../../core/members/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { BranchId, MemberId } from '../../core/shared/id.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { fold } from '../../core/shared/text.ts'
import { fromJson } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql, unique } from './failures.ts'
import { preferencesFromJson } from './payloads.ts'
import { statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'
import { found, saveOver } from './versioned.ts'

export interface MemberRow {
  readonly id: MemberId
  readonly version: number
  readonly username: string
  readonly email: string
  readonly first_name: string
  readonly last_name: string
  readonly phone: string | null
  readonly address: string | null
  readonly city: string | null
  readonly state: string | null
  readonly zip_code: string | null
  readonly membership_date: Day
  readonly membership_expires_on: Day | null
  readonly membership_type: string
  readonly status: MemberStatus
  readonly date_of_birth: Day | null
  readonly emergency_contact: string | null
  readonly library_card_number: string
  readonly preferences: unknown
  readonly guardian_id: MemberId | null
  readonly home_branch_id: BranchId | null
}

const toRow = (member: Member) => ({
  username: member.username,
  username_normalised: normaliseLogin(member.username),
  email: member.email,
  email_normalised: normaliseLogin(member.email),
  first_name: member.firstName,
  first_name_sort: fold(member.firstName),
  last_name: member.lastName,
  last_name_sort: fold(member.lastName),
  phone: member.phone,
  address: member.address,
  city: member.city,
  state: member.state,
  zip_code: member.zipCode,
  membership_date: member.membershipDate,
  membership_expires_on: member.membershipExpiresOn,
  membership_type: member.membershipType,
  status: member.status,
  date_of_birth: member.dateOfBirth,
  emergency_contact: member.emergencyContact,
  library_card_number: member.cardNumber,
  preferences: fromJson(member.preferences),
  guardian_id: member.guardianId,
  home_branch_id: member.homeBranchId,
})

export const toMember = (row: MemberRow): Member => ({
  id: row.id,
  version: row.version,
  username: row.username,
  email: row.email,
  firstName: row.first_name,
  lastName: row.last_name,
  phone: row.phone,
  address: row.address,
  city: row.city,
  state: row.state,
  zipCode: row.zip_code,
  membershipDate: row.membership_date,
  membershipExpiresOn: row.membership_expires_on,
  membershipType: row.membership_type,
  status: row.status,
  dateOfBirth: row.date_of_birth,
  emergencyContact: row.emergency_contact,
  cardNumber: row.library_card_number,
  preferences: preferencesFromJson(row.preferences),
  guardianId: row.guardian_id,
  homeBranchId: row.home_branch_id,
})

const byId = statement<MemberRow, { id: MemberId }>((tables, { id }, locking) =>
  locking(tables('users').where({ id })),
)

/** Asked for when it is called: see locks.ts. */
export const lockMember = async (
  transaction: Transaction,
  memberId: MemberId,
): Promise<Either<NotFound, Member>> => {
  const row = await transaction.first(byId, { id: memberId })
  return row === undefined
    ? E.left(notFound('user', memberId))
    : E.right(toMember(found(transaction, 'users', row)))
}

export const members = (transaction: Transaction): Members => {
  const { knex, now } = transaction
  return {
    get: memberId => () => lockMember(transaction, memberId),
    add: ({ state: member, events }, passwordHash, act) =>
      pipe(
        unique(() =>
          knex('users').insert({
            ...toRow(member),
            id: member.id,
            password_hash: passwordHash,
            version: 1,
            created_at: now(),
            updated_at: now(),
          }),
        ),
        TE.tap(() => sql(() => appendEvents(transaction, events, act))),
        TE.map(() => ({ ...member, version: 1 })),
      ),
    save: member =>
      pipe(
        saveOver(transaction, 'users', 'user', member, toRow(member)),
        TE.map(version => ({ ...member, version })),
      ),
    tell: (event, act) => sql(() => appendEvents(transaction, [event], act)),
    appoint: (memberId, { role, branchId }) =>
      sql(() =>
        knex('staff')
          .insert({
            user_id: memberId,
            role,
            branch_id: branchId,
            version: 1,
            created_at: now(),
            updated_at: now(),
          })
          .onConflict('user_id')
          .merge(['role', 'branch_id', 'updated_at'])
          .then(() => undefined),
      ),
  }
}

/** What decides which rules count for a member. */
export type PrivilegesRow = Pick<MemberRow, 'membership_type' | 'home_branch_id'>

const keyById = statement<{ id: MemberId }, { id: MemberId }>((tables, { id }) =>
  tables('users').where({ id }).select('id'),
)
const keyByCard = statement<{ id: MemberId }, { cardNumber: string }>((tables, { cardNumber }) =>
  tables('users').where({ library_card_number: cardNumber }).select('id'),
)
const privileges = statement<PrivilegesRow, { id: MemberId }>((tables, { id }) =>
  tables('users').where({ id }).select('membership_type', 'home_branch_id'),
)

export const borrowers = (transaction: Transaction): Borrowers => ({
  locate: key =>
    pipe(
      sql(() =>
        'memberId' in key
          ? transaction.first(keyById, { id: key.memberId })
          : transaction.first(keyByCard, { cardNumber: key.cardNumber }),
      ),
      TE.flatMap(row =>
        row === undefined
          ? TE.left(notFound('user', 'memberId' in key ? key.memberId : key.cardNumber))
          : TE.right(row.id),
      ),
    ),
  get: memberId => () => lockMember(transaction, memberId),
  privilegesOf: memberId =>
    sql(async () => {
      const row = await transaction.first(privileges, { id: memberId })
      if (row === undefined) throw new Error(`There is no member ${String(memberId)}`)
      return { membershipType: row.membership_type, homeBranchId: row.home_branch_id }
    }),
})

export const membershipTypes = ({ knex }: Transaction): MembershipTypes => ({
  named: name =>
    sql(async () => {
      const row = await knex('membership_types')
        .where({ name })
        .first<{ name: string; duration_months: number | null } | undefined>('name', 'duration_months')
      return row === undefined ? null : { name: row.name, durationMonths: row.duration_months }
    }),
})

export const memberReferences = ({ knex }: Transaction): MemberReferences => {
  const known = (table: string, key: number) =>
    sql(
      async () =>
        (await knex(table).where({ id: key }).first<{ id: number } | undefined>('id')) !== undefined,
    )
  return {
    branchKnown: key => known('library_branches', key),
    birthOf: key =>
      sql(async () => {
        const row = await knex('users')
          .where({ id: key })
          .first<{ date_of_birth: Day | null } | undefined>('date_of_birth')
        return row === undefined ? null : { dateOfBirth: row.date_of_birth }
      }),
    roleOf: key =>
      sql(async () => {
        const row = await knex('staff')
          .where({ user_id: key })
          .first<{ role: StaffPosition['role'] } | undefined>('role')
        return row?.role ?? 'user'
      }),
  }
}
