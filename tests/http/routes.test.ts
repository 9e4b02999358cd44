/** No declaration, no start (AUT-3). */
import { expect } from 'chai'
import * as t from 'io-ts'
import { api } from '../../adapters/http/api.ts'
import { documentOf } from '../../adapters/http/openapi/document.ts'
import { changing, declared, route } from '../../adapters/http/routes.ts'
import type { Route } from '../../adapters/http/routes.ts'
import { httpApp } from '../../adapters/http/server.ts'
import { ok } from '../../adapters/http/success.ts'
import { TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { conflict } from '../../core/shared/refusal.ts'
import type { Conflict, NotFound } from '../../core/shared/refusal.ts'
import { aWorld, closeAll } from './support/world.ts'

const secret = route({
  method: 'GET',
  path: '/secret',
  permission: 'catalogue:read',
  summary: 'Tell a secret',
  data: t.null,
  handle: () => TE.right(ok('Secret', null)),
})

describe('a route', () => {
  afterEach(closeAll)

  it('without a permission is not mounted: the product does not start', async () => {
    const { api: running } = await aWorld()
    const undeclared = { ...secret, permission: undefined } as unknown as Route
    expect(() => httpApp(running.deps, [undeclared])).to.throw('GET /secret declares no permission')
  })

  it('with a permission that the table does not know is not mounted', () => {
    const invented = { ...secret, permission: 'secret:tell' } as unknown as Route
    expect(() => declared([invented])).to.throw('GET /secret declares no permission')
  })

  it('is there once', () => {
    expect(() => declared([secret, secret])).to.throw('GET /secret is there twice')
    expect(declared([secret, { ...secret, method: 'PUT' }])).to.have.length(2)
  })

  it('tells the documents what it takes and shows', async () => {
    const { api: running } = await aWorld()
    for (const { method, path, takesBody, documentation } of api(running.deps)) {
      const { summary, query, body, data } = documentation
      expect(summary, `${method} ${path}`).to.match(/^[A-Z]/)
      expect(query.schema, `${method} ${path}`).to.have.property('type', 'object')
      expect(body !== null, `${method} ${path}`).to.equal(takesBody)
      expect(data.name, `${method} ${path}`).to.be.a('string')
    }
  })

  it('looks at If-Match and may answer 412 where it changes what is there, and says so', async () => {
    const { api: running } = await aWorld()
    const { paths } = documentOf(running.deps.documents.product, api(running.deps))
    const ifMatch = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, operation]) =>
          JSON.stringify(operation['parameters']).includes('#/components/parameters/If-Match'),
        )
        .map(([method, operation]) => {
          expect(operation['responses'], `${method} ${path}`).to.have.property('412')
          return `${method} ${path}`
        }),
    )
    expect(ifMatch.filter(name => name.startsWith('get '))).to.deep.equal([])
    const moves = [
      ...['payments', 'waive', 'refund'].map(move => `/fines/{id}/${move}`),
      ...['report-lost', 'claim-returned', 'report-damaged'].map(report => `/borrowings/{id}/${report}`),
      '/copies/{id}/missing',
      '/emergency-closure/{closure_id}/undo',
    ]
    expect(ifMatch.filter(name => name.startsWith('post '))).to.have.length(moves.length)
    for (const move of moves) {
      expect(
        ifMatch.filter(name => name.startsWith('post ') && name.endsWith(move)),
        move,
      ).to.have.length(1)
    }
  })

  describe('that does not say what it may refuse with', () => {
    const form = {
      path: '/secret',
      permission: 'catalogue:write',
      summary: 'Keep a secret',
      data: t.null,
      show: () => ok('Kept', null),
    } as const
    const act = (): TaskEither<Conflict | NotFound, null> => TE.left(conflict('It is out'))
    const told = (one: Route) => one.documentation.errors

    it('does not compile', () => {
      // @ts-expect-error neither of the two is declared
      told(route({ ...form, method: 'POST', act }))
      // @ts-expect-error one is missing: only an id in the path brings it along
      told(route({ ...form, method: 'POST', errors: ['Conflict'], act }))
      // @ts-expect-error one is too many
      told(route({ ...form, method: 'POST', errors: ['Conflict', 'NotFound', 'Duplicate'], act }))
      // @ts-expect-error the same holds for PUT and PATCH
      changing({ ...form, act }).map(told)
    })

    it('compiles once it does', () => {
      expect(told(route({ ...form, method: 'POST', errors: ['NotFound', 'Conflict'], act }))).to.deep.equal([
        'NotFound',
        'Conflict',
      ])
      const named = { ...form, path: '/secrets/{id}', names: 'book' } as const
      expect(changing({ ...named, errors: ['Conflict'], act }).map(told)).to.deep.equal([
        ['Conflict'],
        ['Conflict'],
      ])
    })
  })
})
