/** MEM-1: a member's data is changed, by himself, or by staff who also decide on status, type and card. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import { dayOf } from '../../shared/local-time.ts'
import type { Zone } from '../../shared/local-time.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { memberFits } from '../member-references.ts'
import type { Member, MemberDetails, Membership } from '../member.ts'
import type { MemberStores } from '../ports.ts'

export interface ChangeMember {
  readonly act: Act
  readonly id: MemberId
  readonly details: Partial<MemberDetails>
  /** For staff only. */
  readonly membership: Partial<Membership>
}

export type ChangeMemberError =
  NotFound | PermissionDenied | InvalidInput | DuplicateKey | StaleWrite | StoreFailure

export interface ChangeMemberDeps {
  readonly work: UnitOfWork<MemberStores>
  readonly clock: Clock
}

export const changeMember =
  ({ work, clock }: ChangeMemberDeps) =>
  ({ act, id, details, membership }: ChangeMember): TaskEither<ChangeMemberError, Member> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('member', () => stores.members.get(id)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'member:write', { memberId: id }))),
        TE.tap(() =>
          Object.keys(membership).length === 0
            ? TE.right(undefined)
            : TE.fromEither(permitted(act.actor, 'member:administer')),
        ),
        TE.bindW('changed', ({ member }) =>
          TE.right<never, Member>({ ...member, ...details, ...membership }),
        ),
        TE.tap(({ changed }): TaskEither<ChangeMemberError, void> =>
          memberFits(stores, changed, id, dayOf(clock.now(), 'UTC' as Zone)),
        ),
        TE.tap(({ changed }): TaskEither<ChangeMemberError, void> =>
          typeExists(stores, changed.membershipType),
        ),
        TE.flatMap(({ changed }): TaskEither<ChangeMemberError, Member> => stores.members.save(changed)),
      ),
    )

const typeExists = ({ membershipTypes }: MemberStores, name: string): TaskEither<InvalidInput, void> =>
  pipe(
    membershipTypes.named(name),
    TE.flatMap(type =>
      type === null
        ? TE.left(invalidInput('membership_type', 'UNKNOWN_REFERENCE', 'There is no such membership type'))
        : TE.right(undefined),
    ),
  )
