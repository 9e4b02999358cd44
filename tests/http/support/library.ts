/** A small library to test with: two branches, everybody who may act, a book with two copies. */
import { actBy, anonymous, system } from '../../../core/identity/actor.ts'
import type { Role } from '../../../core/identity/actor.ts'
import type { HttpDeps } from '../../../adapters/http/deps.ts'
import type { Persistence } from '../../../app/persistence.ts'
import { noHours } from '../../../core/branches/branch.ts'
import { authorNamed } from '../../../core/catalogue/author.ts'
import { E } from '../../../core/shared/fp.ts'
import type { TaskEither } from '../../../core/shared/fp.ts'
import type { BookId, BranchId, CopyId, MemberId } from '../../../core/shared/id.ts'
import type { Zone } from '../../../core/shared/local-time.ts'
import { enrolled } from '../../support/second-factor.ts'

/** Staff and members of the tests. `manager` works in the branch `here`, `stranger` manages the other one. */
export const people = ['user', 'other', 'librarian', 'manager', 'stranger', 'admin'] as const
export type Person = (typeof people)[number]

export interface Library {
  readonly here: BranchId
  readonly there: BranchId
  readonly authorId: number
  readonly bookId: BookId
  /** Both stand free in the branch `here`. */
  readonly copies: readonly { readonly id: CopyId; readonly barcode: string }[]
  readonly ids: Readonly<Record<Person, MemberId>>
  readonly tokens: Readonly<Record<Person, string>>
  readonly refreshTokens: Readonly<Record<Person, string>>
}

export const password = 'correct horse battery'
const act = actBy(system)

const must = async <E, A>(task: TaskEither<E, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(`The library could not be made: ${JSON.stringify(result.left)}`)
  return result.right
}

export const aLibrary = async (persistence: Persistence, deps: HttpDeps): Promise<Library> => {
  const branch = async (name: string) =>
    (await must(deps.branches.addBranch({ by: act, details: { ...aBranch, name } }))).id
  const [here, there] = [await branch('Here'), await branch('There')]
  const author = await must(deps.catalogue.addAuthor({ by: act, details: authorNamed('Ursula K. Le Guin') }))
  const { book } = await must(
    deps.catalogue.addBook({
      act,
      allowDuplicate: false,
      details: {
        title: 'The Dispossessed',
        subtitle: null,
        authorIds: [author.id],
        isbn13: '9780061054884',
        isbn10: '0061054887',
        publicationYear: 1974,
        publicationDate: null,
        edition: null,
        minAge: null,
        publisherId: null,
        genreId: null,
        language: 'en',
        pages: 387,
        description: null,
        deweyDecimal: null,
        digitalCopies: 0,
        coverImageUrl: null,
        subjects: ['Anarchism'],
      },
    }),
  )
  const copies = []
  for (const barcode of ['C-1', 'C-2']) {
    copies.push(await addCopyOf(deps, book.id, here, barcode))
  }
  const desks: Readonly<Record<Person, { role: Exclude<Role, 'user'>; branchId: BranchId } | null>> = {
    user: null,
    other: null,
    librarian: { role: 'librarian', branchId: here },
    manager: { role: 'branch_manager', branchId: here },
    stranger: { role: 'branch_manager', branchId: there },
    admin: { role: 'admin', branchId: here },
  }
  const ids: Partial<Record<Person, MemberId>> = {}
  const tokens: Partial<Record<Person, string>> = {}
  const refreshTokens: Partial<Record<Person, string>> = {}
  for (const person of people) {
    const { member } = await must(
      deps.members.registerMember({ act, password, membership: {}, details: aMember(person) }),
    )
    const desk = desks[person]
    const pair = await must(
      deps.identity.logIn({ act: actBy(anonymous), userAgent: null, login: person, password, otp: null }),
    )
    // Enrolled without a code: the first that a test shows is still good.
    if (desk !== null) {
      await must(persistence.work.run(({ members }) => members.appoint(member.id, desk)))
      await enrolled(persistence, member.id)
    }
    ids[person] = member.id
    tokens[person] = pair.accessToken
    refreshTokens[person] = pair.refreshToken
  }
  return {
    here,
    there,
    authorId: author.id,
    bookId: book.id,
    copies,
    ids: ids as Record<Person, MemberId>,
    tokens: tokens as Record<Person, string>,
    refreshTokens: refreshTokens as Record<Person, string>,
  }
}

export const addCopyOf = async (deps: HttpDeps, bookId: BookId, branchId: BranchId, barcode: string) =>
  must(
    deps.circulation.addCopy({
      act,
      copy: {
        bookId,
        branchId,
        barcode,
        copyNumber: null,
        condition: 'good',
        location: null,
        acquisitionDate: null,
        lastMaintenance: null,
        price: null,
        loanCategory: 'book',
      },
    }),
  )

const aBranch = {
  address: null,
  city: null,
  state: null,
  zipCode: null,
  phone: null,
  email: null,
  managerId: null,
  servicesOffered: [],
  timeZone: 'Europe/Berlin' as Zone,
  hoursOfOperation: noHours,
  pickup: true,
}

const aMember = (person: Person) => ({
  username: person,
  email: `${person}@example.org`,
  firstName: person,
  lastName: 'Tester',
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
})
