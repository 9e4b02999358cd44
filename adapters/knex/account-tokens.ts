/** The table `account_tokens`. */
import type { AccountToken, AccountTokenId, TokenPurpose } from '../../core/identity/account-token.ts'
import type { AccountTokens } from '../../core/identity/password-ports.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { fromInstant, fromOptionalInstant, toFlag, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredFlag, StoredInstant } from './columns.ts'
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
  readonly by_stranger: StoredFlag
  readonly sent_at: StoredInstant | null
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
  byStranger: toFlag(row.by_stranger),
  sentAt: toOptionalInstant(row.sent_at),
  spentAt: toOptionalInstant(row.spent_at),
})

/** What changes of one. */
const toChanges = ({ memberId, email, sentAt, spentAt }: AccountToken) => ({
  user_id: memberId,
  email_normalised: email,
  sent_at: fromOptionalInstant(sentAt),
  spent_at: fromOptionalInstant(spentAt),
})

export const accountTokens = (transaction: Transaction): AccountTokens => {
  const { knex } = transaction
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
          by_stranger: token.byStranger,
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
          .orderBy([
            { column: 'created_at', order: 'desc' },
            { column: 'id', order: 'desc' },
          ])
          .first<TokenRow | undefined>()
        return row === undefined ? null : toToken(row)
      }),
    countOpen: ({ memberId, purpose, byStranger, before }, now) =>
      sql(async () => {
        const rows = knex('account_tokens')
          .where({ user_id: memberId, purpose, by_stranger: byStranger })
          .whereNull('spent_at')
          .where('expires_at', '>', fromInstant(now))
        if (before !== null) {
          const made = fromInstant(before.createdAt)
          // Ids come in blocks, another for each process: they tell no order.
          void rows.where(earlier => {
            void earlier.where('created_at', '<', made).orWhere(same => {
              void same.where('created_at', made).where('id', '<', before.id)
            })
          })
        }
        const row = await rows.count({ count: '*' }).first<{ count: number | string } | undefined>()
        return Number(row?.count ?? 0)
      }),
  }
}
