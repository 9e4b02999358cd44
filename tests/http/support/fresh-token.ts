/** Tokens of now, for a clock that has gone on, and for staff whose codes are good once. */
import { secrets } from '../../../adapters/security/secrets.ts'
import { actBy, anonymous } from '../../../core/identity/actor.ts'
import { openSession } from '../../../core/identity/open-session.ts'
import { right } from '../../support/world.ts'
import type { Person } from './library.ts'
import { tokensBy } from './stand-ins.ts'
import type { World } from './world.ts'

/** Of a session that begins as it does after a login. */
export const freshToken = async (
  { persistence: { work, ids: newIds, queries }, clock, ids }: World,
  who: Person,
): Promise<string> => {
  const account = await right(queries.identity.account(ids[who]))
  const policy = { lifetime: 86_400, idle: 86_400, most: 20, whenFull: 'end_oldest' } as const
  const open = openSession({ work, tokens: tokensBy(clock), secrets, ids: newIds, clock, policy })
  const standing = await right(work.run(({ sessions }) => sessions.standing(ids[who])))
  return (await right(open({ account, standing, act: actBy(anonymous), userAgent: null }))).accessToken
}
