/** The edge cases "Identity of things" over every storage: which thing a number means, and who may set a rule aside. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, idOf, rowsOf, rulesOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

for (const backend of backends) {
  describe(`the identity of things on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = (who: keyof World['tokens'], method: string, path: string, body?: object) =>
      world.call(method, path, { token: world.tokens[who], ...(body === undefined ? {} : { body }) })
    const addCopy = (barcode: string) =>
      as('librarian', 'POST', `/books/${world.bookId}/copies`, { branch_id: world.here, barcode })
    const lend = (body: object, who: keyof World['tokens'] = 'librarian') =>
      as(who, 'POST', '/borrowings', body)
    const scan = (barcode: string) => as('librarian', 'POST', '/returns', { barcode, branch_id: world.here })

    it('a card number equal to a barcode: each is looked for among its own kind', async () => {
      const { data } = await as('admin', 'GET', `/users/${world.ids.user}`)
      const { library_card_number: number } = data as { readonly library_card_number: string }
      const copy = idOf(await addCopy(number))
      const lent = await lend({ library_card_number: number, barcode: number })
      expect(lent.status, lent.text).to.equal(201)
      expect(lent.data).to.include({ user_id: world.ids.user, book_copy_id: copy, barcode: number })
      expect((await scan(number)).data).to.deep.include({ id: idOf(lent), already_returned: false })
      // A card number is no barcode, nor the other way round.
      expectRefusal(await lend({ library_card_number: 'C-1', barcode: 'C-1' }), 404, 'NOT_FOUND', {
        resource: 'user',
        id: 'C-1',
      })
      const { data: other } = await as('admin', 'GET', `/users/${world.ids.other}`)
      const card = (other as { readonly library_card_number: string }).library_card_number
      expectRefusal(await scan(card), 404, 'NOT_FOUND', { resource: 'copy', id: card })
    })

    for (const written of ['c-9', ' C-9 ', 'C -9', 'c - 9', ' c-9']) {
      it(`a barcode with spaces or lower case is the same: ${JSON.stringify(written)}`, async () => {
        const added = await addCopy('C-9')
        expectRefusal(await addCopy(written), 409, 'DUPLICATE', { field: 'barcode' })
        const lent = await lend({ user_id: world.ids.user, barcode: written })
        expect(lent.data, lent.text).to.include({ book_copy_id: idOf(added), barcode: 'C-9' })
        expect((await scan(written)).data).to.include({ id: idOf(lent) })
        const eligible = await as(
          'user',
          'GET',
          `/users/${world.ids.user}/eligibility?barcode=${encodeURIComponent(written)}`,
        )
        expect(eligible.data, eligible.text).to.include({ allowed: true })
      })
    }

    it('a barcode is shown in its normal form, however it was written', async () => {
      const added = await addCopy(' ab 12/c ')
      expect(added.data, added.text).to.include({ barcode: 'AB12/C' })
    })

    it('a barcode of a copy that is gone is free as soon as it is taken off it; what was lent stays with the old copy', async () => {
      const lent = await lend({ user_id: world.ids.user, barcode: 'C-1' })
      await scan('C-1')
      const old = world.copies[0]!.id
      await as('librarian', 'DELETE', `/copies/${old}`)
      // A withdrawn copy may come back to its shelf: until it gets another label this one is its own.
      expectRefusal(await addCopy('C-1'), 409, 'DUPLICATE', { field: 'barcode' })
      const relabelled = await as('librarian', 'PUT', `/copies/${old}`, { barcode: 'GONE-1' })
      expect(relabelled.status, relabelled.text).to.equal(200)
      const added = idOf(await addCopy('C-1'))
      const again = await lend({ user_id: world.ids.user, barcode: 'C-1' })
      expect(again.data, again.text).to.include({ book_copy_id: added })
      const before = await as('librarian', 'GET', `/borrowings/${idOf(lent)}`)
      expect(before.data).to.include({ book_copy_id: old, barcode: 'GONE-1' })
    })

    it('several blocks at once: all that fails is told, and all of it is to be set aside', async () => {
      for (const reason of ['A lost card', 'A loud voice']) {
        await as('librarian', 'POST', `/users/${world.ids.user}/blocks`, { reason })
      }
      await as('librarian', 'PUT', `/users/${world.ids.user}`, { membership_expires_on: '2026-01-01' })
      const body = { user_id: world.ids.user, barcode: 'C-1' }
      const refused = await lend(body)
      expectRefusal(refused, 422, 'CHECKOUT_REFUSED')
      expect(rulesOf(refused)).to.have.members(['membership-expired', 'manual-block', 'opening-hours'])
      const one = { rules: ['manual-block'], reason: 'The card was found' }
      const half = await lend({ ...body, override: one })
      expectRefusal(half, 422, 'CHECKOUT_REFUSED')
      const both = { ...one, rules: ['manual-block', 'membership-expired'] }
      const lent = await lend({ ...body, override: both })
      expect(lent.status, lent.text).to.equal(201)
      const [entry] = rowsOf(await as('admin', 'GET', '/audit?action=borrowing.created'))
      expect(entry!['after']).to.deep.include({
        overridden_rules: ['membership-expired', 'manual-block'],
        override_reason: 'The card was found',
      })
    })

    it('an override without permission is refused, whatever the rules would say, and nothing is lent', async () => {
      const override = { rules: ['manual-block'], reason: 'I promise' }
      const body = { user_id: world.ids.user, barcode: 'C-1', override }
      const denied = { permission: 'loan:override' }
      expectRefusal(await lend(body, 'user'), 403, 'PERMISSION_DENIED', denied)
      await as('librarian', 'POST', `/users/${world.ids.user}/blocks`, { reason: 'A lost card' })
      expectRefusal(await lend(body, 'user'), 403, 'PERMISSION_DENIED', denied)
      expectRefusal(await lend({ ...body, branch_id: world.here }, 'stranger'), 403, 'PERMISSION_DENIED')
      expect(rowsOf(await as('librarian', 'GET', '/borrowings'))).to.be.empty
    })

    for (const [what, override, ...faults] of [
      ['no reason', { rules: ['manual-block'] }, 'override.reason REQUIRED'],
      ['an empty reason', { rules: ['manual-block'], reason: '' }, 'override.reason REQUIRED'],
      ['a reason of spaces', { rules: ['manual-block'], reason: '  ' }, 'override.reason REQUIRED'],
      ['a reason that is null', { rules: ['manual-block'], reason: null }, 'override.reason REQUIRED'],
      ['no rules', { rules: [], reason: 'Just so' }, 'override.rules OUT_OF_RANGE'],
    ] as const) {
      it(`an override with ${what} is not valid, and nothing is lent`, async () => {
        await as('librarian', 'POST', `/users/${world.ids.user}/blocks`, { reason: 'A lost card' })
        expectFaults(await lend({ user_id: world.ids.user, barcode: 'C-1', override }), ...faults)
        expect(rowsOf(await as('librarian', 'GET', '/borrowings'))).to.be.empty
      })
    }

    it('an override sets aside what it names, and no blocker', async () => {
      await as('librarian', 'PUT', `/users/${world.ids.user}`, { status: 'suspended' })
      const body = { user_id: world.ids.user, barcode: 'C-1' }
      const override = { rules: ['member-status'], reason: 'Just so' }
      const reply = await lend({ ...body, override })
      expectRefusal(reply, 422, 'CHECKOUT_REFUSED')
      expect(rulesOf(reply)).to.include('member-status')
    })
  })
}
