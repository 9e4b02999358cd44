/** Bodies: too large (413), of the wrong type (415), of the wrong form (400). */
import { expect } from 'chai'
import { bodyLimit } from '../../adapters/http/body.ts'
import { expectFaults, expectRefusal, namesOf } from './support/client.ts'
import { exchange, rawConnection } from './support/raw.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

describe('the body of a request', () => {
  let world: World
  before(async () => {
    world = await aWorld()
  })
  after(closeAll)

  const post = (raw: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    world.call('POST', '/genres', { token: world.tokens.librarian, raw, headers })
  const head = (...headers: readonly string[]) =>
    [
      'POST /api/v1/genres HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${world.tokens.librarian}`,
      'Content-Type: application/json',
      ...headers,
      '',
      '',
    ].join('\r\n')

  describe('is JSON', () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
      'application/merge-patch+json',
      'application/vnd.library.v1+json',
    ]) {
      it(`as ${type}`, async () => {
        const reply = await post(JSON.stringify({ name: `Genre ${type}` }), { 'Content-Type': type })
        expect(reply.status, reply.text).to.equal(201)
      })
    }

    for (const [type, name] of [
      ['text/plain', 'text'],
      ['application/x-www-form-urlencoded', 'a form'],
      ['multipart/form-data; boundary=x', 'a form in parts'],
      ['text/json', 'not registered'],
      ['application/jsonp', 'another type'],
      ['application/json; charset=utf-16', 'not UTF-8'],
      ['application/json; charset=iso-8859-1', 'not UTF-8'],
      ['json', 'no type'],
      ['', 'no type at all'],
    ] as const) {
      it(`and not ${name}: ${type}`, async () => {
        const reply = await post('{"name": "Poetry"}', { 'Content-Type': type })
        expectRefusal(reply, 415, 'UNSUPPORTED_MEDIA_TYPE')
        expect(reply.headers.get('accept')).to.equal('application/json')
      })
    }

    for (const coding of ['gzip', 'br', 'deflate, gzip', 'nonsense']) {
      it(`not compressed: ${coding}`, async () => {
        const reply = await post('{"name": "Poetry"}', { 'Content-Encoding': coding })
        expectRefusal(reply, 415, 'UNSUPPORTED_MEDIA_TYPE')
        expect(reply.headers.get('accept-encoding')).to.equal('identity')
      })
    }

    it('with the identity coding', async () => {
      const reply = await post('{"name": "Plain"}', { 'Content-Encoding': 'identity' })
      expect(reply.status).to.equal(201)
    })

    for (const raw of [
      '{',
      '{"name": "a",}',
      'name=a',
      "{'name': 'a'}",
      '{"name": NaN}',
      '\u0000',
      '{"name": "\u0001"}',
    ]) {
      it(`and well formed: ${JSON.stringify(raw)}`, async () =>
        expectRefusal(await post(raw), 400, 'MALFORMED_JSON', null))
    }

    it('in UTF-8', async () =>
      expectRefusal(await post(new Uint8Array([123, 34, 255, 34, 58, 49, 125])), 400, 'MALFORMED_JSON', null))

    it('without a field given twice', async () => {
      const reply = await post('{"name": "a", "name": "b"}')
      expectRefusal(reply, 400, 'MALFORMED_JSON')
      expect(namesOf(reply.error?.details)).to.deep.equal(['name DUPLICATE_FIELD'])
    })

    it('without __proto__', async () => {
      expectFaults(await post('{"name": "a", "__proto__": {"description": "b"}}'), '__proto__ UNKNOWN_FIELD')
      expect({}).not.to.have.property('description')
    })

    for (const raw of ['[]', '"text"', '1', 'true', 'null', '[{"name": "a"}]']) {
      it(`and an object, not ${raw}`, async () => expectFaults(await post(raw), 'body INVALID_TYPE'))
    }

    it('nested as deep as it likes, in vain', async () => {
      const depth = 100_000
      expectFaults(await post(`{"name": ${'['.repeat(depth)}${']'.repeat(depth)}}`), 'name INVALID_TYPE')
    })

    it('whose numbers are numbers', async () =>
      expectFaults(await post('{"name": "a", "parent_genre_id": 1e999}'), 'parent_genre_id NOT_AN_INTEGER'))
  })

  describe('left out', () => {
    it('names each field that must be there', async () =>
      expectFaults(await world.call('POST', '/genres', { token: world.tokens.librarian }), 'name REQUIRED'))

    it('is missed where nothing in it must be there', async () =>
      expectFaults(await world.call('PUT', '/genres/1', { token: world.tokens.librarian }), 'body REQUIRED'))

    it('may be of any type', async () => {
      const reply = await world.call('POST', '/genres', {
        token: world.tokens.librarian,
        headers: { 'Content-Type': 'text/plain' },
      })
      expectFaults(reply, 'name REQUIRED')
    })

    it('is as good as an empty one where it may be', async () => {
      const { tokens } = await aWorld()
      const login = await world.call('POST', '/auth/logout', { token: tokens.other })
      expect(login.status).to.equal(200)
    })

    it('may come in chunks of nothing', async () => {
      const text = await exchange(
        world.api.port,
        `${head('Transfer-Encoding: chunked', 'Connection: close')}0\r\n\r\n`,
      )
      expect(text)
        .to.match(/^HTTP\/1.1 400 /)
        .and.to.include('"field":"name","code":"REQUIRED"')
    })
  })

  describe('over a mebibyte', () => {
    const json = (length: number) => `{"name": "${'x'.repeat(length - 12)}"}`

    it('is too large; one of exactly a mebibyte is not', async () => {
      expect(json(bodyLimit)).to.have.length(bodyLimit)
      expectFaults(await post(json(bodyLimit)), 'name TOO_LONG')
      expectRefusal(await post(json(bodyLimit + 1)), 413, 'BODY_TOO_LARGE', { limit: bodyLimit })
    })

    it('is told at once where it is announced, and the connection is closed', async () => {
      const { socket, until, closed } = await rawConnection(world.api.port)
      socket.write(head(`Content-Length: ${bodyLimit + 1}`))
      const text = await until(/BODY_TOO_LARGE.*\}\}$/s)
      expect(text).to.match(/^HTTP\/1.1 413 /)
      expect(text).to.match(/Connection: close/i)
      expect(text).to.match(/X-Request-Id: /i)
      await closed
    })

    it('is told while the client is still sending chunks without an end', async () => {
      const { socket, until, closed } = await rawConnection(world.api.port)
      socket.write(head('Transfer-Encoding: chunked'))
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
      const sending = setInterval(() => socket.write(chunk), 1)
      try {
        expect(await until(/BODY_TOO_LARGE.*\}\}$/s)).to.match(/^HTTP\/1.1 413 /)
      } finally {
        clearInterval(sending)
      }
      socket.end()
      await closed
    })

    it('does not hold the connection of a client that never stops', async () => {
      const { socket, closed } = await rawConnection(world.api.port)
      socket.write(head('Transfer-Encoding: chunked'))
      const sending = setInterval(
        () => socket.writable && socket.write(`1000\r\n${'x'.repeat(0x1000)}\r\n`),
        1,
      )
      await closed
      clearInterval(sending)
    }).timeout(20_000)

    it('is 413 before it is 415', async () =>
      expectRefusal(await post(json(bodyLimit + 1), { 'Content-Type': 'text/plain' }), 413, 'BODY_TOO_LARGE'))
  })

  it('cut off half way is no bug', async () => {
    world.api.log.bugs.splice(0)
    world.api.log.lines.splice(0)
    const { socket } = await rawConnection(world.api.port)
    socket.write(`${head('Content-Length: 100')}{"name"`)
    await new Promise(resolve => setTimeout(resolve, 50))
    socket.destroy()
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(world.api.log.lines.at(-1)).to.include({ route: '/api/v1/genres', status: 400 })
    expect(world.api.log.bugs).to.deep.equal([])
    expect((await world.call('GET', '/genres')).status).to.equal(200)
  })

  it('is not looked at where a route takes none', async () => {
    const text = await exchange(
      world.api.port,
      'GET /api/v1/genres HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\n{{{',
    )
    expect(text).to.match(/^HTTP\/1.1 200 /)
  })
})
