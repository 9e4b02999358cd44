/** TST-3: everybody tries every route. A new route fails here until somebody wrote down who may use it. */
import { expect } from 'chai'
import { api } from '../../adapters/http/api.ts'
import { everybody, expectations, maySay } from './support/expectations.ts'
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

/** The clock may have gone on since the library was made. */
const freshToken = async (world: World, who: keyof World['tokens']): Promise<string> => {
  const body = { login: who, password: 'correct horse battery' }
  const { data } = await world.call('POST', '/auth/login', { body })
  return (data as { readonly access_token: string }).access_token
}
