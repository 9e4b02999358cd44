/** Branches, their closed days and who may manage them. */
import type { BranchStores } from '../../core/branches/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'
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
      users: count(tables.members.all(), ({ member }) => member.homeBranchId === branchId),
      staff: tables.staff.where('branch', branchId).length,
      rules: count(tables.rules.find('library')?.rows ?? [], rule => rule.branchId === branchId),
    }),
  })
  return {
    branches: {
      ...store,
      remove: id =>
        TE.fromIO(() => {
          tables.branches.drop(id)
          tables.closures.drop(id)
        }),
    },
    closures: {
      add: (branchId, closures) =>
        TE.fromIO(() => {
          if (closures.length === 0) return
          const branch = tables.branches.get(branchId)
          tables.branches.put({ ...branch, version: branch.version + 1, updatedAt: now() })
          tables.closures.put({
            branchId,
            closures: [...(tables.closures.find(branchId)?.closures ?? []), ...closures],
          })
        }),
    },
    managers: { known: memberId => TE.fromIO(() => tables.members.find(memberId) !== undefined) },
  }
}

const count = <Row>(rows: Iterable<Row>, counts: (row: Row) => boolean): number =>
  [...rows].filter(counts).length
