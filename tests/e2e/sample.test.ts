/** The sample library, in every storage: whole, without contradiction, and with people who can log in. */
import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKnex } from '../../adapters/knex/open.ts'
import { passwordStrength } from '../../adapters/security/password-strength.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import { isEmptyLibrary, loadSampleLibrary } from '../../app/sample-library.ts'
import type { SampleLogin, SampleOptions } from '../../app/sample-library.ts'
import type { BookRecord } from '../../core/catalogue/ports.ts'
import { parseIsbn } from '../../core/catalogue/isbn.ts'
import { borrowingPolicies } from '../../core/circulation/borrowing-policies.ts'
import type { Copy } from '../../core/circulation/copy.ts'
import { isOverdue } from '../../core/circulation/loan.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { LoanRecord } from '../../core/circulation/standing.ts'
import { reservationPolicies } from '../../core/circulation/reservation-policies.ts'
import { renewalPolicies } from '../../core/circulation/renewal-policies.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import { checkEligibility } from '../../core/circulation/use-cases/check-eligibility.ts'
import { availabilityOf, moved, noHoldings } from '../../core/circulation/title.ts'
import { actBy, anonymous, system } from '../../core/identity/actor.ts'
import { passSecondFactor } from '../../core/identity/pass-second-factor.ts'
import { fitPassword } from '../../core/identity/password-policy.ts'
import { E } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { dayOf, plusMonths } from '../../core/shared/local-time.ts'
import type { MemberRecord } from '../../core/members/ports.ts'
import type { Page, PageRequest } from '../../core/shared/page.ts'
import { branches as branchFacts } from '../../migrations/seeds/people.ts'
import { ownTitles, titleAt } from '../../migrations/seeds/titles.ts'
import { backends } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { noon, zone } from '../support/builders.ts'
import { connection } from '../support/databases.ts'
import { runLibrary } from '../support/library-command.ts'
import { otpAt, secondFactor } from '../support/second-factor.ts'
import { each, right } from '../support/world.ts'

const hashing = passwords({ pepper: 'a pepper for the sample', cost: 4 })
after(() => hashing.close())

const load = (library: OpenLibrary, some: Partial<SampleOptions> = {}): Promise<readonly SampleLogin[]> =>
  loadSampleLibrary(
    { persistence: library, passwords: hashing, secondFactor },
    { titles: null, seed: 1, now: noon, progress: () => undefined, keepLogins: () => undefined, ...some },
  )

/** All pages of a list. */
const all = async <Row>(
  list: (page: PageRequest<never>) => TaskEither<unknown, Page<Row>>,
): Promise<Row[]> => {
  const rows: Row[] = []
  for (let page = 1; ; page += 1) {
    const found = await right(list({ sort: [], limit: 100, at: { kind: 'page', page } }))
    rows.push(...found.rows)
    if (rows.length >= found.total) return rows
  }
}

interface Sample {
  readonly logins: readonly SampleLogin[]
  readonly books: readonly BookRecord[]
  readonly copies: readonly Copy[]
  readonly loans: readonly LoanRecord[]
  readonly members: readonly MemberRecord[]
  readonly balances: ReadonlyMap<MemberId, number>
}

const read = async (library: OpenLibrary, logins: readonly SampleLogin[]): Promise<Sample> => {
  const { catalogue, circulation, members } = library.queries
  const books = await all(page => catalogue.books({}, page))
  const people = await all(page => members.members({}, page))
  const { copies, accounts } = await right(
    library.look.run(stores => async () => ({
      _tag: 'Right',
      right: {
        copies: await right(each(books, ({ book }) => stores.copies.ofBook(book.id))),
        accounts: await right(each(people, ({ member }) => stores.memberAccounts.of(member.id, noon))),
      },
    })),
  )
  return {
    logins,
    books,
    copies: copies.flat(),
    loans: await all(page => circulation.loans({}, page, noon)),
    members: people,
    balances: new Map(people.map(({ member }, index) => [member.id, accounts[index]!.balance])),
  }
}

const grouped = <Item, Key>(items: readonly Item[], key: (item: Item) => Key): Map<Key, Item[]> => {
  const groups = new Map<Key, Item[]>()
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return groups
}

const today = dayOf(noon, zone('UTC'))

for (const backend of backends) {
  describe(`the sample library (${backend.name})`, function () {
    this.timeout(60_000)
    let library: OpenLibrary
    let sample: Sample
    let loans: readonly Loan[]
    let told: readonly (readonly [done: number, total: number])[]
    before(async () => {
      library = await backend.open(() => noon)
      expect(await isEmptyLibrary(library)).to.be.true
      const progress: [number, number][] = []
      const logins = await load(library, { progress: (done, total) => progress.push([done, total]) })
      told = progress
      sample = await read(library, logins)
      loans = sample.loans.map(({ loan }) => loan)
    })
    after(() => library.destroy())

    it('has all the works, the branches, some dozens of people and a year of loans', async () => {
      expect(await isEmptyLibrary(library)).to.be.false
      expect(sample.books).to.have.length(ownTitles)
      expect(ownTitles).to.be.greaterThan(300)
      expect(await all(page => library.queries.branches.branches(page))).to.have.length(branchFacts.length)
      expect(sample.members.length).to.be.at.least(60)
      expect(loans.length).to.be.greaterThan(800)
      expect(loans.filter(({ state }) => state === 'open').length).to.be.greaterThan(20)
      expect(Math.min(...loans.map(({ borrowedAt }) => borrowedAt))).to.be.lessThan(
        Date.parse(plusMonths(today, -10)),
      )
    })

    it('told how far it was, up to the end', () => {
      expect(told.at(-1)).to.deep.equal([ownTitles, ownTitles])
      expect([...told].sort(([a], [b]) => a - b)).to.deep.equal(told)
    })

    it('has ISBNs that are right, each once', () => {
      const isbns = sample.books.flatMap(({ book }) => book.details.isbn13 ?? [])
      expect(new Set(isbns).size).to.equal(isbns.length)
      expect(isbns.length).to.be.greaterThan(0)
      for (const { book } of sample.books) {
        const { isbn13, isbn10 } = book.details
        const parsed = isbn13 === null ? null : parseIsbn(isbn13)
        expect([parsed?.isbn13 ?? null, parsed?.isbn10 ?? null]).to.deep.equal([isbn13, isbn10])
      }
    })

    it('has books with authors, genres and languages', () => {
      for (const { book } of sample.books) {
        expect(book.details.authorIds, book.details.title).not.to.be.empty
        expect(book.details.genreId, book.details.title).not.to.be.null
        expect(book.details.language, book.details.title).to.match(/^[a-z]{2,3}(-\w+)*$/)
      }
    })

    it('counts the copies as they stand', () => {
      const copiesOf = grouped(sample.copies, ({ bookId }) => bookId)
      for (const { book, holdings } of sample.books) {
        const counted = (copiesOf.get(book.id) ?? []).reduce(
          (sum, { status }) => moved(sum, null, status),
          noHoldings,
        )
        expect(holdings, book.details.title).to.deep.equal(counted)
        expect(holdings.total).to.be.within(1, 4)
      }
    })

    it('finds books by whether a copy is free as the copies say', async () => {
      const available = await all(page => library.queries.catalogue.books({ available: true }, page))
      const expected = sample.books.filter(({ holdings }) => availabilityOf(holdings) === 'available')
      expect(available.map(({ book }) => book.id).sort()).to.deep.equal(
        expected.map(({ book }) => book.id).sort(),
      )
    })

    it('has copies numbered from one in each book, each with a barcode of its own', () => {
      for (const [bookId, copies] of grouped(sample.copies, copy => copy.bookId)) {
        const numbers = copies.map(({ copyNumber }) => copyNumber).sort()
        expect(numbers, String(bookId)).to.deep.equal(copies.map((_, index) => index + 1))
      }
      expect(new Set(sample.copies.map(({ barcode }) => barcode)).size).to.equal(sample.copies.length)
    })

    it('has exactly the copies on loan that an open loan is of, and no reference work', () => {
      const lent = sample.copies.flatMap(copy =>
        copy.status === 'on_loan' ? [{ copyId: copy.id, loanId: copy.loanId, bookId: copy.bookId }] : [],
      )
      const open = loans.filter(({ state }) => state === 'open')
      const byCopy = (a: { copyId: number }, b: { copyId: number }): number => a.copyId - b.copyId
      expect(lent.sort(byCopy)).to.deep.equal(
        open.map(({ copyId, id, bookId }) => ({ copyId, loanId: id, bookId })).sort(byCopy),
      )
      expect(new Set(sample.copies.map(({ status }) => status))).to.deep.equal(
        new Set(['available', 'on_loan']),
      )
      const reference = new Set(
        sample.copies.filter(({ loanCategory }) => loanCategory === 'reference').map(({ id }) => id),
      )
      expect(loans.filter(({ copyId }) => reference.has(copyId))).to.deep.equal([])
    })

    it('never lent a copy that was out', () => {
      for (const [copyId, ofCopy] of grouped(loans, loan => loan.copyId)) {
        const inOrder = [...ofCopy].sort((a, b) => a.borrowedAt - b.borrowedAt)
        inOrder.slice(1).forEach((loan, index) => {
          const before = inOrder[index]!
          expect(before.state, String(copyId)).to.equal('returned')
          if (before.state === 'returned') expect(before.returnedAt).to.be.at.most(loan.borrowedAt)
        })
      }
    })

    it('has loans that run forward and ended before now, of copies of their book in their branch', () => {
      const copies = new Map(sample.copies.map(copy => [copy.id, copy]))
      for (const loan of loans) {
        expect(copies.get(loan.copyId)).to.include({ bookId: loan.bookId, branchId: loan.branchId })
        expect(loan.dueAt).to.be.greaterThan(loan.borrowedAt)
        expect(loan.borrowedAt).to.be.lessThan(noon)
        if (loan.state !== 'returned') continue
        expect(loan.returnedAt).to.be.within(loan.borrowedAt, noon)
        expect(loan.scannedAt).to.equal(loan.returnedAt)
      }
    })

    it('keeps every member within his limits', () => {
      for (const [memberId, ofMember] of grouped(loans, loan => loan.memberId)) {
        const open = ofMember.filter(({ state }) => state === 'open')
        expect(open.length, String(memberId)).to.be.at.most(defaultValues.maxLoans!)
        expect(new Set(open.map(({ bookId }) => bookId)).size).to.equal(open.length)
        const overdue = open.filter(loan => isOverdue(loan, noon))
        expect(overdue.length, String(memberId)).to.be.at.most(defaultValues.maxOverdue!)
        for (const { borrowedAt } of ofMember) {
          const out = ofMember.filter(
            loan =>
              loan.borrowedAt <= borrowedAt && (loan.state !== 'returned' || loan.returnedAt > borrowedAt),
          )
          expect(out.length, String(memberId)).to.be.at.most(defaultValues.maxLoans!)
        }
      }
    })

    it('lent to members only, no book to one too young for it, and by librarians', () => {
      const people = new Map(sample.members.map(record => [record.member.id, record]))
      const ages = new Map(sample.books.map(({ book }) => [book.id, book.details.minAge]))
      for (const loan of loans) {
        const { member, staff } = people.get(loan.memberId)!
        expect(staff).to.be.null
        const day = dayOf(loan.borrowedAt, loan.terms.zone)
        expect(member.membershipDate <= day, member.username).to.be.true
        const minAge = ages.get(loan.bookId) ?? 0
        expect(plusMonths(member.dateOfBirth!, 12 * minAge) <= day, `${minAge} ${member.username}`).to.be.true
        if (loan.librarianId !== null) expect(people.get(loan.librarianId)!.staff?.role).to.equal('librarian')
      }
    })

    it('owes what came back late, to the last cent', () => {
      const late = loans.filter(({ finesPosted }) => finesPosted > 0)
      expect(late.length).to.be.greaterThan(5)
      for (const loan of late) {
        expect(loan.state).to.equal('returned')
        if (loan.state === 'returned') expect(loan.returnedAt).to.be.greaterThan(loan.dueAt)
      }
      const owed = grouped(late, loan => loan.memberId)
      for (const [memberId, balance] of sample.balances) {
        const posted = (owed.get(memberId) ?? []).reduce((sum, { finesPosted }) => sum + finesPosted, 0)
        expect(balance, String(memberId)).to.equal(posted)
      }
    })

    it('has members of age and with a guardian where they need one, each with a card', () => {
      const known = new Set<number>(sample.members.map(({ member }) => member.id))
      for (const { member } of sample.members) {
        expect(member.status).to.equal('active')
        expect(member.membershipExpiresOn! > today, member.username).to.be.true
        expect(member.membershipType === 'child').to.equal(member.guardianId !== null)
        if (member.guardianId !== null) expect(known.has(member.guardianId)).to.be.true
        expect(member.dateOfBirth! < plusMonths(today, -12 * 7)).to.be.true
      }
      for (const of of ['cardNumber', 'username', 'email'] as const)
        expect(new Set(sample.members.map(({ member }) => member[of])).size).to.equal(sample.members.length)
    })

    it('has logins that work: an admin, a branch manager, librarians and members', async () => {
      const roles = sample.logins.map(({ role }) => role)
      for (const role of ['admin', 'branch_manager', 'librarian'] as const) expect(roles).to.include(role)
      expect(roles.filter(role => role === 'user').length).to.be.at.least(2)
      for (const { role, login, password, user_id, library_card_number, otp_secret } of sample.logins) {
        expect(otp_secret === null, role).to.equal(role === 'user')
        const credentials = await right(library.queries.identity.credentials(login))
        expect(credentials).to.include({ memberId: user_id, active: true })
        expect(await right(hashing.verify(password, credentials!.passwordHash))).to.be.true
        const account = await right(library.queries.identity.account(credentials!.memberId))
        expect(account).to.include({ role, username: login, cardNumber: library_card_number })
        expect(account.branchId === null).to.equal(role === 'user')
        expect(account.secondFactor).to.equal(role !== 'user')
        if (otp_secret === null) continue
        const code = otpAt(noon, 0, otp_secret)
        const pass = passSecondFactor({ work: library.work, secondFactor, clock: { now: () => noon } })
        expect(E.isRight(await pass({ account, act: actBy(anonymous), otp: code })())).to.be.true
      }
      expect(await right(library.queries.identity.hasAdmin())).to.be.true
      const withLogin = new Set<number>(sample.logins.map(({ user_id }) => user_id))
      const staff = sample.members.filter(record => record.staff !== null)
      expect(staff.every(({ member }) => withLogin.has(member.id))).to.be.true
    })

    it('has passwords made at random', () => {
      expect(new Set(sample.logins.map(({ password }) => password)).size).to.equal(sample.logins.length)
      for (const { password } of sample.logins) expect(password).to.match(/^[\w-]{16}$/)
    })

    it('has a branch manager who is the manager of his branch', async () => {
      const manager = sample.logins.find(({ role }) => role === 'branch_manager')!
      const branches = await all(page => library.queries.branches.branches(page))
      const managed = branches.filter(({ details }) => details.managerId === manager.user_id)
      expect(managed).to.have.length(1)
    })

    it('lets the members with logins borrow at once: nothing out, nothing owed, no rule against it', async () => {
      const eligibility = checkEligibility({
        look: library.look,
        clock: { now: () => noon },
        borrowing: borrowingPolicies,
        renewal: renewalPolicies,
        reservation: reservationPolicies,
      })
      const { book } = sample.books.find(({ holdings }) => holdings.available > 1)!
      for (const { user_id } of sample.logins.filter(({ role }) => role === 'user')) {
        const memberId = user_id as MemberId
        expect(loans.filter(loan => loan.memberId === memberId)).to.deep.equal([])
        expect(sample.balances.get(memberId)).to.equal(0)
        const { allowed, rules } = await right(
          eligibility({
            act: actBy(system),
            memberId,
            about: { action: 'checkout', wanted: { bookId: book.id }, branchId: null },
          }),
        )
        expect(allowed, JSON.stringify(rules)).to.be.true
      }
    })

    it('has readers who wait, for what they have not got themselves, once each', async () => {
      const waiting = await all(page => library.queries.reservations.reservations({}, page))
      expect(waiting.length).to.be.greaterThan(10)
      const out = new Set(
        loans.filter(({ state }) => state === 'open').map(({ memberId, bookId }) => `${memberId}/${bookId}`),
      )
      const wanted = waiting.map(({ reservation: { memberId, bookId } }) => `${memberId}/${bookId}`)
      expect(new Set(wanted).size).to.equal(wanted.length)
      expect(wanted.filter(pair => out.has(pair))).to.deep.equal([])
      const withLogins = new Set(sample.logins.map(({ user_id }) => user_id))
      for (const { reservation, queuePosition } of waiting) {
        expect(reservation).to.include({ status: 'waiting', notified: false })
        expect(reservation.reservedAt).to.be.at.most(noon)
        expect(withLogins.has(reservation.memberId)).to.equal(false)
        expect(queuePosition).to.be.within(1, 9)
      }
    })

    it('tells nobody of what it made up', async () => {
      expect(await right(library.outbox.claim(10, noon, noon))).to.deep.equal([])
    })
  })
}

describe('a sample library of another size or seed', function () {
  this.timeout(60_000)
  const memory = backends[0]!

  const librarySample = async (some: Partial<SampleOptions>): Promise<Sample> => {
    const library = await memory.open(() => noon)
    const sample = await read(library, await load(library, some))
    await library.destroy()
    return sample
  }

  const titles = ({ books }: Sample): readonly unknown[] => books.map(({ book }) => book.details)
  const copies = ({ copies: of }: Sample): readonly unknown[] =>
    of.map(({ barcode, branchId, condition, price, status }) => ({
      barcode,
      branchId,
      condition,
      price,
      status,
    }))
  const names = ({ members }: Sample): readonly unknown[] => members.map(({ member }) => member)
  const dates = ({ loans }: Sample): readonly unknown[] => loans.map(({ loan }) => loan)

  it('is the same for the same seed, all but the passwords', async () => {
    const [one, other] = [await librarySample({ seed: 5 }), await librarySample({ seed: 5 })]
    for (const part of [titles, copies, names, dates]) expect(part(other)).to.deep.equal(part(one))
    expect(other.logins.map(({ login }) => login)).to.deep.equal(one.logins.map(({ login }) => login))
    for (const [index, { password }] of one.logins.entries())
      expect(other.logins[index]!.password).not.to.equal(password)
  })

  it('has the same titles and other people for another seed', async () => {
    const [one, other] = [await librarySample({ seed: 1 }), await librarySample({ seed: 2 })]
    expect(titles(other)).to.deep.equal(titles(one))
    for (const part of [copies, names, dates]) expect(part(other)).not.to.deep.equal(part(one))
  })

  it('has as few titles as are asked for', async () => {
    const sample = await librarySample({ titles: 3 })
    expect(sample.books.map(({ book }) => book.details.title)).to.deep.equal(
      [0, 1, 2].map(place => titleAt(place).title),
    )
    expect(sample.loans).not.to.be.empty
  })

  it('goes on with invented titles after the works, the same ones in a larger library', () => {
    const invented = Array.from({ length: 3000 }, (_, index) => titleAt(ownTitles + index))
    expect(invented).to.deep.equal(Array.from({ length: 3000 }, (_, index) => titleAt(ownTitles + index)))
    const isbns = invented.flatMap(({ isbn13 }) => isbn13 ?? [])
    expect(new Set(isbns).size).to.equal(3000)
    for (const isbn of isbns) {
      expect(isbn).to.match(/^97999/)
      expect(parseIsbn(isbn)?.isbn13).to.equal(isbn)
    }
  })
})

describe('library seed', function () {
  this.timeout(60_000)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'library-seed-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  const seed = (...options: readonly string[]) =>
    runLibrary(['seed', ...options], { folder, env: { BCRYPT_COST: '4', DATA_DIR: folder } })

  it('fills an empty library with as many titles as are asked for, once', async () => {
    const { code, said, refused } = await seed('--titles', '2500')
    expect(code, refused).to.equal(0)
    const path = join(folder, 'sample-logins.json')
    expect(said).to.include(path)
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    const logins = JSON.parse(readFileSync(path, 'utf8')) as SampleLogin[]
    for (const { login, password } of logins) expect(said).to.include(login).and.include(password)

    const storage = `sqlite:${join(folder, 'library.sqlite')}`
    const library = {
      ...openKnex({ ...connection, storage, now: () => noon }),
      destroy: () => Promise.resolve(),
    }
    const { books, copies } = await read(library, logins)
    await library.close()
    expect(books).to.have.length(2500)
    expect(new Set(books.map(({ book }) => book.id)).size).to.equal(2500)
    expect(copies.length).to.equal(books.reduce((sum, { holdings }) => sum + holdings.total, 0))

    const again = await seed()
    expect(again.code).to.equal(1)
    expect(again.refused).to.equal('The library is not empty; the sample goes into an empty one\n')
    expect(JSON.parse(readFileSync(path, 'utf8'))).to.deep.equal(logins)
  })

  for (const number of ['0', '1.5']) {
    it(`refuses ${number} titles`, async () => {
      const { code, refused } = await seed('--titles', number)
      expect(code).to.equal(1)
      expect(refused).to.include('a number from 1')
    })
  }
})

describe('the passwords of the sample', function () {
  this.timeout(60_000)

  it('are others at each load', async () => {
    const made = await Promise.all(
      [1, 2].map(async () => {
        const library = await backends[0]!.open(() => noon)
        return (await load(library)).map(({ password }) => password)
      }),
    )
    expect(made[0]).to.have.length.above(4)
    expect(made[0]!.filter(password => made[1]!.includes(password))).to.deep.equal([])
  })

  it('are such as anybody may choose', async () => {
    const library = await backends[0]!.open(() => noon)
    const strength = passwordStrength()
    try {
      const owner = { email: 'reader@example.org', firstName: 'Ada', lastName: 'Reader' }
      for (const { login, password } of await load(library))
        expect(
          E.isRight(await fitPassword(strength)('password', password, { ...owner, username: login })()),
          password,
        ).to.be.true
    } finally {
      await strength.close()
    }
  })
})
