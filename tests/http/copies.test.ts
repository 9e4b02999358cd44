/** CAT-3: copies. */
import { expect } from 'chai'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

describe('copies', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const add = (body: object, bookId: number = world.bookId) =>
    world.call('POST', `/books/${bookId}/copies`, { token: world.tokens.librarian, body })
  const change = (body: object, token = world.tokens.librarian) =>
    world.call('PUT', `/copies/${world.copies[0]!.id}`, { token, body })
  const lend = () => world.call('POST', '/borrowings', { token: world.tokens.user, body: { barcode: 'C-1' } })

  it('are added with a branch and a barcode; the rest has defaults', async () => {
    const reply = await add({ branch_id: world.there, barcode: ' ab 12 ' })
    expect(reply.status, reply.text).to.equal(201)
    expect(reply.headers.get('location')).to.equal(`/api/v1/copies/${idOf(reply)}`)
    expect(reply.data).to.deep.equal({
      id: idOf(reply),
      book_id: world.bookId,
      branch_id: world.there,
      copy_number: 3,
      barcode: 'AB12',
      condition: 'good',
      location: null,
      acquisition_date: null,
      last_maintenance: null,
      status: 'available',
      price: null,
      loan_category: 'book',
      version: 1,
    })
    expect((await world.call('GET', `/books/${world.bookId}`)).data).to.include({
      total_copies: 3,
      available_copies: 3,
    })
  })

  it('are added with everything; money comes back with its currency', async () => {
    const body = {
      branch_id: world.here,
      barcode: 'X-1',
      copy_number: 7,
      condition: 'new',
      location: 'R 3',
      acquisition_date: '2026-01-02',
      last_maintenance: '2026-02-03',
      price: 1999,
      loan_category: 'media',
    }
    const reply = await add(body)
    expect(reply.data).to.deep.include({ ...body, price: { amount: 1999, currency: 'EUR' } })
    expect((await world.call('GET', `/copies/${idOf(reply)}`)).data).to.deep.equal(reply.data)
    expect((await world.call('GET', `/copies/${idOf(reply)}?fields=price`)).data).to.deep.equal({
      id: idOf(reply),
      price: { amount: 1999, currency: 'EUR' },
    })
  })

  it('are not added without, nor with what is wrong', async () => {
    expectFaults(await add({}), 'branch_id REQUIRED', 'barcode REQUIRED')
    expectFaults(
      await add({ branch_id: 1, barcode: 'ä', price: 1.5, condition: 'shiny', status: 'lost' }),
      'status UNKNOWN_FIELD',
      'barcode INVALID_CODE',
      'price NOT_AN_INTEGER',
      'condition UNKNOWN_VALUE',
    )
    expectFaults(await add({ branch_id: 99, barcode: 'X-1' }), 'branch_id UNKNOWN_REFERENCE')
    expectFaults(
      await add({ branch_id: 1, barcode: 'X-1', loan_category: 'gold' }),
      'loan_category UNKNOWN_REFERENCE',
    )
    expectFaults(await add({ branch_id: 1, barcode: 'X-1', price: 1_000_000_001 }), 'price OUT_OF_RANGE')
    expectRefusal(await add({ branch_id: 1, barcode: 'c-1' }), 409, 'DUPLICATE', { field: 'barcode' })
    expectRefusal(await add({ branch_id: 1, barcode: 'X-1' }, 99), 404, 'NOT_FOUND', {
      resource: 'book',
      id: 99,
    })
  })

  it('are listed by number, withdrawn ones too', async () => {
    await world.call('DELETE', `/copies/${world.copies[1]!.id}`, { token: world.tokens.librarian })
    const reply = await world.call('GET', `/books/${world.bookId}/copies`)
    expect(rowsOf(reply).map(({ barcode, status }) => [barcode, status])).to.deep.equal([
      ['C-1', 'available'],
      ['C-2', 'withdrawn'],
    ])
    const sorted = await world.call(
      'GET',
      `/books/${world.bookId}/copies?sort=-barcode&limit=1&fields=barcode`,
    )
    expect(sorted.data).to.deep.equal([{ id: world.copies[1]!.id, barcode: 'C-2' }])
    expectRefusal(await world.call('GET', '/books/99/copies'), 404, 'NOT_FOUND', { resource: 'book', id: 99 })
    expectRefusal(await world.call('GET', '/copies/99'), 404, 'NOT_FOUND', { resource: 'copy', id: 99 })
  })

  it('are changed in the fields given', async () => {
    const reply = await change({ condition: 'fair', price: 500, location: 'Cellar' })
    expect(reply.data).to.deep.include({
      barcode: 'C-1',
      condition: 'fair',
      location: 'Cellar',
      price: { amount: 500, currency: 'EUR' },
      version: 2,
    })
    expect((await change({ price: null })).data).to.include({ price: null, location: 'Cellar' })
  })

  it('are put where staff may put them', async () => {
    for (const [status, available] of [
      ['maintenance', 1],
      ['missing', 1],
      ['available', 2],
      ['withdrawn', 1],
    ] as const) {
      expect((await change({ status })).data).to.include({ status })
      expect((await world.call('GET', `/books/${world.bookId}`)).data).to.include({
        available_copies: available,
      })
    }
    for (const status of ['on_loan', 'kept', 'lost', 'in_transit', 'gone']) {
      expectFaults(await change({ status }), 'status UNKNOWN_VALUE')
    }
  })

  it('stay where they are while they are on loan', async () => {
    expect((await lend()).status).to.equal(201)
    const details = { book_copy_id: world.copies[0]!.id, status: 'on_loan' }
    expectRefusal(await change({ status: 'withdrawn' }), 409, 'CONFLICT', details)
    expectRefusal(
      await world.call('DELETE', `/copies/${world.copies[0]!.id}`, { token: world.tokens.librarian }),
      409,
      'CONFLICT',
      details,
    )
    expect((await change({ condition: 'poor' })).data).to.include({ condition: 'poor', status: 'on_loan' })
  })

  it('are withdrawn', async () => {
    const path = `/copies/${world.copies[0]!.id}`
    const reply = await world.call('DELETE', path, { token: world.tokens.librarian })
    expect(reply).to.include({ status: 200, data: null })
    expect((await world.call('GET', path)).data).to.include({ status: 'withdrawn' })
    expect((await world.call('GET', `/books/${world.bookId}`)).data).to.include({ total_copies: 1 })
    expectRefusal(
      await world.call('DELETE', '/copies/99', { token: world.tokens.librarian }),
      404,
      'NOT_FOUND',
    )
  })

  it('are not moved out of, nor into, a branch by the manager of another', async () => {
    expectRefusal(await change({ branch_id: world.there }, world.tokens.manager), 403, 'PERMISSION_DENIED')
    expectRefusal(await change({ branch_id: world.there }, world.tokens.stranger), 403, 'PERMISSION_DENIED')
    expect((await change({ branch_id: world.there })).data).to.include({ branch_id: world.there })
    expectRefusal(await change({ barcode: 'C-2' }), 409, 'DUPLICATE', { field: 'barcode' })
  })
})
