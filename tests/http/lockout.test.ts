/** AUT-7: wrong passwords lock an account for a while, and slow an address down, and nobody learns from it whose names there are. */
import { expect } from 'chai'
import { instant, toIso } from '../../core/shared/local-time.ts'
import { backends } from '../support/backends.ts'
import { otpAt } from '../support/second-factor.ts'
import { asked } from '../support/statement-count.ts'
import { expectRefusal } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { password } from './support/library.ts'
import { resetToken } from './support/mails.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const attempt = ({ call }: World, login: string, secret = 'a wrong guess'): Promise<Reply> =>
  call('POST', '/auth/login', { body: { login, password: secret } })

const fail = async (world: World, login: string, times: number): Promise<void> => {
  for (let guess = 0; guess < times; guess += 1)
    expectRefusal(await attempt(world, login), 401, 'INVALID_CREDENTIALS', null)
}

const expectWait = (reply: Reply, status: 423 | 429, code: string, seconds: number): void => {
  expectRefusal(reply, status, code)
  expect(reply.headers.get('Retry-After')).to.equal(String(seconds))
}

for (const backend of backends) {
  describe(`a lockout (AUT-7, ${backend.name})`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    it('begins with the fifth wrong password, 30 s at first, twice as long with each one after it, 15 min at most', async () => {
      await fail(world, 'user', 5)
      for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
        expectWait(await attempt(world, 'user', password), 423, 'ACCOUNT_LOCKED', seconds)
        expectRefusal(await attempt(world, 'user'), 401, 'INVALID_CREDENTIALS', null)
        expectWait(await attempt(world, 'USER@example.org', password), 423, 'ACCOUNT_LOCKED', seconds)
        world.clock.minutes(seconds / 60)
        await fail(world, 'user@example.org', 1)
      }
      world.clock.minutes(15)
      expect((await attempt(world, 'user', password)).status).to.equal(200)
      await fail(world, 'user', 4)
      expect((await attempt(world, 'user', password)).status).to.equal(200)
    })

    it('keeps nobody out who is in, and no other account', async () => {
      await fail(world, 'user', 5)
      expect((await world.call('GET', '/auth/me', { token: world.tokens.user })).status).to.equal(200)
      expect((await attempt(world, 'other', password)).status).to.equal(200)
    })

    it('slows an address down after a hundred failures, whosever names they were', async () => {
      for (let guess = 0; guess < 100; guess += 1)
        expectRefusal(
          await attempt(world, guess % 2 === 0 ? `nobody-${guess}` : 'user'),
          401,
          'INVALID_CREDENTIALS',
        )
      expectWait(await attempt(world, 'other', password), 429, 'RATE_LIMITED', 900)
      expectWait(await attempt(world, 'mallory'), 429, 'RATE_LIMITED', 900)
      expect((await world.call('GET', '/books')).status).to.equal(200)
      world.clock.minutes(15)
      expect((await attempt(world, 'other', password)).status).to.equal(200)
    })

    it('is told in the audit, without what was typed', async () => {
      await fail(world, 'user', 5)
      await attempt(world, 'user', password)
      await fail(world, 'my password by mistake', 1)
      const list = async (query: string) =>
        (await world.call('GET', `/audit?${query}`, { token: world.tokens.admin })).data as readonly {
          readonly action: string
          readonly target_id: number | null
          readonly address: string
          readonly after: { readonly reason?: string }
        }[]
      const failed = await list('outcome=failed&limit=100&sort=id')
      expect(failed.map(({ target_id, after }) => [target_id, after.reason])).to.deep.equal([
        ...Array.from({ length: 5 }, () => [world.ids.user, 'wrong']),
        [world.ids.user, 'locked'],
        [null, 'wrong'],
      ])
      for (const { address } of failed) expect(address).to.match(/127\.0\.0\.1$/)
      expect(await list('action=user.locked')).to.have.length(1)
      const { text } = await world.call('GET', '/audit?limit=100', { token: world.tokens.admin })
      expect(text).not.to.match(/wrong guess|by mistake/)
      expect(text).not.to.include(password)
    })

    it('is ended by the staff at once; of one of the staff by the administrator alone', async () => {
      const unlock = (who: 'librarian' | 'admin', memberId: number) =>
        world.call('POST', `/users/${memberId}/unlock`, { token: world.tokens[who] })
      await fail(world, 'user', 6)
      expect(await unlock('librarian', world.ids.user)).to.include({ status: 200, data: null })
      expect(await unlock('librarian', world.ids.user)).to.include({ status: 200, data: null })
      expect((await attempt(world, 'user', password)).status).to.equal(200)

      await fail(world, 'manager', 5)
      expectRefusal(await unlock('librarian', world.ids.manager), 403, 'PERMISSION_DENIED', {
        permission: 'staff:write',
      })
      expectWait(await attempt(world, 'manager', password), 423, 'ACCOUNT_LOCKED', 30)
      expect((await unlock('admin', world.ids.manager)).status).to.equal(200)
      // Of the staff a code is asked beside it, once it may be right.
      expectRefusal(await attempt(world, 'manager', password), 401, 'MFA_REQUIRED')
      expectRefusal(await unlock('admin', 4711), 404, 'NOT_FOUND')
    })

    it('is ended by a new password that came by mail', async () => {
      await fail(world, 'user', 5)
      const token = await resetToken(world)
      const set = { token, password: 'quiet lamp by the stairs' }
      expect((await world.call('POST', '/auth/reset-password', { body: set })).status).to.equal(200)
      expect((await attempt(world, 'user', set.password)).status).to.equal(200)
    })

    const change = (
      who: 'user' | 'librarian',
      current_password: string,
      new_password = 'quiet lamp by the stairs',
    ) =>
      world.call('PUT', '/auth/password', {
        token: world.tokens[who],
        body: { current_password, new_password },
      })
    const showCode = (who: 'user' | 'librarian', otp: string) =>
      world.call('POST', '/auth/mfa/recovery-codes', { token: world.tokens[who], body: { otp } })
    const guessPassword = async (who: 'user' | 'librarian', times: number) => {
      for (let guess = 0; guess < times; guess += 1)
        expectRefusal(await change(who, `guess ${guess}`), 401, 'INVALID_CREDENTIALS')
    }
    const guessCode = async (who: 'user' | 'librarian', times: number) => {
      for (let guess = 0; guess < times; guess += 1)
        expectRefusal(await showCode(who, 'NO-CODE'), 401, 'MFA_INVALID')
    }
    const weak = 'weak but long'

    it('comes of guesses in a session, too: of the present password, and of a code, each by itself', async () => {
      await guessPassword('user', 5)
      expectWait(await change('user', password), 423, 'ACCOUNT_LOCKED', 30)
      expect((await attempt(world, 'user', password)).status).to.equal(200)
      expectWait(await change('user', password), 423, 'ACCOUNT_LOCKED', 30)

      await guessCode('librarian', 5)
      expectWait(await showCode('librarian', otpAt(world.clock.now())), 423, 'ACCOUNT_LOCKED', 30)
      expectRefusal(await attempt(world, 'librarian', password), 401, 'MFA_REQUIRED')
      expect((await change('librarian', password)).status).to.equal(200)

      const until = toIso(instant(world.clock.now() + 30_000))
      const locked = await world.call('GET', '/audit?action=user.locked&sort=id', {
        token: world.tokens.admin,
      })
      expect((locked.data as readonly { readonly after: object }[]).map(({ after }) => after)).to.deep.equal([
        { failures: 5, locked_until: until, in_session: 'password' },
        { failures: 5, locked_until: until, in_session: 'code' },
      ])
    })

    it('is not washed off by a call that shows nothing', async () => {
      await guessPassword('user', 4)
      expectRefusal(await showCode('user', 'x'), 409, 'CONFLICT')
      expect(
        (await world.call('DELETE', '/auth/mfa', { token: world.tokens.user, body: { otp: 'x' } })).status,
      ).to.equal(409)
      await guessPassword('user', 1)
      expectWait(await change('user', password), 423, 'ACCOUNT_LOCKED', 30)
    })

    it('of one secret is not washed off by whoever knows another', async () => {
      await guessCode('librarian', 4)
      await fail(world, 'librarian', 4)
      expectRefusal(await change('librarian', password, weak), 400, 'VALIDATION_FAILED')
      await guessCode('librarian', 1)
      expectWait(await showCode('librarian', otpAt(world.clock.now())), 423, 'ACCOUNT_LOCKED', 30)
      await fail(world, 'librarian', 1)
      expectWait(await attempt(world, 'librarian', password), 423, 'ACCOUNT_LOCKED', 30)
    })

    it('from outside does not reach into a session', async () => {
      await fail(world, 'user', 5)
      expect((await change('user', password)).status).to.equal(200)
      expectWait(await attempt(world, 'user', 'quiet lamp by the stairs'), 423, 'ACCOUNT_LOCKED', 30)
    })

    it('spends no code for nothing: while it lasts none is looked at', async () => {
      const logIn = (otp: string) =>
        world.call('POST', '/auth/login', { body: { login: 'librarian', password, otp } })
      const code = otpAt(world.clock.now())
      await fail(world, 'librarian', 5)
      for (const otp of ['NO-CODE', code, code]) expectWait(await logIn(otp), 423, 'ACCOUNT_LOCKED', 30)
      await guessCode('librarian', 5)
      for (const otp of ['NO-CODE', code, code])
        expectWait(await showCode('librarian', otp), 423, 'ACCOUNT_LOCKED', 30)
      const unlock = { token: world.tokens.admin }
      expect((await world.call('POST', `/users/${world.ids.librarian}/unlock`, unlock)).status).to.equal(200)
      expect((await logIn(code)).status).to.equal(200)
    })

    it('in a session is ended by the staff, too', async () => {
      await guessPassword('user', 5)
      expectWait(await change('user', password), 423, 'ACCOUNT_LOCKED', 30)
      const unlock = { token: world.tokens.librarian }
      expect((await world.call('POST', `/users/${world.ids.user}/unlock`, unlock)).status).to.equal(200)
      expect((await change('user', password)).status).to.equal(200)
    })
  })
}

describe('a wrong login (AUT-7)', () => {
  afterEach(closeAll)

  for (const backend of backends.filter(({ name }) => name !== 'memory')) {
    it(`asks as much of the store whether the name is somebody’s or not (${backend.name})`, async () => {
      const world = await aWorld({}, backend)
      await fail(world, 'warm-up', 2)
      const costOf = async (login: string) => {
        const costs: unknown[] = []
        // The fifth locks the account, of which the member alone is told.
        for (let guess = 1; guess <= 8; guess += 1) costs.push(await asked(() => attempt(world, login)))
        return costs
      }
      const ofUser = await costOf('user')
      expect(ofUser[0]).to.have.property('statements').that.is.within(8, 24)
      expect(await costOf('mallory')).to.deep.equal(ofUser)
      expect(await costOf('eve@example.org')).to.deep.equal(ofUser)
      expect(await costOf('librarian')).to.deep.equal(ofUser)
    })
  }
})
