/** MEM-1: somebody becomes a member, by himself (and is pending) or at a desk (and is active). */
import { isStaff, memberOf } from '../../identity/actor.ts'
import type { Act, Actor } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { withinNetworkLimit } from '../../identity/network-uses.ts'
import type { NetworkLimit, TooManyUses } from '../../identity/network-uses.ts'
import { may, permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Ids } from '../../shared/id.ts'
import { dayOf, plusMonths } from '../../shared/local-time.ts'
import type { Day, Zone } from '../../shared/local-time.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { InvalidInput, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { registered } from '../audit-entries.ts'
import { cardNumber } from '../card-number.ts'
import { memberFits } from '../member-references.ts'
import { register } from '../member.ts'
import type { Member, MemberDetails, Membership } from '../member.ts'
import type { FitPassword, MemberRecord, MemberStores, PasswordHasher } from '../ports.ts'

export interface RegisterMember {
  readonly act: Act
  readonly details: MemberDetails
  /** As typed; null for a member who cannot log in. */
  readonly password: string | null
  /** What only staff may say; what is left out has its default. */
  readonly membership: Partial<Membership>
}

export type RegisterMemberError = PermissionDenied | TooManyUses | InvalidInput | DuplicateKey | StoreFailure

export interface RegisterMemberDeps extends NetworkLimit {
  readonly work: UnitOfWork<MemberStores & AuditStores>
  readonly clock: Clock
  readonly ids: Ids
  readonly passwords: PasswordHasher
  readonly fitPassword: FitPassword
}

/** Days of memberships are counted where no branch is in play: in UTC. */
const libraryZone = 'UTC' as Zone

/** The password is hashed before the unit of work: slow work never runs inside. */
export const registerMember =
  ({ work, clock, ids, passwords, fitPassword, ...limit }: RegisterMemberDeps) =>
  ({ act, details, password, membership }: RegisterMember): TaskEither<RegisterMemberError, MemberRecord> =>
    pipe(
      TE.Do,
      TE.tap(() =>
        TE.fromEither(
          permitted(
            act.actor,
            Object.keys(membership).length === 0 && mayGuard(act.actor, details)
              ? 'member:register'
              : 'member:administer',
          ),
        ),
      ),
      // Before what costs: a password that is looked at, and a hash.
      TE.tap((): TaskEither<RegisterMemberError, void> =>
        act.actor.kind === 'anonymous' ? withinNetworkLimit(limit)('register', act) : TE.right(undefined),
      ),
      TE.bindW('id', () => ids.next('member')),
      TE.tap(({ id }): TaskEither<RegisterMemberError, void> =>
        password === null
          ? TE.right(undefined)
          : fitPassword('password', password, {
              ...details,
              cardNumber: membership.cardNumber ?? cardNumber(id),
            }),
      ),
      TE.bindW('hash', () => (password === null ? TE.right(null) : passwords.hash(password))),
      TE.flatMap(({ hash, id }) =>
        work.run(stores => {
          const now = clock.now()
          const today = dayOf(now, libraryZone)
          return pipe(
            TE.Do,
            TE.bindW('full', () => completed(stores, membership, cardNumber(id), statusBy(act.actor), today)),
            TE.tap(() => memberFits(stores, details, null, today)),
            TE.bindW('member', ({ full }): TaskEither<RegisterMemberError, Member> =>
              stores.members.add(register({ ...details, ...full, id }, now), hash, act),
            ),
            TE.tap(({ member }) => stores.audit.record(act, registered(member, now))),
            TE.map(({ member }): MemberRecord => ({ member, staff: null, createdAt: now, updatedAt: now })),
          )
        }),
      ),
    )

/** Nobody but staff names another as a guardian: strangers would learn from the answers who is under age, and hang children on whom they like. */
const mayGuard = (actor: Actor, { guardianId }: MemberDetails): boolean =>
  guardianId === null || guardianId === memberOf(actor)

/** What staff write down is known; what a system does is not seen by them (ADR 31). */
const statusBy = (actor: Actor): Membership['status'] =>
  isStaff(actor) && may(actor, 'member:administer') ? 'active' : 'pending'

const completed = (
  { membershipTypes }: MemberStores,
  given: Partial<Membership>,
  madeCardNumber: string,
  status: Membership['status'],
  today: Day,
): TaskEither<InvalidInput, Membership> => {
  const membershipType = given.membershipType ?? 'standard'
  const membershipDate = given.membershipDate ?? today
  return pipe(
    membershipTypes.named(membershipType),
    TE.flatMap(type =>
      type === null
        ? TE.left(invalidInput('membership_type', 'UNKNOWN_REFERENCE', 'There is no such membership type'))
        : TE.right({
            status: given.status ?? status,
            membershipType,
            membershipDate,
            membershipExpiresOn:
              given.membershipExpiresOn !== undefined
                ? given.membershipExpiresOn
                : type.durationMonths === null
                  ? null
                  : plusMonths(membershipDate, type.durationMonths),
            cardNumber: given.cardNumber ?? madeCardNumber,
          }),
    ),
  )
}
