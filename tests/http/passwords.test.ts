/** AUT-7: passwords are changed, forgotten and set anew, and e-mail addresses are verified. */
import { expect } from 'chai'
import { api as routesOf } from '../../adapters/http/api.ts'
import { verifiedFor } from '../../core/identity/pending.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import { backends } from '../support/backends.ts'
import { asked } from '../support/statement-count.ts'
import { done, right } from '../support/world.ts'
import { idOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { expectations } from './support/expectations.ts'
import { freshToken } from './support/fresh-token.ts'
import { password } from './support/library.ts'
import { handOn, lettersTo, newcomer, newcomerPassword, resetToken, tokenTo } from './support/mails.ts'
import { nothing } from './support/nothing.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const another = 'quiet lamp by the stairs'

const refusal = ({ status, error }: Reply) => ({ status, code: error?.code })
const malformed = { status: 401, code: 'TOKEN_MALFORMED' }
const expired = { status: 401, code: 'TOKEN_EXPIRED' }
const revoked = { status: 401, code: 'TOKEN_REVOKED' }
const wrong = { status: 401, code: 'INVALID_CREDENTIALS' }

const logIn = ({ call }: World, secret: string, login = 'user') =>
  call('POST', '/auth/login', { body: { login, password: secret } })
const enter = async (world: World, secret = password, login = 'user'): Promise<string> => {
  const reply = await logIn(world, secret, login)
  expect(reply.status, reply.text).to.equal(200)
  return (reply.data as { readonly access_token: string }).access_token
}
const me = ({ call }: World, token: string) => call('GET', '/auth/me', { token })
const change = ({ call }: World, token: string, current: string, next: string) =>
  call('PUT', '/auth/password', { token, body: { current_password: current, new_password: next } })
const reset = ({ call }: World, token: string, next = another) =>
  call('POST', '/auth/reset-password', { body: { token, password: next } })
const forgot = ({ call }: World, email = 'user@example.org') =>
  call('POST', '/auth/forgot-password', { body: { email } })
const verify = ({ call }: World, token: string) => call('POST', '/auth/verify-email', { body: { token } })
const codesOf = ({ status, error }: Reply): readonly string[] =>
  status === 400
    ? (error?.details as readonly { readonly field: string; readonly code: string }[]).map(
        fault => `${fault.field} ${fault.code}`,
      )
    : [`${status}`]

/** Actions of the audit on a user, the newest last. */
const audited = async ({ call, tokens }: World, user: number): Promise<readonly object[]> => {
  const { data } = await call('GET', `/audit?target=user:${String(user)}&limit=100`, {
    token: tokens.admin,
  })
  return data as readonly object[]
}

const faulty = [
  ['x'.repeat(7), 'PASSWORD_TOO_SHORT'],
  ['x'.repeat(129), 'PASSWORD_TOO_LONG'],
  ['common password', 'PASSWORD_COMMON'],
  ['weak but long', 'PASSWORD_WEAK'],
  ['xx tester xx', 'PASSWORD_PERSONAL'],
] as const

for (const backend of backends) {
  describe(`passwords (${backend.name})`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    describe('are changed', () => {
      it('by whoever knows the present one; the old one is good no more, nor is any session', async () => {
        const here = world.tokens.user
        const elsewhere = await enter(world)
        const reply = await change(world, here, password, another)
        expect(reply.status, reply.text).to.equal(200)
        expect(reply.data).to.be.null
        for (const token of [here, elsewhere]) expect(refusal(await me(world, token))).to.deep.equal(revoked)
        expect(
          refusal(
            await world.call('POST', '/auth/refresh', { body: { refresh_token: world.refreshTokens.user } }),
          ),
        ).to.deep.equal(revoked)
        expect(refusal(await logIn(world, password))).to.deep.equal(wrong)
        await enter(world, another)
        expect((await me(world, world.tokens.other)).status).to.equal(200)
      })

      it('by nobody else, and nothing is changed then', async () => {
        expect(refusal(await change(world, world.tokens.user, 'not the password', another))).to.deep.equal(
          wrong,
        )
        expect((await me(world, world.tokens.user)).status).to.equal(200)
        await enter(world)
      })

      it('to one that is hard to guess', async () => {
        for (const [next, code] of faulty)
          expect(codesOf(await change(world, world.tokens.user, password, next))).to.deep.equal([
            `new_password ${code}`,
          ])
        await enter(world)
      })

      it('as they are sent: spaces and composed characters count', async () => {
        const next = '  cafe\u0301 at noon, again  '
        expect((await change(world, world.tokens.user, password, next)).status).to.equal(200)
        for (const near of [next.trim(), next.normalize('NFC'), next.toUpperCase()])
          expect(refusal(await logIn(world, near))).to.deep.equal(wrong)
        await enter(world, next)
      })

      it('once, of two who change it at once', async () => {
        const both = await Promise.all([
          change(world, world.tokens.user, password, another),
          change(world, world.tokens.user, password, `${another}, twice`),
        ])
        const codes = both.map(({ status }) => status)
        expect(codes.filter(code => code === 200)).to.have.length(1)
        expect(codes.filter(code => code === 401)).to.have.length(1)
      })

      it('and the member is told, and the audit, without a word of it', async () => {
        await change(world, world.tokens.user, password, another)
        await handOn(world)
        const told = world.api.log.notices.filter(({ kind }) => kind === 'password_changed')
        expect(told).to.have.length(1)
        expect(told[0]).to.include({ memberId: world.ids.user })
        const rows = await audited(world, world.ids.user)
        expect(JSON.stringify(rows)).to.include('user.password_changed')
        for (const text of [JSON.stringify(rows), JSON.stringify(told)]) {
          expect(text).not.to.include(another)
          expect(text).not.to.include(password)
        }
      })
    })

    it('begin no session, nor does a registration or a mail: a login alone does', async () => {
      const { call, clock, persistence } = world
      const email = 'new.comer@example.org'
      const names = { username: 'new.comer', first_name: 'New', last_name: 'Comer' }
      const registered = await call('POST', '/users', { body: { ...names, email, password } })
      const memberId = idOf(registered)
      const going = async () =>
        (await right(persistence.queries.identity.sessionsOf(id<'member'>(memberId), clock.now()))).length
      expect([registered.status, await going()]).to.deep.equal([201, 0])
      for (const give of [verify, reset]) {
        if (give === reset) await forgot(world, email)
        const reply = await give(world, await tokenTo(world, email))
        expect([reply.status, reply.data, await going()]).to.deep.equal([200, null, 0])
      }
      await enter(world, another, email)
      expect(await going()).to.equal(1)
    })

    it('run out at no age', async () => {
      world.clock.days(20 * 365)
      await enter(world)
    })

    it('are asked of nobody as they are of somebody: the same answer after the same statements', async () => {
      const [known, nobody] = [
        await logIn(world, 'not the password'),
        await logIn(world, 'not the password', 'nobody'),
      ]
      expect(refusal(known)).to.deep.equal(wrong)
      expect(known.error).to.deep.equal(nobody.error)
      const work = (login: string) => asked(() => logIn(world, 'not the password', login))
      expect(await work('nobody')).to.deep.equal(await work('user'))
    })

    describe('that were forgotten', () => {
      it('are set anew with the token of a mail, once; who was in is out', async () => {
        const token = await resetToken(world)
        const reply = await reset(world, token)
        expect(reply.status, reply.text).to.equal(200)
        expect(refusal(await me(world, world.tokens.user))).to.deep.equal(revoked)
        expect(refusal(await logIn(world, password))).to.deep.equal(wrong)
        await enter(world, another)
        expect(refusal(await reset(world, token, `${another} again`))).to.deep.equal(revoked)
        await enter(world, another)
        expect((await lettersTo(world, 'user@example.org')).map(({ kind }) => kind)).to.deep.equal([
          'password_reset',
        ])
        expect(world.api.log.notices.map(({ kind }) => kind)).to.include('password_changed')
      })

      it('are set by one of two who show the token at once', async () => {
        const token = await resetToken(world)
        const both = await Promise.all([reset(world, token), reset(world, token, `${another} too`)])
        expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 401])
      })

      it('are set within 30 minutes', async () => {
        const token = await resetToken(world)
        world.clock.minutes(29)
        const late = await resetToken(world)
        world.clock.minutes(1)
        expect(refusal(await reset(world, token))).to.deep.equal(expired)
        expect((await reset(world, late)).status).to.equal(200)
      })

      it('are set to one that is hard to guess, and the token stays good', async () => {
        const token = await resetToken(world)
        for (const [next, code] of faulty)
          expect(codesOf(await reset(world, token, next))).to.deep.equal([`password ${code}`])
        expect((await reset(world, token)).status).to.equal(200)
      })

      it('are set with no token that was made up or changed', async () => {
        const token = await resetToken(world)
        const [number, mac] = token.split('.') as [string, string]
        const flipped = `${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`
        for (const bad of [
          'x',
          `${number}.`,
          `${number}.${flipped}`,
          `${String(Number(number) + 1)}.${mac}`,
          `0${number}.${mac}`,
          `${token}=`,
          ` ${token}`,
          `999999.${mac}`,
          (await newcomer(world)).token,
        ])
          expect(refusal(await reset(world, bad)), bad).to.deep.equal(malformed)
        expect((await reset(world, token)).status).to.equal(200)
      })

      it('spend all other mails, as a change does', async () => {
        const [first, second] = [await resetToken(world), await resetToken(world)]
        expect((await reset(world, second)).status).to.equal(200)
        expect(refusal(await reset(world, first))).to.deep.equal(revoked)
        const third = await resetToken(world)
        await change(world, await enter(world, another), another, password)
        expect(refusal(await reset(world, third))).to.deep.equal(revoked)
      })

      it('are not set by a mail to an address that was the member’s', async () => {
        const token = await resetToken(world)
        await world.call('PUT', `/users/${world.ids.user}`, {
          token: world.tokens.user,
          body: { email: 'new@example.org' },
        })
        expect(refusal(await reset(world, token))).to.deep.equal(malformed)
      })

      it('are not set for a member who was deactivated, nor is he sent a mail', async () => {
        const token = await resetToken(world)
        await world.call('PUT', `/users/${world.ids.user}`, {
          token: world.tokens.librarian,
          body: { status: 'deactivated' },
        })
        expect(refusal(await reset(world, token))).to.deep.equal(revoked)
        expect((await forgot(world)).status).to.equal(200)
        expect(await lettersTo(world, 'user@example.org')).to.have.length(1)
      })

      it('are asked for with any e-mail address, and the answer and the work are the same', async () => {
        const strange = await forgot(world, 'nobody@example.org')
        const known = await forgot(world, 'USER@example.org')
        expect([strange.status, strange.json]).to.deep.equal([200, known.json])
        expect(strange.data).to.be.null
        const work = async (email: string) => asked(async () => forgot(world, email))
        expect(await work('someone@example.org')).to.deep.equal(await work('other@example.org'))
        await handOn(world)
        const told = world.api.log.notices.flatMap(notice =>
          'memberId' in notice && notice.enclosed !== undefined ? [notice.memberId] : [],
        )
        expect(told).to.deep.equal([world.ids.user, world.ids.other])
      })

      it('flood nobody’s box: three mails an hour, and quietly no more', async () => {
        for (let time = 0; time < 5; time += 1) expect((await forgot(world)).status).to.equal(200)
        expect(await lettersTo(world, 'user@example.org')).to.have.length(3)
        expect((await forgot(world, 'other@example.org')).status).to.equal(200)
        expect(await lettersTo(world, 'other@example.org')).to.have.length(1)
        world.clock.minutes(61)
        await forgot(world)
        expect(await lettersTo(world, 'user@example.org')).to.have.length(4)
      })

      it('are asked for twenty times an hour from one network address, and quietly no more', async () => {
        for (let time = 0; time < 20; time += 1) await forgot(world, `nobody${String(time)}@example.org`)
        expect((await forgot(world)).status).to.equal(200)
        expect(await lettersTo(world, 'user@example.org')).to.have.length(0)
        world.clock.minutes(61)
        await forgot(world)
        expect(await lettersTo(world, 'user@example.org')).to.have.length(1)
      })

      it('are mailed for a member by himself and by staff, who get nothing by it', async () => {
        const path = `/users/${world.ids.user}/reset-password`
        const replies = []
        for (const token of [world.tokens.user, world.tokens.librarian]) {
          const reply = await world.call('POST', path, { token })
          expect(reply.status, reply.text).to.equal(200)
          expect(reply.data).to.be.null
          replies.push(reply.json)
        }
        expect(replies[0]).to.deep.equal(replies[1])
        expect(await lettersTo(world, 'user@example.org')).to.have.length(2)
        expect(
          refusal(await world.call('POST', '/users/999/reset-password', { token: world.tokens.admin })),
        ).to.deep.equal({ status: 404, code: 'NOT_FOUND' })
        expect(refusal(await world.call('POST', path, { token: world.tokens.other }))).to.deep.equal({
          status: 403,
          code: 'PERMISSION_DENIED',
        })
      })

      it('leave no token behind: not in the audit, nor in the mail’s row, nor the address that was given', async () => {
        await forgot(world, 'nobody@example.org')
        const token = await resetToken(world)
        const rows = JSON.stringify(await audited(world, world.ids.user))
        expect(rows).to.include('user.mail_sent')
        expect(rows).not.to.include(token.split('.')[1])
        for (const number of [1, 2]) {
          const kept = await done(world.persistence, ({ accountTokens }) =>
            accountTokens.get(id<'account_token'>(number)),
          )
          expect(kept?.email).to.be.null
          expect(JSON.stringify(kept)).not.to.include(token.split('.')[1])
        }
      })
    })

    describe('an e-mail address', () => {
      it('is verified with the token of the mail that came after registering, once', async () => {
        const { session, token } = await newcomer(world)
        expect((await me(world, session)).data).to.include({ status: 'pending' })
        const reply = await verify(world, token)
        expect(reply.status, reply.text).to.equal(200)
        expect((await me(world, session)).data).to.include({ status: 'active' })
        expect(refusal(await verify(world, token))).to.deep.equal(revoked)
      })

      it('is verified within seven days', async () => {
        const { token } = await newcomer(world)
        world.clock.days(7)
        expect(refusal(await verify(world, token))).to.deep.equal(expired)
      })

      it('is not verified by the mail to another, nor by one that sets a password', async () => {
        const { id: memberId, session, token, email } = await newcomer(world)
        await forgot(world, email)
        expect(refusal(await verify(world, await tokenTo(world, email)))).to.deep.equal(malformed)
        const moved = await world.call('PUT', `/users/${String(memberId)}`, {
          token: world.tokens.librarian,
          body: { email: 'elsewhere@example.org' },
        })
        expect(moved.status, moved.text).to.equal(200)
        expect(refusal(await verify(world, token))).to.deep.equal(malformed)
        expect((await me(world, session)).data).to.include({ status: 'pending' })
      })

      it('is verified by setting the password anew: it takes the same mailbox', async () => {
        const { id: memberId, email } = await newcomer(world)
        await forgot(world, email)
        expect((await reset(world, await tokenTo(world, email))).status).to.equal(200)
        const session = await enter(world, another, email)
        expect((await me(world, session)).data).to.include({ status: 'active' })
        expect(JSON.stringify(await audited(world, memberId))).to.include('user.email_verified')
      })

      it('of a member whom staff register is not asked to be', async () => {
        const reply = await world.call('POST', '/users', {
          token: world.tokens.librarian,
          body: {
            username: 'desk.made',
            email: 'desk.made@example.org',
            password: newcomerPassword,
            first_name: 'New',
            last_name: 'Comer',
          },
        })
        expect(reply.data).to.include({ status: 'active' })
        expect(await lettersTo(world, 'desk.made@example.org')).to.deep.equal([])
      })
    })

    it('a mail that is not taken is sent again as it was', async () => {
      const event = async () => {
        const [queued] = await right(
          world.persistence.outbox.claim(100, world.clock.now(), world.clock.now()),
        ).then(found => found.filter(({ event: { type } }) => type === 'AccountMailQueued'))
        return queued!
      }
      await forgot(world)
      const { id: eventId } = await event()
      await right(world.persistence.outbox.retry(eventId, world.clock.now(), 'mailbox full'))
      const first = await tokenTo(world, 'user@example.org')
      await right(world.persistence.outbox.retry(eventId, world.clock.now(), 'mailbox full'))
      expect((await reset(world, first)).status).to.equal(200)
    })
  })
}

describe('a hash that was made otherwise than hashes are now', () => {
  afterEach(closeAll)

  for (const backend of backends) {
    const hashOf = async ({ persistence, ids }: World) =>
      (await done(persistence, ({ passwordHolders }) => passwordHolders.get(ids.user))).passwordHash
    const aged = async (world: World) => {
      const hash = await hashOf(world)
      await done(world.persistence, ({ passwordHolders }) =>
        passwordHolders.renewHash(world.ids.user, hash ?? '', `old ${hash ?? ''}`),
      )
      return hash
    }

    it(`is made anew at the next login, and at no wrong one (${backend.name})`, async () => {
      const world = await aWorld({}, backend)
      const hash = await aged(world)
      await logIn(world, 'not the password')
      expect(await hashOf(world)).to.equal(`old ${hash ?? ''}`)
      await Promise.all([enter(world), enter(world)])
      expect(await hashOf(world)).to.equal(hash)
    })

    it(`is not put over another password (${backend.name})`, async () => {
      const world = await aWorld({}, backend)
      const hash = await hashOf(world)
      await done(world.persistence, ({ passwordHolders }) =>
        passwordHolders.renewHash(world.ids.user, 'another hash', 'a renewed one'),
      )
      expect(await hashOf(world)).to.equal(hash)
    })
  }
})

/** What somebody who is pending gets, written down for every permission that he has at all. */
describe('EMAIL_NOT_VERIFIED', () => {
  afterEach(closeAll)

  const open = [
    'DELETE /auth/sessions/{id}',
    'GET /auth/me',
    'GET /auth/sessions',
    'GET /users/{id}',
    'POST /auth/logout',
    'POST /borrowings',
    'POST /borrowings/batch',
    'POST /users/{id}/reset-password',
    'PUT /auth/password',
  ]
  const routes = routesOf(nothing).filter(({ path, method }) => {
    const expectation = expectations[`${method} ${path}`]
    return expectation?.for.includes('user') === true && !expectation.for.includes('anonymous')
  })

  it('leaves a pending member these', () => {
    const left = routes
      .filter(({ permission }) => E.isRight(verifiedFor({ status: 'pending' }, permission)))
      .map(({ method, path }) => `${method} ${path}`)
    expect(left.sort()).to.deep.equal(open)
  })

  for (const { method, path } of routes) {
    const name = `${method} ${path}`
    it(`${name}: ${open.includes(name) ? 'is left' : 'has to wait'}`, async () => {
      const world = await aWorld()
      const attempt = await expectations[name]!.attempt(world, 'user')
      const { persistence, ids, call } = world
      await done(persistence, ({ members }) =>
        TE.flatMap((member: Parameters<typeof members.save>[0]) =>
          members.save({ ...member, status: 'pending' }),
        )(members.get(ids.user)),
      )
      const reply = await call(method, attempt.path, {
        // The clock may have gone on since the library was made.
        token: await freshToken(world, 'user'),
        ...(attempt.body === undefined ? {} : { body: attempt.body }),
        ...(attempt.headers === undefined ? {} : { headers: attempt.headers }),
      })
      if (open.includes(name)) expect(reply.error?.code).not.to.equal('EMAIL_NOT_VERIFIED')
      else expect(refusal(reply)).to.deep.equal({ status: 403, code: 'EMAIL_NOT_VERIFIED' })
    })
  }

  it('is not what tells him that he may not borrow: the rules do', async () => {
    const world = await aWorld()
    const { session, id: memberId } = await newcomer(world)
    const reply = await world.call('POST', '/borrowings', {
      token: session,
      body: { user_id: memberId, barcode: 'C-1' },
    })
    expect(refusal(reply)).to.deep.equal({ status: 422, code: 'CHECKOUT_REFUSED' })
    expect(JSON.stringify(reply.error?.details)).to.include('member-status')
  })

  it('keeps nobody from the catalogue, nor anybody whose address is verified from anything', async () => {
    const world = await aWorld()
    const { session, token } = await newcomer(world)
    expect((await world.call('GET', '/books', { token: session })).status).to.equal(200)
    const reserve = () =>
      world.call('POST', `/books/${world.bookId}/reserve`, {
        token: session,
        body: { branch_id: world.here },
      })
    expect(refusal(await reserve())).to.deep.equal({ status: 403, code: 'EMAIL_NOT_VERIFIED' })
    await verify(world, token)
    expect((await reserve()).error?.code).not.to.equal('EMAIL_NOT_VERIFIED')
  })
})
