/** A small library to begin with, and the running of what the core describes. */
import type { Persistence, Stores } from '../../app/persistence.ts'
import type { Fine } from '../../core/accounts/fine.ts'
import type { LedgerEntry } from '../../core/accounts/ledger.ts'
import type { BookDetails } from '../../core/catalogue/book.ts'
import type { OpenLoan } from '../../core/circulation/loan.ts'
import { register } from '../../core/members/member.ts'
import type { Member } from '../../core/members/member.ts'
import { changed } from '../../core/shared/changed.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { Keyset, Page, PageRequest, Sort } from '../../core/shared/page.ts'
import type { AuthorId, BookId, BranchId, CopyId, MemberId } from '../../core/shared/id.ts'
import {
  aBook,
  aBranch,
  aFine,
  aLoadedCopy,
  aLoan,
  aMember,
  anAuthor,
  anEntry,
  bySystem,
  cents,
  noon,
} from './builders.ts'

/** Runs it; a Left fails the test and is told. */
export const right = async <Error, A>(work: TaskEither<Error, A>): Promise<A> => {
  const result = await work()
  if (E.isLeft(result))
    throw new Error(`A Left came where a Right was expected: ${JSON.stringify(result.left)}`)
  return result.right
}

/** Runs it; a Right fails the test and is told. */
export const left = async <Error, A>(work: TaskEither<Error, A>): Promise<Error> => {
  const result = await work()
  if (E.isRight(result))
    throw new Error(`A Right came where a Left was expected: ${JSON.stringify(result.right)}`)
  return result.left
}

/** One unit of work that must succeed. */
export const done = <Error, A>(
  { work }: Pick<Persistence, 'work'>,
  what: (stores: Stores) => TaskEither<Error, A>,
): Promise<A> => right(work.run(what))

/** One after another, as everything inside a unit of work is done. */
export const each = <Item, Error, A>(
  items: readonly Item[],
  work: (item: Item) => TaskEither<Error, A>,
): TaskEither<Error, readonly A[]> => TE.traverseSeqArray(work)(items)

/** A new member; what is left out is as the builder has it. */
export const addMember = async (
  library: Persistence,
  some: Partial<Omit<Member, 'id' | 'version'>> = {},
  passwordHash: string | null = null,
): Promise<Member> => {
  const id = await right(library.ids.next('member'))
  return done(library, ({ members }) =>
    members.add(register(aMember({ ...some, id }), noon), passwordHash, bySystem),
  )
}

export interface World {
  readonly branchId: BranchId
  readonly authorId: AuthorId
  readonly bookId: BookId
  /** Of the book, in the branch, free. */
  readonly copyIds: readonly CopyId[]
  readonly memberIds: readonly MemberId[]
}

export interface WorldSize {
  readonly copies?: number
  readonly members?: number
  readonly book?: Partial<BookDetails>
}

/** A branch, an author, a book, its copies and some members. */
export const aLibrary = async (
  library: Persistence,
  { copies = 1, members = 1, book = {} }: WorldSize = {},
): Promise<World> => {
  const stock = await done(library, ({ branches, authors, loading }) =>
    pipe(
      TE.Do,
      TE.bindW('branch', () => branches.add(aBranch())),
      TE.bindW('author', () => authors.add(anAuthor())),
      TE.bindW('loaded', ({ branch, author }) =>
        loading.addBooks([
          {
            details: aBook({ authorIds: [author.id], ...book }),
            copies: Array.from({ length: copies }, () => aLoadedCopy({ branchId: branch.id })),
          },
        ]),
      ),
    ),
  )
  const memberIds: MemberId[] = []
  for (let count = 0; count < members; count += 1) memberIds.push((await addMember(library)).id)
  const [loaded] = stock.loaded
  return {
    branchId: stock.branch.id,
    authorId: stock.author.id,
    bookId: loaded!.bookId,
    copyIds: loaded!.copyIds,
    memberIds,
  }
}

/** Adds one more book by the world's author, with copies in its branch. */
export const addBook = async (
  library: Persistence,
  { authorId, branchId }: Pick<World, 'authorId' | 'branchId'>,
  details: Partial<BookDetails> = {},
  copies = 0,
): Promise<{ readonly bookId: BookId; readonly copyIds: readonly CopyId[] }> => {
  const [loaded] = await done(library, ({ loading }) =>
    loading.addBooks([
      {
        details: aBook({ authorIds: [authorId], ...details }),
        copies: Array.from({ length: copies }, () => aLoadedCopy({ branchId })),
      },
    ]),
  )
  return loaded!
}

/** The first copy lent to the first member, or to whom and what is said; without events, and the copy's row as it was. */
export const lendTo = async (
  library: Persistence,
  world: World,
  some: Partial<Omit<OpenLoan, 'id'>> = {},
): Promise<OpenLoan> => {
  const id = await right(library.ids.next('loan'))
  const loan = aLoan({
    memberId: world.memberIds[0]!,
    copyId: world.copyIds[0]!,
    bookId: world.bookId,
    branchId: world.branchId,
    ...some,
    id,
  })
  return done(library, ({ loans }) => loans.save(changed(loan), bySystem))
}

/** What moved on a fine, in minor units as the ledger has them: the charge first, payments and waivers below 0. */
export type Movement = readonly [type: LedgerEntry['type'], amount: number]

/** A fine with its entries, nowhere stored yet. */
export const newFine = async (
  { ids }: Pick<Persistence, 'ids'>,
  some: Partial<Omit<Fine, 'id' | 'entries'>> & Pick<Fine, 'memberId'>,
  ...movements: readonly Movement[]
): Promise<Fine> => {
  const id = await right(ids.next('fine'))
  const entries: LedgerEntry[] = []
  for (const [type, amount] of movements) {
    const entryId = await right(ids.next('ledger_entry'))
    entries.push(anEntry({ id: entryId, fineId: id, memberId: some.memberId, type, amount: cents(amount) }))
  }
  return aFine({ ...some, id, entries })
}

/** Stores a fine without an event. */
export const post = (library: Pick<Persistence, 'work'>, fine: Fine): Promise<void> =>
  done(library, ({ fines }) => fines.add({ state: fine, events: [] }, bySystem))

/** A list as a queries port gives it. */
export type Listing<Row, Field extends string> = (page: PageRequest<Field>) => TaskEither<unknown, Page<Row>>

/** All of a list on one page. */
export const all = async <Row, Field extends string>(
  list: Listing<Row, Field>,
  ...sort: readonly Sort<Field>[]
): Promise<readonly Row[]> => (await right(list({ sort, limit: 100, at: { kind: 'page', page: 1 } }))).rows

/** A list read page after page, by number. */
export const byPages = async <Row, Field extends string>(
  list: Listing<Row, Field>,
  limit: number,
  ...sort: readonly Sort<Field>[]
): Promise<readonly (readonly Row[])[]> => {
  const pages: (readonly Row[])[] = []
  let goesOn = true
  while (goesOn) {
    const at = { kind: 'page' as const, page: pages.length + 1 }
    const { rows, next } = await right(list({ sort, limit, at }))
    pages.push(rows)
    goesOn = next !== null
  }
  return pages
}

/**
 * A list read from cursor to cursor, each written down and read back as a client's is.
 * @param between what happens between two pages
 */
export const byCursors = async <Row, Field extends string>(
  list: Listing<Row, Field>,
  limit: number,
  sort: readonly Sort<Field>[],
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly (readonly Row[])[]> => {
  const first = await right(list({ sort, limit, at: { kind: 'page', page: 1 } }))
  const pages = [first.rows]
  let { next } = first
  while (next !== null) {
    await between()
    const after = JSON.parse(JSON.stringify(next)) as Keyset
    const page: Page<Row> = await right(list({ sort, limit, at: { kind: 'cursor', after } }))
    pages.push(page.rows)
    next = page.next
  }
  return pages
}
