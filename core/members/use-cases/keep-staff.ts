/** BRN-1, AUT-3: a member is given a desk, another one, or none; the audit tells of each. */
import type { Act } from '../../identity/actor.ts'
import { recordKept } from '../../identity/audit.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { mayAppoint, permitted } from '../../identity/permissions.ts'
import type { IdentityStores } from '../../identity/ports.ts'
import { endSessions } from '../../identity/session-audit.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import { invalidInput, notFound } from '../../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import type { Member } from '../member.ts'
import type { MemberStores } from '../ports.ts'
import type { StaffFilter, StaffQueries, StaffRecord, StaffSort, StaffStores } from '../staff-ports.ts'
import { someAdminLeft, staffFits } from '../staff.ts'
import type { StaffDetails, StaffMember } from '../staff.ts'

type Stores = StaffStores & Pick<MemberStores, 'members' | 'memberReferences'> & IdentityStores & AuditStores

export interface KeepStaffDeps {
  readonly work: UnitOfWork<Stores>
  /** Real time: sessions do not go by the library's. */
  readonly realClock: Clock
}

const kept = recordKept<StaffDetails>('staff', {
  names: { extra: 'extra_permissions', withheld: 'withheld_permissions' },
})

const detailsOf = ({ role, branchId, extra, withheld }: StaffDetails): StaffDetails => ({
  role,
  branchId,
  extra,
  withheld,
})

const shown = ({
  member: { firstName, lastName },
  staff,
}: {
  readonly member: Member
  readonly staff: StaffMember
}): StaffRecord => ({ staff, firstName, lastName })

const branchExists = (
  { memberReferences }: Stores,
  { branchId }: StaffDetails,
): TaskEither<InvalidInput, void> =>
  branchId === null
    ? TE.right(undefined)
    : pipe(
        memberReferences.branchKnown(branchId),
        TE.flatMap(known =>
          known
            ? TE.right(undefined)
            : TE.left(invalidInput('branch_id', 'UNKNOWN_REFERENCE', 'There is no such branch')),
        ),
      )

export interface AppointStaff {
  readonly act: Act
  readonly id: MemberId
  readonly details: StaffDetails
}

export type AppointStaffError = PermissionDenied | InvalidInput | DuplicateKey | StoreFailure

/** Whoever is logged in as a user logs in anew. */
export const appointStaff =
  ({ work, realClock }: KeepStaffDeps) =>
  ({ act, id, details }: AppointStaff): TaskEither<AppointStaffError, StaffRecord> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.tap(() => TE.fromEither(permitted(act.actor, 'staff:write'))),
        TE.tap(() => TE.fromEither(mayAppoint(act.actor, [details]))),
        TE.tap((): TaskEither<AppointStaffError, void> => TE.fromEither(staffFits(details))),
        TE.bindW('member', () =>
          pipe(
            stores.members.get(id),
            TE.mapLeft(() => invalidInput('user_id', 'UNKNOWN_REFERENCE', 'There is no such member')),
          ),
        ),
        TE.tap((): TaskEither<AppointStaffError, void> => branchExists(stores, details)),
        TE.tap(() => kept(stores, act, { id, before: null, after: details })),
        TE.tap(() => endSessions(stores, act, { memberId: id, only: null }, 'role_changed', realClock.now())),
        TE.bindW('staff', () => stores.staff.add(id, details)),
        TE.map(shown),
      ),
    )

export interface ChangeStaff {
  readonly act: Act
  readonly id: MemberId
  readonly changes: Partial<StaffDetails>
}

export type ChangeStaffError =
  NotFound | PermissionDenied | VersionMismatch | InvalidInput | Conflict | StaleWrite | StoreFailure

/** Fields that are left out stay. What he may counts from his next request on; with another role he logs in anew. */
export const changeStaff =
  ({ work, realClock }: KeepStaffDeps) =>
  ({ act, id, changes }: ChangeStaff): TaskEither<ChangeStaffError, StaffRecord> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('member', () =>
          pipe(
            stores.members.get(id),
            TE.mapLeft(() => notFound('staff', id)),
          ),
        ),
        TE.bindW('administrators', () => stores.staff.administrators()),
        TE.bindW('before', () => stores.staff.get(id)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'staff:write'))),
        TE.bindW('after', ({ before }) => TE.right<never, StaffMember>({ ...before, ...changes })),
        TE.tap(({ before, after }) => TE.fromEither(mayAppoint(act.actor, [before, after]))),
        TE.tap(({ before }) => TE.fromEither(asExpected(act, 'staff', before))),
        TE.tap(({ after }): TaskEither<ChangeStaffError, void> => TE.fromEither(staffFits(after))),
        TE.tap(({ after }): TaskEither<ChangeStaffError, void> => branchExists(stores, after)),
        TE.tap(({ before, after, administrators }): TaskEither<ChangeStaffError, void> =>
          TE.fromEither(someAdminLeft(before, after, administrators)),
        ),
        TE.tap(({ before, after }) =>
          kept(stores, act, { id, before: detailsOf(before), after: detailsOf(after) }),
        ),
        TE.tap(({ before, after }) =>
          before.role === after.role
            ? TE.right([])
            : endSessions(stores, act, { memberId: id, only: null }, 'role_changed', realClock.now()),
        ),
        TE.bindW('staff', ({ after }) => stores.staff.save(after)),
        TE.map(shown),
      ),
    )

export type DismissStaffError = NotFound | PermissionDenied | VersionMismatch | Conflict | StoreFailure

/** He is a user again, and logs in anew. */
export const dismissStaff =
  ({ work, realClock }: KeepStaffDeps) =>
  ({ act, id }: { readonly act: Act; readonly id: MemberId }): TaskEither<DismissStaffError, void> =>
    work.run(stores =>
      pipe(
        TE.Do,
        // Locked first, as by whoever appoints and changes.
        TE.tap(() =>
          pipe(
            stores.members.get(id),
            TE.mapLeft(() => notFound('staff', id)),
          ),
        ),
        TE.bindW('administrators', () => stores.staff.administrators()),
        TE.bindW('before', () => stores.staff.get(id)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'staff:write'))),
        TE.tap(({ before }) => TE.fromEither(mayAppoint(act.actor, [before]))),
        TE.tap(({ before }) => TE.fromEither(asExpected(act, 'staff', before))),
        TE.tap(({ before, administrators }) => TE.fromEither(someAdminLeft(before, null, administrators))),
        TE.tap(({ before }) => kept(stores, act, { id, before: detailsOf(before), after: null })),
        TE.tap(() => endSessions(stores, act, { memberId: id, only: null }, 'role_changed', realClock.now())),
        TE.flatMap((): TaskEither<DismissStaffError, void> => stores.staff.remove(id)),
      ),
    )

export interface ShowStaffDeps {
  readonly queries: StaffQueries
}

export const listStaff =
  ({ queries }: ShowStaffDeps) =>
  (question: {
    readonly act: Act
    readonly filter: StaffFilter
    readonly page: PageRequest<StaffSort>
  }): TaskEither<PermissionDenied | StoreFailure, Page<StaffRecord>> =>
    pipe(
      TE.fromEither(permitted(question.act.actor, 'staff:read')),
      TE.flatMap(() => queries.staff(question.filter, question.page)),
    )

export const showStaff =
  ({ queries }: ShowStaffDeps) =>
  ({
    act,
    id,
  }: {
    readonly act: Act
    readonly id: MemberId
  }): TaskEither<NotFound | PermissionDenied | StoreFailure, StaffRecord> =>
    pipe(
      queries.oneOfStaff(id),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'staff:read'))),
    )
