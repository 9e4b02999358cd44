/** What the rules say to a reservation, asked alike by the act and by the dry run (eligibility). */
import type { Member } from '../members/member.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { dayOf } from '../shared/local-time.ts'
import type { Day, Instant } from '../shared/local-time.ts'
import type { Verdict } from '../shared/refusal.ts'
import { debtOf, gather } from './assessment.ts'
import { controllingBranch } from './controlling-branch.ts'
import type { Copy } from './copy.ts'
import { evaluate } from './policy.ts'
import type { CirculationStores } from './ports.ts'
import type { ReservationPolicy } from './reservation-policies.ts'
import { resolve } from './rule-table.ts'
import type { RuleValues } from './rule-table.ts'
import type { Title } from './title.ts'

export type ReservationAssessmentStores = Pick<
  CirculationStores,
  'memberAccounts' | 'rules' | 'calendars' | 'copies' | 'reservations' | 'pickupBranches' | 'settings'
>

export interface ReservationQuestion {
  readonly member: Member
  readonly title: Title
  /** Where it will be fetched. */
  readonly branchId: BranchId
  readonly now: Instant
}

export interface ReservationAssessment {
  readonly verdicts: readonly Verdict[]
  readonly values: RuleValues
  /** In the zone that counts. */
  readonly today: Day
}

/**
 * Asks every reservation policy, by the rules of the branch that counts (R0.1). The copy's, where that is asked for, is the one
 * which would likely fill it: one that lives where it will be fetched, else the first there is; without any it is the pickup branch.
 */
export const assessReservation =
  (policies: readonly ReservationPolicy[], stores: ReservationAssessmentStores) =>
  ({ member, title, branchId, now }: ReservationQuestion): TaskEither<never, ReservationAssessment> =>
    pipe(
      TE.Do,
      TE.bind('copies', () => stores.copies.ofBook(title.id)),
      TE.bind('living', () => stores.reservations.livingOf(member.id)),
      TE.bind('serves', () => stores.pickupBranches.serves(branchId)),
      TE.bind('settings', () => stores.settings.current()),
      TE.let(
        'countsFor',
        ({ settings }) =>
          (copy: BranchId | null) =>
            controllingBranch(settings.controllingBranch, {
              copy,
              place: branchId,
              home: member.homeBranchId,
            }),
      ),
      TE.bind('gathered', ({ copies, countsFor }) =>
        gather(stores, member, countsFor(likely(copies, branchId)?.branchId ?? null) ?? branchId, now),
      ),
      TE.map(({ copies, living, serves, countsFor, gathered }) => {
        const { account, calendar, calendars, rules, valuesFor } = gathered
        const today = dayOf(now, calendar.zone)
        const values = valuesFor(likely(copies, branchId)?.loanCategory ?? null)
        const lendable = (copy: Copy): boolean =>
          resolve(rules, {
            branchId: countsFor(copy.branchId),
            membershipType: member.membershipType,
            loanCategory: copy.loanCategory,
            day: today,
          }).lendable
        const verdicts = evaluate(policies)({
          now,
          today,
          member,
          title,
          values,
          blocks: account.blocks,
          loansOut: account.loansOut,
          debt: debtOf(account, calendars, now),
          living,
          fillable: copies.filter(copy => mayComeBack(copy) && lendable(copy)),
          pickup: { branchId, serves },
        })
        return { verdicts, values, today }
      }),
    )

const likely = (copies: readonly Copy[], pickup: BranchId): Copy | undefined => {
  const coming = copies.filter(mayComeBack)
  return coming.find(({ branchId }) => branchId === pickup) ?? coming[0]
}

/**
 * It is there, or is expected to be again; nobody counts on what is lost, missing or said to be returned. What is damaged and not being
 * mended is kept for nobody (R3.3).
 */
const mayComeBack = ({ status, condition }: Copy): boolean =>
  status === 'maintenance' ||
  (condition !== 'damaged' &&
    (status === 'available' || status === 'kept' || status === 'on_loan' || status === 'in_transit'))
