/** MEM-1: a member's data is changed, by himself, or by staff who also decide on status, type and card. */
import { memberOf } from '../../identity/actor.ts'
import type { Act, Actor } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import type { AccountIsLocked, LockoutDeps, TooManyFailures } from '../../identity/counted-guess.ts'
import { inFreshSession } from '../../identity/fresh-session.ts'
import type { PasswordStores } from '../../identity/password-ports.ts'
import { denied, mayAppoint, permitted } from '../../identity/permissions.ts'
import type { IdentityStores, PasswordHashing } from '../../identity/ports.ts'
import { loginTooOld } from '../../identity/second-factor.ts'
import type { LoginTooOld } from '../../identity/second-factor.ts'
import { endSessions } from '../../identity/session-audit.ts'
import { showPassword, wrongPassword } from '../../identity/shown-password.ts'
import type { WrongPassword } from '../../identity/shown-password.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { MemberId, SessionId } from '../../shared/id.ts'
import { dayOf } from '../../shared/local-time.ts'
import type { Instant, Zone } from '../../shared/local-time.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { memberChanged } from '../audit-entries.ts'
import { memberFits } from '../member-references.ts'
import { loginChanged } from '../member.ts'
import type { Member, MemberDetails, Membership } from '../member.ts'
import type { MemberStores } from '../ports.ts'
import type { StaffStores } from '../staff-ports.ts'
import { someAdminLeft } from '../staff.ts'
import type { StaffMember } from '../staff.ts'

export interface ChangeMember {
  readonly act: Act
  readonly id: MemberId
  readonly details: Partial<MemberDetails>
  /** For staff only. */
  readonly membership: Partial<Membership>
  /** His own, of whoever changes what he himself logs in with; null: the login was just now. */
  readonly currentPassword: string | null
  /** In which it is asked for; null for what no session asks. */
  readonly sessionId: SessionId | null
}

type NotProven = WrongPassword | AccountIsLocked | TooManyFailures | LoginTooOld

export type ChangeMemberError =
  | NotFound
  | PermissionDenied
  | VersionMismatch
  | InvalidInput
  | NotProven
  | Conflict
  | DuplicateKey
  | StaleWrite
  | StoreFailure

type Stores = MemberStores & StaffStores & IdentityStores & PasswordStores & AuditStores

export interface ChangeMemberDeps {
  readonly work: UnitOfWork<Stores>
  readonly look: UnitOfWork<PasswordStores>
  readonly passwords: Pick<PasswordHashing, 'verify'>
  /** Who has no more than somebody's session guesses his password here as little as at the login. */
  readonly lockout: LockoutDeps
  readonly clock: Clock
  /** Sessions do not go by the library's time. */
  readonly realClock: Clock
}

export const changeMember =
  (deps: ChangeMemberDeps) =>
  (change: ChangeMember): TaskEither<ChangeMemberError, Member> =>
    pipe(
      proofOf(deps, change),
      TE.flatMap(proof => deps.work.run(stores => changed(deps, stores, change, proof))),
    )

/** The hash that his password was right for; null: he showed none. */
type Proof = { readonly hash: string | null } | null

/** Of another nobody shows the password. */
const proofOf = (
  deps: ChangeMemberDeps,
  { act, id, details, currentPassword }: ChangeMember,
): TaskEither<ChangeMemberError, Proof> =>
  currentPassword === null || memberOf(act.actor) !== id || !namesLogin(details)
    ? TE.right(null)
    : pipe(
        showPassword(deps)({ act, memberId: id, password: currentPassword }),
        TE.map(({ passwordHash }) => ({ hash: passwordHash })),
      )

const namesLogin = ({ username, email }: Partial<MemberDetails>): boolean =>
  username !== undefined || email !== undefined

const changed = (
  { clock, realClock }: ChangeMemberDeps,
  stores: Stores,
  { act, id, details, membership, sessionId }: ChangeMember,
  proof: Proof,
): TaskEither<ChangeMemberError, Member> =>
  pipe(
    TE.Do,
    TE.bindW('member', () => stores.members.get(id)),
    TE.bindW('desk', () => deskIn(stores, id, membership)),
    TE.tap(({ member, desk }) => TE.fromEither(allowed(act.actor, member, desk, details, membership))),
    TE.tap(({ member }) => TE.fromEither(asExpected(act, 'user', member))),
    TE.tap(({ member }): TaskEither<ChangeMemberError, void> =>
      changesLogin(member, details) && memberOf(act.actor) === id
        ? proven(stores, { memberId: id, sessionId }, proof, realClock.now())
        : TE.right(undefined),
    ),
    TE.bindW('changed', ({ member }) => TE.right<never, Member>({ ...member, ...details, ...membership })),
    TE.tap(({ changed }): TaskEither<ChangeMemberError, void> =>
      memberFits(stores, changed, id, dayOf(clock.now(), 'UTC' as Zone)),
    ),
    TE.tap(({ desk }) =>
      TE.fromEither(
        desk?.leaves === true ? someAdminLeft(desk.position, null, desk.administrators) : E.right(undefined),
      ),
    ),
    TE.tap(({ changed }): TaskEither<ChangeMemberError, void> => typeExists(stores, changed.membershipType)),
    TE.tap(({ member, changed }) => stores.audit.record(act, memberChanged(member, changed, clock.now()))),
    // For good: whoever is let in again later logs in again.
    TE.tap(({ member, changed }) =>
      changed.status === 'deactivated' && member.status !== 'deactivated'
        ? endSessions(stores, act, { memberId: id, only: null }, 'deactivated', realClock.now())
        : TE.right([]),
    ),
    TE.bindW('saved', ({ changed }): TaskEither<ChangeMemberError, Member> => stores.members.save(changed)),
    TE.tap(({ member, saved }) =>
      changesLogin(member, saved)
        ? stores.members.tell(loginChanged(member, saved, memberOf(act.actor) === id, clock.now()), act)
        : TE.right(undefined),
    ),
    TE.map(({ saved }) => saved),
  )

/** With what he logs in: who changes his address has the mail by which a password is set anew. */
const changesLogin = (member: Member, { username, email }: Partial<MemberDetails>): boolean =>
  differs(username, member.username) || differs(email, member.email)

/** By his password, as long as it is that still; or he logged in just now. */
const proven = (
  stores: Stores,
  his: { readonly memberId: MemberId; readonly sessionId: SessionId | null },
  proof: Proof,
  now: Instant,
): TaskEither<NotFound | NotProven, void> =>
  proof === null
    ? inFreshSession(stores, his, now, loginTooOld)
    : pipe(
        stores.passwordHolders.get(his.memberId),
        TE.flatMap(({ passwordHash }): TaskEither<NotProven, void> =>
          passwordHash === proof.hash ? TE.right(undefined) : TE.left(wrongPassword),
        ),
      )

/**
 * A member keeps his own data, but not what rules go by (his age once it is known); staff decide on the membership, and on who
 * guards him, for a guardian acts as he himself; the data of staff is kept by themselves (not their membership) and by who may appoint them, so that nobody takes over a higher account.
 * With what he logs in he changes himself, and staff for him: neither who guards him nor another system lets himself in that way.
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
    E.flatMap(() =>
      !changesLogin(member, details) || memberOf(actor) === member.id
        ? E.right(undefined)
        : actor.kind === 'api_key'
          ? E.left(denied('member:administer'))
          : permitted(actor, 'member:administer'),
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
