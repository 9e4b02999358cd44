/** The table `account_tokens`. */
import type { AccountToken, AccountTokenId, TokenPurpose } from '../../core/identity/account-token.ts'
import type { AccountTokens } from '../../core/identity/password-ports.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { fromInstant, fromOptionalInstant, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql } from './failures.ts'
import type { Transaction } from './unit-of-work.ts'

interface TokenRow {
  readonly id: AccountTokenId
  readonly purpose: TokenPurpose
  readonly user_id: MemberId | null
  readonly email_normalised: string | null
  readonly address: string | null
  readonly nonce: string
  readonly created_at: StoredInstant
  readonly expires_at: StoredInstant
  readonly spent_at: StoredInstant | null
}

const toToken = (row: TokenRow): AccountToken => ({
  id: row.id,
  purpose: row.purpose,
  memberId: row.user_id,
  email: row.email_normalised,
  address: row.address,
  nonce: row.nonce,
  createdAt: toInstant(row.created_at),
  expiresAt: toInstant(row.expires_at),
  spentAt: toOptionalInstant(row.spent_at),
})

/** What changes of one. */
const toChanges = ({ memberId, email, spentAt }: AccountToken) => ({
  user_id: memberId,
  email_normalised: email,
  spent_at: fromOptionalInstant(spentAt),
})

export const accountTokens = (transaction: Transaction): AccountTokens => {
  const { knex } = transaction
  const counted = async (rows: ReturnType<typeof knex>): Promise<number> => {
    const row = await rows.count({ count: '*' }).first<{ count: number | string } | undefined>()
    return Number(row?.count ?? 0)
  }
  return {
    get: id =>
      sql(async () => {
        const row = await knex('account_tokens').where({ id }).first<TokenRow | undefined>()
        return row === undefined ? null : toToken(row)
      }),
    add: (token, events, act) =>
      sql(async () => {
        await knex('account_tokens').insert({
          id: token.id,
          purpose: token.purpose,
          address: token.address,
          nonce: token.nonce,
          created_at: fromInstant(token.createdAt),
          expires_at: fromInstant(token.expiresAt),
          ...toChanges(token),
        })
        await appendEvents(transaction, events, act)
      }),
    save: token =>
      sql(async () => {
        await knex('account_tokens').where({ id: token.id }).update(toChanges(token))
      }),
    spend: (id, at) =>
      sql(async () => {
        const count = await knex('account_tokens')
          .where({ id })
          .whereNull('spent_at')
          .update({ spent_at: fromInstant(at) })
        return count === 1
      }),
    spendAll: (memberId, purpose, at) =>
      sql(async () => {
        await knex('account_tokens')
          .where({ user_id: memberId, purpose })
          .whereNull('spent_at')
          .update({ spent_at: fromInstant(at) })
      }),
    open: (memberId, purpose, now) =>
      sql(async () => {
        const row = await knex('account_tokens')
          .where({ user_id: memberId, purpose })
          .whereNull('spent_at')
          .where('expires_at', '>', fromInstant(now))
          .orderBy('id', 'desc')
          .first<TokenRow | undefined>()
        return row === undefined ? null : toToken(row)
      }),
    countBefore: ({ id, purpose }, memberId, since) =>
      sql(() =>
        counted(
          knex('account_tokens')
            .where({ user_id: memberId, purpose })
            .whereNull('spent_at')
            .where('created_at', '>', fromInstant(since))
            .where('id', '<', id),
        ),
      ),
    countFrom: (address, since) =>
      sql(() =>
        counted(knex('account_tokens').where({ address }).where('created_at', '>', fromInstant(since))),
      ),
  }
}
