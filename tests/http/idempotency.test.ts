/** API-3: a request under an Idempotency-Key takes effect once, however often it is sent. */
import { expect } from 'chai'
import { request } from 'node:http'
import * as t from 'io-ts'
import { api } from '../../adapters/http/api.ts'
import type { HttpDeps } from '../../adapters/http/deps.ts'
import { canonical, keyOf } from '../../adapters/http/idempotency.ts'
import { route } from '../../adapters/http/routes.ts'
import type { Repeatable, Route } from '../../adapters/http/routes.ts'
import { ok } from '../../adapters/http/success.ts'
import { authorNamed } from '../../core/catalogue/author.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { conflict } from '../../core/shared/refusal.ts'
import { staleWrite, storeFailure } from '../../core/shared/unit-of-work.ts'
import type { StaleWrite, StoreFailure } from '../../core/shared/unit-of-work.ts'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { expectations } from './support/expectations.ts'
import { freshToken } from './support/fresh-token.ts'
import { people } from './support/library.ts'
import type { Person } from './support/library.ts'
import { nothing } from './support/nothing.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const routes = api(nothing)

/** Everything a reply has but what belongs to the one sending. */
const essence = ({ status, headers, text }: Reply) => ({
  status,
  text,
  headers: [...headers].filter(
    ([name]) => !['date', 'x-request-id', 'idempotency-replayed', 'connection', 'keep-alive'].includes(name),
  ),
})

const isReplayed = ({ headers }: Reply): boolean => headers.get('idempotency-replayed') === 'true'

/** The second is the first, sent once more. */
const expectReplay = (again: Reply, first: Reply): void => {
  expect([isReplayed(first), isReplayed(again)], again.text).to.deep.equal([false, true])
  expect(essence(again)).to.deep.equal(essence(first))
}

const checkOut = (world: World, key: string, body: object = { user_id: world.ids.user, barcode: 'C-1' }) =>
  world.call('POST', '/borrowings', {
    token: world.tokens.librarian,
    body,
    headers: { 'Idempotency-Key': key },
  })

const loansOf = async ({ call, tokens }: World): Promise<number> =>
  rowsOf(await call('GET', '/borrowings', { token: tokens.librarian })).length

describe('which routes look at an Idempotency-Key', () => {
  const named = (repeatable: Repeatable) =>
    routes.filter(one => one.repeatable === repeatable).map(({ method, path }) => `${method} ${path}`)

  it('every POST but those of /auth and of API keys, and the PUTs that act', () => {
    const posts = routes.filter(
      ({ method, path }) => method === 'POST' && !/^\/(auth|api-keys)(\/|$)/.test(path),
    )
    expect([...named('once'), ...named('in_steps')]).to.have.members([
      ...posts.map(({ path }) => `POST ${path}`),
      'PUT /borrowings/{id}/return',
      'PUT /borrowings/{id}/renew',
    ])
  })

  it('no other: there it says nothing, be it what it may', async () => {
    const world = await aWorld()
    const headers = { 'Idempotency-Key': 'x'.repeat(300) }
    const { call, tokens } = world
    const change = () => call('PUT', '/books/1', { token: tokens.admin, body: { pages: 1 }, headers })
    expect([(await change()).status, isReplayed(await change())]).to.deep.equal([200, false])
    const logIn = () =>
      call('POST', '/auth/login', { body: { login: 'user', password: 'correct horse battery' }, headers })
    const [first, second] = [await logIn(), await logIn()]
    expect([first.status, second.status, isReplayed(second)]).to.deep.equal([200, 200, false])
    expect(first.data).not.to.deep.equal(second.data)
    await closeAll()
  })
})

describe('the key and the fingerprint', () => {
  it('is printable ASCII, 1 to 255 of it', () => {
    for (const key of ['k', 'a b', '"quoted"', '~'.repeat(255)])
      expect(keyOf(key)).to.deep.equal(E.right(key))
    for (const key of ['', 'x'.repeat(256), 'ä', 'a\tb', '\u007f'])
      expect(E.isLeft(keyOf(key)), key).to.equal(true)
    expect(keyOf(undefined)).to.deep.equal(E.right(null))
  })

  it('is the same for all that means the same', () => {
    const sent = (query: string, body: unknown, method = 'POST', path = '/a') =>
      canonical({ method, path, query: new URLSearchParams(query), body })
    expect(sent('b=2&a=1', { x: [{ q: 1, p: 2 }], a: null })).to.equal(
      sent('a=1&b=2', { a: null, x: [{ p: 2, q: 1 }] }),
    )
    const texts = [
      sent('', {}),
      sent('', undefined),
      sent('', []),
      sent('', { a: 1 }),
      sent('', { a: '1' }),
      sent('', { a: [1, 2] }),
      sent('', { a: [2, 1] }),
      sent('a=1', {}),
      sent('a=1%22,%22b', {}),
      sent('', {}, 'PUT'),
      sent('', {}, 'POST', '/b'),
      sent('', JSON.parse('{"__proto__": 1}')),
    ]
    expect(new Set(texts).size).to.equal(texts.length)
  })
})

describe('the Idempotency-Key of a stranger', () => {
  afterEach(closeAll)

  /** From one of the machine's own addresses. */
  const registerFrom = (url: string, localAddress: string, username: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(
        `${url}/api/v1/users`,
        {
          method: 'POST',
          localAddress,
          headers: { 'Idempotency-Key': '1', 'Content-Type': 'application/json' },
        },
        reply => {
          reply.resume().on('end', () => resolve(reply.statusCode ?? 0))
        },
      )
      sent.on('error', reject)
      sent.end(
        JSON.stringify({
          username,
          email: `${username}@example.org`,
          password: 'a long password',
          first_name: 'New',
          last_name: 'Comer',
        }),
      )
    })

  it('is another than the same key of a stranger elsewhere', async () => {
    const { api: running } = await aWorld()
    expect(await registerFrom(running.url, '127.0.0.1', 'first')).to.equal(201)
    expect(await registerFrom(running.url, '127.0.0.1', 'second')).to.equal(422)
    expect(await registerFrom(running.url, '127.0.0.2', 'second')).to.equal(201)
  })
})

/** A POST because it is work, not because anything comes of it. */
const onlyLooking = ['/admin/consistency-check']

for (const backend of backends) {
  describe(`an Idempotency-Key on ${backend.name}`, () => {
    let world: World
    afterEach(closeAll)

    /** Whatever the admin can see to have changed. */
    const census = async (token: string): Promise<readonly string[]> => {
      const seen: string[] = []
      for (const path of [
        '/books',
        `/books/${world.bookId}/copies`,
        '/authors',
        '/publishers',
        '/genres',
        '/branches',
        '/users',
        '/borrowings',
        '/reservations',
        '/fines',
        '/audit',
      ]) {
        seen.push((await world.call('GET', path, { token })).text)
      }
      return seen
    }

    const tokenOf = (who: Person): Promise<string> => freshToken(world, who)

    for (const { method, path } of routes.filter(({ repeatable }) => repeatable !== 'freely')) {
      it(`does ${method} ${path} once, and answers the same twice`, async () => {
        world = await aWorld({}, backend)
        const expectation = expectations[`${method} ${path}`]!
        const who = people.find(person => expectation.for.includes(person))!
        const attempt = await expectation.attempt(world, who)
        const wish = {
          token: await tokenOf(who),
          ...(attempt.body === undefined ? {} : { body: attempt.body }),
          headers: { 'Idempotency-Key': 'the key' },
        }
        const admin = await tokenOf('admin')
        const before = await census(admin)
        const first = await world.call(method, attempt.path, wish)
        expect(first.status, first.text).to.be.within(200, 299)
        const done = await census(admin)
        if (!onlyLooking.includes(path)) expect(done).not.to.deep.equal(before)
        expectReplay(await world.call(method, attempt.path, wish), first)
        expectReplay(await world.call(method, attempt.path, wish), first)
        expect(await census(admin)).to.deep.equal(done)
        expect(world.api.log.bugs).to.deep.equal([])
      })
    }

    it('is done once when it is sent many times at once; the others are told to wait, or what was said', async () => {
      world = await aWorld({}, backend)
      const replies = await Promise.all(Array.from({ length: 10 }, () => checkOut(world, 'at once')))
      const done = replies.filter(({ status }) => status === 201)
      expect(done.length).to.be.greaterThan(0)
      expect(new Set(done.map(({ text }) => text)).size).to.equal(1)
      expect(done.filter(reply => !isReplayed(reply))).to.have.length(1)
      for (const reply of replies.filter(({ status }) => status !== 201)) {
        expectRefusal(reply, 409, 'IDEMPOTENCY_CONFLICT')
        expect(reply.headers.get('retry-after')).to.equal('1')
      }
      expect((await checkOut(world, 'at once')).text).to.equal(done[0]!.text)
      expect(await loansOf(world)).to.equal(1)
    })

    it('replays a refusal too, and another key asks anew', async () => {
      world = await aWorld({}, backend)
      const lent = await checkOut(world, 'first')
      const refused = await checkOut(world, 'second', { user_id: world.ids.other, barcode: 'C-1' })
      expectRefusal(refused, 409, 'COPY_NOT_AVAILABLE')
      await world.call('PUT', `/borrowings/${idOf(lent)}/return`, { token: world.tokens.librarian })
      expectReplay(await checkOut(world, 'second', { user_id: world.ids.other, barcode: 'C-1' }), refused)
      const anew = await checkOut(world, 'third', { user_id: world.ids.other, barcode: 'C-1' })
      expect(anew.status, anew.text).to.equal(201)
    })

    it('is refused to another request of the same caller; another caller has keys of his own', async () => {
      world = await aWorld({}, backend)
      const first = await checkOut(world, 'k')
      expectRefusal(
        await checkOut(world, 'k', { user_id: world.ids.user, barcode: 'C-2' }),
        422,
        'IDEMPOTENCY_KEY_REUSED',
        null,
      )
      expectRefusal(
        await world.call('POST', '/authors', {
          token: world.tokens.librarian,
          body: { name: 'N' },
          headers: { 'Idempotency-Key': 'k' },
        }),
        422,
        'IDEMPOTENCY_KEY_REUSED',
      )
      expectReplay(await checkOut(world, 'k', { barcode: 'C-1', user_id: world.ids.user }), first)
      const own = await world.call('POST', '/borrowings', {
        token: world.tokens.other,
        body: { barcode: 'C-2' },
        headers: { 'Idempotency-Key': 'k' },
      })
      expect([own.status, isReplayed(own)], own.text).to.deep.equal([201, false])
    })

    it('is not used up by what the request itself lacks', async () => {
      world = await aWorld({}, backend)
      const headers = { 'Idempotency-Key': 'k' }
      const { call, tokens } = world
      const add = (wish: Parameters<World['call']>[2]) => call('POST', '/books', { headers, ...wish })
      expectRefusal(await add({ body: { title: 'T', author_id: 1 } }), 401, 'TOKEN_MISSING')
      expectRefusal(await add({ token: tokens.user, body: {} }), 403, 'PERMISSION_DENIED')
      const token = tokens.librarian
      expectFaults(await add({ token, body: { author_id: 1 } }), 'title REQUIRED')
      expectRefusal(await add({ token, raw: '{' }), 400, 'MALFORMED_JSON')
      expectRefusal(await add({ token, raw: 'x'.repeat(2_000_000) }), 413, 'BODY_TOO_LARGE')
      const typed = { ...headers, 'Content-Type': 'text/plain' }
      expectRefusal(await add({ token, raw: '{}', headers: typed }), 415, 'UNSUPPORTED_MEDIA_TYPE')
      // Told by the use case, inside its unit of work.
      const unknown = await add({ token, body: { title: 'T', author_id: 99 } })
      expectRefusal(unknown, 400, 'VALIDATION_FAILED')
      const added = await add({ token, body: { title: 'T', author_id: 1 } })
      expect([added.status, isReplayed(added)], added.text).to.deep.equal([201, false])
    })

    it('is good for a day', async () => {
      world = await aWorld({}, backend)
      const wish = async () => ({
        token: await tokenOf('librarian'),
        body: { name: 'N' },
        headers: { 'Idempotency-Key': 'k' },
      })
      const first = await world.call('POST', '/authors', await wish())
      world.clock.minutes(24 * 60 - 1)
      expectReplay(await world.call('POST', '/authors', await wish()), first)
      world.clock.minutes(1)
      const anew = await world.call('POST', '/authors', await wish())
      expect([anew.status, isReplayed(anew)]).to.deep.equal([201, false])
      expect(idOf(anew)).not.to.equal(idOf(first))
    })

    it('finds the answer of a process that crashed between the commit and the sending', async () => {
      let crashing = true
      const change = (deps: HttpDeps): HttpDeps => ({
        ...deps,
        circulation: {
          ...deps.circulation,
          checkOut: command =>
            pipe(
              deps.circulation.checkOut(command),
              TE.map(result => {
                if (crashing) throw new Error('The machine is gone')
                return result
              }),
            ),
        },
      })
      world = await aWorld({ change }, backend)
      expect((await checkOut(world, 'k')).status).to.equal(500)
      crashing = false
      const told = await checkOut(world, 'k')
      expect([told.status, isReplayed(told)], told.text).to.deep.equal([201, true])
      expect(told.data).to.include({ barcode: 'C-1', user_id: world.ids.user })
      expect(told.headers.get('location')).to.equal(`/api/v1/borrowings/${idOf(told)}`)
      expect(told.headers.get('etag')).to.match(/^"1-/)
      expect(await loansOf(world)).to.equal(1)
    })

    it('is free again at once where nothing was done: a bug, a store that is away, a moment’s conflict', async () => {
      const troubles: (() => E.Either<ReturnType<typeof staleWrite>, never>)[] = [
        () => {
          throw new Error('a bug')
        },
        () => E.left(storeFailure('unavailable', 'gone') as never),
        () => E.left(staleWrite('book', 1)),
        () => E.left({ ...conflict('It moves'), transient: true } as never),
      ]
      const change = (deps: HttpDeps): HttpDeps => ({
        ...deps,
        circulation: {
          ...deps.circulation,
          checkOut: command => {
            const trouble = troubles.shift()
            return trouble === undefined
              ? deps.circulation.checkOut(command)
              : pipe(
                  TE.right(null),
                  TE.flatMap(() => TE.fromEither(trouble())),
                )
          },
        },
      })
      world = await aWorld({ change }, backend)
      const statuses: number[] = []
      while (troubles.length > 0) statuses.push((await checkOut(world, 'k')).status)
      expect(statuses).to.deep.equal([500, 503, 409, 409])
      const lent = await checkOut(world, 'k')
      expect([lent.status, isReplayed(lent)], lent.text).to.deep.equal([201, false])
    })
  })
}

describe('an Idempotency-Key', () => {
  afterEach(closeAll)

  it('that is none is told by the name of the header', async () => {
    const world = await aWorld()
    expectFaults(await checkOut(world, 'x'.repeat(256)), 'Idempotency-Key INVALID_FORMAT')
    expectFaults(await checkOut(world, ''), 'Idempotency-Key INVALID_FORMAT')
    expect(await loansOf(world)).to.equal(0)
  })

  it('serves strangers too', async () => {
    const { call } = await aWorld()
    const join = () =>
      call('POST', '/users', {
        body: {
          username: 'newcomer',
          email: 'newcomer@example.org',
          password: 'a long password',
          first_name: 'New',
          last_name: 'Comer',
        },
        headers: { 'Idempotency-Key': 'k' },
      })
    const first = await join()
    expect(first.status, first.text).to.equal(201)
    expectReplay(await join(), first)
  })

  it('replays a refusal in the form in which it was told', async () => {
    const world = await aWorld()
    const attempt = (accept: string) =>
      world.call('POST', '/borrowings', {
        token: world.tokens.librarian,
        body: { user_id: 99, barcode: 'C-1' },
        headers: { 'Idempotency-Key': 'k', Accept: accept },
      })
    const first = await attempt('application/problem+json')
    expect(first.headers.get('content-type')).to.equal('application/problem+json')
    expectReplay(await attempt('application/json'), first)
  })

  it('tells no refusal that could not be kept: 503, and asked again it is told the one answer', async () => {
    let away = true
    const change = (deps: HttpDeps): HttpDeps => ({
      ...deps,
      idempotency: {
        ...deps.idempotency,
        receipts: {
          ...deps.idempotency.receipts,
          keep: (claim, receipt) =>
            away
              ? pipe(
                  deps.idempotency.receipts.release(claim),
                  TE.flatMap(() => TE.left(storeFailure('unavailable', 'test'))),
                )
              : deps.idempotency.receipts.keep(claim, receipt),
        },
      },
    })
    const world = await aWorld({ change })
    const attempt = () =>
      world.call('POST', '/borrowings', {
        token: world.tokens.librarian,
        body: { user_id: 99, barcode: 'C-1' },
        headers: { 'Idempotency-Key': 'k' },
      })
    expectRefusal(await attempt(), 503, 'SERVICE_UNAVAILABLE')
    away = false
    const told = await attempt()
    expect(told.status).to.equal(404)
    expectReplay(await attempt(), told)
  })

  it('keeps nothing in the clear that would tell what was asked for', async () => {
    const seen: string[] = []
    const change = (deps: HttpDeps): HttpDeps => ({
      ...deps,
      idempotency: {
        ...deps.idempotency,
        receipts: {
          ...deps.idempotency.receipts,
          claim: (request, token, times) => {
            seen.push(request.fingerprint)
            return deps.idempotency.receipts.claim(request, token, times)
          },
        },
      },
    })
    const world = await aWorld({ change })
    await checkOut(world, 'k')
    await checkOut(world, 'k2')
    expect(seen[0]).to.equal(seen[1])
    expect(seen[0]).to.match(/^[\w-]{43}$/)
  })

  /** A route of the test, mounted alone, and how it is asked. */
  const mounted = async (one: Route) => {
    const world = await aWorld({ routes: [one] })
    const send = async (key?: string): Promise<{ status: number; text: string; replayed: boolean }> => {
      const response = await fetch(`${world.api.url}/api/v1${one.path}`, {
        method: one.method,
        headers: {
          Authorization: `Bearer ${world.tokens.librarian}`,
          ...(key === undefined ? {} : { 'Idempotency-Key': key }),
        },
      })
      return {
        status: response.status,
        text: await response.text(),
        replayed: response.headers.get('idempotency-replayed') === 'true',
      }
    }
    return { world, send }
  }
  const form = {
    method: 'POST',
    path: '/deeds',
    permission: 'catalogue:write',
    summary: 'Do a deed',
    data: t.unknown,
  } as const

  it('is 409 to a second one while the first is under way', async () => {
    let begun: () => void = () => {}
    let end: () => void = () => {}
    const beginning = new Promise<void>(resolve => (begun = resolve))
    const ending = new Promise<void>(resolve => (end = resolve))
    let times = 0
    const { send } = await mounted(
      route({
        ...form,
        act: () => async () => {
          times += 1
          begun()
          await ending
          return E.right(times)
        },
        show: count => ok('Done', count),
      }),
    )
    const first = send('k')
    await beginning
    const second = await send('k')
    expect([second.status, second.text]).to.deep.equal([
      409,
      JSON.stringify({
        success: false,
        error: {
          message: 'The request with this Idempotency-Key is still under way',
          code: 'IDEMPOTENCY_CONFLICT',
          details: null,
          status_code: 409,
        },
      }),
    ])
    end()
    expect(await first).to.include({ status: 200, replayed: false })
    expect(await send('k')).to.deep.equal({ ...(await first), replayed: true })
    expect(times).to.equal(1)
  })

  it('covers a batch in steps: its answer is kept when all of them are done', async () => {
    let steps = 0
    let world: World | null = null
    const batch = await mounted(
      route({
        ...form,
        repeatable: 'in_steps',
        errors: ['InvalidInput', 'DuplicateKey'],
        act: ({ act }) =>
          pipe(
            ['One', 'Two'],
            TE.traverseSeqArray(name => {
              steps += 1
              return world!.api.deps.catalogue.addAuthor({ by: act, details: authorNamed(name) })
            }),
          ),
        show: added =>
          ok(
            'Done',
            added.map(({ id }) => id),
          ),
      }),
    )
    world = batch.world
    const first = await batch.send('k')
    expect(first).to.include({ status: 200, replayed: false })
    expect(await batch.send('k')).to.deep.equal({ ...first, replayed: true })
    expect(steps).to.equal(2)
  })

  describe('of a batch whose steps have receipts', () => {
    const added: string[] = []
    /** Adds an author a step; whatever `meet` gives comes in between. */
    const adding = (
      names: readonly string[],
      meet: (name: string) => TaskEither<StoreFailure | StaleWrite, void>,
    ) => {
      let world: World | null = null
      const one = route({
        ...form,
        repeatable: 'in_steps',
        errors: ['Conflict', 'StaleWrite', 'IdempotencyConflict'],
        act: ({ act, step }) =>
          pipe(
            names,
            TE.traverseSeqArray(name =>
              step(
                name,
                pipe(
                  TE.fromIO(() => added.push(name)),
                  TE.flatMap(() => meet(name)),
                  TE.flatMap(() =>
                    world!.api.deps.catalogue.addAuthor({ by: act, details: authorNamed(name) }),
                  ),
                ),
                ({ id }) => ok('Added', id),
              ),
            ),
          ),
        show: outcomes => ok('Done', outcomes),
      })
      return mounted(one).then(batch => {
        world = batch.world
        return batch
      })
    }
    const authors = async ({ persistence }: World) =>
      (
        await right(
          persistence.queries.catalogue.authors({}, { sort: [], limit: 100, at: { kind: 'page', page: 1 } }),
        )
      ).rows.length
    beforeEach(() => void added.splice(0))

    const endings: readonly (readonly [string, () => TaskEither<StoreFailure, void>, status: number])[] = [
      ['the database is away for a moment', () => TE.left(storeFailure('busy', 'test')), 503],
      ['it crashes', () => () => Promise.reject(new Error('test')), 500],
    ]
    for (const [what, ending, status] of endings) {
      it(`where ${what} a retry does again nothing that was done`, async () => {
        let well = false
        const { world, send } = await adding(['One', 'Two', 'Three'], name =>
          name === 'Two' && !well ? ending() : TE.right(undefined),
        )
        const before = await authors(world)
        expect((await send('k')).status).to.equal(status)
        expect(await authors(world)).to.equal(before + 1)
        well = true
        const last = await send('k')
        expect(last, last.text).to.include({ status: 200, replayed: false })
        expect(await authors(world)).to.equal(before + 3)
        expect(added).to.deep.equal(['One', 'Two', 'Two', 'Three'])
        expect(await send('k')).to.deep.equal({ ...last, replayed: true })
      })
    }

    it('without a key a step that others were in the way of is told as such, and the rest is done', async () => {
      const { world, send } = await adding(['One', 'Two', 'Three'], name =>
        name === 'Two' ? TE.left(staleWrite('author', 7)) : TE.right(undefined),
      )
      const before = await authors(world)
      const reply = await send()
      expect(reply.status, reply.text).to.equal(200)
      const { data } = JSON.parse(reply.text) as { readonly data: readonly { readonly success: boolean }[] }
      expect(data.map(({ success }) => success)).to.deep.equal([true, false, true])
      expect(await authors(world)).to.equal(before + 2)
      // Under a key it ends there, for the retry to go on.
      expect((await send('k')).status).to.equal(409)
    })

    it('another key is another batch', async () => {
      const { world, send } = await adding(['One'], () => TE.right(undefined))
      const before = await authors(world)
      await send('k')
      await send('l')
      expect(await authors(world)).to.equal(before + 2)
    })
  })

  it('bites where a route shows another thing than what it committed', async () => {
    let world: World | null = null
    const wrong = await mounted(
      route({
        ...form,
        errors: ['InvalidInput', 'DuplicateKey'],
        act: ({ act }) =>
          pipe(
            world!.api.deps.catalogue.addAuthor({ by: act, details: authorNamed('One') }),
            TE.map(({ id }) => ({ id })),
          ),
        show: ({ id }) => ok('Done', id),
      }),
    )
    world = wrong.world
    expect((await wrong.send('k')).status).to.equal(500)
    expect(world.api.log.bugs.map(({ error }) => String(error))).to.have.length(1)
    expect(String(world.api.log.bugs[0]!.error)).to.contain('not what the act gave')
  })
})
