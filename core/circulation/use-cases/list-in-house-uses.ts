/** R3.5: how often a copy was used in the house, for the staff. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { CopyId } from '../../shared/id.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { InHouseQueries, InHouseUse, InHouseUseSort } from '../in-house-ports.ts'

export interface ListInHouseUses {
  readonly act: Act
  readonly copyId: CopyId
  readonly page: PageRequest<InHouseUseSort>
}

export const listInHouseUses =
  ({ queries }: { readonly queries: InHouseQueries }) =>
  ({
    act,
    copyId,
    page,
  }: ListInHouseUses): TaskEither<NotFound | PermissionDenied | StoreFailure, Page<InHouseUse>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'loan:list')),
      TE.flatMap(() => queries.inHouseUses(copyId, page)),
    )
