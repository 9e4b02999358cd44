import BetterSqlite3 from 'better-sqlite3'
import { expect } from 'chai'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect as reach, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../adapters/knex/connect.ts'
import { failureOf } from '../../adapters/knex/failures.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import type { OpenKnexOptions } from '../../adapters/knex/open.ts'
import { withRetries } from '../../adapters/knex/retry.ts'
import type { Persistence, Stores } from '../../app/persistence.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import { aBook, aMember, anAuthor, aPublisher, bySystem, daysAfter, noon } from '../support/builders.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'
import { postgres } from '../support/postgres.ts'
import { addMember, aLibrary, done, each, left, right } from '../support/world.ts'

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds))

const taking = async <A>(work: () => Promise<A>): Promise<readonly [A, number]> => {
  const from = performance.now()
  const result = await work()
  return [result, performance.now() - from]
}

/** Waits until so many have come; whoever comes later does not wait. */
const meeting = (count: number): (() => Promise<void>) => {
  let open: () => void = () => undefined
  const all = new Promise<void>(resolve => (open = resolve))
  let come = 0
  return () => {
    come += 1
    if (come >= count) open()
    return all
  }
}

interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}

const gate = (): Gate => {
  let open: () => void = () => undefined
  const opened = new Promise<void>(resolve => (open = resolve))
  return { opened, open }
}

const waitingFor = (promise: Promise<void>): TaskEither<never, void> => TE.fromTask(() => promise)

const listed = { sort: [], limit: 10, at: { kind: 'page', page: 1 } } as const

/** Every way to the database. */
const doors = (library: Persistence): Readonly<Record<string, TaskEither<unknown, unknown>>> => ({
  'a unit of work': library.work.run(({ authors }) => authors.add(anAuthor())),
  'a look': library.look.run(({ titles }) => titles.get(id<'book'>(1))),
  'an id': library.ids.next('loan'),
  'a list': library.queries.catalogue.books({}, listed),
  'an account': library.queries.identity.credentials('reader'),
  'the outbox': library.outbox.claim(10, noon, daysAfter(noon, 1)),
})

const reasonOf = (result: E.Either<unknown, unknown>): unknown =>
  E.isLeft(result) ? (result.left as { reason?: unknown }).reason : 'right'

const reasons = async (library: Persistence): Promise<Readonly<Record<string, unknown>>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(doors(library)).map(async ([door, ask]) => [door, reasonOf(await ask())] as const),
    ),
  )

const everywhere = (reason: string) =>
  Object.fromEntries(Object.keys(doors({ ...closed })).map(door => [door, reason]))

const opened = (storage: string, some: Partial<OpenKnexOptions> = {}) =>
  openKnex({ ...connection, storage, now: () => noon, ...some })

type Library = ReturnType<typeof opened>

/** Names the doors only. */
const closed = openKnex({ ...connection, storage: 'postgres://nobody@127.0.0.1:1/none', now: () => noon })

/** Stands between the library and Postgres, and can be taken away. */
interface Wire {
  readonly storage: string
  /** As when Postgres is stopped: what is connected is cut off, and nobody is let in. */
  readonly cut: () => Promise<void>
  readonly mend: () => Promise<void>
  /** As when a cable is out: who comes is let in and hears nothing. */
  readonly silence: () => void
}

const wireTo = async (storage: string): Promise<Wire> => {
  const target = new URL(storage)
  const sockets = new Set<Socket>()
  let silent = false
  let server: Server = createServer()
  const serve = (port: number): Promise<void> =>
    new Promise(resolve => {
      server = createServer(socket => {
        sockets.add(socket)
        socket.on('error', () => undefined)
        if (silent) return
        const onward = reach(Number(target.port || 5432), target.hostname)
        sockets.add(onward)
        onward.on('error', () => undefined)
        socket.pipe(onward).pipe(socket)
        socket.once('close', () => onward.destroy())
        onward.once('close', () => socket.destroy())
      }).listen(port, '127.0.0.1', resolve)
    })
  await serve(0)
  const { port } = server.address() as AddressInfo
  const through = new URL(storage)
  through.hostname = '127.0.0.1'
  through.port = String(port)
  return {
    storage: through.href,
    cut: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve()
        })
        for (const socket of sockets) socket.destroy()
        sockets.clear()
      }),
    mend: () => serve(port),
    silence: () => {
      silent = true
    },
  }
}

describe('a Postgres that is away', () => {
  let database: FreshDatabase
  let library: Library
  let wire: Wire
  beforeEach(async () => {
    database = await freshPostgres()
    wire = await wireTo(database.storage)
    library = opened(wire.storage, { acquireTimeout: 1000 })
  })
  afterEach(async () => {
    await wire.cut()
    await library.close()
    await database.drop()
  })
  after(() => closed.close())

  const pinged = (): Promise<boolean> =>
    library.ping().then(
      () => true,
      () => false,
    )

  it('is unavailable through every door when nobody listens on its port', async () => {
    expect(await reasons(closed)).to.deep.equal(everywhere('unavailable'))
    expect(await closed.ping().catch(() => 'away')).to.equal('away')
  })

  it('is unavailable through every door when it is stopped, and there again when it is started', async () => {
    await addMember(library)
    expect(await pinged()).to.be.true
    await wire.cut()
    expect(await reasons(library)).to.deep.equal(everywhere('unavailable'))
    expect(await pinged()).to.be.false
    await wire.mend()
    await addMember(library)
    expect(await pinged()).to.be.true
    expect(reasonOf(await library.queries.catalogue.books({}, listed)())).to.equal('right')
  })

  it('undoes a unit of work that it is taken away from', async () => {
    const failure = await left(
      library.work.run(({ publishers }) =>
        pipe(
          publishers.add(aPublisher()),
          TE.tap(() => TE.fromTask(wire.cut)),
          TE.flatMap(() => publishers.add(aPublisher())),
        ),
      ),
    )
    expect(failure).to.include({ type: 'StoreFailure', reason: 'unavailable' })
    await wire.mend()
    expect((await right(library.queries.catalogue.publishers({}, listed))).total).to.equal(0)
  })

  it('undoes a unit of work that is cut off while it waits for an answer', async () => {
    const { memberIds } = await aLibrary(library)
    const holder = opened(database.storage)
    const { opened: released, open: release } = gate()
    const held = meeting(3)
    const holding = holder.work.run(({ members }) =>
      pipe(
        members.get(memberIds[0]!),
        TE.tap(() => TE.fromTask(held)),
        TE.tap(() => waitingFor(released)),
      ),
    )()
    const waiting = library.work.run(({ members, publishers }) =>
      pipe(
        publishers.add(aPublisher()),
        TE.tap(() => TE.fromTask(held)),
        TE.flatMap(() => members.get(memberIds[0]!)),
      ),
    )()
    await held()
    await pause(50)
    await wire.cut()
    expect(reasonOf(await waiting)).to.equal('unavailable')
    release()
    await holding
    await wire.mend()
    expect((await right(library.queries.catalogue.publishers({}, listed))).total).to.equal(0)
    await holder.close()
  })

  it('is there at the next request after it ended idle connections', async () => {
    await addMember(library)
    expect(await reasons(library)).not.to.include({ 'a unit of work': 'unavailable' })
    const name = new URL(database.storage).pathname.slice(1)
    const server = await postgres()
    await server.admin(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
    )
    await pause(50)
    await addMember(library)
  })

  it('is unavailable to a unit of work whose connection it ended', async () => {
    const name = new URL(database.storage).pathname.slice(1)
    const server = await postgres()
    const failure = await left(
      library.work.run(({ publishers }) =>
        pipe(
          publishers.add(aPublisher()),
          TE.tap(() =>
            TE.fromTask(() =>
              server.admin(
                `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
              ),
            ),
          ),
          TE.tap(() => waitingFor(pause(30))),
          TE.flatMap(() => publishers.add(aPublisher())),
        ),
      ),
    )
    expect(failure).to.include({ type: 'StoreFailure', reason: 'unavailable' })
  })

  it('is busy when it lets in and says nothing', async () => {
    wire.silence()
    const [result, time] = await taking(library.work.run(({ authors }) => authors.add(anAuthor())))
    expect(reasonOf(result)).to.equal('busy')
    expect(time).to.be.within(900, 6000)
  })
})

describe('a Postgres pool that is used up', () => {
  it('is busy after the time to wait for a connection, and free again later', async () => {
    const database = await freshPostgres()
    const library = opened(database.storage, { poolSize: 2, acquireTimeout: 300 })
    await right(library.ids.next('loan'))
    const { opened: released, open: release } = gate()
    const held = meeting(3)
    const holding = [1, 2].map(() =>
      library.work.run(() =>
        pipe(
          waitingFor(held()),
          TE.tap(() => waitingFor(released)),
        ),
      )(),
    )
    await held()
    const [result, time] = await taking(library.work.run(({ authors }) => authors.add(anAuthor())))
    expect(result).to.deep.equal(E.left(storeFailure('busy', 'no free connection in time')))
    expect(time).to.be.within(250, 5000)
    expect(reasonOf(await library.queries.catalogue.books({}, listed)())).to.equal('busy')
    release()
    for (const result of await Promise.all(holding)) expect(E.isRight(result)).to.be.true
    await done(library, ({ authors }) => authors.add(anAuthor()))
    await library.close()
    await database.drop()
  })
})

describe('a SQLite file', () => {
  let database: FreshDatabase
  let library: Library
  beforeEach(async () => {
    database = await freshSqlite()
    library = opened(database.storage)
  })
  afterEach(async () => {
    await library.close()
    await database.drop()
  })

  /** Another process that writes. */
  const another = () => {
    const other = new BetterSqlite3(database.storage.slice('sqlite:'.length))
    other.exec('BEGIN IMMEDIATE')
    return {
      release: () => {
        other.exec('ROLLBACK')
        other.close()
      },
    }
  }

  it('that another process writes to for a moment is waited for', async () => {
    const writer = another()
    setTimeout(writer.release, 300)
    const [, time] = await taking(() => done(library, ({ authors }) => authors.add(anAuthor())))
    expect(time).to.be.within(280, 5000)
  })

  it('that another process writes to for too long is busy, while readers and timers go on', async function () {
    this.timeout(15_000)
    const { bookId } = await aLibrary(library)
    const writer = another()
    let longest = 0
    let last = performance.now()
    const ticking = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 10)
    const writing: Promise<readonly [E.Either<unknown, unknown>, number]>[] = [
      library.work.run(({ authors }) => authors.add(anAuthor())),
      library.outbox.claim(10, noon, daysAfter(noon, 1)),
    ].map((write: TaskEither<unknown, unknown>) => taking(write))
    const [seen, time] = await taking(() => right(library.queries.catalogue.book(bookId)))
    expect(seen.book.id).to.equal(bookId)
    expect((await right(library.look.run(({ titles }) => titles.get(bookId)))).id).to.equal(bookId)
    expect(time).to.be.lessThan(2000)
    for (const [result, waited] of await Promise.all(writing)) {
      expect(result).to.deep.equal(E.left(storeFailure('busy', 'SQLITE_BUSY')))
      expect(waited).to.be.within(4900, 10_000)
    }
    clearInterval(ticking)
    expect(longest).to.be.lessThan(2000)
    writer.release()
    await done(library, ({ authors }) => authors.add(anAuthor()))
  })

  it('that this process writes to for too long is busy, while readers go on', async () => {
    const patient = opened(database.storage, { acquireTimeout: 300 })
    await right(patient.ids.next('loan'))
    const { bookId } = await aLibrary(patient)
    const { opened: released, open: release } = gate()
    const holding = patient.work.run(({ titles }) =>
      pipe(
        titles.get(bookId),
        TE.flatMap(title => titles.saveHoldings({ ...title, holdings: { ...title.holdings, total: 9 } })),
        TE.tap(() => waitingFor(released)),
      ),
    )()
    const [result, time] = await taking(patient.work.run(({ authors }) => authors.add(anAuthor())))
    expect(result).to.deep.equal(E.left(storeFailure('busy', 'no free connection in time')))
    expect(time).to.be.within(250, 5000)
    const seen = await Promise.all(
      Array.from({ length: 20 }, () => right(patient.queries.catalogue.book(bookId))),
    )
    for (const { holdings } of seen) expect(holdings.total).to.equal(1)
    release()
    expect(E.isRight(await holding)).to.be.true
    expect((await right(patient.queries.catalogue.book(bookId))).holdings.total).to.equal(9)
    await patient.close()
  })

  it('that cannot be opened is unavailable through every door', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'library-no-file-'))
    const path = join(folder, 'library.sqlite')
    const nowhere = opened(`sqlite:${path}`)
    rmSync(path)
    mkdirSync(path)
    expect(await reasons(nowhere)).to.deep.equal(everywhere('unavailable'))
    expect(await nowhere.ping().catch(() => 'away')).to.equal('away')
    await nowhere.close()
    rmSync(folder, { recursive: true })
  })

  it('that has no room left is unavailable, and loses nothing', async () => {
    const db = connect({ ...connection, storage: database.storage })
    await db.write.raw('pragma max_page_count = 1')
    const full = withRetries<never, unknown>(async () =>
      E.right(
        await db
          .write('settings')
          .insert({ name: 'large', value: 'x'.repeat(100_000), created_at: '', updated_at: '' }),
      ),
    )
    expect(await left(full)).to.deep.equal(storeFailure('unavailable', 'SQLITE_FULL'))
    await db.write.raw('pragma max_page_count = 1000000')
    await right(full)
    await db.close()
  })
})

describe('Postgres', () => {
  let database: FreshDatabase
  let library: Library
  beforeEach(async () => {
    database = await freshPostgres()
    library = opened(database.storage)
  })
  afterEach(async () => {
    await library.close()
    await database.drop()
  })

  it('lets two that lock in opposite orders both finish: one is begun again', async () => {
    const { memberIds } = await aLibrary(library, { members: 2 })
    const bothHold = meeting(2)
    let runs = 0
    const locking = (first: number, second: number, name: string) =>
      library.work.run(({ members }) => {
        runs += 1
        return pipe(
          TE.Do,
          TE.bindW('one', () => members.get(memberIds[first]!)),
          TE.tap(() => TE.fromTask(bothHold)),
          TE.bindW('other', () => members.get(memberIds[second]!)),
          TE.tap(({ one }) => members.save({ ...one, firstName: name })),
          TE.tap(({ other }) => members.save({ ...other, firstName: name })),
        )
      })
    const results = await Promise.all([locking(0, 1, 'Grace')(), locking(1, 0, 'Hedy')()])
    expect(results.filter(E.isLeft)).to.deep.equal([])
    expect(runs).to.be.at.least(3)
    const [one, other] = await done(library, ({ members }) =>
      each([memberIds[0]!, memberIds[1]!], key => members.get(key)),
    )
    expect([one!.version, other!.version]).to.deep.equal([3, 3])
    expect(one!.firstName).to.equal(other!.firstName)
  })

  it('lets two that cannot be put in an order both finish: one is begun again', async () => {
    const db = connect({ ...connection, storage: database.storage })
    const bothRead = meeting(2)
    let runs = 0
    const counting = (name: string) =>
      withRetries<never, number>(() =>
        db.write.transaction(
          async trx => {
            runs += 1
            const [row] = (await trx('settings').count({ n: '*' })) as unknown as { n: number }[]
            await bothRead()
            const at = '2026-03-02T12:00:00.000Z'
            await trx('settings').insert({ name, value: '{}', created_at: at, updated_at: at })
            return E.right(row!.n)
          },
          { isolationLevel: 'serializable' },
        ),
      )
    const seen = await Promise.all([right(counting('one')), right(counting('other'))])
    // A library begins with two rows there.
    expect([...seen].sort()).to.deep.equal([2, 3])
    expect(runs).to.equal(3)
    await db.close()
  })
})

const databases = [
  ['SQLite', freshSqlite, 'SQLITE_READONLY'],
  ['Postgres', freshPostgres, '25006'],
] as const

for (const [name, fresh, readOnly] of databases) {
  describe(`the failures of ${name}`, () => {
    let database: FreshDatabase
    let library: Library
    beforeEach(async () => {
      database = await fresh()
      library = opened(database.storage)
    })
    afterEach(async () => {
      await library.close()
      await database.drop()
    })

    /** What is thrown; a bug by the definition of the unit of work. */
    const thrown = async (work: TaskEither<unknown, unknown>): Promise<Error & { code?: unknown }> => {
      try {
        await work()
      } catch (error) {
        return error as Error
      }
      throw new Error('Nothing was thrown')
    }

    const pointing: Readonly<Record<string, (stores: Stores) => TaskEither<unknown, unknown>>> = {
      'an author': ({ loading }) =>
        loading.addBooks([{ details: aBook({ authorIds: [id<'author'>(999)] }), copies: [] }]),
      'a home branch': ({ members }) =>
        members.add(
          {
            state: { ...aMember({ id: id<'member'>(9), homeBranchId: id<'branch'>(999) }), version: 0 },
            events: [],
          },
          null,
          bySystem,
        ),
      'a membership type': ({ members }) =>
        members.add(
          { state: { ...aMember({ id: id<'member'>(9), membershipType: 'none' }), version: 0 }, events: [] },
          null,
          bySystem,
        ),
    }
    for (const [what, work] of Object.entries(pointing)) {
      it(`say so when ${what} that a row points to is gone, and nothing is written`, async () => {
        const failure = await left(
          library.work.run(stores =>
            pipe(
              stores.publishers.add(aPublisher()) as TaskEither<unknown, unknown>,
              TE.flatMap(() => work(stores)),
            ),
          ),
        )
        expect(failure).to.include({ type: 'StoreFailure', reason: 'reference_gone' })
        expect((await right(library.queries.catalogue.publishers({}, listed))).total).to.equal(0)
      })
    }

    it('have no part in a look that writes: the database refuses, which is a bug', async () => {
      const error = await thrown(library.look.run(({ publishers }) => publishers.add(aPublisher())))
      expect(error.code).to.equal(readOnly)
      expect((await right(library.queries.catalogue.publishers({}, listed))).total).to.equal(0)
    })

    it('are not retried when they are a bug', async () => {
      let runs = 0
      const error = await thrown(
        library.work.run(({ members }) => {
          runs += 1
          const state = { ...aMember({ id: id<'member'>(9), status: 'unheard-of' as 'active' }), version: 0 }
          return members.add({ state, events: [] }, null, bySystem)
        }),
      )
      expect(error.code).to.be.oneOf(['SQLITE_CONSTRAINT_CHECK', '23514'])
      expect(runs).to.equal(1)
    })

    it('tell the statement in a message, and none of the values: it is logged', async () => {
      const hushed = aMember({
        id: id<'member'>(9),
        email: 'ada@hush.example',
        firstName: 'Hush',
        status: 'unheard-of' as 'active',
      })
      const error = await thrown(
        library.work.run(({ members }) =>
          members.add({ state: { ...hushed, version: 0 }, events: [] }, '$2b$12$hush', bySystem),
        ),
      )
      expect(error.message).to.include('insert into').and.not.match(/hush/i)
      expect(error.stack).not.to.match(/hush/i)
    })

    it('do not reach who looks: one snapshot, whatever is written meanwhile', async () => {
      const { bookId } = await aLibrary(library)
      const totals = await right(
        library.look.run(({ titles }) =>
          pipe(
            TE.Do,
            TE.bindW('first', () => titles.get(bookId)),
            TE.tap(() =>
              TE.fromTask(() =>
                done(library, stores =>
                  pipe(
                    stores.titles.get(bookId),
                    TE.flatMap(title =>
                      stores.titles.saveHoldings({ ...title, holdings: { ...title.holdings, total: 9 } }),
                    ),
                  ),
                ),
              ),
            ),
            TE.bindW('second', () => titles.get(bookId)),
            TE.map(({ first, second }) => [first.holdings.total, second.holdings.total]),
          ),
        ),
      )
      expect(totals).to.deep.equal([1, 1])
      expect((await right(library.queries.catalogue.book(bookId))).holdings.total).to.equal(9)
    })
  })
}

describe('an error of a database', () => {
  const coded = (code: string, message = 'said'): Error => Object.assign(new Error(message), { code })

  const meanings: readonly (readonly [meaning: string, errors: readonly unknown[]])[] = [
    [
      'is tried again',
      [
        'SQLITE_BUSY',
        'SQLITE_BUSY_SNAPSHOT',
        'SQLITE_BUSY_TIMEOUT',
        'SQLITE_LOCKED',
        'SQLITE_LOCKED_SHAREDCACHE',
        '40001',
        '40P01',
        '55P03',
      ].map(code => coded(code)),
    ],
    ['is a reference that is gone', [coded('SQLITE_CONSTRAINT_FOREIGNKEY'), coded('23503')]],
    [
      'is a database that is away',
      [
        ...[
          'ECONNREFUSED',
          'ECONNRESET',
          'ENOTFOUND',
          'EAI_AGAIN',
          'ETIMEDOUT',
          'EPIPE',
          'SQLITE_CANTOPEN',
          'SQLITE_CANTOPEN_ISDIR',
          'SQLITE_FULL',
          'SQLITE_IOERR',
          'SQLITE_IOERR_WRITE',
          'SQLITE_IOERR_FSYNC',
          '08000',
          '08006',
          '57P01',
          '57P02',
          '57P03',
          '53300',
          '53100',
        ].map(code => coded(code)),
        new Error('Connection terminated unexpectedly'),
        new Error('select 1 - Connection terminated unexpectedly'),
        new Error('Client has encountered a connection error and is not queryable'),
        new Error('server closed the connection unexpectedly'),
      ],
    ],
    [
      'is a pool that is used up',
      [new Error('Knex: Timeout acquiring a connection. The pool is probably full.')],
    ],
    [
      'is a bug',
      [
        ...[
          'SQLITE_CONSTRAINT_CHECK',
          'SQLITE_CONSTRAINT_UNIQUE',
          'SQLITE_ERROR',
          'SQLITE_READONLY',
          '23514',
          '23505',
          '42P01',
          '42601',
          '25006',
          'ERR_X',
        ].map(code => coded(code)),
        new TypeError('x is not a function'),
        'a text',
        null,
        undefined,
        { code: '40001' },
        Object.assign(new Error('odd'), { code: 40_001 }),
      ],
    ],
  ]

  const meaning = (error: unknown): string => {
    const failure = failureOf(error)
    if (failure.kind === 'retry') return 'is tried again'
    if (failure.kind === 'bug') return 'is a bug'
    return {
      reference_gone: 'is a reference that is gone',
      unavailable: 'is a database that is away',
      busy: 'is a pool that is used up',
      overtaken: 'is no failure of the database',
    }[failure.failure.reason]
  }

  for (const [expected, errors] of meanings) {
    for (const error of errors) {
      const shown =
        error instanceof Error
          ? `${'code' in error ? String(error.code) : ''} ${error.message}`
          : String(error)
      it(`${expected}: ${shown.trim()}`, () => {
        expect(meaning(error)).to.equal(expected)
      })
    }
  }
})
