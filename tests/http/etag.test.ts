/** API-3: conditional requests. What is known is not sent again, and no update is lost under another. */
import { expect } from 'chai'
import * as t from 'io-ts'
import { etagOf, isKnown, versionsOf } from '../../adapters/http/etag.ts'
import { route } from '../../adapters/http/routes.ts'
import { ok } from '../../adapters/http/success.ts'
import { TE } from '../../core/shared/fp.ts'
import { backends } from '../support/backends.ts'
import { newFine, post } from '../support/world.ts'
import type { Movement } from '../support/world.ts'
import { expectFaults, expectRefusal, idOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const tagOf = ({ headers, text }: Reply): string => {
  const tag = headers.get('etag')
  expect(tag, text).to.match(/^"[1-9]\d*-[\w-]{22}"$/)
  return tag!
}

describe('an entity tag', () => {
  const tag = etagOf(3, 'body')

  it('is strong, tells the version, and differs with what is shown', () => {
    expect(tag).to.match(/^"3-[\w-]{22}"$/)
    expect(etagOf(3, 'body')).to.equal(tag)
    expect(etagOf(3, 'other')).not.to.equal(tag)
    expect(versionsOf(tag)).to.deep.equal([3])
  })

  it('is known where it stands in the list, weak or strong, and where anything will do', () => {
    for (const header of [tag, `W/${tag}`, `"a", ${tag}`, `"a,b" ,W/"x",${tag}`, ' * ', `junk, ${tag}`]) {
      expect(isKnown(tag, header), header).to.equal(true)
    }
    for (const header of ['', '"a"', tag.slice(1), `${tag}x`, `x${tag}`, `w/${tag}`, `"*"`, `*, "a"`]) {
      expect(isKnown(tag, header), header).to.equal(false)
    }
  })

  it('names its version only as we wrote it, and strongly', () => {
    const other = etagOf(12, 'other')
    expect(versionsOf(`${tag}, ${other}`)).to.deep.equal([3, 12])
    expect(versionsOf('*')).to.equal(null)
    for (const header of [
      `W/${tag}`,
      '',
      '3',
      '"3"',
      '"3-x"',
      tag.replace('3', '03'),
      tag.replace('3', '0'),
    ]) {
      expect(versionsOf(header), header).to.deep.equal([])
    }
    expect(versionsOf(`W/${tag}, ${other}, "junk`)).to.deep.equal([12])
  })

  it('is looked for in one pass, however long the header', () => {
    const long = `${' '.repeat(15_000)}x`
    expect(versionsOf(`${long},${tag}`)).to.deep.equal([3])
  })
})

describe('a conditional GET', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    world.call(method, path, { token: world.tokens.admin, headers })

  it('of anything single is 304 without a body while it is known', async () => {
    const made = async (path: string, body: object) =>
      `${path}/${idOf(await world.call('POST', path, { token: world.tokens.admin, body }))}`
    const paths = [
      `/books/${world.bookId}`,
      `/authors/${world.authorId}`,
      `/branches/${world.here}`,
      `/copies/${world.copies[0]!.id}`,
      `/users/${world.ids.user}`,
      await made('/publishers', { name: 'Beacon Press' }),
      await made('/genres', { name: 'Fiction' }),
      await made('/borrowings', { user_id: world.ids.user, barcode: 'C-1' }),
    ]
    for (const path of paths) {
      const shown = await get(path)
      const known = await get(path, { 'If-None-Match': `"x", W/${tagOf(shown)}` })
      expect([known.status, known.text], path).to.deep.equal([304, ''])
      expect(tagOf(known)).to.equal(tagOf(shown))
      expect(known.headers.get('cache-control')).to.equal('no-store')
      expect(known.headers.get('vary')).to.equal(shown.headers.get('vary'))
      expect(known.headers.get('vary')).to.include('Accept')
      expect(known.headers.get('content-type')).to.equal(null)
      const headed = await get(path, { 'If-None-Match': tagOf(shown) }, 'HEAD')
      expect([headed.status, tagOf(headed)], path).to.deep.equal([304, tagOf(shown)])
      expect((await get(path, { 'If-None-Match': '*' })).status).to.equal(304)
      expect((await get(path, { 'If-None-Match': '"1-x"' })).status).to.equal(200)
      expect((await get(`${path}?fields=id`, { 'If-None-Match': tagOf(shown) })).status).to.equal(200)
    }
  })

  it('of what a change answers is the one it is shown with afterwards', async () => {
    const world = await aWorld()
    const path = `/copies/${world.copies[0]!.id}`
    const changed = await world.call('PUT', path, { token: world.tokens.admin, body: { condition: 'poor' } })
    expect(tagOf(changed)).to.equal(tagOf(await world.call('GET', path)))
  })

  it('may be kept by those who do not log in, if they ask each time', async () => {
    const shown = await world.call('GET', `/books/${world.bookId}`)
    expect(shown.headers.get('cache-control')).to.equal('no-cache')
    const known = await world.call('GET', `/books/${world.bookId}`, {
      headers: { 'If-None-Match': tagOf(shown) },
    })
    expect([known.status, known.headers.get('cache-control')]).to.deep.equal([304, 'no-cache'])
    expect(world.api.log.lines.at(-1)).to.include({ status: 304, bytes: 0 })
  })

  it('shows what changed, were it in another row', async () => {
    const path = `/books/${world.bookId}`
    const shown = await get(path)
    await world.call('POST', '/borrowings', {
      token: world.tokens.admin,
      body: { user_id: world.ids.user, barcode: 'C-1' },
    })
    const again = await get(path, { 'If-None-Match': tagOf(shown) })
    expect(again.status).to.equal(200)
    expect(again.data).to.include({ available_copies: 1 })
  })

  it('is nothing to a refusal, a list or a change', async () => {
    const any = { 'If-None-Match': '*' }
    expectRefusal(await get('/books/99', any), 404, 'NOT_FOUND')
    const list = await get('/books', any)
    expect([list.status, list.headers.get('etag')]).to.deep.equal([200, null])
    const changed = await world.call('PUT', `/books/${world.bookId}`, {
      token: world.tokens.admin,
      body: { pages: 1 },
      headers: any,
    })
    expect(changed.status).to.equal(200)
  })
})

for (const backend of backends) {
  describe(`If-Match on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const ask = (method: string, path: string, ifMatch: string | null, body?: object) =>
      world.call(method, path, {
        token: world.tokens.admin,
        ...(body === undefined ? {} : { body }),
        ...(ifMatch === null ? {} : { headers: { 'If-Match': ifMatch } }),
      })
    const made = async (path: string, body: object) => `${path}/${idOf(await ask('POST', path, null, body))}`

    it('refuses an update of what changed meanwhile, whatever it is', async () => {
      const things: readonly (readonly [resource: string, path: string, change: object, other: object])[] = [
        ['book', `/books/${world.bookId}`, { pages: 1 }, { pages: 2 }],
        ['author', `/authors/${world.authorId}`, { nationality: 'US' }, { nationality: 'FR' }],
        ['branch', `/branches/${world.here}`, { city: 'Berlin' }, { city: 'Bonn' }],
        ['copy', `/copies/${world.copies[0]!.id}`, { condition: 'poor' }, { condition: 'fair' }],
        ['user', `/users/${world.ids.user}`, { city: 'Berlin' }, { city: 'Bonn' }],
        ['publisher', await made('/publishers', { name: 'P' }), { city: 'Boston' }, { city: 'Bonn' }],
        ['genre', await made('/genres', { name: 'G' }), { description: 'a' }, { description: 'b' }],
      ]
      for (const [resource, path, change, other] of things) {
        const read = tagOf(await ask('GET', path, null))
        const first = await ask('PUT', path, read, change)
        expect(first.data, first.text).to.deep.include(change)
        const late = await ask('PATCH', path, read, other)
        const [version] = versionsOf(tagOf(first))!
        expectRefusal(late, 412, 'VERSION_MISMATCH', { resource, id: idOf(first), version })
        expect((await ask('GET', path, null)).data).to.deep.include(change)
        expect((await ask('PUT', path, `"x", ${tagOf(first)}`, other)).data).to.deep.include(other)
        expectRefusal(await ask('PUT', path, `W/${tagOf(first)}`, change), 412, 'VERSION_MISMATCH')
        expect((await ask('PUT', path, '*', change)).data).to.deep.include(change)
      }
    })

    it('refuses to delete what changed meanwhile', async () => {
      for (const [path, body, change] of [
        ['/authors', { name: 'N' }, { nationality: 'US' }],
        ['/publishers', { name: 'P' }, { city: 'Boston' }],
        ['/genres', { name: 'G' }, { description: 'a' }],
        ['/branches', { name: 'B', time_zone: 'UTC' }, { city: 'Bonn' }],
      ] as const) {
        const added = await ask('POST', path, null, body)
        const one = `${path}/${idOf(added)}`
        const changed = await ask('PUT', one, tagOf(added), change)
        expectRefusal(await ask('DELETE', one, tagOf(added)), 412, 'VERSION_MISMATCH')
        expect((await ask('DELETE', one, tagOf(changed))).status).to.equal(200)
        expectRefusal(await ask('DELETE', one, '*'), 404, 'NOT_FOUND')
      }
      const copy = `/copies/${world.copies[1]!.id}`
      const read = tagOf(await ask('GET', copy, null))
      await ask('PUT', copy, null, { condition: 'poor' })
      expectRefusal(await ask('DELETE', copy, read), 412, 'VERSION_MISMATCH')
    })

    it('refuses to renew and to return a loan that is another by now', async () => {
      const lent = await ask('POST', '/borrowings', null, { user_id: world.ids.user, barcode: 'C-1' })
      const path = `/borrowings/${idOf(lent)}`
      world.clock.minutes(14 * 60)
      const access_token = await freshToken(world, 'admin')
      const put = (what: string, ifMatch: string) =>
        world.call('PUT', `${path}/${what}`, { token: access_token, headers: { 'If-Match': ifMatch } })
      const renewed = await put('renew', tagOf(lent))
      expect(renewed.data, renewed.text).to.include({ renewal_count: 1 })
      expectRefusal(await put('renew', tagOf(lent)), 412, 'VERSION_MISMATCH')
      expectRefusal(await put('return', tagOf(lent)), 412, 'VERSION_MISMATCH')
      const back = await put('return', tagOf(renewed))
      expect(back.data, back.text).to.include({ is_returned: true })
      // What it is comes before how it stands.
      expectRefusal(await put('return', tagOf(renewed)), 412, 'VERSION_MISMATCH')
      expectRefusal(await put('return', tagOf(back)), 409, 'ALREADY_RETURNED')
    })

    it('refuses to move money on a fine that is another by now', async () => {
      const { persistence, ids } = world
      const moves: readonly (readonly [move: string, body: object, status: number, ...Movement[]])[] = [
        ['payments', { amount: 100, method: 'cash' }, 201],
        ['waive', { amount: 100, reason: 'A flood' }, 200],
        ['refund', { amount: 100, reason: 'A mistake' }, 200, ['payment', -200]],
      ]
      for (const [move, body, status, ...movements] of moves) {
        const fine = await newFine(persistence, { memberId: ids.user }, ['charge', 250], ...movements)
        await post(persistence, fine)
        const path = `/fines/${fine.id}`
        const read = tagOf(await ask('GET', path, null))
        await ask('POST', `${path}/waive`, read, { amount: 1, reason: 'A cent' })
        const now = await ask('GET', path, null)
        const stale = await ask('POST', `${path}/${move}`, read, body)
        expectRefusal(stale, 412, 'VERSION_MISMATCH', { resource: 'fine', id: fine.id, version: 2 })
        expect((await ask('GET', path, null)).data, move).to.deep.equal(now.data)
        const moved = await ask('POST', `${path}/${move}`, tagOf(now), body)
        expect(moved.status, moved.text).to.equal(status)
        expect(versionsOf(tagOf(moved))).to.deep.equal([3])
        expect((await ask('GET', path, null)).data, move).to.deep.equal(moved.data)
      }
    })

    it('lets one of two librarians win who change the same version at once', async () => {
      for (const path of [`/books/${world.bookId}`, `/authors/${world.authorId}`]) {
        const read = tagOf(await ask('GET', path, null))
        const field = path.startsWith('/books') ? 'edition' : 'nationality'
        const both = await Promise.all(
          ['First', 'Second'].map(value => ask('PUT', path, read, { [field]: value })),
        )
        expect(both.map(({ status }) => status).sort(), both[0]!.text).to.deep.equal([200, 412])
        const won = both.find(({ status }) => status === 200)!
        const { [field]: kept } = won.data as Record<string, unknown>
        expect((await ask('GET', path, null)).data).to.include({ [field]: kept })
      }
    })
  })
}

describe('If-Match', () => {
  afterEach(closeAll)

  it('comes after the input, the thing and whose it is', async () => {
    const world = await aWorld()
    const stale = { 'If-Match': '"99-aaaaaaaaaaaaaaaaaaaaaa"' }
    const { tokens, ids } = world
    const put = (path: string, token: string, body: object) =>
      world.call('PUT', path, { token, body, headers: stale })
    expectFaults(await put('/books/1', tokens.admin, { pages: 0 }), 'pages OUT_OF_RANGE')
    expectRefusal(await put('/books/99', tokens.admin, {}), 404, 'NOT_FOUND')
    expectRefusal(await put(`/users/${ids.other}`, tokens.user, {}), 403, 'PERMISSION_DENIED')
    expectRefusal(await put(`/users/${ids.user}`, tokens.user, {}), 412, 'VERSION_MISMATCH')
    expectRefusal(await put(`/copies/${world.copies[0]!.id}`, tokens.stranger, {}), 403, 'PERMISSION_DENIED')
    expectRefusal(await put('/books/1', tokens.admin, { author_id: 99 }), 412, 'VERSION_MISMATCH')
  })

  it('is nothing to a POST that makes something new', async () => {
    const { call, tokens } = await aWorld()
    const added = await call('POST', '/authors', {
      token: tokens.admin,
      body: { name: 'N' },
      headers: { 'If-Match': '"99-x"' },
    })
    expect(added.status).to.equal(201)
  })

  it('is asked for by a route that needs it: without it 428, after the input and before the act', async () => {
    const seen: unknown[] = []
    const strict = route({
      method: 'PUT',
      path: '/strict',
      permission: 'catalogue:write',
      summary: 'Change what must not be changed unseen',
      data: t.null,
      versionRequired: true,
      act: ({ act }) => {
        seen.push(act.expects)
        return TE.right(null)
      },
      show: () => ok('Changed', null),
    })
    const world = await aWorld({ routes: [strict] })
    const put = (path: string, headers: Readonly<Record<string, string>>) =>
      fetch(`${world.api.url}/api/v1${path}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${world.tokens.librarian}`, ...headers },
      })
    const codeOf = async (response: Response) =>
      ((await response.json()) as { readonly error?: { readonly code: string } }).error?.code
    const without = await put('/strict', {})
    expect([without.status, await codeOf(without)]).to.deep.equal([428, 'VERSION_REQUIRED'])
    expect(await codeOf(await put('/strict?x=1', {}))).to.equal('UNKNOWN_PARAMETER')
    expect(seen).to.deep.equal([])
    for (const ifMatch of [etagOf(7, ''), '*', 'junk']) await put('/strict', { 'If-Match': ifMatch })
    expect(seen).to.deep.equal([[7], null, []])
  })
})
