/** Branches, their closed days and who may manage them. */
import type { BranchStores, ClosureRecord } from '../../core/branches/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { BranchId } from '../../core/shared/id.ts'
import type { Database, Tables } from './database.ts'
import { recordStore } from './records.ts'

export const branches = (on: Database): BranchStores => {
  const { tables, now } = on
  const store = recordStore({
    resource: 'branch',
    table: tables.branches,
    nextId: () => on.nextId('branch'),
    now,
    unique: [{ field: 'name', index: 'name' as const }],
    pointing: branchId => ({
      copies: count(
        tables.copies.all(),
        copy => copy.branchId === branchId || (copy.status === 'in_transit' && copy.destination === branchId),
      ),
      borrowings: count(
        tables.loans.all(),
        loan =>
          loan.branchId === branchId ||
          loan.terms.calendarBranchId === branchId ||
          (loan.state === 'returned' && loan.returnBranchId === branchId),
      ),
      reservations: count(tables.reservations.all(), one => one.branchId === branchId),
      transfers: count(
        tables.transfers.all(),
        one => one.fromBranchId === branchId || one.toBranchId === branchId,
      ),
      users: count(tables.members.all(), ({ member }) => member.homeBranchId === branchId),
      staff: tables.staff.where('branch', branchId).length,
      rules: count(tables.rules.find('library')?.rows ?? [], rule => rule.branchId === branchId),
      api_keys: count(tables.apiKeys.all(), ({ apiKey }) => apiKey.branchId === branchId),
    }),
  })
  return {
    branches: {
      ...store,
      remove: id =>
        TE.fromIO(() => {
          tables.branches.drop(id)
          tables.closures.drop(id)
          for (const emergency of tables.emergencyClosures.where('branch', id)) {
            tables.emergencyClosures.drop(emergency.id)
          }
        }),
    },
    closures: {
      add: (branchId, added) =>
        TE.fromIO(() => {
          const kept = added.map((closure): ClosureRecord => ({
            id: on.nextId('closure'),
            version: 1,
            branchId,
            createdAt: now(),
            closure,
          }))
          if (kept.length > 0) change(on, branchId, closures => [...closures, ...kept])
          return kept
        }),
      ofBranch: branchId => TE.fromIO(() => closuresOf(tables, branchId)),
      remove: ({ id, branchId }) =>
        TE.fromIO(() => {
          change(on, branchId, closures => closures.filter(one => one.id !== id))
          for (const emergency of tables.emergencyClosures.where('branch', branchId)) {
            if (emergency.closureId === id) tables.emergencyClosures.put({ ...emergency, closureId: null })
          }
        }),
    },
    managers: { known: memberId => TE.fromIO(() => tables.members.find(memberId) !== undefined) },
  }
}

export const closuresOf = ({ closures }: Tables, branchId: BranchId): readonly ClosureRecord[] =>
  closures.find(branchId)?.closures ?? []

/** The version of the branch grows with its calendar. */
const change = (
  { tables, now }: Database,
  branchId: BranchId,
  changed: (closures: readonly ClosureRecord[]) => readonly ClosureRecord[],
): void => {
  const branch = tables.branches.get(branchId)
  tables.branches.put({ ...branch, version: branch.version + 1, updatedAt: now() })
  tables.closures.put({ branchId, closures: changed(closuresOf(tables, branchId)) })
}

const count = <Row>(rows: Iterable<Row>, counts: (row: Row) => boolean): number =>
  [...rows].filter(counts).length
