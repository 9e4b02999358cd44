import { expect } from 'chai'
import type { BookBorrowersSort, BorrowersFilter } from '../../core/circulation/display-ports.ts'
import { changed } from '../../core/shared/changed.ts'
import { id } from '../../core/shared/id.ts'
import type { CopyId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import type { PageRequest, Sort } from '../../core/shared/page.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aGenre, anAuthor, bySystem, daysAfter, noon, returned } from '../support/builders.ts'
import { addBook, addMember, aLibrary, all, byCursors, byPages, done, lendTo } from '../support/world.ts'

const asc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'asc' })
const desc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'desc' })

/** Of `beta` two borrowings, one of them back, of `Äber` one, of `Zoo`, by another author too, none. */
const threeBooks = async (library: OpenLibrary) => {
  const world = await aLibrary(library, { copies: 2, book: { title: 'beta' } })
  const [genre, second] = [
    await done(library, ({ genres }) => genres.add(aGenre())),
    await done(library, ({ authors }) => authors.add(anAuthor())),
  ]
  const aber = await addBook(library, world, { title: 'Äber', genreId: genre.id }, 1)
  const zoo = await addBook(library, world, { title: 'Zoo', authorIds: [world.authorId, second.id] }, 1)
  const reader = await addMember(library, { firstName: 'Émile', lastName: 'Zola' })
  const lend = (bookId: typeof world.bookId, copyId: CopyId, days: number) =>
    lendTo(library, world, {
      memberId: reader.id,
      bookId,
      copyId,
      borrowedAt: daysAfter(noon, days),
      dueAt: instant(daysAfter(noon, 30) - 1000),
      overdueFrom: daysAfter(noon, 30),
    })
  const first = await lend(world.bookId, world.copyIds[0]!, 1)
  await done(library, ({ loans }) => loans.save(changed(returned(first, daysAfter(noon, 2))), bySystem))
  const again = await lend(world.bookId, world.copyIds[1]!, 3)
  const other = await lend(aber.bookId, aber.copyIds[0]!, 3)
  return { world, aber, zoo, genre, second, reader, loans: { first, again, other } }
}

onEveryBackend('the books and their borrowers', opened => {
  const listOf =
    (filter: BorrowersFilter = {}) =>
    (page: PageRequest<BookBorrowersSort>) =>
      opened.library.queries.circulation.bookBorrowers(filter, page)

  it('CIR-8 are all books, each with its borrowings, the latest first', async () => {
    const { world, aber, zoo, reader, loans } = await threeBooks(opened.library)
    const [beta, , nobody] = await all(listOf(), asc('book_id'))
    expect(beta).to.deep.include({ id: world.bookId, title: 'beta' })
    const by = { memberId: reader.id, name: 'Émile Zola' }
    expect(beta!.borrowings).to.deep.equal([
      { ...by, loanId: loans.again.id, borrowedAt: daysAfter(noon, 3), returnedAt: null },
      { ...by, loanId: loans.first.id, borrowedAt: daysAfter(noon, 1), returnedAt: daysAfter(noon, 2) },
    ])
    expect(nobody).to.deep.include({ id: zoo.bookId, borrowings: [] })
    expect(nobody!.author).to.equal(beta!.author)
    expect((await all(listOf(), asc('title'))).map(book => book.id)).to.deep.equal([
      aber.bookId,
      world.bookId,
      zoo.bookId,
    ])
  })

  it('come in every order, by page and by cursor', async () => {
    await threeBooks(opened.library)
    for (const sort of [asc('title'), desc('title'), asc('book_id'), desc('book_id')] as const) {
      const whole = await all(listOf(), sort)
      expect(whole).to.have.length(3)
      expect((await byPages(listOf(), 2, sort)).flat()).to.deep.equal(whole)
      expect((await byCursors(listOf(), 2, [sort])).flat()).to.deep.equal(whole)
    }
  })

  it('are looked for by the book, and by the borrowing, which leaves out the others', async () => {
    const { world, genre, second, loans } = await threeBooks(opened.library)
    const { first, again, other } = loans
    const table: readonly (readonly [BorrowersFilter, readonly (readonly [string, ...number[]])[]])[] = [
      [{ genreId: genre.id }, [['Äber', other.id]]],
      [{ authorId: second.id }, [['Zoo']]],
      [{ isReturned: true }, [['beta', first.id]]],
      [
        { isReturned: false },
        [
          ['Äber', other.id],
          ['beta', again.id],
        ],
      ],
      [{ from: daysAfter(noon, 1), to: daysAfter(noon, 3) }, [['beta', first.id]]],
      [
        { from: daysAfter(noon, 3) },
        [
          ['Äber', other.id],
          ['beta', again.id],
        ],
      ],
      [{ branchId: world.branchId, isReturned: true }, [['beta', first.id]]],
      [{ branchId: id(404) }, []],
      [{ genreId: genre.id, isReturned: true }, []],
    ]
    for (const [filter, expected] of table) {
      const found = await all(listOf(filter), asc('title'))
      const told = found.map(({ title, borrowings }) => [title, ...borrowings.map(({ loanId }) => loanId)])
      expect(told, JSON.stringify(filter)).to.deep.equal(expected)
    }
  })
})
