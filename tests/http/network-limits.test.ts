/** AUT-7: what strangers may ask for from one network, and what a member’s box takes. */
import { expect } from 'chai'
import { accountTokenTexts } from '../../adapters/security/account-token-texts.ts'
import { writeLetter } from '../../core/identity/use-cases/write-letter.ts'
import { TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { expectFaults, expectRefusal } from './support/client.ts'
import { password } from './support/library.ts'
import { lettersTo, newcomerPassword } from './support/mails.ts'
import { passwords } from './support/stand-ins.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`strangers of one network (${backend.name})`, () => {
    afterEach(closeAll)

    const register = (
      { call }: World,
      name: string,
      more: object = {},
      password: string = newcomerPassword,
    ) =>
      call('POST', '/users', {
        body: {
          username: name,
          email: `${name}@example.org`,
          password,
          first_name: 'New',
          last_name: 'Comer',
        },
        ...more,
      })
    const forgot = ({ call }: World, email: string) =>
      call('POST', '/auth/forgot-password', { body: { email } })

    it('register twenty times an hour, in vain too, and then are told when they may again', async () => {
      const world = await aWorld({}, backend)
      for (let time = 0; time < 18; time += 1)
        expect((await register(world, `name${String(time)}`)).status).to.equal(201)
      expectRefusal(await register(world, 'name0'), 409, 'DUPLICATE')
      expectFaults(await register(world, 'in.vain', {}, 'weak but long'), 'password PASSWORD_WEAK')
      world.clock.minutes(20)
      const key = { headers: { 'Idempotency-Key': 'again' } }
      const refused = await register(world, 'late', key)
      expectRefusal(refused, 429, 'RATE_LIMITED', { limit: 20, retry_after: 2400 })
      expect(refused.headers.get('retry-after')).to.equal('2400')
      // Staff register whom they will.
      expect((await register(world, 'at.the.desk', { token: world.tokens.librarian })).status).to.equal(201)
      world.clock.minutes(40)
      expect((await register(world, 'late', key)).status).to.equal(201)
    })

    it('register no more of them when all come at once', async () => {
      const world = await aWorld({}, backend)
      const all = await Promise.all(
        Array.from({ length: 30 }, (_, number) => register(world, `name${String(number)}`)),
      )
      expect(all.filter(({ status }) => status === 201)).to.have.length(20)
      expect(all.filter(({ status }) => status === 429)).to.have.length(10)
    })

    it('ask for no more than twenty mails an hour when all come at once', async () => {
      const world = await aWorld({}, backend)
      const replies = await Promise.all(
        Array.from({ length: 30 }, (_, number) => forgot(world, `nobody${String(number)}@example.org`)),
      )
      for (const { status } of replies) expect(status).to.equal(200)
      const { outbox } = world.persistence
      const waiting = await right(outbox.claim(100, world.clock.now(), world.clock.now()))
      const mails = waiting.filter(({ event: { type } }) => type === 'AccountMailQueued')
      expect(mails).to.have.length(20)
    })

    it('keep nobody from the mails that he asks for, or the staff for him; those have a limit too', async () => {
      const world = await aWorld({}, backend)
      for (let time = 0; time < 4; time += 1) await forgot(world, 'user@example.org')
      expect(await lettersTo(world, 'user@example.org')).to.have.length(3)
      for (const by of ['user', 'librarian', 'user', 'librarian'] as const) {
        const path = `/users/${world.ids.user}/reset-password`
        expect((await world.call('POST', path, { token: world.tokens[by] })).status).to.equal(200)
      }
      expect(await lettersTo(world, 'user@example.org')).to.have.length(6)
    })

    it('keep nobody from a mail once those they asked for are good no more', async () => {
      const world = await aWorld({}, backend)
      for (let time = 0; time < 3; time += 1) await forgot(world, 'user@example.org')
      expect(await lettersTo(world, 'user@example.org')).to.have.length(3)
      world.clock.minutes(30)
      await forgot(world, 'user@example.org')
      expect(await lettersTo(world, 'user@example.org')).to.have.length(4)
    })

    it('a mail that is not taken is in the audit once', async () => {
      const world = await aWorld({}, backend)
      const { outbox } = world.persistence
      await forgot(world, 'user@example.org')
      await world.call('POST', `/users/${world.ids.user}/reset-password`, { token: world.tokens.user })
      const now = world.clock.now()
      const queued = await right(outbox.claim(100, now, now))
      const texts = accountTokenTexts('a secret of the tests')
      const write = writeLetter({ ...world.persistence, texts, clock: world.clock })
      for (const { event } of queued) {
        if (event.type !== 'AccountMailQueued') continue
        const [first, second] = [await right(write(event.payload)), await right(write(event.payload))]
        expect(first).to.include({ memberId: world.ids.user, to: 'user@example.org' })
        expect(second).to.deep.equal(first)
      }
      const { data } = await world.call('GET', '/audit?action=user.mail_sent', {
        token: world.tokens.admin,
      })
      expect(data).to.have.length(2)
    })

    it('are not limited where an operator has switched that off', async () => {
      const world = await aWorld({ rateLimits: false }, backend)
      for (let time = 0; time < 21; time += 1)
        expect((await register(world, `name${String(time)}`)).status).to.equal(201)
    })
  })
}

describe('when too many wait for a password to be looked at', () => {
  afterEach(closeAll)

  it('is 503 with Retry-After, and no guess of anybody’s', async () => {
    let crowded = false
    const looked = <A>(task: TaskEither<StoreFailure, A>): TaskEither<StoreFailure, A> =>
      TE.flatMap((): TaskEither<StoreFailure, A> =>
        crowded ? TE.left(storeFailure('busy', 'as many wait as may')) : task,
      )(TE.right(undefined))
    const world = await aWorld({
      passwords: {
        ...passwords,
        hash: text => looked(passwords.hash(text)),
        verify: (text, hash) => looked(passwords.verify(text, hash)),
      },
    })
    const { call, tokens, ids } = world
    const asks = [
      () => call('POST', '/auth/login', { body: { login: 'user', password } }),
      () =>
        call('PUT', '/auth/password', {
          token: tokens.user,
          body: { current_password: password, new_password: 'quiet lamp by the stairs' },
        }),
      () =>
        call('PUT', `/users/${ids.user}`, {
          token: tokens.user,
          body: { email: 'new@example.org', current_password: password },
        }),
      () =>
        call('POST', '/users', {
          body: {
            username: 'newcomer',
            email: 'newcomer@example.org',
            password: newcomerPassword,
            first_name: 'New',
            last_name: 'Comer',
          },
        }),
    ]
    crowded = true
    for (const ask of asks)
      for (let time = 0; time < 3; time += 1) {
        const reply = await ask()
        expectRefusal(reply, 503, 'SERVICE_UNAVAILABLE')
        expect(reply.headers.get('retry-after')).to.equal('1')
      }
    crowded = false
    // Nine in a row that were wrong would have locked it.
    expect((await asks[0]!()).status).to.equal(200)
  })
})
