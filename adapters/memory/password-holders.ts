/** Of members: what a password is set for, and the hash of it. */
import type { PasswordHolders } from '../../core/identity/password-ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'
import { findMember } from './members.ts'
import { publish } from './outbox.ts'

export const passwordHolders = (on: Database): PasswordHolders => {
  const { tables, now } = on
  return {
    get: memberId =>
      TE.fromIOEither(() =>
        pipe(
          findMember(tables, memberId),
          E.map(({ member, passwordHash }) => ({
            memberId,
            username: member.username,
            email: member.email,
            firstName: member.firstName,
            lastName: member.lastName,
            phone: member.phone,
            cardNumber: member.cardNumber,
            passwordHash,
            status: member.status,
          })),
        ),
      ),
    byEmail: email => TE.fromIO(() => tables.members.where('email', email)[0]?.member.id ?? null),
    setPassword: (memberId, passwordHash, events, act) =>
      TE.fromIO(() => {
        tables.members.put({ ...tables.members.get(memberId), passwordHash })
        publish(on, events, act)
      }),
    renewHash: (memberId, old, renewed) =>
      TE.fromIO(() => {
        const row = tables.members.get(memberId)
        if (row.passwordHash === old) tables.members.put({ ...row, passwordHash: renewed })
      }),
    verify: memberId =>
      TE.fromIO(() => {
        const row = tables.members.get(memberId)
        if (row.member.status !== 'pending') return false
        tables.members.put({
          ...row,
          member: { ...row.member, status: 'active', version: row.member.version + 1 },
          updatedAt: now(),
        })
        return true
      }),
  }
}
