/** `library reset-mfa`: takes off a second factor that was lost, where no administrator is left who could. */
import { actBy, system } from '../core/identity/actor.ts'
import { resetSecondFactor } from '../core/identity/use-cases/keep-second-factor.ts'
import { normaliseLogin } from '../core/members/member.ts'
import type { Clock } from '../core/shared/clock.ts'
import { pipe, TE } from '../core/shared/fp.ts'
import { notFound } from '../core/shared/refusal.ts'
import type { Persistence } from './persistence.ts'
import { Refused } from './refused.ts'

export interface ResetMfaDeps {
  readonly persistence: Pick<Persistence, 'work' | 'queries'>
  /** Real time. */
  readonly clock: Clock
}

/**
 * @param login user name or e-mail address
 * @throws Refused where there is no such member, or no second factor of his
 */
export const resetMfa = async (
  { persistence: { work, queries }, clock }: ResetMfaDeps,
  login: string,
): Promise<void> => {
  const done = await pipe(
    queries.identity.credentials(normaliseLogin(login)),
    TE.flatMap(found => (found === null ? TE.left(notFound('user', login)) : TE.right(found.memberId))),
    TE.flatMap(memberId =>
      resetSecondFactor({ work, clock, queries: queries.identity })({ act: actBy(system), memberId }),
    ),
  )()
  if (done._tag === 'Right') return
  const { left } = done
  if (left.type === 'NotFound') throw new Refused(`There is no member ${login}`)
  throw new Refused(left.type === 'Conflict' ? left.message : `It could not be done: ${left.type}`)
}
