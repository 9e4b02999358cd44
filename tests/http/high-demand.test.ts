/** R1.6 over HTTP on every storage: the short period of a title in demand, and where it came from (R4.8). */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { idOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

const forAny = {
  branch_id: null,
  membership_type: null,
  loan_category: null,
  valid_from: null,
  valid_to: null,
}
const short = { length: 7, unit: 'days' }

for (const backend of backends) {
  describe(`a title in high demand on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
      const { data } = await as('admin', 'GET', '/circulation-rules')
      const { rows } = data as { readonly rows: readonly object[] }
      const books = {
        ...forAny,
        loan_category: 'book',
        values: { high_demand: { reservations_over: 1, loan_period: short } },
      }
      const put = await world.call('PUT', '/circulation-rules', {
        token: world.tokens.admin,
        headers: { 'If-Match': '*' },
        body: { rows: [...rows, books] },
      })
      expect(put.status, put.text).to.equal(200)
    })
    afterEach(closeAll)

    const as = (who: keyof World['tokens'], method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })

    const reserve = async (who: keyof World['tokens']) => {
      const reply = await as(who, 'POST', `/books/${world.bookId}/reserve`, { branch_id: world.here })
      expect(reply.status, reply.text).to.equal(201)
      return idOf(reply)
    }
    const lend = async () => {
      const wanted = { user_id: world.ids.user, barcode: 'C-1' }
      const eligible = await as('librarian', 'GET', `/users/${world.ids.user}/eligibility?barcode=C-1`)
      const reply = await as('librarian', 'POST', '/borrowings', wanted)
      expect(reply.status, reply.text).to.equal(201)
      const { due_date } = reply.data as { readonly due_date: string }
      expect((eligible.data as { readonly due_date: string }).due_date).to.equal(due_date)
      return { id: idOf(reply), due_date }
    }
    const explained = async (id: number) => {
      const { data } = await as('user', 'GET', `/borrowings/${id}/explain`)
      return data as Readonly<Record<'due_date' | 'fine', Readonly<Record<string, unknown>>>>
    }

    it('R1.6 is lent for the short period, and the row that said so is told (R4.8)', async () => {
      await reserve('other')
      await reserve('librarian')
      const { id, due_date } = await lend()
      expect(due_date).to.equal('2026-11-28T22:59:59.000Z')
      const { due_date: due, fine } = await explained(id)
      expect(due).to.deep.include({ high_demand: true, period: short, computed: due_date })
      expect(due['rules']).to.deep.include({ loan_period: short })
      expect(due['rows']).to.deep.include({
        loan_period: { ...forAny, loan_category: 'book' },
        max_renewals: forAny,
      })
      expect(fine['rows']).to.deep.equal({ fine: forAny, default_price: forAny })
    })

    it('R1.6 one who waits is not more than one: the usual period', async () => {
      await reserve('other')
      const { id, due_date } = await lend()
      expect(due_date).to.equal('2026-12-12T22:59:59.000Z')
      const { due_date: due } = await explained(id)
      expect(due).to.deep.include({ high_demand: false, period: { length: 21, unit: 'days' } })
      expect(due['rows']).to.deep.include({ loan_period: forAny })
    })

    it('R1.6 who is suspended does not wait', async () => {
      await reserve('other')
      const id = await reserve('librarian')
      await as('librarian', 'PUT', `/reservations/${id}`, { suspended_until: '2027-01-31' })
      expect((await lend()).due_date).to.equal('2026-12-12T22:59:59.000Z')
    })
  })
}
