/** Sessions and the chains of refresh tokens that keep them going. */
import type { Sessions } from '../../core/identity/ports.ts'
import { isLive } from '../../core/identity/session.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'

export const sessions = ({
  tables: { sessions, refreshTokens, members, secondFactors },
}: Database): Sessions => ({
  byRefreshToken: hash =>
    TE.fromIO(() => {
      const token = refreshTokens.find(hash)
      return token === undefined ? null : { session: sessions.get(token.sessionId), token }
    }),
  open: (session, token) =>
    TE.fromIO(() => {
      sessions.add(session)
      refreshTokens.add(token)
    }),
  standing: memberId =>
    TE.fromIO(() => {
      const row = members.find(memberId)
      return {
        passwordHash: row?.passwordHash ?? null,
        active: row !== undefined && row.member.status !== 'deactivated',
        secondFactorSince: secondFactors.find(memberId)?.factor.confirmedAt ?? null,
      }
    }),
  going: (memberId, now) =>
    TE.fromIO(() =>
      sessions
        .where('member', memberId)
        .filter(session => isLive(session, now))
        .toSorted((one, other) => one.createdAt - other.createdAt || one.id - other.id),
    ),
  rotate: (session, spent, successor) =>
    TE.fromIO(() => {
      sessions.put(session)
      refreshTokens.put(spent)
      refreshTokens.add(successor)
    }),
  end: ({ memberId, only }, at) =>
    TE.fromIO(() => {
      const ending = sessions
        .where('member', memberId)
        .filter(session => isLive(session, at) && (only === null || session.id === only))
      for (const session of ending) sessions.put({ ...session, endedAt: at })
      return ending.map(({ id }) => id)
    }),
})
