/** Emergency closures of a branch, and the lists of what they move, as they are shown. */
import type { EmergencyQueries, EmergencySort, MoveSort } from '../../core/circulation/closure-ports.ts'
import { found } from './catalogue-queries.ts'
import type { Database } from './database.ts'
import { toEmergencyClosure, toMove } from './emergency-closures.ts'
import type { EmergencyRow, MoveRow } from './emergency-closures.ts'
import { always, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'

const sorting: Readonly<Record<EmergencySort, SortColumn>> = {
  id: always('emergency_closures.id', 'integer'),
  from: always('emergency_closures.starts_on', 'day'),
  to: always('emergency_closures.ends_on', 'day'),
}

const moveSorting: Readonly<Record<MoveSort, SortColumn>> = {
  id: always('emergency_moves.id', 'integer'),
}

export const emergencyQueries = ({ read }: Database): EmergencyQueries => ({
  ofBranch: (branchId, page) =>
    found('branch', branchId, async () => {
      const branch = await read('library_branches')
        .where({ id: branchId })
        .first<{ id: number } | undefined>('id')
      if (branch === undefined) return undefined
      const { rows, ...rest } = await pageOf<EmergencyRow, EmergencySort>(
        {
          matching: read('emergency_closures').where({ branch_id: branchId }),
          columns: sorting,
          id: 'emergency_closures.id',
          select: ['emergency_closures.*'],
        },
        page,
      )
      return { ...rest, rows: rows.map(toEmergencyClosure) }
    }),
  moves: (branchId, id, outcome, page) =>
    found('emergency_closure', id, async () => {
      const closure = await read('emergency_closures')
        .where({ id, branch_id: branchId })
        .first<{ id: number } | undefined>('id')
      if (closure === undefined) return undefined
      const { rows, ...rest } = await pageOf<MoveRow, MoveSort>(
        {
          matching: read('emergency_moves').where({
            emergency_closure_id: id,
            ...(outcome === null ? {} : { outcome }),
          }),
          columns: moveSorting,
          id: 'emergency_moves.id',
          select: ['emergency_moves.*'],
        },
        page,
      )
      return { ...rest, rows: rows.map(toMove) }
    }),
})
