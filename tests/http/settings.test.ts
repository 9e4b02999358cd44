import { expect } from 'chai'
import { changeSettings } from '../../core/settings/use-cases/change-settings.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { actBy, system } from '../../core/identity/actor.ts'
import { E } from '../../core/shared/fp.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Row = Readonly<Record<string, unknown>>

describe('the settings', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  /** Changes whatever version of the settings there is. */
  const ask = (method: string, path: string, body?: object, who: keyof World['tokens'] = 'admin') =>
    world.call(method, path, {
      token: world.tokens[who],
      ...(body === undefined ? {} : { body }),
      ...(path === '/settings' && method !== 'GET' ? { headers: { 'If-Match': '*' } } : {}),
    })

  it('are shown, and changed one by one', async () => {
    const first = {
      controlling_branch: 'copy',
      self_return: true,
      history_days: null,
      transfer_days: 7,
      due_reminder_days: 3,
      version: 1,
    }
    expect((await ask('GET', '/settings')).data).to.deep.equal(first)
    const changed = await ask('PUT', '/settings', { history_days: 730 })
    expect(changed.data).to.deep.equal({ ...first, history_days: 730, version: 2 })
    await ask('PATCH', '/settings', { controlling_branch: 'member', history_days: null })
    const last = { ...first, controlling_branch: 'member', version: 3 }
    expect((await ask('GET', '/settings')).data).to.deep.equal(last)
  })

  it('are in the audit, as far as they were changed', async () => {
    await ask('PUT', '/settings', { self_return: false, transfer_days: 7 })
    const [row] = rowsOf(await ask('GET', '/audit?target=settings'))
    expect(row).to.deep.include({
      action: 'settings.changed',
      actor_id: world.ids.admin,
      target_id: null,
      before: { self_return: true },
      after: { self_return: false },
    })
  })

  it('name what is wrong with a change, and then change nothing', async () => {
    const body = {
      controlling_branch: 'mine',
      self_return: 'no',
      history_days: 0,
      transfer_days: null,
      due_reminder_days: -1,
      colour: 1,
    }
    expectFaults(
      await ask('PUT', '/settings', body),
      'controlling_branch UNKNOWN_VALUE',
      'self_return INVALID_TYPE',
      'history_days OUT_OF_RANGE',
      'transfer_days REQUIRED',
      'due_reminder_days OUT_OF_RANGE',
      'colour UNKNOWN_FIELD',
    )
    expect((await ask('GET', '/settings')).data).to.include({ version: 1 })
  })

  it('change over the version that the caller expects, or not at all', async () => {
    const change = changeSettings(world.persistence)
    const expecting = (...expects: number[]) => ({ ...actBy(system), expects })
    expect(E.isRight(await change({ act: expecting(7, 1), changes: { transferDays: 3 } })())).to.be.true
    expect(await change({ act: expecting(1), changes: { transferDays: 4 } })()).to.deep.equal(
      E.left({ type: 'VersionMismatch', resource: 'settings', id: 1, version: 2 }),
    )
    expect((await ask('GET', '/settings')).data).to.include({ version: 2, transfer_days: 3 })
  })

  it('are changed by somebody who has seen them alone (If-Match)', async () => {
    const put = (headers: Readonly<Record<string, string>>) =>
      world.call('PUT', '/settings', { token: world.tokens.admin, body: { transfer_days: 3 }, headers })
    expectRefusal(await put({}), 428, 'VERSION_REQUIRED')
    const seen = (await ask('GET', '/settings')).headers.get('etag') ?? ''
    const changed = await put({ 'If-Match': seen })
    expect(changed.status, changed.text).to.equal(200)
    expectRefusal(await put({ 'If-Match': seen }), 412, 'VERSION_MISMATCH', {
      resource: 'settings',
      id: 1,
      version: 2,
    })
    expect((await put({ 'If-Match': changed.headers.get('etag') ?? '' })).status).to.equal(200)
  })

  describe('self_return', () => {
    const lend = async (who: 'user' | 'manager') =>
      idOf(await ask('POST', '/borrowings', { user_id: world.ids[who], barcode: 'C-1' }))

    it('on lets a member return his own', async () => {
      const id = await lend('user')
      expect((await ask('PUT', `/borrowings/${id}/return`, {}, 'user')).status).to.equal(200)
    })

    it('off leaves returning to the desk', async () => {
      const id = await lend('user')
      await ask('PUT', '/settings', { self_return: false })
      expectRefusal(await ask('PUT', `/borrowings/${id}/return`, {}, 'user'), 403, 'PERMISSION_DENIED', {
        permission: 'loan:return',
      })
      expect((await ask('GET', `/borrowings/${id}`)).data).to.include({ is_returned: false })
      expect((await ask('PUT', `/borrowings/${id}/return`, {}, 'librarian')).status).to.equal(200)
    })

    it('off stops a manager from returning his own at a branch that is not his', async () => {
      const id = await lend('manager')
      await ask('PUT', '/settings', { self_return: false })
      const elsewhere = { branch_id: world.there }
      expectRefusal(
        await ask('PUT', `/borrowings/${id}/return`, elsewhere, 'manager'),
        403,
        'PERMISSION_DENIED',
      )
      expect((await ask('PUT', `/borrowings/${id}/return`, {}, 'manager')).status).to.equal(200)
    })
  })

  describe('controlling_branch', () => {
    beforeEach(async () => {
      await ask('PUT', `/branches/${world.there}`, { time_zone: 'Pacific/Tongatapu' })
    })
    const eligible = async (query: string) =>
      (await ask('GET', `/users/${world.ids.user}/eligibility?barcode=C-1${query}`)).data as Row
    const lend = async (body: object = {}) =>
      (await ask('POST', '/borrowings', { user_id: world.ids.user, barcode: 'C-1', ...body })).data as Row

    it('copy: the copy’s, wherever it happens', async () => {
      await ask('PUT', `/users/${world.ids.user}`, { home_branch_id: world.there })
      const loan = await lend({ branch_id: world.there })
      expect(loan).to.include({ due_zone: 'Europe/Berlin', due_date: '2026-12-12T22:59:59.000Z' })
    })

    it('transaction: where it happens, and eligibility says the same', async () => {
      await ask('PUT', '/settings', { controlling_branch: 'transaction' })
      const foreseen = await eligible(`&branch_id=${world.there}`)
      const loan = await lend({ branch_id: world.there })
      expect(loan).to.include({ due_zone: 'Pacific/Tongatapu', due_date: '2026-12-12T10:59:59.000Z' })
      expect(foreseen).to.include({ allowed: true, due_date: loan['due_date'] })
    })

    it('transaction: the desk’s where nothing else is said', async () => {
      await ask('PUT', '/settings', { controlling_branch: 'transaction' })
      expect(await lend()).to.include({ due_zone: 'Europe/Berlin' })
    })

    it('member: his home branch, and eligibility says the same', async () => {
      await ask('PUT', '/settings', { controlling_branch: 'member' })
      await ask('PUT', `/users/${world.ids.user}`, { home_branch_id: world.there })
      const foreseen = await eligible('')
      const loan = await lend()
      expect(loan).to.include({ due_zone: 'Pacific/Tongatapu' })
      expect(foreseen).to.include({ due_date: loan['due_date'] })
    })

    it('stays frozen on the loan when the setting changes', async () => {
      await ask('PUT', '/settings', { controlling_branch: 'transaction' })
      const loan = await lend({ branch_id: world.there })
      await ask('PUT', '/settings', { controlling_branch: 'copy' })
      const shown = (await ask('GET', `/borrowings/${String(loan['id'])}`)).data
      expect(shown).to.include({ due_zone: 'Pacific/Tongatapu', due_date: loan['due_date'] })
    })
  })
})
