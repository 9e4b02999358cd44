/**
 * TST-3, AUT-3: everybody tries every route, and gets what docs/permissions.md says. A new route fails here until somebody wrote down who
 * may use it.
 */
import { expect } from 'chai'
import { api } from '../../adapters/http/api.ts'
import { isScope } from '../../core/identity/permissions.ts'
import { everybody, expectations, pageAllows, pageAllowsKey } from './support/expectations.ts'
import type { Attempt, Who } from './support/expectations.ts'
import { freshToken } from './support/fresh-token.ts'
import { aKey, keyRing, withCompanions } from './support/keys.ts'
import { nothing } from './support/nothing.ts'
import { permissionsPage, saidOfRoutes, writtenPage } from './support/permissions-page.ts'
import type { Said } from './support/permissions-page.ts'
import type { World } from './support/world.ts'
import { aWorld, closeAll } from './support/world.ts'

const routes = api(nothing)
const said = saidOfRoutes(writtenPage())
const saidOf = (name: string): Said => {
  const found = said.get(name)
  if (found === undefined)
    throw new Error(`docs/permissions.md does not know ${name}: npm run docs:permissions`)
  return found
}

describe('docs/permissions.md', () => {
  it('is made of the routes and the permission table as they are', async () => {
    expect(writtenPage(), 'run `npm run docs:permissions`').to.equal(await permissionsPage(routes))
  })

  it('knows every route, and no other', () => {
    expect([...said.keys()]).to.have.members(routes.map(({ method, path }) => `${method} ${path}`))
  })
})

describe('who may use which route', () => {
  afterEach(closeAll)

  it('is written down for every route, and for no other', () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`)
    expect(Object.keys(expectations)).to.have.members(names)
  })

  for (const { method, path, permission } of routes) {
    const expectation = expectations[`${method} ${path}`]
    if (expectation === undefined) continue

    const expectOutcome = async (world: World, who: Who, attempt: Attempt): Promise<void> => {
      const allowed = expectation.for.includes(who)
      expect(
        pageAllows(saidOf(`${method} ${path}`), expectation, world, who),
        `docs/permissions.md for ${who}`,
      ).to.equal(allowed)

      const token = who === 'anonymous' ? undefined : await freshToken(world, who)
      const { status, error, text } = await world.call(method, attempt.path, {
        token,
        ...(attempt.body === undefined ? {} : { body: attempt.body }),
        ...(attempt.headers === undefined ? {} : { headers: attempt.headers }),
      })
      const outcome = status < 300 ? 'allowed' : `${status} ${error?.code ?? ''}`
      const refusal = who === 'anonymous' ? '401 TOKEN_MISSING' : '403 PERMISSION_DENIED'
      expect(outcome, `${who}: ${text}`).to.equal(allowed ? 'allowed' : refusal)
    }

    it(`${method} ${path} (${permission}): ${expectation.for.join(', ')}`, async () => {
      // Those who are refused change nothing, nor do those who read: one world does for them, unless each tries something else.
      const isHarmless = (who: Who) => method === 'GET' || !expectation.for.includes(who)
      const harmless = everybody.filter(isHarmless)
      const others = everybody.filter(who => !isHarmless(who))
      const alike = expectation.attempt.length < 2
      const groups = [...(alike ? [harmless] : harmless.map(who => [who])), ...others.map(who => [who])]
      for (const group of groups.filter(({ length }) => length > 0)) {
        const world = await aWorld()
        const attempt = await expectation.attempt(world, group[0]!)
        for (const who of group) await expectOutcome(world, who, attempt)
        await closeAll()
      }
    })
  }
})

/**
 * AUT-6: what a key may follows from docs/permissions.md and the expectations above, and is written down nowhere else. Those who are
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
        const allowed = pageAllowsKey(saidOf(`${method} ${path}`), expectation, world, null)
        expect(allowed, 'docs/permissions.md').to.equal(isScope(permission))
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
        const allowed = pageAllowsKey(saidOf(`${method} ${path}`), expectation, another, { branchId, who })
        expect(await outcomeOf(another, again, key), `of the branch ${place}`).to.equal(
          allowed ? 'allowed' : '403 PERMISSION_DENIED',
        )
        await closeAll()
      }
    })
  }
})
