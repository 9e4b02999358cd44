/** AUT-6: keys for other systems, over HTTP on every storage. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { aKey, settled } from './support/keys.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Row = Readonly<Record<string, unknown>>
const keyIn = ({ data }: Reply): string => (data as { readonly key: string }).key
const viewIn = ({ data }: Reply): Row => data as Row
const pattern = /^lib_[a-z2-7]{10}_[\w-]{43}$/

for (const backend of backends) {
  describe(`API keys (${backend.name})`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const asAdmin = (method: string, path: string, body?: object) =>
      world.call(method, path, {
        token: world.tokens.admin,
        ...(body === undefined ? {} : { body }),
      })
    const byKey = (key: string, method: string, path: string, body?: object) =>
      world.call(method, path, {
        headers: { 'X-API-Key': key },
        ...(body === undefined ? {} : { body }),
      })
    const make = (some: object = {}) =>
      asAdmin('POST', '/api-keys', { name: 'Sorter', scopes: ['catalogue:read', 'catalogue:write'], ...some })
    const shown = async (id: number): Promise<Row> =>
      rowsOf(await asAdmin('GET', '/api-keys')).find(row => row['id'] === id)!
    const status = async (key: string) => (await byKey(key, 'GET', '/authors')).status

    it('live from their making over a rotation with overlap to their revocation', async () => {
      const made = await make()
      const [id, first] = [idOf(made), keyIn(made)]
      expect(made.status).to.equal(201)
      expect(first).to.match(pattern)
      expect(made.headers.get('cache-control')).to.equal('no-store')
      expect(made.headers.get('location')).to.equal(`/api/v1/api-keys/${id}`)

      const author = await byKey(first, 'POST', '/authors', { name: 'Octavia E. Butler' })
      expect(author.status).to.equal(201)
      expect(author.headers.get('cache-control')).to.equal('no-store')
      await settled()
      expect((await shown(id))['last_used_at']).to.equal('2026-11-21T10:00:00.000Z')

      const rotation = await asAdmin('POST', `/api-keys/${id}/rotate`, {
        old_good_until: '2026-11-21T10:30:00Z',
      })
      const second = keyIn(rotation)
      expect([rotation.status, rotation.headers.get('cache-control')]).to.deep.equal([200, 'no-store'])
      expect(second).to.match(pattern).and.not.equal(first)
      expect(viewIn(rotation)['secrets']).to.deep.equal([
        { prefix: second.split('_')[1], created_at: '2026-11-21T10:00:00.000Z', good_until: null },
        {
          prefix: first.split('_')[1],
          created_at: '2026-11-21T10:00:00.000Z',
          good_until: '2026-11-21T10:30:00.000Z',
        },
      ])
      world.clock.minutes(29)
      expect([await status(first), await status(second)]).to.deep.equal([200, 200])
      world.clock.minutes(1)
      expectRefusal(await byKey(first, 'GET', '/authors'), 401, 'INVALID_CREDENTIALS')
      expect(await status(second)).to.equal(200)

      expect((await asAdmin('DELETE', `/api-keys/${id}`)).status).to.equal(200)
      expectRefusal(await byKey(second, 'GET', '/authors'), 401, 'INVALID_CREDENTIALS')
      expect((await shown(id))['revoked_at']).to.equal('2026-11-21T10:30:00.000Z')
      expectRefusal(await asAdmin('DELETE', `/api-keys/${id}`), 409, 'CONFLICT')
      expectRefusal(await asAdmin('POST', `/api-keys/${id}/rotate`), 409, 'CONFLICT')

      const audit = rowsOf(await asAdmin('GET', `/audit?target=api_key:${id}&sort=id`))
      expect(audit.map(({ action, actor_id }) => [action, actor_id])).to.deep.equal(
        ['created', 'rotated', 'revoked'].map(what => [`api_key.${what}`, world.ids.admin]),
      )
      const told = JSON.stringify([audit, rowsOf(await asAdmin('GET', '/api-keys')), world.api.log])
      for (const key of [first, second]) expect(told).not.to.contain(key.split('_').slice(2).join('_'))
    })

    it('are named in the audit of all that is done by them, and it is searched by them', async () => {
      const made = await make()
      const author = await byKey(keyIn(made), 'POST', '/authors', { name: 'Octavia E. Butler' })
      const rows = rowsOf(await asAdmin('GET', `/audit?api_key=${idOf(made)}`))
      expect(rows).to.have.length(1)
      expect(rows[0]).to.include({
        action: 'author.created',
        target_id: idOf(author),
        actor_id: null,
        actor_role: 'api_key',
        api_key_id: idOf(made),
        request_id: author.headers.get('x-request-id'),
      })
      expect(rowsOf(await asAdmin('GET', '/audit?api_key=999'))).to.deep.equal([])
      expect(world.api.log.lines.find(({ requestId }) => requestId === rows[0]!['request_id'])).to.include({
        apiKeyId: idOf(made),
        memberId: null,
      })
    })

    it('lend and take back at their branch as a machine does, and at no other', async () => {
      const scopes = ['loan:create', 'loan:return-by-barcode']
      const key = keyIn(await make({ scopes, branch_id: world.here }))
      const lend = { user_id: world.ids.user, barcode: 'C-1' }
      const loan = await byKey(key, 'POST', '/borrowings', lend)
      expect(loan.status, loan.text).to.equal(201)
      expect(loan.data).to.deep.include({ branch_id: world.here, librarian_id: null })
      expectRefusal(
        await byKey(key, 'POST', '/returns', { barcode: 'C-1', branch_id: world.there }),
        403,
        'PERMISSION_DENIED',
      )
      const back = await byKey(key, 'POST', '/returns', { barcode: 'C-1', condition: 'poor' })
      expect(back.status, back.text).to.equal(200)
      // No member stands behind a key: whoever borrows is named.
      expectFaults(await byKey(key, 'POST', '/borrowings', { barcode: 'C-1' }), 'user_id REQUIRED')
    })

    it('are refused alike, whatever is wrong with them, and without a word of it', async () => {
      const now = world.clock.now()
      const replies = []
      for (const key of [
        await aKey(world, ['catalogue:read'], { expiresAt: now }),
        await aKey(world, ['catalogue:read'], { revokedAt: now }),
        await aKey(world, ['catalogue:read'], { goodUntil: now }),
        (await aKey(world, ['catalogue:read'])).replace(/_[\w-]{43}$/, `_${'A'.repeat(43)}`),
        `lib_${'a'.repeat(10)}_${'A'.repeat(43)}`,
        'nonsense',
      ])
        replies.push(await byKey(key, 'GET', '/authors'))
      for (const reply of replies) {
        expectRefusal(reply, 401, 'INVALID_CREDENTIALS')
        expect(reply.text).to.equal(replies[0]!.text)
        expect(reply.headers.get('www-authenticate')).to.be.a('string')
      }
    })

    it('beside a token are taken for neither', async () => {
      const key = keyIn(await make())
      const headers = { 'X-API-Key': key }
      for (const token of [world.tokens.admin, 'nonsense'])
        expectFaults(await world.call('GET', '/authors', { token, headers }), 'X-API-Key EXCLUSIVE')
    })

    it('have an Idempotency-Key of their own each, and none when they are made', async () => {
      const [one, other] = [keyIn(await make()), keyIn(await make())]
      const add = (key: string) =>
        world.call('POST', '/genres', {
          body: { name: 'Science fiction' },
          headers: { 'X-API-Key': key, 'Idempotency-Key': 'k' },
        })
      const [first, again, another] = [await add(one), await add(one), await add(other)]
      expect([first.status, again.status, again.text]).to.deep.equal([201, 201, first.text])
      expectRefusal(another, 409, 'DUPLICATE')
      const twice = () =>
        world.call('POST', '/api-keys', {
          token: world.tokens.admin,
          body: { name: 'Sorter', scopes: ['catalogue:read'] },
          headers: { 'Idempotency-Key': 'k' },
        })
      expect(keyIn(await twice())).not.to.equal(keyIn(await twice()))
    })

    it('write their last use down once a minute', async () => {
      const made = await make()
      const last = async () => {
        await status(keyIn(made))
        await settled()
        return (await shown(idOf(made)))['last_used_at']
      }
      expect((await shown(idOf(made)))['last_used_at']).to.equal(null)
      expect(await last()).to.equal('2026-11-21T10:00:00.000Z')
      world.clock.minutes(0.9)
      expect(await last()).to.equal('2026-11-21T10:00:00.000Z')
      world.clock.minutes(0.1)
      expect(await last()).to.equal('2026-11-21T10:01:00.000Z')
    })
  })
}

describe('making API keys', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const ask = (path: string, body: object) => world.call('POST', path, { token: world.tokens.admin, body })
  const make = (some: object) => ask('/api-keys', { name: 'Sorter', scopes: ['catalogue:read'], ...some })

  it('is for a year at all branches where nothing else is said', async () => {
    expect(viewIn(await make({}))).to.include({
      branch_id: null,
      expires_at: '2027-11-21T10:00:00.000Z',
      created_by: world.ids.admin,
      version: 1,
    })
  })

  for (const [what, some, ...faults] of [
    ['no scope', { scopes: [] }, 'scopes OUT_OF_RANGE'],
    ['what is no permission', { scopes: ['catalogue:eat'] }, 'scopes.0 UNKNOWN_VALUE'],
    ['what is of people alone', { scopes: ['staff:write'] }, 'scopes.0 UNKNOWN_VALUE'],
    ['to make keys itself', { scopes: ['api-key:write'] }, 'scopes.0 UNKNOWN_VALUE'],
    ['half of what it takes', { scopes: ['member:write'] }, 'scopes INCOMPLETE'],
    ['at a branch what is of none', { scopes: ['settings:read'], branch_id: 1 }, 'scopes NOT_AT_A_BRANCH'],
    ['a branch that is not there', { branch_id: 99 }, 'branch_id UNKNOWN_REFERENCE'],
    ['an end in the past', { expires_at: '2026-11-21T10:00:00Z' }, 'expires_at OUT_OF_RANGE'],
    ['an end too far away', { expires_at: '2028-11-21T10:00:00Z' }, 'expires_at OUT_OF_RANGE'],
    ['no name', { name: '' }, 'name REQUIRED'],
  ] as const) {
    it(`does not give ${what}`, async () => expectFaults(await make(some), ...faults))
  }

  it('and rotating them go by the same limits', async () => {
    const id = idOf(await make({}))
    const rotate = (body: object) => ask(`/api-keys/${id}/rotate`, body)
    expectFaults(await rotate({ old_good_until: '2026-12-21T10:00:01Z' }), 'old_good_until OUT_OF_RANGE')
    expectFaults(await rotate({ old_good_until: '2026-11-21T09:59:59Z' }), 'old_good_until OUT_OF_RANGE')
    expectFaults(await rotate({ expires_at: '2028-11-21T10:00:00Z' }), 'expires_at OUT_OF_RANGE')
    expectRefusal(await ask('/api-keys/99/rotate', {}), 404, 'NOT_FOUND', { resource: 'api_key', id: 99 })
    expect(viewIn(await rotate({ expires_at: '2028-01-01T00:00:00Z' }))).to.include({
      expires_at: '2028-01-01T00:00:00.000Z',
      version: 2,
    })
  })

  it('a rotation ends the old secret in a day, or at once', async () => {
    const made = await make({})
    const id = idOf(made)
    const status = async (key: string) =>
      (await world.call('GET', '/authors', { headers: { 'X-API-Key': key } })).status
    const second = await ask(`/api-keys/${id}/rotate`, {})
    expect(viewIn(second)['secrets']).to.have.nested.property('[1].good_until', '2026-11-22T10:00:00.000Z')
    expect([await status(keyIn(made)), await status(keyIn(second))]).to.deep.equal([200, 200])
    const third = await ask(`/api-keys/${id}/rotate`, { old_good_until: null })
    expect(viewIn(third)['secrets']).to.have.length(1)
    const all = [await status(keyIn(made)), await status(keyIn(second)), await status(keyIn(third))]
    expect(all).to.deep.equal([401, 401, 200])
  })

  it('is undone only in the version that was meant', async () => {
    const made = await make({})
    const rotation = await ask(`/api-keys/${idOf(made)}/rotate`, {})
    const remove = ({ headers }: Reply) =>
      world.call('DELETE', `/api-keys/${idOf(made)}`, {
        token: world.tokens.admin,
        headers: { 'If-Match': headers.get('etag')! },
      })
    expectRefusal(await remove(made), 412, 'VERSION_MISMATCH')
    expect((await remove(rotation)).status).to.equal(200)
  })

  it('is told of without the key ever after', async () => {
    const key = keyIn(await make({}))
    const { text } = await world.call('GET', '/api-keys', { token: world.tokens.admin })
    expect(text).to.contain(key.split('_')[1]!)
    expect(text).not.to.contain(key.split('_').slice(2).join('_'))
    expect(text).not.to.contain('hash')
  })
})

describe('an API key and what others may', () => {
  afterEach(closeAll)

  it('a bug or an absent store at writing the last use spoils no answer', async () => {
    const world = await aWorld({
      change: deps => ({
        ...deps,
        apiKeys: { ...deps.apiKeys, noteKeyUse: () => () => Promise.reject(new Error('a bug')) },
      }),
    })
    const key = await aKey(world, ['catalogue:read'])
    const reply = await world.call('GET', '/authors', { headers: { 'X-API-Key': key } })
    await settled()
    expect(reply.status).to.equal(200)
    expect(world.api.log.bugs.map(({ error }) => String(error))).to.deep.equal(['Error: a bug'])
  })

  it('registers nobody as active, and shows no staff’s data changed by it', async () => {
    const world = await aWorld()
    const key = await aKey(world, ['member:register', 'member:write', 'member:read', 'member:administer'])
    const headers = { 'X-API-Key': key }
    const member = await world.call('POST', '/users', {
      headers,
      body: {
        username: 'newcomer',
        email: 'newcomer@example.org',
        password: 'a long password',
        first_name: 'New',
        last_name: 'Comer',
      },
    })
    expect(member.data).to.include({ status: 'pending' })
    const change = (id: number, body: object) => world.call('PUT', `/users/${id}`, { headers, body })
    const city = { city: 'Elsewhere' }
    expectRefusal(await change(world.ids.admin, city), 403, 'PERMISSION_DENIED', {
      permission: 'staff:write',
    })
    expect((await change(world.ids.other, city)).status).to.equal(200)
    // Whoever had the key would have the mails by which passwords are set.
    for (const login of [{ email: 'mine@example.org' }, { username: 'mine' }])
      expectRefusal(await change(world.ids.other, login), 403, 'PERMISSION_DENIED', {
        permission: 'member:administer',
      })
  })
})
