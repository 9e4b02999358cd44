/** AUT-4: a second factor beside the password, over HTTP on every storage. */
import { expect } from 'chai'
import { api } from '../../adapters/http/api.ts'
import { actBy } from '../../core/identity/actor.ts'
import { backends } from '../support/backends.ts'
import { enrolled, otpAt } from '../support/second-factor.ts'
import { done } from '../support/world.ts'
import { expectFaults, expectRefusal } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { password } from './support/library.ts'
import type { Person } from './support/library.ts'
import { resetToken } from './support/mails.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

interface Begun {
  readonly secret: string
  readonly otpauth_url: string
  readonly qr_svg: string
}

const codesOf = ({ data, text }: Reply): readonly string[] => {
  expect(data, text).to.have.property('recovery_codes').that.has.length(10)
  return (data as { readonly recovery_codes: readonly string[] }).recovery_codes
}

for (const backend of backends) {
  describe(`a second factor (${backend.name})`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const logIn = (login: string, otp?: string, secret = password) =>
      world.call('POST', '/auth/login', {
        body: { login, password: secret, ...(otp === undefined ? {} : { otp }) },
      })
    const ask = (token: string, method: string, path: string, body?: object) =>
      world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    const code = (secret?: string) => otpAt(world.clock.now(), 0, secret)
    const bare = (who: Person) =>
      done(world.persistence, ({ secondFactors }) => secondFactors.remove(world.ids[who]))

    it('is enrolled, confirmed, asked for at the login, and taken off', async () => {
      const { tokens, clock } = world
      const other = await freshToken(world, 'user')
      const begun = await ask(tokens.user, 'POST', '/auth/mfa/enrol')
      expect(begun.status).to.equal(200)
      expect(begun.headers.get('cache-control')).to.equal('no-store')
      const { secret, otpauth_url, qr_svg } = begun.data as Begun
      expect(secret).to.match(/^[A-Z2-7]{32}$/)
      expect(otpauth_url).to.equal(
        `otpauth://totp/library:user?secret=${secret}&issuer=library&algorithm=SHA1&digits=6&period=30`,
      )
      expect(qr_svg).to.match(/^<svg [^>]+>.*<\/svg>$/s)
      expect((await logIn('user')).status).to.equal(200)

      expectRefusal(
        await ask(tokens.user, 'POST', '/auth/mfa/confirm', { otp: '000000' }),
        401,
        'MFA_INVALID',
      )
      const confirmed = await ask(tokens.user, 'POST', '/auth/mfa/confirm', { otp: code(secret) })
      expect(confirmed.status, confirmed.text).to.equal(200)
      const codes = codesOf(confirmed)
      expectRefusal(await ask(other, 'GET', '/auth/me'), 401, 'TOKEN_REVOKED')
      expect((await ask(tokens.user, 'GET', '/auth/me')).status).to.equal(200)
      expectRefusal(await ask(tokens.user, 'POST', '/auth/mfa/enrol'), 409, 'CONFLICT')

      clock.minutes(1)
      expectRefusal(await logIn('user', code(secret), 'wrong'), 401, 'INVALID_CREDENTIALS')
      expectRefusal(await logIn('user'), 401, 'MFA_REQUIRED')
      expectRefusal(await logIn('user', '000000'), 401, 'MFA_INVALID')
      expect((await logIn('user', code(secret))).status).to.equal(200)
      expectRefusal(await logIn('user', code(secret)), 401, 'MFA_INVALID')
      expect((await logIn('user', codes[0]!.toLowerCase().replaceAll('-', ' '))).status).to.equal(200)
      expectRefusal(await logIn('user', codes[0]), 401, 'MFA_INVALID')

      clock.minutes(20)
      expectRefusal(await ask(tokens.user, 'DELETE', '/auth/mfa'), 401, 'MFA_REQUIRED')
      expectRefusal(await ask(tokens.user, 'DELETE', '/auth/mfa', { otp: '000000' }), 401, 'MFA_INVALID')
      expect((await ask(tokens.user, 'DELETE', '/auth/mfa', { otp: code(secret) })).status).to.equal(200)
      expect((await logIn('user')).status).to.equal(200)
      expectRefusal(await ask(tokens.user, 'DELETE', '/auth/mfa'), 409, 'CONFLICT')
    })

    it('has new recovery codes for a code, and those of before are good no more', async () => {
      await enrolled(world.persistence, world.ids.user)
      const renew = (otp: string) => ask(world.tokens.user, 'POST', '/auth/mfa/recovery-codes', { otp })
      const [first, second] = codesOf(await renew(code()))
      expectRefusal(await renew(code()), 401, 'MFA_INVALID')
      codesOf(await renew(first!))
      expectRefusal(await logIn('user', second), 401, 'MFA_INVALID')
    })

    it('is needed by staff for everything but enrolling and their sessions', async () => {
      await bare('admin')
      const token = world.tokens.admin
      const routes = api(world.api.deps).filter(({ path }) => !path.startsWith('/auth/'))
      expect(routes.length).to.be.greaterThan(80)
      for (const { method, path } of routes) {
        const reply = await ask(token, method, path.replaceAll(/\{\w+\}/g, '1'))
        expect([reply.status, reply.error?.code], `${method} ${path}`).to.deep.equal([
          403,
          'MFA_ENROLMENT_REQUIRED',
        ])
      }
      expect((await ask(token, 'GET', '/auth/me')).status).to.equal(200)
      expect((await ask(token, 'POST', '/auth/mfa/enrol')).status).to.equal(200)
    })

    it('lets staff in once it is there, in the same session', async () => {
      await bare('librarian')
      const token = world.tokens.librarian
      expectRefusal(await ask(token, 'GET', '/users'), 403, 'MFA_ENROLMENT_REQUIRED')
      expect((await ask(token, 'GET', '/auth/me')).data).to.include({ mfa_enrolled: false })
      expect((await ask(token, 'GET', '/auth/sessions')).status).to.equal(200)
      const { secret } = (await ask(token, 'POST', '/auth/mfa/enrol')).data as Begun
      expectRefusal(await ask(token, 'GET', '/users'), 403, 'MFA_ENROLMENT_REQUIRED')
      codesOf(await ask(token, 'POST', '/auth/mfa/confirm', { otp: code(secret) }))
      expect((await ask(token, 'GET', '/users')).status).to.equal(200)
      expect((await ask(token, 'GET', '/auth/me')).data).to.include({ mfa_enrolled: true })
      // Off again: from the next request on he is where he was.
      world.clock.minutes(1)
      expect((await ask(token, 'DELETE', '/auth/mfa', { otp: code(secret) })).status).to.equal(200)
      expectRefusal(await ask(token, 'GET', '/users'), 403, 'MFA_ENROLMENT_REQUIRED')
      expect((await ask(token, 'POST', '/auth/logout')).status).to.equal(200)
    })

    it('is needed from the next request on by somebody who is given a desk', async () => {
      const token = world.tokens.user
      expect((await ask(token, 'GET', '/books')).status).to.equal(200)
      await done(world.persistence, ({ members }) =>
        members.appoint(world.ids.user, { role: 'librarian', branchId: world.here }),
      )
      expectRefusal(await ask(token, 'GET', '/books'), 403, 'MFA_ENROLMENT_REQUIRED')
      world.clock.minutes(15)
      expectRefusal(await ask(token, 'POST', '/auth/mfa/enrol'), 401, 'INVALID_CREDENTIALS')
      const anew = await freshToken(world, 'user')
      expect((await ask(anew, 'POST', '/auth/mfa/enrol')).status).to.equal(200)
    })

    it('is taken off by an admin for somebody who has lost it, whose sessions all end', async () => {
      const { tokens, ids } = world
      const path = `/users/${ids.librarian}/mfa`
      expectRefusal(await ask(tokens.manager, 'DELETE', path), 403, 'PERMISSION_DENIED')
      expect((await ask(tokens.admin, 'DELETE', path)).status).to.equal(200)
      expectRefusal(await ask(tokens.librarian, 'GET', '/auth/me'), 401, 'TOKEN_REVOKED')
      expectRefusal(await ask(tokens.admin, 'DELETE', path), 409, 'CONFLICT')
      expectRefusal(await ask(tokens.admin, 'DELETE', '/users/999/mfa'), 404, 'NOT_FOUND')
      expectRefusal(await ask(tokens.admin, 'DELETE', `/users/${ids.admin}/mfa`), 403, 'PERMISSION_DENIED')
      expect((await logIn('librarian')).status).to.equal(200)
    })

    it('is asked for after a password was set by a mail, as before', async () => {
      await enrolled(world.persistence, world.ids.user)
      const set = { token: await resetToken(world), password: 'quiet lamp by the stairs' }
      expect((await world.call('POST', '/auth/reset-password', { body: set })).status).to.equal(200)
      expectRefusal(await logIn('user', undefined, set.password), 401, 'MFA_REQUIRED')
      expect((await logIn('user', code(), set.password)).status).to.equal(200)
    })

    it('leaves its secrets and codes in no audit row, no event and no log line', async () => {
      const { tokens, persistence, api: running, ids } = world
      const { secret } = (await ask(tokens.user, 'POST', '/auth/mfa/enrol')).data as Begun
      const codes = codesOf(await ask(tokens.user, 'POST', '/auth/mfa/confirm', { otp: code(secret) }))
      expect((await logIn('user', codes[0])).status).to.equal(200)
      const audit = await ask(tokens.admin, 'GET', `/audit?target=user:${ids.user}&limit=100`)
      expect(
        (audit.data as readonly { readonly action: string }[]).map(({ action }) => action),
      ).to.include.members(['user.mfa_begun', 'user.mfa_enrolled', 'user.recovery_code_used'])
      const queued = await persistence.outbox.claim(100, world.clock.now(), world.clock.now())()
      const said = JSON.stringify([audit.data, queued, running.log.lines, running.log.bugs])
      expect(said).to.contain('RecoveryCodeUsed')
      for (const hidden of [secret, ...codes, ...codes.map(text => text.replaceAll('-', ''))])
        expect(said).not.to.contain(hidden)
    })

    it('answers 500 where the stored secret was tampered with, and the operator is told why', async () => {
      const { persistence, ids } = world
      await enrolled(persistence, ids.user)
      const factor = await done(persistence, ({ secondFactors }) => secondFactors.get(ids.user))
      await done(persistence, ({ secondFactors }) => secondFactors.save({ ...factor!, memberId: ids.other }))
      expectRefusal(await logIn('other', code()), 500, 'INTERNAL_ERROR')
      expect(String(world.api.log.bugs[0]?.error)).to.equal(
        `Error: The second factor of member ${ids.other} cannot be decrypted: it was changed, or is another's`,
      )
    })

    it('holds a use case back too, whatever drives it', async () => {
      const { deps } = world.api
      const by = (mustEnrol: boolean) => ({
        ...actBy({ kind: 'member', memberId: world.ids.admin, role: 'admin', branchId: null, mustEnrol }),
      })
      const remove = (mustEnrol: boolean) =>
        deps.catalogue.removeAuthor({ by: by(mustEnrol), id: world.authorId as never })()
      expect(await remove(true)).to.deep.include({ _tag: 'Left' })
      expect(await remove(true)).to.have.nested.property('left.type', 'PermissionDenied')
      expect(await remove(false)).to.have.nested.property('left.type', 'HasDependents')
    })

    it('takes the form that it has', async () => {
      const token = world.tokens.user
      expectFaults(await ask(token, 'POST', '/auth/mfa/confirm', {}), 'otp REQUIRED')
      expectFaults(await ask(token, 'POST', '/auth/mfa/confirm', { otp: 123456 }), 'otp INVALID_TYPE')
      expectFaults(await ask(token, 'DELETE', '/auth/mfa', { otp: '' }), 'otp REQUIRED')
      expectRefusal(await world.call('POST', '/auth/mfa/enrol'), 401, 'TOKEN_MISSING')
    })
  })
}
