/** Which rules count when a copy is to fill a reservation: those of the branch that counts, on the day of the copy's branch (circulation R0.1, R6.4). */
import { noCalendar } from '../branches/branch.ts'
import { pipe, TE, together } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { dayOf } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { controllingBranch } from './controlling-branch.ts'
import type { CopyDetails } from './copy.ts'
import type { Privileges } from './hold-queue.ts'
import type { CirculationStores } from './ports.ts'
import { resolve } from './rule-table.ts'
import type { RuleValues } from './rule-table.ts'

/** Whoever waits, and where he will fetch it. */
export interface Wanting extends Privileges {
  readonly reservation: { readonly branchId: BranchId }
}

export type FillingRules = (
  copy: Pick<CopyDetails, 'branchId' | 'loanCategory'>,
  wanting: Wanting,
) => RuleValues

/** @param branches where the copies live that will be asked about */
export const fillingRules = (
  stores: Pick<CirculationStores, 'rules' | 'settings' | 'calendars'>,
  branches: readonly BranchId[],
  now: Instant,
): TaskEither<never, FillingRules> =>
  pipe(
    together(stores.rules.current(), stores.settings.current(), stores.calendars.of([...new Set(branches)])),
    TE.map(
      ([table, settings, calendars]): FillingRules =>
        (copy, { membershipType, homeBranchId, reservation }) =>
          resolve(table, {
            branchId: controllingBranch(settings.controllingBranch, {
              copy: copy.branchId,
              place: reservation.branchId,
              home: homeBranchId,
            }),
            membershipType,
            loanCategory: copy.loanCategory,
            day: dayOf(now, (calendars.get(copy.branchId) ?? noCalendar).zone),
          }),
    ),
  )
