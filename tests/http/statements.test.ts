/**
 * How often the main routes ask the database. A number that grows here is a slower desk: it is changed with a reason, and
 * measured (`npm run bench`).
 */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { asked } from '../support/statement-count.ts'
import type { Asked } from '../support/statement-count.ts'
import { idOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { aKey, settled } from './support/keys.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Request = (world: World) => Promise<Reply>

const barcodeOf = ({ copies }: World): string => copies[0]!.barcode

const checkOut =
  (headers: Readonly<Record<string, string>> = {}): Request =>
  world =>
    world.call('POST', '/borrowings', {
      token: world.tokens.librarian,
      headers,
      body: { barcode: barcodeOf(world), user_id: world.ids.user },
    })
const bringBack: Request = world =>
  world.call('POST', '/returns', { token: world.tokens.librarian, body: { barcode: barcodeOf(world) } })
const show =
  (path: (world: World) => string): Request =>
  world =>
    world.call('GET', path(world), { token: world.tokens.librarian })

interface Route {
  /** What is done before, uncounted. */
  readonly before?: (world: World) => Promise<unknown>
  readonly request: (world: World, before: unknown) => Promise<Reply>
  readonly after?: Request
}

const lent = async (world: World) => idOf(await checkOut()(world))

const askBy = (world: World, key: string): Promise<Reply> =>
  world.call('GET', `/authors/${world.authorId}`, { headers: { 'X-API-Key': key } })

const routes: Readonly<Record<string, Route>> = {
  'POST /borrowings': { request: checkOut(), after: bringBack },
  'POST /returns': { before: lent, request: bringBack },
  'PUT /borrowings/{id}/return': {
    before: lent,
    request: (world, id) =>
      world.call('PUT', `/borrowings/${String(id)}/return`, { token: world.tokens.librarian }),
  },
  'PUT /borrowings/{id}/renew': {
    before: lent,
    request: (world, id) =>
      world.call('PUT', `/borrowings/${String(id)}/renew`, { token: world.tokens.librarian }),
    after: bringBack,
  },
  'GET /users/{id}/eligibility': {
    request: show(
      ({ ids, copies }) =>
        `/users/${String(ids.user)}/eligibility?action=checkout&book_copy_id=${String(copies[0]!.id)}`,
    ),
  },
  'GET /books/{id}': { request: show(({ bookId }) => `/books/${String(bookId)}`) },
  'GET /books': { request: show(() => '/books?limit=20') },
  'GET /auth/me': { request: show(() => '/auth/me') },
  'GET /authors/{id} by token': { request: show(({ authorId }) => `/authors/${authorId}`) },
  'GET /authors/{id} by key': {
    // Its last use is written once a minute.
    before: async world => {
      const key = await aKey(world, ['catalogue:read'])
      await askBy(world, key)
      await settled()
      return key
    },
    request: (world, key) => askBy(world, String(key)),
  },
}

/**
 * Statements, and the turns they take on Postgres. Beginning and ending a transaction are two statements, the looks at the session and at
 * the clock (where that may be set, as here) one of both.
 */
const expected: Readonly<Record<string, readonly [statements: number, turns: number]>> = {
  'POST /borrowings': [21, 8],
  'POST /returns': [17, 9],
  'PUT /borrowings/{id}/return': [18, 10],
  // One of them asks who waits for the title (R5.2), beside the others.
  'PUT /borrowings/{id}/renew': [19, 7],
  'GET /users/{id}/eligibility': [15, 10],
  'GET /books/{id}': [6, 3],
  'GET /books': [7, 7],
  'GET /auth/me': [2, 2],
  // By a key it is asked for as often as by a token.
  'GET /authors/{id} by token': [9, 9],
  'GET /authors/{id} by key': [9, 9],
}

for (const backend of backends.filter(({ name }) => name !== 'memory')) {
  describe(`what ${backend.name} is asked for`, () => {
    let world: World

    before(async () => {
      world = await aWorld({}, backend)
    })
    after(closeAll)

    /** Ids come in blocks, rules and calendars are kept in memory: what is done for the first time asks for more. */
    const told = async ({ before, request, after }: Route): Promise<Asked> => {
      const once = async (): Promise<Asked> => {
        const made = await before?.(world)
        let status = 0
        const counted = await asked(async () => {
          status = (await request(world, made)).status
        })
        expect(status).to.be.oneOf([200, 201])
        await after?.(world)
        return counted
      }
      await once()
      return once()
    }

    for (const [name, route] of Object.entries(routes)) {
      it(name, async () => {
        const { statements, turns } = await told(route)
        const [most, inTurns] = expected[name]!
        expect([statements, turns]).to.deep.equal([most, backend.name === 'SQLite' ? 0 : inTurns])
      })
    }

    if (backend.name === 'Postgres') {
      it('a checkout takes 8 turns at the most', async () => {
        expect((await told(routes['POST /borrowings']!)).turns).to.be.at.most(8)
      })
    }
  })
}
