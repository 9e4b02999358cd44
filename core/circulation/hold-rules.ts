/** By which rules a copy may go to one who has reserved its title (circulation R0.1, R6.4). */
import { noCalendar } from '../branches/branch.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import { pipe, TE, together } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { ControllingBranch } from '../settings/settings.ts'
import type { BranchId } from '../shared/id.ts'
import { dayOf } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { controllingBranch } from './controlling-branch.ts'
import type { Copy } from './copy.ts'
import type { Privileges } from './hold-queue.ts'
import type { CirculationStores } from './ports.ts'
import type { Reservation } from './reservation.ts'
import { resolve } from './rule-table.ts'
import type { RuleTable, RuleValues } from './rule-table.ts'

export interface HoldRules {
  readonly table: RuleTable
  /** Whose rules count. */
  readonly setting: ControllingBranch
  /** Of the branches where the copies live. */
  readonly calendars: ReadonlyMap<BranchId, OpeningCalendar>
  readonly now: Instant
}

export interface Claimant extends Privileges {
  /** Where it will be fetched. */
  readonly reservation: Pick<Reservation, 'branchId'>
}

/** The rules of the branch that counts; the day is the copy's branch's. */
export const rulesBetween =
  ({ table, setting, calendars, now }: HoldRules) =>
  (
    copy: Pick<Copy, 'branchId' | 'loanCategory'>,
    { membershipType, homeBranchId, reservation }: Claimant,
  ): RuleValues =>
    resolve(table, {
      branchId: controllingBranch(setting, {
        copy: copy.branchId,
        place: reservation.branchId,
        home: homeBranchId,
      }),
      membershipType,
      loanCategory: copy.loanCategory,
      day: dayOf(now, (calendars.get(copy.branchId) ?? noCalendar).zone),
    })

/** What a copy and one who waits are resolved to. */
export type FillingRules = ReturnType<typeof rulesBetween>

/** @param branches where the copies live that will be asked about */
export const fillingRules = (
  stores: Pick<CirculationStores, 'rules' | 'settings' | 'calendars'>,
  branches: readonly BranchId[],
  now: Instant,
): TaskEither<never, FillingRules> =>
  pipe(
    together(stores.rules.current(), stores.settings.current(), stores.calendars.of([...new Set(branches)])),
    TE.map(([table, { controllingBranch: setting }, calendars]) =>
      rulesBetween({ table, setting, calendars, now }),
    ),
  )
