/** Route, method, token, permission, body, the thing, whose it is, its state: each is asked only when those before it passed. */
import { expectFaults, expectRefusal } from './support/client.ts'
import { password } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

describe('the order of the checks', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const bad = { token: 'nonsense', raw: '{', headers: { 'Content-Type': 'text/plain' } }

  it('the route comes before the token', async () =>
    expectRefusal(await world.call('POST', '/nowhere', bad), 404, 'ROUTE_NOT_FOUND'))

  it('the method comes before the token', async () =>
    expectRefusal(await world.call('DELETE', '/books', bad), 405, 'METHOD_NOT_ALLOWED'))

  it('the token comes before the body', async () => {
    expectRefusal(await world.call('POST', '/books', bad), 401, 'TOKEN_MALFORMED')
    expectRefusal(await world.call('POST', '/books', { ...bad, token: undefined }), 401, 'TOKEN_MISSING')
  })

  it('the permission comes before the body, its size and its type', async () => {
    const asUser = { ...bad, token: world.tokens.user }
    expectRefusal(await world.call('POST', '/books', asUser), 403, 'PERMISSION_DENIED', {
      permission: 'catalogue:write',
    })
    expectRefusal(
      await world.call('POST', '/books', { ...asUser, raw: 'x'.repeat(2_000_000) }),
      403,
      'PERMISSION_DENIED',
    )
  })

  it('the permission comes before the id of the path', async () => {
    expectRefusal(
      await world.call('DELETE', '/authors/nonsense', { token: world.tokens.librarian }),
      403,
      'PERMISSION_DENIED',
    )
    expectRefusal(await world.call('DELETE', '/authors/nonsense'), 401, 'TOKEN_MISSING')
  })

  it('the type comes before the form', async () =>
    expectRefusal(
      await world.call('PUT', '/books/99', { ...bad, token: world.tokens.librarian }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ))

  it('the body and the query come before the thing', async () => {
    const token = world.tokens.librarian
    expectFaults(await world.call('PUT', '/books/99', { token, body: { title: '' } }), 'title REQUIRED')
    expectRefusal(await world.call('GET', '/books/99?x=1'), 400, 'UNKNOWN_PARAMETER')
    expectRefusal(await world.call('GET', '/books/nonsense?x=1'), 400, 'UNKNOWN_PARAMETER')
  })

  it('the thing comes before whose it is', async () => {
    const token = world.tokens.other
    for (const [method, path] of [
      ['PUT', ''],
      ['POST', '/reset-password'],
    ] as const) {
      const body = method === 'PUT' ? { body: {} } : {}
      expectRefusal(await world.call(method, `/users/999${path}`, { token, ...body }), 404, 'NOT_FOUND')
      expectRefusal(
        await world.call(method, `/users/${world.ids.user}${path}`, { token, ...body }),
        403,
        'PERMISSION_DENIED',
      )
    }
  })

  it('the query comes before the form of the body', async () =>
    expectRefusal(
      await world.call('POST', '/books?x=1', { token: world.tokens.librarian, body: {} }),
      400,
      'UNKNOWN_PARAMETER',
    ))

  for (const id of [
    '0',
    '-1',
    '1.5',
    '01',
    '1e3',
    'NaN',
    '9007199254740992',
    '9'.repeat(500),
    '%00',
    '%F0%9F%98%80',
    '1%2F2',
    '%',
  ]) {
    it(`an id that is none names nothing: ${id.slice(0, 20)}`, async () => {
      const reply = await world.call('GET', `/books/${id}`)
      expectRefusal(reply, 404, 'NOT_FOUND')
    })
  }

  it('the thing comes before whose it is', async () => {
    const token = world.tokens.user
    expectRefusal(await world.call('GET', '/users/99', { token }), 404, 'NOT_FOUND', {
      resource: 'user',
      id: 99,
    })
    expectRefusal(await world.call('GET', `/users/${world.ids.other}`, { token }), 403, 'PERMISSION_DENIED', {
      permission: 'member:read',
    })
    expectRefusal(await world.call('GET', '/borrowings/99', { token }), 404, 'NOT_FOUND', {
      resource: 'borrowing',
      id: 99,
    })
  })

  it('whose it is comes before its state', async () => {
    const lent = await world.call('POST', '/borrowings', {
      token: world.tokens.user,
      body: { barcode: 'C-1' },
    })
    const { id } = lent.data as { id: number }
    await world.call('PUT', `/borrowings/${id}/return`, { token: world.tokens.user })
    expectRefusal(
      await world.call('PUT', `/borrowings/${id}/return`, { token: world.tokens.other }),
      403,
      'PERMISSION_DENIED',
    )
    expectRefusal(
      await world.call('PUT', `/borrowings/${id}/return`, { token: world.tokens.user }),
      409,
      'ALREADY_RETURNED',
    )
  })
})

describe('a token', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const me = (authorization: string) =>
    world.call('GET', '/auth/me', { headers: { Authorization: authorization } })

  it('may be introduced in any case, after any number of spaces', async () => {
    for (const word of ['Bearer', 'bearer', 'BEARER']) {
      const reply = await me(`${word}  ${world.tokens.user}`)
      if (reply.status !== 200) throw new Error(reply.text)
    }
  })

  for (const [name, authorization] of [
    ['of another scheme', 'Basic dXNlcjpwYXNz'],
    ['without a scheme', 'v4.public.abc'],
    ['that is empty', 'Bearer '],
    ['in two parts', 'Bearer a b'],
    ['that nobody issued', 'Bearer v4.public.abc'],
    ['as long as a header may be', `Bearer ${'x'.repeat(8000)}`],
  ] as const) {
    it(`${name} is malformed, even where none is needed`, async () => {
      expectRefusal(await me(authorization), 401, 'TOKEN_MALFORMED')
      const reply = await world.call('GET', '/books', { headers: { Authorization: authorization } })
      expectRefusal(reply, 401, 'TOKEN_MALFORMED')
    })
  }

  it('runs out', async () => {
    world.clock.minutes(61)
    expectRefusal(await world.call('GET', '/books', { token: world.tokens.user }), 401, 'TOKEN_EXPIRED')
  })

  it('ends with its session', async () => {
    await world.call('POST', '/auth/logout', { token: world.tokens.user })
    expectRefusal(await world.call('GET', '/books', { token: world.tokens.user }), 401, 'TOKEN_REVOKED')
  })

  it('is good no more when its member is deactivated', async () => {
    const body = { status: 'deactivated' }
    await world.call('PUT', `/users/${world.ids.user}`, { token: world.tokens.librarian, body })
    expectRefusal(await world.call('GET', '/auth/me', { token: world.tokens.user }), 401, 'TOKEN_REVOKED')
    const login = await world.call('POST', '/auth/login', { body: { login: 'user', password } })
    expectRefusal(login, 401, 'INVALID_CREDENTIALS')
  })
})
