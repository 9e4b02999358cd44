/** Sessions and the chains of refresh tokens that keep them going. */
import type { Sessions } from '../../core/identity/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'

export const sessions = ({ tables: { sessions, refreshTokens } }: Database): Sessions => ({
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
  rotate: (spent, successor) =>
    TE.fromIO(() => {
      refreshTokens.put(spent)
      refreshTokens.add(successor)
    }),
  end: (which, at) =>
    TE.fromIO(() => {
      const found =
        'sessionId' in which ? [sessions.find(which.sessionId)] : sessions.where('member', which.memberId)
      for (const session of found) {
        if (session?.endedAt === null) sessions.put({ ...session, endedAt: at })
      }
    }),
})
