/** What clients gave a key, and the answers. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { TE } from '../../core/shared/fp.ts'
import { standingOf } from '../../core/shared/receipts.ts'
import type { Claim, Receipt, Receipts } from '../../core/shared/receipts.ts'
import { receiptKey } from './database.ts'
import type { Database, ReceiptRow, Tables } from './database.ts'
import type { Witness } from './unit-of-work.ts'

export interface ReceiptBook extends Receipts {
  /** Of the task that runs here, if it is one under a key. */
  readonly witness: () => Witness | undefined
}

export const receipts = ({ tables }: Database): ReceiptBook => {
  const running = new AsyncLocalStorage<Witness>()
  return {
    witness: () => running.getStore(),
    claim: (request, token, { now, leaseUntil, expiresAt }) =>
      TE.fromIO(() => {
        const { caller, key, fingerprint } = request
        const row = tables.receipts.find(receiptKey(request))
        const standing = row === undefined ? null : standingOf(row, request, now)
        if (standing !== null) return standing
        tables.receipts.put({ caller, key, fingerprint, token, leaseUntil, expiresAt, receipt: null })
        return { kind: 'ours', claim: { caller, key, token } }
      }),
    accompany: (claim, receiptOf, task) => () =>
      running.run((changed, result) => write(changed, claim, receiptOf(result)), task),
    keep: (claim, receipt) => TE.fromIO(() => write(tables, claim, receipt)),
    release: claim =>
      TE.fromIO(() => {
        if (ours(tables, claim) !== null) tables.receipts.drop(receiptKey(claim))
      }),
    purge: (now, limit) =>
      TE.fromIO(() => {
        const expired = [...tables.receipts.all()].filter(row => row.expiresAt <= now).slice(0, limit)
        for (const row of expired) tables.receipts.drop(receiptKey(row))
        return expired.length
      }),
  }
}

/** The row of a claim that was not taken over and has no answer yet. */
const ours = (tables: Tables, claim: Claim): ReceiptRow | null => {
  const row = tables.receipts.find(receiptKey(claim))
  return row?.token === claim.token && row.receipt === null ? row : null
}

const write = (tables: Tables, claim: Claim, receipt: Receipt): boolean => {
  const row = ours(tables, claim)
  if (row !== null) tables.receipts.put({ ...row, receipt })
  return row !== null
}
