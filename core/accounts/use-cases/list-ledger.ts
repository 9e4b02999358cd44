/** FIN-4: every movement of a member's money, for himself and for staff. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { MemberQueries } from '../../members/ports.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { AccountQueries, Ledger, LedgerSort } from '../ports.ts'

export interface ListLedger {
  readonly act: Act
  readonly memberId: MemberId
  readonly page: PageRequest<LedgerSort>
}

export interface ListLedgerDeps {
  readonly queries: Pick<AccountQueries, 'ledger'>
  readonly members: Pick<MemberQueries, 'member'>
}

export const listLedger =
  ({ queries, members }: ListLedgerDeps) =>
  ({ act, memberId, page }: ListLedger): TaskEither<NotFound | PermissionDenied | StoreFailure, Ledger> =>
    pipe(
      members.member(memberId),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'fine:read', { memberId }))),
      TE.flatMap(() => queries.ledger(memberId, page)),
    )
