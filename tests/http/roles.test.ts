/** TST-3: everybody tries every route. A new route fails here until somebody wrote down who may use it. */
import { expect } from 'chai'
import { api } from '../../adapters/http/api.ts'
import { isScope } from '../../core/identity/permissions.ts'
import { everybody, expectations, keyMay, maySay } from './support/expectations.ts'
import { freshToken } from './support/fresh-token.ts'
import { aKey, keyRing, withCompanions } from './support/keys.ts'
import { nothing } from './support/nothing.ts'
import type { World } from './support/world.ts'
import { aWorld, closeAll } from './support/world.ts'

const routes = api(nothing)

describe('who may use which route', () => {
  afterEach(closeAll)

  it('is written down for every route, and for no other', () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`)
    expect(Object.keys(expectations)).to.have.members(names)
  })

  for (const { method, path, permission } of routes) {
    const expectation = expectations[`${method} ${path}`]
    if (expectation === undefined) continue

    it(`${method} ${path} (${permission}): ${expectation.for.join(', ')}`, async () => {
      for (const who of everybody) {
        const world = await aWorld()
        const allowed = expectation.for.includes(who)
        expect(maySay(world, who, permission, expectation.subject), `the table for ${who}`).to.equal(allowed)

        const attempt = await expectation.attempt(world, who)
        const token = who === 'anonymous' ? undefined : await freshToken(world, who)
        const { status, error, text } = await world.call(method, attempt.path, {
          token,
          ...(attempt.body === undefined ? {} : { body: attempt.body }),
          ...(attempt.headers === undefined ? {} : { headers: attempt.headers }),
        })
        const outcome = status < 300 ? 'allowed' : `${status} ${error?.code ?? ''}`
        const refusal = who === 'anonymous' ? '401 TOKEN_MISSING' : '403 PERMISSION_DENIED'
        expect(outcome, `${who}: ${text}`).to.equal(allowed ? 'allowed' : refusal)
        await closeAll()
      }
    })
  }
})

/**
 * AUT-6: what a key may follows from the permission table and the expectations above, and is written down nowhere else. Those who are
 * refused have changed nothing: the key with the scope makes the very same request after them.
 */
describe('which route a key may use', () => {
  afterEach(closeAll)

  for (const { method, path, permission } of routes) {
    const expectation = expectations[`${method} ${path}`]
    if (expectation === undefined) continue
    // Whoever starts a session is asked for no token and no key.
    const open = permission === 'session:start'

    it(`${method} ${path} (${permission}): ${isScope(permission) ? 'with the scope' : 'none'}`, async () => {
      const world = await aWorld()
      const attempt = await expectation.attempt(world, 'admin')
      const outcomeOf = async (to: World, { path: at, body, headers }: typeof attempt, key: string) => {
        const { status, error } = await to.call(method, at, {
          ...(body === undefined ? {} : { body }),
          headers: { ...headers, 'X-API-Key': key },
        })
        return status < 300 ? 'allowed' : `${status} ${error?.code ?? ''}`
      }

      const ring = await keyRing(world, permission)
      for (const [what, key] of Object.entries(ring.refused)) {
        expect(await outcomeOf(world, attempt, key), what).to.equal(
          open ? 'allowed' : '401 INVALID_CREDENTIALS',
        )
        if (open) return
      }
      expect(await outcomeOf(world, attempt, ring.withoutScope), 'without the scope').to.equal(
        '403 PERMISSION_DENIED',
      )
      for (const [what, key] of Object.entries(ring.good)) {
        const allowed = keyMay(world, null, permission, expectation.subject)
        expect(allowed, 'the table').to.equal(isScope(permission))
        expect(await outcomeOf(world, attempt, key), what).to.equal(
          allowed ? 'allowed' : '403 PERMISSION_DENIED',
        )
        if (allowed && method !== 'GET') break
      }
      await closeAll()

      for (const place of ['here', 'there'] as const) {
        const another = await aWorld()
        const again = await expectation.attempt(another, place === 'here' ? 'manager' : 'stranger')
        const branchId = another[place]
        const key = await aKey(another, withCompanions(permission), { branchId })
        const who = place === 'here' ? 'manager' : 'stranger'
        const allowed = keyMay(
          another,
          branchId,
          permission,
          subject => expectation.subject?.(subject, who) ?? {},
        )
        expect(await outcomeOf(another, again, key), `of the branch ${place}`).to.equal(
          allowed ? 'allowed' : '403 PERMISSION_DENIED',
        )
        await closeAll()
      }
    })
  }
})
