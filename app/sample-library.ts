/** The sample library (DATA-14): loaded into an empty storage of any kind, with passwords made at random. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fine } from '../core/accounts/fine.ts'
import { calendarOf } from '../core/branches/branch.ts'
import type { BranchClosure, BranchDetails } from '../core/branches/branch.ts'
import type { OpeningCalendar } from '../core/branches/opening-calendar.ts'
import { authorName, authorNamed } from '../core/catalogue/author.ts'
import type { BookDetails } from '../core/catalogue/book.ts'
import { parseIsbn } from '../core/catalogue/isbn.ts'
import type { LoadedCopy } from '../core/catalogue/ports.ts'
import { lend, lendableTo } from '../core/circulation/copy.ts'
import type { Loan } from '../core/circulation/loan.ts'
import { moved } from '../core/circulation/title.ts'
import { actBy, system } from '../core/identity/actor.ts'
import type { Act, Role } from '../core/identity/actor.ts'
import { belonging } from '../core/identity/pass-second-factor.ts'
import type { PasswordHashing } from '../core/identity/ports.ts'
import type { SecondFactorTools } from '../core/identity/second-factor-ports.ts'
import { changed } from '../core/shared/changed.ts'
import type { FieldEncryption } from '../core/shared/field-encryption.ts'
import type { TaskEither } from '../core/shared/fp.ts'
import type {
  AuthorId,
  BranchId,
  FineId,
  GenreId,
  Id,
  IdKind,
  LedgerEntryId,
  LoanId,
  PublisherId,
  ReservationId,
} from '../core/shared/id.ts'
import { dayOf, plusDays } from '../core/shared/local-time.ts'
import type { Day, Instant, Zone } from '../core/shared/local-time.ts'
import { minor } from '../core/shared/money.ts'
import { fold } from '../core/shared/text.ts'
import { authors as authorFacts } from '../migrations/seeds/authors.ts'
import { genres as genreFacts } from '../migrations/seeds/genres.ts'
import { loanHistory } from '../migrations/seeds/history.ts'
import type { History, LentCopy } from '../migrations/seeds/history.ts'
import { waitingReaders } from '../migrations/seeds/queue.ts'
import { branches as branchFacts } from '../migrations/seeds/people.ts'
import { publishers as publisherFacts } from '../migrations/seeds/publishers.ts'
import { chance } from '../migrations/seeds/random.ts'
import { residents } from '../migrations/seeds/residents.ts'
import type { Resident } from '../migrations/seeds/residents.ts'
import { ownTitles, titleAt } from '../migrations/seeds/titles.ts'
import type { Work } from '../migrations/seeds/works.ts'
import type { Persistence, Stores } from './persistence.ts'

export interface SampleLogin {
  readonly role: Role
  readonly login: string
  readonly password: string
  readonly user_id: number
  readonly library_card_number: string
  /** Of the second factor, which the staff have; null where none is enrolled. */
  readonly otp_secret: string | null
}

export interface SampleOptions {
  /** null: the well-known works alone. */
  readonly titles: number | null
  readonly seed: number
  readonly now: Instant
  readonly progress: (done: number, total: number) => void
  /** Called with the passwords before anything is committed. */
  readonly keepLogins: (logins: readonly SampleLogin[]) => void
}

export interface SampleDeps {
  readonly persistence: Persistence
  readonly passwords: PasswordHashing
  readonly secondFactor: Pick<SecondFactorTools, 'codes' | 'encryption'>
}

/** What the loader does not expect to fail is thrown: the unit of work undoes it, and the start says why. */
const must = async <E, A>(step: TaskEither<E, A>): Promise<A> => {
  const result = await step()
  if (result._tag === 'Right') return result.right
  throw new Error(`The sample library cannot be loaded: ${JSON.stringify(result.left)}`)
}

/** Neither a branch nor a book is there yet. */
export const isEmptyLibrary = async ({ queries }: Persistence): Promise<boolean> => {
  const first = { limit: 1, sort: [], at: { kind: 'page', page: 1 } } as const
  const branches = await must(queries.branches.branches(first))
  const books = await must(queries.catalogue.books({}, first))
  return branches.total === 0 && books.total === 0
}

/** Titles of the first unit of work, which has the people and their year of loans as well. */
const firstBatch = 1000
const laterBatch = 1000

/**
 * All but the titles beyond the first thousand comes in one unit of work: a crash leaves an empty library, or one that
 * is whole.
 */
export const loadSampleLibrary = async (
  { persistence, passwords, secondFactor }: SampleDeps,
  { titles, seed, now, progress, keepLogins }: SampleOptions,
): Promise<readonly SampleLogin[]> => {
  const total = titles ?? ownTitles
  const { work, ids } = persistence
  const memberCount = Math.max(60, Math.min(5000, Math.floor(total / 100)))
  const loanCount = Math.min(20_000, Math.max(1200, Math.floor(total / 20)))
  const spare: Spare = {
    members: await take(ids.next('member'), memberCount),
    loans: await take(ids.next('loan'), loanCount),
    reservations: await take(ids.next('reservation'), Math.floor(memberCount / 2)),
    fines: await take(ids.next('fine'), loanCount),
    entries: await take(ids.next('ledger_entry'), loanCount),
  }
  const secrets = new Map<number, LoginSecrets>()
  // Hashed before the unit of work, a few at a time: bcrypt is slow on purpose.
  await Promise.all(
    spare.members.slice(0, 7).map(async id => {
      const password = randomBytes(12).toString('base64url')
      const hash = await must(passwords.hash(password))
      secrets.set(id, { password, hash, otp: secondFactor.codes.newSecret() })
    }),
  )
  const act = actBy(system)
  const { logins, branches, subjects } = await must(
    work.run(stores => async () => {
      const loaded = await loadFirst(stores, {
        act,
        now,
        seed,
        total,
        spare,
        secrets,
        encryption: secondFactor.encryption,
        loanCount,
        progress,
      })
      const made = loginsOf(loaded.people, secrets)
      // Before the commit: passwords that nobody was told would lock everybody out.
      keepLogins(made)
      return { _tag: 'Right', right: { ...loaded, logins: made } }
    }),
  )
  for (let from = firstBatch; from < total; from += laterBatch) {
    const batch = Array.from({ length: Math.min(laterBatch, total - from) }, (_, index) => from + index)
    await must(
      work.run(stores => async () => ({
        _tag: 'Right',
        right: await loadBooks(stores, batch, {
          seed,
          branches,
          ...subjects,
          today: dayOf(now, 'UTC' as Zone),
        }),
      })),
    )
    progress(from + batch.length, total)
  }
  return logins
}

const loginsOf = (
  people: readonly Resident[],
  secrets: ReadonlyMap<number, LoginSecrets>,
): readonly SampleLogin[] =>
  people.flatMap(({ member, desk }) => {
    const secret = secrets.get(member.id)
    return secret === undefined
      ? []
      : [
          {
            role: desk?.role ?? 'user',
            login: member.username,
            password: secret.password,
            user_id: member.id,
            library_card_number: member.cardNumber,
            otp_secret: desk === null ? null : secret.otp,
          },
        ]
  })

/** For whoever tries the library: readable by the operator alone. */
export const writeSampleLogins = (dataDir: string, logins: readonly SampleLogin[]): string => {
  mkdirSync(dataDir, { recursive: true })
  const path = join(dataDir, 'sample-logins.json')
  writeFileSync(path, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 })
  // The mode counts for a new file only; one that was there keeps its own.
  chmodSync(path, 0o600)
  return path
}

/** Of somebody who may log in, as he types them, and the hash of his password. */
interface LoginSecrets {
  readonly password: string
  readonly hash: string
  /** In base32; for those alone who have a desk. */
  readonly otp: string
}

interface Spare {
  readonly members: readonly Id<'member'>[]
  readonly loans: readonly LoanId[]
  readonly reservations: readonly ReservationId[]
  readonly fines: readonly FineId[]
  readonly entries: readonly LedgerEntryId[]
}

const take = async <Kind extends IdKind, E>(
  next: TaskEither<E, Id<Kind>>,
  count: number,
): Promise<Id<Kind>[]> => {
  const taken: Id<Kind>[] = []
  while (taken.length < count) taken.push(await must(next))
  return taken
}

interface FirstOptions {
  readonly act: Act
  readonly now: Instant
  readonly seed: number
  readonly total: number
  readonly spare: Spare
  readonly secrets: ReadonlyMap<number, LoginSecrets>
  readonly encryption: FieldEncryption
  readonly loanCount: number
  readonly progress: SampleOptions['progress']
}

const loadFirst = async (stores: Stores, options: FirstOptions) => {
  const { act, now, seed, total, spare, progress } = options
  const today = dayOf(now, 'UTC' as Zone)
  const calendars = await loadBranches(stores, today)
  const branches = [...calendars.keys()]
  const people = residents({ seed, today, branches, ids: spare.members })
  await loadPeople(stores, people, options)
  const subjects = {
    genres: await loadGenres(stores),
    publishers: new Map(
      (await must(stores.loading.addPublishers(publisherFacts.map(toPublisher)))).map(
        (id, index) => [publisherFacts[index]?.name ?? '', id] as const,
      ),
    ),
  }
  const count = Math.min(total, firstBatch)
  const copies: LentCopy[] = []
  for (let from = 0; from < count; from += 250) {
    const batch = Array.from({ length: Math.min(250, count - from) }, (_, index) => from + index)
    copies.push(...(await loadBooks(stores, batch, { seed, branches, ...subjects, today })))
    progress(from + batch.length, total)
  }
  const members = people.filter(({ hasHistory }) => hasHistory).map(({ member }) => member.id)
  const history = loanHistory({
    seed,
    now,
    copies,
    calendars,
    members,
    librarians: people.filter(({ desk }) => desk?.role === 'librarian').map(({ member }) => member.id),
    loans: options.loanCount,
  })
  await loadHistory(stores, history, spare)
  const waiting = waitingReaders({
    seed,
    now,
    loans: history.loans,
    members,
    branches,
    ids: spare.reservations,
  })
  // Nobody is told of what was made up.
  for (const reservation of waiting) await must(stores.reservations.save(changed(reservation), act))
  return { people, branches, subjects }
}

const loadBranches = async (
  { branches, closures }: Stores,
  today: Day,
): Promise<ReadonlyMap<BranchId, OpeningCalendar>> => {
  const calendars = new Map<BranchId, OpeningCalendar>()
  for (const fact of branchFacts) {
    const details: BranchDetails = {
      name: fact.name,
      address: fact.address,
      city: fact.city,
      state: fact.state,
      zipCode: fact.zip_code,
      phone: fact.phone,
      email: fact.email,
      managerId: null,
      servicesOffered: ['lending', 'reading room', 'wifi'],
      timeZone: fact.time_zone as Zone,
      hoursOfOperation: fact.hours as unknown as BranchDetails['hoursOfOperation'],
      pickup: true,
    }
    const branch = await must(branches.add(details))
    const closed = holidays(today)
    await must(closures.add(branch.id, closed))
    calendars.set(branch.id, calendarOf(details, closed))
  }
  return calendars
}

/** Closed every year on the same dates. */
const holidays = (today: Day): readonly BranchClosure[] =>
  [
    ['01-01', "New Year's Day"],
    ['07-04', 'Independence Day'],
    ['12-25', 'Christmas'],
  ].map(([date, reason]) => {
    const day = `${today.slice(0, 4)}-${String(date)}` as Day
    return { from: day, to: day, yearly: true, open: [], reason: String(reason) }
  })

const loadPeople = async (
  { members, branches, secondFactors }: Stores,
  people: readonly Resident[],
  { secrets, encryption, act, now }: FirstOptions,
): Promise<void> => {
  // Guardians come before the children they answer for.
  const inOrder = [...people].sort(
    (a, b) => Number(a.member.guardianId !== null) - Number(b.member.guardianId !== null),
  )
  for (const { member, desk } of inOrder) {
    await must(
      members.add(
        { state: { ...member, version: 0 }, events: [] },
        secrets.get(member.id)?.hash ?? null,
        act,
      ),
    )
    if (desk === null) continue
    await must(members.appoint(member.id, desk))
    await must(
      secondFactors.save({
        memberId: member.id,
        sealedSecret: encryption.seal(otpOf(secrets, member.id), belonging(member.id)),
        createdAt: now,
        confirmedAt: now,
        lastStep: null,
      }),
    )
    if (desk.role === 'branch_manager') {
      const branch = await must(branches.get(desk.branchId))
      await must(branches.save({ ...branch, details: { ...branch.details, managerId: member.id } }))
    }
  }
}

const otpOf = (secrets: FirstOptions['secrets'], memberId: number): string => {
  const secret = secrets.get(memberId)
  if (secret === undefined) throw new Error(`The sample gives no login to staff ${String(memberId)}`)
  return secret.otp
}

const loadGenres = async ({ loading }: Stores): Promise<ReadonlyMap<string, GenreId>> => {
  const known = new Map<string, GenreId>()
  for (const { name, description, parent } of genreFacts) {
    const parentGenreId = parent === undefined ? null : (known.get(parent) ?? null)
    const [id] = await must(loading.addGenres([{ name, description, parentGenreId }]))
    if (id !== undefined) known.set(name, id)
  }
  return known
}

const toPublisher = (fact: (typeof publisherFacts)[number]) => ({
  name: fact.name,
  address: null,
  city: fact.city,
  state: null,
  country: fact.country,
  website: fact.website ?? null,
  contactEmail: null,
  foundedYear: fact.foundedYear,
})

interface Shelving {
  readonly seed: number
  readonly branches: readonly BranchId[]
  readonly genres: ReadonlyMap<string, GenreId>
  readonly publishers: ReadonlyMap<string, PublisherId>
  readonly today: Day
}

const loadBooks = async (
  { loading }: Stores,
  places: readonly number[],
  shelving: Shelving,
): Promise<readonly LentCopy[]> => {
  const batch = places.map(place => ({ place, work: titleAt(place) }))
  const authors = await authorsOf(
    loading,
    batch.flatMap(({ work }) => work.authors),
  )
  const loaded = batch.map(({ place, work }) => ({
    details: toDetails(work, authors, shelving),
    copies: copiesFor(place, work, shelving),
  }))
  const added = await must(loading.addBooks(loaded))
  return added.flatMap(({ bookId, copyIds }, index) => {
    const book = loaded[index]
    // The year of loans knows no ages: what is not for everybody was lent to nobody.
    if (book?.details.minAge !== null) return []
    return copyIds.flatMap((copyId, number) => {
      const copy = book.copies[number]
      return copy === undefined || copy.loanCategory === 'reference'
        ? []
        : [{ copyId, bookId, branchId: copy.branchId }]
    })
  })
}

const authorsOf = async (
  loading: Stores['loading'],
  names: readonly string[],
): Promise<ReadonlyMap<string, AuthorId>> => {
  const facts = new Map(authorFacts.map(fact => [fact.name, fact]))
  const details = new Map(
    names.map(name => {
      const fact = facts.get(name)
      return [
        fold(authorName(authorNamed(name))),
        {
          ...authorNamed(name),
          birthDate: (fact?.birth ?? null) as Day | null,
          deathDate: (fact?.death ?? null) as Day | null,
          nationality: fact?.nationality ?? null,
        },
      ] as const
    }),
  )
  const known = new Map(await must(loading.authorsNamed([...details.keys()])))
  const missing = [...details].filter(([key]) => !known.has(key))
  const added = await must(loading.addAuthors(missing.map(([, author]) => author)))
  missing.forEach(([key], index) => {
    const id = added[index]
    if (id !== undefined) known.set(key, id)
  })
  return known
}

const toDetails = (
  work: Work,
  authors: ReadonlyMap<string, AuthorId>,
  { genres, publishers }: Shelving,
): BookDetails => {
  const isbn = work.isbn13 === undefined ? null : parseIsbn(work.isbn13)
  return {
    title: work.title,
    subtitle: work.subtitle ?? null,
    authorIds: [
      ...new Set(work.authors.flatMap(name => authors.get(fold(authorName(authorNamed(name)))) ?? [])),
    ],
    isbn13: isbn?.isbn13 ?? null,
    isbn10: isbn?.isbn10 ?? null,
    publicationYear: work.year,
    publicationDate: null,
    edition: null,
    minAge: work.minAge ?? null,
    publisherId: publishers.get(work.publisher ?? '') ?? null,
    genreId: genres.get(work.genre) ?? null,
    language: work.language,
    pages: work.pages ?? null,
    description: null,
    deweyDecimal: work.dewey ?? null,
    digitalCopies: 0,
    coverImageUrl: null,
    subjects: work.subjects,
  }
}

/** One to four copies over the branches, the same for the same place whatever the size of the library. */
const copiesFor = (place: number, work: Work, { seed, branches, today }: Shelving): readonly LoadedCopy[] => {
  const { integer, pick, happens } = chance(seed * 1_000_003 + place)
  return Array.from({ length: work.category === 'reference' ? 1 : integer(1, 4) }, (_, number) => ({
    branchId: branches[(place + number) % branches.length] as BranchId,
    barcode: `LIB${String(place + 1).padStart(7, '0')}-${String(number + 1)}`,
    condition: pick(['new', 'good', 'good', 'good', 'fair', 'poor'] as const),
    acquisitionDate: plusDays(today, -integer(366, 3650)),
    price: happens(0.9) ? minor(integer(8, 45) * 100 - 5) : null,
    loanCategory: work.category ?? 'book',
  }))
}

const loadHistory = async (stores: Stores, { loans, fines }: History, spare: Spare): Promise<void> => {
  const loanIds = new Map(loans.map(({ id }, index) => [id, spare.loans[index] as LoanId]))
  const numbered = loans.map((loan): Loan => ({ ...loan, id: loanIds.get(loan.id) as LoanId }))
  const charged = fines.map((fine, index): Fine => {
    const id = spare.fines[index] as FineId
    const loanId = fine.loanId === null ? null : (loanIds.get(fine.loanId) as LoanId)
    return {
      ...fine,
      id,
      loanId,
      chargeKey: `overdue:${String(loanId)}:0`,
      entries: fine.entries.map(entry => ({
        ...entry,
        id: spare.entries[index] as LedgerEntryId,
        fineId: id,
      })),
    }
  })
  await must(stores.history.add(numbered, charged))
  for (const loan of numbered.filter(({ state }) => state === 'open')) {
    const title = await must(stores.titles.get(loan.bookId))
    const copy = await must(stores.copies.get(loan.copyId))
    if (!lendableTo(copy, loan.memberId)) throw new Error(`The sample lends copy ${String(copy.id)} twice`)
    await must(stores.copies.save(lend(copy, loan.id), null))
    await must(
      stores.titles.saveHoldings({ ...title, holdings: moved(title.holdings, copy.status, 'on_loan') }),
    )
  }
}
