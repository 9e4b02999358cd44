/**
 * What is known of a member, a title and a copy at this moment, and what the rules say to it: asked alike by the
 * act (check out, renew) and by the dry run (eligibility), so that the two can never differ.
 */
import { noCalendar } from '../branches/branch.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import type { Member } from '../members/member.ts'
import { pipe, TE, together } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { dayOf, plusMinutes } from '../shared/local-time.ts'
import type { Instant, Period } from '../shared/local-time.ts'
import { add, zero } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'
import type { Verdict } from '../shared/refusal.ts'
import type { ControllingBranch } from '../settings/settings.ts'
import type { BorrowingPolicy } from './borrowing-policies.ts'
import { controllingBranch } from './controlling-branch.ts'
import type { Copy } from './copy.ts'
import { shortPeriod } from './high-demand.ts'
import { dueDate, freeze, namesFrozen } from './loan-terms.ts'
import type { DueDate, LoanTerms } from './loan-terms.ts'
import { isOverdue, renewalStart } from './loan.ts'
import type { Loan } from './loan.ts'
import { evaluate } from './policy.ts'
import type { CirculationStores, MemberAccount, PricedLoanOut } from './ports.ts'
import { demandFor } from './renewal-demand.ts'
import type { DemandStores } from './renewal-demand.ts'
import type { RenewalPolicy } from './renewal-policies.ts'
import { resolve, rowsUsed } from './rule-table.ts'
import type { RowUsed, RuleKey, RuleValues } from './rule-table.ts'
import { runningFine } from './standing.ts'
import type { Title } from './title.ts'

/** What a loan would end by. */
export interface Offer {
  readonly terms: LoanTerms
  readonly due: DueDate
}

export interface Assessment {
  readonly verdicts: readonly Verdict[]
  readonly values: RuleValues
  /** null when there is no copy to lend. */
  readonly offer: Offer | null
  readonly calendar: OpeningCalendar
  readonly account: MemberAccount
}

type AccountStores = Pick<CirculationStores, 'memberAccounts' | 'rules' | 'calendars'>
type CheckoutStores = AccountStores & Pick<CirculationStores, 'reservations'>

export interface CheckoutQuestion {
  readonly member: Member
  readonly title: Title
  readonly copy: Copy | null
  /** The staff lend it. */
  readonly desk: boolean
  /** The branch where it happens, as far as that is said; null is the copy's. */
  readonly place: BranchId | null
  /** Whose rules count. */
  readonly setting: ControllingBranch
  readonly now: Instant
}

/** Asks every borrowing policy, by the rules of the branch that counts. */
export const assessCheckout =
  (policies: readonly BorrowingPolicy[], stores: CheckoutStores) =>
  (question: CheckoutQuestion): TaskEither<never, Assessment> => {
    const { member, title, copy, now } = question
    const branchId = controllingBranch(question.setting, {
      copy: copy?.branchId ?? null,
      place: question.place,
      home: member.homeBranchId,
    })
    return pipe(
      gather(stores, member, branchId, now),
      TE.bindTo('gathered'),
      TE.let('values', ({ gathered }) => gathered.valuesFor(copy?.loanCategory ?? null)),
      TE.bind('short', ({ values }) => shortPeriod(stores, title.id, member.id, values)),
      TE.map(({ gathered: { account, calendar, calendars, rowsFor }, values, short }) => {
        const offer =
          copy === null
            ? null
            : offerFor(
                freeze(values, branchId ?? copy.branchId, calendar.zone, rowsFor(copy.loanCategory)),
                short,
                calendar,
                member,
                now,
              )
        const verdicts = evaluate(policies)({
          now,
          today: dayOf(now, calendar.zone),
          member,
          title,
          copy,
          desk: question.desk,
          due: offer?.due ?? null,
          values,
          blocks: account.blocks,
          loansOut: account.loansOut,
          debt: debtOf(account, calendars, now),
        })
        return { verdicts, values, offer, calendar, account }
      }),
    )
  }

type RenewalStores = AccountStores & DemandStores & Pick<CirculationStores, 'reservations'>

export interface RenewalQuestion {
  readonly member: Member
  readonly loan: Loan
  readonly loanCategory: string
  readonly now: Instant
}

/** Asks every renewal policy, by the terms and the zone frozen on the loan and the member's rules of today. */
export const assessRenewal =
  (policies: readonly RenewalPolicy[], stores: RenewalStores) =>
  ({ member, loan, loanCategory, now }: RenewalQuestion): TaskEither<never, Assessment> =>
    pipe(
      together(
        gather(stores, member, loan.terms.calendarBranchId, now),
        stores.reservations.queueOf(loan.bookId),
      ),
      TE.bindTo('read'),
      TE.bind('demand', ({ read: [{ rules }, queue] }) => demandFor(stores, loan.bookId, queue, rules, now)),
      TE.map(({ read: [{ account, calendar: found, calendars, valuesFor }], demand }) => {
        const calendar = { ...found, zone: loan.terms.zone }
        const values = valuesFor(loanCategory)
        const due = dueDate({
          from: renewalStart(loan, now),
          period: loan.terms.renewalPeriod ?? loan.terms.loanPeriod,
          terms: loan.terms,
          calendar,
          membershipExpiresOn: member.membershipExpiresOn,
        })
        const verdicts = evaluate(policies)({
          now,
          today: dayOf(now, calendar.zone),
          member,
          loan,
          due,
          demand,
          values,
          blocks: account.blocks,
          loansOut: account.loansOut,
          debt: debtOf(account, calendars, now),
        })
        return { verdicts, values, offer: { terms: loan.terms, due }, calendar, account }
      }),
    )

/** @param short the period of a title in high demand, which never makes a loan longer (R1.6); null where it is not */
const offerFor = (
  terms: LoanTerms,
  short: Period | null,
  calendar: OpeningCalendar,
  { membershipExpiresOn }: Member,
  from: Instant,
): Offer => {
  const endingBy = (kept: LoanTerms): Offer => ({
    terms: kept,
    due: dueDate({ from, period: kept.loanPeriod, terms: kept, calendar, membershipExpiresOn }),
  })
  const offer = endingBy(terms)
  if (short === null) return offer
  const shortened = endingBy({ ...terms, loanPeriod: short, shortened: true })
  return shortened.due.dueAt < offer.due.dueAt ? shortened : offer
}

export const gather = (stores: AccountStores, member: Member, branchId: BranchId | null, now: Instant) =>
  pipe(
    together(
      stores.memberAccounts.of(member.id, plusMinutes(now, -60)),
      stores.rules.current(),
      stores.calendars.of(branchId === null ? [] : [branchId]),
    ),
    TE.bindTo('known'),
    TE.bind('calendars', ({ known: [account, , calendars] }) =>
      pipe(
        stores.calendars.of(overdueElsewhere(account, calendars, now)),
        TE.map(others => new Map([...calendars, ...others])),
      ),
    ),
    TE.map(({ known: [account, rules], calendars }) => {
      const calendar = (branchId === null ? undefined : calendars.get(branchId)) ?? noCalendar
      const keyFor = (loanCategory: string | null): RuleKey => ({
        branchId,
        membershipType: member.membershipType,
        loanCategory,
        day: dayOf(now, calendar.zone),
      })
      const valuesFor = (loanCategory: string | null): RuleValues => resolve(rules, keyFor(loanCategory))
      const rowsFor = (loanCategory: string): readonly RowUsed[] =>
        rowsUsed(rules, keyFor(loanCategory), namesFrozen)
      return { account, calendar, calendars, rules, valuesFor, rowsFor }
    }),
  )

/** The branches whose calendars count for what runs on overdue loans, but for those that are known. */
const overdueElsewhere = (
  account: MemberAccount,
  known: ReadonlyMap<BranchId, OpeningCalendar>,
  now: Instant,
): readonly BranchId[] => [
  ...new Set(
    overdueOf(account, now)
      .map(({ loan }) => loan.terms.calendarBranchId)
      .filter(branch => !known.has(branch)),
  ),
]

const overdueOf = (account: MemberAccount, now: Instant): readonly PricedLoanOut[] =>
  account.loansOut.filter(({ loan }) => isOverdue(loan, now))

/**
 * R2.3: the ledger's balance plus what runs on the loans that are out and not yet posted. Each is reckoned as if those before
 * it had been posted, so that a cap per member counts once for all of them (R4.4).
 */
export const debtOf = (
  account: MemberAccount,
  calendars: ReadonlyMap<BranchId, OpeningCalendar>,
  now: Instant,
): Minor => {
  const running = overdueOf(account, now).reduce<Minor>((total, { loan, price }) => {
    if (loan.state !== 'open') return total
    const calendar = calendars.get(loan.terms.calendarBranchId) ?? noCalendar
    return add(total, runningFine(loan, calendar, price, now, add(account.unpaidOverdue, total)).amount)
  }, zero)
  return add(account.balance, running)
}
