/** AUT-8: where a request comes from, and from where administrative ones may come. */
import { expect } from 'chai'
import { clientAddress, plainAddress, within } from '../../adapters/http/addresses.ts'
import { api } from '../../adapters/http/api.ts'
import { isAdministrative, permissions } from '../../core/identity/permissions.ts'
import { backends } from '../support/backends.ts'
import { expectRefusal, rowsOf } from './support/client.ts'
import { aKey } from './support/keys.ts'
import { nothing } from './support/nothing.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const proxies = ['10.0.0.0/8', '2001:db8:f00::/48', '127.0.0.1']

/** What the proxies trusted above make of it. */
const cases: readonly (readonly [
  what: string,
  socket: string,
  forwarded: string | undefined,
  client: string,
])[] = [
  ['nobody between', '203.0.113.9', undefined, '203.0.113.9'],
  ['a stranger who writes the header himself', '203.0.113.9', '10.0.0.1', '203.0.113.9'],
  ['a stranger who writes many', '203.0.113.9', '127.0.0.1, 10.0.0.1', '203.0.113.9'],
  ['a trusted proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
  ['a trusted proxy that says nothing', '10.1.2.3', undefined, '10.1.2.3'],
  ['a trusted proxy that says an empty thing', '10.1.2.3', '', '10.1.2.3'],
  ['a chain of two trusted proxies', '10.1.2.3', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
  ['a client who writes in front of it', '10.1.2.3', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
  ['a client who writes in front of a chain', '10.1.2.3', '10.0.0.1, 203.0.113.9, 10.9.9.9', '203.0.113.9'],
  ['a chain of trusted ones alone', '10.1.2.3', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ['rubbish', '10.1.2.3', 'unknown', '10.1.2.3'],
  ['rubbish behind a trusted hop', '10.1.2.3', '203.0.113.9, _hidden, 10.9.9.9', '10.9.9.9'],
  ['rubbish before the client', '10.1.2.3', "'; drop table users, 203.0.113.9", '203.0.113.9'],
  ['a port behind the address', '10.1.2.3', '203.0.113.9:4711', '203.0.113.9'],
  ['IPv6 in brackets, with a port', '10.1.2.3', '[2001:db8::9]:4711', '2001:db8::9'],
  ['IPv6 spelled at length', '2001:db8:f00:0:0::7', '2001:0DB8:0::0009', '2001:db8::9'],
  ['IPv4 mapped into IPv6', '::ffff:10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
  ['IPv4 mapped into IPv6 in hexadecimal', '::ffff:a01:203', '203.0.113.9', '203.0.113.9'],
  ['a link of its own', 'fe80::1%eth0', '203.0.113.9', 'fe80::1'],
  ['a socket that is gone', '', '203.0.113.9', ''],
]

describe('the address of a client (AUT-8)', () => {
  for (const [what, socket, forwarded, client] of cases) {
    it(`${what}: ${client}`, () => {
      expect(clientAddress(within(proxies))(socket, forwarded)).to.equal(client)
    })
  }

  it('is the socket’s where no proxy is trusted, whatever is forwarded', () => {
    for (const [, socket, forwarded] of cases) {
      expect(clientAddress(within([]))(socket, forwarded)).to.equal(plainAddress(socket) ?? '')
    }
  })

  it('lies within a network up to its last address, and in none by its spelling alone', () => {
    const inside = within(['192.0.2.64/26', '2001:db8::/32', '198.51.100.7'])
    for (const address of ['192.0.2.64', '192.0.2.127', '2001:db8:ffff::1', '198.51.100.7']) {
      expect(inside(address), address).to.equal(true)
    }
    for (const address of ['192.0.2.63', '192.0.2.128', '2001:db9::1', '198.51.100.70', '', '192.0.2']) {
      expect(inside(address), address).to.equal(false)
    }
    expect(within(['0.0.0.0/0'])('203.0.113.9')).to.equal(true)
  })
})

/** What nobody but an administrator has by his role; a new one of these is one more thing to be guarded. */
const administrative = [
  'catalogue:delete',
  'branch:create',
  'branch:delete',
  'staff:read',
  'staff:write',
  'loan:borrowers',
  'session:end',
  'mfa:reset',
  'audit:read',
  'api-key:read',
  'api-key:write',
  'rule:write',
  'settings:read',
  'settings:write',
  'clock:set',
  'job:run',
  'consistency:check',
]

describe('administrative permissions (AUT-8)', () => {
  it('are those that no role but the administrator’s has', () => {
    expect(permissions.filter(isAdministrative)).to.have.members(administrative)
  })
})

const office = '192.0.2.7'
const elsewhere = '203.0.113.9'

for (const backend of backends) {
  describe(`administrative routes and where they are called from (${backend.name})`, () => {
    afterEach(closeAll)
    const guarded = { trustedProxies: ['127.0.0.1'], administrative: ['192.0.2.0/24', '2001:db8::/32'] }
    const from = (world: World, address: string, method = 'GET', path = '/settings', body?: object) =>
      world.call(method, path, {
        token: world.tokens.admin,
        headers: { 'X-Forwarded-For': address },
        ...(body === undefined ? {} : { body }),
      })

    it('are answered there, and nowhere else (403 ADDRESS_NOT_ALLOWED, audited)', async () => {
      const world = await aWorld({ addresses: guarded }, backend)
      expect((await from(world, office)).status).to.equal(200)
      expect((await from(world, '2001:db8:1::1')).status).to.equal(200)
      const refused = await from(world, elsewhere)
      expectRefusal(refused, 403, 'ADDRESS_NOT_ALLOWED', null)
      const [row] = rowsOf(await from(world, office, 'GET', '/audit?outcome=denied&sort=-id'))
      expect(row).to.deep.include({
        action: 'permission.denied',
        actor_id: world.ids.admin,
        address: elsewhere,
        request_id: refused.headers.get('x-request-id'),
        after: {
          permission: 'settings:read',
          because: 'address',
          method: 'GET',
          path: '/settings',
          times: 1,
        },
      })
    })

    it('are asked for inside of other routes too: from elsewhere nobody gets at the accounts of staff', async () => {
      const world = await aWorld({ addresses: guarded }, backend)
      const { librarian, user } = world.ids
      for (const [method, path, body] of [
        ['PUT', `/users/${librarian}`, { phone: '+493012345' }],
        ['PUT', `/users/${librarian}`, { status: 'deactivated' }],
        ['POST', `/users/${librarian}/unlock`, undefined],
      ] as const) {
        const refused = await from(world, elsewhere, method, path, body)
        expectRefusal(refused, 403, 'PERMISSION_DENIED')
        expect(
          (await from(world, elsewhere, method, path.replace(/\d+/, String(user)), body)).status,
        ).to.equal(200)
        expect((await from(world, office, method, path, body)).status).to.equal(200)
      }
    })

    it('are refused to a key of another system just so', async () => {
      const world = await aWorld({ addresses: guarded }, backend)
      const key = await aKey(world, ['settings:read'])
      const asked = (address: string) =>
        world.call('GET', '/settings', { headers: { 'X-API-Key': key, 'X-Forwarded-For': address } })
      expectRefusal(await asked(elsewhere), 403, 'ADDRESS_NOT_ALLOWED')
      expect((await asked(office)).status).to.equal(200)
    })
  })
}

describe('an administrative route', () => {
  afterEach(closeAll)
  const guarded = { trustedProxies: ['127.0.0.1'], administrative: [`${office}/32`] }

  it('is closed to a caller who writes an allowed address himself, where his proxy is not trusted', async () => {
    const world = await aWorld({ addresses: { trustedProxies: [], administrative: [office] } })
    const headers = { 'X-Forwarded-For': office, 'X-Real-IP': office, Forwarded: `for=${office}` }
    const reply = await world.call('GET', '/settings', { token: world.tokens.admin, headers })
    expectRefusal(reply, 403, 'ADDRESS_NOT_ALLOWED')
  })

  it('is closed to one who writes it in front of what his proxy says', async () => {
    const world = await aWorld({ addresses: guarded })
    const headers = { 'X-Forwarded-For': `${office}, ${elsewhere}` }
    const reply = await world.call('GET', '/settings', { token: world.tokens.admin, headers })
    expectRefusal(reply, 403, 'ADDRESS_NOT_ALLOWED')
  })

  it('is asked for behind token and permission, and before its body is read', async () => {
    const world = await aWorld({ addresses: guarded })
    const put = (token?: string, raw = 'not JSON') => world.call('PUT', '/settings', { token, raw })
    expectRefusal(await put(), 401, 'TOKEN_MISSING')
    expectRefusal(await put(world.tokens.librarian), 403, 'PERMISSION_DENIED')
    expectRefusal(await put(world.tokens.admin), 403, 'ADDRESS_NOT_ALLOWED')
  })

  it('is any whose permission is administrative, and no other', async () => {
    const world = await aWorld({ addresses: { trustedProxies: [], administrative: [office] } })
    // A logout would end the session that the others are asked in.
    for (const { method, path, permission } of api(nothing)) {
      if (path.startsWith('/auth/')) continue
      const { error } = await world.call(method, path.replace(/\{\w+\}/g, '999999999'), {
        token: world.tokens.admin,
      })
      expect(error?.code === 'ADDRESS_NOT_ALLOWED', `${method} ${path}`).to.equal(
        isAdministrative(permission),
      )
    }
  })

  it('is open from everywhere where nobody said from where', async () => {
    const world = await aWorld()
    const reply = await world.call('GET', '/settings', {
      token: world.tokens.admin,
      headers: { 'X-Forwarded-For': elsewhere },
    })
    expect(reply.status).to.equal(200)
  })
})

describe('a header that a proxy would write', () => {
  afterEach(closeAll)

  /** The address of the session that a login with this header began. */
  const kept = async (world: World, address: string) => {
    const body = { login: 'other', password: 'correct horse battery' }
    const login = await world.call('POST', '/auth/login', { body, headers: { 'X-Forwarded-For': address } })
    const { access_token: token } = login.data as { readonly access_token: string }
    const sessions = rowsOf(await world.call('GET', '/auth/sessions', { token }))
    return sessions.find(({ current }) => current === true)!['address']
  }

  it('says where a session comes from when the proxy is trusted, and nothing when it is not', async () => {
    const plain = await aWorld()
    expect(await kept(plain, elsewhere)).to.equal('127.0.0.1')
    await closeAll()
    const behind = await aWorld({ addresses: { trustedProxies: ['127.0.0.0/8'] } })
    expect(await kept(behind, `${office}, ${elsewhere}`)).to.equal(elsewhere)
  })

  it('changes no address that the product tells: they are relative', async () => {
    const world = await aWorld({ addresses: { trustedProxies: ['127.0.0.1'] } })
    const headers = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'gopher',
      Forwarded: 'host=evil.example;proto=gopher',
    }
    const made = await world.call('POST', '/authors', {
      token: world.tokens.admin,
      headers,
      body: { name: 'Octavia E. Butler' },
    })
    expect(made.headers.get('location')).to.match(/^\/api\/v1\/authors\/\d+$/)
    const list = await world.call('GET', '/authors?limit=1', { headers })
    const document = await (await fetch(`${world.api.url}/openapi.json`, { headers })).text()
    expect(`${list.text}${list.headers.get('link') ?? ''}${made.text}${document}`).not.to.match(
      /evil\.example|gopher/,
    )
  })
})
