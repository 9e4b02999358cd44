/** Second factors, and the recovery codes that are left of each. */
import type { SecondFactors } from '../../core/identity/second-factor-ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'
import { publish } from './outbox.ts'

export const secondFactors = (on: Database): SecondFactors => {
  const { secondFactors: table } = on.tables
  return {
    get: memberId => TE.fromIO(() => table.find(memberId)?.factor ?? null),
    save: factor =>
      TE.fromIO(() =>
        table.put({ factor, recoveryHashes: table.find(factor.memberId)?.recoveryHashes ?? [] }),
      ),
    remove: memberId => TE.fromIO(() => table.drop(memberId)),
    giveCodes: (memberId, recoveryHashes) =>
      TE.fromIO(() => table.put({ ...table.get(memberId), recoveryHashes })),
    spendCode: (memberId, hashes) =>
      TE.fromIO(() => {
        const row = table.find(memberId)
        const left = row?.recoveryHashes.filter(hash => !hashes.includes(hash))
        if (row === undefined || left === undefined || left.length === row.recoveryHashes.length) return false
        table.put({ ...row, recoveryHashes: left })
        return true
      }),
    codesLeft: memberId => TE.fromIO(() => table.find(memberId)?.recoveryHashes.length ?? 0),
    tell: (event, act) => TE.fromIO(() => publish(on, [event], act)),
  }
}
