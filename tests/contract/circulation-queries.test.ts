import { expect } from 'chai'
import type { Copy } from '../../core/circulation/copy.ts'
import { refuseRenewal } from '../../core/circulation/loan.ts'
import type { OpenLoan } from '../../core/circulation/loan.ts'
import type { CopySort, LoanFilter, LoanSort } from '../../core/circulation/display-ports.ts'
import { changed } from '../../core/shared/changed.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { CopyId, LoanId } from '../../core/shared/id.ts'
import { instant, plusMinutes } from '../../core/shared/local-time.ts'
import type { PageRequest, Sort } from '../../core/shared/page.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import {
  aBranch,
  aCopy,
  aGenre,
  anAuthor,
  bySystem,
  cents,
  day,
  daysAfter,
  noon,
  returned,
} from '../support/builders.ts'
import {
  addBook,
  aLibrary,
  all,
  byCursors,
  byPages,
  done,
  each,
  left,
  lendTo,
  newFine,
  post,
  right,
} from '../support/world.ts'
import type { World } from '../support/world.ts'

const asc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'asc' })
const desc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'desc' })

const loansOf =
  ({ queries }: OpenLibrary, filter: LoanFilter = {}, now = noon) =>
  (page: PageRequest<LoanSort>) =>
    queries.circulation.loans(filter, page, now)

/** Places, from 1, in the order of a list. */
const places = (
  rows: readonly { readonly loan: { readonly id: LoanId } }[],
  ids: readonly LoanId[],
): string => rows.map(({ loan }) => ids.indexOf(loan.id) + 1).join('')

const close = (library: OpenLibrary, loan: OpenLoan, at: Parameters<typeof returned>[1]) =>
  done(library, ({ loans }) => loans.save(changed(returned(loan, at)), bySystem))

/** Five loans of three books: the second and the fourth are back. */
const fiveLoans = async (
  library: OpenLibrary,
): Promise<{ readonly world: World; readonly loans: readonly LoanId[] }> => {
  const world = await aLibrary(library, { copies: 3, book: { title: 'beta' } })
  const [aber, zoo] = [
    await addBook(library, world, { title: 'Äber' }, 1),
    await addBook(library, world, { title: 'Zoo' }, 1),
  ]
  const lend = (
    bookId: World['bookId'],
    copyId: CopyId,
    [borrowed, due, renewalCount]: readonly [number, number, number],
  ) =>
    lendTo(library, world, {
      bookId,
      copyId,
      borrowedAt: daysAfter(noon, borrowed),
      dueAt: instant(daysAfter(noon, due) - 1000),
      overdueFrom: daysAfter(noon, due),
      renewalCount,
    })
  const first = await lend(world.bookId, world.copyIds[0]!, [4, 30, 1])
  const second = await lend(aber.bookId, aber.copyIds[0]!, [1, 40, 0])
  const third = await lend(zoo.bookId, zoo.copyIds[0]!, [1, 20, 2])
  const fourth = await lend(world.bookId, world.copyIds[1]!, [2, 20, 0])
  const fifth = await lend(world.bookId, world.copyIds[2]!, [3, 50, 1])
  await close(library, second, daysAfter(noon, 10))
  await close(library, fourth, daysAfter(noon, 9))
  return { world, loans: [first, second, third, fourth, fifth].map(loan => loan.id) }
}

const loanOrders: Readonly<Record<LoanSort, readonly [asc: string, desc: string]>> = {
  id: ['12345', '54321'],
  borrow_date: ['23451', '15423'],
  due_date: ['34125', '52134'],
  return_date: ['42135', '24135'],
  title: ['21453', '31452'],
  renewal_count: ['24153', '31524'],
}

onEveryBackend('the list of loans', opened => {
  it('is sorted by every field, up and down, by pages and by cursors', async () => {
    const { library } = opened
    const { loans } = await fiveLoans(library)
    const list = loansOf(library)
    const [whole, paged, walked]: Record<string, readonly string[]>[] = [{}, {}, {}]
    for (const field of Object.keys(loanOrders) as LoanSort[]) {
      whole![field] = [
        places(await all(list, asc(field)), loans),
        places(await all(list, desc(field)), loans),
      ]
      paged![field] = [
        places((await byPages(list, 2, asc(field))).flat(), loans),
        places((await byPages(list, 2, desc(field))).flat(), loans),
      ]
      walked![field] = [
        places((await byCursors(list, 2, [asc(field)])).flat(), loans),
        places((await byCursors(list, 2, [desc(field)])).flat(), loans),
      ]
    }
    expect(whole).to.deep.equal(loanOrders)
    expect(paged).to.deep.equal(loanOrders)
    expect(walked).to.deep.equal(loanOrders)
  })

  it('tells which open loans end soon, page by page, but for those whose member was told (R5.4)', async () => {
    const { library } = opened
    const { loans } = await fiveLoans(library)
    const [first, second, third, fourth, fifth] = loans
    const endingSoon = (now: number, until: number, after: LoanId | null = null, limit = 10) =>
      right(
        library.queries.circulation.endingSoon(daysAfter(noon, now), daysAfter(noon, until), after, limit),
      )
    expect(await endingSoon(0, 60)).to.deep.equal([first, third, fifth])
    expect(await endingSoon(0, 60, null, 2)).to.deep.equal([first, third])
    expect(await endingSoon(0, 60, third)).to.deep.equal([fifth])
    // A loan is due a second before it is overdue.
    expect(await endingSoon(0, 30)).to.deep.equal([first, third])
    expect(await endingSoon(20, 60)).to.deep.equal([first, fifth])
    expect(await endingSoon(0, 20)).to.deep.equal([third])
    expect([second, fourth]).to.have.length(2)
    const tell = async (loanId: LoanId) =>
      done(library, ({ loans: stored }) =>
        pipe(
          stored.get(loanId),
          TE.flatMap(loan => stored.save(refuseRenewal(loan as OpenLoan, ['debt'], noon), bySystem)),
        ),
      )
    const refused = await tell(third!)
    expect(refused.notRenewedFor).to.equal(refused.dueAt)
    expect(await done(library, ({ loans: stored }) => stored.get(third!))).to.deep.equal(refused)
    expect(await endingSoon(0, 60)).to.deep.equal([first, fifth])
    const renewed = {
      ...refused,
      dueAt: daysAfter(refused.dueAt, 7),
      overdueFrom: daysAfter(refused.overdueFrom, 7),
    }
    await done(library, ({ loans: stored }) => stored.save(changed(renewed), bySystem))
    expect(await endingSoon(0, 60)).to.deep.equal([first, third, fifth])
  })

  it('is sorted by several fields, and by id without any', async () => {
    const { library } = opened
    const { loans } = await fiveLoans(library)
    expect(places(await all(loansOf(library), desc('renewal_count'), asc('due_date')), loans)).to.equal(
      '31542',
    )
    expect(places(await all(loansOf(library)), loans)).to.equal('12345')
  })

  it('shows a loan with the title, the barcode, the price and what was paid', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 0, book: { title: 'Ça' } })
    const copy = await done(library, ({ copies }) =>
      copies.add(
        aCopy({ bookId: world.bookId, branchId: world.branchId, barcode: 'B-1', price: cents(999) }),
      ),
    )
    const loan = await lendTo(library, { ...world, copyIds: [copy.id] })
    const memberId = world.memberIds[0]!
    await post(
      library,
      await newFine(library, { memberId, loanId: loan.id }, ['charge', 50], ['payment', -20]),
    )
    const record = { loan, title: 'Ça', barcode: 'B-1', price: 999, finesPaid: 20, unpaidOverdue: 30 }
    expect(await all(loansOf(library))).to.deep.equal([record])
    expect(await right(library.queries.circulation.loan(loan.id))).to.deep.equal(record)
  })

  it('shows a loan of a copy of unknown price, of which nothing was paid', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const loan = await lendTo(library, world)
    const record = await right(library.queries.circulation.loan(loan.id))
    expect(record).to.include({ price: null, finesPaid: 0 })
  })

  it('is filtered by how a loan stands now', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 5 })
    const due = daysAfter(noon, 21)
    const lend = (copy: number) => lendTo(library, world, { copyId: world.copyIds[copy]!, overdueFrom: due })
    const open = await lend(0)
    const lost = await lend(1)
    const claimed = await lend(2)
    const back = await lend(3)
    const renewed = await lendTo(library, world, {
      copyId: world.copyIds[4]!,
      overdueFrom: daysAfter(due, 21),
    })
    for (const [loan, state] of [
      [lost, 'lost'],
      [claimed, 'claimed_returned'],
    ] as const) {
      await done(library, ({ loans }) => loans.save(changed({ ...loan, state }), bySystem))
    }
    await close(library, back, daysAfter(due, 3))
    const ids = [open, lost, claimed, back, renewed].map(loan => loan.id)
    const found = async (status: NonNullable<LoanFilter['status']>, now: typeof noon) =>
      places(await all(loansOf(library, { status }, now), asc('id')), ids)
    const before = instant(due - 1)
    expect([await found('open', before), await found('overdue', before)]).to.deep.equal(['15', ''])
    expect([await found('open', due), await found('overdue', due)]).to.deep.equal(['5', '1'])
    for (const now of [noon, daysAfter(due, 100)]) {
      expect(await found('lost', now)).to.equal('2')
      expect(await found('claimed_returned', now)).to.equal('3')
      expect(await found('returned', now)).to.equal('4')
    }
    expect(await found('overdue', daysAfter(due, 100))).to.equal('15')
  })

  it('is filtered by member, book, branch, author and return', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 3, members: 2 })
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const [second] = await done(library, ({ loading }) => loading.addAuthors([anAuthor()]))
    const other = await addBook(library, world, { authorIds: [world.authorId, second!] }, 1)
    const loans = [
      await lendTo(library, world),
      await lendTo(library, world, { copyId: world.copyIds[1]!, memberId: world.memberIds[1]! }),
      await lendTo(library, world, { copyId: world.copyIds[2]!, branchId: elsewhere.id }),
      await lendTo(library, world, { copyId: other.copyIds[0]!, bookId: other.bookId }),
    ]
    await close(library, loans[1]!, daysAfter(noon, 2))
    const ids = loans.map(loan => loan.id)
    const cases: readonly (readonly [LoanFilter, string])[] = [
      [{}, '1234'],
      [{ memberId: world.memberIds[0]! }, '134'],
      [{ memberId: world.memberIds[1]! }, '2'],
      [{ memberId: id(404) }, ''],
      [{ bookId: world.bookId }, '123'],
      [{ bookId: other.bookId }, '4'],
      [{ branchId: elsewhere.id }, '3'],
      [{ branchId: world.branchId }, '124'],
      [{ authorId: second! }, '4'],
      [{ authorId: world.authorId }, '1234'],
      [{ isReturned: true }, '2'],
      [{ isReturned: false }, '134'],
      [{ memberId: world.memberIds[0]!, bookId: world.bookId, branchId: world.branchId }, '1'],
      [{ memberId: world.memberIds[1]!, isReturned: false }, ''],
    ]
    const found: string[] = []
    for (const [filter] of cases) found.push(places(await all(loansOf(library, filter), asc('id')), ids))
    expect(found).to.deep.equal(cases.map(([, expected]) => expected))
  })

  it('is filtered by genre, with the genres below it', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const genre = await done(library, ({ genres }) => genres.add(aGenre()))
    const below = await done(library, ({ genres }) => genres.add(aGenre({ parentGenreId: genre.id })))
    const [one, two] = [
      await addBook(library, world, { genreId: genre.id }, 1),
      await addBook(library, world, { genreId: below.id }, 1),
    ]
    const loans = [
      await lendTo(library, world),
      await lendTo(library, world, { bookId: one.bookId, copyId: one.copyIds[0]! }),
      await lendTo(library, world, { bookId: two.bookId, copyId: two.copyIds[0]! }),
    ]
    const ids = loans.map(loan => loan.id)
    expect(places(await all(loansOf(library, { genreId: below.id })), ids)).to.equal('3')
    expect(places(await all(loansOf(library, { genreId: genre.id }), asc('id')), ids)).to.equal('23')
  })

  it('is filtered by when a loan began: from an instant on, and before another', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 3 })
    const [from, to] = [plusMinutes(noon, 10), plusMinutes(noon, 20)]
    const loans = [
      await lendTo(library, world, { borrowedAt: instant(from - 1) }),
      await lendTo(library, world, { copyId: world.copyIds[1]!, borrowedAt: from }),
      await lendTo(library, world, { copyId: world.copyIds[2]!, borrowedAt: to }),
    ]
    const ids = loans.map(loan => loan.id)
    expect(places(await all(loansOf(library, { from }), asc('id')), ids)).to.equal('23')
    expect(places(await all(loansOf(library, { to }), asc('id')), ids)).to.equal('12')
    expect(places(await all(loansOf(library, { from, to }), asc('id')), ids)).to.equal('2')
  })

  it('counts all that match, whatever the page', async () => {
    const { library } = opened
    const { world } = await fiveLoans(library)
    const list = loansOf(library, { bookId: world.bookId })
    const page = await right(list({ sort: [], limit: 2, at: { kind: 'page', page: 1 } }))
    expect([page.rows.length, page.total]).to.deep.equal([2, 3])
    const rest = await right(list({ sort: [], limit: 2, at: { kind: 'cursor', after: page.next! } }))
    expect([rest.rows.length, rest.total, rest.next]).to.deep.equal([1, 3, null])
  })

  it('keeps the loans of a book that was deleted', async () => {
    const { library } = opened
    const world = await aLibrary(library, { book: { title: 'Gone' } })
    const loan = await close(library, await lendTo(library, world), daysAfter(noon, 1))
    await done(library, ({ books }) => books.remove(world.bookId))
    expect((await right(library.queries.circulation.loan(loan.id))).title).to.equal('Gone')
    expect((await all(loansOf(library, { authorId: world.authorId }))).length).to.equal(1)
  })

  it('shows what is committed and nothing else', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const loan = await lendTo(library, world)
    const renewed = { ...loan, renewalCount: 1 }
    await left(
      library.work.run(({ loans }) => {
        const saving = loans.save(changed(renewed), bySystem)
        return async () => {
          await saving()
          expect((await right(library.queries.circulation.loan(loan.id))).loan.renewalCount).to.equal(0)
          return { _tag: 'Left' as const, left: 'no' }
        }
      }),
    )
    expect((await right(library.queries.circulation.loan(loan.id))).loan).to.deep.equal(loan)
  })
})

onEveryBackend('the list of the copies of a book', opened => {
  const copyOrders: Readonly<Record<CopySort, readonly [asc: string, desc: string]>> = {
    id: ['1234', '4321'],
    copy_number: ['4123', '3214'],
    barcode: ['3241', '1423'],
    branch_id: ['1324', '2413'],
    status: ['1243', '3412'],
    condition: ['2134', '4132'],
    acquisition_date: ['2314', '1234'],
  }

  const fourCopies = async (library: OpenLibrary) => {
    const world = await aLibrary(library, { copies: 0 })
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const { bookId } = world
    const [here, there] = [
      { bookId, branchId: world.branchId },
      { bookId, branchId: elsewhere.id },
    ]
    const copies = await done(library, stores =>
      each(
        [
          aCopy({
            ...here,
            copyNumber: 2,
            barcode: 'Z',
            condition: 'good',
            acquisitionDate: day('2026-01-01'),
          }),
          aCopy({
            ...there,
            copyNumber: 3,
            barcode: 'A/2',
            condition: 'fair',
            acquisitionDate: day('2025-12-31'),
          }),
          aCopy({
            ...here,
            copyNumber: 9,
            barcode: 'A-10',
            condition: 'good',
            acquisitionDate: day('2025-12-31'),
          }),
          aCopy({ ...there, copyNumber: 1, barcode: 'B', condition: 'poor' }),
        ],
        copy => stores.copies.add(copy),
      ),
    )
    await done(library, stores =>
      each(
        [
          { ...copies[2]!, status: 'withdrawn' },
          { ...copies[3]!, status: 'missing' },
        ] as readonly Copy[],
        copy => stores.copies.save(copy, null),
      ),
    )
    return { world, ids: copies.map(copy => copy.id) }
  }

  it('is sorted by every field, up and down, by pages and by cursors; withdrawn ones are in it', async () => {
    const { library } = opened
    const { world, ids } = await fourCopies(library)
    await addBook(library, world, {}, 2)
    const list = (page: PageRequest<CopySort>) => library.queries.circulation.copiesOf(world.bookId, page)
    const placesOf = (copies: readonly Copy[]) => copies.map(copy => ids.indexOf(copy.id) + 1).join('')
    const [paged, walked]: Record<string, readonly string[]>[] = [{}, {}]
    for (const field of Object.keys(copyOrders) as CopySort[]) {
      paged![field] = [
        placesOf((await byPages(list, 3, asc(field))).flat()),
        placesOf((await byPages(list, 3, desc(field))).flat()),
      ]
      walked![field] = [
        placesOf((await byCursors(list, 1, [asc(field)])).flat()),
        placesOf((await byCursors(list, 1, [desc(field)])).flat()),
      ]
    }
    expect(paged).to.deep.equal(copyOrders)
    expect(walked).to.deep.equal(copyOrders)
    expect((await right(list({ sort: [], limit: 1, at: { kind: 'page', page: 2 } }))).total).to.equal(4)
  })

  it('shows each copy as it is', async () => {
    const { library } = opened
    const { world, ids } = await fourCopies(library)
    const list = (page: PageRequest<CopySort>) => library.queries.circulation.copiesOf(world.bookId, page)
    const copies = await done(library, stores => each(ids, copy => stores.copies.get(copy)))
    expect(await all(list, asc('id'))).to.deep.equal(copies)
  })

  it('is empty for a book without copies, and not found for no book', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 0 })
    const { circulation } = library.queries
    const page: PageRequest<CopySort> = { sort: [], limit: 10, at: { kind: 'page', page: 1 } }
    expect(await right(circulation.copiesOf(world.bookId, page))).to.deep.equal({
      rows: [],
      total: 0,
      next: null,
    })
    expect(await left(circulation.copiesOf(id(404), page))).to.deep.equal(notFound('book', 404))
  })
})
