/** MEM-4, AUT-3: a guardian acts for the minors he guards as for himself, and nobody else does; over HTTP on every storage. */
import { expect } from 'chai'
import { id } from '../../core/shared/id.ts'
import { backends } from '../support/backends.ts'
import { newFine, post } from '../support/world.ts'
import { expectFaults, expectRefusal, idOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

interface Family extends World {
  readonly ward: number
}

/** Whoever is 17 on the day of the tests, and 18 on the day after it. */
const lastDayAsAMinor = '2008-11-22'

const child = {
  username: 'child',
  email: 'child@example.org',
  password: 'correct horse battery',
  first_name: 'Chi',
  last_name: 'Ld',
  date_of_birth: lastDayAsAMinor,
}

const aFamily = async (backend: (typeof backends)[number]): Promise<Family> => {
  const world = await aWorld({}, backend)
  const body = { ...child, status: 'active', guardian_id: world.ids.user }
  return { ...world, ward: idOf(await world.call('POST', '/users', { token: world.tokens.admin, body })) }
}

const byAdmin = (family: Family, method: string, path: string, body: object): Promise<Reply> =>
  family.call(method, path, { token: family.tokens.admin, body })

/** Of the ward, made by the desk. */
const lent = async (family: Family) =>
  idOf(
    await byAdmin(family, 'POST', '/borrowings', {
      user_id: family.ward,
      barcode: 'C-1',
      branch_id: family.here,
    }),
  )
const reserved = async (family: Family) =>
  idOf(
    await byAdmin(family, 'POST', `/books/${family.bookId}/reserve`, {
      user_id: family.ward,
      branch_id: family.here,
    }),
  )
const fined = async (family: Family) => {
  const fine = await newFine(
    family.persistence,
    { memberId: id<'member'>(family.ward), loanId: id<'loan'>(await lent(family)) },
    ['charge', 250],
  )
  await post(family.persistence, fine)
  return fine.id
}

interface Asked {
  readonly path: string
  readonly body?: object
}

/** Everything that a member does for himself, done for the ward. */
const acts: Readonly<Record<string, (family: Family) => Asked | Promise<Asked>>> = {
  'GET /users/{id}': ({ ward }) => ({ path: `/users/${ward}` }),
  'PUT /users/{id}': ({ ward }) => ({ path: `/users/${ward}`, body: { city: 'Elsewhere' } }),
  'GET /users/{id}/borrowings': ({ ward }) => ({ path: `/users/${ward}/borrowings` }),
  'GET /users/{id}/reservations': ({ ward }) => ({ path: `/users/${ward}/reservations` }),
  'GET /users/{id}/fines': ({ ward }) => ({ path: `/users/${ward}/fines` }),
  'GET /users/{id}/ledger': ({ ward }) => ({ path: `/users/${ward}/ledger` }),
  'GET /users/{id}/eligibility': ({ ward, bookId }) => ({
    path: `/users/${ward}/eligibility?book_id=${bookId}`,
  }),
  'POST /users/{id}/renew-all': ({ ward }) => ({ path: `/users/${ward}/renew-all` }),
  'POST /borrowings': ({ ward }) => ({ path: '/borrowings', body: { user_id: ward, barcode: 'C-1' } }),
  'GET /borrowings/{id}': async family => ({ path: `/borrowings/${await lent(family)}` }),
  'GET /borrowings/{id}/explain': async family => ({ path: `/borrowings/${await lent(family)}/explain` }),
  'PUT /borrowings/{id}/renew': async family => ({ path: `/borrowings/${await lent(family)}/renew` }),
  'PUT /borrowings/{id}/return': async family => ({ path: `/borrowings/${await lent(family)}/return` }),
  'POST /books/{id}/reserve': ({ ward, bookId, here }) => ({
    path: `/books/${bookId}/reserve`,
    body: { user_id: ward, branch_id: here },
  }),
  'GET /reservations/{id}': async family => ({ path: `/reservations/${await reserved(family)}` }),
  'DELETE /reservations/{id}': async family => ({ path: `/reservations/${await reserved(family)}` }),
  'GET /fines/{id}': async family => ({ path: `/fines/${await fined(family)}` }),
}

for (const backend of backends) {
  describe(`a guardian (${backend.name})`, () => {
    afterEach(closeAll)

    for (const [name, ask] of Object.entries(acts)) {
      it(`${name}: for his ward, and nobody else for that one`, async () => {
        const family = await aFamily(backend)
        const { path, body } = await ask(family)
        const by = (token: string) =>
          family.call(name.split(' ')[0]!, path, { token, ...(body === undefined ? {} : { body }) })
        expectRefusal(await by(family.tokens.other), 403, 'PERMISSION_DENIED')
        const reply = await by(family.tokens.user)
        expect(reply.status, reply.text).to.be.lessThan(300)
      })
    }

    it('is told of his wards, until they are of age', async () => {
      const family = await aFamily(backend)
      const wards = async (token: string) => {
        const { data } = await family.call('GET', '/auth/me', { token })
        return (data as { readonly ward_ids: readonly number[] }).ward_ids
      }
      const younger = { ...child, username: 'younger', email: 'y@example.org', date_of_birth: '2020-01-01' }
      const body = { ...younger, guardian_id: family.ids.user }
      const youngest = idOf(await byAdmin(family, 'POST', '/users', body))
      expect(await wards(family.tokens.user)).to.deep.equal([family.ward, youngest])
      expect(await wards(family.tokens.other)).to.deep.equal([])
      family.clock.days(1)
      const login = await family.call('POST', '/auth/login', {
        body: { login: 'user', password: 'correct horse battery' },
      })
      const { access_token: token } = login.data as { readonly access_token: string }
      expect(await wards(token)).to.deep.equal([youngest])
      expectRefusal(
        await family.call('GET', `/users/${family.ward}/borrowings`, { token }),
        403,
        'PERMISSION_DENIED',
      )
      expect((await family.call('GET', `/users/${youngest}`, { token })).status).to.equal(200)
    })

    it('is named by staff alone, is of age, and is not oneself', async () => {
      const family = await aFamily(backend)
      const { ids, tokens, ward } = family
      const name = (token: string, member: number, guardian: number | null) =>
        family.call('PUT', `/users/${member}`, { token, body: { guardian_id: guardian } })
      // He himself, who has none yet, and the guardian, who would hand the child on.
      expectRefusal(await name(tokens.other, ids.other, ids.user), 403, 'PERMISSION_DENIED')
      expectRefusal(await name(tokens.user, ward, ids.other), 403, 'PERMISSION_DENIED')
      expectFaults(await name(tokens.librarian, ids.other, ward), 'guardian_id OUT_OF_RANGE')
      expectFaults(await name(tokens.librarian, ward, ward), 'guardian_id OUT_OF_RANGE')
      expectFaults(await name(tokens.librarian, ward, null), 'guardian_id REQUIRED')
      const answer = await name(tokens.librarian, ward, ids.other)
      expect(answer.status, answer.text).to.equal(200)
      // From the next request on.
      expectRefusal(
        await family.call('GET', `/users/${ward}`, { token: tokens.user }),
        403,
        'PERMISSION_DENIED',
      )
      expect((await family.call('GET', `/users/${ward}`, { token: tokens.other })).status).to.equal(200)
    })

    it('is named at a registration by staff, or is who registers: strangers learn nothing of anybody', async () => {
      const family = await aFamily(backend)
      const { ids, tokens, ward } = family
      const register = (guardian: number, token?: string) =>
        family.call('POST', '/users', { token, body: { ...child, guardian_id: guardian } })
      const answers = [await register(ids.admin), await register(ward), await register(404)]
      for (const answer of answers) expectRefusal(answer, 403, 'PERMISSION_DENIED')
      expect(new Set(answers.map(({ text }) => text)).size).to.equal(1)
      expectRefusal(await register(ids.user, tokens.other), 403, 'PERMISSION_DENIED')
      const body = { ...child, username: 'second', email: 'second@example.org', guardian_id: ids.other }
      const made = await family.call('POST', '/users', { token: tokens.other, body })
      expect(made.data).to.deep.include({ status: 'pending', guardian_id: ids.other })
      // He guards the child when somebody has looked at it, and not before.
      const seen = async () =>
        (await family.call('GET', `/users/${idOf(made)}`, { token: tokens.other })).status
      expect(await seen()).to.equal(403)
      expect((await byAdmin(family, 'PUT', `/users/${idOf(made)}`, { status: 'active' })).status).to.equal(
        200,
      )
      expect(await seen()).to.equal(200)
    })

    it('guards nobody while he is known to be a minor himself', async () => {
      const family = await aFamily(backend)
      const body = { date_of_birth: '2010-01-01', guardian_id: family.ids.other }
      expect((await byAdmin(family, 'PUT', `/users/${family.ids.user}`, body)).status).to.equal(200)
      expectRefusal(
        await family.call('GET', `/users/${family.ward}`, { token: family.tokens.user }),
        403,
        'PERMISSION_DENIED',
      )
    })
  })
}
