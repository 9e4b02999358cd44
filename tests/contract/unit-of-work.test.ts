import { expect } from 'chai'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { minor } from '../../core/shared/money.ts'
import { onEveryBackend } from '../support/backends.ts'
import { anAuthor, aPublisher } from '../support/builders.ts'
import { aLibrary, done, each, left, right } from '../support/world.ts'

/** Long enough for every other unit of work to have read what this one is about to write. */
const aMoment: TaskEither<never, void> = TE.fromTask(
  () => new Promise<void>(resolve => setTimeout(resolve, 10)),
)

const refusal = { type: 'Refused' as const }

/** What came of it, whichever way. */
const outcome = async (running: Promise<unknown>): Promise<unknown> =>
  running.catch((error: unknown) => error)

onEveryBackend('a unit of work', opened => {
  it('keeps every write of a Right', async () => {
    const { work, queries } = opened.library
    const [author, publisher] = await right(
      work.run(({ authors, publishers }) =>
        pipe(
          TE.Do,
          TE.bindW('author', () => authors.add(anAuthor())),
          TE.bindW('publisher', () => publishers.add(aPublisher())),
          TE.map(added => [added.author, added.publisher] as const),
        ),
      ),
    )
    expect((await right(queries.catalogue.author(author.id))).details).to.deep.equal(author.details)
    expect((await right(queries.catalogue.publisher(publisher.id))).details).to.deep.equal(publisher.details)
  })

  it('undoes every write of a Left, and gives the Left back', async () => {
    const { work, queries } = opened.library
    const world = await aLibrary(opened.library)
    const error = await left(
      work.run(({ authors, books, copies, titles }) =>
        pipe(
          TE.Do,
          TE.bindW('author', () => authors.add(anAuthor({ lastName: 'Undone' }))),
          TE.bindW('book', () => books.get(world.bookId)),
          TE.tap(({ book }) => books.save({ ...book, details: { ...book.details, title: 'Undone' } })),
          TE.bindW('title', () => titles.get(world.bookId)),
          TE.tap(({ title }) =>
            titles.saveHoldings({ ...title, holdings: { total: 9, available: 4, circulating: 5 } }),
          ),
          TE.bindW('copy', () => copies.get(world.copyIds[0]!)),
          TE.tap(({ copy }) => copies.save({ ...copy, location: 'Undone' }, null)),
          TE.tap(({ author }) => authors.remove(author.id)),
          TE.flatMap(() => TE.left(refusal)),
        ),
      ),
    )
    expect(error).to.equal(refusal)
    const { book, holdings } = await right(queries.catalogue.book(world.bookId))
    expect(book.details.title).to.equal('The Dispossessed')
    expect(book.version).to.equal(1)
    expect(holdings).to.deep.equal({ total: 1, available: 1, circulating: 0 })
    expect((await right(queries.circulation.copy(world.copyIds[0]!))).location).to.be.null
    const authors = await right(
      queries.catalogue.authors({}, { sort: [], limit: 10, at: { kind: 'page', page: 1 } }),
    )
    expect(authors.rows.map(({ id }) => id)).to.deep.equal([world.authorId])
  })

  it('undoes a removal of a Left', async () => {
    const { work, queries } = opened.library
    const author = await done(opened.library, ({ authors }) => authors.add(anAuthor()))
    await left(
      work.run(({ authors }) =>
        pipe(
          authors.remove(author.id),
          TE.flatMap(() => TE.left(refusal)),
        ),
      ),
    )
    expect((await right(queries.catalogue.author(author.id))).id).to.equal(author.id)
  })

  it('undoes every write of a throw, and throws it on', async () => {
    const { work, queries } = opened.library
    const world = await aLibrary(opened.library)
    const bug = new Error('a bug')
    const failing = work.run(({ authors, copies }) =>
      pipe(
        TE.Do,
        TE.bindW('author', () => authors.add(anAuthor({ lastName: 'Undone' }))),
        TE.bindW('copy', () => copies.get(world.copyIds[0]!)),
        TE.tap(({ copy }) => copies.save({ ...copy, location: 'Undone' }, null)),
        TE.map(() => {
          throw bug
        }),
      ),
    )
    expect(await outcome(failing())).to.equal(bug)
    expect((await right(queries.circulation.copy(world.copyIds[0]!))).location).to.be.null
    const authors = await right(
      queries.catalogue.authors({}, { sort: [], limit: 10, at: { kind: 'page', page: 1 } }),
    )
    expect(authors.total).to.equal(1)
  })

  it('works on after a throw, also one before the first store is asked', async () => {
    const { work, queries } = opened.library
    const bug = new Error('a bug')
    const failing = work.run((): TaskEither<never, void> => {
      throw bug
    })
    const [thrown, added] = await Promise.all([
      outcome(failing()),
      done(opened.library, ({ authors }) => authors.add(anAuthor())),
    ])
    expect(thrown).to.equal(bug)
    expect((await right(queries.catalogue.author(added.id))).id).to.equal(added.id)
  })

  it('does nothing before it is run, and does it again when it is run again', async () => {
    const { work, queries } = opened.library
    const adding = work.run(({ authors }) => authors.add(anAuthor()))
    const all = queries.catalogue.authors({}, { sort: [], limit: 10, at: { kind: 'page', page: 1 } })
    expect((await right(all)).total).to.equal(0)
    await right(adding)
    await right(adding)
    expect((await right(all)).total).to.equal(2)
  })

  it('reads its own writes, which nobody else sees before the end', async () => {
    const { work, look, queries } = opened.library
    const seen = await right(
      work.run(({ authors }) =>
        pipe(
          TE.Do,
          TE.bindW('author', () => authors.add(anAuthor())),
          TE.bindW('inside', ({ author }) => authors.known([author.id])),
          TE.bindW('looking', ({ author }) => look.run(stores => stores.authors.known([author.id]))),
          TE.bindW('asking', ({ author }) =>
            TE.rightTask<never, E.Either<unknown, unknown>>(queries.catalogue.author(author.id)),
          ),
        ),
      ),
    )
    expect(seen.inside.map(({ id }) => id)).to.deep.equal([seen.author.id])
    expect(seen.looking).to.deep.equal([])
    expect(seen.asking).to.deep.equal(E.left(notFound('author', seen.author.id)))
    expect((await right(queries.catalogue.author(seen.author.id))).id).to.equal(seen.author.id)
  })

  it('does not find what it removed', async () => {
    const { library } = opened
    const author = await done(library, ({ authors }) => authors.add(anAuthor()))
    const seen = await done(library, ({ authors, loading }) =>
      pipe(
        TE.Do,
        TE.tap(() => authors.remove(author.id)),
        TE.bindW('known', () => authors.known([author.id])),
        TE.bindW('named', () => loading.authorsNamed(['ursula k. le guin'])),
        TE.bindW('got', () => TE.rightTask<never, E.Either<unknown, unknown>>(authors.get(author.id))),
      ),
    )
    expect(seen.known).to.deep.equal([])
    expect(seen.named.size).to.equal(0)
    expect(seen.got).to.deep.equal(E.left(notFound('author', author.id)))
  })

  it('loses no update of many at once to the holdings of one book', async () => {
    const { work } = opened.library
    const { bookId } = await aLibrary(opened.library)
    const before = await done(opened.library, ({ titles }) => titles.get(bookId))
    const oneMore = work.run(({ titles }) =>
      pipe(
        titles.get(bookId),
        TE.tap(() => aMoment),
        TE.flatMap(title =>
          titles.saveHoldings({
            ...title,
            holdings: { ...title.holdings, total: title.holdings.total + 1 },
          }),
        ),
      ),
    )
    const results = await Promise.all(Array.from({ length: 12 }, () => oneMore()))
    expect(results.every(E.isRight)).to.be.true
    const after = await done(opened.library, ({ titles }) => titles.get(bookId))
    expect(after.holdings.total).to.equal(before.holdings.total + 12)
  })

  it('loses no update of many at once to one copy, and none of them is stale', async () => {
    const { work } = opened.library
    const { copyIds } = await aLibrary(opened.library)
    const dearer = work.run(({ copies }) =>
      pipe(
        copies.get(copyIds[0]!),
        TE.tap(() => aMoment),
        TE.flatMap(copy => copies.save({ ...copy, price: minor((copy.price ?? 0) + 1) }, null)),
      ),
    )
    const results = await Promise.all(Array.from({ length: 12 }, () => dearer()))
    expect(results.filter(E.isLeft)).to.deep.equal([])
    const copy = await done(opened.library, ({ copies }) => copies.get(copyIds[0]!))
    expect(copy).to.include({ price: 12, version: 13 })
  })

  it('lets two that lock the same two members in the same order both finish', async () => {
    const { work } = opened.library
    const { memberIds } = await aLibrary(opened.library, { members: 2 })
    const [first, second] = [memberIds[0]!, memberIds[1]!]
    const renaming = (name: string) =>
      work.run(({ members }) =>
        pipe(
          TE.Do,
          TE.bindW('one', () => members.get(first)),
          TE.tap(() => aMoment),
          TE.bindW('other', () => members.get(second)),
          TE.tap(() => aMoment),
          TE.tap(({ one }) => members.save({ ...one, firstName: name })),
          TE.tap(({ other }) => members.save({ ...other, firstName: name })),
        ),
      )
    const results = await Promise.all([renaming('Grace')(), renaming('Hedy')()])
    expect(results.filter(E.isLeft)).to.deep.equal([])
    const [one, other] = await done(opened.library, ({ members }) =>
      each([first, second], member => members.get(member)),
    )
    expect([one!.version, other!.version]).to.deep.equal([3, 3])
    expect(one!.firstName).to.equal(other!.firstName)
  })

  it('lets two that lock two members in opposite orders both finish: a deadlock is tried again', async () => {
    const { work } = opened.library
    const { memberIds } = await aLibrary(opened.library, { members: 2 })
    const locking = (order: readonly [number, number]) =>
      work.run(({ members }) =>
        pipe(
          members.get(memberIds[order[0]]!),
          TE.tap(() => aMoment),
          TE.flatMap(() => members.get(memberIds[order[1]]!)),
          TE.flatMap(member => members.save({ ...member, lastName: 'Hopper' })),
        ),
      )
    const results = await Promise.all([locking([0, 1])(), locking([1, 0])()])
    expect(results.filter(E.isLeft)).to.deep.equal([])
  })
})

onEveryBackend('looking', opened => {
  it('reads what is committed', async () => {
    const { look } = opened.library
    const { memberIds, bookId } = await aLibrary(opened.library)
    const seen = await right(
      look.run(({ borrowers, titles }) =>
        pipe(
          TE.Do,
          TE.bindW('member', () => borrowers.get(memberIds[0]!)),
          TE.bindW('title', () => titles.get(bookId)),
        ),
      ),
    )
    expect(seen.member.id).to.equal(memberIds[0])
    expect(seen.title.holdings.total).to.equal(1)
  })

  it('does not wait for a unit of work that holds the row', async () => {
    const { work, look } = opened.library
    const { memberIds } = await aLibrary(opened.library)
    const names = await right(
      work.run(({ members }) =>
        pipe(
          TE.Do,
          TE.bindW('member', () => members.get(memberIds[0]!)),
          TE.bindW('saved', ({ member }) => members.save({ ...member, firstName: 'Grace' })),
          TE.bindW('seen', () => look.run(stores => stores.borrowers.get(memberIds[0]!))),
          TE.map(({ saved, seen }) => [saved.firstName, seen.firstName]),
        ),
      ),
    )
    expect(names).to.deep.equal(['Grace', 'Ada'])
  })

  it('writes nothing: to try is an error', async () => {
    const { look, queries } = opened.library
    const { copyIds } = await aLibrary(opened.library)
    const attempts = [
      look.run(({ authors }) => authors.add(anAuthor())),
      look.run(({ copies }) =>
        pipe(
          copies.get(copyIds[0]!),
          TE.flatMap(copy => copies.save({ ...copy, location: 'Attic' }, null)),
        ),
      ),
    ]
    for (const attempt of attempts) {
      const result = await outcome(attempt())
      expect(result instanceof Error || E.isLeft(result as E.Either<unknown, unknown>)).to.be.true
    }
    expect((await right(queries.circulation.copy(copyIds[0]!))).location).to.be.null
    const authors = await right(
      queries.catalogue.authors({}, { sort: [], limit: 10, at: { kind: 'page', page: 1 } }),
    )
    expect(authors.total).to.equal(1)
  })
})

onEveryBackend('a library', opened => {
  it('answers a ping', async () => {
    await opened.library.ping()
  })
})
