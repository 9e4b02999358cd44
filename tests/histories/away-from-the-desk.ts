/** CIR-11, CIR-12, R3.5: copies on their way, desks that were offline, copies that are used in the house. */
import { isDeepStrictEqual } from 'node:util'
import type { OfflineRow } from '../../adapters/memory/database.ts'
import { by, changedOnes, isKept, moved, newOnes } from './seen.ts'
import type { Rule, Seen } from './seen.ts'
import type { TableName } from './photograph.ts'

/** CIR-11: in transit is what has one open transfer, to the same branch, and for the one it is set aside for. */
const onTheWay: Rule = ({ after }) => {
  const open = [...after.transfers.values()].filter(({ endedAt }) => endedAt === null)
  const kept = [...after.reservations.values()].filter(isKept)
  return [...after.copies.values()].flatMap(copy => {
    const ways = open.filter(({ copyId }) => copyId === copy.id)
    const expected = copy.status === 'in_transit' ? [copy.destination] : []
    if (
      !isDeepStrictEqual(
        ways.map(({ toBranchId }) => toBranchId),
        expected,
      )
    )
      return [`copy ${copy.id} is ${copy.status}, its open transfers: ${JSON.stringify(ways)}`]
    const [way] = ways
    const waiting = kept.find(({ copyId }) => copyId === copy.id)
    return way === undefined || waiting === undefined || way.reservationId === waiting.id
      ? []
      : [`copy ${copy.id} is set aside for ${waiting.id}, its transfer for ${String(way.reservationId)}`]
  })
}

/** What has ended is over, and where it began, and when, is not written anew. */
const endedStays: Rule = seen =>
  changedOnes(moved('transfers', seen)).flatMap(({ before, after }) =>
    before.endedAt !== null ||
    before.sentAt !== after.sentAt ||
    before.fromBranchId !== after.fromBranchId ||
    (before.toldAt !== null && before.toldAt !== after.toldAt)
      ? [`transfer ${after.id} was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`]
      : [],
  )

/** CIR-12: a name has one outcome for ever. */
const oneOutcome: Rule = seen => [
  ...changedOnes(moved('offlineOperations', seen)).map(
    ({ after }) => `${after.clientId} became something else: ${JSON.stringify(after.outcome)}`,
  ),
  ...newOnes(moved('offlineOperations', seen))
    .filter(({ outcome }) => outcome === null || !by(seen, 'upload'))
    .map(({ clientId }) => `${clientId} came to nothing`),
]

interface Told {
  readonly client_id: string
  readonly status: string
  readonly first_status: string | null
  readonly borrowing_id: number | null
}

const firstTold = ({ outcome }: OfflineRow): readonly unknown[] => [
  outcome?.status,
  outcome?.status === 'applied' ? outcome.loanId : null,
]

/** CIR-12: whoever sends it again is told what became of it, and whoever sends it first what is kept. */
const toldAlike: Rule = ({ operation, exchanges, before, after }) => {
  if (operation.do !== 'upload') return []
  return exchanges
    .filter(({ status }) => status === 200)
    .flatMap(({ data }) => data as readonly Told[])
    .flatMap(({ client_id, status, first_status, borrowing_id }) => {
      const [was, is] = [before.offlineOperations.get(client_id), after.offlineOperations.get(client_id)]
      const isTold =
        status === 'duplicate'
          ? is !== undefined && isDeepStrictEqual(firstTold(is), [first_status, borrowing_id])
          : status !== 'applied' ||
            (was === undefined &&
              is !== undefined &&
              isDeepStrictEqual(firstTold(is), [status, borrowing_id]))
      return isTold ? [] : [`${client_id} is told as ${status} ${String(first_status)}`]
    })
}

/** CIR-12: what was not applied changed nothing else. */
const notAppliedChangesNothing: Rule = seen =>
  !by(seen, 'upload') ||
  seen.exchanges.some(({ outcomes }) => outcomes.some(outcome => outcome.endsWith('applied')))
    ? []
    : (Object.keys(seen.before) as TableName[])
        .filter(name => name !== 'offlineOperations')
        .flatMap(name =>
          moved(name, seen).map(({ key }) => `nothing was applied, and ${name} ${String(key)} changed`),
        )

/** CIR-12: what was applied was done at its time. */
const atItsTime: Rule = seen =>
  newOnes(moved('offlineOperations', seen)).flatMap(({ clientId, operation, outcome }) => {
    if (outcome?.status !== 'applied' || outcome.loanId === null) return []
    const loan = seen.after.loans.get(outcome.loanId)!
    const at =
      operation.type === 'checkout' ? loan.borrowedAt : loan.state === 'returned' ? loan.returnedAt : null
    return at === operation.at ? [] : [`${clientId} was at ${operation.at}, its loan says ${String(at)}`]
  })

/** Uses of a copy within less are of one hand, in milliseconds. */
const oneHand = 60_000

/** The first may have brought it home, and a later one counted it. */
const severalScans = ({ operation }: Seen): boolean =>
  operation.do === 'upload' || ('twice' in operation && operation.twice)

/** R3.5: uses are added alone, at scans of what stands free at home. */
const usesRise: Rule = seen => [
  ...moved('inHouseUses', seen)
    .filter(({ before }) => before !== null)
    .map(({ key }) => `use ${String(key)} did not stay as it was`),
  ...newOnes(moved('inHouseUses', seen)).flatMap(use => {
    const [was, is] = [seen.before, seen.after].map(({ copies }) => copies.get(use.copyId))
    const stood = was?.status === 'available' && was.branchId === use.branchId && is?.status === 'available'
    const same = [...seen.after.inHouseUses.values()].some(
      other =>
        other.id !== use.id && other.copyId === use.copyId && Math.abs(other.usedAt - use.usedAt) < oneHand,
    )
    return [
      ...(stood || severalScans(seen) ? [] : [`copy ${use.copyId} was used, and did not stand there`]),
      ...(same ? [`copy ${use.copyId} was used twice within a minute`] : []),
      ...(by(seen, 'upload', 'scan', 'use in the house') ? [] : ['a use was counted without a scan']),
    ]
  }),
]

export const awayFromTheDesk: Readonly<Record<string, Rule>> = {
  'CIR-11': onTheWay,
  'CIR-11 ended': endedStays,
  'CIR-12': oneOutcome,
  'CIR-12 told': toldAlike,
  'CIR-12 not applied': notAppliedChangesNothing,
  'CIR-12 at its time': atItsTime,
  'R3.5': usesRise,
}
