/** The table `idempotency_keys`: what clients gave a key, and the answers. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { Claim, Claimed, KeptKey, KeyedRequest, Receipt, Receipts } from '../../core/shared/receipts.ts'
import { standingOf } from '../../core/shared/receipts.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import { fromInstant, fromJson, toInstant, toJson } from './columns.ts'
import type { Tables } from './connection.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { withRetries } from './retry.ts'
import type { Witness } from './unit-of-work.ts'

interface Row {
  readonly fingerprint: string
  readonly claim: string
  readonly lease_until: StoredInstant
  readonly expires_at: StoredInstant
  readonly status: number | null
  readonly headers: unknown
  readonly body: string | null
}

const fromRow = ({ fingerprint, lease_until, expires_at, status, headers, body }: Row): KeptKey => ({
  fingerprint,
  leaseUntil: toInstant(lease_until),
  expiresAt: toInstant(expires_at),
  receipt:
    status === null || body === null
      ? null
      : { status, headers: toJson(headers) as Receipt['headers'], body },
})

const toRow = ({ status, headers, body }: Receipt) => ({ status, headers: fromJson(headers), body })

const table = 'idempotency_keys'

/** A key that is claimed and released by others each time one looks is a busy one. */
const looks = 10

export interface ReceiptBook extends Receipts {
  /** Of the task that runs here, if it is one under a key. */
  readonly witness: () => Witness | undefined
}

export const receipts = ({ write }: Database): ReceiptBook => {
  const running = new AsyncLocalStorage<Witness>()

  /** Each statement by itself, on whatever connection is free: what it wrote stands at once. */
  const atOnce = <A>(statement: () => Promise<A>): TaskEither<StoreFailure, A> =>
    withRetries<never, A>(async () => E.right(await statement()))

  const ours = (knex: Tables, { caller, key, token }: Claim) =>
    knex(table).where({ caller, key, claim: token }).whereNull('status')

  const claimOnce = async (
    request: KeyedRequest,
    token: string,
    { now, leaseUntil, expiresAt }: Parameters<Receipts['claim']>[2],
  ): Promise<Claimed | null> => {
    const { caller, key, fingerprint } = request
    const claimed: Claimed = { kind: 'ours', claim: { caller, key, token } }
    const fresh = {
      fingerprint,
      claim: token,
      created_at: fromInstant(now),
      lease_until: fromInstant(leaseUntil),
      expires_at: fromInstant(expiresAt),
      status: null,
      headers: null,
      body: null,
    }
    const added = await write(table)
      .insert({ caller, key, ...fresh })
      .onConflict(['caller', 'key'])
      .ignore()
      .returning('key')
    if (added.length > 0) return claimed
    const row = await write(table).where({ caller, key }).first<Row | undefined>()
    if (row === undefined) return null
    const standing = standingOf(fromRow(row), request, now)
    if (standing !== null) return standing
    // Over the very claim that was seen, still without an answer where it had none.
    const taken = write(table).where({ caller, key, claim: row.claim }).update(fresh)
    if (row.status === null) void taken.whereNull('status')
    return (await taken) === 1 ? claimed : null
  }

  return {
    witness: () => running.getStore(),
    claim: (request, token, times) => {
      const look = (left: number): TaskEither<StoreFailure, Claimed> =>
        pipe(
          atOnce(() => claimOnce(request, token, times)),
          TE.flatMap(found => {
            if (found !== null) return TE.right(found)
            return left > 1 ? look(left - 1) : TE.left(storeFailure('busy', 'idempotency key'))
          }),
        )
      return look(looks)
    },
    accompany: (claim, receiptOf, task) => () =>
      running.run(
        async (knex, result) => (await ours(knex, claim).update(toRow(receiptOf(result)))) === 1,
        task,
      ),
    keep: (claim, receipt) => atOnce(async () => (await ours(write, claim).update(toRow(receipt))) === 1),
    release: claim =>
      atOnce(async () => {
        await ours(write, claim).del()
      }),
    purge: (now, limit) =>
      atOnce(() =>
        write(table)
          .whereIn(
            ['caller', 'key'],
            write(table)
              .select('caller', 'key')
              .where('expires_at', '<=', fromInstant(now))
              .orderBy('expires_at')
              .limit(limit),
          )
          .del(),
      ),
  }
}
