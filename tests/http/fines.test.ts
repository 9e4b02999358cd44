/** FIN-4: fines and the ledger over HTTP: who sees them, who takes money for them, and what is refused. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { newFine, post } from '../support/world.ts'
import type { Movement } from '../support/world.ts'
import { id } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

let world: World

const as = (who: keyof World['tokens'], method: string, path: string, body?: object) =>
  world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })

const euros = (amount: number) => ({ amount, currency: 'EUR' })

/** A fine of a member, issued at an hour of 21 November 2026 in UTC. */
const fined = async (
  who: 'user' | 'other',
  charge: number,
  movements: readonly Movement[] = [],
  some: Omit<Partial<Parameters<typeof newFine>[1]>, 'memberId'> = {},
): Promise<number> => {
  const fine = await newFine(
    world.persistence,
    { memberId: world.ids[who], issuedAt: instant(Date.parse('2026-11-21T09:00:00Z')), ...some },
    ['charge', charge],
    ...movements,
  )
  await post(world.persistence, fine)
  return fine.id
}

/** A loan of `user` at the branch `here`, of `other` at the branch `there`. */
const lentAt = async (branch: 'here' | 'there') => {
  const [who, barcode] = branch === 'here' ? (['user', 'C-1'] as const) : (['other', 'C-2'] as const)
  const body = { user_id: world.ids[who], barcode, branch_id: world[branch] }
  return id<'loan'>(idOf(await as('admin', 'POST', '/borrowings', body)))
}

const failed = (rule: string, limit: number, actual: number) => ({
  rule,
  verdict: 'fail',
  kind: 'blocker',
  limit,
  actual,
})

describe('a fine', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  it('is shown to whom it belongs and to staff, by the fields asked for', async () => {
    const id = await fined('user', 250)
    const { data } = await as('user', 'GET', `/fines/${id}`)
    expect(data).to.deep.equal({
      id,
      user_id: world.ids.user,
      borrowing_id: null,
      fine_type: 'overdue',
      amount: euros(250),
      paid: euros(0),
      waived: euros(0),
      balance: euros(250),
      description: 'Returned late',
      date_issued: '2026-11-21T09:00:00.000Z',
      date_paid: null,
      payment_method: null,
      status: 'open',
    })
    expect((await as('librarian', 'GET', `/fines/${id}?fields=status`)).data).to.deep.equal({
      id,
      status: 'open',
    })
    expectRefusal(await as('other', 'GET', `/fines/${id}`), 403, 'PERMISSION_DENIED')
    expectRefusal(await as('user', 'GET', '/fines/404'), 404, 'NOT_FOUND', { resource: 'fine', id: 404 })
  })

  it('is paid in part, then whole, by two methods', async () => {
    const id = await fined('user', 250)
    const first = await as('librarian', 'POST', `/fines/${id}/payments`, { amount: 100, method: 'cash' })
    expect(first.status, first.text).to.equal(201)
    expect(first.headers.get('location')).to.equal(`/api/v1/fines/${id}`)
    expect(first.data).to.deep.include({
      id,
      status: 'partly_paid',
      paid: euros(100),
      balance: euros(150),
      payment_method: 'cash',
      date_paid: null,
    })
    const second = await as('librarian', 'POST', `/fines/${id}/payments`, { amount: 150, method: 'card' })
    expect(second.data).to.deep.include({
      status: 'paid',
      paid: euros(250),
      balance: euros(0),
      payment_method: 'card',
      date_paid: '2026-11-21T10:00:00.000Z',
    })
    expect((await as('user', 'GET', `/fines/${id}`)).data).to.deep.equal(second.data)
  })

  it('is never overpaid (422)', async () => {
    const id = await fined('user', 250)
    const pay = (amount: number) => as('admin', 'POST', `/fines/${id}/payments`, { amount, method: 'cash' })
    const over = await pay(251)
    expectRefusal(over, 422, 'PAYMENT_REFUSED')
    expect(over.error!.details).to.have.length(1)
    expect((over.error!.details as object[])[0]).to.include(failed('amount-owed', 250, 251))
    expect((await pay(250)).status).to.equal(201)
    expectRefusal(await pay(1), 422, 'PAYMENT_REFUSED')
  })

  it('is waived whole or in part, for a reason, as far as it is not paid', async () => {
    const id = await fined('user', 250)
    const waive = (body: object) => as('librarian', 'POST', `/fines/${id}/waive`, body)
    const part = await waive({ amount: 50, reason: 'He was ill' })
    expect(part.status, part.text).to.equal(200)
    expect(part.data).to.deep.include({ status: 'open', waived: euros(50), balance: euros(200) })
    await as('librarian', 'POST', `/fines/${id}/payments`, { amount: 120, method: 'cash' })
    expectRefusal(await waive({ amount: 81, reason: 'Too much' }), 422, 'WAIVER_REFUSED')
    const rest = await waive({ reason: 'A flood', amount: null })
    expect(rest.data).to.deep.include({
      status: 'paid',
      paid: euros(120),
      waived: euros(130),
      balance: euros(0),
    })
    const none = await waive({ reason: 'Again' })
    expectRefusal(none, 422, 'WAIVER_REFUSED')
    expect((none.error!.details as object[])[0]).to.include(failed('amount-positive', 1, 0))
  })

  it('is refunded by who answers for the money, and is owed by nobody then', async () => {
    const id = await fined('user', 250, [['payment', -250]], { loanId: await lentAt('here') })
    const refund = (who: 'user' | 'librarian' | 'manager', body: object) =>
      as(who, 'POST', `/fines/${id}/refund`, body)
    expectRefusal(await refund('user', { reason: 'A mistake' }), 403, 'PERMISSION_DENIED')
    const part = await refund('manager', { reason: 'A mistake', amount: 100 })
    expect(part.data, part.text).to.deep.include({
      status: 'paid',
      amount: euros(250),
      paid: euros(150),
      waived: euros(100),
      balance: euros(0),
    })
    const over = await refund('manager', { reason: 'Too much', amount: 151 })
    expectRefusal(over, 422, 'REFUND_REFUSED')
    expect((over.error!.details as object[])[0]).to.include(failed('amount-paid', 150, 151))
    // Without a word: all there is, for no reason told.
    const rest = await refund('librarian', {})
    expect(rest.data).to.deep.include({
      status: 'refunded',
      amount: euros(250),
      paid: euros(0),
      waived: euros(250),
      balance: euros(0),
    })
  })

  it('of which a part payment was refunded adds up still', async () => {
    const fine = await fined('user', 75)
    await as('admin', 'POST', `/fines/${fine}/payments`, { amount: 10, method: 'cash' })
    const back = await as('admin', 'POST', `/fines/${fine}/refund`, { reason: 'A mistake' })
    expect(back.data, back.text).to.deep.include({
      status: 'open',
      amount: euros(75),
      paid: euros(0),
      waived: euros(10),
      balance: euros(65),
    })
  })

  it('is for a branch manager where the loan was lent, and for none without a loan (AUT-3)', async () => {
    const paid: Movement = ['payment', -100]
    const cases = [
      ['here', await fined('user', 250, [paid], { loanId: await lentAt('here') })],
      ['there', await fined('other', 250, [paid], { loanId: await lentAt('there') })],
      ['nowhere', await fined('user', 250, [paid])],
    ] as const
    const managers = [
      ['manager', 'here'],
      ['stranger', 'there'],
    ] as const
    const moves = [
      ['payments', { amount: 10, method: 'cash' }, 'fine:pay', 201],
      ['waive', { amount: 10, reason: 'He was ill' }, 'fine:waive', 200],
      ['refund', { amount: 10, reason: 'A mistake' }, 'fine:refund', 200],
    ] as const
    for (const [where, fine] of cases) {
      for (const [move, body, permission, done] of moves) {
        for (const [who, desk] of managers) {
          const before = await as('admin', 'GET', `/fines/${fine}`)
          const reply = await as(who, 'POST', `/fines/${fine}/${move}`, body)
          if (where === desk) {
            expect(reply.status, `${who} ${where}: ${reply.text}`).to.equal(done)
          } else {
            expectRefusal(reply, 403, 'PERMISSION_DENIED', { permission })
            expect((await as('admin', 'GET', `/fines/${fine}`)).data).to.deep.equal(before.data)
          }
        }
        const reply = await as('admin', 'POST', `/fines/${fine}/${move}`, body)
        expect(reply.status, `admin ${where}: ${reply.text}`).to.equal(done)
      }
    }
  })

  const wrong = [
    ['payments', {}, ['amount REQUIRED', 'method REQUIRED']],
    ['payments', { amount: 0, method: 'cash' }, ['amount OUT_OF_RANGE']],
    ['payments', { amount: -5, method: 'cash' }, ['amount OUT_OF_RANGE']],
    ['payments', { amount: 1.5, method: 'cash' }, ['amount NOT_AN_INTEGER']],
    ['payments', { amount: { amount: 5, currency: 'EUR' }, method: 'cash' }, ['amount INVALID_TYPE']],
    ['payments', { amount: 5, method: 'cheque' }, ['method UNKNOWN_VALUE']],
    ['waive', {}, ['reason REQUIRED']],
    ['waive', { reason: '  ' }, ['reason REQUIRED']],
    ['waive', { reason: 'A flood', amount: 0 }, ['amount OUT_OF_RANGE']],
    ['refund', { reason: 'A flood', method: 'cash' }, ['method UNKNOWN_FIELD']],
  ] as const
  for (const [move, body, faults] of wrong) {
    it(`takes no ${JSON.stringify(body)} as ${move}`, async () => {
      const id = await fined('user', 250)
      expectFaults(await as('admin', 'POST', `/fines/${id}/${move}`, body), ...faults)
      expect((await as('admin', 'GET', `/fines/${id}`)).data).to.deep.include({ balance: euros(250) })
    })
  }

  it('that is not there takes no money', async () => {
    for (const [move, body] of [
      ['payments', { amount: 5, method: 'cash' }],
      ['waive', { reason: 'A flood' }],
      ['refund', { reason: 'A flood' }],
    ] as const) {
      expectRefusal(await as('admin', 'POST', `/fines/404/${move}`, body), 404, 'NOT_FOUND')
    }
  })

  it('is told of to the member: when it is paid, waived and refunded', async () => {
    const id = await fined('user', 250)
    await as('admin', 'POST', `/fines/${id}/payments`, { amount: 100, method: 'cash' })
    await as('admin', 'POST', `/fines/${id}/waive`, { reason: 'A flood' })
    await as('admin', 'POST', `/fines/${id}/refund`, { reason: 'A mistake' })
    const now = world.clock.now()
    const queued = await world.persistence.outbox.claim(100, now, instant(now + 1000))()
    const events = queued._tag === 'Right' ? queued.right.map(({ event }) => event) : []
    const told = events.filter(({ aggregate }) => aggregate === 'fine')
    expect(told.map(({ type }) => type)).to.deep.equal(['FinePaid', 'FineWaived', 'FineRefunded'])
  })
})

describe('lists of fines', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  it('are filtered by what staff ask for, the latest first', async () => {
    const [first, second, third] = [
      await fined('user', 250),
      // In Berlin, where the desk is, this is 22 November already.
      await fined('user', 100, [['payment', -100]], {
        issuedAt: instant(Date.parse('2026-11-21T23:30:00Z')),
      }),
      await fined('other', 300, [], {
        type: 'lost',
        issuedAt: instant(Date.parse('2026-11-20T12:00:00Z')),
      }),
    ]
    const listed = async (query: string) =>
      rowsOf(await as('librarian', 'GET', `/fines${query}`)).map(({ id }) => id)
    expect(await listed('')).to.deep.equal([second, first, third])
    expect(await listed('?sort=amount')).to.deep.equal([second, first, third])
    expect(await listed('?status=paid')).to.deep.equal([second])
    expect(await listed(`?user_id=${world.ids.other}`)).to.deep.equal([third])
    expect(await listed('?fine_type=lost')).to.deep.equal([third])
    expect(await listed('?from=2026-11-22')).to.deep.equal([second])
    expect(await listed('?from=2026-11-21&to=2026-11-21')).to.deep.equal([first])
    const page = await as('librarian', 'GET', '/fines?limit=2&fields=status')
    expect(rowsOf(page)).to.deep.equal([
      { id: second, status: 'paid' },
      { id: first, status: 'open' },
    ])
    expect(page.meta).to.include({ total: 3, total_pages: 2 })
    expectRefusal(await as('user', 'GET', '/fines'), 403, 'PERMISSION_DENIED')
  })

  it('of a member are his own alone', async () => {
    const [first] = [await fined('user', 250), await fined('other', 100)]
    const own = `/users/${world.ids.user}/fines`
    expect(rowsOf(await as('user', 'GET', own)).map(({ id }) => id)).to.deep.equal([first])
    expect(rowsOf(await as('stranger', 'GET', `${own}?status=open&to=2026-11-21`))).to.have.length(1)
    expect(rowsOf(await as('stranger', 'GET', `${own}?from=2026-11-22`))).to.have.length(0)
    expectRefusal(await as('other', 'GET', own), 403, 'PERMISSION_DENIED')
    expectRefusal(await as('admin', 'GET', '/users/404/fines'), 404, 'NOT_FOUND')
  })

  for (const [query, fault] of [
    ['?status=late', 'status UNKNOWN_VALUE'],
    ['?fine_type=theft', 'fine_type UNKNOWN_VALUE'],
    ['?from=2026-11-22&to=2026-11-21', 'to OUT_OF_RANGE'],
    ['?sort=description', 'sort UNKNOWN_SORT_FIELD'],
  ] as const) {
    it(`are not asked for by ${query}`, async () =>
      expectFaults(await as('librarian', 'GET', `/fines${query}`), fault))
  }

  it('the ledger tells every movement and what is owed in all', async () => {
    const id = await fined('user', 250, [], { loanId: await lentAt('here') })
    await fined('other', 999)
    world.clock.minutes(10)
    await as('librarian', 'POST', `/fines/${id}/payments`, { amount: 100, method: 'cash' })
    world.clock.minutes(10)
    await as('manager', 'POST', `/fines/${id}/waive`, { amount: 30, reason: 'He was ill' })
    const reply = await as('user', 'GET', `/users/${world.ids.user}/ledger?sort=at`)
    const at = rowsOf(reply).map(row => row['at'])
    expect(at.slice(1)).to.deep.equal(['2026-11-21T10:10:00.000Z', '2026-11-21T10:20:00.000Z'])
    const none = { fine_id: id, reason: null, method: null, actor_id: null }
    expect(rowsOf(reply).map(({ id: _id, at: _at, ...row }) => row)).to.deep.equal([
      { ...none, type: 'charge', amount: euros(250), balance: euros(250) },
      {
        ...none,
        type: 'payment',
        amount: euros(-100),
        balance: euros(150),
        method: 'cash',
        actor_id: world.ids.librarian,
      },
      {
        ...none,
        type: 'waiver',
        amount: euros(-30),
        balance: euros(120),
        reason: 'He was ill',
        actor_id: world.ids.manager,
      },
    ])
    expect(reply.meta).to.deep.include({ total: 3, balance: euros(120) })
    const cut = await as('admin', 'GET', `/users/${world.ids.user}/ledger?limit=1&fields=balance`)
    expect(rowsOf(cut).map(row => row['balance'])).to.deep.equal([euros(120)])
    expect(cut.meta).to.deep.include({ total: 3, balance: euros(120) })
    expectRefusal(await as('other', 'GET', `/users/${world.ids.user}/ledger`), 403, 'PERMISSION_DENIED')
    expectRefusal(await as('admin', 'GET', '/users/404/ledger'), 404, 'NOT_FOUND')
  })
})

for (const backend of backends) {
  describe(`debts on ${backend.name}`, () => {
    before(async () => {
      world = await aWorld({}, backend)
    })
    after(closeAll)

    /** With a token of now, however far the clock has gone on. */
    const late = async (who: keyof World['tokens'], method: string, path: string, body?: object) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    }

    it('block: who is too late pays before he borrows again (R2.3)', async () => {
      const lent = await late('user', 'POST', '/borrowings', { barcode: 'C-1' })
      expect(lent.status, lent.text).to.equal(201)
      // 25 a day, to the cap of 1000 and beyond it.
      world.clock.days(21 + 60)
      const running = await late('user', 'POST', '/borrowings', { barcode: 'C-2' })
      expectRefusal(running, 422, 'CHECKOUT_REFUSED')
      const back = await late('librarian', 'POST', '/returns', { barcode: 'C-1' })
      const { fine } = back.data as { readonly fine: { readonly id: number } }
      expect(fine, back.text).to.deep.include({ amount: euros(1000), status: 'open' })

      const refused = await late('user', 'POST', '/borrowings', { barcode: 'C-2' })
      expectRefusal(refused, 422, 'CHECKOUT_REFUSED')
      expect((refused.error!.details as { rule: string }[]).map(({ rule }) => rule)).to.include('debt')

      const payment = { amount: 1, method: 'cash' }
      const paid = await late('librarian', 'POST', `/fines/${fine.id}/payments`, payment)
      expect(paid.data, paid.text).to.deep.include({ status: 'partly_paid', balance: euros(999) })
      const again = await late('user', 'POST', '/borrowings', { barcode: 'C-2' })
      expect(again.status, again.text).to.equal(201)

      const shown = await late('user', 'GET', `/borrowings/${idOf(lent)}`)
      expect(shown.data).to.deep.include({ fine_amount: euros(1000), fine_paid: euros(1) })
      const [listed] = rowsOf(
        await late('user', 'GET', `/users/${world.ids.user}/borrowings?is_returned=true`),
      )
      expect(listed).to.deep.equal(shown.data)
      const ledger = await late('user', 'GET', `/users/${world.ids.user}/ledger`)
      expect(ledger.meta).to.deep.include({ balance: euros(999) })
    })
  })
}
