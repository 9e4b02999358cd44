/** The first administrator of a library, made at the start or by hand; another one only where that is what is wanted. */
import { actBy, system } from '../core/identity/actor.ts'
import type { Clock } from '../core/shared/clock.ts'
import { appointed, registered } from '../core/members/audit-entries.ts'
import { cardNumber } from '../core/members/card-number.ts'
import { register, unsaidOfMember } from '../core/members/member.ts'
import { dayOf } from '../core/shared/local-time.ts'
import type { Zone } from '../core/shared/local-time.ts'
import { fitPassword } from '../core/identity/password-policy.ts'
import type { PasswordStrength } from '../core/identity/password-policy.ts'
import type { PasswordHashing } from '../core/identity/ports.ts'
import { pipe, TE } from '../core/shared/fp.ts'
import type { InvalidInput } from '../core/shared/refusal.ts'
import type { Config } from './config.ts'
import type { Persistence } from './persistence.ts'
import { Refused } from './refused.ts'

export interface FirstAdminDeps {
  readonly persistence: Persistence
  readonly passwords: PasswordHashing
  readonly strength: PasswordStrength
  readonly clock: Clock
}

/** Of a fault of the config: its name and what is wrong with it, never what it holds. */
const why = (failure: { readonly type: string }): string =>
  'faults' in failure
    ? (failure as InvalidInput).faults.map(({ field, message }) => `${field}: ${message}`).join('; ')
    : JSON.stringify(failure)

/** What came of it; `taken` is the field of another member who is known by it. */
export type FirstAdmin = 'made' | 'there_already' | { readonly taken: string }

/** @param another he is made although there is one */
export const createFirstAdmin = async (
  { persistence: { work, ids, queries }, passwords, strength, clock }: FirstAdminDeps,
  { username, email, password }: NonNullable<Config['firstAdmin']>,
  another = false,
): Promise<FirstAdmin> => {
  const made = await pipe(
    queries.identity.hasAdmin(),
    TE.flatMap(has =>
      has && !another
        ? TE.right('there_already' as const)
        : pipe(
            TE.Do,
            TE.bindW('id', () => ids.next('member')),
            TE.tap(({ id }) =>
              fitPassword(strength)('ADMIN_PASSWORD', password, {
                username,
                email,
                // Nobody told his names yet.
                firstName: '',
                lastName: '',
                cardNumber: cardNumber(id),
              }),
            ),
            TE.bindW('hash', () => passwords.hash(password)),
            TE.flatMap(({ hash, id }) =>
              work.run(({ members, audit }) => {
                const now = clock.now()
                const member = register(
                  {
                    id,
                    username,
                    email,
                    firstName: 'First',
                    lastName: 'Administrator',
                    ...unsaidOfMember,
                    status: 'active',
                    membershipType: 'standard',
                    membershipDate: dayOf(now, 'UTC' as Zone),
                    membershipExpiresOn: null,
                    cardNumber: cardNumber(id),
                  },
                  now,
                )
                return pipe(
                  members.add(member, hash, actBy(system)),
                  TE.tap(added => members.appoint(added.id, { role: 'admin', branchId: null })),
                  TE.tap(added => audit.record(actBy(system), registered(added, now))),
                  TE.tap(added => audit.record(actBy(system), appointed(added.id, 'user', 'admin', now))),
                  TE.map(() => 'made' as const),
                )
              }),
            ),
          ),
    ),
  )()
  if (made._tag === 'Left' && made.left.type === 'DuplicateKey') return { taken: made.left.field }
  if (made._tag === 'Left') throw new Refused(`The administrator cannot be made: ${why(made.left)}`)
  return made.right
}
