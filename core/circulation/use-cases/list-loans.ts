/** CIR-4, CIR-7: loans as they stand now, for the desk and for the member himself. */
import type { OpeningCalendar } from '../../branches/opening-calendar.ts'
import { deskOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BranchId, LoanId, MemberId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { MemberQueries } from '../../members/ports.ts'
import { borrowedBetween } from '../borrowed-between.ts'
import type { Days } from '../borrowed-between.ts'
import { isOverdue } from '../loan.ts'
import type { CirculationQueries, LoanFilter, LoanSort } from '../display-ports.ts'
import { overview } from '../standing.ts'
import type { LoanOverview, LoanRecord } from '../standing.ts'

/**
 * `from` and `to` are days, both inclusive, in the zone of the branch that is filtered by, else of the member's home branch, else of
 * the desk, else UTC.
 */
export type LoanSearch = Omit<LoanFilter, 'from' | 'to'> & Days

export interface ListLoans {
  readonly act: Act
  readonly search: LoanSearch
  readonly page: PageRequest<LoanSort>
}

export interface ListLoansDeps {
  readonly queries: CirculationQueries
  readonly clock: Clock
}

export const listLoans =
  ({ queries, clock }: ListLoansDeps) =>
  ({ act, search, page }: ListLoans): TaskEither<PermissionDenied | StoreFailure, Page<LoanOverview>> => {
    const now = clock.now()
    return pipe(
      TE.fromEither(permitted(act.actor, 'loan:list')),
      TE.flatMap(() => pageOf(queries, search.branchId ?? deskOf(act.actor), search, page, now)),
    )
  }

export const listMemberLoans =
  ({ queries, clock, members }: ListLoansDeps & { readonly members: Pick<MemberQueries, 'member'> }) =>
  ({
    act,
    memberId,
    search,
    page,
  }: ListLoans & { readonly memberId: MemberId }): TaskEither<
    NotFound | PermissionDenied | StoreFailure,
    Page<LoanOverview>
  > =>
    pipe(
      members.member(memberId),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'loan:read', { memberId }))),
      TE.flatMap(({ member }) =>
        pageOf(
          queries,
          search.branchId ?? member.homeBranchId ?? deskOf(act.actor),
          { ...search, memberId },
          page,
          clock.now(),
        ),
      ),
    )

export const showLoan =
  ({ queries, clock }: ListLoansDeps) =>
  ({
    act,
    loanId,
  }: {
    readonly act: Act
    readonly loanId: LoanId
  }): TaskEither<NotFound | PermissionDenied | StoreFailure, LoanOverview> =>
    pipe(
      queries.loan(loanId),
      TE.tap(({ loan }) => TE.fromEither(permitted(act.actor, 'loan:read', { memberId: loan.memberId }))),
      TE.flatMap(record =>
        pipe(
          overviews(queries, [record], clock.now()),
          TE.map(([shown]) => shown ?? overview(record, null, clock.now())),
        ),
      ),
    )

const pageOf = (
  queries: CirculationQueries,
  /** Whose days they are. */
  branchId: BranchId | null,
  { from, to, ...search }: LoanSearch,
  page: PageRequest<LoanSort>,
  now: Instant,
): TaskEither<StoreFailure, Page<LoanOverview>> =>
  pipe(
    borrowedBetween(queries, branchId, {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    }),
    TE.flatMap(between => queries.loans({ ...search, ...between }, page, now)),
    TE.flatMap(found =>
      pipe(
        overviews(queries, found.rows, now),
        TE.map(rows => ({ ...found, rows })),
      ),
    ),
  )

/** Only what is overdue needs a calendar: a fine runs on nothing else. */
const overviews = (
  queries: CirculationQueries,
  records: readonly LoanRecord[],
  now: Instant,
): TaskEither<StoreFailure, readonly LoanOverview[]> => {
  const branches = new Set(
    records.filter(({ loan }) => isOverdue(loan, now)).map(({ loan }) => loan.terms.calendarBranchId),
  )
  return pipe(
    branches.size === 0
      ? TE.right<StoreFailure, ReadonlyMap<BranchId, OpeningCalendar>>(new Map())
      : queries.calendars([...branches]),
    TE.map(calendars =>
      records.map(record => overview(record, calendars.get(record.loan.terms.calendarBranchId) ?? null, now)),
    ),
  )
}
