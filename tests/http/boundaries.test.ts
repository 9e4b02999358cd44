/** Who may not reach where, and what a desk must not lose: each line was once possible. */
import { expect } from 'chai'
import { expectRefusal, idOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

describe('boundaries', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const put = (path: string, token: string, body: object) => world.call('PUT', path, { token, body })
  const post = (path: string, token: string, body: object) => world.call('POST', path, { token, body })
  const nameless = { code: 'PERMISSION_DENIED' }

  it('a librarian and a manager change nothing of the admin, who changes them', async () => {
    const { tokens, ids } = world
    for (const token of [tokens.librarian, tokens.manager]) {
      for (const body of [{ status: 'deactivated' }, { email: 'mine@example.org' }]) {
        const reply = await put(`/users/${ids.admin}`, token, body)
        expect(reply.status).to.equal(403)
        expect(reply.error).to.deep.include(nameless)
      }
    }
    expect((await put(`/users/${ids.librarian}`, tokens.librarian, { city: 'Ourtown' })).status).to.equal(200)
    expect((await put(`/users/${ids.librarian}`, tokens.admin, { status: 'suspended' })).status).to.equal(200)
  })

  it('a member tells his date of birth once; then it is for staff to correct', async () => {
    const { tokens, ids } = world
    const birth = (date: string, token: string) => put(`/users/${ids.user}`, token, { date_of_birth: date })
    expect((await birth('1990-01-01', tokens.librarian)).status).to.equal(200)
    expect((await birth('1990-01-01', tokens.user)).status).to.equal(200)
    expect((await birth('1950-01-01', tokens.user)).error).to.deep.include(nameless)
    expect((await birth('1950-01-01', tokens.librarian)).status).to.equal(200)
  })

  it('a manager renews and returns what he borrowed himself, wherever it was lent', async () => {
    const { tokens, ids, copies, there } = world
    const lent = await post('/borrowings', tokens.librarian, {
      user_id: ids.manager,
      barcode: copies[0]!.barcode,
      branch_id: there,
    })
    expect(lent.status, lent.text).to.equal(201)
    expect((await put(`/borrowings/${idOf(lent)}/renew`, tokens.manager, {})).status).to.equal(200)
    const back = await put(`/borrowings/${idOf(lent)}/return`, tokens.manager, { branch_id: there })
    expect(back.status, back.text).to.equal(200)
  })

  it('a manager does not renew what others borrowed elsewhere', async () => {
    const { tokens, ids, copies, there } = world
    const lent = await post('/borrowings', tokens.librarian, {
      user_id: ids.user,
      barcode: copies[0]!.barcode,
      branch_id: there,
    })
    expectRefusal(await put(`/borrowings/${idOf(lent)}/renew`, tokens.manager, {}), 403, 'PERMISSION_DENIED')
  })

  it('a condition told at a scan is kept, also of a copy that was not on loan', async () => {
    const { tokens, copies } = world
    const { id, barcode } = copies[0]!
    const scan = await post('/returns', tokens.librarian, { barcode, condition: 'damaged' })
    expect(scan.status, scan.text).to.equal(200)
    expect((await world.call('GET', `/copies/${id}`)).data).to.deep.include({
      condition: 'damaged',
      status: 'available',
    })
  })

  it('a copy on its way home goes to its new home when that is changed', async () => {
    const { tokens, copies, here, there } = world
    const { id, barcode } = copies[0]!
    const scanAt = (branch_id: number) => post('/returns', tokens.librarian, { barcode, branch_id })
    expect((await scanAt(there)).data).to.deep.include({
      next_step: { action: 'transfer', branch_id: here, reservation_id: null },
    })
    expect((await put(`/copies/${id}`, tokens.librarian, { branch_id: there })).status).to.equal(200)
    expect((await scanAt(here)).data).to.deep.include({
      next_step: { action: 'transfer', branch_id: there, reservation_id: null },
    })
    expect((await scanAt(there)).data).to.deep.include({
      next_step: { action: 'reshelve', branch_id: there, reservation_id: null },
    })
  })

  it('a missing copy turns up at a desk, not in the hands of a member', async () => {
    const { tokens, copies } = world
    const { id, barcode } = copies[0]!
    await put(`/copies/${id}`, tokens.librarian, { status: 'missing' })
    const refused = await post('/borrowings', tokens.user, { barcode })
    expect(refused.error).to.deep.include({ code: 'COPY_NOT_AVAILABLE' })
    const lent = await post('/borrowings', tokens.librarian, { user_id: world.ids.user, barcode })
    expect(lent.status, lent.text).to.equal(201)
    expect((lent.meta as { warnings: { rule: string }[] }).warnings.map(({ rule }) => rule)).to.include(
      'copy-missing',
    )
  })

  it('a member does not learn which card numbers there are', async () => {
    const { tokens, copies } = world
    const { barcode } = copies[0]!
    for (const library_card_number of ['NO-SUCH-CARD', '20000000000018']) {
      const reply = await post('/borrowings', tokens.user, { barcode, library_card_number })
      expect(reply.status).to.equal(403)
    }
    const atDesk = await post('/borrowings', tokens.librarian, {
      barcode,
      library_card_number: 'NO-SUCH-CARD',
    })
    expect(atDesk.status).to.equal(404)
  })

  it('what the desk noted at the checkout stays when the member adds something', async () => {
    const { tokens, ids, copies } = world
    const lent = await post('/borrowings', tokens.librarian, {
      user_id: ids.user,
      barcode: copies[0]!.barcode,
      notes: 'Page 12 is torn',
    })
    const back = await put(`/borrowings/${idOf(lent)}/return`, tokens.user, { notes: 'Fine book' })
    expect(back.data).to.deep.include({ notes: 'Page 12 is torn\nFine book' })
  })
})
