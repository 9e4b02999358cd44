/** FIN-4: fines as staff find them, one, and a member's own. */
import { deskOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { BranchQueries } from '../../branches/ports.ts'
import type { MemberQueries } from '../../members/ports.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { FineId, MemberId } from '../../shared/id.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { Fine } from '../fine.ts'
import { filterOf } from '../fine-search.ts'
import type { FineSearch } from '../fine-search.ts'
import type { AccountQueries, FineSort } from '../ports.ts'

export interface ListFines {
  readonly act: Act
  readonly search: FineSearch
  readonly page: PageRequest<FineSort>
}

export interface ListFinesDeps {
  readonly queries: AccountQueries
  readonly branches: Pick<BranchQueries, 'branch'>
}

/** Days are the desk's. */
export const listFines =
  ({ queries, branches }: ListFinesDeps) =>
  ({ act, search, page }: ListFines): TaskEither<PermissionDenied | StoreFailure, Page<Fine>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'fine:list')),
      TE.flatMap((): TaskEither<PermissionDenied | StoreFailure, Page<Fine>> =>
        pipe(
          filterOf({ branches }, deskOf(act.actor), search),
          TE.flatMap(filter => queries.fines(filter, page)),
        ),
      ),
    )

/** Days are the member's home branch's, else the desk's. */
export const listMemberFines =
  ({ queries, branches, members }: ListFinesDeps & { readonly members: Pick<MemberQueries, 'member'> }) =>
  ({
    act,
    memberId,
    search,
    page,
  }: ListFines & { readonly memberId: MemberId }): TaskEither<
    NotFound | PermissionDenied | StoreFailure,
    Page<Fine>
  > =>
    pipe(
      members.member(memberId),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'fine:read', { memberId }))),
      TE.flatMap(({ member }) =>
        filterOf({ branches }, member.homeBranchId ?? deskOf(act.actor), { ...search, memberId }),
      ),
      TE.flatMap(filter => queries.fines(filter, page)),
    )

export const showFine =
  ({ queries }: Pick<ListFinesDeps, 'queries'>) =>
  ({
    act,
    fineId,
  }: {
    readonly act: Act
    readonly fineId: FineId
  }): TaskEither<NotFound | PermissionDenied | StoreFailure, Fine> =>
    pipe(
      queries.fine(fineId),
      TE.tap(({ memberId }) => TE.fromEither(permitted(act.actor, 'fine:read', { memberId }))),
    )
