/** Branches as they are shown. */
import type { Branch, BranchQueries, BranchSort, ClosureSort } from '../../core/branches/ports.ts'
import { branchTable } from './branches.ts'
import type { BranchRow } from './branches.ts'
import { found } from './catalogue-queries.ts'
import { toClosureRecord } from './closures.ts'
import type { ClosureRow } from './closures.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { always, nullable, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'
import { toRecord } from './records.ts'

const branchSort: Readonly<Record<BranchSort, SortColumn>> = {
  id: always('library_branches.id', 'integer'),
  name: always('library_branches.name_sort', 'text'),
  city: nullable('library_branches.city_sort', 'text'),
  created_at: always('library_branches.created_at', 'instant'),
}

const closureSort: Readonly<Record<ClosureSort, SortColumn>> = {
  id: always('branch_closures.id', 'integer'),
  from: always('branch_closures.starts_on', 'day'),
  to: always('branch_closures.ends_on', 'day'),
}

const toBranch = (row: BranchRow): Branch => toRecord(branchTable, row)

export const branchQueries = ({ read }: Database): BranchQueries => ({
  branches: page =>
    query(
      sql(async () => {
        const { rows, ...rest } = await pageOf<BranchRow, BranchSort>(
          {
            matching: read('library_branches'),
            columns: branchSort,
            id: 'library_branches.id',
            select: ['library_branches.*'],
          },
          page,
        )
        return { ...rest, rows: rows.map(toBranch) }
      }),
    ),
  branch: id =>
    found('branch', id, async () => {
      const row = await read('library_branches').where({ id }).first<BranchRow | undefined>()
      return row === undefined ? undefined : toBranch(row)
    }),
  closures: (id, page) =>
    found('branch', id, async () => {
      const branch = await read('library_branches').where({ id }).first<{ id: number } | undefined>('id')
      if (branch === undefined) return undefined
      const { rows, ...rest } = await pageOf<ClosureRow, ClosureSort>(
        {
          matching: read('branch_closures').where({ branch_id: id }),
          columns: closureSort,
          id: 'branch_closures.id',
          select: ['branch_closures.*'],
        },
        page,
      )
      return { ...rest, rows: rows.map(toClosureRecord) }
    }),
})
