/** API-7 on every storage: the five calls, by every form of their paths. */
import { expect } from 'chai'
import { bodyLimit } from '../../adapters/simple-http/body.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import { backends } from '../support/backends.ts'
import { bySystem } from '../support/builders.ts'
import { done, right } from '../support/world.ts'
import { namesOf } from './support/client.ts'
import { rawConnection } from './support/raw.ts'
import { aSimpleWorld, closeSimple, expectError } from './support/simple-api.ts'
import type { SimpleReply, SimpleWorld } from './support/simple-api.ts'
import { aWorld, closeAll } from './support/world.ts'

/** Goes on when as many are there as it waits for. */
const meeting = (count: number): TE.TaskEither<never, void> => {
  let [arrived, goOn] = [0, (): void => undefined]
  const all = new Promise<void>(resolve => (goOn = resolve))
  return () => {
    arrived += 1
    if (arrived === count) goOn()
    return all.then(E.right)
  }
}

const expectFaults = (reply: SimpleReply, ...faults: readonly string[]): void => {
  expectError(reply, 400, 'VALIDATION_FAILED')
  expect(namesOf(reply.error!.details)).to.have.members(faults)
}

const orwell = { title: 'Animal Farm', author: 'George Orwell' }

const hostile: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  1e308,
  '1',
  '',
  ' \t ',
  "'; drop table books; --",
  '%_\\',
  '<script>alert(1)</script>',
  '<b><i></i></b>',
  'İ\u0301ß😀\u202e',
  '\u0301',
  'x'.repeat(501),
  'ﷺ'.repeat(500),
  'x'.repeat(9000),
  'a\u0000b',
  'a\nb',
  '\ud800',
  '\ufffd',
  [],
  [1],
  {},
  { $gt: '' },
]

for (const backend of backends) {
  describe(`the simple API on ${backend.name}`, () => {
    let world: SimpleWorld
    beforeEach(async () => {
      world = await aSimpleWorld(backend)
    })
    afterEach(closeSimple)

    const post = (path: string, body?: unknown) => world.call('POST', path, body)
    const borrowed = async (userId: number) => (await world.call('GET', `/users/${userId}/borrowed`)).json

    for (const base of ['', '/api']) {
      for (const end of ['', '/']) {
        it(`lends and takes back by ${base}/…${end}`, async () => {
          const added = await post(`${base}/books${end}`, orwell)
          expect(added.status).to.equal(201)
          expect(added.json).to.deep.equal({ id: 1, ...orwell })
          const user = await post(`${base}/users${end}`, { name: 'Ada Lovelace' })
          expect(user.status).to.equal(201)
          expect(user.json).to.deep.equal({ id: 1, name: 'Ada Lovelace' })
          const wish = { userId: 1, bookId: 1 }
          const lent = await post(`${base}/borrow${end}`, wish)
          expect(lent.status).to.equal(200)
          expect(lent.json).to.deep.equal({ message: 'Book borrowed successfully' })
          const out = await world.call('GET', `${base}/users/1/borrowed${end}`)
          expect(out.status).to.equal(200)
          expect(out.json).to.deep.equal([{ id: 1, ...orwell }])
          const back = await post(`${base}/return${end}`, wish)
          expect(back.status).to.equal(200)
          expect(back.json).to.deep.equal({ message: 'Book returned successfully' })
          expect(await borrowed(1)).to.deep.equal([])
        })
      }
    }

    it('numbers books and users from 1, each kind for itself, and the same book twice', async () => {
      for (const number of [1, 2, 3]) {
        expect((await post('/books', orwell)).json).to.deep.equal({ id: number, ...orwell })
        expect((await post('/users', { name: 'Ada' })).json).to.deep.equal({ id: number, name: 'Ada' })
      }
    })

    it('lends the one copy to one, whoever asks next', async () => {
      await post('/books', orwell)
      for (const name of ['Ada', 'Ben']) await post('/users', { name })
      expect((await post('/borrow', { userId: 1, bookId: 1 })).status).to.equal(200)
      for (const userId of [2, 1])
        expectError(await post('/borrow', { userId, bookId: 1 }), 409, 'NO_COPY_AVAILABLE')
      expectError(await post('/return', { userId: 2, bookId: 1 }), 409, 'CONFLICT', {
        user_id: 2,
        book_id: 1,
      })
      expect(await borrowed(1)).to.deep.equal([{ id: 1, ...orwell }])
      expect((await post('/return', { userId: 1, bookId: 1 })).status).to.equal(200)
      expectError(await post('/return', { userId: 1, bookId: 1 }), 409, 'CONFLICT')
      expect((await post('/borrow', { userId: 2, bookId: 1 })).status).to.equal(200)
    })

    it('lists what a user has out, in the order in which he borrowed it', async () => {
      await post('/users', { name: 'Ada' })
      for (const title of ['A', 'B', 'C', 'D']) await post('/books', { title, author: 'Ann' })
      for (const bookId of [3, 1, 2]) {
        world.minutes(1)
        await post('/borrow', { userId: 1, bookId })
      }
      await post('/return', { userId: 1, bookId: 1 })
      expect(await borrowed(1)).to.deep.equal([
        { id: 3, title: 'C', author: 'Ann' },
        { id: 2, title: 'B', author: 'Ann' },
      ])
    })

    it('shows no book of which the copy is lost, and takes it back when it turns up', async () => {
      await post('/users', { name: 'Ada' })
      await post('/books', orwell)
      await post('/borrow', { userId: 1, bookId: 1 })
      await done(world.persistence, ({ loans }) =>
        pipe(
          loans.get(id(1)),
          TE.flatMap(loan => {
            if (loan.state !== 'open') throw new Error('It is not out')
            return loans.save({ state: { ...loan, state: 'lost' }, events: [] }, bySystem)
          }),
        ),
      )
      expect(await borrowed(1)).to.deep.equal([])
      expect(await post('/return', { userId: 1, bookId: 1 })).to.include({ status: 200 })
      expectError(await post('/return', { userId: 1, bookId: 1 }), 409, 'CONFLICT')
    })

    it('knows nobody and nothing that is not there', async () => {
      await post('/books', orwell)
      await post('/users', { name: 'Ada' })
      for (const path of ['/borrow', '/return']) {
        for (const unknown of [2, Number.MAX_SAFE_INTEGER]) {
          const nobody = await post(path, { userId: unknown, bookId: 1 })
          expectError(nobody, 404, 'NOT_FOUND', { resource: 'user', id: unknown })
          const nothing = await post(path, { userId: 1, bookId: unknown })
          expectError(nothing, 404, 'NOT_FOUND', { resource: 'book', id: unknown })
        }
      }
      expectError(await world.call('GET', '/users/2/borrowed'), 404, 'NOT_FOUND', { resource: 'user', id: 2 })
      for (const text of ['0', '-1', '1.0', '01', 'one', '9007199254740992', '1e3', "1'--"]) {
        const reply = await world.call('GET', `/api/users/${text}/borrowed`)
        expectError(reply, 404, 'NOT_FOUND', { resource: 'user', id: text })
      }
    })

    it('goes by the rules of the library: a member who is suspended, an eleventh book', async () => {
      await post('/users', { name: 'Ada' })
      for (let count = 1; count <= 11; count += 1) await post('/books', orwell)
      for (let bookId = 1; bookId <= 10; bookId += 1)
        expect((await post('/borrow', { userId: 1, bookId })).status).to.equal(200)
      const refused = await post('/borrow', { userId: 1, bookId: 11 })
      expectError(refused, 422, 'CHECKOUT_REFUSED')
      expect(refused.error!.details).to.deep.include({
        rule: 'loan-limit',
        verdict: 'fail',
        kind: 'overridable',
        message: (refused.error!.details as { message: string }[])[0]!.message,
        limit: 10,
        actual: 10,
      })
      await post('/users', { name: 'Ben' })
      await done(world.persistence, ({ members }) =>
        pipe(
          members.get(id(2)),
          TE.flatMap(member => members.save({ ...member, status: 'suspended' })),
        ),
      )
      const suspended = await post('/borrow', { userId: 2, bookId: 11 })
      expectError(suspended, 422, 'CHECKOUT_REFUSED')
      expect((suspended.error!.details as { rule: string }[])[0]).to.have.property('rule', 'member-status')
    })

    it('makes members who are active without end, whom nobody can be', async () => {
      await post('/users', { name: 'Ada King  Lovelace' })
      const { member, staff } = await right(world.persistence.queries.members.member(id(1)))
      expect(staff).to.be.null
      expect(member).to.include({
        firstName: 'Ada King',
        lastName: 'Lovelace',
        status: 'active',
        membershipExpiresOn: null,
        username: 'kiosk-1',
        email: 'kiosk-1@kiosk.invalid',
      })
      for (const password of ['', 'null', 'password']) {
        const reply = await post('/api/v1/auth/login', { login: 'kiosk-1', password })
        expect(reply.status, password).to.be.within(400, 401)
      }
    })

    it('gives the one copy to one of two who ask at the same moment', async () => {
      await closeSimple()
      const met = meeting(2)
      world = await aSimpleWorld(backend, deps => ({
        ...deps,
        checkOut: command =>
          pipe(
            met,
            TE.flatMap(() => deps.checkOut(command)),
          ),
      }))
      await post('/books', orwell)
      for (const name of ['Ada', 'Ben']) await post('/users', { name })
      const replies = await Promise.all([1, 2].map(userId => post('/borrow', { userId, bookId: 1 })))
      expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 409])
      const out = [...((await borrowed(1)) as object[]), ...((await borrowed(2)) as object[])]
      expect(out).to.deep.equal([{ id: 1, ...orwell }])
    })

    it('takes one copy back once, when it is brought twice at the same moment', async () => {
      await closeSimple()
      const met = meeting(2)
      world = await aSimpleWorld(backend, deps => ({
        ...deps,
        returnLoan: command =>
          pipe(
            met,
            TE.flatMap(() => deps.returnLoan(command)),
          ),
      }))
      await post('/books', orwell)
      await post('/users', { name: 'Ada' })
      await post('/borrow', { userId: 1, bookId: 1 })
      const replies = await Promise.all([1, 2].map(() => post('/return', { userId: 1, bookId: 1 })))
      expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 409])
      expectError(
        replies.find(({ status }) => status === 409)!,
        409,
        'ALREADY_RETURNED',
      )
    })

    it('makes a 500 of nothing that is sent', async () => {
      await post('/books', orwell)
      await post('/users', { name: 'Ada' })
      const bodies: Readonly<Record<string, object>> = {
        '/books': orwell,
        '/users': { name: 'Ada' },
        '/borrow': { userId: 1, bookId: 1 },
        '/return': { userId: 1, bookId: 1 },
      }
      for (const [path, body] of Object.entries(bodies)) {
        for (const value of hostile) {
          for (const sent of [value, ...Object.keys(body).map(field => ({ ...body, [field]: value }))]) {
            const reply = await post(path, JSON.stringify(sent))
            expect(reply.status, `${path} ${JSON.stringify(sent).slice(0, 100)}`).to.be.below(500)
          }
        }
      }
      expect(world.api.log.bugs).to.deep.equal([])
      expect(await borrowed(1)).to.be.an('array')
    }).timeout(60_000)
  })
}

describe('the simple API', () => {
  let world: SimpleWorld
  beforeEach(async () => {
    world = await aSimpleWorld()
  })
  afterEach(closeSimple)

  const post = (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) =>
    world.call('POST', path, body, headers)

  it('learns how the library’s clock is set before each act', async () => {
    let asked = 0
    const watched = await aSimpleWorld(undefined, deps => ({
      ...deps,
      keepTime: TE.fromIO(() => void (asked += 1)),
    }))
    for (const [method, path, body] of [
      ['POST', '/books', orwell],
      ['POST', '/users', { name: 'Ada Lovelace' }],
      ['POST', '/borrow', { userId: 1, bookId: 1 }],
      ['GET', '/users/1/borrowed', undefined],
      ['POST', '/return', { userId: 1, bookId: 1 }],
    ] as const) {
      const before = asked
      expect((await watched.call(method, path, body)).status, path).to.be.below(300)
      expect(asked, path).to.equal(before + 1)
    }
  })

  it('is not there where it was not switched on', async () => {
    const { api } = await aWorld()
    for (const path of ['/books', '/api/books', '/users/1/borrowed', '/borrow']) {
      const reply = await fetch(api.url + path, { method: path.includes('users') ? 'GET' : 'POST' })
      expect(reply.status, path).to.equal(404)
    }
    await closeAll()
  })

  it('stands beside the API, which stays as it is', async () => {
    await post('/books', orwell)
    const books = await world.call('GET', '/api/v1/books')
    expect(books.json).to.have.nested.property('data[0].title', orwell.title)
    expectError(await post('/api/v1/books', orwell), 401, 'TOKEN_MISSING')
    expectError(await world.call('GET', '/api/v1/books/'), 404, 'ROUTE_NOT_FOUND')
    expect((await world.call('GET', '/health/live')).status).to.equal(200)
  })

  it('keeps the headers and the log of the API', async () => {
    const reply = await post('/api/books/', orwell, { 'X-Request-Id': 'classroom-1' })
    expect(reply.headers.get('x-request-id')).to.equal('classroom-1')
    expect(reply.headers.get('x-content-type-options')).to.equal('nosniff')
    expect(reply.headers.get('cache-control')).to.equal('no-store')
    await world.call('GET', '/users/7/borrowed')
    const lines = world.api.log.lines.map(({ method, route, status }) => `${method} ${route} ${status}`)
    expect(lines).to.deep.equal(['POST /api/books 201', 'GET /users/{id}/borrowed 404'])
    expect(world.api.log.lines[0]).to.include({ requestId: 'classroom-1', memberId: null })
  })

  for (const [path, allow] of [
    ['/books', 'OPTIONS, POST'],
    ['/api/users/', 'OPTIONS, POST'],
    ['/borrow', 'OPTIONS, POST'],
    ['/api/return', 'OPTIONS, POST'],
    ['/users/1/borrowed', 'GET, HEAD, OPTIONS'],
  ] as const) {
    it(`knows no other method for ${path}`, async () => {
      const wrong = await world.call(allow.startsWith('GET') ? 'POST' : 'GET', path)
      expectError(wrong, 405, 'METHOD_NOT_ALLOWED', { allow: allow.split(', ') })
      expect(wrong.headers.get('allow')).to.equal(allow)
      expectError(await world.call('DELETE', path), 405, 'METHOD_NOT_ALLOWED')
      const options = await world.call('OPTIONS', path)
      expect([options.status, options.headers.get('allow')]).to.deep.equal([204, allow])
    })
  }

  it('has nothing at other paths', async () => {
    for (const path of ['/', '/api', '/book', '/Books', '/books//', '/api/api/books', '/books/1', '/users/1'])
      expectError(await post(path, orwell), 404, 'ROUTE_NOT_FOUND')
  })

  it('answers HEAD as GET, without the body', async () => {
    await post('/users', { name: 'Ada' })
    const head = await world.call('HEAD', '/users/1/borrowed')
    expect([head.status, head.json]).to.deep.equal([200, undefined])
  })

  it('names every fault of a body', async () => {
    expectFaults(await post('/books'), 'title REQUIRED', 'author REQUIRED')
    expectFaults(await post('/books', {}), 'title REQUIRED', 'author REQUIRED')
    expectFaults(await post('/books', { title: null, author: ' ' }), 'title REQUIRED', 'author REQUIRED')
    expectFaults(
      await post('/books', { title: 1, author: 'x'.repeat(501), isbn: '' }),
      'title INVALID_TYPE',
      'author TOO_LONG',
      'isbn UNKNOWN_FIELD',
    )
    expectFaults(await post('/users', { name: 'a\u0000b' }), 'name INVALID_CHARACTERS')
    expectFaults(await post('/users', '{"name": "a\\ud800b"}'), 'name INVALID_CHARACTERS')
    expectFaults(await post('/users', { name: '<p></p>' }), 'name REQUIRED')
    expectFaults(await post('/users', []), 'body INVALID_TYPE')
    for (const path of ['/borrow', '/return']) {
      expectFaults(
        await post(path, { userId: '1', bookId: 1.5 }),
        'userId INVALID_TYPE',
        'bookId NOT_AN_INTEGER',
      )
      expectFaults(
        await post(path, { userId: 0, bookId: 2 ** 53 }),
        'userId OUT_OF_RANGE',
        'bookId OUT_OF_RANGE',
      )
      expectFaults(await post(path, { user_id: 1, bookId: 1 }), 'user_id UNKNOWN_FIELD', 'userId REQUIRED')
    }
  })

  it('tells of a hundred faults at the most', async () => {
    const body = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${String(at)}`, 1]))
    const reply = await post('/users', body)
    expect(reply.error!.details).to.have.length(100)
  })

  it('keeps plain text: trimmed, composed, without markup, up to 500 characters', async () => {
    const added = await post('/books', { title: '  <b>Cafe\u0301</b> ', author: ' Émile   Zola' })
    expect(added.json).to.deep.equal({ id: 1, title: 'Café', author: 'Émile Zola' })
    const long = '😀'.repeat(500)
    expect((await post('/users', { name: long })).json).to.deep.equal({ id: 1, name: long })
    expectFaults(await post('/users', { name: `${long}😀` }), 'name TOO_LONG')
  })

  it('writes an author as the catalogue has him', async () => {
    await post('/books', { title: 'One', author: 'Gabriel García Márquez' })
    const second = await post('/books', { title: 'Two', author: 'gabriel garcia marquez' })
    expect(second.json).to.deep.equal({ id: 2, title: 'Two', author: 'Gabriel García Márquez' })
  })

  for (const [what, raw] of [
    ['no JSON', '{'],
    ['a word', 'true'],
    ['a text', '"x"'],
    ['a prototype', '{"__proto__": {"name": "x"}}'],
    ['bytes that are no text', '\u0001\u0002'],
  ] as const) {
    it(`takes no body that is ${what}`, async () => {
      expectError(await post('/users', raw), 400, 'MALFORMED_JSON', null)
    })
  }

  it('takes no text in another encoding for UTF-8', async () => {
    const response = await fetch(`${world.api.url}/users`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from('{"name": "M\xfcller"}', 'latin1'),
    })
    expect(response.status).to.equal(400)
    expect(await response.text()).to.include('INVALID_CHARACTERS')
  })

  for (const [type, status] of [
    ['application/json; charset=utf-8', 201],
    ['Application/JSON;charset="UTF-8"', 201],
    ['application/vnd.api+json', 201],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=iso-8859-1', 415],
    ['', 415],
  ] as const) {
    it(`${status === 201 ? 'takes' : 'does not take'} ${type === '' ? 'no type' : type}`, async () => {
      const reply = await post('/users', { name: 'Ada' }, { 'Content-Type': type })
      expect(reply.status).to.equal(status)
      if (status === 415) {
        expectError(reply, 415, 'UNSUPPORTED_MEDIA_TYPE', null)
        expect(reply.headers.get('accept')).to.equal('application/json')
      }
    })
  }

  it('takes no compressed body', async () => {
    const reply = await post('/users', { name: 'Ada' }, { 'Content-Encoding': 'gzip' })
    expectError(reply, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  it('takes a body of the most bytes, and none of one more', async () => {
    const padded = (length: number) => `{"name": "Ada"}${' '.repeat(length - 15)}`
    expect((await post('/users', padded(bodyLimit))).status).to.equal(201)
    expectError(await post('/users', padded(bodyLimit + 1)), 413, 'BODY_TOO_LARGE', { limit: bodyLimit })
  })

  for (const [what, header, chunk] of [
    ['announced', `Content-Length: ${String(2 * bodyLimit)}`, 'x'.repeat(1000)],
    [
      'sent in chunks',
      'Transfer-Encoding: chunked',
      `${(bodyLimit + 1).toString(16)}\r\n${' '.repeat(bodyLimit + 1)}\r\n`,
    ],
  ] as const) {
    it(`says that a body is too large while it is still ${what}, and goes on with the connection`, async () => {
      const { socket, until } = await rawConnection(world.api.port)
      socket.write(
        ['POST /users HTTP/1.1', 'Host: x', 'Content-Type: application/json', header, '', chunk].join('\r\n'),
      )
      await until(/BODY_TOO_LARGE/)
      socket.write(
        header.startsWith('C') ? 'x'.repeat(2 * bodyLimit - chunk.length) : `${chunk}${chunk}0\r\n\r\n`,
      )
      socket.write('GET /users/9/borrowed HTTP/1.1\r\nHost: x\r\n\r\n')
      await until(/NOT_FOUND/)
      socket.destroy()
    })
  }

  it('answers with problem+json where that is asked for', async () => {
    const reply = await world.call('GET', '/users/9/borrowed?x=1', undefined, {
      Accept: 'application/problem+json',
    })
    expect(reply.headers.get('content-type')).to.equal('application/problem+json')
    expect(reply.json).to.deep.equal({
      type: '/docs/errors#NOT_FOUND',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such user',
      instance: '/users/9/borrowed',
      code: 'NOT_FOUND',
      details: { resource: 'user', id: 9 },
    })
    for (const Accept of [
      '*/*',
      'application/json',
      'application/*',
      'text/html',
      'application/problem+json;q=0.1, */*',
    ]) {
      const plain = await world.call('GET', '/users/9/borrowed', undefined, { Accept })
      expect(plain.headers.get('content-type'), Accept).to.equal('application/json; charset=utf-8')
    }
  })

  it('lends to one user 60 times an hour at the most, and to the next as often', async () => {
    await post('/books', orwell)
    for (const name of ['Ada', 'Ben']) await post('/users', { name })
    const lendAndReturn = async (userId: number) => {
      const { status } = await post('/borrow', { userId, bookId: 1 })
      await post('/return', { userId, bookId: 1 })
      return status
    }
    for (let count = 0; count < 60; count += 1) expect(await lendAndReturn(1)).to.equal(200)
    const refused = await post('/borrow', { userId: 1, bookId: 1 })
    expectError(refused, 429, 'RATE_LIMITED', { limit: 60, retry_after: 3600 })
    expect(refused.headers.get('retry-after')).to.equal('3600')
    for (let count = 0; count < 60; count += 1) expect(await lendAndReturn(2)).to.equal(200)
    world.minutes(61)
    expect(await lendAndReturn(1)).to.equal(200)
  }).timeout(30_000)

  it('shows more loans than fit a page', async () => {
    // Members of a branch whose rules were changed may have any number out.
    await closeSimple()
    world = await aSimpleWorld(undefined, deps => ({
      ...deps,
      checkOut: command =>
        deps.checkOut({
          ...command,
          act: { ...command.act, actor: { kind: 'system' } },
          override: { rules: ['loan-limit'], reason: 'A test of pages' },
        }),
    }))
    await post('/users', { name: 'Ada' })
    const ids = Array.from({ length: 105 }, (_, at) => at + 1)
    for (const bookId of ids) {
      await post('/books', { title: `Book ${String(bookId)}`, author: 'Ann' })
      expect((await post('/borrow', { userId: 1, bookId })).status).to.equal(200)
    }
    const { json } = await world.call('GET', '/users/1/borrowed')
    expect((json as { id: number }[]).map(book => book.id)).to.deep.equal(ids)
  }).timeout(30_000)

  it('says so when the store is away, and when something breaks', async () => {
    await closeSimple()
    world = await aSimpleWorld(undefined, deps => ({
      ...deps,
      putOnShelf: () => TE.left(storeFailure('busy', 'locked')),
      registerMember: () => {
        throw new Error('a bug')
      },
    }))
    const busy = await post('/books', orwell)
    expectError(busy, 503, 'SERVICE_UNAVAILABLE', null)
    expect(busy.headers.get('retry-after')).to.equal('1')
    const broken = await post('/users', { name: 'Ada' }, { 'X-Request-Id': 'broken-1' })
    expectError(broken, 500, 'INTERNAL_ERROR', { request_id: 'broken-1' })
    expect(world.api.log.bugs.map(({ requestId }) => requestId)).to.deep.equal(['broken-1'])
  })
})
