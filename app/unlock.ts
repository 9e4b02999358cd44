/** `library unlock`: somebody may try again at once, whoever kept him out. */
import { actBy, system } from '../core/identity/actor.ts'
import { unlocked } from '../core/identity/unlocking.ts'
import { normaliseLogin } from '../core/members/member.ts'
import { pipe, TE } from '../core/shared/fp.ts'
import type { Persistence } from './persistence.ts'
import { Refused } from './refused.ts'

/**
 * @param login user name or e-mail address
 * @throws Refused where nobody has it, or the storage does not answer
 */
export const unlockByOperator = async (
  { work, queries }: Pick<Persistence, 'work' | 'queries'>,
  login: string,
): Promise<void> => {
  const done = await pipe(
    queries.identity.credentials(normaliseLogin(login)),
    TE.tap(found =>
      found === null
        ? TE.right(undefined)
        : work.run(stores => unlocked(stores, actBy(system), found.memberId, 'by_operator')),
    ),
  )()
  if (done._tag === 'Left') throw new Refused(`The account cannot be unlocked: ${done.left.detail}`)
  if (done.right === null) throw new Refused(`Nobody has the login ${login}.`)
}
