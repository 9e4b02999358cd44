import { expect } from 'chai'
import type { Copy } from '../../core/circulation/copy.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { LoanId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aBranch, aCopy, cents, day } from '../support/builders.ts'
import { addBook, aLibrary, done, each, left, lendTo, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** What every status is saved with, from a free copy. */
const statuses: Readonly<
  Record<Copy['status'], (copy: Copy, world: World, loanId: LoanId) => Partial<Copy>>
> = {
  available: () => ({ status: 'available' }),
  kept: (_copy, { memberIds }) => ({ status: 'kept', keptFor: memberIds[0]! }),
  on_loan: (_copy, _world, loanId) => ({ status: 'on_loan', loanId }),
  in_transit: (_copy, { branchId }) => ({ status: 'in_transit', destination: branchId }),
  missing: () => ({ status: 'missing' }),
  lost: (_copy, _world, loanId) => ({ status: 'lost', loanId }),
  claimed_returned: (_copy, _world, loanId) => ({ status: 'claimed_returned', loanId }),
  maintenance: () => ({ status: 'maintenance' }),
  withdrawn: () => ({ status: 'withdrawn' }),
}

const get = (library: OpenLibrary, copyId: Copy['id']) => done(library, ({ copies }) => copies.get(copyId))
const save = (library: OpenLibrary, copy: Copy) => done(library, ({ copies }) => copies.save(copy, null))

onEveryBackend('copies', opened => {
  it('come back as they were added, with nothing that may be left out', async () => {
    const { bookId, branchId } = await aLibrary(opened.library, { copies: 0 })
    const { copyNumber, ...rest } = aCopy({ bookId, branchId })
    const copy = await done(opened.library, ({ copies }) => copies.add({ copyNumber, ...rest }))
    expect(copy).to.deep.equal({ ...rest, id: copy.id, version: 1, copyNumber: 1, status: 'available' })
    expect(await get(opened.library, copy.id)).to.deep.equal(copy)
  })

  it('come back as they were added, with everything', async () => {
    const { bookId, branchId } = await aLibrary(opened.library, { copies: 0 })
    const added = aCopy({
      bookId,
      branchId,
      copyNumber: 7,
      barcode: 'A-1.2/3',
      condition: 'poor',
      location: 'Regal Süd, 3. Etage “oben”',
      acquisitionDate: day('2024-02-29'),
      lastMaintenance: day('2025-12-31'),
      price: cents(2599),
      loanCategory: 'media',
    })
    const copy = await done(opened.library, ({ copies }) => copies.add(added))
    expect(copy).to.deep.equal({ ...added, id: copy.id, version: 1, status: 'available' })
    expect(await get(opened.library, copy.id)).to.deep.equal(copy)
    expect(await right(opened.library.queries.circulation.copy(copy.id))).to.deep.equal(copy)
  })

  it('tell a price of nothing from no price', async () => {
    const { bookId, branchId } = await aLibrary(opened.library, { copies: 0 })
    const copy = await done(opened.library, ({ copies }) =>
      copies.add(aCopy({ bookId, branchId, price: cents(0) })),
    )
    expect((await get(opened.library, copy.id)).price).to.equal(0)
  })

  it('are not found by an id or a barcode that names nothing', async () => {
    const { work, queries } = opened.library
    expect(await left(work.run(({ copies }) => copies.get(id(404))))).to.deep.equal(notFound('copy', 404))
    expect(await left(work.run(({ copies }) => copies.locate({ copyId: id(404) })))).to.deep.equal(
      notFound('copy', 404),
    )
    expect(await left(work.run(({ copies }) => copies.locate({ barcode: 'NONE' })))).to.deep.equal(
      notFound('copy', 'NONE'),
    )
    expect(await left(queries.circulation.copy(id(404)))).to.deep.equal(notFound('copy', 404))
  })

  it('are numbered within their book', async () => {
    const world = await aLibrary(opened.library, { copies: 0 })
    const other = await addBook(opened.library, world)
    const add = (bookId: World['bookId'], copyNumber: number | null) =>
      done(opened.library, ({ copies }) =>
        copies.add(aCopy({ bookId, branchId: world.branchId, copyNumber })),
      )
    const numbers = [
      await add(world.bookId, null),
      await add(world.bookId, 5),
      await add(world.bookId, null),
      await add(other.bookId, null),
    ]
    expect(numbers.map(copy => copy.copyNumber)).to.deep.equal([1, 5, 6, 1])
  })

  it('of one book have different numbers', async () => {
    const { bookId, branchId } = await aLibrary(opened.library, { copies: 2 })
    const error = await left(
      opened.library.work.run(({ copies }) => copies.add(aCopy({ bookId, branchId, copyNumber: 2 }))),
    )
    expect(error).to.deep.equal(duplicateKey('copy_number'))
  })

  for (const [status, changes] of Object.entries(statuses)) {
    it(`are saved with what belongs to the status, and without it again: ${status}`, async () => {
      const { library } = opened
      const world = await aLibrary(library)
      const loan = await lendTo(library, world)
      const free = await get(library, world.copyIds[0]!)
      const changed = { ...free, ...changes(free, world, loan.id) } as Copy
      const saved = await save(library, changed)
      expect(saved).to.deep.equal({ ...changed, version: 2 })
      expect(await get(library, free.id)).to.deep.equal(saved)
      const back = await save(library, { ...free, version: 2 })
      expect(back).to.deep.equal({ ...free, version: 3 })
      expect(await get(library, free.id)).to.deep.equal(back)
    })
  }

  it('may be lost without a loan', async () => {
    const { copyIds } = await aLibrary(opened.library)
    const copy = await get(opened.library, copyIds[0]!)
    await save(opened.library, { ...copy, status: 'lost', loanId: null })
    expect(await get(opened.library, copy.id)).to.deep.include({ status: 'lost', loanId: null })
  })

  it('are saved with other details', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const copy = await get(library, world.copyIds[0]!)
    const changed: Copy = {
      ...copy,
      branchId: elsewhere.id,
      copyNumber: 3,
      barcode: 'NEW-1',
      condition: 'damaged',
      location: 'Cellar',
      acquisitionDate: day('2026-01-02'),
      lastMaintenance: day('2026-01-03'),
      price: cents(1),
      loanCategory: 'reference',
    }
    await save(library, changed)
    expect(await get(library, copy.id)).to.deep.equal({ ...changed, version: 2 })
    const bare = { ...changed, location: null, acquisitionDate: null, lastMaintenance: null, price: null }
    await save(library, { ...bare, version: 2 })
    expect(await get(library, copy.id)).to.deep.equal({ ...bare, version: 3 })
  })

  it('are saved only over the version that was read', async () => {
    const { library } = opened
    const { copyIds } = await aLibrary(library)
    const copy = await get(library, copyIds[0]!)
    const saved = await save(library, { ...copy, location: 'First' })
    const error = await left(
      library.work.run(({ copies }) => copies.save({ ...copy, location: 'Second' }, null)),
    )
    expect(error).to.deep.equal(staleWrite('copy', copy.id))
    expect(await get(library, copy.id)).to.deep.equal(saved)
  })

  it('have a barcode that no other has, when added and when saved', async () => {
    const { library } = opened
    const { bookId, branchId, copyIds } = await aLibrary(library, { copies: 2 })
    const [first, second] = [await get(library, copyIds[0]!), await get(library, copyIds[1]!)]
    const { barcode } = first
    expect(
      await left(library.work.run(({ copies }) => copies.add(aCopy({ bookId, branchId, barcode })))),
    ).to.deep.equal(duplicateKey('barcode'))
    expect(
      await left(library.work.run(({ copies }) => copies.save({ ...second, barcode }, null))),
    ).to.deep.equal(duplicateKey('barcode'))
    expect(await get(library, second.id)).to.deep.equal(second)
    await save(library, { ...first, barcode: 'MOVED' })
    expect((await save(library, { ...second, barcode })).barcode).to.equal(barcode)
  })

  it('of a book are listed by id, withdrawn ones left out', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 3 })
    const other = await addBook(library, world, {}, 1)
    const [first, second, third] = await done(library, ({ copies }) =>
      each(world.copyIds, copyId => copies.get(copyId)),
    )
    await save(library, { ...first!, location: 'Moved' })
    await save(library, { ...second!, status: 'withdrawn' })
    const listed = await done(library, ({ copies }) => copies.ofBook(world.bookId))
    expect(listed.map(copy => copy.id)).to.deep.equal([first!.id, third!.id])
    expect(listed[0]).to.include({ location: 'Moved', version: 2 })
    const others = await done(library, ({ copies }) => copies.ofBook(other.bookId))
    expect(others.map(copy => copy.id)).to.deep.equal(other.copyIds)
    expect(await done(library, ({ copies }) => copies.ofBook(id(404)))).to.deep.equal([])
  })

  it('are located by id and by barcode', async () => {
    const { library } = opened
    const { bookId, branchId, copyIds } = await aLibrary(library)
    const { id: copyId, barcode } = await get(library, copyIds[0]!)
    const keys = { copyId, bookId, branchId, onLoan: null }
    const located = await done(library, ({ copies }) =>
      each([{ copyId }, { barcode }], key => copies.locate(key)),
    )
    expect(located).to.deep.equal([keys, keys])
  })

  for (const status of ['on_loan', 'lost', 'claimed_returned'] as const) {
    it(`are located with the loan they are out on, ${status}`, async () => {
      const { library } = opened
      const world = await aLibrary(library, { members: 2 })
      const loan = await lendTo(library, world, { memberId: world.memberIds[1]! })
      const copy = await get(library, world.copyIds[0]!)
      await save(library, { ...copy, status, loanId: loan.id })
      const keys = await done(library, ({ copies }) => copies.locate({ barcode: copy.barcode }))
      expect(keys.onLoan).to.deep.equal({ loanId: loan.id, memberId: world.memberIds[1] })
    })
  }

  it('that are lost without a loan are located without one', async () => {
    const { library } = opened
    const { copyIds } = await aLibrary(library)
    const copy = await get(library, copyIds[0]!)
    await save(library, { ...copy, status: 'lost', loanId: null })
    const keys = await done(library, ({ copies }) => copies.locate({ copyId: copy.id }))
    expect(keys.onLoan).to.equal(null)
  })

  it('are not located by a barcode they had before', async () => {
    const { library } = opened
    const { copyIds } = await aLibrary(library)
    const copy = await get(library, copyIds[0]!)
    await save(library, { ...copy, barcode: 'NOW' })
    const now = await done(library, ({ copies }) => copies.locate({ barcode: 'NOW' }))
    expect(now.copyId).to.equal(copy.id)
    const error = await left(library.work.run(({ copies }) => copies.locate({ barcode: copy.barcode })))
    expect(error).to.deep.equal(notFound('copy', copy.barcode))
  })

  it('find their own changes within a unit of work', async () => {
    const { library } = opened
    const { bookId, branchId, copyIds } = await aLibrary(library)
    const seen = await done(library, ({ copies }) =>
      pipe(
        TE.Do,
        TE.bindW('copy', () => copies.get(copyIds[0]!)),
        TE.bindW('saved', ({ copy }) => copies.save({ ...copy, barcode: 'SAVED' }, null)),
        TE.bindW('added', () => copies.add(aCopy({ bookId, branchId, barcode: 'ADDED' }))),
        TE.bindW('located', () => copies.locate({ barcode: 'SAVED' })),
        TE.bindW('all', () => copies.ofBook(bookId)),
      ),
    )
    expect(seen.located.copyId).to.equal(copyIds[0])
    expect(seen.all).to.deep.equal([seen.saved, seen.added])
  })
})

onEveryBackend('loan categories', opened => {
  it('are those of a new library', async () => {
    const known = await done(opened.library, ({ loanCategories }) =>
      each(['book', 'media', 'reference', 'Book', 'map', ''], name => loanCategories.known(name)),
    )
    expect(known).to.deep.equal([true, true, true, false, false, false])
  })
})

onEveryBackend('titles', opened => {
  it('are what circulation needs of a book', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2, book: { title: 'Ada', minAge: 16 } })
    const other = await addBook(library, world, { title: 'Zoë', minAge: null })
    const found = await done(library, ({ titles }) =>
      each([world.bookId, other.bookId], book => titles.get(book)),
    )
    expect(found).to.deep.equal([
      { id: world.bookId, title: 'Ada', minAge: 16, holdings: { total: 2, available: 2, circulating: 0 } },
      { id: other.bookId, title: 'Zoë', minAge: null, holdings: { total: 0, available: 0, circulating: 0 } },
    ])
  })

  it('are not found by an id that names no book', async () => {
    const error = await left(opened.library.work.run(({ titles }) => titles.get(id(404))))
    expect(error).to.deep.equal(notFound('book', 404))
  })

  it('have their holdings saved, and the version of the book stays', async () => {
    const { library } = opened
    const { bookId } = await aLibrary(library, { copies: 2 })
    const holdings = { total: 9, available: 4, circulating: 3 }
    const before = await done(library, ({ books }) => books.get(bookId))
    await done(library, ({ titles }) =>
      pipe(
        titles.get(bookId),
        TE.flatMap(title => titles.saveHoldings({ ...title, holdings })),
      ),
    )
    expect((await done(library, ({ titles }) => titles.get(bookId))).holdings).to.deep.equal(holdings)
    const { book, holdings: shown } = await right(library.queries.catalogue.book(bookId))
    expect(shown).to.deep.equal(holdings)
    expect(book.version).to.equal(before.version)
    expect(book.details).to.deep.equal(before.details)
    const saved = await done(library, ({ books }) =>
      books.save({ ...before, details: { ...before.details, title: 'Changed' } }),
    )
    expect(saved.version).to.equal(2)
    const after = await done(library, ({ titles }) => titles.get(bookId))
    expect(after).to.deep.include({ title: 'Changed', holdings })
  })
})
