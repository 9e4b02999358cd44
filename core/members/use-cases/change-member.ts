/** MEM-1: a member's data is changed, by himself, or by staff who also decide on status, type and card. */
import { memberOf } from '../../identity/actor.ts'
import type { Act, Actor } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { mayAppoint, permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import { dayOf } from '../../shared/local-time.ts'
import type { Zone } from '../../shared/local-time.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { memberChanged } from '../audit-entries.ts'
import { memberFits } from '../member-references.ts'
import type { Member, MemberDetails, Membership } from '../member.ts'
import type { MemberSessionStores, MemberStores } from '../ports.ts'
import type { StaffStores } from '../staff-ports.ts'
import { someAdminLeft } from '../staff.ts'
import type { StaffMember } from '../staff.ts'

export interface ChangeMember {
  readonly act: Act
  readonly id: MemberId
  readonly details: Partial<MemberDetails>
  /** For staff only. */
  readonly membership: Partial<Membership>
}

export type ChangeMemberError =
  | NotFound
  | PermissionDenied
  | VersionMismatch
  | InvalidInput
  | Conflict
  | DuplicateKey
  | StaleWrite
  | StoreFailure

export interface ChangeMemberDeps {
  readonly work: UnitOfWork<MemberStores & StaffStores & MemberSessionStores & AuditStores>
  readonly clock: Clock
  /** Sessions do not go by the library's time. */
  readonly realClock: Clock
}

export const changeMember =
  ({ work, clock, realClock }: ChangeMemberDeps) =>
  ({ act, id, details, membership }: ChangeMember): TaskEither<ChangeMemberError, Member> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('member', () => stores.members.get(id)),
        TE.bindW('desk', () => deskIn(stores, id, membership)),
        TE.tap(({ member, desk }) => TE.fromEither(allowed(act.actor, member, desk, details, membership))),
        TE.tap(({ member }) => TE.fromEither(asExpected(act, 'user', member))),
        TE.bindW('changed', ({ member }) =>
          TE.right<never, Member>({ ...member, ...details, ...membership }),
        ),
        TE.tap(({ changed }): TaskEither<ChangeMemberError, void> =>
          memberFits(stores, changed, id, dayOf(clock.now(), 'UTC' as Zone)),
        ),
        TE.tap(({ desk }) =>
          TE.fromEither(
            desk?.leaves === true
              ? someAdminLeft(desk.position, null, desk.administrators)
              : E.right(undefined),
          ),
        ),
        TE.tap(({ changed }): TaskEither<ChangeMemberError, void> =>
          typeExists(stores, changed.membershipType),
        ),
        TE.tap(({ member, changed }) =>
          stores.audit.record(act, memberChanged(member, changed, clock.now())),
        ),
        // For good: whoever is let in again later logs in again.
        TE.tap(({ member, changed }) =>
          changed.status === 'deactivated' && member.status !== 'deactivated'
            ? stores.sessions.end({ memberId: id, only: null }, realClock.now())
            : TE.right([]),
        ),
        TE.flatMap(({ changed }): TaskEither<ChangeMemberError, Member> => stores.members.save(changed)),
      ),
    )

/**
 * A member keeps his own data, but not what rules go by (his age once it is known); staff decide on the membership, and on who
 * guards him, for a guardian acts as he himself; the data of staff is kept by themselves (not their membership) and by who may appoint them, so that nobody takes over a higher account.
 */
const allowed = (
  actor: Actor,
  member: Member,
  desk: Desk | null,
  details: Partial<MemberDetails>,
  membership: Partial<Membership>,
): Either<PermissionDenied, void> => {
  const ruled =
    Object.keys(membership).length > 0 ||
    (member.dateOfBirth !== null && differs(details.dateOfBirth, member.dateOfBirth)) ||
    differs(details.guardianId, member.guardianId)
  return pipe(
    permitted(actor, 'member:write', { memberId: member.id }),
    E.flatMap(() => (ruled ? permitted(actor, 'member:administer') : E.right(undefined))),
    E.flatMap(() =>
      desk === null || (memberOf(actor) === member.id && Object.keys(membership).length === 0)
        ? E.right(undefined)
        : pipe(
            permitted(actor, 'staff:write'),
            E.flatMap(() => mayAppoint(actor, [desk.position])),
          ),
    ),
  )
}

/** What somebody has who is one of the staff. */
interface Desk {
  readonly position: StaffMember
  /** What he is to be keeps him from it. */
  readonly leaves: boolean
  /** Those who may get in, asked for where he leaves. */
  readonly administrators: readonly StaffMember[]
}

/** null for a member without a desk. */
const deskIn = (
  { memberReferences, staff }: Pick<MemberStores, 'memberReferences'> & StaffStores,
  id: MemberId,
  { status = 'active' }: Partial<Membership>,
): TaskEither<NotFound, Desk | null> =>
  pipe(
    memberReferences.roleOf(id),
    TE.flatMap((role): TaskEither<NotFound, Desk | null> => {
      const leaves = status !== 'active'
      return role === 'user'
        ? TE.right(null)
        : pipe(
            TE.Do,
            // They are locked before the one, as whoever keeps the staff locks them.
            TE.bindW('administrators', () => (leaves ? staff.administrators() : TE.right([]))),
            TE.bindW('position', () => staff.get(id)),
            TE.map(found => ({ ...found, leaves })),
          )
    }),
  )

/** Left out is as it was. */
const differs = <Value>(given: Value | undefined, present: Value): boolean =>
  given !== undefined && given !== present

const typeExists = ({ membershipTypes }: MemberStores, name: string): TaskEither<InvalidInput, void> =>
  pipe(
    membershipTypes.named(name),
    TE.flatMap(type =>
      type === null
        ? TE.left(invalidInput('membership_type', 'UNKNOWN_REFERENCE', 'There is no such membership type'))
        : TE.right(undefined),
    ),
  )
