/** The library's own look for what must not be. */
import { expect } from 'chai'
import type { MeasuredServer } from '../../support/measured-server.ts'
import { ask, dataOf } from './ask.ts'
import { logIn } from './site.ts'

export const expectConsistent = async (server: MeasuredServer): Promise<void> => {
  const token = await logIn(server, 'root')
  const found = await ask(server, 'POST', '/admin/consistency-check', {}, { token })
  expect(found.status, found.text).to.equal(200)
  expect(dataOf(found)['violations']).to.deep.equal([])
}
