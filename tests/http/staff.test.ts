/** BRN-1, AUT-3: the staff as the administrator keeps them, over HTTP on every storage. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { enrolled } from '../support/second-factor.ts'
import { clientOf, expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import type { Person } from './support/library.ts'
import { startApi } from './support/start-api.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Row = Readonly<Record<string, unknown>>
const rowIn = ({ data, text }: Reply): Row => {
  expect(data, text).to.be.an('object')
  return data as Row
}

for (const backend of backends) {
  describe(`the staff (${backend.name})`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = (token: string | undefined, method: string, path: string, body?: object, headers = {}) =>
      world.call(method, path, { token, headers, ...(body === undefined ? {} : { body }) })
    const asAdmin = (method: string, path: string, body?: object, headers = {}) =>
      as(world.tokens.admin, method, path, body, headers)
    const logIn = (who: Person): Promise<string> => freshToken(world, who)
    const lastAudited = async (): Promise<Row> =>
      rowsOf(await asAdmin('GET', '/audit?target=staff&sort=-id&limit=1'))[0]!
    const granted = async (token: string): Promise<ReadonlyMap<unknown, unknown>> => {
      const permissions = rowIn(await as(token, 'GET', '/auth/me'))['permissions'] as readonly Row[]
      return new Map(permissions.map(({ permission, reach }) => [permission, reach]))
    }

    it('are appointed, shown, changed and dismissed, and the audit tells of each', async () => {
      const { ids, here, there } = world
      const made = await asAdmin('POST', '/staff', { user_id: ids.other, role: 'librarian', branch_id: here })
      expect(made.status, made.text).to.equal(201)
      expect(made.headers.get('location')).to.equal(`/api/v1/staff/${ids.other}`)
      const shown = await asAdmin('GET', `/staff/${ids.other}`)
      expect(shown.data).to.deep.equal(made.data)
      expect(shown.headers.get('etag')).to.equal(made.headers.get('etag'))
      expect(rowIn(shown)).to.deep.include({
        id: ids.other,
        first_name: 'other',
        role: 'librarian',
        branch_id: here,
        extra_permissions: [],
        withheld_permissions: [],
        version: 1,
      })
      const facts = { role: 'librarian', branch_id: here, extra_permissions: [], withheld_permissions: [] }
      expect(await lastAudited()).to.deep.include({
        action: 'staff.created',
        actor_id: ids.admin,
        target_id: ids.other,
        before: null,
        after: facts,
      })

      const moved = await asAdmin('PATCH', `/staff/${ids.other}`, {
        role: 'branch_manager',
        branch_id: there,
        extra_permissions: ['loan:borrowers', 'loan:borrowers'],
      })
      expect(rowIn(moved)).to.deep.include({
        role: 'branch_manager',
        branch_id: there,
        extra_permissions: ['loan:borrowers'],
        version: 2,
      })
      expect(await lastAudited()).to.deep.include({
        action: 'staff.changed',
        before: { role: 'librarian', branch_id: here, extra_permissions: [] },
        after: { role: 'branch_manager', branch_id: there, extra_permissions: ['loan:borrowers'] },
      })

      expect((await asAdmin('DELETE', `/staff/${ids.other}`)).status).to.equal(200)
      expect(await lastAudited()).to.deep.include({ action: 'staff.deleted', after: null })
      expectRefusal(await asAdmin('GET', `/staff/${ids.other}`), 404, 'NOT_FOUND', {
        resource: 'staff',
        id: ids.other,
      })
      expect(rowIn(await asAdmin('GET', `/users/${ids.other}`))['role']).to.equal('user')
    })

    it('are listed by role and branch, in pages', async () => {
      const { ids, here, there } = world
      const found = async (query: string) =>
        rowsOf(await asAdmin('GET', `/staff${query}`)).map(({ id }) => id)
      expect(await found('')).to.deep.equal([ids.librarian, ids.manager, ids.stranger, ids.admin])
      expect(await found('?role=branch_manager')).to.deep.equal([ids.manager, ids.stranger])
      expect(await found(`?branch_id=${there}`)).to.deep.equal([ids.stranger])
      expect(await found(`?branch_id=${here}&role=admin`)).to.deep.equal([ids.admin])
      const first = await asAdmin('GET', '/staff?limit=3&sort=-id')
      expect(rowsOf(first).map(({ id }) => id)).to.deep.equal([ids.admin, ids.stranger, ids.manager])
      const { next_cursor: cursor, total } = first.meta as Row
      expect(total).to.equal(4)
      expect(await found(`?limit=3&sort=-id&cursor=${String(cursor)}`)).to.deep.equal([ids.librarian])
    })

    it('are changed in the version that is meant, and in no other', async () => {
      const path = `/staff/${world.ids.librarian}`
      const tag = (await asAdmin('GET', path)).headers.get('etag')!
      const withheld = { withheld_permissions: ['fine:waive'] }
      expect((await asAdmin('PUT', path, withheld, { 'If-Match': tag })).status).to.equal(200)
      const stale = { 'If-Match': tag }
      expectRefusal(await asAdmin('PUT', path, { role: 'admin' }, stale), 412, 'VERSION_MISMATCH')
      expectRefusal(await asAdmin('DELETE', path, undefined, stale), 412, 'VERSION_MISMATCH')
    })

    it('are refused where what is said of them does not fit', async () => {
      const { ids, here } = world
      const faults = async (body: object, ...expected: readonly string[]) =>
        expectFaults(await asAdmin('POST', '/staff', { user_id: ids.other, ...body }), ...expected)
      await faults({}, 'role REQUIRED')
      await faults({ role: 'user' }, 'role UNKNOWN_VALUE')
      await faults({ role: 'branch_manager' }, 'branch_id REQUIRED')
      await faults({ role: 'librarian', branch_id: 404 }, 'branch_id UNKNOWN_REFERENCE')
      await faults({ role: 'librarian', user_id: 404 }, 'user_id UNKNOWN_REFERENCE')
      await faults(
        { role: 'librarian', extra_permissions: ['all:everything'] },
        'extra_permissions.0 UNKNOWN_VALUE',
      )
      await faults(
        { role: 'librarian', withheld_permissions: ['session:own'] },
        'withheld_permissions.0 UNKNOWN_VALUE',
      )
      await faults(
        { role: 'librarian', extra_permissions: ['audit:read'], withheld_permissions: ['audit:read'] },
        'withheld_permissions EXCLUSIVE',
      )
      expectFaults(await asAdmin('PUT', `/staff/${ids.manager}`, { branch_id: null }), 'branch_id REQUIRED')
      const again = { user_id: ids.librarian, role: 'librarian', branch_id: here }
      expectRefusal(await asAdmin('POST', '/staff', again), 409, 'DUPLICATE', { field: 'user_id' })
      expectRefusal(await asAdmin('PUT', `/staff/${ids.other}`, { role: 'admin' }), 404, 'NOT_FOUND')
      expectRefusal(await asAdmin('DELETE', `/staff/${ids.other}`), 404, 'NOT_FOUND')
    })

    it('log in anew with another role, and act by it (TOKEN_REVOKED)', async () => {
      const { ids, here, tokens } = world
      const path = `/staff/${ids.other}`
      const isOver = async (token: string) =>
        expectRefusal(await as(token, 'GET', '/auth/me'), 401, 'TOKEN_REVOKED')
      await asAdmin('POST', '/staff', { user_id: ids.other, role: 'librarian', branch_id: here })
      await isOver(tokens.other)
      await enrolled(world.persistence, ids.other)
      const asLibrarian = await logIn('other')
      expect(rowIn(await as(asLibrarian, 'GET', '/auth/me'))['role']).to.equal('librarian')
      expect((await as(asLibrarian, 'GET', '/users')).status).to.equal(200)
      await asAdmin('PUT', path, { role: 'branch_manager' })
      await isOver(asLibrarian)
      const asManager = await logIn('other')
      await asAdmin('DELETE', path)
      await isOver(asManager)
      expectRefusal(await as(await logIn('other'), 'GET', '/users'), 403, 'PERMISSION_DENIED')
    })

    it('may what is given to them and no more what is withheld, from the next request on, in every process', async () => {
      const { ids, tokens } = world
      const second = await startApi(world.persistence, { clock: world.clock })
      try {
        const elsewhere = clientOf(second)
        const token = tokens.librarian
        const status = async (path: string) => (await elsewhere('GET', path, { token })).status
        expect([await status('/admin/books/borrowers'), await status('/fines')]).to.deep.equal([403, 200])
        await asAdmin('PUT', `/staff/${ids.librarian}`, {
          extra_permissions: ['loan:borrowers'],
          withheld_permissions: ['fine:list'],
        })
        expect([await status('/admin/books/borrowers'), await status('/fines')]).to.deep.equal([200, 403])
        const now = await granted(token)
        expect([now.get('loan:borrowers'), now.get('fine:list'), now.get('fine:read')]).to.deep.equal([
          'any',
          undefined,
          'any',
        ])
        await asAdmin('PUT', `/staff/${ids.librarian}`, { extra_permissions: [], withheld_permissions: [] })
        expect([await status('/admin/books/borrowers'), await status('/fines')]).to.deep.equal([403, 200])
      } finally {
        await second.close()
      }
    })

    it('give to nobody what they have not themselves', async () => {
      const { ids, here, tokens } = world
      await asAdmin('PUT', `/staff/${ids.librarian}`, { extra_permissions: ['staff:write'] })
      const asLibrarian = (method: string, path: string, body?: object) =>
        as(tokens.librarian, method, path, body)
      const denied = async (reply: Promise<Reply>) => expectRefusal(await reply, 403, 'PERMISSION_DENIED')
      await denied(asLibrarian('PUT', `/staff/${ids.librarian}`, { role: 'admin' }))
      await denied(
        asLibrarian('PUT', `/staff/${ids.librarian}`, { extra_permissions: ['staff:write', 'audit:read'] }),
      )
      await denied(asLibrarian('POST', '/staff', { user_id: ids.other, role: 'admin' }))
      await denied(asLibrarian('PUT', `/staff/${ids.admin}`, { role: 'librarian' }))
      await denied(asLibrarian('DELETE', `/staff/${ids.admin}`))
      const body = { user_id: ids.other, role: 'librarian', branch_id: here }
      expect(idOf(await asLibrarian('POST', '/staff', body))).to.equal(ids.other)
      // Nor does an administrator give himself back what was withheld from him.
      await asAdmin('PUT', `/staff/${ids.admin}`, { withheld_permissions: ['audit:read'] })
      await denied(asAdmin('PUT', `/staff/${ids.admin}`, { withheld_permissions: [] }))
    })

    it('take over nobody by his account who may what they have not themselves', async () => {
      const { ids, here, tokens } = world
      const extra_permissions = ['staff:write', 'mfa:reset']
      await asAdmin('PUT', `/staff/${ids.librarian}`, { extra_permissions })
      const asLibrarian = async (method: string, path: string, body?: object) =>
        as(tokens.librarian, method, path, body)
      for (const higher of [ids.admin, ids.manager]) {
        for (const [method, path, body] of [
          ['PUT', `/users/${higher}`, { email: 'mine@example.org' }],
          ['PUT', `/users/${higher}`, { status: 'deactivated' }],
          ['POST', `/users/${higher}/unlock`, undefined],
          ['DELETE', `/users/${higher}/mfa`, undefined],
        ] as const)
          expectRefusal(await asLibrarian(method, path, body), 403, 'PERMISSION_DENIED')
      }
      // A colleague who may no more than he does is his to keep.
      await asAdmin('POST', '/staff', { user_id: ids.other, role: 'librarian', branch_id: here })
      await enrolled(world.persistence, ids.other)
      for (const [method, path, body] of [
        ['PUT', `/users/${ids.other}`, { phone: '+493012345' }],
        ['POST', `/users/${ids.other}/unlock`, undefined],
        ['DELETE', `/users/${ids.other}/mfa`, undefined],
      ] as const) {
        const reply = await asLibrarian(method, path, body)
        expect(reply.status, reply.text).to.be.oneOf([200, 204])
      }
    })

    it('are no more than users while they are suspended, and do not end that themselves', async () => {
      const { ids, tokens } = world
      const own = `/users/${ids.librarian}`
      const asLibrarian = (method: string, path: string, body?: object) =>
        as(tokens.librarian, method, path, body)
      const denied = async (reply: Promise<Reply>) => expectRefusal(await reply, 403, 'PERMISSION_DENIED')
      for (const membership of [
        { status: 'active' },
        { membership_type: 'standard' },
        { membership_expires_on: null },
        { library_card_number: '20000000000999' },
      ])
        await denied(asLibrarian('PUT', own, membership))
      expect((await asLibrarian('PUT', own, { phone: '+493012345' })).status).to.equal(200)
      expect((await asAdmin('PUT', own, { status: 'suspended' })).status).to.equal(200)
      await denied(asLibrarian('GET', '/users'))
      await denied(asLibrarian('GET', `/users/${ids.user}`))
      await denied(asLibrarian('PUT', own, { status: 'active' }))
      expect((await asLibrarian('GET', own)).status).to.equal(200)
      expect((await asAdmin('PUT', own, { status: 'active' })).status).to.equal(200)
      expect((await asLibrarian('GET', '/users')).status).to.equal(200)
    })

    it('register members as pending where `member:administer` is withheld', async () => {
      const { ids, tokens } = world
      const registered = async (username: string) => {
        const body = { username, email: `${username}@example.org`, first_name: 'A', last_name: 'B' }
        return rowIn(
          await as(tokens.librarian, 'POST', '/users', { ...body, password: 'correct horse battery' }),
        )['status']
      }
      expect(await registered('first')).to.equal('active')
      const withheld_permissions = ['member:administer']
      await asAdmin('PUT', `/staff/${ids.librarian}`, { withheld_permissions })
      expect(await registered('second')).to.equal('pending')
    })

    it('keep an administrator: the last one goes neither himself nor by another', async () => {
      const { ids, here } = world
      const path = `/staff/${ids.admin}`
      const last = (reply: Reply) => expectRefusal(reply, 409, 'CONFLICT', { role: 'admin' })
      last(await asAdmin('PUT', path, { role: 'librarian' }))
      last(await asAdmin('PUT', path, { withheld_permissions: ['staff:write'] }))
      last(await asAdmin('DELETE', path))
      for (const status of ['suspended', 'deactivated', 'pending'])
        last(await asAdmin('PUT', `/users/${ids.admin}`, { status }))
      await asAdmin('POST', '/staff', { user_id: ids.other, role: 'admin', branch_id: here })
      for (const status of ['suspended', 'deactivated']) {
        await asAdmin('PUT', `/users/${ids.other}`, { status })
        last(await asAdmin('DELETE', path))
      }
      await asAdmin('PUT', `/users/${ids.other}`, { status: 'active' })
      expect((await asAdmin('DELETE', path)).status).to.equal(200)
    })

    it('keep one of two administrators who deactivate one another at once', async () => {
      const { ids, here, tokens } = world
      await asAdmin('POST', '/staff', { user_id: ids.other, role: 'admin', branch_id: here })
      const token = await logIn('other')
      await enrolled(world.persistence, ids.other)
      const gone = { status: 'deactivated' }
      const replies = await Promise.all([
        asAdmin('PUT', `/users/${ids.other}`, gone),
        as(token, 'PUT', `/users/${ids.admin}`, gone),
      ])
      const left = [tokens.admin, token][replies[0].status === 200 ? 0 : 1]!
      const active = rowsOf(await as(left, 'GET', '/users?status=active')).map(row => row['role'])
      expect(
        active.filter(role => role === 'admin'),
        replies.map(({ text }) => text).join(),
      ).to.have.length(1)
    })

    it('keep one of two administrators who dismiss one another at once', async () => {
      const { ids, here } = world
      await asAdmin('POST', '/staff', { user_id: ids.other, role: 'admin', branch_id: here })
      const token = await logIn('other')
      await enrolled(world.persistence, ids.other)
      const replies = await Promise.all([
        asAdmin('DELETE', `/staff/${ids.other}`),
        as(token, 'DELETE', `/staff/${ids.admin}`),
      ])
      const left = rowsOf(
        await as(replies[0].status === 200 ? world.tokens.admin : token, 'GET', '/staff?role=admin'),
      )
      expect(left, replies.map(({ text }) => text).join()).to.have.length(1)
    })
  })
}
