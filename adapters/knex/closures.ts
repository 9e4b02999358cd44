/** The table `branch_closures`: what a branch's calendar knows beside its weekly hours. */
import type { BranchClosure } from '../../core/branches/branch.ts'
import type { BranchStores, ClosureRecord } from '../../core/branches/ports.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { BranchId, ClosureId } from '../../core/shared/id.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { fromJson, toFlag, toInstant } from './columns.ts'
import type { StoredFlag, StoredInstant } from './columns.ts'
import { sql } from './failures.ts'
import { openFromJson } from './payloads.ts'
import type { Transaction } from './unit-of-work.ts'

export interface ClosureRow {
  readonly id: ClosureId
  readonly version: number
  readonly branch_id: BranchId
  readonly starts_on: Day
  readonly ends_on: Day
  readonly yearly: StoredFlag
  readonly open: unknown
  readonly reason: string
  readonly created_at: StoredInstant
}

export const toClosure = (row: ClosureRow): BranchClosure => ({
  from: row.starts_on,
  to: row.ends_on,
  yearly: toFlag(row.yearly),
  open: openFromJson(row.open),
  reason: row.reason,
})

export const toClosureRecord = (row: ClosureRow): ClosureRecord => ({
  id: row.id,
  version: row.version,
  branchId: row.branch_id,
  createdAt: toInstant(row.created_at),
  closure: toClosure(row),
})

export const closures = ({ knex, now }: Transaction): BranchStores['closures'] => {
  /** Every process reads the calendar anew. */
  const grown = (branchId: BranchId) =>
    sql(() =>
      knex('library_branches')
        .where({ id: branchId })
        .update({ version: knex.raw('version + 1'), updated_at: now() }),
    )
  return {
    add: (branchId, added) =>
      added.length === 0
        ? TE.right([])
        : pipe(
            sql(() =>
              knex('branch_closures')
                .insert(
                  added.map(({ from, to, yearly, open, reason }) => ({
                    branch_id: branchId,
                    starts_on: from,
                    ends_on: to,
                    yearly,
                    open: fromJson(open),
                    reason,
                    version: 1,
                    created_at: now(),
                    updated_at: now(),
                  })),
                )
                .returning<ClosureRow[]>('*'),
            ),
            TE.tap(() => grown(branchId)),
            TE.map(rows => rows.map(toClosureRecord)),
          ),
    ofBranch: branchId =>
      sql(async () => {
        const rows = await knex('branch_closures')
          .where({ branch_id: branchId })
          .orderBy('id')
          .select<ClosureRow[]>('*')
        return rows.map(toClosureRecord)
      }),
    remove: ({ id, branchId }) =>
      pipe(
        sql(() => knex('branch_closures').where({ id }).del()),
        TE.tap(() => grown(branchId)),
        TE.map(() => undefined),
      ),
  }
}
