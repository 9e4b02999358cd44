/** Who waits for the title of a loan that is to be renewed, and whom another copy can serve (circulation R5.2). */
import { pipe, TE, together } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BookId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import { mostServed } from './hold-matching.ts'
import type { Waiting } from './hold-queue.ts'
import { rulesBetween } from './hold-rules.ts'
import type { CirculationStores } from './ports.ts'
import type { RuleTable } from './rule-table.ts'

export interface Demand {
  /** Reservations of the title that wait and are not suspended. */
  readonly waiting: number
  /** How many of them can be filled at most by the copies that are free now. */
  readonly servable: number
}

export type DemandStores = Pick<CirculationStores, 'copies' | 'calendars' | 'settings'>

const noDemand: Demand = { waiting: 0, servable: 0 }

/**
 * The copies are read only where somebody waits. One that is damaged is set aside for nobody (R3.3), any other only for whom it may
 * be lent to by rule (R6.4).
 */
export const demandFor = (
  stores: DemandStores,
  bookId: BookId,
  queue: readonly Waiting[],
  table: RuleTable,
  now: Instant,
): TaskEither<never, Demand> =>
  queue.length === 0
    ? TE.right(noDemand)
    : pipe(
        together(stores.copies.ofBook(bookId), stores.settings.current()),
        TE.bindTo('read'),
        TE.let('free', ({ read: [copies] }) =>
          copies.filter(({ status, condition }) => status === 'available' && condition !== 'damaged'),
        ),
        TE.bind('calendars', ({ free }) =>
          stores.calendars.of([...new Set(free.map(({ branchId }) => branchId))]),
        ),
        TE.map(({ read: [, { controllingBranch: setting }], free, calendars }): Demand => {
          const rules = rulesBetween({ table, setting, calendars, now })
          return {
            waiting: queue.length,
            servable: mostServed(queue, free, (copy, one) => rules(copy, one).lendable),
          }
        }),
      )
