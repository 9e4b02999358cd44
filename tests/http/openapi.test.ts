/** API-6: the document tells of every route what it takes, what it answers, and who may. */
import { expect } from 'chai'
import * as t from 'io-ts'
import { errorKinds, refused } from '../../adapters/http/answer.ts'
import { api } from '../../adapters/http/api.ts'
import { exampled } from '../../adapters/http/codecs/codec.ts'
import { record } from '../../adapters/http/codecs/record.ts'
import { errorCodes } from '../../adapters/http/error-codes.ts'
import { components } from '../../adapters/http/openapi/components.ts'
import { documentOf } from '../../adapters/http/openapi/document.ts'
import { errorsOf } from '../../adapters/http/openapi/errors-of-route.ts'
import { view } from '../../adapters/http/shapes.ts'
import { E } from '../../core/shared/fp.ts'
import { contractOf } from './support/contract.ts'
import { aProduct, nothing } from './support/nothing.ts'
import { schemasOf } from './support/schemas.ts'
import { aWorld, closeAll } from './support/world.ts'

const routes = api(nothing)
const document = documentOf(aProduct, routes)
const { faultsOf } = schemasOf(document)

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly 'x-permission': string
  readonly security: readonly object[]
  readonly parameters: readonly { readonly name?: string; readonly in?: string; readonly $ref?: string }[]
  readonly responses: Readonly<Record<string, object>>
}

const operationOf = (method: string, path: string): Operation =>
  document.paths[path]![method] as unknown as Operation

const codesOf = (method: string, path: string, status: number): readonly string[] => {
  const { $ref } = operationOf(method, path).responses[status] as { readonly $ref: string }
  return document.components['responses']![$ref.split('/').at(-1)!]!['x-codes'] as readonly string[]
}

describe('the OpenAPI document', () => {
  afterEach(closeAll)

  it('is served as it is made, to everybody, and not again to whoever has it', async () => {
    const { api: running } = await aWorld()
    const first = await fetch(`${running.url}/openapi.json`)
    expect(first.status).to.equal(200)
    expect(first.headers.get('content-type')).to.equal('application/json; charset=utf-8')
    const { product } = running.deps.documents
    expect(product.version).to.match(/^\d+\.\d+\.\d+/)
    expect(product.license).to.match(/^\S+$/)
    expect(await first.json()).to.deep.equal(
      JSON.parse(JSON.stringify(documentOf(product, api(running.deps)))),
    )
    const etag = first.headers.get('etag')!
    const again = await fetch(`${running.url}/openapi.json`, { headers: { 'If-None-Match': etag } })
    expect([again.status, await again.text()]).to.deep.equal([304, ''])
    expect((await fetch(`${running.url}/openapi.json`, { method: 'POST' })).status).to.equal(405)
  })

  it('tells of every route, and of no other', () => {
    const told = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
    )
    expect(told).to.have.members([
      ...routes.map(({ method, path }) => `${method} /api/v1${path}`),
      'GET /health/live',
      'GET /health/ready',
      'GET /openapi.json',
    ])
  })

  it('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap(operations =>
      Object.values(operations).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).to.equal(ids.length)
    expect(ids).to.include.members(['getBooks', 'getBooksById', 'putBorrowingsByIdReturn', 'postUsers'])
  })

  it('tells who may, and whether a token is needed', () => {
    const refund = operationOf('post', '/api/v1/fines/{id}/refund')
    expect(refund).to.include({
      'x-permission': 'fine:refund',
      description: 'Permission `fine:refund`: librarian, branch_manager (at his branch), admin.',
    })
    expect(refund.security).to.deep.equal([{ bearer: [] }, { apiKey: [] }])
    for (const path of ['/api/v1/auth/me', '/api/v1/api-keys'])
      expect(operationOf('get', path).security).to.deep.equal([{ bearer: [] }])
    expect(operationOf('post', '/api/v1/borrowings').description).to.equal(
      'Permission `loan:create`: user (his own), librarian, branch_manager (his own, and at his branch), admin.',
    )
    const books = operationOf('get', '/api/v1/books')
    expect(books.description).to.contain('everybody')
    expect(books.security).to.deep.equal([{}, { bearer: [] }, { apiKey: [] }])
    expect(operationOf('post', '/api/v1/auth/login').security).to.deep.equal([])
  })

  it('tells every parameter with words for it, and the headers that are looked at', () => {
    const names = (method: string, path: string) =>
      operationOf(method, path).parameters.map(({ name, $ref }) => name ?? $ref!.split('/').at(-1))
    expect(names('get', '/api/v1/fines')).to.have.members(
      'page limit cursor sort fields status fine_type from to user_id X-Request-Id'.split(' '),
    )
    expect(names('put', '/api/v1/borrowings/{id}/return')).to.have.members([
      'id',
      'Idempotency-Key',
      'If-Match',
      'X-Request-Id',
    ])
    expect(names('get', '/api/v1/fines/{id}')).to.include('If-None-Match')
    expect(names('get', '/api/v1/auth/me')).not.to.include('If-None-Match')
    for (const operations of Object.values(document.paths)) {
      for (const operation of Object.values(operations) as unknown as Operation[]) {
        for (const parameter of operation.parameters) {
          if ('$ref' in parameter) continue
          expect(parameter, operation.operationId).to.have.property('description').that.is.a('string')
          expect(parameter, operation.operationId).to.have.property('schema').that.is.an('object')
        }
      }
    }
  })

  it('tells the codes of each route', () => {
    const loans = '/api/v1/borrowings'
    expect(codesOf('post', loans, 409)).to.have.members([
      'CONFLICT',
      'DUPLICATE',
      'COPY_NOT_AVAILABLE',
      'NO_COPY_AVAILABLE',
      'IDEMPOTENCY_CONFLICT',
    ])
    expect(codesOf('post', loans, 422)).to.have.members(['CHECKOUT_REFUSED', 'IDEMPOTENCY_KEY_REUSED'])
    expect(codesOf('post', loans, 429)).to.deep.equal(['RATE_LIMITED'])
    expect(codesOf('get', loans, 401)).to.have.members(
      'TOKEN_MISSING TOKEN_MALFORMED TOKEN_EXPIRED TOKEN_REVOKED INVALID_CREDENTIALS'.split(' '),
    )
    expect(operationOf('get', '/api/v1/books').responses).to.have.all.keys(
      '200',
      '400',
      '401',
      '403',
      '500',
      '503',
    )
    expect(codesOf('get', '/api/v1/genres', 400)).to.have.members(['UNKNOWN_PARAMETER', 'VALIDATION_FAILED'])
    expect(codesOf('post', '/api/v1/auth/login', 401)).to.deep.equal([
      'INVALID_CREDENTIALS',
      'MFA_REQUIRED',
      'MFA_INVALID',
    ])
    expect(operationOf('get', '/api/v1/books/{id}').responses).to.include.keys('304', '404')
    for (const { method, path } of routes) {
      const { responses } = operationOf(method.toLowerCase(), `/api/v1${path}`)
      expect(
        Object.keys(responses).filter(status => status.startsWith('4')),
        path,
      ).not.to.deep.equal([])
    }
  })

  it('tells every error of the table, somewhere', () => {
    const anywhere = new Set(routes.flatMap(route => errorsOf(route).map(({ name }) => name)))
    const unrouted = ['RouteNotFound', 'MethodNotAllowed', 'MalformedRequest']
    // What never became a request is answered by the socket, and told at /docs/errors alone.
    const socket = ['RequestTimeout', 'HeadersTooLarge']
    // No route needs a version yet: the first one that does takes this line away.
    const waiting = routes.some(({ documentation }) => documentation.versionRequired)
      ? []
      : ['VersionRequired']
    expect(errorKinds.map(({ name }) => name).filter(name => !anywhere.has(name))).to.have.members([
      ...unrouted.filter(name => !anywhere.has(name)),
      ...socket,
      ...waiting,
    ])
    expect(Object.keys(errorCodes)).to.have.members([...new Set(errorKinds.map(({ code }) => code))])
  })

  it('has examples that are what they say: of views, of bodies, of answers', () => {
    let seen = 0
    for (const [name, schema] of Object.entries(document.components['schemas']!)) {
      for (const example of (schema['examples'] ?? []) as readonly unknown[]) {
        expect(faultsOf(['components', 'schemas', name], example), name).to.equal(null)
        seen += 1
      }
    }
    const walk = (value: unknown, place: readonly string[]): void => {
      if (typeof value !== 'object' || value === null) return
      const media = value as {
        schema?: unknown
        example?: unknown
        examples?: Record<string, { value: unknown }>
      }
      if (place.at(-2) === 'content') {
        const examples = Object.values(media.examples ?? {}).map(({ value: one }) => one)
        for (const example of [...(media.example === undefined ? [] : [media.example]), ...examples]) {
          expect(faultsOf([...place, 'schema'], example), place.join(' ')).to.equal(null)
          seen += 1
        }
        return
      }
      for (const [key, inner] of Object.entries(value)) walk(inner, [...place, key])
    }
    walk(document.paths, ['paths'])
    walk(document.components['responses'], ['components', 'responses'])
    walk(document['x-unrouted'], ['x-unrouted'])
    expect(seen).to.be.greaterThan(200)
  })

  it('has bodies as examples that the API takes, and shows the views’ own ones', () => {
    for (const { method, path, documentation } of routes) {
      const { body, data } = documentation
      if (body !== null) {
        const [example] = body.codec.schema['examples'] as readonly unknown[]
        expect(E.isRight(body.codec.decode(example)), `${method} ${path}`).to.equal(true)
      }
      if ('example' in data) expect(data.is(data.example), data.name).to.equal(true)
    }
    for (const { name, details, example } of errorKinds) {
      expect(details.is(refused(example).details), name).to.equal(true)
    }
  })

  it('is not made of what nobody described, nor of two things of one name', () => {
    const { ofView, ofBody } = components()
    expect(() => ofView(new t.Type('odd', t.string.is, t.string.validate, t.identity))).to.throw(
      'Nobody said how odd is described',
    )
    const one = view('One', { id: t.number }, { id: 1 })
    expect(ofView(one)).to.deep.equal({ $ref: '#/components/schemas/One' })
    expect(ofView(one)).to.deep.equal({ $ref: '#/components/schemas/One' })
    expect(() => ofView(view('One', { id: t.number }, { id: 1 }))).to.throw('Two things are called One')
    expect(() => ofBody(exampled({}, record('One', {}, {})).schema)).to.throw('Two things are called One')
  })
})

describe('what the tests hold against the document', () => {
  const answered = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => ({
    status,
    headers: new Headers({
      'X-Request-Id': '1',
      'Content-Type': 'application/json; charset=utf-8',
      ...headers,
    }),
    text: JSON.stringify(body),
    json: body,
  })
  const [genre] = document.components['schemas']!['Genre']!['examples'] as readonly object[]
  const genres = { success: true, message: 'Genres', data: [], meta: { total: 0 } }
  const check = contractOf(null)

  it('passes where all is as it is told', () => {
    check('GET', '/api/v1/genres', answered(200, genres))
    const page = { page: 1, limit: 20, total: 0, total_pages: 0, next_cursor: null }
    const found = { success: true, message: 'Books', data: [], meta: page }
    check('GET', '/api/v1/books', answered(200, found, { Link: '<x>; rel="first"', 'X-Total-Count': '0' }))
  })

  for (const [what, reply] of [
    ['a field too many', answered(200, { ...genres, more: 1 })],
    ['a field too few', answered(200, { success: true, message: 'Genres', data: [] })],
    ['a field of another type', answered(200, { ...genres, data: null })],
    ['a status that is not told', answered(418, genres)],
    ['a header that is not told', answered(200, genres, { ETag: '"1"' })],
    ['another type', answered(200, genres, { 'Content-Type': 'text/plain' })],
    [
      'a code that this route does not give',
      answered(400, {
        success: false,
        error: { message: 'No', code: 'MALFORMED_JSON', details: null, status_code: 400 },
      }),
    ],
  ] as const) {
    it(`fails at ${what}`, () => {
      expect(() => check('GET', '/api/v1/genres', reply)).to.throw()
    })
  }

  it('fails where a body was taken, or a parameter, that is not told so', () => {
    const body = { success: true, message: 'Created', data: genre, meta: {} }
    const made = answered(201, body, { Location: '/api/v1/genres/4', ETag: '"1"' })
    check('POST', '/api/v1/genres', { ...made, sent: { name: 'Utopias' } })
    expect(() => check('POST', '/api/v1/genres', { ...made, sent: { name: 5 } })).to.throw('took')
    for (const query of ['x=1', 'fields=id']) {
      const taken = { ...answered(200, genres), query: new URLSearchParams(query) }
      expect(() => check('GET', '/api/v1/genres', taken), query).to.throw('not told')
    }
    const shown = answered(200, { ...body, message: 'Genre' }, { ETag: '"1"' })
    check('GET', '/api/v1/genres/4', { ...shown, query: new URLSearchParams('fields=id,name') })
    const misspelt = { ...shown, query: new URLSearchParams('fields=title') }
    expect(() => check('GET', '/api/v1/genres/4', misspelt)).to.throw('took fields=title')
  })

  it('fails where a header is missing', () => {
    const page = { page: 1, limit: 20, total: 0, total_pages: 0, next_cursor: null }
    const found = { success: true, message: 'Books', data: [], meta: page }
    expect(() => check('GET', '/api/v1/books', answered(200, found))).to.throw('Link')
  })
})
