/** Plain data with sensible defaults; a test says what it is about and leaves the rest out. */
import type { Fine } from '../../core/accounts/fine.ts'
import type { LedgerEntry } from '../../core/accounts/ledger.ts'
import { noHours } from '../../core/branches/branch.ts'
import type { BranchClosure, BranchDetails } from '../../core/branches/branch.ts'
import type { Hours } from '../../core/branches/opening-calendar.ts'
import type { AuthorDetails } from '../../core/catalogue/author.ts'
import type { BookDetails } from '../../core/catalogue/book.ts'
import type { GenreDetails } from '../../core/catalogue/genre.ts'
import type { LoadedCopy } from '../../core/catalogue/ports.ts'
import type { PublisherDetails } from '../../core/catalogue/publisher.ts'
import { freeze } from '../../core/circulation/loan-terms.ts'
import type { LoanTerms } from '../../core/circulation/loan-terms.ts'
import type { OpenLoan, ReturnedLoan } from '../../core/circulation/loan.ts'
import type { NewCopy } from '../../core/circulation/ports.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import { actBy, system } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import type { RefreshToken, Session } from '../../core/identity/session.ts'
import { cardNumber } from '../../core/members/card-number.ts'
import type { Member } from '../../core/members/member.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId, SessionId } from '../../core/shared/id.ts'
import { instant, plusMinutes } from '../../core/shared/local-time.ts'
import type { Day, Instant, WallTime, Zone } from '../../core/shared/local-time.ts'
import { minor, zero } from '../../core/shared/money.ts'
import type { Minor } from '../../core/shared/money.ts'

/** An instant by its RFC 3339 text. */
const at = (iso: string): Instant => instant(Date.parse(iso))

export const day = (text: string): Day => text as Day

export const zone = (name: string): Zone => name as Zone

export const hours = (opens: string, closes: string): Hours => [opens as WallTime, closes as WallTime]

/** When the builders' loans begin, sessions open and fines are issued. */
export const noon = at('2026-03-02T12:00:00.000Z')

export const daysAfter = (from: Instant, days: number): Instant => plusMinutes(from, days * 24 * 60)

/** The product itself, in no request. */
export const bySystem: Act = actBy(system)

let made = 0
/** Names and codes that must differ end in a number of their own. */
const running = (): string => {
  made += 1
  return String(made)
}

export const anAuthor = (some: Partial<AuthorDetails> = {}): AuthorDetails => ({
  firstName: 'Ursula K.',
  lastName: 'Le Guin',
  birthDate: null,
  deathDate: null,
  nationality: null,
  biography: null,
  photoUrl: null,
  ...some,
})

export const aPublisher = (some: Partial<PublisherDetails> = {}): PublisherDetails => ({
  name: `Harbour Press ${running()}`,
  address: null,
  city: null,
  state: null,
  country: null,
  website: null,
  contactEmail: null,
  foundedYear: null,
  ...some,
})

export const aGenre = (some: Partial<GenreDetails> = {}): GenreDetails => ({
  name: `Genre ${running()}`,
  description: null,
  parentGenreId: null,
  ...some,
})

/** It needs its authors. */
export const aBook = (some: Partial<BookDetails> & Pick<BookDetails, 'authorIds'>): BookDetails => ({
  title: 'The Dispossessed',
  subtitle: null,
  isbn13: null,
  isbn10: null,
  publicationYear: 1974,
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
  ...some,
})

/** Open from nine to six on weekdays. */
export const aBranch = (some: Partial<BranchDetails> = {}): BranchDetails => ({
  name: `Branch ${running()}`,
  address: null,
  city: null,
  state: null,
  zipCode: null,
  phone: null,
  email: null,
  managerId: null,
  servicesOffered: [],
  timeZone: zone('Europe/Berlin'),
  hoursOfOperation: {
    ...noHours,
    monday: [hours('09:00', '18:00')],
    tuesday: [hours('09:00', '18:00')],
    wednesday: [hours('09:00', '18:00')],
    thursday: [hours('09:00', '18:00')],
    friday: [hours('09:00', '18:00')],
  },
  pickup: true,
  ...some,
})

export const aClosure = (some: Partial<BranchClosure> = {}): BranchClosure => ({
  from: day('2026-12-24'),
  to: day('2026-12-26'),
  yearly: false,
  open: [],
  reason: 'Christmas',
  ...some,
})

/** It needs its book and its branch. */
export const aCopy = (some: Partial<NewCopy> & Pick<NewCopy, 'bookId' | 'branchId'>): NewCopy => ({
  copyNumber: null,
  barcode: `C-${running()}`,
  condition: 'good',
  location: null,
  acquisitionDate: null,
  lastMaintenance: null,
  price: null,
  loanCategory: 'book',
  ...some,
})

/** A copy that comes in with its book. It needs its branch. */
export const aLoadedCopy = (some: Partial<LoadedCopy> & Pick<LoadedCopy, 'branchId'>): LoadedCopy => ({
  barcode: `C-${running()}`,
  condition: 'good',
  acquisitionDate: null,
  price: null,
  loanCategory: 'book',
  ...some,
})

/** An adult with a valid membership, as `register` takes him. */
export const aMember = (
  some: Partial<Omit<Member, 'version'>> & { readonly id: MemberId },
): Omit<Member, 'version'> => ({
  username: `reader${String(some.id)}`,
  email: `reader${String(some.id)}@example.org`,
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
  membershipDate: day('2026-01-01'),
  membershipExpiresOn: day('2027-01-01'),
  cardNumber: cardNumber(some.id),
  ...some,
})

/** The terms of the default rules. */
export const someTerms = (branchId: BranchId, some: Partial<LoanTerms> = {}): LoanTerms => ({
  ...freeze(defaultValues, branchId, zone('Europe/Berlin')),
  ...some,
})

/** Who borrowed what, and where. */
export interface LoanOf {
  readonly id: LoanId
  readonly memberId: MemberId
  readonly copyId: CopyId
  readonly bookId: BookId
  readonly branchId: BranchId
}

/** New, never saved; lent at noon by the member himself, due three weeks later. */
export const aLoan = (some: Partial<OpenLoan> & LoanOf): OpenLoan => {
  const borrowedAt = some.borrowedAt ?? noon
  const overdueFrom = some.overdueFrom ?? daysAfter(borrowedAt, 21)
  return {
    version: 0,
    state: 'open',
    borrowedAt,
    overdueFrom,
    dueAt: instant(overdueFrom - 1000),
    dueFrom: borrowedAt,
    terms: someTerms(some.branchId),
    renewalCount: 0,
    finesPosted: zero,
    librarianId: null,
    notes: null,
    override: null,
    notRenewedFor: null,
    remindedFor: null,
    ...some,
  }
}

/** It came back to where it was lent. */
export const returned = (loan: OpenLoan, returnedAt: Instant): ReturnedLoan => ({
  ...loan,
  state: 'returned',
  returnedAt,
  scannedAt: returnedAt,
  returnBranchId: loan.branchId,
})

/** It needs its entries. */
export const aFine = (some: Partial<Fine> & Pick<Fine, 'id' | 'memberId' | 'entries'>): Fine => ({
  version: 0,
  loanId: null,
  type: 'overdue',
  description: 'Returned late',
  issuedAt: noon,
  chargeKey: `charge:${String(some.id)}`,
  ...some,
})

export const anEntry = (
  some: Partial<LedgerEntry> & Pick<LedgerEntry, 'id' | 'fineId' | 'memberId' | 'type' | 'amount'>,
): LedgerEntry => ({
  at: noon,
  actorId: null,
  reason: null,
  method: some.type === 'payment' ? 'cash' : null,
  ...some,
})

/** It begins at noon and lasts thirty days. */
export const aSession = (
  some: Partial<Session> & { readonly id: SessionId; readonly memberId: MemberId },
): Session => ({
  createdAt: noon,
  lastUsedAt: noon,
  expiresAt: daysAfter(noon, 30),
  endedAt: null,
  address: '192.0.2.7',
  userAgent: 'curl/8.5.0',
  ...some,
})

export const aRefreshToken = (
  some: Partial<RefreshToken> & { readonly sessionId: SessionId },
): RefreshToken => ({ hash: `hash-${running()}`, createdAt: noon, spentAt: null, ...some })

export const cents = (amount: number): Minor => minor(amount)
