/** What desks did offline, and what became of it. */
import type { LaterAct, OfflineOperations } from '../../core/circulation/offline-ports.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { CopyId, LoanId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database, Tables } from './database.ts'

export const offlineOperations = ({ tables }: Database): OfflineOperations => ({
  claim: ({ clientId, type, at, branchId, barcode }) =>
    TE.fromIO(() => {
      const found = tables.offlineOperations.find(clientId)
      if (found === undefined) {
        tables.offlineOperations.put({ clientId, operation: { type, at, branchId, barcode }, outcome: null })
        return null
      }
      if (found.outcome === null) throw new Error('An offline operation was claimed and not settled')
      return { operation: found.operation, outcome: found.outcome }
    }),
  settle: ({ clientId }, outcome) =>
    TE.fromIO(() => {
      const found = tables.offlineOperations.find(clientId)
      if (found === undefined) throw new Error('An offline operation was not claimed')
      tables.offlineOperations.put({ ...found, outcome })
    }),
  laterActOn: (copyId, at, now, except) =>
    TE.fromIO(() => {
      const later = [
        ...tables.loans
          .where('copy', copyId)
          .filter(({ id }) => id !== except)
          .flatMap(loan => actsOf(tables, loan))
          .filter(act => act.at > at),
        ...scansOf(tables, copyId)
          .filter(scanned => at < scanned && scanned < now)
          .map((scanned): LaterAct => ({ done: 'scanned', at: scanned })),
      ]
      return later.sort((a, b) => b.at - a.at)[0] ?? null
    }),
})

/** What was done to it without a loan: used in the house, sent, arrived, set aside on the shelf for somebody. */
const scansOf = (tables: Tables, copyId: CopyId): readonly Instant[] => {
  const kept = tables.reservations.where('kept', copyId).map(({ id }) => id)
  return [
    ...tables.inHouseUses.where('copy', copyId).map(({ usedAt }) => usedAt),
    ...[...tables.transfers.all()]
      .filter(one => one.copyId === copyId)
      .flatMap(({ sentAt, endedAt }) => (endedAt === null ? [sentAt] : [sentAt, endedAt])),
    ...[...tables.outbox.all()]
      .filter(({ event }) => event.type === 'ReservationReady' && kept.includes(event.payload.reservationId))
      .map(({ event }) => event.occurredAt),
  ]
}

/** The later one first. */
const actsOf = (tables: Tables, loan: Loan): readonly LaterAct[] => [
  ...(loan.state === 'returned'
    ? [
        {
          loanId: loan.id,
          done: 'returned' as const,
          at: takenBackOffline(tables, loan.id) ?? loan.scannedAt,
        },
      ]
    : []),
  { loanId: loan.id, done: 'lent', at: loan.borrowedAt },
]

const takenBackOffline = (tables: Tables, loanId: LoanId): Instant | undefined =>
  tables.offlineOperations.where('loan', loanId).find(({ operation }) => operation.type === 'return')
    ?.operation.at
