/** The tables `login_failures` and `address_failures`. */
import * as t from 'io-ts'
import type { AccountFailures, AddressFailures } from '../../core/identity/lockout.ts'
import type { LoginFailures } from '../../core/identity/lockout-ports.ts'
import {
  fromInstant,
  fromJson,
  fromOptionalInstant,
  toInstant,
  toJson,
  toOptionalInstant,
} from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql } from './failures.ts'
import { decoded } from './payloads.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

interface AccountRow {
  readonly failures: number
  readonly last_at: StoredInstant
  readonly locked_until: StoredInstant | null
}

/** A row without a failure is there to be locked alone. */
const toFailures = (row: AccountRow): AccountFailures | null =>
  row.failures === 0
    ? null
    : {
        failures: row.failures,
        lastAt: toInstant(row.last_at),
        lockedUntil: toOptionalInstant(row.locked_until),
      }

const instants = t.array(t.number)

const toInstants = (stored: unknown): AddressFailures =>
  decoded(instants, toJson(stored), 'list of wrong guesses') as unknown as AddressFailures

/** The id of no member. */
const nobody = 0

/** Reading adds the row that is not there: only what is there can be locked, and of two that guess first one would not see the other. */
export const loginFailures = (transaction: Transaction): LoginFailures => {
  const { knex, now } = transaction
  return {
    ofAddress: network =>
      sql(async () => {
        const [row] = await knex('address_failures')
          .insert({ network, moments: fromJson([]), last_at: now() })
          .onConflict('network')
          .merge({ network })
          .returning<{ moments: unknown }[]>(['moments'])
        return toInstants(row?.moments)
      }),
    saveAddress: (network, failures) =>
      sql(async () => {
        const latest = failures.at(-1)
        const row = knex('address_failures').where({ network })
        await (latest === undefined
          ? row.del()
          : row.update({ moments: fromJson(failures), last_at: fromInstant(latest) }))
      }),
    ofAccount: counter =>
      sql(async () => {
        const [row] = await knex('login_failures')
          .insert({ counter, failures: 0, last_at: now(), locked_until: null })
          .onConflict('counter')
          .merge({ counter })
          .returning<AccountRow[]>(['failures', 'last_at', 'locked_until'])
        return toFailures(row as AccountRow)
      }),
    saveAccount: (counter, failures) =>
      sql(async () => {
        const row = knex('login_failures').where({ counter })
        await (failures === null
          ? row.del()
          : row.update({
              failures: failures.failures,
              last_at: fromInstant(failures.lastAt),
              locked_until: fromOptionalInstant(failures.lockedUntil),
            }))
      }),
    tell: (event, act) =>
      sql(async () => {
        // Its events are counted under the lock of its row.
        await locking(transaction, knex('users').where({ id: event?.aggregateId ?? nobody })).select('id')
        if (event !== null) return appendEvents(transaction, [event], act)
        // An id is taken here too, and a row of the outbox is looked for: what a lock costs tells no names.
        await knex('outbox')
          .where({ id: transaction.nextEventId(), aggregate_id: nobody })
          .update({ due_at: now() })
      }),
  }
}
