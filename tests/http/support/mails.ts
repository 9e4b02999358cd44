/** What the tests find in the mail. */
import { actBy, system } from '../../../core/identity/actor.ts'
import { right } from '../../support/world.ts'
import type { MemberNotice } from '../../../core/notices/notice.ts'
import { idOf } from './client.ts'
import type { World } from './world.ts'

/** Hands on what waits. */
export const handOn = async ({ api }: World): Promise<void> => {
  await right(api.deps.jobs.runJob({ act: actBy(system), name: 'send-outbox' }))
}

/** Those that enclose something, the oldest first. */
export const lettersTo = async (world: World, to: string): Promise<readonly MemberNotice[]> => {
  await handOn(world)
  return world.api.log.notices.flatMap(notice =>
    'memberId' in notice && notice.enclosed?.to.toLowerCase() === to.toLowerCase() ? [notice] : [],
  )
}

/** Of the newest mail to an address. */
export const tokenTo = async (world: World, to: string): Promise<string> => {
  const token = (await lettersTo(world, to)).at(-1)?.enclosed?.token
  if (token === undefined) throw new Error(`No mail came to ${to}`)
  return token
}

/** Asked for with the address of `user`. */
export const resetToken = async (world: World): Promise<string> => {
  await world.call('POST', '/auth/forgot-password', { body: { email: 'user@example.org' } })
  return tokenTo(world, 'user@example.org')
}

export const newcomerPassword = 'a long password'

/** Somebody who registered himself, his session, and the token of the mail that verifies his address. */
export const newcomer = async (world: World, username = 'pending.one') => {
  const email = `${username}@example.org`
  const reply = await world.call('POST', '/users', {
    body: { username, email, password: newcomerPassword, first_name: 'New', last_name: 'Comer' },
  })
  const login = await world.call('POST', '/auth/login', {
    body: { login: username, password: newcomerPassword },
  })
  const { access_token: session } = login.data as { readonly access_token: string }
  return { id: idOf(reply), email, session, token: await tokenTo(world, email) }
}
