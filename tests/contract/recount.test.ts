import { expect } from 'chai'
import { recount } from '../../core/circulation/use-cases/recount.ts'
import type { Holdings } from '../../core/circulation/title.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { BookId } from '../../core/shared/id.ts'
import { onEveryBackend } from '../support/backends.ts'
import { addBook, aLibrary, done, right } from '../support/world.ts'

onEveryBackend('what books say of their copies', opened => {
  const holdings = async (bookId: BookId): Promise<Holdings> =>
    (await done(opened.library, ({ titles }) => titles.get(bookId))).holdings

  const say = (bookId: BookId, said: Holdings): Promise<void> =>
    done(opened.library, ({ titles }) =>
      pipe(
        titles.get(bookId),
        TE.flatMap(title => titles.saveHoldings({ ...title, holdings: said })),
      ),
    )

  const counted = () =>
    right(recount({ work: opened.library.work, queries: opened.library.queries.circulation }))

  it('is shown beside where these stand, book by book from the one asked for', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const { bookId: second } = await addBook(library, world)
    const { bookId: third } = await addBook(library, world, {}, 1)
    await done(library, ({ copies }) =>
      pipe(
        copies.get(world.copyIds[0]!),
        TE.flatMap(copy => copies.save({ ...copy, status: 'missing' }, null)),
      ),
    )
    const after = (bookId: BookId | null, limit: number) =>
      right(library.queries.circulation.holdings(bookId, limit))
    const all = await after(null, 10)
    expect(all.map(({ bookId }) => bookId)).to.deep.equal([world.bookId, second, third])
    expect([...all[0]!.copies].sort()).to.deep.equal(['available', 'missing'])
    expect(all[0]!.holdings).to.deep.equal({ total: 2, available: 2, circulating: 0 })
    expect(all[1]).to.deep.equal({
      bookId: second,
      holdings: { total: 0, available: 0, circulating: 0 },
      copies: [],
    })
    expect(await after(null, 2)).to.deep.equal(all.slice(0, 2))
    expect(await after(second, 2)).to.deep.equal(all.slice(2))
    expect(await after(third, 2)).to.deep.equal([])
  })

  it('is put right where it is wrong, and left alone where it is right', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 3 })
    const { bookId: second } = await addBook(library, world, {}, 2)
    const { bookId: third } = await addBook(library, world, {}, 1)
    await say(world.bookId, { total: 9, available: 0, circulating: 4 })
    await say(third, { total: 0, available: 0, circulating: 0 })
    expect(await counted()).to.deep.equal({ done: 2, skipped: 0, failed: 0 })
    expect(await holdings(world.bookId)).to.deep.equal({ total: 3, available: 3, circulating: 0 })
    expect(await holdings(second)).to.deep.equal({ total: 2, available: 2, circulating: 0 })
    expect(await holdings(third)).to.deep.equal({ total: 1, available: 1, circulating: 0 })
    expect(await counted()).to.deep.equal({ done: 0, skipped: 0, failed: 0 })
  })

  it('is counted over more books than one look takes', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 1 })
    const ids: BookId[] = []
    for (let count = 0; count < 205; count += 1) ids.push((await addBook(library, world)).bookId)
    await say(ids[0]!, { total: 5, available: 5, circulating: 0 })
    await say(ids.at(-1)!, { total: 5, available: 5, circulating: 0 })
    expect(await counted()).to.deep.equal({ done: 2, skipped: 0, failed: 0 })
  })

  it('is looked at again under its lock, and left alone when it is right by then, or gone', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 1 })
    const queries: Parameters<typeof recount>[0]['queries'] = {
      holdings: () =>
        TE.right([
          { bookId: world.bookId, holdings: { total: 9, available: 9, circulating: 0 }, copies: [] },
          { bookId: 404 as BookId, holdings: { total: 9, available: 9, circulating: 0 }, copies: [] },
        ]),
    }
    expect(await right(recount({ work: library.work, queries }))).to.deep.equal({
      done: 0,
      skipped: 2,
      failed: 0,
    })
  })
})
