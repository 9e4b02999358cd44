/** The job `auto-renew`: one day before it is due a loan is renewed where the rules allow it, and its member told either way (R5.4). */
import { actBy, system } from '../../identity/actor.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { LoanId } from '../../shared/id.ts'
import { dayOf, daysBetween, plusDays, startOfDay } from '../../shared/local-time.ts'
import type { Instant, Zone } from '../../shared/local-time.ts'
import { nothing, oneByOne } from '../../shared/one-by-one.ts'
import type { Tally } from '../../shared/one-by-one.ts'
import type { DuplicateKey, StaleWrite, StoreFailure } from '../../shared/unit-of-work.ts'
import { notRenewed as notRenewedEntry } from '../audit-entries.ts'
import { refuseRenewal } from '../loan.ts'
import type { Loan, OpenLoan } from '../loan.ts'
import { spareIds } from '../overdue-charge.ts'
import { refusing } from '../policy.ts'
import type { CirculationQueries } from '../display-ports.ts'
import { laterThanBefore } from '../renewal-policies.ts'
import { examine, extend } from '../renewal.ts'
import type { Examined, RenewalStores, RenewDeps, RenewError } from '../renewal.ts'
import type { RuleTable } from '../rule-table.ts'

export interface AutoRenewDeps extends RenewDeps {
  readonly queries: Pick<CirculationQueries, 'endingSoon'>
}

/**
 * Renewed is done; refused, which is told once for a due date, or not asked for by the rules is skipped. Safe to run twice: what was
 * renewed is due later, and what was refused is marked.
 */
export const autoRenew = (deps: AutoRenewDeps): TaskEither<StoreFailure, Tally> =>
  pipe(
    deps.work.run(({ rules }) => rules.current()),
    TE.flatMap(table =>
      isAnywhereOn(table)
        ? pipe(
            TE.fromIO(() => deps.clock.now()),
            TE.flatMap(now =>
              oneByOne<LoanId>(
                (after, limit) => deps.queries.endingSoon(now, horizon(now), after, limit),
                loanId => renewOrTell(deps, loanId),
              ),
            ),
          )
        : TE.right(nothing),
    ),
  )

/** Where no rule asks for it no loan is looked at. */
const isAnywhereOn = ({ defaults, rows }: RuleTable): boolean =>
  defaults.autoRenew || rows.some(({ values }) => values.autoRenew === true)

/** What is due tomorrow anywhere is due before: no zone is further ahead than a day. */
const horizon = (now: Instant): Instant => startOfDay(plusDays(dayOf(now, 'UTC' as Zone), 4), 'UTC' as Zone)

const act = actBy(system)

const renewOrTell = (
  { work, clock, ids, policies }: AutoRenewDeps,
  loanId: LoanId,
): TaskEither<RenewError, boolean> =>
  pipe(
    spareIds(ids),
    TE.flatMap(spare =>
      work.run(stores => {
        const now = clock.now()
        return pipe(
          stores.loans.locate(loanId),
          TE.flatMap(keys => examine(stores, policies, act, keys, now)),
          TE.flatMap((examined): TaskEither<RenewError, boolean> => {
            const { loan } = examined.locked
            if (!isItsDay(loan, now) || !examined.assessment.values.autoRenew) return TE.right(false)
            return refusing(examined.assessment.verdicts, null).length > 0
              ? tell(stores, loan, examined, now)
              : pipe(
                  extend(stores, { act, override: null, spare, now, ...examined }),
                  TE.map(() => true),
                )
          }),
        )
      }),
    ),
  )

/**
 * The day before it is due by the wall calendar of its zone, or the due day itself where no job ran on the day before. What is lent for
 * hours has no such day.
 */
const isItsDay = (loan: Loan, now: Instant): loan is OpenLoan => {
  const { unit } = loan.terms.renewalPeriod ?? loan.terms.loanPeriod
  const { zone } = loan.terms
  return (
    loan.state === 'open' &&
    unit !== 'minutes' &&
    unit !== 'hours' &&
    loan.notRenewedFor !== loan.dueAt &&
    now < loan.overdueFrom &&
    daysBetween(dayOf(now, zone), dayOf(loan.dueAt, zone)) <= 1
  )
}

const tell = (
  stores: RenewalStores,
  loan: OpenLoan,
  { assessment }: Examined,
  now: Instant,
): TaskEither<StaleWrite | DuplicateKey, boolean> => {
  const rules = refusing(assessment.verdicts, null).map(({ rule }) => rule)
  // Counted from now the date may be no later today, and later on the due day: it is tried again then.
  const tomorrow = dayOf(now, loan.terms.zone) < dayOf(loan.dueAt, loan.terms.zone)
  if (tomorrow && rules.every(rule => rule === laterThanBefore.rule)) return TE.right(false)
  return pipe(
    stores.loans.save(refuseRenewal(loan, rules, now), act),
    TE.tap(() => stores.audit.record(act, notRenewedEntry(loan, rules, now))),
    TE.map(() => false),
  )
}
