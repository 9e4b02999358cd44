/** The tables `sessions` and `refresh_tokens`. */
import type { Sessions } from '../../core/identity/ports.ts'
import type { RefreshToken, Session } from '../../core/identity/session.ts'
import type { MemberId, SessionId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { fromInstant, fromOptionalInstant, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Tables } from './connection.ts'
import { sql } from './failures.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

export interface SessionRow {
  readonly id: SessionId
  readonly user_id: MemberId
  readonly created_at: StoredInstant
  readonly expires_at: StoredInstant
  readonly ended_at: StoredInstant | null
  readonly last_used_at: StoredInstant | null
  readonly address: string | null
  readonly user_agent: string | null
}

interface TokenRow {
  readonly token_hash: string
  readonly session_id: SessionId
  readonly created_at: StoredInstant
  readonly spent_at: StoredInstant | null
}

export const toSession = (row: SessionRow): Session => ({
  id: row.id,
  memberId: row.user_id,
  createdAt: toInstant(row.created_at),
  lastUsedAt: toInstant(row.last_used_at ?? row.created_at),
  expiresAt: toInstant(row.expires_at),
  endedAt: toOptionalInstant(row.ended_at),
  address: row.address,
  userAgent: row.user_agent,
})

/** What a refresh changes. */
const toUse = ({ lastUsedAt, expiresAt, address, userAgent }: Session) => ({
  last_used_at: fromInstant(lastUsedAt),
  expires_at: fromInstant(expiresAt),
  address,
  user_agent: userAgent,
})

/** Those of a member that go on. */
export const live = (tables: Tables, memberId: MemberId, now: Instant) =>
  tables('sessions')
    .where({ user_id: memberId })
    .whereNull('ended_at')
    .where('expires_at', '>', fromInstant(now))

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
          ...toUse(session),
          ended_at: fromOptionalInstant(session.endedAt),
        })
        await knex('refresh_tokens').insert(toTokenRow(token))
      }),
    standing: memberId =>
      sql(async () => {
        const member = await locking(transaction, knex('users').where({ id: memberId })).first<
          { password_hash: string | null; status: string } | undefined
        >('password_hash', 'status')
        // After the lock: it is changed under it.
        const factor = await knex('second_factors')
          .where({ user_id: memberId })
          .first<{ confirmed_at: StoredInstant | null } | undefined>('confirmed_at')
        return {
          passwordHash: member?.password_hash ?? null,
          active: member !== undefined && member.status !== 'deactivated',
          secondFactorSince: toOptionalInstant(factor?.confirmed_at ?? null),
        }
      }),
    going: (memberId, now) =>
      sql(async () => {
        await locking(transaction, knex('users').where({ id: memberId })).select('id')
        const rows = await live(knex, memberId, now).orderBy(['created_at', 'id']).select<SessionRow[]>()
        return rows.map(toSession)
      }),
    rotate: (session, spent, successor) =>
      sql(async () => {
        await knex('sessions').where({ id: session.id }).update(toUse(session))
        await knex('refresh_tokens')
          .where({ token_hash: spent.hash })
          .update({ spent_at: fromOptionalInstant(spent.spentAt) })
        await knex('refresh_tokens').insert(toTokenRow(successor))
      }),
    end: ({ memberId, only }, at) =>
      sql(async () => {
        const meant = live(knex, memberId, at)
        const ended = await (only === null ? meant : meant.where({ id: only }))
          .update({ ended_at: fromInstant(at) })
          .returning<{ id: SessionId }[]>('id')
        return ended.map(({ id }) => id)
      }),
  }
}
