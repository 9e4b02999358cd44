/** Test data with plain defaults: a test names only what it is about. */
import type { FineRule, OverdueFacts } from '../../core/accounts/fine-policies.ts'
import type { Closure, Hours, OpeningCalendar } from '../../core/branches/opening-calendar.ts'
import type { BookDetails } from '../../core/catalogue/book.ts'
import type { BorrowingFacts, LoanOut } from '../../core/circulation/borrowing-policies.ts'
import type { Copy, CopyDetails, CopyStatus } from '../../core/circulation/copy.ts'
import { freeze } from '../../core/circulation/loan-terms.ts'
import type { LoanTerms } from '../../core/circulation/loan-terms.ts'
import type { ClaimedLoan, LoanState, LostLoan, OpenLoan, ReturnedLoan } from '../../core/circulation/loan.ts'
import type { RenewalFacts } from '../../core/circulation/renewal-policies.ts'
import type { ReservationFacts } from '../../core/circulation/reservation-policies.ts'
import type { Reservation, ReservationStatus } from '../../core/circulation/reservation.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import type { RuleValues } from '../../core/circulation/rule-table.ts'
import type { Title } from '../../core/circulation/title.ts'
import type { Actor, Role } from '../../core/identity/actor.ts'
import type { Permission } from '../../core/identity/permissions.ts'
import type { MemberBlock } from '../../core/members/member-block.ts'
import type { Member } from '../../core/members/member.ts'
import { id } from '../../core/shared/id.ts'
import type {
  AuthorId,
  BookId,
  BranchId,
  CopyId,
  FineId,
  LedgerEntryId,
  LoanId,
  MemberId,
  ReservationId,
  SessionId,
} from '../../core/shared/id.ts'
import { fromIso, toIso, weekdays } from '../../core/shared/local-time.ts'
import type { Day, Instant, Weekday, WallTime, Zone } from '../../core/shared/local-time.ts'
import { minor } from '../../core/shared/money.ts'

// Ids, days and instants

export const authorId = (value: number): AuthorId => id(value)
export const bookId = (value: number): BookId => id(value)
export const branchId = (value: number): BranchId => id(value)
export const copyId = (value: number): CopyId => id(value)
export const fineId = (value: number): FineId => id(value)
export const entryId = (value: number): LedgerEntryId => id(value)
export const loanId = (value: number): LoanId => id(value)
export const memberId = (value: number): MemberId => id(value)
export const reservationId = (value: number): ReservationId => id(value)
export const sessionId = (value: number): SessionId => id(value)

export const day = (text: string): Day => text as Day
export const zone = (name: string): Zone => name as Zone
export const wall = (text: string): WallTime => text as WallTime

/** An instant as a wall clock shows it, with the offset written out: `2026-03-10T15:00:00+01:00`. */
export const at = (text: string): Instant => {
  const instant = fromIso(text)
  if (instant === null) throw new Error(`Not an instant: ${text}`)
  return instant
}

/** The same instant in UTC, for comparing what is readable. */
export const utc = (text: string): string => toIso(at(text))

// Calendars

export const hours = (...stretches: (readonly [string, string])[]): readonly Hours[] =>
  stretches.map(([opens, closes]) => [wall(opens), wall(closes)])

const nineToSix = hours(['09:00', '18:00'])

/** Every weekday with the same hours. */
export const everyDay = (stretches: readonly Hours[]): OpeningCalendar['weekly'] =>
  week(Object.fromEntries(weekdays.map(weekday => [weekday, stretches])))

/** The weekdays named; the others are closed. */
export const week = (open: Partial<Record<Weekday, readonly Hours[]>>): OpeningCalendar['weekly'] => ({
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
  ...open,
})

/** In Berlin, 9 to 18 on every day of the week. */
export const aCalendar = (changes: Partial<OpeningCalendar> = {}): OpeningCalendar => ({
  zone: zone('Europe/Berlin'),
  weekly: everyDay(nineToSix),
  closures: [],
  ...changes,
})

/** 9 to 18 on the weekdays named. */
export const openOn = (open: readonly Weekday[], changes: Partial<OpeningCalendar> = {}): OpeningCalendar =>
  aCalendar({ weekly: week(Object.fromEntries(open.map(weekday => [weekday, nineToSix]))), ...changes })

export const neverOpen = (changes: Partial<OpeningCalendar> = {}): OpeningCalendar => openOn([], changes)

const closure = (yearly: boolean, from: string, to: string, open: readonly Hours[]): Closure => ({
  from: day(from),
  to: day(to),
  yearly,
  open,
})

export const closed = (from: string, to = from): Closure => closure(false, from, to, [])
export const closedYearly = (from: string, to = from): Closure => closure(true, from, to, [])
export const exceptionally = (from: string, to = from): Closure =>
  closure(false, from, to, hours(['10:00', '14:00']))

/** The worked example of the fines: closed 24 to 26 December and 31 December to 3 January only. */
export const december = aCalendar({
  closures: [closed('2026-12-24', '2026-12-26'), closed('2026-12-31', '2027-01-03')],
})

// Rules

export const aRule = (changes: Partial<RuleValues> = {}): RuleValues => ({ ...defaultValues, ...changes })

export const someTerms = (changes: Partial<LoanTerms> = {}): LoanTerms => ({
  ...freeze(defaultValues, branchId(1), zone('Europe/Berlin')),
  ...changes,
})

/** A fine of 1 a unit with neither grace nor caps, so that the amount is the units. */
export const aFineRule = (changes: Partial<FineRule> = {}): FineRule => ({
  ...defaultValues.fine,
  amount: minor(1),
  cap: null,
  capToPrice: false,
  ...changes,
})

/** Due on 10 March 2026 in Berlin, back on time. */
export const overdueFacts = (changes: Partial<OverdueFacts> = {}): OverdueFacts => ({
  rule: aFineRule(),
  calendar: aCalendar(),
  dueAt: at('2026-03-10T23:59:59+01:00'),
  overdueFrom: at('2026-03-11T00:00:00+01:00'),
  until: at('2026-03-10T12:00:00+01:00'),
  price: null,
  defaultPrice: null,
  alreadyPosted: minor(0),
  unpaidOverdue: minor(0),
  ...changes,
})

// Members, titles, copies and loans

export const aMember = (changes: Partial<Member> = {}): Member => ({
  id: memberId(1),
  version: 1,
  username: 'ada',
  email: 'ada@example.org',
  firstName: 'Ada',
  lastName: 'Lovelace',
  phone: null,
  address: null,
  city: null,
  state: null,
  zipCode: null,
  dateOfBirth: null,
  emergencyContact: null,
  preferences: {},
  homeBranchId: null,
  guardianId: null,
  status: 'active',
  membershipType: 'standard',
  membershipDate: day('2025-01-01'),
  membershipExpiresOn: null,
  cardNumber: '20000000000014',
  ...changes,
})

export const aTitle = (changes: Partial<Title> = {}): Title => ({
  id: bookId(1),
  title: 'Emma',
  minAge: null,
  holdings: { total: 1, available: 1, circulating: 0 },
  ...changes,
})

type CopyOf<Status extends CopyStatus> = Extract<Copy, { status: Status }>

/** What only some of the states have, each with a value that must not outlive its state. */
const stateOf = {
  available: { status: 'available' },
  kept: { status: 'kept', keptFor: memberId(1) },
  on_loan: { status: 'on_loan', loanId: loanId(1) },
  in_transit: { status: 'in_transit', destination: branchId(1) },
  missing: { status: 'missing' },
  lost: { status: 'lost', loanId: loanId(1) },
  claimed_returned: { status: 'claimed_returned', loanId: loanId(1) },
  maintenance: { status: 'maintenance' },
  withdrawn: { status: 'withdrawn' },
} as const

export const copyFacts = {
  id: copyId(1),
  bookId: bookId(1),
  version: 3,
  branchId: branchId(1),
  copyNumber: 1,
  barcode: 'B-1',
  condition: 'good',
  location: 'Shelf 7',
  acquisitionDate: day('2024-05-06'),
  lastMaintenance: day('2025-06-07'),
  price: minor(1500),
  loanCategory: 'book',
} as const

/** At home in branch 1. */
export const aCopy = <Status extends CopyStatus>(
  status: Status,
  changes: Partial<CopyDetails & Omit<CopyOf<Status>, 'status'>> = {},
): CopyOf<Status> => ({ ...copyFacts, ...stateOf[status], ...changes }) as unknown as CopyOf<Status>

interface LoanOf {
  open: OpenLoan
  lost: LostLoan
  claimed_returned: ClaimedLoan
  returned: ReturnedLoan
}

/** Lent on 10 March 2026 at 15:00 in Berlin, due 31 March; back, if it is, on 20 March. */
export const aLoan = <State extends LoanState = 'open'>(
  changes: Partial<Omit<LoanOf[State], 'state'>> & { readonly state?: State } = {},
): LoanOf[State] =>
  ({
    id: loanId(1),
    version: 1,
    memberId: memberId(1),
    copyId: copyId(1),
    bookId: bookId(1),
    branchId: branchId(1),
    borrowedAt: at('2026-03-10T15:00:00+01:00'),
    dueAt: at('2026-03-31T23:59:59+02:00'),
    overdueFrom: at('2026-04-01T00:00:00+02:00'),
    dueFrom: at('2026-03-10T15:00:00+01:00'),
    terms: someTerms(),
    renewalCount: 0,
    finesPosted: minor(0),
    librarianId: null,
    notes: null,
    override: null,
    notRenewedFor: null,
    remindedFor: null,
    state: 'open',
    ...(changes.state === 'returned'
      ? {
          returnedAt: at('2026-03-20T12:00:00+01:00'),
          scannedAt: at('2026-03-20T12:00:00+01:00'),
          returnBranchId: branchId(1),
        }
      : {}),
    ...changes,
  }) as unknown as LoanOf[State]

/** As many loans that are out as there are entries, of different titles. */
export const loansOut = (
  ...loans: (Partial<Omit<OpenLoan, 'state'>> & {
    readonly state?: 'open' | 'lost' | 'claimed_returned'
    readonly loanCategory?: string
  })[]
): readonly LoanOut[] =>
  loans.map(({ loanCategory = 'book', ...changes }, index) => ({
    loan: aLoan<'open' | 'lost' | 'claimed_returned'>({
      id: loanId(101 + index),
      bookId: bookId(101 + index),
      ...changes,
    }),
    loanCategory,
  }))

/** A checkout that every rule allows, on 10 March 2026 at 15:00 in Berlin. */
export const borrowing = (changes: Partial<BorrowingFacts> = {}): BorrowingFacts => ({
  now: at('2026-03-10T15:00:00+01:00'),
  today: day('2026-03-10'),
  member: aMember(),
  blocks: [],
  title: aTitle(),
  copy: aCopy('available'),
  desk: true,
  due: {
    dueAt: at('2026-03-31T23:59:59+02:00'),
    overdueFrom: at('2026-04-01T00:00:00+02:00'),
    calendarIgnored: false,
  },
  values: aRule(),
  loansOut: [],
  debt: minor(0),
  ...changes,
})

/** A renewal that every rule allows, of a loan due 31 March, asked for on 30 March 2026 in Berlin. */
export const renewal = (changes: Partial<RenewalFacts> = {}): RenewalFacts => {
  const loan = changes.loan ?? aLoan()
  return {
    now: at('2026-03-30T12:00:00+02:00'),
    today: day('2026-03-30'),
    member: aMember(),
    blocks: [],
    loan,
    due: {
      dueAt: at('2026-04-21T23:59:59+02:00'),
      overdueFrom: at('2026-04-22T00:00:00+02:00'),
      calendarIgnored: false,
    },
    demand: { waiting: 0, servable: 0 },
    values: aRule(),
    loansOut: loan.state === 'returned' ? [] : [{ loan, loanCategory: 'book' }],
    debt: minor(0),
    ...changes,
  }
}

/** Of member 1, from everything, until it is lifted. */
export const aBlock = (changes: Partial<MemberBlock> = {}): MemberBlock => ({
  id: id(1),
  version: 1,
  memberId: memberId(1),
  reason: 'The card was reported stolen',
  actions: ['checkout', 'renew', 'reserve'],
  expiresOn: null,
  setBy: null,
  setAt: at('2026-03-01T12:00:00+01:00'),
  ...changes,
})

type ReservationOf<Status extends ReservationStatus> = Extract<Reservation, { readonly status: Status }>

/** What only some of the states have. */
const stateOfReservation = {
  waiting: {},
  suspended: { suspendedUntil: null },
  in_transit: { copyId: copyId(1), readyUntil: null },
  ready: { copyId: copyId(1), readyUntil: at('2026-03-18T22:59:59Z') },
  fulfilled: { copyId: copyId(1), readyUntil: null },
  cancelled: { copyId: null, readyUntil: null },
  expired: { copyId: null, readyUntil: null },
} as const

/** Of member 1 for book 1, to be fetched at branch 1, made on 10 March 2026 at 15:00 in Berlin. */
export const aReservation = <Status extends ReservationStatus>(
  status: Status,
  changes: Partial<Omit<ReservationOf<Status>, 'status'>> = {},
): ReservationOf<Status> =>
  ({
    id: reservationId(1),
    version: 1,
    memberId: memberId(1),
    bookId: bookId(1),
    branchId: branchId(1),
    reservedAt: at('2026-03-10T15:00:00+01:00'),
    priority: 0,
    expiresOn: null,
    queueUntil: null,
    unfillable: false,
    notified: status === 'ready',
    status,
    ...stateOfReservation[status],
    ...changes,
  }) as unknown as ReservationOf<Status>

/** A reservation that every rule allows, on 10 March 2026 at 15:00 in Berlin. */
export const reserving = (changes: Partial<ReservationFacts> = {}): ReservationFacts => ({
  now: at('2026-03-10T15:00:00+01:00'),
  today: day('2026-03-10'),
  member: aMember(),
  blocks: [],
  title: aTitle(),
  values: aRule(),
  loansOut: [],
  debt: minor(0),
  living: [],
  fillable: [aCopy('on_loan')],
  pickup: { branchId: branchId(1), serves: true },
  ...changes,
})

export const aBook = (changes: Partial<BookDetails> = {}): BookDetails => ({
  title: 'Emma',
  subtitle: null,
  authorIds: [authorId(1)],
  isbn13: null,
  isbn10: null,
  publicationYear: 1815,
  publicationDate: null,
  edition: null,
  minAge: null,
  publisherId: null,
  genreId: null,
  language: 'en',
  pages: null,
  description: null,
  deweyDecimal: null,
  digitalCopies: 0,
  coverImageUrl: null,
  subjects: [],
  ...changes,
})

// Who acts

/** Member 1, with the role; a member of the staff has the desk of branch 1. */
export const actor = (role: Role, changes: Partial<Extract<Actor, { kind: 'member' }>> = {}): Actor => ({
  kind: 'member',
  memberId: memberId(1),
  role,
  branchId: role === 'user' ? null : branchId(1),
  ...changes,
})

/** Key 7. */
export const apiKey = (scopes: readonly Permission[], branchAt: BranchId | null = null): Actor => ({
  kind: 'api_key',
  keyId: id(7),
  scopes,
  branchId: branchAt,
})
