/** CIR-3: all that a member has out is renewed, each loan by itself, so that what is refused to one holds no other up. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { MemberQueries } from '../../members/ports.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { LoanId, MemberId } from '../../shared/id.ts'
import type { PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { CirculationQueries, LoanSort } from '../display-ports.ts'
import { renewOne } from '../renewal.ts'
import type { RenewDeps, RenewError, RenewResult } from '../renewal.ts'

export interface RenewAll {
  readonly act: Act
  readonly memberId: MemberId
}

/** A loan, and its renewal, which is not begun yet. */
export interface OneOfAll {
  readonly loanId: LoanId
  readonly renewal: TaskEither<RenewError, RenewResult>
}

export type RenewAllError = NotFound | PermissionDenied | StoreFailure

export interface RenewAllDeps extends RenewDeps {
  readonly queries: Pick<CirculationQueries, 'loans'>
  readonly members: Pick<MemberQueries, 'member'>
}

/** @returns the renewals of his open loans, by id; whoever runs them gets the verdict of each */
export const renewAll =
  ({ queries, members, ...deps }: RenewAllDeps) =>
  ({ act, memberId }: RenewAll): TaskEither<RenewAllError, readonly OneOfAll[]> =>
    pipe(
      members.member(memberId),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'loan:renew-all', { memberId }))),
      TE.flatMap(() => openLoansOf(queries, deps, memberId)),
      TE.map(loans =>
        loans.map(loanId => ({ loanId, renewal: renewOne(deps, { act, loanId, override: null }) })),
      ),
    )

const openLoansOf = (
  queries: RenewAllDeps['queries'],
  deps: Pick<RenewDeps, 'clock'>,
  memberId: MemberId,
  at: PageRequest<LoanSort>['at'] = { kind: 'page', page: 1 },
): TaskEither<StoreFailure, readonly LoanId[]> =>
  pipe(
    queries.loans({ memberId, isReturned: false }, { sort: [], limit: 100, at }, deps.clock.now()),
    TE.flatMap(({ rows, next }) => {
      const open = rows.flatMap(({ loan }) => (loan.state === 'open' ? [loan.id] : []))
      return next === null
        ? TE.right(open)
        : pipe(
            openLoansOf(queries, deps, memberId, { kind: 'cursor', after: next }),
            TE.map(others => [...open, ...others]),
          )
    }),
  )
