/** Who is who, for logins and for every authenticated request. */
import type { Role } from '../../core/identity/actor.ts'
import type { Account, IdentityQueries } from '../../core/identity/ports.ts'
import { minorsBornAfter } from '../../core/members/member.ts'
import { toIso } from '../../core/shared/local-time.ts'
import type { Day, Instant } from '../../core/shared/local-time.ts'
import type { BranchId, MemberId, SessionId } from '../../core/shared/id.ts'
import { found } from './catalogue-queries.ts'
import { fromInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { adjustmentsFromJson } from './payloads.ts'
import { live, toSession } from './sessions.ts'
import type { SessionRow } from './sessions.ts'
import { statement } from './statement.ts'

interface AccountRow {
  readonly id: MemberId
  readonly username: string
  readonly email: string
  readonly first_name: string
  readonly last_name: string
  readonly library_card_number: string
  readonly status: string
  readonly role: Exclude<Role, 'user'> | null
  readonly branch_id: BranchId | null
  /** When the second factor that is in force was confirmed. */
  readonly mfa_confirmed_at: unknown
  readonly permissions: unknown
}

const accountColumns = [
  'users.id',
  'users.username',
  'users.email',
  'users.first_name',
  'users.last_name',
  'users.library_card_number',
  'users.status',
  'staff.role',
  'staff.branch_id',
  'second_factors.confirmed_at as mfa_confirmed_at',
  'staff.permissions',
]

/** What hardly anybody has is added for those who have it alone: the others' accounts are made in one go, in every request. */
const toAccount = (row: AccountRow): Account => {
  const adjusted = adjustmentsFromJson(row.permissions)
  const account: Account = {
    memberId: row.id,
    username: row.username,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    cardNumber: row.library_card_number,
    status: row.status,
    role: row.role ?? 'user',
    branchId: row.branch_id,
    secondFactor: row.mfa_confirmed_at !== null,
  }
  return adjusted === null ? account : { ...account, adjusted }
}

type SessionRowOfAccount = AccountRow & { readonly ward_id: MemberId | null }

/** Asked in every request of somebody who is logged in. */
const accountOfSession = statement<
  SessionRowOfAccount,
  { sessionId: SessionId; now: string; bornAfter: Day }
>((tables, { sessionId, now, bornAfter }) =>
  tables('sessions')
    .join('users', 'users.id', 'sessions.user_id')
    .leftJoin('staff', 'staff.user_id', 'users.id')
    .leftJoin('second_factors', 'second_factors.user_id', 'users.id')
    // A row for each minor that he guards (and whose registration somebody has looked at), and one where he guards none; nobody who is a minor himself guards another.
    .leftJoin('users as wards', join =>
      join
        .on('wards.guardian_id', 'users.id')
        .andOnVal('wards.date_of_birth', '>', bornAfter)
        .andOnVal('wards.status', '<>', 'pending')
        .andOn(adult => adult.onNull('users.date_of_birth').orOnVal('users.date_of_birth', '<=', bornAfter)),
    )
    .where({ 'sessions.id': sessionId })
    .whereNull('sessions.ended_at')
    .where('sessions.expires_at', '>', now)
    .whereNot({ 'users.status': 'deactivated' })
    .select(...accountColumns, 'wards.id as ward_id'),
)

const wardsIn = (rows: readonly SessionRowOfAccount[]): readonly MemberId[] =>
  rows.flatMap(({ ward_id: id }) => id ?? []).sort((a, b) => a - b)

/** The day in UTC as it is written anyway: no calendar is asked in every request. */
const bornAfter = (now: Instant): Day => minorsBornAfter(toIso(now).slice(0, 10) as Day)

export const identityQueries = (db: Database): IdentityQueries => ({
  credentials: login =>
    query(
      sql(async () => {
        const row = await db
          .read('users')
          .where({ username_normalised: login })
          .orWhere({ email_normalised: login })
          .first<{ id: MemberId; password_hash: string | null; status: string } | undefined>(
            'id',
            'password_hash',
            'status',
          )
        return row === undefined
          ? null
          : { memberId: row.id, passwordHash: row.password_hash, active: row.status !== 'deactivated' }
      }),
    ),
  sessionAccount: (sessionId, now) =>
    query(
      sql(async () => {
        const rows = await db.rows(accountOfSession, {
          sessionId,
          now: fromInstant(now),
          bornAfter: bornAfter(now),
        })
        const [row] = rows
        if (row === undefined) return null
        return row.ward_id === null ? toAccount(row) : { ...toAccount(row), wards: wardsIn(rows) }
      }),
    ),
  account: memberId =>
    found('user', memberId, async () => {
      const row = await db
        .read('users')
        .leftJoin('staff', 'staff.user_id', 'users.id')
        .leftJoin('second_factors', 'second_factors.user_id', 'users.id')
        .where({ 'users.id': memberId })
        .first<AccountRow | undefined>(...accountColumns)
      return row === undefined ? undefined : toAccount(row)
    }),
  sessionsOf: (memberId, now) =>
    query(
      sql(async () => {
        const rows = await live(db.read, memberId, now)
          .orderBy([
            { column: 'last_used_at', order: 'desc' },
            { column: 'id', order: 'desc' },
          ])
          .select<SessionRow[]>()
        return rows.map(toSession)
      }),
    ),
  hasAdmin: () =>
    query(
      sql(async () => {
        const row = await db
          .read('staff')
          .join('users', 'users.id', 'staff.user_id')
          .where({ 'staff.role': 'admin', 'users.status': 'active' })
          .first<{ id: number } | undefined>('staff.id')
        return row !== undefined
      }),
    ),
})
