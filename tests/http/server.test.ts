/** What holds for every request, whatever its route. */
import { expect } from 'chai'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import { TE } from '../../core/shared/fp.ts'
import type { HttpDeps } from '../../adapters/http/deps.ts'
import { expectRefusal } from './support/client.ts'
import { exchange } from './support/raw.ts'
import { aWorld, closeAll } from './support/world.ts'

const broken = (deps: HttpDeps): HttpDeps => ({
  ...deps,
  catalogue: {
    ...deps.catalogue,
    queries: {
      ...deps.catalogue.queries,
      books: () => () => Promise.reject(new Error('password=hunter2 in db.internal')),
      authors: () => TE.left(storeFailure('unavailable', 'db.internal refused')),
      publishers: () => TE.left(storeFailure('busy', 'locked')),
    },
  },
})

describe('every request', () => {
  afterEach(closeAll)

  describe('has an id', () => {
    it('of its own, where the client sends none', async () => {
      const { call } = await aWorld()
      const [one, other] = [await call('GET', '/books'), await call('GET', '/books')]
      expect(one.headers.get('x-request-id')).not.to.equal(other.headers.get('x-request-id'))
    })

    for (const own of ['abc', 'A-b_c.9', 'x'.repeat(64)]) {
      it(`of the client: ${own}`, async () => {
        const { call } = await aWorld()
        const reply = await call('GET', '/nowhere', { headers: { 'X-Request-Id': own } })
        expect(reply.headers.get('x-request-id')).to.equal(own)
      })
    }

    for (const foreign of ['a b', 'x'.repeat(65), 'a,b', '<script>', 'ä', '"x"']) {
      it(`of its own instead of ${foreign.slice(0, 10)}`, async () => {
        const { call } = await aWorld()
        const reply = await call('GET', '/books', { headers: { 'X-Request-Id': foreign } })
        expect(reply.headers.get('x-request-id')).to.match(/^request-\d+$/)
      })
    }
  })

  it('meets a route, or 404', async () => {
    const { call } = await aWorld()
    for (const path of [
      '/nowhere',
      '/books/1/nothing',
      '/books/',
      '/Books',
      '//books',
      '/books/1/',
      '/%62ooks/%',
    ]) {
      expectRefusal(await call('GET', path), 404, 'ROUTE_NOT_FOUND', null)
    }
  })

  it('meets 404 outside of the API too', async () => {
    const { api } = await aWorld()
    for (const path of ['/', '/api', '/api/v1', '/api/v2/books', '/favicon.ico', '/../etc/passwd']) {
      const response = await fetch(`${api.url}${path}`)
      expect(response.status, path).to.equal(404)
      expect(await response.json()).to.have.nested.property('error.code', 'ROUTE_NOT_FOUND')
    }
  })

  it('uses a method that the address knows, or 405 with those it knows', async () => {
    const { call } = await aWorld()
    for (const [method, path, allow] of [
      ['DELETE', '/books', 'GET, HEAD, OPTIONS, POST'],
      ['POST', '/books/1', 'GET, HEAD, OPTIONS, PATCH, PUT'],
      ['GET', '/returns', 'OPTIONS, POST'],
      ['HEAD', '/returns', 'OPTIONS, POST'],
      ['PATCH', '/borrowings/1/return', 'OPTIONS, PUT'],
      ['PROPFIND', '/books', 'GET, HEAD, OPTIONS, POST'],
    ] as const) {
      const reply = await call(method, path)
      expect(reply.status, `${method} ${path}`).to.equal(405)
      expect(reply.headers.get('allow'), `${method} ${path}`).to.equal(allow)
      if (method !== 'HEAD') expectRefusal(reply, 405, 'METHOD_NOT_ALLOWED', { allow: allow.split(', ') })
    }
  })

  it('is told by OPTIONS what may be done, without a token', async () => {
    const { call } = await aWorld()
    const reply = await call('OPTIONS', '/users')
    expect(reply.status).to.equal(204)
    expect(reply.text).to.equal('')
    expect(reply.headers.get('allow')).to.equal('GET, HEAD, OPTIONS, POST')
    expectRefusal(await call('OPTIONS', '/nowhere'), 404, 'ROUTE_NOT_FOUND')
  })

  it('by HEAD is answered as by GET, without the body', async () => {
    const { call, tokens } = await aWorld()
    const get = await call('GET', '/users', { token: tokens.librarian })
    const head = await call('HEAD', '/users', { token: tokens.librarian })
    expect(head.status).to.equal(200)
    expect(head.text).to.equal('')
    for (const header of ['content-type', 'content-length', 'x-total-count', 'link']) {
      expect(head.headers.get(header), header).to.equal(get.headers.get(header))
    }
    expect((await call('HEAD', '/users')).status).to.equal(401)
  })

  it('is answered with headers that keep browsers from harm', async () => {
    const { call } = await aWorld()
    for (const path of ['/books', '/nowhere']) {
      const { headers } = await call('GET', path)
      expect(headers.get('x-content-type-options')).to.equal('nosniff')
      expect(headers.get('content-security-policy')).to.equal("default-src 'none';frame-ancestors 'none'")
      expect(headers.get('x-frame-options')).to.equal('DENY')
      expect(headers.get('referrer-policy')).to.equal('no-referrer')
      expect(headers.get('x-powered-by')).to.equal(null)
      expect(headers.get('strict-transport-security')).to.equal(null)
    }
  })

  it('is told to come by https where there is https', async () => {
    const { call } = await aWorld({ hsts: true })
    expect((await call('GET', '/books')).headers.get('strict-transport-security')).to.match(/^max-age=\d+/)
  })

  it('is kept by nobody on the way where it shows what one member may see', async () => {
    const { call, tokens } = await aWorld()
    expect((await call('GET', '/books')).headers.get('cache-control')).to.equal(null)
    expect((await call('GET', '/books', { token: tokens.user })).headers.get('cache-control')).to.equal(
      'no-store',
    )
    expect((await call('GET', '/books/99')).headers.get('cache-control')).to.equal('no-store')
    const login = await call('POST', '/auth/login', {
      body: { login: 'user', password: 'correct horse battery' },
    })
    expect(login.status).to.equal(200)
    expect(login.headers.get('cache-control')).to.equal('no-store')
  })

  it('is one line in the log', async () => {
    const { api, call, tokens, ids } = await aWorld()
    api.log.lines.splice(0)
    const reply = await call('GET', '/books/1', { token: tokens.user })
    await call('GET', '/books/99?fields=title')
    await call('GET', '/nowhere?secret=1')
    const [shown, missing, nowhere] = api.log.lines
    expect(shown).to.deep.include({
      requestId: reply.headers.get('x-request-id'),
      method: 'GET',
      route: '/api/v1/books/{id}',
      status: 200,
      bytes: Buffer.byteLength(reply.text),
      memberId: ids.user,
    })
    expect(shown!.milliseconds).to.be.a('number').and.to.be.at.least(0)
    expect(missing).to.include({ route: '/api/v1/books/{id}', status: 404, memberId: null })
    expect(nowhere).to.include({ route: null, status: 404 })
    expect(api.log.lines).to.have.length(3)
  })

  it('that meets a bug gets 500 with the request id and nothing else; the log gets the rest, once', async () => {
    const { api, call } = await aWorld({ change: broken })
    const reply = await call('GET', '/books', { headers: { 'X-Request-Id': 'r-500' } })
    expectRefusal(reply, 500, 'INTERNAL_ERROR', { request_id: 'r-500' })
    expect(reply.text).not.to.match(/hunter2|internal\b.*db|at /)
    expect(api.log.bugs).to.have.length(1)
    expect(api.log.bugs[0]).to.have.property('requestId', 'r-500')
    expect(String(api.log.bugs[0]!.error)).to.include('hunter2')
    expect(api.log.lines.at(-1)).to.include({ status: 500 })
  })

  it('gets 503 while the database is away or busy', async () => {
    const { api, call } = await aWorld({ change: broken })
    for (const path of ['/authors', '/publishers']) {
      const reply = await call('GET', path)
      expectRefusal(reply, 503, 'SERVICE_UNAVAILABLE', null)
      expect(reply.headers.get('retry-after')).to.match(/^\d+$/)
      expect(reply.text).not.to.include('db.internal')
    }
    expect(api.log.bugs).to.deep.equal([])
  })

  it('gets problem+json where it asks for it', async () => {
    const { call } = await aWorld()
    const reply = await call('GET', '/books/99?fields=title', {
      headers: { Accept: 'application/problem+json' },
    })
    expect(reply.status).to.equal(404)
    expect(reply.headers.get('content-type')).to.equal('application/problem+json')
    expect(reply.headers.get('vary')).to.include('Accept')
    expect(reply.json).to.deep.equal({
      type: '/docs/errors#NOT_FOUND',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such book',
      instance: '/api/v1/books/99',
      code: 'NOT_FOUND',
      details: { resource: 'book', id: 99 },
    })
  })

  it('gets the envelope for a success whatever it accepts', async () => {
    const { call } = await aWorld()
    const reply = await call('GET', '/books', { headers: { Accept: 'application/problem+json' } })
    expect(reply.status).to.equal(200)
    expect(reply.json).to.have.property('success', true)
  })
})

describe('what Node itself would answer', () => {
  afterEach(closeAll)

  const hostile: readonly (readonly [string, string, number, string])[] = [
    [
      'an address that cannot be parsed',
      'GET http://[::1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      'MALFORMED_REQUEST',
    ],
    ['no HTTP at all', 'HELLO\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    [
      'a header without a name',
      'GET /api/v1/books HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n',
      400,
      'MALFORMED_REQUEST',
    ],
    [
      'two lengths',
      'POST /api/v1/books HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'MALFORMED_REQUEST',
    ],
    [
      'headers without end',
      `GET /api/v1/books HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    [
      'an address without end',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    [
      'an expectation nobody knows',
      'GET /api/v1/nowhere HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
      404,
      'ROUTE_NOT_FOUND',
    ],
  ]
  for (const [name, request, status, code] of hostile) {
    it(`has the form of the API and an id: ${name}`, async () => {
      const { api } = await aWorld()
      const text = await exchange(api.port, request)
      expect(text).to.match(new RegExp(`^HTTP/1.1 ${status} `))
      expect(text).to.match(/X-Request-Id: request-\d+/i)
      expect(text).to.match(/content-type: application\/json/i)
      const [, body = ''] = text.split('\r\n\r\n')
      expect(JSON.parse(body)).to.have.nested.property('error.code', code)
      expect(api.log.bugs).to.deep.equal([])
    })
  }

  it('has the form of the API for a request that does not come to an end', async () => {
    const limits = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 }
    const { api } = await aWorld({ limits })
    const text = await exchange(api.port, 'GET /api/v1/books HTTP/1.1\r\nHost:')
    expect(text)
      .to.match(/^HTTP\/1.1 408 /)
      .and.to.include('"code":"REQUEST_TIMEOUT"')
  })

  it('is no second answer into one that has begun', async () => {
    const { api } = await aWorld()
    const text = await exchange(
      api.port,
      'GET /api/v1/books HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGARBAGE\r\n\r\n',
    )
    expect(text.match(/HTTP\/1\.1 /g) ?? []).to.have.length.at.most(2)
  })
})

describe('health', () => {
  afterEach(closeAll)

  it('is 200 outside of the envelope while all is well', async () => {
    const { call } = await aWorld()
    const [live, ready] = [await call('GET', '/health/live'), await call('GET', '/health/ready')]
    expect(live).to.include({ status: 200, text: '{"status":"up"}' })
    expect(ready).to.include({ status: 200, text: '{"status":"up","dependencies":{"database":"up"}}' })
    expect(ready.headers.get('cache-control')).to.equal('no-store')
    expect((await call('HEAD', '/health/ready')).status).to.equal(200)
  })

  it('is 503 and names what is down', async () => {
    const { call, api } = await aWorld({
      change: deps => ({ ...deps, ready: () => Promise.resolve({ database: false, mail: true }) }),
    })
    const ready = await call('GET', '/health/ready')
    expect(ready.status).to.equal(503)
    expect(ready.json).to.deep.equal({ status: 'down', dependencies: { database: 'down', mail: 'up' } })
    expect(ready.headers.get('retry-after')).to.equal('5')
    expect((await call('GET', '/health/live')).status).to.equal(200)
    expect(api.log.lines.at(-1)).to.include({ route: '/health/live' })
  })

  it('knows no other method', async () => {
    const { call } = await aWorld()
    expect((await call('POST', '/health/live')).status).to.equal(405)
  })
})
