/** The rules of a checkout (circulation R2.2, R2.3), one value each. A new one is added to the list below. */
import { ageOn, membershipValidOn } from '../members/member.ts'
import { stops } from '../members/member-block.ts'
import type { BlockedAction, MemberBlock } from '../members/member-block.ts'
import type { Member } from '../members/member.ts'
import type { Day, Instant } from '../shared/local-time.ts'
import { toIso } from '../shared/local-time.ts'
import type { Minor } from '../shared/money.ts'
import { lendableTo } from './copy.ts'
import type { Copy } from './copy.ts'
import type { DueDate } from './loan-terms.ts'
import { isOverdue } from './loan.ts'
import type { UnreturnedLoan } from './loan.ts'
import { atMost, holds, roomFor } from './policy.ts'
import type { Policy } from './policy.ts'
import type { RuleValues } from './rule-table.ts'
import type { Title } from './title.ts'

/** A loan that is still out, with what its rules need of the copy. */
export interface LoanOut {
  readonly loan: UnreturnedLoan
  readonly loanCategory: string
}

/** What every rule that looks at the member's account needs. */
export interface AccountFacts {
  readonly now: Instant
  /** In the zone that counts. */
  readonly today: Day
  readonly member: Member
  /** Manual ones that were not lifted. */
  readonly blocks: readonly MemberBlock[]
  readonly loansOut: readonly LoanOut[]
  /** Minor units: the ledger's balance plus the fines that run on open loans. */
  readonly debt: Minor
  readonly values: RuleValues
}

export interface BorrowingFacts extends AccountFacts {
  readonly title: Title
  /** null when no copy of the title can be had. */
  readonly copy: Copy | null
  /** The staff lend it: they have the copy in hand. */
  readonly desk: boolean
  /** What it would give, null without a copy. */
  readonly due: DueDate | null
}

export type BorrowingPolicy = Policy<BorrowingFacts>
export type AccountPolicy = Policy<AccountFacts>

/** Claimed-returned loans do not count against a limit (R2.3). */
export const countedLoans = (loansOut: readonly LoanOut[]): readonly LoanOut[] =>
  loansOut.filter(({ loan }) => loan.state !== 'claimed_returned')

export const memberStatus: AccountPolicy = {
  rule: 'member-status',
  kind: 'blocker',
  message: 'The member must be active',
  ask: ({ member }) => holds(member.status === 'active', 'active', member.status),
}

export const membershipExpiry: AccountPolicy = {
  rule: 'membership-expired',
  kind: 'overridable',
  message: 'The membership must not have ended',
  ask: ({ member, today }) => holds(membershipValidOn(member, today), member.membershipExpiresOn, today),
}

const manualBlock = (action: BlockedAction): AccountPolicy => ({
  rule: 'manual-block',
  kind: 'overridable',
  message: 'The staff must not have blocked the member',
  ask: ({ blocks, today }) => atMost(0, blocks.filter(block => stops(block, action, today)).length),
})

/** Each block stands in the way by itself: nothing is free before the last of them is over (R2.2). */
export const manualBlocks: Readonly<Record<BlockedAction, AccountPolicy>> = {
  checkout: manualBlock('checkout'),
  renew: manualBlock('renew'),
  reserve: manualBlock('reserve'),
}

export const debtCeiling: AccountPolicy = {
  rule: 'debt',
  kind: 'overridable',
  message: 'The member must owe less than the ceiling',
  ask: ({ debt, values }) =>
    holds(debt <= 0 || values.debtCeiling === null || debt < values.debtCeiling, values.debtCeiling, debt),
}

export const overdueLimit: AccountPolicy = {
  rule: 'max-overdue',
  kind: 'overridable',
  message: 'The member must not have more overdue loans than allowed',
  ask: ({ loansOut, now, values }) =>
    atMost(values.maxOverdue, loansOut.filter(({ loan }) => isOverdue(loan, now)).length),
}

export const lostLimit: AccountPolicy = {
  rule: 'max-lost',
  kind: 'overridable',
  message: 'The member must not have more lost loans than allowed',
  ask: ({ loansOut, values }) =>
    atMost(values.maxLost, loansOut.filter(({ loan }) => loan.state === 'lost').length),
}

export const loanLimit: BorrowingPolicy = {
  rule: 'loan-limit',
  kind: 'overridable',
  message: 'The member must have room for another loan',
  ask: ({ loansOut, values }) => roomFor(values.maxLoans, countedLoans(loansOut).length),
}

export const loanLimitInCategory: BorrowingPolicy = {
  rule: 'loan-limit-in-category',
  kind: 'overridable',
  message: 'The member must have room for another loan of this category',
  ask: ({ loansOut, values, copy }) =>
    roomFor(
      values.maxLoansInCategory,
      countedLoans(loansOut).filter(({ loanCategory }) => loanCategory === copy?.loanCategory).length,
    ),
}

export const sameTitle: BorrowingPolicy = {
  rule: 'same-title',
  kind: 'blocker',
  message: 'The member must not have another copy of the same title on loan',
  ask: ({ loansOut, title }) => roomFor(1, loansOut.filter(({ loan }) => loan.bookId === title.id).length),
}

/** Its failure is a conflict with what is so, not a rule that said no: the answer is 409 (R2.6). */
export const copyStatus: BorrowingPolicy = {
  rule: 'copy-status',
  kind: 'blocker',
  message: 'The copy must be at hand and not kept for another member',
  // A missing copy turns up at a desk (R2.5), not in a member's hands.
  ask: ({ copy, member, desk }) =>
    holds(
      copy !== null && lendableTo(copy, member.id) && (desk || copy.status !== 'missing'),
      'available',
      copy?.status ?? 'none',
    ),
}

export const missingCopy: BorrowingPolicy = {
  rule: 'copy-missing',
  kind: 'warning',
  message: 'The copy was marked missing; lending it clears the mark',
  ask: ({ copy }) => holds(copy?.status !== 'missing', null, copy?.status ?? null),
}

export const lendable: BorrowingPolicy = {
  rule: 'lendable',
  kind: 'overridable',
  message: 'Copies of this category must be lent to members of this type',
  ask: ({ values, copy }) => holds(values.lendable, null, copy?.loanCategory ?? null),
}

export const minimumAge: BorrowingPolicy = {
  rule: 'min-age',
  kind: 'overridable',
  message: 'The member must be old enough for the title',
  ask: ({ title, member, today }) => {
    const age = ageOn(member, today)
    return holds(title.minAge === null || (age !== null && age >= title.minAge), title.minAge, age)
  },
}

/** R1.5: a hard date or the end of the membership may leave no time at all. */
export const dueLater: BorrowingPolicy = {
  rule: 'due-date',
  kind: 'blocker',
  message: 'The due date must lie in the future',
  ask: ({ due, now }) =>
    holds(due === null || due.dueAt > now, toIso(now), due === null ? null : toIso(due.dueAt)),
}

/** R1.4: said, not refused, of a renewal as of a checkout. */
export const openBranch: Policy<Pick<BorrowingFacts, 'due'>> = {
  rule: 'opening-hours',
  kind: 'warning',
  message: 'The branch has no open day near the due date, so its calendar was ignored',
  ask: ({ due }) => holds(due?.calendarIgnored !== true),
}

/** Blocks that lie with the member, whatever he wants to borrow, renew or reserve; a manual one may be of one of these alone. */
export const accountPolicies = (action: BlockedAction): readonly AccountPolicy[] => [
  memberStatus,
  membershipExpiry,
  manualBlocks[action],
  debtCeiling,
  overdueLimit,
  lostLimit,
]

export const borrowingPolicies: readonly BorrowingPolicy[] = [
  ...accountPolicies('checkout'),
  copyStatus,
  missingCopy,
  lendable,
  minimumAge,
  sameTitle,
  loanLimit,
  loanLimitInCategory,
  dueLater,
  openBranch,
]
