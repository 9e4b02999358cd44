/** The tables `second_factors` and `recovery_codes`. */
import type { SecondFactor } from '../../core/identity/second-factor.ts'
import type { SecondFactors } from '../../core/identity/second-factor-ports.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { fromInstant, fromOptionalInstant, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql } from './failures.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

interface SecondFactorRow {
  readonly user_id: MemberId
  readonly sealed_secret: string
  readonly created_at: StoredInstant
  readonly confirmed_at: StoredInstant | null
  readonly last_step: number | null
}

const toSecondFactor = (row: SecondFactorRow): SecondFactor => ({
  memberId: row.user_id,
  sealedSecret: row.sealed_secret,
  createdAt: toInstant(row.created_at),
  confirmedAt: toOptionalInstant(row.confirmed_at),
  lastStep: row.last_step,
})

export const secondFactors = (transaction: Transaction): SecondFactors => {
  const { knex } = transaction
  const codesOf = (memberId: MemberId) => knex('recovery_codes').where({ user_id: memberId })
  return {
    get: memberId =>
      sql(async () => {
        // The member's row is there before he has a factor, and stands before it in the order of locks.
        await locking(transaction, knex('users').where({ id: memberId })).select('id')
        const row = await knex('second_factors')
          .where({ user_id: memberId })
          .first<SecondFactorRow | undefined>()
        return row === undefined ? null : toSecondFactor(row)
      }),
    save: ({ memberId, sealedSecret, createdAt, confirmedAt, lastStep }) =>
      sql(async () => {
        await knex('second_factors')
          .insert({
            user_id: memberId,
            sealed_secret: sealedSecret,
            created_at: fromInstant(createdAt),
            confirmed_at: fromOptionalInstant(confirmedAt),
            last_step: lastStep,
          })
          .onConflict('user_id')
          .merge()
      }),
    remove: memberId =>
      sql(async () => {
        await codesOf(memberId).delete()
        await knex('second_factors').where({ user_id: memberId }).delete()
      }),
    giveCodes: (memberId, hashes) =>
      sql(async () => {
        await codesOf(memberId).delete()
        await knex('recovery_codes').insert(hashes.map(hash => ({ user_id: memberId, code_hash: hash })))
      }),
    spendCode: (memberId, hashes) =>
      sql(async () => (await codesOf(memberId).whereIn('code_hash', hashes).delete()) > 0),
    codesLeft: memberId => sql(async () => (await codesOf(memberId).select('code_hash')).length),
    tell: (event, act) => sql(() => appendEvents(transaction, [event], act)),
  }
}
