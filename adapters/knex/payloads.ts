/** JSON as it is stored, decoded when it is read back: what does not fit is a damaged row, and thrown. */
import * as t from 'io-ts'
import { weekdays } from '../../core/shared/local-time.ts'
import { camelled, snaked } from '../../core/shared/spelling.ts'
import type { BranchDetails } from '../../core/branches/branch.ts'
import type { Hours } from '../../core/branches/opening-calendar.ts'
import type { Adjustments } from '../../core/identity/actor.ts'
import type { LoanTerms } from '../../core/circulation/loan-terms.ts'
import { lackedBy } from '../../core/circulation/rule-table.ts'
import type { RuleValues } from '../../core/circulation/rule-table.ts'
import { blockedActions } from '../../core/members/member-block.ts'
import type { BlockedAction } from '../../core/members/member-block.ts'
import type { Preferences } from '../../core/members/member.ts'
import type { LibrarySettings } from '../../core/settings/settings.ts'
import type { LibraryEvent } from '../../core/notices/notice.ts'
import { fromJson, toJson } from './columns.ts'

export const decoded = <A>(codec: t.Decoder<unknown, A>, value: unknown, what: string): A => {
  const result = codec.decode(value)
  if (result._tag === 'Left') {
    const at = result.left[0]?.context.map(({ key }) => key).join('.') ?? ''
    throw new Error(`A stored ${what} cannot be read${at === '' ? '' : ` at ${at}`}`)
  }
  return result.right
}

/** More texts than this are not kept. */
const keptTexts = 200

/** For what is read again and again and is the same for many rows: what was read of a text is kept. */
const keptByText = <A>(read: (stored: string) => A): ((stored: unknown) => A) => {
  const known = new Map<string, A>()
  return stored => {
    const text = String(stored)
    const kept = known.get(text)
    if (kept !== undefined) return kept
    const fresh = read(text)
    const [oldest] = known.keys()
    if (known.size >= keptTexts && oldest !== undefined) known.delete(oldest)
    known.set(text, fresh)
    return fresh
  }
}

const hours = t.array(t.tuple([t.string, t.string]))
const week = t.type(Object.fromEntries(weekdays.map(day => [day, hours])))

export const hoursFromJson = (stored: unknown): BranchDetails['hoursOfOperation'] =>
  decoded(week, toJson(stored), 'week of opening hours') as unknown as BranchDetails['hoursOfOperation']

export const openFromJson = (stored: unknown): readonly Hours[] =>
  decoded(hours, toJson(stored), 'list of opening hours') as unknown as readonly Hours[]

export const servicesFromJson = (stored: unknown): readonly string[] =>
  decoded(t.array(t.string), toJson(stored), 'list of services')

export const stringsFromJson = (stored: unknown): readonly string[] =>
  decoded(t.array(t.string), toJson(stored), 'list')

const actions = t.array(
  t.keyof(Object.fromEntries(blockedActions.map(action => [action, null])) as Record<BlockedAction, null>),
)

export const blockedActionsFromJson = keptByText((stored): readonly BlockedAction[] =>
  decoded(actions, toJson(stored), 'list of what a member is kept from'),
)

const preferences = t.partial({ language: t.string, keepHistory: t.boolean })

export const preferencesFromJson = keptByText((stored): Preferences =>
  decoded(preferences, toJson(stored), "member's preferences"),
)

const adjustments = t.type({ extra: t.array(t.string), withheld: t.array(t.string) })

/** null for one of the staff who may what his role may. */
export const adjustmentsFromJson = (stored: unknown): Adjustments | null =>
  stored === null ? null : someAdjustments(stored)

const someAdjustments = keptByText((stored): Adjustments =>
  decoded(adjustments, toJson(stored), 'list of what one of the staff may'),
)

const orNull = <A>(codec: t.Type<A>) => t.union([codec, t.null])
const count = orNull(t.number)

const period = t.type({
  length: t.number,
  unit: t.keyof({ minutes: null, hours: null, days: null, weeks: null, months: null }),
})

const fineRule = t.type({
  amount: t.number,
  per: t.keyof({ hour: null, day: null, week: null }),
  chargeAt: t.keyof({ start_of_unit: null, end_of_unit: null }),
  grace: t.number,
  graceMode: t.keyof({ forgive: null, deduct: null }),
  steps: t.array(t.type({ afterUnits: t.number, amount: t.number })),
  countClosedDays: t.boolean,
  cap: count,
  capToPrice: t.boolean,
  memberCap: count,
})

/** The values that are frozen on a loan. */
const frozen = {
  loanPeriod: period,
  closedDays: t.keyof({ ignore: null, next_open_day: null, previous_open_day: null, count_open_days: null }),
  closedHours: t.keyof({ ignore: null, shorten_to_closing: null, next_opening: null }),
  hardDueDate: orNull(t.string),
  hardDueDateMode: t.keyof({ replace: null, cap: null, floor: null }),
  endWithMembership: t.boolean,
  maxRenewals: count,
  renewalPeriod: orNull(period),
  renewalFrom: t.keyof({ due_date: null, now: null }),
  fine: fineRule,
  lostProcessingFee: count,
  lostRefundDays: count,
  refundProcessingFee: t.boolean,
  defaultPrice: count,
  chargeOverdueOnLostReturn: t.boolean,
  damageFees: t.type({ minor: count, major: count, beyondRepair: count }),
}

const rowUsed = t.type({
  branchId: count,
  membershipType: orNull(t.string),
  loanCategory: orNull(t.string),
  validFrom: orNull(t.string),
  validTo: orNull(t.string),
  gave: t.array(t.string),
})

// Loans of before these were kept have neither.
const terms = t.intersection([
  t.type({ ...frozen, calendarBranchId: t.number, zone: t.string }),
  t.partial({ shortened: t.boolean, rows: orNull(t.array(rowUsed)) }),
])

/** Frozen terms are kept in the core's own names: nobody but the core reads them. */
export const termsFromJson = keptByText((stored): LoanTerms => {
  const kept = decoded(terms, toJson(stored), 'set of loan terms')
  return { ...kept, shortened: kept.shortened ?? false, rows: kept.rows ?? null } as unknown as LoanTerms
})

const values = t.partial({
  ...frozen,
  lendable: t.boolean,
  maxCheckoutsPerHour: count,
  highDemand: orNull(t.type({ reservationsOver: t.number, loanPeriod: period })),
  maxLoans: count,
  maxLoansInCategory: count,
  maxOverdue: count,
  maxLost: count,
  debtCeiling: count,
  renewalNotBeforeDays: count,
  renewalIfOverdue: t.keyof({ allow: null, block_if_any: null, block_this: null }),
  renewalBlackouts: t.array(t.type({ from: t.string, to: t.string })),
  autoRenew: t.boolean,
  maxReservations: count,
  reservationsWhenOnShelf: t.keyof({ allow: null, refuse: null, allow_if_none_at_pickup: null }),
  reservationDays: count,
  pickupDays: count,
  reservationPriority: t.number,
  escalation: orNull(
    t.type({
      reminderDays: t.array(t.number),
      blockDays: count,
      lostDays: count,
      collectionDays: count,
      collectionOver: count,
    }),
  ),
})

const librarySettings = t.type({
  controllingBranch: t.keyof({ copy: null, transaction: null, member: null }),
  selfReturn: t.boolean,
  historyDays: count,
  transferDays: t.number,
  dueReminderDays: count,
})

/** Stored in snake_case like the rules. */
export const settingsFromJson = keptByText((stored): LibrarySettings =>
  decoded(librarySettings, camelled(toJson(stored)), 'set of settings'),
)

export const clockFromJson = (stored: unknown): number | null =>
  decoded(t.type({ offset: count }), toJson(stored), 'clock').offset

/** Rule values are stored as the API writes them, in snake_case. */
export const ruleValuesFromJson = (stored: unknown): Partial<RuleValues> =>
  decoded(values, camelled(toJson(stored)), 'rule row') as unknown as Partial<RuleValues>

export const ruleValuesToJson = (row: Partial<RuleValues>): string => fromJson(snaked(row))

/** The default row has every value (R0.4); one that lacks a value was damaged. */
export const allRuleValues = (row: Partial<RuleValues>): RuleValues => {
  const missing = lackedBy(row)
  if (missing.length > 0) throw new Error(`The default rule row lacks ${missing.join(', ')}`)
  return row as RuleValues
}

const ofALoan = {
  loanId: t.number,
  memberId: t.number,
  copyId: t.number,
  bookId: t.number,
  branchId: t.number,
}

const ofAReservation = t.type({
  reservationId: t.number,
  memberId: t.number,
  bookId: t.number,
  branchId: t.number,
  copyId: orNull(t.number),
  readyUntil: orNull(t.number),
})
const ofATransfer = { copyId: t.number, bookId: t.number, toBranchId: t.number }
const ofAFine = { memberId: t.number, loanId: orNull(t.number), amount: t.number }

const eventPayloads: Readonly<Record<string, t.Decoder<unknown, object>>> = {
  'LoanOpened 1': t.type({ ...ofALoan, dueAt: t.number, overridden: t.array(t.string) }),
  'LoanRenewed 1': t.type({
    ...ofALoan,
    dueAt: t.number,
    previousDueAt: t.number,
    renewalCount: t.number,
    overridden: t.array(t.string),
  }),
  'LoanDueDateMoved 1': t.type({ ...ofALoan, dueAt: t.number, previousDueAt: t.number }),
  // Events of before there were claims say neither what the loan was nor how the claim ended.
  'LoanReturned 1': t.intersection([
    t.type({ ...ofALoan, returnedAt: t.number }),
    t.partial({ after: t.string, resolution: orNull(t.string) }),
  ]),
  'LoanLost 1': t.type({ ...ofALoan, after: t.string }),
  'LoanClaimedReturned 1': t.type(ofALoan),
  'LoanDamageReported 1': t.type({ ...ofALoan, severity: t.string }),
  'LoanNotRenewed 1': t.type({ ...ofALoan, dueAt: t.number, rules: t.array(t.string) }),
  'LoanDueSoon 1': t.type({ ...ofALoan, dueAt: t.number }),
  'CopyUsedInHouse 1': t.type({ copyId: t.number, bookId: t.number, branchId: t.number }),
  'ReservationPlaced 1': ofAReservation,
  'ReservationChanged 1': ofAReservation,
  'ReservationSuspended 1': ofAReservation,
  'ReservationResumed 1': ofAReservation,
  'ReservationUnfillable 1': ofAReservation,
  'ReservationFillable 1': ofAReservation,
  'ReservationSent 1': ofAReservation,
  'ReservationReady 1': ofAReservation,
  'ReservationShelfDateMoved 1': ofAReservation,
  'ReservationFulfilled 1': ofAReservation,
  'ReservationCancelled 1': ofAReservation,
  'ReservationExpired 1': ofAReservation,
  'TransferStarted 1': t.type({ ...ofATransfer, fromBranchId: t.number, reservationId: orNull(t.number) }),
  'TransferRedirected 1': t.type({ ...ofATransfer, reservationId: orNull(t.number) }),
  'TransferEnded 1': t.type({ ...ofATransfer, ended: t.string }),
  'TransferOverdue 1': t.type({
    ...ofATransfer,
    transferId: t.number,
    fromBranchId: t.number,
    reservationId: orNull(t.number),
    sentAt: t.number,
  }),
  'FineCharged 1': t.type({ ...ofAFine, fineType: t.string }),
  'FinePaid 1': t.type({ ...ofAFine, balance: t.number }),
  'FineWaived 1': t.type({ ...ofAFine, balance: t.number }),
  'FineRefunded 1': t.type({ ...ofAFine, balance: t.number }),
  'AccountLocked 1': t.type({ memberId: t.number, failures: t.number, lockedUntil: t.number }),
  'MemberLoginChanged 1': t.type({
    memberId: t.number,
    username: t.boolean,
    email: t.boolean,
    byHimself: t.boolean,
  }),
  'MemberRegistered 1': t.type({ memberId: t.number, status: t.string }),
  'PasswordChanged 1': t.type({ memberId: t.number, by: t.string }),
  'AccountMailQueued 1': t.type({ tokenId: t.number }),
  'SecondFactorEnrolled 1': t.type({ memberId: t.number, recoveryCodes: t.number }),
  'SecondFactorRemoved 1': t.type({ memberId: t.number, byHimself: t.boolean }),
  'RecoveryCodesRenewed 1': t.type({ memberId: t.number, recoveryCodes: t.number }),
  'RecoveryCodeUsed 1': t.type({ memberId: t.number, left: t.number }),
}

/** An event of a type or version that this program does not know is left to one that does: null. */
export const eventFromRow = (
  row: Omit<LibraryEvent, 'payload'> & { readonly payload: unknown },
): LibraryEvent | null => {
  const codec = eventPayloads[`${row.type} ${String(row.version)}`]
  if (codec === undefined) return null
  return { ...row, payload: decoded(codec, toJson(row.payload), `${row.type} event`) } as LibraryEvent
}
