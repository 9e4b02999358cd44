/** CIR-1, CIR-2, CIR-3: checking out, renewing, returning. */
import { expect } from 'chai'
import type { HttpDeps } from '../../adapters/http/deps.ts'
import { cardNumber } from '../../core/members/card-number.ts'
import { TE } from '../../core/shared/fp.ts'
import { expectFaults, expectRefusal, idOf, rulesOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

let world: World

/** With a token of now, however far the clock has gone on. */
const as = async (who: keyof World['tokens'], method: string, path: string, body?: object) => {
  const token = await freshToken(world, who)
  return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
}
const checkOut = (who: keyof World['tokens'], body: object) => as(who, 'POST', '/borrowings', body)
const lend = async (barcode = 'C-1') => idOf(await checkOut('user', { barcode }))

describe('checking out', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  it('gives a borrowing', async () => {
    const reply = await checkOut('user', { barcode: 'c-1', notes: 'for the train' })
    expect(reply.status, reply.text).to.equal(201)
    const id = idOf(reply)
    expect(reply.headers.get('location')).to.equal(`/api/v1/borrowings/${id}`)
    expect(reply.data).to.deep.equal({
      id,
      user_id: world.ids.user,
      book_copy_id: world.copies[0]!.id,
      book_id: world.bookId,
      title: 'The Dispossessed',
      barcode: 'C-1',
      branch_id: world.here,
      borrow_date: '2026-11-21T10:00:00.000Z',
      due_date: '2026-12-12T22:59:59.000Z',
      due_zone: 'Europe/Berlin',
      return_date: null,
      is_returned: false,
      renewal_count: 0,
      renewals_left: 2,
      status: 'open',
      days_overdue: 0,
      fine_amount: { amount: 0, currency: 'EUR' },
      fine_paid: { amount: 0, currency: 'EUR' },
      librarian_id: null,
      notes: 'for the train',
    })
    expect((await as('user', 'GET', `/borrowings/${id}`)).data).to.deep.equal(reply.data)
  })

  it('warns of what refused nothing (R2.1)', async () => {
    const { meta } = await checkOut('user', { barcode: 'C-1' })
    expect(meta).to.have.nested.property('warnings[0].rule', 'opening-hours')
    expect(meta).to.have.nested.property('warnings[0].kind', 'warning')
  })

  it('works at a desk, for a member named by id or card', async () => {
    const byId = await checkOut('librarian', { user_id: world.ids.user, book_copy_id: world.copies[0]!.id })
    expect(byId.data).to.include({
      user_id: world.ids.user,
      librarian_id: world.ids.librarian,
      branch_id: world.here,
    })
    const card = ` ${cardNumber(world.ids.other)} `
    const byCard = await checkOut('librarian', { library_card_number: card, book_id: world.bookId })
    expect(byCard.data, byCard.text).to.include({
      user_id: world.ids.other,
      book_copy_id: world.copies[1]!.id,
    })
  })

  it('happens where it is said to', async () => {
    const reply = await checkOut('admin', { user_id: world.ids.user, barcode: 'C-1', branch_id: world.there })
    expect(reply.data).to.include({ branch_id: world.there })
    const nowhere = { user_id: world.ids.user, barcode: 'C-2', branch_id: 99 }
    expectRefusal(await checkOut('admin', nowhere), 404, 'NOT_FOUND', { resource: 'branch', id: 99 })
  })

  const faults: readonly (readonly [object, ...string[]])[] = [
    [{}, 'book_copy_id REQUIRED'],
    [{ barcode: 'C-1', book_id: 1 }, 'book_id EXCLUSIVE'],
    [{ barcode: 'C-1', book_copy_id: 1, book_id: 1 }, 'barcode EXCLUSIVE'],
    [{ barcode: 'C-1', user_id: 1, library_card_number: '2' }, 'library_card_number EXCLUSIVE'],
    [{ user_id: 1, library_card_number: '2' }, 'library_card_number EXCLUSIVE', 'book_copy_id REQUIRED'],
    [{ barcode: '' }, 'barcode REQUIRED'],
    [{ barcode: 'ä' }, 'barcode INVALID_CODE'],
    [{ book_id: 0 }, 'book_id OUT_OF_RANGE'],
    [{ book_id: [1] }, 'book_id INVALID_TYPE'],
    [{ barcode: 'C-1', override: {} }, 'override.rules REQUIRED', 'override.reason REQUIRED'],
    [{ barcode: 'C-1', override: { rules: ['debt'] } }, 'override.reason REQUIRED'],
    [
      { barcode: 'C-1', override: { rules: [], reason: ' ' } },
      'override.rules OUT_OF_RANGE',
      'override.reason REQUIRED',
    ],
    [{ barcode: 'C-1', override: { rules: [1], reason: 'x' } }, 'override.rules.0 INVALID_TYPE'],
    [{ barcode: 'C-1', due_date: '2030-01-01' }, 'due_date UNKNOWN_FIELD'],
  ]
  for (const [body, ...expected] of faults) {
    it(`asks for more than ${JSON.stringify(body)}`, async () =>
      expectFaults(await checkOut('user', body), ...expected))
  }

  it('finds what is named, or says what is not there', async () => {
    for (const [body, details] of [
      [{ barcode: 'X-9' }, { resource: 'copy', id: 'X-9' }],
      [{ book_copy_id: 99 }, { resource: 'copy', id: 99 }],
      [{ book_id: 99 }, { resource: 'book', id: 99 }],
      [
        { barcode: 'C-1', user_id: 99 },
        { resource: 'user', id: 99 },
      ],
      [
        { barcode: 'C-1', library_card_number: '9' },
        { resource: 'user', id: '9' },
      ],
    ] as const) {
      expectRefusal(await checkOut('librarian', body), 404, 'NOT_FOUND', details)
    }
  })

  it('is for oneself, or for the desk', async () => {
    const body = { user_id: world.ids.other, barcode: 'C-1' }
    expectRefusal(await checkOut('user', body), 403, 'PERMISSION_DENIED', { permission: 'loan:create' })
    expectRefusal(await checkOut('stranger', { ...body, branch_id: world.here }), 403, 'PERMISSION_DENIED')
    const override = { rules: ['debt'], reason: 'please' }
    expectRefusal(await checkOut('user', { barcode: 'C-1', override }), 403, 'PERMISSION_DENIED', {
      permission: 'loan:override',
    })
  })

  it('is refused by every rule that fails, each with its numbers (422, R2.1)', async () => {
    await as('librarian', 'PUT', `/users/${world.ids.user}`, {
      status: 'suspended',
      membership_expires_on: '2026-01-01',
    })
    const reply = await checkOut('user', { barcode: 'C-1' })
    expectRefusal(reply, 422, 'CHECKOUT_REFUSED')
    expect(rulesOf(reply)).to.include.members(['member-status', 'membership-expired'])
    expect(reply.error?.details).to.deep.include({
      rule: 'member-status',
      verdict: 'fail',
      kind: 'blocker',
      message: 'The member must be active',
      limit: 'active',
      actual: 'suspended',
    })
  })

  it('gives way to an override with a reason, where the rule does (R2.1)', async () => {
    await as('librarian', 'PUT', `/users/${world.ids.user}`, { membership_expires_on: '2026-01-01' })
    const body = { user_id: world.ids.user, barcode: 'C-1' }
    expectRefusal(await checkOut('librarian', body), 422, 'CHECKOUT_REFUSED')
    const override = { rules: ['membership-expired'], reason: 'Renewal is under way' }
    const reply = await checkOut('librarian', { ...body, override })
    expect(reply.status, reply.text).to.equal(201)
    expect(reply.meta).to.have.nested.property('warnings[0].rule', 'membership-expired')
  })

  it('is overridden by a branch manager at his branch alone (AUT-3)', async () => {
    for (const who of ['manager', 'user'] as const) {
      await as('admin', 'PUT', `/users/${world.ids[who]}`, { membership_expires_on: '2026-01-01' })
    }
    const override = { rules: ['membership-expired'], reason: 'Renewal is under way' }
    // To himself he may lend wherever he is a member.
    const elsewhere = { barcode: 'C-1', branch_id: world.there }
    expectRefusal(await checkOut('manager', elsewhere), 422, 'CHECKOUT_REFUSED')
    expectRefusal(await checkOut('manager', { ...elsewhere, override }), 403, 'PERMISSION_DENIED', {
      permission: 'loan:override',
    })
    const here = { user_id: world.ids.user, barcode: 'C-1', branch_id: world.here, override }
    const reply = await checkOut('manager', here)
    expect(reply.status, reply.text).to.equal(201)
  })

  it('of a copy that is out is a conflict that lists the rules all the same (409, R2.6)', async () => {
    await lend()
    const reply = await checkOut('user', { barcode: 'C-1' })
    expectRefusal(reply, 409, 'COPY_NOT_AVAILABLE')
    expect(rulesOf(reply)).to.include.members(['copy-status', 'same-title'])
    const other = await checkOut('other', { book_copy_id: world.copies[0]!.id })
    expectRefusal(other, 409, 'COPY_NOT_AVAILABLE')
  })

  it('of a book of which no copy is there is a conflict (409, R2.6)', async () => {
    await lend('C-1')
    await checkOut('other', { barcode: 'C-2' })
    const reply = await checkOut('librarian', { user_id: world.ids.manager, book_id: world.bookId })
    expectRefusal(reply, 409, 'NO_COPY_AVAILABLE')
    expect(rulesOf(reply)).to.include('copy-status')
  })

  it('is slowed down for a member who borrows too fast (429, R2.2, CIR-13)', async () => {
    world = await aWorld({ change: tooFast })
    const reply = await checkOut('user', { barcode: 'C-1' })
    expectRefusal(reply, 429, 'RATE_LIMITED', { limit: 60, retry_after: 90 })
    expect(reply.headers.get('retry-after')).to.equal('90')
  })
})

const tooFast = (deps: HttpDeps): HttpDeps => ({
  ...deps,
  circulation: {
    ...deps.circulation,
    checkOut: () => TE.left({ type: 'BorrowRateExceeded', limit: 60, retryAfterSeconds: 90 }),
  },
})

describe('returning a borrowing', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const giveBack = (id: number, who: keyof World['tokens'] = 'user', body?: object) =>
    as(who, 'PUT', `/borrowings/${id}/return`, body)

  it('closes it and says what to do with the copy (R3.3, R3.7)', async () => {
    const id = await lend()
    world.clock.days(2)
    const reply = await giveBack(id)
    expect(reply.status, reply.text).to.equal(200)
    expect(reply.data).to.deep.include({
      id,
      status: 'returned',
      is_returned: true,
      return_date: '2026-11-23T10:00:00.000Z',
      fine: null,
      next_step: { action: 'reshelve', branch_id: world.here, reservation_id: null },
    })
    expect((await world.call('GET', `/books/${world.bookId}`)).data).to.include({ available_copies: 2 })
  })

  it('sends the copy home from elsewhere', async () => {
    const reply = await giveBack(await lend(), 'librarian', { branch_id: world.there })
    expect(reply.data).to.have.deep.property('next_step', {
      action: 'transfer',
      branch_id: world.here,
      reservation_id: null,
    })
  })

  it('late posts a fine, told as it stands in the account (R4.5)', async () => {
    const id = await lend()
    world.clock.days(31)
    const reply = await giveBack(id, 'librarian', { condition: 'fair', notes: 'Coffee on page 3' })
    expect(reply.data).to.deep.include({
      status: 'returned',
      days_overdue: 10,
      fine_amount: { amount: 250, currency: 'EUR' },
      notes: 'Coffee on page 3',
    })
    expect(reply.data)
      .to.have.property('fine')
      .that.deep.includes({
        user_id: world.ids.user,
        borrowing_id: id,
        fine_type: 'overdue',
        amount: { amount: 250, currency: 'EUR' },
        paid: { amount: 0, currency: 'EUR' },
        waived: { amount: 0, currency: 'EUR' },
        balance: { amount: 250, currency: 'EUR' },
        date_issued: '2026-12-22T10:00:00.000Z',
        date_paid: null,
        payment_method: null,
        status: 'open',
      })
    expect((await world.call('GET', `/copies/${world.copies[0]!.id}`)).data).to.include({ condition: 'fair' })
  })

  it('counts from when it really came back (R3.2)', async () => {
    const id = await lend()
    world.clock.days(31)
    const reply = await giveBack(id, 'librarian', { returned_at: '2026-12-01T09:00:00+01:00' })
    expect(reply.data).to.include({ return_date: '2026-12-01T08:00:00.000Z', fine: null, days_overdue: 0 })
  })

  it('neither before the loan nor in the future (422, R3.2)', async () => {
    const id = await lend()
    for (const returned_at of ['2026-11-21T09:59:59Z', '2030-01-01T00:00:00Z', '0001-01-01T00:00:00Z']) {
      const reply = await giveBack(id, 'librarian', { returned_at })
      expectRefusal(reply, 422, 'RETURN_REFUSED')
      expect(rulesOf(reply)).to.deep.equal(['returned-at'])
    }
  })

  it('leaves the condition and the time to staff', async () => {
    const id = await lend()
    expectRefusal(await giveBack(id, 'user', { condition: 'good' }), 403, 'PERMISSION_DENIED')
    expectRefusal(
      await giveBack(id, 'user', { returned_at: '2026-11-21T10:00:00Z' }),
      403,
      'PERMISSION_DENIED',
    )
    expectRefusal(await giveBack(id, 'other'), 403, 'PERMISSION_DENIED', { permission: 'loan:return' })
    expect((await giveBack(id, 'user', {})).status).to.equal(200)
  })

  it('twice is a conflict (409, R3.1)', async () => {
    const id = await lend()
    await giveBack(id)
    expectRefusal(await giveBack(id), 409, 'ALREADY_RETURNED', { resource: 'borrowing', id })
    expectRefusal(await giveBack(99), 404, 'NOT_FOUND', { resource: 'borrowing', id: 99 })
  })

  it('takes nothing it does not know', async () =>
    expectFaults(
      await giveBack(await lend(), 'librarian', {
        condition: 'lost',
        returned_at: 'now',
        resolution: 'paid',
        fee: 1,
      }),
      'fee UNKNOWN_FIELD',
      'resolution UNKNOWN_VALUE',
      'condition UNKNOWN_VALUE',
      'returned_at INVALID_INSTANT',
    ))
})

describe('scanning what comes back', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const scan = (body: object, who: keyof World['tokens'] = 'librarian') => as(who, 'POST', '/returns', body)

  it('returns the borrowing the copy was out on', async () => {
    const id = await lend()
    const reply = await scan({ barcode: ' c-1 ' })
    expect(reply.status, reply.text).to.equal(200)
    expect(reply.data).to.deep.include({
      id,
      status: 'returned',
      already_returned: false,
      fine: null,
      next_step: { action: 'reshelve', branch_id: world.here, reservation_id: null },
    })
    expect(reply.data).to.have.property('borrowing').that.includes({ id, is_returned: true })
  })

  it('a second time is no error, and shows the borrowing that came back last (R3.1)', async () => {
    const id = await lend()
    await scan({ barcode: 'C-1' })
    const reply = await scan({ barcode: 'C-1' })
    expect(reply.status).to.equal(200)
    expect(reply.data).to.deep.include({ id, already_returned: true, borrowing: null, fine: null })
  })

  it('puts away a copy that nobody ever borrowed', async () => {
    const reply = await scan({ barcode: 'C-1' })
    expect(reply.data).to.deep.equal({
      fine: null,
      next_step: { action: 'reshelve', branch_id: world.here, reservation_id: null },
      borrowing: null,
      already_returned: false,
      in_house_use: true,
    })
    const elsewhere = await scan({ barcode: 'C-2' }, 'stranger')
    expect(elsewhere.data).to.have.nested.property('next_step.action', 'transfer')
  })

  it('is refused for what is not there, not named, or not at hand', async () => {
    expectRefusal(await scan({ barcode: 'X-9' }), 404, 'NOT_FOUND', { resource: 'copy', id: 'X-9' })
    expectFaults(await scan({}), 'barcode REQUIRED')
    expectFaults(await scan({ barcode: 'C-1', condition: 'shiny' }), 'condition UNKNOWN_VALUE')
    await as('librarian', 'PUT', `/copies/${world.copies[0]!.id}`, { status: 'withdrawn' })
    expectRefusal(await scan({ barcode: 'C-1' }), 409, 'CONFLICT', {
      book_copy_id: world.copies[0]!.id,
      status: 'withdrawn',
    })
    await lend('C-2')
    expectRefusal(await scan({ barcode: 'C-2', returned_at: '2030-01-01T00:00:00Z' }), 422, 'RETURN_REFUSED')
  })
})

describe('renewing', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const renew = (id: number, who: keyof World['tokens'] = 'user', body?: object) =>
    as(who, 'PUT', `/borrowings/${id}/renew`, body)

  it('gives a new due date, from the one before', async () => {
    const id = await lend()
    world.clock.days(7)
    const reply = await renew(id)
    expect(reply.status, reply.text).to.equal(200)
    expect(reply.data).to.include({
      id,
      due_date: '2027-01-02T22:59:59.000Z',
      renewal_count: 1,
      renewals_left: 1,
      status: 'open',
    })
    expect(reply.meta).to.have.property('warnings').that.is.an('array')
  })

  it('is refused by every rule that fails, unless staff set it aside', async () => {
    const id = await lend()
    world.clock.days(7)
    await renew(id)
    await renew(id)
    const reply = await renew(id)
    expectRefusal(reply, 422, 'RENEWAL_REFUSED')
    // The branch never opens, which is told beside (R1.4).
    expect(rulesOf(reply)).to.deep.equal(['max-renewals', 'opening-hours'])
    const override = { rules: ['max-renewals'], reason: 'Exam on Monday' }
    expectRefusal(await renew(id, 'user', { override }), 403, 'PERMISSION_DENIED', {
      permission: 'loan:override',
    })
    expect((await renew(id, 'librarian', { override })).data).to.include({
      renewal_count: 3,
      renewals_left: 0,
    })
    expectFaults(await renew(id, 'librarian', { override: { rules: ['x'] } }), 'override.reason REQUIRED')
  })

  it('sets a rule aside for a branch manager where it was lent at his branch alone (AUT-3)', async () => {
    const override = { rules: ['membership-expired'], reason: 'Exam on Monday' }
    const kindred = await as('librarian', 'POST', '/books', { title: 'Kindred', author_id: world.authorId })
    await addCopyOf(world.api.deps, idOf(kindred) as never, world.there, 'D-1')
    const lentAt = async (barcode: string, branch_id: number) =>
      idOf(await checkOut('admin', { user_id: world.ids.manager, barcode, branch_id }))
    const [here, there] = [await lentAt('C-1', world.here), await lentAt('D-1', world.there)]
    await as('admin', 'PUT', `/users/${world.ids.manager}`, { membership_expires_on: '2026-01-01' })
    world.clock.days(7)
    expectRefusal(await renew(there, 'manager'), 422, 'RENEWAL_REFUSED')
    expectRefusal(await renew(there, 'manager', { override }), 403, 'PERMISSION_DENIED', {
      permission: 'loan:override',
    })
    const renewed = await renew(here, 'manager', { override })
    expect(renewed.status, renewed.text).to.equal(200)
  })

  it('is for what is there, one’s own, and out', async () => {
    const id = await lend()
    expectRefusal(await renew(99), 404, 'NOT_FOUND', { resource: 'borrowing', id: 99 })
    expectRefusal(await renew(id, 'other'), 403, 'PERMISSION_DENIED', { permission: 'loan:renew' })
    await as('user', 'PUT', `/borrowings/${id}/return`)
    const reply = await renew(id)
    expectRefusal(reply, 422, 'RENEWAL_REFUSED')
    expect(rulesOf(reply)).to.include('loan-state')
  })
})

describe('borrowings', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  /** user: C-1 on the 21st, returned; C-2 on the 25th. other: D-1 on the 25th. It is the 26th of December. */
  const aHistory = async () => {
    const books = await as('librarian', 'POST', '/books', {
      title: 'Kindred',
      author_id: world.authorId,
      language: 'en',
    })
    await addCopyOf(world.api.deps, idOf(books) as never, world.there, 'D-1')
    const first = await lend('C-1')
    await as('user', 'PUT', `/borrowings/${first}/return`)
    world.clock.days(4)
    const second = await lend('C-2')
    const third = idOf(await checkOut('other', { barcode: 'D-1' }))
    world.clock.days(31)
    return { first, second, third, kindred: idOf(books) }
  }
  const list = async (path: string, who: keyof World['tokens'] = 'librarian') => {
    const { data, text } = await as(who, 'GET', path)
    expect(data, text).to.be.an('array')
    return (data as readonly { readonly id: number }[]).map(({ id }) => id)
  }

  it('are listed by what staff ask for', async () => {
    const { first, second, third, kindred } = await aHistory()
    const asked: readonly (readonly [string, readonly number[]])[] = [
      ['', [second, third, first]],
      ['?sort=borrow_date,-id', [first, third, second]],
      ['?status=returned', [first]],
      ['?status=overdue', [second, third]],
      ['?status=open', []],
      [`?user_id=${world.ids.other}`, [third]],
      [`?book_id=${kindred}`, [third]],
      [`?branch_id=${world.here}`, [second, first]],
      ['?from=2026-11-22', [second, third]],
      ['?to=2026-11-21', [first]],
      ['?from=2026-11-21&to=2026-11-25', [second, third, first]],
      ['?user_id=9007199254740991', []],
    ]
    for (const [query, ids] of asked) expect(await list(`/borrowings${query}`), query).to.deep.equal(ids)
  })

  it('that are overdue are listed with days late and the fine so far, the longest due first', async () => {
    const { second, third } = await aHistory()
    const reply = await as('librarian', 'GET', '/borrowings/overdue')
    expect(reply.data).to.have.length(2)
    expect(reply.data).to.have.nested.property('[0].id', second)
    expect(reply.data).to.have.nested.property('[0].days_overdue', 10)
    expect(reply.data).to.have.nested.property('[0].fine_amount.amount', 250)
    expect(await list(`/borrowings/overdue?user_id=${world.ids.other}`)).to.deep.equal([third])
    expectRefusal(await as('librarian', 'GET', '/borrowings/overdue?status=open'), 400, 'UNKNOWN_PARAMETER')
  })

  it('of a member are listed for himself, by genre, author, time and state', async () => {
    const { first, second } = await aHistory()
    const path = `/users/${world.ids.user}/borrowings`
    const asked: readonly (readonly [string, readonly number[]])[] = [
      ['', [second, first]],
      ['?is_returned=true', [first]],
      ['?is_returned=false', [second]],
      [`?author_id=${world.authorId}`, [second, first]],
      ['?author_id=99', []],
      ['?genre_id=99', []],
      ['?from=2026-11-25', [second]],
      ['?fields=title&limit=1', [second]],
    ]
    for (const [query, ids] of asked) expect(await list(`${path}${query}`, 'user'), query).to.deep.equal(ids)
    expectRefusal(await as('user', 'GET', `/users/${world.ids.other}/borrowings`), 403, 'PERMISSION_DENIED')
    expectRefusal(await as('librarian', 'GET', '/users/99/borrowings'), 404, 'NOT_FOUND', {
      resource: 'user',
      id: 99,
    })
  })

  const refused: readonly (readonly [string, string])[] = [
    ['status=gone', 'status UNKNOWN_VALUE'],
    ['from=2026-11-22&to=2026-11-21', 'to OUT_OF_RANGE'],
    ['from=yesterday', 'from INVALID_DAY'],
    ['from=0001-01-01', 'from OUT_OF_RANGE'],
    ['to=9999-12-31', 'to OUT_OF_RANGE'],
    ['user_id=me', 'user_id NOT_AN_INTEGER'],
    ['sort=fine', 'sort UNKNOWN_SORT_FIELD'],
  ]
  for (const [query, fault] of refused) {
    it(`are not listed by ${query}`, async () =>
      expectFaults(await as('librarian', 'GET', `/borrowings?${query}`), fault))
  }

  it('are shown to whom they belong, by the fields asked for', async () => {
    const id = await lend()
    expect((await as('user', 'GET', `/borrowings/${id}?fields=status,title`)).data).to.deep.equal({
      id,
      title: 'The Dispossessed',
      status: 'open',
    })
    expectRefusal(await as('other', 'GET', `/borrowings/${id}`), 403, 'PERMISSION_DENIED', {
      permission: 'loan:read',
    })
  })
})

describe('eligibility', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const ask = (query: string, who: keyof World['tokens'] = 'user') =>
    as(who, 'GET', `/users/${world.ids.user}/eligibility?${query}`)

  it('names every rule asked and the due date, for a checkout', async () => {
    for (const query of [
      'barcode=c-1',
      `book_id=${world.bookId}`,
      `action=checkout&book_copy_id=${world.copies[0]!.id}&branch_id=${world.here}`,
    ]) {
      const reply = await ask(query)
      expect(reply.data, reply.text).to.include({ allowed: true, due_date: '2026-12-12T22:59:59.000Z' })
      expect(reply.data).to.have.property('rules').that.deep.includes({
        rule: 'loan-limit',
        verdict: 'pass',
        kind: 'overridable',
        message: 'The member must have room for another loan',
        limit: 10,
        actual: 0,
      })
    }
  })

  it('says no as the checkout would', async () => {
    await lend()
    const reply = await ask('barcode=C-2')
    expect(reply.data).to.include({ allowed: false, due_date: null })
    const failed = (reply.data as { rules: { rule: string; verdict: string; kind: string }[] }).rules.filter(
      ({ verdict, kind }) => verdict === 'fail' && kind !== 'warning',
    )
    const refusal = await checkOut('user', { barcode: 'C-2' })
    expectRefusal(refusal, 422, 'CHECKOUT_REFUSED')
    expect(rulesOf(refusal)).to.include.members(failed.map(({ rule }) => rule))
  })

  it('is asked for a renewal too', async () => {
    const id = await lend()
    world.clock.days(7)
    const reply = await ask(`action=renew&borrowing_id=${id}`)
    expect(reply.data, reply.text).to.include({ allowed: true, due_date: '2027-01-02T22:59:59.000Z' })
    const foreign = await as(
      'other',
      'GET',
      `/users/${world.ids.other}/eligibility?action=renew&borrowing_id=${id}`,
    )
    expectRefusal(foreign, 404, 'NOT_FOUND', { resource: 'borrowing', id })
  })

  const refused: readonly (readonly [string, ...string[]])[] = [
    ['', 'book_copy_id REQUIRED'],
    ['barcode=C-1&book_id=1', 'book_id EXCLUSIVE'],
    ['barcode=C-1&borrowing_id=1', 'borrowing_id EXCLUSIVE'],
    ['action=renew', 'borrowing_id REQUIRED'],
    ['action=renew&borrowing_id=1&barcode=C-1&branch_id=1', 'barcode EXCLUSIVE', 'branch_id EXCLUSIVE'],
    ['action=return&book_id=1', 'action UNKNOWN_VALUE'],
    ['barcode=%00', 'barcode INVALID_CHARACTERS'],
  ]
  for (const [query, ...faults] of refused) {
    it(`is not asked by ${query === '' ? 'nothing' : query}`, async () =>
      expectFaults(await ask(query), ...faults))
  }

  it('names the actions there are', async () => {
    const { text } = await ask('action=return&book_id=1')
    expect(text).to.include('checkout, renew, reserve')
  })

  it('finds what is named, or says what is not there', async () => {
    expectRefusal(await ask('barcode=X-9'), 404, 'NOT_FOUND', { resource: 'copy', id: 'X-9' })
    expectRefusal(await ask('book_id=99'), 404, 'NOT_FOUND', { resource: 'book', id: 99 })
    expectRefusal(await ask('barcode=C-1&branch_id=99'), 404, 'NOT_FOUND', { resource: 'branch', id: 99 })
    expectRefusal(await as('librarian', 'GET', '/users/99/eligibility?barcode=C-1'), 404, 'NOT_FOUND', {
      resource: 'user',
      id: 99,
    })
    expectRefusal(await ask('barcode=C-1', 'other'), 403, 'PERMISSION_DENIED', {
      permission: 'eligibility:read',
    })
  })
})
