/** BRN-1: branches. */
import { expect } from 'chai'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

describe('branches', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const post = (body: object) => world.call('POST', '/branches', { token: world.tokens.admin, body })
  const put = (body: object) =>
    world.call('PUT', `/branches/${world.here}`, { token: world.tokens.manager, body })

  it('are added with a name and a zone; the rest has defaults', async () => {
    const reply = await post({ name: 'East', time_zone: 'Europe/Lisbon' })
    expect(reply.status, reply.text).to.equal(201)
    expect(reply.headers.get('location')).to.equal(`/api/v1/branches/${idOf(reply)}`)
    expect(reply.data).to.deep.include({
      name: 'East',
      time_zone: 'Europe/Lisbon',
      manager_id: null,
      services_offered: [],
      pickup: true,
      hours_of_operation: {
        monday: [],
        tuesday: [],
        wednesday: [],
        thursday: [],
        friday: [],
        saturday: [],
        sunday: [],
      },
    })
    expect((await world.call('GET', `/branches/${idOf(reply)}`)).data).to.deep.equal(reply.data)
  })

  it('are added with everything', async () => {
    const body = {
      name: 'West',
      address: 'Weststr. 1',
      city: 'Berlin',
      state: 'BE',
      zip_code: '10115',
      phone: '+49 30 901820',
      email: 'west@example.org',
      manager_id: world.ids.manager,
      services_offered: ['Printing', 'Wi-Fi'],
      time_zone: 'Europe/Berlin',
      hours_of_operation: {
        monday: [
          ['14:00', '24:00'],
          ['09:00', '12:00'],
        ],
      },
      pickup: false,
    }
    const { data, text } = await post(body)
    expect(data, text).to.deep.include({
      ...body,
      phone: '+4930901820',
      hours_of_operation: {
        monday: [
          ['09:00', '12:00'],
          ['14:00', '24:00'],
        ],
        tuesday: [],
        wednesday: [],
        thursday: [],
        friday: [],
        saturday: [],
        sunday: [],
      },
    })
  })

  it('are refused with what is wrong', async () => {
    expectFaults(await post({}), 'name REQUIRED', 'time_zone REQUIRED')
    expectFaults(
      await post({
        name: 'X',
        time_zone: '+01:00',
        phone: '030',
        email: 'x',
        zip_code: '!',
        hours_of_operation: { monday: [['18:00', '09:00']], funday: [] },
        pickup: 'yes',
        services_offered: 'all',
      }),
      'time_zone INVALID_TIME_ZONE',
      'phone INVALID_PHONE',
      'email INVALID_EMAIL',
      'zip_code INVALID_ZIP_CODE',
      'hours_of_operation.funday UNKNOWN_FIELD',
      'hours_of_operation.monday.0 INVALID_HOURS',
      'pickup INVALID_TYPE',
      'services_offered INVALID_TYPE',
    )
    expectFaults(await post({ name: 'X', time_zone: 'UTC', manager_id: 99 }), 'manager_id UNKNOWN_REFERENCE')
    expectRefusal(await post({ name: 'HERE', time_zone: 'UTC' }), 409, 'DUPLICATE', { field: 'name' })
  })

  it('are listed by name', async () => {
    const reply = await world.call('GET', '/branches?fields=name&sort=-name')
    expect(rowsOf(reply)).to.deep.equal([
      { id: world.there, name: 'There' },
      { id: world.here, name: 'Here' },
    ])
    expect(reply.headers.get('x-total-count')).to.equal('2')
    expectRefusal(await world.call('GET', '/branches/99'), 404, 'NOT_FOUND', { resource: 'branch', id: 99 })
  })

  it('are changed by their manager in the fields given; the hours as a whole', async () => {
    await put({ hours_of_operation: { monday: [['09:00', '18:00']] }, city: 'Berlin' })
    const reply = await put({ hours_of_operation: { tuesday: [['10:00', '12:00']] } })
    expect(reply.data).to.deep.include({ city: 'Berlin', version: 3 })
    expect(reply.data).to.have.deep.nested.property('hours_of_operation.monday', [])
    expect(reply.data).to.have.deep.nested.property('hours_of_operation.tuesday', [['10:00', '12:00']])
    expectRefusal(
      await world.call('PUT', '/branches/99', { token: world.tokens.admin, body: {} }),
      404,
      'NOT_FOUND',
    )
  })

  it('are deleted while nothing is there', async () => {
    const remove = (id: number) => world.call('DELETE', `/branches/${id}`, { token: world.tokens.admin })
    expectRefusal(await remove(world.here), 409, 'HAS_DEPENDENTS')
    const empty = idOf(await post({ name: 'Empty', time_zone: 'UTC' }))
    expect(await remove(empty)).to.include({ status: 200, data: null })
    expectRefusal(await remove(empty), 404, 'NOT_FOUND', { resource: 'branch', id: empty })
  })
})
