import { expect } from 'chai'
import { expectFaults, expectRefusal, rowsOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Row = Readonly<Record<string, unknown>>

describe('the library’s clock', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const ask = (method: string, path: string, body?: object) =>
    world.call(method, path, { token: world.tokens.admin, ...(body === undefined ? {} : { body }) })
  const set = (now: string | null) => ask('PUT', '/admin/clock', { now })
  const lend = async (barcode: string) =>
    (await ask('POST', '/borrowings', { user_id: world.ids.user, barcode })).data as Row

  it('is set, and runs on from there', async () => {
    expect((await set('2027-03-27T11:00:00+01:00')).data).to.deep.equal({
      now: '2027-03-27T10:00:00.000Z',
      controlled: true,
    })
    world.clock.minutes(5)
    // Three weeks later, across the change to summer time.
    expect(await lend('C-1')).to.include({
      borrow_date: '2027-03-27T10:05:00.000Z',
      due_date: '2027-04-17T21:59:59.000Z',
    })
  })

  it('leaves tokens, sessions and stamps to real time', async () => {
    await set('2037-03-27T10:00:00Z')
    expect((await ask('GET', '/auth/me')).status).to.equal(200)
    await ask('PUT', `/books/${world.bookId}`, { pages: 1 })
    const [row] = rowsOf(await ask('GET', '/audit?action=book.changed'))
    expect(row).to.include({ recorded_at: '2026-11-21T10:00:00.000Z' })
    expect((await ask('GET', `/books/${world.bookId}`)).data).to.include({
      updated_at: '2026-11-21T10:00:00.000Z',
    })
  })

  it('does not go back before the latest thing that happened, not even to real time', async () => {
    await set('2027-03-27T10:00:00Z')
    await lend('C-1')
    world.clock.minutes(1)
    const latest = '2027-03-27T10:00:00.000Z'
    expectRefusal(await set('2027-03-27T09:59:59.999Z'), 409, 'CONFLICT', {
      now: '2027-03-27T09:59:59.999Z',
      latest,
    })
    expectRefusal(await set(null), 409, 'CONFLICT', { now: '2026-11-21T10:01:00.000Z', latest })
    expect((await set(latest)).data).to.deep.equal({ now: latest, controlled: true })
  })

  it('goes back where nothing happened meanwhile, and is real time again with null', async () => {
    await set('2027-03-27T10:00:00Z')
    await set('2027-01-01T00:00:00Z')
    const real = { now: '2026-11-21T10:00:00.000Z', controlled: false }
    expect((await set(null)).data).to.deep.equal(real)
    expect((await set(null)).data).to.deep.equal(real)
    expect(await lend('C-1')).to.include({ borrow_date: real.now })
    expect((await set('2026-11-21T10:00:00Z')).data).to.deep.equal({ ...real, controlled: true })
  })

  it('is in the audit', async () => {
    await set('2027-03-27T10:00:00Z')
    const [row] = rowsOf(await ask('GET', '/audit?target=clock'))
    expect(row).to.deep.include({
      action: 'clock.set',
      occurred_at: '2027-03-27T10:00:00.000Z',
      recorded_at: '2026-11-21T10:00:00.000Z',
      before: { now: '2026-11-21T10:00:00.000Z', controlled: false },
      after: { now: '2027-03-27T10:00:00.000Z', controlled: true },
    })
  })

  it('takes an instant or null, of years that a due date fits after', async () => {
    expectFaults(await ask('PUT', '/admin/clock', {}), 'now REQUIRED')
    expectFaults(await ask('PUT', '/admin/clock', { now: 'tomorrow' }), 'now INVALID_INSTANT')
    expectFaults(await ask('PUT', '/admin/clock', { now: '2900-01-01T00:00:00Z' }), 'now OUT_OF_RANGE')
    expectFaults(await ask('PUT', '/admin/clock', { now: '1969-12-31T23:59:59Z' }), 'now OUT_OF_RANGE')
    await ask('PUT', `/users/${world.ids.user}`, { membership_expires_on: null })
    expect((await set('2899-12-31T23:59:59Z')).status).to.equal(200)
    expect((await lend('C-1'))['due_date']).to.equal('2900-01-22T22:59:59.000Z')
  })

  it('is not to be found where it may not be set', async () => {
    const other = await aWorld({ change: deps => ({ ...deps, clock: null }) })
    // By hand: the document that the client holds answers against has the route.
    const reply = await fetch(`${other.api.url}/api/v1/admin/clock`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${other.tokens.admin}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ now: null }),
    })
    expect(reply.status).to.equal(404)
    expect(await reply.json()).to.have.nested.property('error.code', 'ROUTE_NOT_FOUND')
  })
})
