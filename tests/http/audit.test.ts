import { expect } from 'chai'
import { expectFaults, idOf, rowsOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Row = Readonly<Record<string, unknown>>

describe('the audit (AUT-9)', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const ask = (method: string, path: string, body?: object, who: keyof World['tokens'] = 'admin') =>
    world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })

  const audit = async (query = ''): Promise<readonly Row[]> => rowsOf(await ask('GET', `/audit${query}`))

  /** What was done last, and by whom. */
  const last = async (): Promise<Row> => {
    const [row] = await audit('?sort=-id&limit=1')
    return row!
  }

  it('tells who did what to what, from where, in which request, before and after', async () => {
    const reply = await ask(
      'PUT',
      `/books/${world.bookId}`,
      { pages: 400, title: 'The Dispossessed' },
      'librarian',
    )
    expect(await last()).to.deep.include({
      recorded_at: '2026-11-21T10:00:00.000Z',
      actor_id: world.ids.librarian,
      actor_role: 'librarian',
      action: 'book.changed',
      target_type: 'book',
      target_id: world.bookId,
      address: '127.0.0.1',
      request_id: reply.headers.get('x-request-id'),
      before: { pages: 387 },
      after: { pages: 400 },
    })
  })

  it('tells of the catalogue: what came, changed and went', async () => {
    for (const [path, body, change, type] of [
      ['/authors', { name: 'Octavia E. Butler' }, { nationality: 'US' }, 'author'],
      ['/publishers', { name: 'Beacon Press' }, { city: 'Boston' }, 'publisher'],
      ['/genres', { name: 'Science fiction' }, { description: 'Other worlds' }, 'genre'],
      ['/branches', { name: 'Elsewhere', time_zone: 'Europe/Berlin' }, { city: 'Berlin' }, 'branch'],
    ] as const) {
      const id = idOf(await ask('POST', path, body))
      const [field, value] = Object.entries(change)[0]!
      expect(await last()).to.deep.include({
        action: `${type}.created`,
        target_type: type,
        target_id: id,
        before: null,
      })
      await ask('PUT', `${path}/${id}`, change)
      expect(await last()).to.deep.include({
        action: `${type}.changed`,
        before: { [field]: null },
        after: { [field]: value },
      })
      await ask('DELETE', `${path}/${id}`)
      expect(await last()).to.deep.include({ action: `${type}.deleted`, target_id: id, after: null })
      expect((await last())['before']).to.include({ [field]: value })
    }
    const id = idOf(await ask('POST', '/books', { title: 'Kindred', author_id: world.authorId }))
    expect((await last())['after']).to.deep.equal({
      title: 'Kindred',
      author_ids: [world.authorId],
      digital_copies: 0,
      subjects: [],
    })
    expect(await audit(`?target=book:${id}`)).to.have.length(1)
  })

  it('tells of copies', async () => {
    const path = `/books/${world.bookId}/copies`
    const id = idOf(await ask('POST', path, { branch_id: world.here, barcode: 'C-9', price: 1200 }))
    expect(await last()).to.deep.include({ action: 'copy.created', target_id: id, before: null })
    expect((await last())['after']).to.include({ barcode: 'C-9', status: 'available', price: 1200 })
    await ask('PUT', `/copies/${id}`, { condition: 'poor' })
    expect(await last()).to.deep.include({ before: { condition: 'good' }, after: { condition: 'poor' } })
    await ask('DELETE', `/copies/${id}`)
    expect(await last()).to.deep.include({ before: { status: 'available' }, after: { status: 'withdrawn' } })
  })

  it('tells of members that their data changed, and what their standing is, not what the data says', async () => {
    const member = {
      username: 'newcomer',
      email: 'newcomer@example.org',
      password: 'a long password',
      first_name: 'New',
      last_name: 'Comer',
    }
    const reply = await world.call('POST', '/users', { body: member })
    const created = await last()
    expect(created).to.deep.include({
      action: 'user.created',
      target_id: idOf(reply),
      actor_id: null,
      actor_role: 'anonymous',
    })
    expect(created['after']).to.deep.include({ username: '***', email: '***', status: 'pending' })
    await ask('PUT', `/users/${idOf(reply)}`, { city: 'Atlantis', status: 'suspended' }, 'librarian')
    expect(await last()).to.deep.include({
      action: 'user.changed',
      before: { city: null, status: 'pending' },
      after: { city: '***', status: 'suspended' },
    })
    const all = JSON.stringify(await audit('?limit=100'))
    for (const personal of ['newcomer', 'Comer', 'Atlantis', 'a long password'])
      expect(all).not.to.include(personal)
  })

  it('tells of every checkout, renewal and return, with what was set aside and why', async () => {
    await ask('PUT', `/users/${world.ids.user}`, { membership_expires_on: '2026-11-01' })
    const override = { rules: ['membership-expired', 'debt'], reason: 'Renews tomorrow' }
    const lent = await ask(
      'POST',
      '/borrowings',
      { user_id: world.ids.user, barcode: 'C-1', override },
      'librarian',
    )
    const id = idOf(lent)
    expect(await last()).to.deep.include({
      action: 'borrowing.created',
      target_type: 'borrowing',
      target_id: id,
      occurred_at: '2026-11-21T10:00:00.000Z',
      after: {
        user_id: world.ids.user,
        book_copy_id: world.copies[0]!.id,
        book_id: world.bookId,
        branch_id: world.here,
        due_date: (lent.data as Row)['due_date'],
        overridden_rules: ['membership-expired'],
        override_reason: 'Renews tomorrow',
      },
    })
    const renewed = await ask('PUT', `/borrowings/${id}/renew`, { override }, 'librarian')
    expect(await last()).to.deep.include({
      action: 'borrowing.renewed',
      before: { due_date: (lent.data as Row)['due_date'], renewal_count: 0 },
      after: {
        due_date: (renewed.data as Row)['due_date'],
        renewal_count: 1,
        overridden_rules: ['membership-expired'],
        override_reason: 'Renews tomorrow',
      },
    })
    await ask('POST', '/returns', { barcode: 'C-1', condition: 'poor' }, 'librarian')
    expect(await last()).to.deep.include({ action: 'borrowing.returned', target_id: id })
    expect((await last())['before']).to.include({ condition: 'good' })
    expect((await last())['after']).to.include({
      condition: 'poor',
      return_branch_id: world.here,
      fine_amount: 0,
    })
  })

  it('tells nothing of what was refused', async () => {
    const before = await audit('?limit=100')
    await ask('DELETE', `/authors/${world.authorId}`)
    await ask('POST', '/borrowings', { user_id: world.ids.user, barcode: 'none' })
    expect(await audit('?limit=100')).to.deep.equal(before)
  })

  it('is searched by actor, action, target and day', async () => {
    await ask('PUT', `/books/${world.bookId}`, { pages: 1 }, 'librarian')
    world.clock.days(1)
    await ask('PUT', `/books/${world.bookId}`, { pages: 2 }, 'manager').then(({ status }) => status)
    const token = await freshToken(world, 'admin')
    const found = async (query: string) =>
      rowsOf(await world.call('GET', `/audit?${query}`, { token })).map(({ after }) => after)
    const first = { pages: 1 }
    const entered = (memberId: number) => ({ user_id: memberId })
    expect(await found(`actor=${world.ids.librarian}`)).to.have.deep.members([
      first,
      entered(world.ids.librarian),
    ])
    expect(await found('action=book.changed&target=book&to=2026-11-21')).to.deep.equal([first])
    expect(await found(`target=book:${world.bookId}&action=book.changed&from=2026-11-21`)).to.have.length(1)
    // The day of Berlin, where the administrator's desk stands, begins an hour before UTC's.
    expect(await found('from=2026-11-22')).to.deep.equal([entered(world.ids.admin)])
    expect(await found('target=copy:999')).to.deep.equal([])
  })

  it('tells what somebody who is known was not permitted to do, and of strangers nothing', async () => {
    const reply = await ask('DELETE', `/authors/${world.authorId}`, undefined, 'librarian')
    expect(reply.status).to.equal(403)
    expect(await last()).to.deep.include({
      actor_id: world.ids.librarian,
      actor_role: 'librarian',
      action: 'permission.denied',
      target_type: 'author',
      target_id: world.authorId,
      outcome: 'denied',
      address: '127.0.0.1',
      request_id: reply.headers.get('x-request-id'),
      before: null,
      after: {
        permission: 'catalogue:delete',
        because: 'permission',
        method: 'DELETE',
        path: '/authors/{id}',
        times: 1,
      },
    })
    await ask('POST', '/authors', { name: 'No' }, 'user')
    expect(await last()).to.deep.include({ target_type: 'permission', target_id: null })
    await world.call('POST', '/authors', { body: { name: 'No' } })
    expect(await audit('?outcome=denied')).to.have.length(2)
  })

  it('tells what a use case denied, too: what is not his own', async () => {
    await ask('GET', `/users/${world.ids.librarian}`, undefined, 'user')
    expect(await last()).to.deep.include({
      actor_id: world.ids.user,
      target_type: 'user',
      target_id: world.ids.librarian,
      outcome: 'denied',
    })
  })

  it('tells of a few out of many denials', async () => {
    for (let count = 0; count < 45; count += 1) await ask('GET', '/audit', undefined, 'user')
    const rows = await audit('?outcome=denied&sort=-id&limit=100')
    expect(rows).to.have.length(21)
    expect(rows[0]!['after']).to.include({ times: 40 })
  })

  it('is searched by outcome', async () => {
    await ask('PUT', `/books/${world.bookId}`, { pages: 1 }, 'librarian')
    expect(await audit('?outcome=done&action=book.changed')).to.have.length(1)
    expect(await audit('?outcome=failed')).to.deep.equal([])
    expectFaults(await ask('GET', '/audit?outcome=lost'), 'outcome UNKNOWN_VALUE')
  })

  it('names what is wrong with a search', async () => {
    expectFaults(
      await ask('GET', '/audit?actor=x&action=returned&target=book:0&from=2026-13-01'),
      'actor NOT_AN_INTEGER',
      'action INVALID_ACTION',
      'target INVALID_TARGET',
      'from INVALID_DAY',
    )
    expectFaults(await ask('GET', '/audit?from=2026-02-02&to=2026-02-01'), 'to OUT_OF_RANGE')
  })
})
