/** AUT-1, AUT-2: logging in, staying in, logging out. */
import { expect } from 'chai'
import { otpAt } from '../support/second-factor.ts'
import { expectFaults, expectRefusal } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { password } from './support/library.ts'
import { backends } from '../support/backends.ts'
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

  const logIn = (login: string, secret = password, otp?: string) =>
    world.call('POST', '/auth/login', {
      body: { login, password: secret, ...(otp === undefined ? {} : { otp }) },
    })
  const refresh = (refresh_token: string) => world.call('POST', '/auth/refresh', { body: { refresh_token } })
  const me = (token: string) => world.call('GET', '/auth/me', { token })

  it('begin with a login by user name or e-mail address, in any case', async () => {
    for (const login of ['librarian', ' LIBRARIAN ', 'librarian@example.org', 'Librarian@Example.ORG']) {
      world.clock.minutes(1)
      const reply = await logIn(login, password, otpAt(world.clock.now()))
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
    expect(tokensOf(second).refresh_token).not.to.equal(first.refresh_token)
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

  it('are shown to their member with where they were last used from, and he ends one of them', async () => {
    const enter = async (agent: string) =>
      tokensOf(
        await world.call('POST', '/auth/login', {
          body: { login: 'other', password },
          headers: { 'User-Agent': agent },
        }),
      )
    const shown = async (token: string) => {
      const reply = await world.call('GET', '/auth/sessions', { token })
      expect(reply.status).to.equal(200)
      return reply.data as readonly Readonly<Record<string, unknown>>[]
    }
    world.clock.minutes(1)
    const laptop = await enter('a laptop')
    world.clock.minutes(1)
    const phone = await enter('x'.repeat(1000))
    const [first, second, ...rest] = await shown(laptop.access_token)
    expect(rest).to.have.length(1)
    expect(first).to.include({ current: false, user_agent: 'x'.repeat(200), address: '127.0.0.1' })
    expect(second).to.deep.include({
      current: true,
      user_agent: 'a laptop',
      created_at: '2026-11-21T10:01:00.000Z',
      last_used_at: '2026-11-21T10:01:00.000Z',
      expires_at: '2026-11-22T10:01:00.000Z',
    })
    expect(second).to.have.all.keys(
      'id',
      'created_at',
      'last_used_at',
      'expires_at',
      'address',
      'user_agent',
      'current',
    )

    const path = `/auth/sessions/${String(first!['id'])}`
    expectRefusal(await world.call('DELETE', path, { token: world.tokens.user }), 404, 'NOT_FOUND')
    expect((await me(phone.access_token)).status).to.equal(200)
    expect(await world.call('DELETE', path, { token: laptop.access_token })).to.include({
      status: 200,
      data: null,
    })
    expectRefusal(await me(phone.access_token), 401, 'TOKEN_REVOKED')
    expectRefusal(await refresh(phone.refresh_token), 401, 'TOKEN_REVOKED')
    expectRefusal(await world.call('DELETE', path, { token: laptop.access_token }), 404, 'NOT_FOUND')
    expect(await shown(laptop.access_token)).to.have.length(2)
  })

  it('end when their member is deactivated, and stay so when he is let in again', async () => {
    const { access_token, refresh_token } = tokensOf(await logIn('user'))
    const become = async (status: string) => {
      const reply = await world.call('PUT', `/users/${String(world.ids.user)}`, {
        token: world.tokens.admin,
        body: { status },
      })
      expect(reply.status).to.equal(200)
    }
    await become('suspended')
    expect((await me(access_token)).status).to.equal(200)
    await become('deactivated')
    await become('active')
    expectRefusal(await me(access_token), 401, 'TOKEN_REVOKED')
    expectRefusal(await refresh(refresh_token), 401, 'TOKEN_REVOKED')
    expect((await me(tokensOf(await logIn('user')).access_token)).status).to.equal(200)
    expect((await me(world.tokens.other)).status).to.equal(200)
  })

  it('of another are ended all at once by an administrator, who stays in himself', async () => {
    const { access_token } = tokensOf(await logIn('user'))
    const end = (id: number) => world.call('DELETE', `/users/${id}/sessions`, { token: world.tokens.admin })
    expect(await end(world.ids.user)).to.include({ status: 200, data: null })
    for (const token of [access_token, world.tokens.user])
      expectRefusal(await me(token), 401, 'TOKEN_REVOKED')
    for (const token of [world.tokens.admin, world.tokens.other])
      expect((await me(token)).status).to.equal(200)
    expect((await logIn('user')).status).to.equal(200)
    expectRefusal(await end(4711), 404, 'NOT_FOUND')
  })

  it('that nobody refreshes run out before their time', async () => {
    world = await aWorld({ session: { idle: 43_200 } })
    const { access_token, refresh_token } = tokensOf(await logIn('user'))
    world.clock.minutes(12 * 60)
    expectRefusal(await refresh(refresh_token), 401, 'TOKEN_EXPIRED')
    expectRefusal(await me(access_token), 401, 'TOKEN_EXPIRED')
  })

  it('whose spent token comes again end in the audit, too, although the answer is no', async () => {
    const { refresh_token } = tokensOf(await logIn('user'))
    await refresh(refresh_token)
    expectRefusal(await refresh(refresh_token), 401, 'TOKEN_REVOKED')
    const { data } = await world.call('GET', '/audit?action=session.reused', { token: world.tokens.admin })
    const [row, ...others] = data as readonly Readonly<Record<string, unknown>>[]
    expect(others).to.be.empty
    expect(row).to.deep.include({
      actor_role: 'anonymous',
      actor_id: null,
      target_type: 'session',
      address: '127.0.0.1',
      before: { user_id: world.ids.user },
      after: { ending: 'reuse' },
    })
    expect(JSON.stringify(data)).not.to.include(refresh_token)
  })
})

describe('sessions, as many as there may be', () => {
  afterEach(closeAll)
  const started = (whenFull: 'end_oldest' | 'refuse') => aWorld({ session: { most: 2, whenFull } })
  const enter = ({ call }: World) => call('POST', '/auth/login', { body: { login: 'user', password } })

  it('end for one more, the oldest first', async () => {
    const world = await started('end_oldest')
    for (let login = 0; login < 2; login += 1) expect((await enter(world)).status).to.equal(200)
    const reply = await world.call('GET', '/auth/me', { token: world.tokens.user })
    expectRefusal(reply, 401, 'TOKEN_REVOKED')
  })

  it('or refuse it, once it has the right password', async () => {
    const world = await started('refuse')
    expect((await enter(world)).status).to.equal(200)
    expectRefusal(await enter(world), 409, 'CONFLICT', { sessions: 2 })
    const wrong = await world.call('POST', '/auth/login', { body: { login: 'user', password: 'wrong' } })
    expectRefusal(wrong, 401, 'INVALID_CREDENTIALS')
    expect((await world.call('POST', '/auth/logout', { token: world.tokens.user })).status).to.equal(200)
    expect((await enter(world)).status).to.equal(200)
  })
})

for (const backend of backends) {
  describe(`logins at once on ${backend.name}`, function () {
    this.timeout(30_000)
    afterEach(closeAll)

    it('are no more sessions than there may be', async () => {
      const world = await aWorld({ session: { most: 3, whenFull: 'refuse' } }, backend)
      const body = { login: 'user', password }
      const replies = await Promise.all(
        Array.from({ length: 8 }, () => world.call('POST', '/auth/login', { body })),
      )
      expect(replies.map(({ status }) => status).toSorted()).to.deep.equal([
        200,
        200,
        ...Array.from({ length: 6 }, () => 409),
      ])
      const { data } = await world.call('GET', '/auth/sessions', { token: world.tokens.user })
      expect(data).to.have.length(3)
    })
  })
}
