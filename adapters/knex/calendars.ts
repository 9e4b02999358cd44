/** The opening calendars of branches, kept in memory by the branch's version. */
import { calendarOf } from '../../core/branches/branch.ts'
import type { OpeningCalendar } from '../../core/branches/opening-calendar.ts'
import type { Calendars } from '../../core/circulation/calendar-ports.ts'
import type { BranchId } from '../../core/shared/id.ts'
import { branchTable } from './branches.ts'
import type { BranchRow } from './branches.ts'
import { toClosure } from './closures.ts'
import type { ClosureRow } from './closures.ts'
import type { Tables } from './connection.ts'
import { sql } from './failures.ts'
import { statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

/** What one process has read last; the versions are asked for each time. */
export type CalendarCache = Map<BranchId, { readonly version: number; readonly calendar: OpeningCalendar }>

interface Head {
  readonly id: BranchId
  readonly version: number
}

const headOf = statement<Head, { id: BranchId }>((tables, { id }) =>
  tables('library_branches').where({ id }).select('id', 'version'),
)

/** Of all sets of branches one statement, asked for each: there is mostly one, and never more than a few. */
export const readCalendars = async (
  { knex, rows }: Pick<Transaction, 'knex' | 'rows'>,
  cache: CalendarCache,
  branchIds: readonly BranchId[],
): Promise<ReadonlyMap<BranchId, OpeningCalendar>> => {
  const heads = (await Promise.all(branchIds.map(id => rows(headOf, { id })))).flat()
  const stale = heads.filter(({ id, version }) => cache.get(id)?.version !== version).map(({ id }) => id)
  if (stale.length > 0) await refresh(knex, cache, stale)
  return new Map(
    heads.flatMap(({ id }) => {
      const kept = cache.get(id)
      return kept === undefined ? [] : [[id, kept.calendar] as const]
    }),
  )
}

const refresh = async (knex: Tables, cache: CalendarCache, stale: readonly BranchId[]): Promise<void> => {
  const branches = await knex('library_branches')
    .whereIn('id', [...stale])
    .select<(BranchRow & { id: BranchId })[]>('*')
  const closures = await knex('branch_closures')
    .whereIn('branch_id', [...stale])
    .orderBy('id')
    .select<ClosureRow[]>('*')
  for (const branch of branches) {
    const own = closures.filter(({ branch_id }) => branch_id === branch.id).map(toClosure)
    cache.set(branch.id, { version: branch.version, calendar: calendarOf(branchTable.fromRow(branch), own) })
  }
}

export const calendars =
  (cache: CalendarCache) =>
  (transaction: Transaction): Calendars => ({
    of: branchIds => sql(() => readCalendars(transaction, cache, branchIds)),
  })
