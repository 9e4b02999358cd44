import { expect } from 'chai'
import type { Stores } from '../../app/persistence.ts'
import type { ClosureSort } from '../../core/branches/ports.ts'
import type { AuthorDetails } from '../../core/catalogue/author.ts'
import type { PublisherDetails } from '../../core/catalogue/publisher.ts'
import { place } from '../../core/circulation/reservation.ts'
import { changed } from '../../core/shared/changed.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { BranchId } from '../../core/shared/id.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import type { PageRequest, Sort } from '../../core/shared/page.ts'
import type { Records } from '../../core/shared/records.ts'
import type { Resource } from '../../core/shared/refusal.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import {
  aBook,
  aBranch,
  aClosure,
  aGenre,
  anAuthor,
  aPublisher,
  day,
  daysAfter,
  bySystem,
  hours,
  noon,
  returned,
  zone,
} from '../support/builders.ts'
import {
  addBook,
  addMember,
  aLibrary,
  byCursors,
  byPages,
  done,
  each,
  left,
  lendTo,
  right,
} from '../support/world.ts'

interface Kind<Details> {
  readonly resource: Resource
  readonly of: (stores: Stores) => Records<number, Details>
  /** With nothing that may be left out, and with everything. */
  readonly bare: Details
  readonly full: Details
}

/** Ids of one kind or another: what is asked here holds for all of them. */
const any = <Details>(records: unknown): Records<number, Details> => records as Records<number, Details>

const authorKind: Kind<AuthorDetails> = {
  resource: 'author',
  of: ({ authors }) => any(authors),
  bare: anAuthor({ firstName: '' }),
  full: anAuthor({
    firstName: 'Gabriel José',
    lastName: 'García Márquez',
    birthDate: day('1927-03-06'),
    deathDate: day('2014-04-17'),
    nationality: 'Colombian',
    biography: 'أديب كولومبي\n— 𝔊abo 📚 —\n"quoted", \\ and \'quoted\'',
    photoUrl: 'https://example.org/gabo.jpg?size=1&crop=%20',
  }),
}

const publisherKind: Kind<PublisherDetails> = {
  resource: 'publisher',
  of: ({ publishers }) => any(publishers),
  bare: aPublisher(),
  full: aPublisher({
    name: 'Éditions Gallimard',
    address: '5 rue Gaston-Gallimard',
    city: 'Paris',
    state: 'Île-de-France',
    country: 'France',
    website: 'https://www.gallimard.fr',
    contactEmail: 'post@gallimard.example',
    foundedYear: 1911,
  }),
}

const branchKind: Kind<ReturnType<typeof aBranch>> = {
  resource: 'branch',
  of: ({ branches }) => any(branches),
  bare: aBranch({ pickup: false, timeZone: zone('UTC') }),
  full: aBranch({
    name: 'Zentralbücherei',
    address: 'Große Straße 1',
    city: 'Köln',
    state: 'NRW',
    zipCode: '50667',
    phone: '+49221123456',
    email: 'zentrale@example.org',
    servicesOffered: ['wifi', 'café', 'print, copy & scan'],
    hoursOfOperation: {
      monday: [],
      tuesday: [hours('09:00', '12:30'), hours('14:00', '24:00')],
      wednesday: [hours('00:00', '24:00')],
      thursday: [],
      friday: [hours('10:00', '20:00')],
      saturday: [hours('10:00', '14:00')],
      sunday: [],
    },
  }),
}

const records = <Details>({ resource, of, bare, full }: Kind<Details>): void =>
  onEveryBackend(`a record: ${resource}`, opened => {
    it('comes back as it was added, with nothing that may be left out', async () => {
      const added = await done(opened.library, stores => of(stores).add(bare))
      expect(added.details).to.deep.equal(bare)
      expect(await done(opened.library, stores => of(stores).get(added.id))).to.deep.equal(added)
    })

    it('comes back as it was added, with everything', async () => {
      const added = await done(opened.library, stores => of(stores).add(full))
      expect(added.details).to.deep.equal(full)
      expect(await done(opened.library, stores => of(stores).get(added.id))).to.deep.equal(added)
    })

    it('is stamped with the time, and has version 1', async () => {
      const added = await done(opened.library, stores => of(stores).add(bare))
      expect(added).to.include({ version: 1, createdAt: noon, updatedAt: noon })
    })

    it('is not found by an id that names nothing', async () => {
      const error = await left(opened.library.work.run(stores => of(stores).get(404)))
      expect(error).to.deep.equal(notFound(resource, 404))
    })

    it('is saved with a new version and a new stamp; what it was before is gone', async () => {
      const added = await done(opened.library, stores => of(stores).add(full))
      opened.clock.now = plusMinutes(noon, 90)
      const saved = await done(opened.library, stores =>
        pipe(
          of(stores).get(added.id),
          TE.flatMap(row => of(stores).save({ ...row, details: bare })),
        ),
      )
      expect(saved).to.deep.equal({
        id: added.id,
        version: 2,
        createdAt: noon,
        updatedAt: plusMinutes(noon, 90),
        details: bare,
      })
      expect(await done(opened.library, stores => of(stores).get(added.id))).to.deep.equal(saved)
    })

    it('is saved only over the version that was read', async () => {
      const added = await done(opened.library, stores => of(stores).add(full))
      const saved = await done(opened.library, stores => of(stores).save(added))
      const error = await left(
        opened.library.work.run(stores => of(stores).save({ ...added, details: bare })),
      )
      expect(error).to.deep.equal(staleWrite(resource, added.id))
      expect(await done(opened.library, stores => of(stores).get(added.id))).to.deep.equal(saved)
    })

    it('is known by its id, each once, and no others', async () => {
      const added = await done(opened.library, stores => of(stores).add(full))
      const other = await done(opened.library, stores => of(stores).add(bare))
      const known = await done(opened.library, stores =>
        of(stores).known([other.id, 404, added.id, other.id]),
      )
      expect(known).to.have.deep.members([added, other])
      expect(await done(opened.library, stores => of(stores).known([]))).to.deep.equal([])
    })

    it('goes when it is removed', async () => {
      const added = await done(opened.library, stores => of(stores).add(full))
      const other = await done(opened.library, stores => of(stores).add(bare))
      await done(opened.library, stores => of(stores).remove(added.id))
      const error = await left(opened.library.work.run(stores => of(stores).get(added.id)))
      expect(error).to.deep.equal(notFound(resource, added.id))
      const known = await done(opened.library, stores => of(stores).known([added.id, other.id]))
      expect(known).to.deep.equal([other])
      const stale = await left(opened.library.work.run(stores => of(stores).save(added)))
      expect(stale).to.deep.equal(staleWrite(resource, added.id))
    })

    it('may be added again, with another id, after it was removed', async () => {
      const added = await done(opened.library, stores => of(stores).add(full))
      await done(opened.library, stores => of(stores).remove(added.id))
      const again = await done(opened.library, stores => of(stores).add(full))
      expect(again.id).to.be.greaterThan(added.id)
    })

    it('has no dependents at first', async () => {
      const added = await done(opened.library, stores => of(stores).add(full))
      expect(await done(opened.library, stores => of(stores).dependents(added.id))).to.deep.equal({})
    })
  })

records(authorKind)
records(publisherKind)
records(branchKind)
records({
  resource: 'genre',
  of: ({ genres }) => any(genres),
  bare: aGenre(),
  full: aGenre({ name: 'Krimi & Thriller', description: 'Mord, meist im Ärmelkanal' }),
})

/** Adds a record of a kind whose name is unique. */
const adding: Readonly<
  Record<string, (stores: Stores, name: string) => TaskEither<DuplicateKey, { readonly id: number }>>
> = {
  publisher: ({ publishers }, name) => publishers.add(aPublisher({ name })),
  genre: ({ genres }, name) => genres.add(aGenre({ name })),
  branch: ({ branches }, name) => branches.add(aBranch({ name })),
}

onEveryBackend('the name of a record', opened => {
  for (const [resource, add] of Object.entries(adding)) {
    it(`is unique, without regard to case and accents: ${resource}`, async () => {
      await done(opened.library, stores => add(stores, 'Évasion'))
      for (const name of ['Évasion', 'ÉVASION', 'evasion']) {
        const error = await left(opened.library.work.run(stores => add(stores, name)))
        expect(error).to.deep.equal(duplicateKey('name'))
      }
      await done(opened.library, stores => add(stores, 'Invasion'))
    })
  }

  it('is unique when a record is saved too, and its own is no other', async () => {
    const [first, second] = await done(opened.library, ({ publishers }) =>
      each(['Insel', 'Suhrkamp'], name => publishers.add(aPublisher({ name }))),
    )
    const error = await left(
      opened.library.work.run(({ publishers }) =>
        publishers.save({ ...second!, details: { ...second!.details, name: 'Insel' } }),
      ),
    )
    expect(error).to.deep.equal(duplicateKey('name'))
    const saved = await done(opened.library, ({ publishers }) =>
      publishers.save({ ...first!, details: { ...first!.details, city: 'Berlin' } }),
    )
    expect(saved.details).to.include({ name: 'Insel', city: 'Berlin' })
  })

  it('is free again once its record is renamed', async () => {
    const { library } = opened
    const genre = await done(library, ({ genres }) => genres.add(aGenre({ name: 'Crime' })))
    await done(library, ({ genres }) =>
      genres.save({ ...genre, details: { ...genre.details, name: 'Noir' } }),
    )
    const again = await done(library, ({ genres }) => genres.add(aGenre({ name: 'Crime' })))
    expect(again.details.name).to.equal('Crime')
  })

  it('may be shared by two authors', async () => {
    const [first, second] = await done(opened.library, ({ authors }) =>
      each([anAuthor(), anAuthor()], details => authors.add(details)),
    )
    expect(second!.id).to.be.greaterThan(first!.id)
  })
})

onEveryBackend('the dependents of a record', opened => {
  it('are the books of an author, whichever place he has, of a publisher and of a genre', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const { author, publisher, genre } = await done(library, stores =>
      pipe(
        TE.Do,
        TE.bindW('author', () => stores.authors.add(anAuthor({ lastName: 'Second' }))),
        TE.bindW('publisher', () => stores.publishers.add(aPublisher())),
        TE.bindW('genre', () => stores.genres.add(aGenre())),
        TE.tap(({ author, publisher, genre }) =>
          stores.books.add(
            aBook({
              authorIds: [world.authorId, author.id],
              publisherId: publisher.id,
              genreId: genre.id,
            }),
          ),
        ),
      ),
    )
    const of = await done(library, ({ authors, publishers, genres }) =>
      pipe(
        TE.Do,
        TE.bindW('first', () => authors.dependents(world.authorId)),
        TE.bindW('second', () => authors.dependents(author.id)),
        TE.bindW('publisher', () => publishers.dependents(publisher.id)),
        TE.bindW('genre', () => genres.dependents(genre.id)),
      ),
    )
    expect(of).to.deep.equal({
      first: { books: 2 },
      second: { books: 1 },
      publisher: { books: 1 },
      genre: { books: 1 },
    })
  })

  it('are the genres below a genre', async () => {
    const { library } = opened
    const top = await done(library, ({ genres }) => genres.add(aGenre()))
    const below = await done(library, ({ genres }) => genres.add(aGenre({ parentGenreId: top.id })))
    expect(below.details.parentGenreId).to.equal(top.id)
    const found = await done(library, ({ genres }) =>
      each([top.id, below.id], genre => genres.dependents(genre)),
    )
    expect(found).to.deep.equal([{ genres: 1 }, {}])
  })

  it('are the borrowings of a book that are not back; its copies go with it', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const other = await addBook(library, world, {}, 1)
    const loan = await lendTo(library, world)
    const dependents = () =>
      done(library, ({ books }) => each([world.bookId, other.bookId], book => books.dependents(book)))
    expect(await dependents()).to.deep.equal([{ borrowings: 1 }, {}])
    await done(library, ({ loans }) => loans.save(changed(returned(loan, daysAfter(noon, 1))), bySystem))
    expect(await dependents()).to.deep.equal([{}, {}])
  })

  it('are the copies, the borrowings, the users and the staff of a branch', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    await lendTo(library, world)
    await addMember(library, { homeBranchId: world.branchId })
    await done(library, ({ members }) =>
      members.appoint(world.memberIds[0]!, { role: 'librarian', branchId: world.branchId }),
    )
    const found = await done(library, ({ branches }) => branches.dependents(world.branchId))
    expect(found).to.deep.equal({ copies: 2, borrowings: 1, users: 1, staff: 1 })
  })
})

onEveryBackend('the dependents of a branch', opened => {
  it('are also copies on their way there and loans that came back there', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const [destination, drop] = await done(library, ({ branches }) =>
      each([aBranch(), aBranch()], details => branches.add(details)),
    )
    await done(library, ({ copies }) =>
      pipe(
        copies.get(world.copyIds[0]!),
        TE.flatMap(copy =>
          copies.save({ ...copy, status: 'in_transit', destination: destination!.id }, null),
        ),
      ),
    )
    const loan = await lendTo(library, world, { copyId: world.copyIds[1]! })
    const back = { ...returned(loan, daysAfter(noon, 1)), returnBranchId: drop!.id }
    await done(library, ({ loans }) => loans.save(changed(back), bySystem))
    const found = await done(library, ({ branches }) =>
      each([destination!.id, drop!.id], branch => branches.dependents(branch)),
    )
    expect(found).to.deep.equal([{ copies: 1 }, { borrowings: 1 }])
  })

  it('are also reservations that were to be fetched there', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const { id: pickup } = await done(library, ({ branches }) => branches.add(aBranch()))
    const { state } = place({
      id: await right(library.ids.next('reservation')),
      memberId: world.memberIds[0]!,
      bookId: world.bookId,
      branchId: pickup,
      reservedAt: noon,
      priority: 0,
      expiresOn: null,
      queueUntil: null,
    })
    await done(library, ({ reservations }) => reservations.save(changed(state), bySystem))
    expect(await done(library, ({ branches }) => branches.dependents(pickup))).to.deep.equal({
      reservations: 1,
    })
  })
})

onEveryBackend('the API keys of a branch', opened => {
  it('are its dependents, revoked ones too', async () => {
    const { library } = opened
    const { id: branchId } = await done(library, ({ branches }) => branches.add(aBranch()))
    const secret = { prefix: 'aaa', hash: 'hash of aaa', createdAt: noon, goodUntil: null }
    const expiresAt = daysAfter(noon, 30)
    const key = { name: 'Sorter', scopes: ['catalogue:read'], branchId, expiresAt, createdBy: null } as const
    const added = await done(library, ({ apiKeys }) => apiKeys.add(key, secret))
    const dependents = () => done(library, ({ branches }) => branches.dependents(branchId))
    expect(await dependents()).to.deep.equal({ api_keys: 1 })
    await done(library, ({ apiKeys }) => apiKeys.save({ ...added, revokedAt: noon }, null))
    expect(await dependents()).to.deep.equal({ api_keys: 1 })
  })
})

onEveryBackend('the references of a record', opened => {
  it('name the manager of a branch, who must be a member', async () => {
    const { library } = opened
    const manager = await addMember(library)
    const branch = await done(library, ({ branches }) => branches.add(aBranch({ managerId: manager.id })))
    expect(branch.details.managerId).to.equal(manager.id)
    const known = await done(library, ({ managers }) =>
      each([manager.id, id<'member'>(404)], member => managers.known(member)),
    )
    expect(known).to.deep.equal([true, false])
  })
})

onEveryBackend('closures of a branch', opened => {
  const christmas = aClosure({ yearly: true })
  const fair = aClosure({
    from: day('2026-06-13'),
    to: day('2026-06-13'),
    open: [hours('10:00', '13:00'), hours('15:00', '24:00')],
    reason: 'Bücherflohmarkt 📚',
  })

  it('make its calendar, with its hours and its zone', async () => {
    const { library } = opened
    const details = aBranch()
    const branch = await done(library, ({ branches }) => branches.add(details))
    await done(library, ({ closures }) => closures.add(branch.id, [christmas, fair]))
    const expected = { zone: details.timeZone, weekly: details.hoursOfOperation, closures: [christmas, fair] }
    const inside = await done(library, ({ calendars }) => calendars.of([branch.id]))
    const outside = await right(library.queries.circulation.calendars([branch.id]))
    expect([...inside]).to.deep.equal([[branch.id, expected]])
    expect([...outside]).to.deep.equal([[branch.id, expected]])
  })

  it('are added to those there are, and the branch has a new version each time', async () => {
    const { library } = opened
    const branch = await done(library, ({ branches }) => branches.add(aBranch()))
    const calendar = async () =>
      (await done(library, ({ calendars }) => calendars.of([branch.id]))).get(branch.id)
    expect((await calendar())?.closures).to.deep.equal([])
    await done(library, ({ closures }) => closures.add(branch.id, [christmas]))
    expect((await calendar())?.closures).to.deep.equal([christmas])
    await done(library, ({ closures }) => closures.add(branch.id, [fair]))
    expect((await calendar())?.closures).to.deep.equal([christmas, fair])
    const saved = await done(library, ({ branches }) => branches.get(branch.id))
    expect(saved.version).to.equal(3)
    expect(saved.details).to.deep.equal(branch.details)
    const stale = await left(library.work.run(({ branches }) => branches.save(branch)))
    expect(stale).to.deep.equal(staleWrite('branch', branch.id))
  })

  it('R1.4 come back as they were kept, one by one, and go one by one', async () => {
    const { library, clock } = opened
    const [branch, other] = await done(library, ({ branches }) =>
      each([aBranch(), aBranch()], details => branches.add(details)),
    )
    const [first, second] = await done(library, ({ closures }) => closures.add(branch!.id, [christmas, fair]))
    const kept = { version: 1, branchId: branch!.id, createdAt: clock.now }
    expect(first).to.deep.equal({ ...kept, id: first!.id, closure: christmas })
    expect(second).to.deep.equal({ ...kept, id: second!.id, closure: fair })
    await done(library, ({ closures }) => closures.add(other!.id, [fair]))
    const of = (branchId: BranchId) => done(library, ({ closures }) => closures.ofBranch(branchId))
    expect(await of(branch!.id)).to.deep.equal([first, second])
    await done(library, ({ closures }) => closures.remove(first!))
    expect(await of(branch!.id)).to.deep.equal([second])
    expect(await of(other!.id)).to.have.length(1)
    const found = await done(library, ({ calendars }) => calendars.of([branch!.id]))
    expect(found.get(branch!.id)?.closures).to.deep.equal([fair])
    expect((await done(library, ({ branches }) => branches.get(branch!.id))).version).to.equal(3)
  })

  it('are listed in every order, by page and by cursor; those of a branch that is not there are not', async () => {
    const { library } = opened
    const branch = await done(library, ({ branches }) => branches.add(aBranch()))
    const [a, b, c] = await done(library, ({ closures }) =>
      closures.add(branch.id, [
        aClosure({ from: day('2026-06-10'), to: day('2026-06-30') }),
        aClosure({ from: day('2026-05-01'), to: day('2026-07-01') }),
        aClosure({ from: day('2026-06-10'), to: day('2026-06-10') }),
      ]),
    )
    const list = (page: PageRequest<ClosureSort>) => library.queries.branches.closures(branch.id, page)
    const orders: readonly (readonly [Sort<ClosureSort>, readonly unknown[]])[] = [
      [{ field: 'id', direction: 'asc' }, [a, b, c]],
      [{ field: 'id', direction: 'desc' }, [c, b, a]],
      [{ field: 'from', direction: 'asc' }, [b, a, c]],
      [{ field: 'from', direction: 'desc' }, [a, c, b]],
      [{ field: 'to', direction: 'asc' }, [c, a, b]],
    ]
    for (const [sort, expected] of orders) {
      expect((await byPages(list, 2, sort)).flat()).to.deep.equal(expected)
      expect((await byCursors(list, 2, [sort])).flat()).to.deep.equal(expected)
    }
    const nowhere = library.queries.branches.closures(id(404), {
      sort: [{ field: 'id', direction: 'asc' }],
      limit: 20,
      at: { kind: 'page', page: 1 },
    })
    expect(await left(nowhere)).to.deep.equal(notFound('branch', 404))
  })

  it('change the calendar with the branch: new hours are seen at once', async () => {
    const { library } = opened
    const branch = await done(library, ({ branches }) => branches.add(aBranch()))
    await done(library, ({ closures }) => closures.add(branch.id, [christmas]))
    await done(library, ({ calendars }) => calendars.of([branch.id]))
    const details = { ...branch.details, timeZone: zone('Asia/Tokyo') }
    await done(library, ({ branches }) =>
      pipe(
        branches.get(branch.id),
        TE.flatMap(row => branches.save({ ...row, details })),
      ),
    )
    const found = await done(library, ({ calendars }) => calendars.of([branch.id]))
    expect(found.get(branch.id)).to.deep.include({ zone: 'Asia/Tokyo', closures: [christmas] })
  })

  it('leave the calendars of other branches alone; a branch that is not there has none', async () => {
    const { library } = opened
    const [one, other] = await done(library, ({ branches }) =>
      each([aBranch(), aBranch()], details => branches.add(details)),
    )
    await done(library, ({ closures }) => closures.add(one!.id, [christmas]))
    const found = await done(library, ({ calendars }) => calendars.of([one!.id, other!.id, id(404)]))
    expect([...found.keys()]).to.have.members([one!.id, other!.id])
    expect(found.get(other!.id)?.closures).to.deep.equal([])
    expect((await done(library, ({ calendars }) => calendars.of([]))).size).to.equal(0)
  })

  it('may be none, and then the branch stays as it is', async () => {
    const { library } = opened
    const branch = await done(library, ({ branches }) => branches.add(aBranch()))
    await done(library, ({ closures }) => closures.add(branch.id, []))
    expect(await done(library, ({ branches }) => branches.get(branch.id))).to.deep.equal(branch)
  })

  it('are undone with the unit of work that added them', async () => {
    const { library } = opened
    const branch = await done(library, ({ branches }) => branches.add(aBranch()))
    await left(
      library.work.run(({ closures }) =>
        pipe(
          closures.add(branch.id, [christmas]),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
    )
    const found = await done(library, ({ calendars }) => calendars.of([branch.id]))
    expect(found.get(branch.id)?.closures).to.deep.equal([])
  })
})
