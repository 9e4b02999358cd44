/** MEM-1, AUT-7: a user name and an e-mail address let somebody in: who changes them, and what he shows for it (ASVS 7.5.1). */
import { expect } from 'chai'
import { changeMember } from '../../core/members/use-cases/change-member.ts'
import { actBy } from '../../core/identity/actor.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { backends } from '../support/backends.ts'
import { done, left } from '../support/world.ts'
import { expectRefusal, idOf } from './support/client.ts'
import { aKey } from './support/keys.ts'
import { password } from './support/library.ts'
import { handOn } from './support/mails.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'
import type { Person } from './support/library.ts'

const changes = [{ email: 'new@example.org' }, { username: 'renamed' }] as const

for (const backend of backends) {
  describe(`what a member logs in with (${backend.name})`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const put = (by: Person, whose: Person, body: object) =>
      world.call('PUT', `/users/${world.ids[whose]}`, { token: world.tokens[by], body })

    for (const change of changes) {
      const [field] = Object.keys(change)
      it(`(${field}) he changes within 15 minutes of his login, and after them with his password`, async () => {
        world.clock.minutes(14)
        expect((await put('user', 'user', change)).status).to.equal(200)
        world.clock.minutes(1)
        for (const by of ['other', 'librarian'] as const) {
          const body = Object.fromEntries(Object.entries(change).map(([name, to]) => [name, `x${to}`]))
          expectRefusal(await put(by, by, body), 401, 'INVALID_CREDENTIALS')
          expectRefusal(
            await put(by, by, { ...body, current_password: 'not the password' }),
            401,
            'INVALID_CREDENTIALS',
          )
          expect(
            (await world.call('GET', `/users/${world.ids[by]}`, { token: world.tokens[by] })).data,
          ).to.include({
            username: by,
            email: `${by}@example.org`,
          })
          if (by === 'other') {
            const reply = await put(by, by, { ...body, current_password: password })
            expect(reply.status, reply.text).to.equal(200)
            expect(reply.data).to.include(body)
          }
        }
      })
    }

    it('is the same in a login just now with a wrong password: he is not believed', async () => {
      const body = { email: 'new@example.org', current_password: 'not the password' }
      expectRefusal(await put('user', 'user', body), 401, 'INVALID_CREDENTIALS')
    })

    it('is not asked for when nothing of it changes', async () => {
      world.clock.minutes(16)
      const same = { email: 'user@example.org', username: 'user', city: 'Elsewhere' }
      expect((await put('user', 'user', same)).status).to.equal(200)
      expect(
        (await put('user', 'user', { city: 'Here', current_password: 'is not looked at' })).status,
      ).to.equal(200)
    })

    it('is guessed in a session as little as at the login', async () => {
      world.clock.minutes(16)
      const guess = (text: string) =>
        put('user', 'user', { email: 'new@example.org', current_password: text })
      for (let time = 0; time < 5; time += 1)
        expectRefusal(await guess(`guess ${String(time)}`), 401, 'INVALID_CREDENTIALS')
      expectRefusal(await guess(password), 423, 'ACCOUNT_LOCKED')
    })

    it('is changed for another by staff alone: not by his guardian, nor by a key', async () => {
      const ward = idOf(
        await world.call('POST', '/users', {
          token: world.tokens.librarian,
          body: {
            username: 'child',
            email: 'child@example.org',
            password,
            first_name: 'Chi',
            last_name: 'Ld',
            date_of_birth: '2016-01-01',
            guardian_id: world.ids.user,
          },
        }),
      )
      const change = (token: string, body: object) => world.call('PUT', `/users/${ward}`, { token, body })
      expect((await change(world.tokens.user, { city: 'Home' })).status).to.equal(200)
      for (const login of changes)
        for (const body of [login, { ...login, current_password: password }])
          expectRefusal(await change(world.tokens.user, body), 403, 'PERMISSION_DENIED', {
            permission: 'member:administer',
          })
      const key = await aKey(world, ['member:read', 'member:write', 'member:administer'])
      const byKey = (body: object) =>
        world.call('PUT', `/users/${ward}`, { body, headers: { 'X-API-Key': key } })
      expect((await byKey({ city: 'Away' })).status).to.equal(200)
      for (const login of changes)
        expectRefusal(await byKey(login), 403, 'PERMISSION_DENIED', { permission: 'member:administer' })
      world.clock.minutes(16)
      for (const login of changes) expect((await change(world.tokens.librarian, login)).status).to.equal(200)
    })

    it('is not changed by a password that is none any more', async () => {
      const { persistence, api, ids, clock } = world
      const memberId = ids.user
      const { work, look } = persistence
      const change = changeMember({
        work,
        look,
        // While it is looked at, somebody sets another one.
        passwords: {
          verify: () =>
            TE.fromTask(async () => {
              await done(persistence, ({ passwordHolders }) =>
                passwordHolders.setPassword(memberId, 'another hash', [], actBy({ kind: 'system' })),
              )
              return true
            }),
        },
        lockout: { work, countSentAway: () => null, clock, libraryClock: clock },
        clock,
        realClock: clock,
      })
      const actor = { kind: 'member' as const, memberId, role: 'user' as const, branchId: null }
      const refused = await left(
        change({
          act: actBy(actor),
          id: memberId,
          details: { email: 'new@example.org' },
          membership: {},
          currentPassword: password,
          sessionId: null,
        }),
      )
      expect(refused).to.deep.equal({ type: 'InvalidCredentials' })
      expect(api.log.bugs).to.deep.equal([])
      const { email } = await done(persistence, ({ members }) => pipe(members.get(memberId)))
      expect(email).to.equal('user@example.org')
    })

    it('is told to him when it has changed, without what it was or is', async () => {
      await put('user', 'user', { city: 'Elsewhere' })
      await put('user', 'user', { email: 'new@example.org' })
      await put('librarian', 'user', { username: 'renamed', email: 'newer@example.org' })
      await handOn(world)
      const told = world.api.log.notices.filter(({ kind }) => kind === 'login_changed')
      expect(told.map(({ facts }) => facts)).to.deep.equal([
        { changed: 'email' },
        { changed: 'username and email' },
      ])
      expect(JSON.stringify(told)).not.to.match(/example\.org|renamed/)
      for (const notice of told) expect(notice).to.include({ memberId: world.ids.user })
    })
  })

  describe(`sessions that end with what their member may do (${backend.name})`, () => {
    afterEach(closeAll)

    it('have a row in the audit each, that tells why', async () => {
      const world = await aWorld({}, backend)
      const { call, tokens, ids } = world
      const by = (method: string, path: string, body?: object) =>
        call(method, path, { token: tokens.admin, ...(body === undefined ? {} : { body }) })
      const endings = async () => {
        const { data } = await by('GET', '/audit?action=session.ended&sort=id')
        return (data as readonly { readonly before: object; readonly after: object }[]).map(
          ({ before, after }) => ({ ...before, ...after }),
        )
      }
      const enter = (login: string) => call('POST', '/auth/login', { body: { login, password } })
      await by('PUT', `/users/${ids.user}`, { status: 'deactivated' })
      await by('POST', '/staff', { user_id: ids.other, role: 'librarian', branch_id: world.here })
      await enter('other')
      await by('PUT', `/staff/${ids.other}`, { role: 'branch_manager' })
      await enter('other')
      await by('DELETE', `/staff/${ids.other}`)
      expect(await endings()).to.deep.equal([
        { user_id: ids.user, ending: 'deactivated' },
        ...[1, 2, 3].map(() => ({ user_id: ids.other, ending: 'role_changed' })),
      ])
    })
  })
}
