/** Who may log in, and who acts in a session. */
import type { Account, IdentityQueries } from '../../core/identity/ports.ts'
import { isLive } from '../../core/identity/session.ts'
import { isMinor } from '../../core/members/member.ts'
import { dayOf } from '../../core/shared/local-time.ts'
import type { Instant, Zone } from '../../core/shared/local-time.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Database, MemberRow, Tables } from './database.ts'
import { findMember } from './members.ts'

export const identityQueries = ({ tables }: Database): IdentityQueries => ({
  credentials: login =>
    TE.fromIO(() => {
      const [row] = [...tables.members.where('username', login), ...tables.members.where('email', login)]
      return row === undefined
        ? null
        : { memberId: row.member.id, passwordHash: row.passwordHash, active: isActive(row) }
    }),
  sessionAccount: (sessionId, now) =>
    TE.fromIO(() => {
      const session = tables.sessions.find(sessionId)
      if (session === undefined || !isLive(session, now)) return null
      const row = tables.members.get(session.memberId)
      return isActive(row) ? { ...accountOf(tables, row), ...wardsOf(tables, row, now) } : null
    }),
  account: memberId =>
    TE.fromIOEither(() =>
      pipe(
        findMember(tables, memberId),
        E.map(row => accountOf(tables, row)),
      ),
    ),
  sessionsOf: (memberId, now) =>
    TE.fromIO(() =>
      tables.sessions
        .where('member', memberId)
        .filter(session => isLive(session, now))
        .toSorted((one, other) => other.lastUsedAt - one.lastUsedAt || other.id - one.id),
    ),
  hasAdmin: () =>
    TE.fromIO(() =>
      [...tables.staff.all()].some(
        ({ memberId, position }) =>
          position.role === 'admin' && tables.members.get(memberId).member.status === 'active',
      ),
    ),
})

/** Nobody who is a minor himself guards another. */
const wardsOf = ({ members }: Tables, { member }: MemberRow, now: Instant): Pick<Account, 'wards'> => {
  const today = dayOf(now, 'UTC' as Zone)
  const wards = isMinor(member, today)
    ? []
    : members
        .where('guardian', member.id)
        .filter(({ member: ward }) => ward.status !== 'pending' && isMinor(ward, today))
        .map(row => row.member.id)
        .sort((one, other) => one - other)
  return wards.length === 0 ? {} : { wards }
}

const isActive = ({ member }: MemberRow): boolean => member.status !== 'deactivated'

/** A member without a desk is a user. */
const accountOf = ({ staff, secondFactors }: Tables, { member }: MemberRow): Account => {
  const position = staff.find(member.id)?.position
  return {
    memberId: member.id,
    username: member.username,
    email: member.email,
    firstName: member.firstName,
    lastName: member.lastName,
    cardNumber: member.cardNumber,
    status: member.status,
    role: position?.role ?? 'user',
    branchId: position?.branchId ?? null,
    secondFactor: (secondFactors.find(member.id)?.factor.confirmedAt ?? null) !== null,
    ...(position === undefined || position.extra.length + position.withheld.length === 0
      ? {}
      : { adjusted: { extra: position.extra, withheld: position.withheld } }),
  }
}
