/** AUT-2, AUT-3: whoever keeps the body of his request back acts as what he is when it comes. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { enrolled, otpAt } from '../support/second-factor.ts'
import { idOf } from './support/client.ts'
import { settled } from './support/keys.ts'
import { password } from './support/library.ts'
import { rawConnection } from './support/raw.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`a request that is held open (${backend.name})`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    /** The head is sent at once and judged; the body when it is asked for. */
    const held = async (method: string, path: string, credential: string, body: object) => {
      const connection = await rawConnection(world.api.port)
      const text = JSON.stringify(body)
      const head = [
        `${method} /api/v1${path} HTTP/1.1`,
        'Host: x',
        credential,
        'Content-Type: application/json',
        `Content-Length: ${text.length}`,
        'Connection: close',
      ]
      connection.socket.write(`${head.join('\r\n')}\r\n\r\n`)
      await settled()
      return async (): Promise<string> => {
        connection.socket.write(text)
        await connection.closed
        const answer = connection.text()
        return `${answer.slice(9, 12)} ${/"code":"(\w+)"/.exec(answer)?.[1] ?? ''}`.trim()
      }
    }
    const bearer = (token: string) => `Authorization: Bearer ${token}`
    const asAdmin = (method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens.admin, ...(body === undefined ? {} : { body }) })

    it('goes on as it was asked where nothing changed', async () => {
      const finish = await held('POST', '/genres', bearer(world.tokens.librarian), { name: 'Held' })
      expect(await finish()).to.equal('201')
    })

    it('appoints nobody again who was dismissed meanwhile', async () => {
      const { ids, here, tokens } = world
      await asAdmin('POST', '/staff', { user_id: ids.other, role: 'admin', branch_id: here })
      await enrolled(world.persistence, ids.other)
      const login = { login: 'other', password, otp: otpAt(world.clock.now()) }
      const { access_token: token } = (await world.call('POST', '/auth/login', { body: login })).data as {
        readonly access_token: string
      }
      const again = { user_id: ids.other, role: 'admin', branch_id: here }
      const finish = await held('POST', '/staff', bearer(token), again)
      expect((await asAdmin('DELETE', `/staff/${ids.other}`)).status).to.equal(200)
      expect(await finish()).to.equal('401 TOKEN_REVOKED')
      expect((await asAdmin('GET', `/staff/${ids.other}`)).status).to.equal(404)
      // Where the session goes on it is the permission that counts.
      const withheld = await held('POST', '/genres', bearer(tokens.librarian), { name: 'Withheld' })
      await asAdmin('PUT', `/staff/${ids.librarian}`, { withheld_permissions: ['catalogue:write'] })
      expect(await withheld()).to.equal('403 PERMISSION_DENIED')
    })

    it('is refused after a logout', async () => {
      const { tokens } = world
      const finish = await held('POST', '/genres', bearer(tokens.librarian), { name: 'Late' })
      expect((await world.call('POST', '/auth/logout', { token: tokens.librarian })).status).to.equal(200)
      expect(await finish()).to.equal('401 TOKEN_REVOKED')
    })

    it('is refused with a key that was revoked meanwhile', async () => {
      const made = await asAdmin('POST', '/api-keys', { name: 'A system', scopes: ['catalogue:write'] })
      const { key } = made.data as { readonly key: string }
      const finish = await held('POST', '/genres', `X-API-Key: ${key}`, { name: 'Late' })
      expect((await asAdmin('DELETE', `/api-keys/${idOf(made)}`)).status).to.equal(200)
      expect(await finish()).to.equal('401 INVALID_CREDENTIALS')
    })
  })
}
