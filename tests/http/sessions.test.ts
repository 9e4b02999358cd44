/** AUT-1, AUT-2: logging in, staying in, logging out. */
import { expect } from 'chai'
import { expectFaults, expectRefusal } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { password } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const tokensOf = ({ data }: Reply) =>
  data as { readonly access_token: string; readonly refresh_token: string }

describe('sessions', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const logIn = (login: string, secret = password) =>
    world.call('POST', '/auth/login', { body: { login, password: secret } })
  const refresh = (refresh_token: string) => world.call('POST', '/auth/refresh', { body: { refresh_token } })
  const me = (token: string) => world.call('GET', '/auth/me', { token })

  it('begin with a login by user name or e-mail address, in any case', async () => {
    for (const login of ['librarian', ' LIBRARIAN ', 'librarian@example.org', 'Librarian@Example.ORG']) {
      const reply = await logIn(login)
      expect(reply.status, login).to.equal(200)
      expect(reply.data).to.include({ token_type: 'Bearer', expires_in: 3600, refresh_expires_in: 86_400 })
      expect(reply.data).to.have.property('user').that.includes({
        id: world.ids.librarian,
        username: 'librarian',
        role: 'librarian',
        branch_id: world.here,
        status: 'active',
      })
      expect((await me(tokensOf(reply).access_token)).status).to.equal(200)
    }
  })

  it('do not begin with the wrong password nor for nobody, and tell no difference', async () => {
    const replies = [await logIn('user', 'wrong'), await logIn('nobody'), await logIn('user', `${password} `)]
    for (const reply of replies) expectRefusal(reply, 401, 'INVALID_CREDENTIALS', null)
    expect(new Set(replies.map(({ text }) => text)).size).to.equal(1)
  })

  it('take a second factor along, which nobody is asked for yet', async () => {
    const body = { login: 'user', password, otp: '123456' }
    expect((await world.call('POST', '/auth/login', { body })).status).to.equal(200)
  })

  it('begin with what has the form of a login', async () => {
    expectFaults(await world.call('POST', '/auth/login', { body: {} }), 'login REQUIRED', 'password REQUIRED')
    expectFaults(
      await world.call('POST', '/auth/login', { body: { login: 1, password: { $ne: '' }, role: 'admin' } }),
      'role UNKNOWN_FIELD',
      'login INVALID_TYPE',
      'password INVALID_TYPE',
    )
    expectFaults(await logIn('user\u0000'), 'login INVALID_CHARACTERS')
    expectFaults(await logIn('user', 'x'.repeat(1025)), 'password TOO_LONG')
  })

  it('show who one is and what one may do', async () => {
    const reply = await me(world.tokens.manager)
    expect(reply.data).to.include({ id: world.ids.manager, role: 'branch_manager', branch_id: world.here })
    expect(reply.data).to.have.deep.property('roles', ['branch_manager'])
    expect(reply.data)
      .to.have.property('permissions')
      .that.deep.includes({ permission: 'copy:write', reach: 'branch' })
      .and.that.does.not.deep.include({ permission: 'catalogue:delete', reach: 'any' })
  })

  it('go on with a refresh token that is good once', async () => {
    const first = tokensOf(await logIn('user'))
    const second = await refresh(first.refresh_token)
    expect(second.status).to.equal(200)
    expect(second.data).to.have.nested.property('user.username', 'user')
    expect((await me(tokensOf(second).access_token)).status).to.equal(200)
  })

  it('end altogether when a spent refresh token comes again', async () => {
    const first = tokensOf(await logIn('user'))
    const second = tokensOf(await refresh(first.refresh_token))
    expectRefusal(await refresh(first.refresh_token), 401, 'TOKEN_REVOKED')
    expectRefusal(await refresh(second.refresh_token), 401, 'TOKEN_REVOKED')
    expectRefusal(await me(second.access_token), 401, 'TOKEN_REVOKED')
  })

  it('know a refresh token that nobody was given, and one that ran out', async () => {
    expectRefusal(await refresh('invented'), 401, 'TOKEN_MALFORMED')
    const { refresh_token } = tokensOf(await logIn('user'))
    world.clock.days(2)
    expectRefusal(await refresh(refresh_token), 401, 'TOKEN_EXPIRED')
  })

  it('end with a logout: this one', async () => {
    const [one, other] = [tokensOf(await logIn('user')), tokensOf(await logIn('user'))]
    const reply = await world.call('POST', '/auth/logout', { token: one.access_token })
    expect(reply).to.include({ status: 200, data: null })
    expectRefusal(await me(one.access_token), 401, 'TOKEN_REVOKED')
    expectRefusal(await refresh(one.refresh_token), 401, 'TOKEN_REVOKED')
    expect((await me(other.access_token)).status).to.equal(200)
  })

  it('end with a logout: all of a member, and of nobody else', async () => {
    const [one, other] = [tokensOf(await logIn('user')), tokensOf(await logIn('user'))]
    await world.call('POST', '/auth/logout', { token: one.access_token, body: { all: true } })
    expectRefusal(await me(other.access_token), 401, 'TOKEN_REVOKED')
    expect((await me(world.tokens.other)).status).to.equal(200)
  })
})
