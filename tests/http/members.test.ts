/** MEM-1, MEM-4: members, the API's users. */
import { expect } from 'chai'
import { cardNumber } from '../../core/members/card-number.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

describe('users', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const ada = {
    username: 'ada',
    email: 'Ada@Example.org',
    password: '  eight or more  ',
    first_name: 'Ada',
    last_name: 'Lovelace',
  }
  const register = (body: object, token?: string) => world.call('POST', '/users', { token, body })
  const change = (body: object, token = world.tokens.user) =>
    world.call('PUT', `/users/${world.ids.user}`, { token, body })

  describe('register', () => {
    it('themselves, and are pending; the password is taken as it is and never shown', async () => {
      const reply = await register(ada)
      expect(reply.status, reply.text).to.equal(201)
      expect(reply.headers.get('location')).to.equal(`/api/v1/users/${idOf(reply)}`)
      expect(reply.data).to.deep.include({
        username: 'ada',
        email: 'Ada@Example.org',
        status: 'pending',
        membership_type: 'standard',
        membership_date: '2026-11-21',
        membership_expires_on: '2027-11-21',
        role: 'user',
        branch_id: null,
        phone: null,
        preferences: {},
        version: 1,
      })
      expect(reply.text).not.to.match(/password|hash|eight/)
      const body = { login: 'ADA@example.org', password: ada.password }
      expect((await world.call('POST', '/auth/login', { body })).status).to.equal(200)
    })

    it('at a desk with everything, and are active', async () => {
      const body = {
        ...ada,
        phone: '+49 30 901820',
        address: 'St James’s Square 12',
        city: 'London',
        state: 'England',
        zip_code: 'SW1Y 4JH',
        date_of_birth: '1990-12-10',
        emergency_contact: 'Lord Byron',
        preferences: { language: 'en-gb', keep_history: false },
        home_branch_id: world.here,
        guardian_id: world.ids.other,
        status: 'suspended',
        membership_type: 'premium',
        membership_date: '2026-01-01',
        membership_expires_on: null,
        library_card_number: 'lib 0001',
      }
      const { password: _, ...shown } = body
      const reply = await register(body, world.tokens.librarian)
      expect(reply.status, reply.text).to.equal(201)
      expect(reply.data).to.deep.include({
        ...shown,
        phone: '+4930901820',
        preferences: { language: 'en-GB', keep_history: false },
        library_card_number: 'LIB0001',
      })
      const plain = await register(
        { ...ada, username: 'bob', email: 'bob@example.org' },
        world.tokens.librarian,
      )
      expect(plain.data).to.include({ status: 'active' })
    })

    for (const field of [
      { status: 'active' },
      { membership_type: 'premium' },
      { membership_date: '2026-01-01' },
      { membership_expires_on: null },
      { library_card_number: 'LIB1' },
    ]) {
      it(`not with what staff decide: ${Object.keys(field).join()}`, async () => {
        for (const token of [undefined, world.tokens.user]) {
          expectRefusal(await register({ ...ada, ...field }, token), 403, 'PERMISSION_DENIED', {
            permission: 'member:administer',
          })
        }
      })
    }

    it('not with what is wrong', async () => {
      expectFaults(
        await register({}),
        'username REQUIRED',
        'email REQUIRED',
        'password REQUIRED',
        'first_name REQUIRED',
        'last_name REQUIRED',
      )
      expectFaults(
        await register({
          ...ada,
          username: 'a b',
          email: 'ada',
          password: 'short',
          phone: '12',
          zip_code: '*',
          date_of_birth: '2020-02-30',
          preferences: { language: '?', colour: 'red' },
          role: 'admin',
          password_hash: 'x',
        }),
        'role UNKNOWN_FIELD',
        'password_hash UNKNOWN_FIELD',
        'username INVALID_USERNAME',
        'email INVALID_EMAIL',
        'password PASSWORD_TOO_SHORT',
        'phone INVALID_PHONE',
        'zip_code INVALID_ZIP_CODE',
        'date_of_birth INVALID_DAY',
        'preferences.colour UNKNOWN_FIELD',
        'preferences.language INVALID_LANGUAGE',
      )
      expectFaults(await register({ ...ada, password: 'x'.repeat(129) }), 'password PASSWORD_TOO_LONG')
      expectFaults(await register({ ...ada, date_of_birth: '2015-01-01' }), 'guardian_id REQUIRED')
      expectFaults(await register({ ...ada, date_of_birth: '2030-01-01' }), 'date_of_birth OUT_OF_RANGE')
      expectFaults(await register({ ...ada, home_branch_id: 99 }), 'home_branch_id UNKNOWN_REFERENCE')
      expectFaults(
        await register({ ...ada, guardian_id: 99 }, world.tokens.librarian),
        'guardian_id UNKNOWN_REFERENCE',
      )
      expectFaults(
        await register({ ...ada, membership_type: 'golden' }, world.tokens.librarian),
        'membership_type UNKNOWN_REFERENCE',
      )
    })

    it('with a password that is hard to guess, whoever registers them (AUT-7)', async () => {
      for (const token of [undefined, world.tokens.librarian]) {
        for (const [password, code] of [
          ['x'.repeat(7), 'PASSWORD_TOO_SHORT'],
          ['x'.repeat(129), 'PASSWORD_TOO_LONG'],
          ['common password', 'PASSWORD_COMMON'],
          ['weak but long', 'PASSWORD_WEAK'],
          [`xx ${ada.last_name} xx`, 'PASSWORD_PERSONAL'],
        ] as const)
          expectFaults(await register({ ...ada, password }, token), `password ${code}`)
      }
    })

    it('once', async () => {
      await register(ada)
      const again = (changed: object) =>
        register({ ...ada, username: 'ada2', email: 'ada2@example.org', ...changed })
      expectRefusal(await again({ username: 'ADA' }), 409, 'DUPLICATE', { field: 'username' })
      expectRefusal(await again({ email: 'ada@example.ORG' }), 409, 'DUPLICATE', { field: 'email' })
    })
  })

  it('are shown to themselves and to staff', async () => {
    const path = `/users/${world.ids.user}`
    for (const token of [world.tokens.user, world.tokens.stranger]) {
      expect((await world.call('GET', path, { token })).data).to.include({ username: 'user', role: 'user' })
    }
    expect(
      (await world.call('GET', `${path}?fields=email`, { token: world.tokens.user })).data,
    ).to.deep.equal({
      id: world.ids.user,
      email: 'user@example.org',
    })
    const staff = await world.call('GET', `/users/${world.ids.manager}`, { token: world.tokens.admin })
    expect(staff.data).to.include({ role: 'branch_manager', branch_id: world.here })
  })

  it('change what is theirs; the rest stays', async () => {
    const reply = await change({ city: 'Berlin', phone: '+4930901820', preferences: { keep_history: false } })
    expect(reply.status, reply.text).to.equal(200)
    expect(reply.data).to.deep.include({
      city: 'Berlin',
      username: 'user',
      status: 'active',
      preferences: { keep_history: false },
      version: 2,
    })
    expect((await change({ city: null })).data).to.include({ city: null, phone: '+4930901820' })
    const patched = await world.call('PATCH', `/users/${world.ids.user}`, {
      token: world.tokens.user,
      body: { first_name: 'Ursula' },
    })
    expect(patched.data).to.include({ first_name: 'Ursula' })
  })

  it('do not change what staff decide; staff do', async () => {
    expectRefusal(await change({ status: 'active' }), 403, 'PERMISSION_DENIED', {
      permission: 'member:administer',
    })
    const reply = await change(
      { status: 'suspended', membership_expires_on: '2030-01-01' },
      world.tokens.librarian,
    )
    expect(reply.data).to.include({ status: 'suspended', membership_expires_on: '2030-01-01' })
    expectFaults(await change({ status: 'dead' }, world.tokens.librarian), 'status UNKNOWN_VALUE')
    expectFaults(
      await change({ membership_type: 'golden' }, world.tokens.librarian),
      'membership_type UNKNOWN_REFERENCE',
    )
    expectFaults(
      await change({ membership_date: '9999-12-31' }, world.tokens.librarian),
      'membership_date OUT_OF_RANGE',
    )
    expect((await change({ membership_expires_on: '9999-12-31' }, world.tokens.librarian)).status).to.equal(
      200,
    )
  })

  it('are not changed into somebody else, nor by what is wrong', async () => {
    expectRefusal(await change({ username: 'OTHER' }), 409, 'DUPLICATE', { field: 'username' })
    const oneself = { guardian_id: world.ids.user }
    expectFaults(await change(oneself, world.tokens.librarian), 'guardian_id OUT_OF_RANGE')
    expectFaults(
      await change({ password: 'new password', username: null }),
      'password UNKNOWN_FIELD',
      'username REQUIRED',
    )
  })

  it('are listed, filtered and sorted for staff', async () => {
    await register(ada)
    const list = async (query: string) => {
      const reply = await world.call('GET', `/users?${query}`, { token: world.tokens.librarian })
      return rowsOf(reply).map(({ username }) => username)
    }
    expect(await list('status=pending')).to.deep.equal(['ada'])
    expect(await list('q=LOVE')).to.deep.equal(['ada'])
    expect(await list('membership_type=premium')).to.deep.equal([])
    expect(await list(`home_branch_id=${world.here}`)).to.deep.equal([])
    expect(await list(`library_card_number=${cardNumber(world.ids.user)}`)).to.deep.equal(['user'])
    expect(await list('sort=-username&limit=2')).to.deep.equal(['user', 'stranger'])
    const bad = await world.call('GET', '/users?status=dead&sort=password_hash', {
      token: world.tokens.librarian,
    })
    expectFaults(bad, 'status UNKNOWN_VALUE', 'sort UNKNOWN_SORT_FIELD')
  })
})
