/** The tables `sessions` and `refresh_tokens`. */
import type { Sessions } from '../../core/identity/ports.ts'
import type { RefreshToken, Session } from '../../core/identity/session.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { MemberId, SessionId } from '../../core/shared/id.ts'
import { fromInstant, fromOptionalInstant, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { sql } from './failures.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

interface SessionRow {
  readonly id: SessionId
  readonly user_id: MemberId
  readonly created_at: StoredInstant
  readonly expires_at: StoredInstant
  readonly ended_at: StoredInstant | null
}

interface TokenRow {
  readonly token_hash: string
  readonly session_id: SessionId
  readonly created_at: StoredInstant
  readonly spent_at: StoredInstant | null
}

const toSession = (row: SessionRow): Session => ({
  id: row.id,
  memberId: row.user_id,
  createdAt: toInstant(row.created_at),
  expiresAt: toInstant(row.expires_at),
  endedAt: toOptionalInstant(row.ended_at),
})

const toToken = (row: TokenRow): RefreshToken => ({
  hash: row.token_hash,
  sessionId: row.session_id,
  createdAt: toInstant(row.created_at),
  spentAt: toOptionalInstant(row.spent_at),
})

const toTokenRow = (token: RefreshToken) => ({
  token_hash: token.hash,
  session_id: token.sessionId,
  created_at: fromInstant(token.createdAt),
  spent_at: fromOptionalInstant(token.spentAt),
})

export const sessions = (transaction: Transaction): Sessions => {
  const { knex } = transaction
  return {
    byRefreshToken: tokenHash =>
      sql(async () => {
        const located = await knex('refresh_tokens')
          .where({ token_hash: tokenHash })
          .first<TokenRow | undefined>('session_id')
        if (located === undefined) return null
        const session = await locking(transaction, knex('sessions').where({ id: located.session_id })).first<
          SessionRow | undefined
        >()
        // Read again under the lock of its session: it may have been spent while we waited.
        const token = await knex('refresh_tokens')
          .where({ token_hash: tokenHash })
          .first<TokenRow | undefined>()
        return session === undefined || token === undefined
          ? null
          : { session: toSession(session), token: toToken(token) }
      }),
    open: (session, token) =>
      sql(async () => {
        await knex('sessions').insert({
          id: session.id,
          user_id: session.memberId,
          created_at: fromInstant(session.createdAt),
          expires_at: fromInstant(session.expiresAt),
          ended_at: fromOptionalInstant(session.endedAt),
        })
        await knex('refresh_tokens').insert(toTokenRow(token))
      }),
    rotate: (spent, successor) =>
      sql(async () => {
        await knex('refresh_tokens')
          .where({ token_hash: spent.hash })
          .update({ spent_at: fromOptionalInstant(spent.spentAt) })
        await knex('refresh_tokens').insert(toTokenRow(successor))
      }),
    end: (which, at) =>
      pipe(
        sql(() =>
          knex('sessions')
            .where('sessionId' in which ? { id: which.sessionId } : { user_id: which.memberId })
            .whereNull('ended_at')
            .update({ ended_at: fromInstant(at) }),
        ),
        TE.map(() => undefined),
      ),
  }
}
