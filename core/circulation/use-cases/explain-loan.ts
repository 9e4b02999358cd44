/** CIR-10, R4.8: how the due date and the fine of a loan came about. */
import { noCalendar } from '../../branches/branch.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { MemberQueries } from '../../members/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { LoanId } from '../../shared/id.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { EmergencyStores } from '../closure-ports.ts'
import { explain } from '../explanation.ts'
import type { Explanation } from '../explanation.ts'
import type { CirculationQueries } from '../display-ports.ts'

export interface ExplainLoan {
  readonly act: Act
  readonly loanId: LoanId
}

export type ExplainLoanError = NotFound | PermissionDenied | StoreFailure

export interface ExplainLoanDeps {
  readonly queries: Pick<CirculationQueries, 'loan' | 'calendars'>
  readonly members: Pick<MemberQueries, 'member'>
  readonly look: UnitOfWork<EmergencyStores>
  readonly clock: Clock
}

export const explainLoan =
  ({ queries, members, look, clock }: ExplainLoanDeps) =>
  ({ act, loanId }: ExplainLoan): TaskEither<ExplainLoanError, Explanation> =>
    pipe(
      queries.loan(loanId),
      TE.tap(({ loan }) => TE.fromEither(permitted(act.actor, 'loan:read', { memberId: loan.memberId }))),
      TE.bindTo('record'),
      TE.bindW('member', ({ record: { loan } }) => members.member(loan.memberId)),
      TE.bindW('calendars', ({ record: { loan } }) => queries.calendars([loan.terms.calendarBranchId])),
      TE.bindW('moved', () => look.run(({ emergencyClosures }) => emergencyClosures.movedOf(loanId))),
      TE.map(({ record, member: { member }, calendars, moved }) =>
        explain(
          record,
          calendars.get(record.loan.terms.calendarBranchId) ?? noCalendar,
          member.membershipExpiresOn,
          clock.now(),
          moved,
        ),
      ),
    )
