/** Of the table `users`: what a password is set for, and the hash of it. */
import type { Holder, PasswordHolders } from '../../core/identity/password-ports.ts'
import { E } from '../../core/shared/fp.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { appendEvents } from './events.ts'
import { sql } from './failures.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

interface HolderRow {
  readonly id: MemberId
  readonly username: string
  readonly email: string
  readonly first_name: string
  readonly last_name: string
  readonly phone: string | null
  readonly library_card_number: string
  readonly password_hash: string | null
  readonly status: string
}

const toHolder = (row: HolderRow): Holder => ({
  memberId: row.id,
  username: row.username,
  email: row.email,
  firstName: row.first_name,
  lastName: row.last_name,
  phone: row.phone,
  cardNumber: row.library_card_number,
  passwordHash: row.password_hash,
  status: row.status,
})

export const passwordHolders = (transaction: Transaction): PasswordHolders => {
  const { knex, now } = transaction
  return {
    get: memberId => async () => {
      const row = await locking(transaction, knex('users').where({ id: memberId })).first<
        HolderRow | undefined
      >()
      return row === undefined ? E.left(notFound('user', memberId)) : E.right(toHolder(row))
    },
    byEmail: email =>
      sql(async () => {
        const row = await knex('users')
          .where({ email_normalised: email })
          .first<{ id: MemberId } | undefined>('id')
        return row?.id ?? null
      }),
    setPassword: (memberId, hash, events, act) =>
      sql(async () => {
        await knex('users').where({ id: memberId }).update({ password_hash: hash })
        await appendEvents(transaction, events, act)
      }),
    renewHash: (memberId, old, renewed) =>
      sql(async () => {
        await knex('users').where({ id: memberId, password_hash: old }).update({ password_hash: renewed })
      }),
    verify: memberId =>
      sql(async () => {
        const count = await knex('users')
          .where({ id: memberId, status: 'pending' })
          .update({ status: 'active', version: knex.raw('version + 1'), updated_at: now() })
        return count === 1
      }),
  }
}
