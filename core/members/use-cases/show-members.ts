/** MEM-1: members as staff find them, and one as he sees himself. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { MemberFilter, MemberQueries, MemberRecord, MemberSort } from '../ports.ts'

export interface ShowMembersDeps {
  readonly queries: MemberQueries
}

export const listMembers =
  ({ queries }: ShowMembersDeps) =>
  (question: {
    readonly act: Act
    readonly filter: MemberFilter
    readonly page: PageRequest<MemberSort>
  }): TaskEither<PermissionDenied | StoreFailure, Page<MemberRecord>> =>
    pipe(
      TE.fromEither(permitted(question.act.actor, 'member:list')),
      TE.flatMap(() => queries.members(question.filter, question.page)),
    )

export const showMember =
  ({ queries }: ShowMembersDeps) =>
  ({
    act,
    id,
  }: {
    readonly act: Act
    readonly id: MemberId
  }): TaskEither<NotFound | PermissionDenied | StoreFailure, MemberRecord> =>
    pipe(
      queries.member(id),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'member:read', { memberId: id }))),
    )
