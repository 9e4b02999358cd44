/** CIR-4, 7: borrowings as they stand now, for the desk and for the member himself. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { record } from '../codecs/record.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ofVersion, ok } from '../success.ts'
import { allLoans, overdueLoans, ownLoans, searchOf } from './borrowing-search.ts'
import { BorrowingView, borrowingView } from './borrowing-view.ts'
import { ExplanationView, explanationView } from './explanation-view.ts'

const detailQuery = record('BorrowingQuery', {}, { fields: fieldsOf(BorrowingView) }, 'UNKNOWN_PARAMETER')

export const borrowingListRoutes = ({
  circulation,
  currency,
}: Pick<HttpDeps, 'circulation' | 'currency'>): readonly Route[] => {
  const [view, explanation] = [borrowingView(currency), explanationView(currency)]
  return [
    route({
      method: 'GET',
      path: '/borrowings',
      permission: 'loan:list',
      summary: 'List borrowings',
      query: allLoans,
      data: t.array(BorrowingView),
      handle: ({ act, query, address }) =>
        pipe(
          circulation.listLoans({ act, search: searchOf(query.filters), page: query.page }),
          TE.map(found => listed('Borrowings', address, query, found, view)),
        ),
    }),
    // Before the route of one borrowing, whose id it would be.
    route({
      method: 'GET',
      path: '/borrowings/overdue',
      permission: 'loan:list',
      summary: 'List what is overdue, with days late and the fine so far',
      query: overdueLoans,
      data: t.array(BorrowingView),
      handle: ({ act, query, address }) =>
        pipe(
          circulation.listLoans({
            act,
            search: { ...searchOf(query.filters), status: 'overdue' },
            page: query.page,
          }),
          TE.map(found => listed('Overdue borrowings', address, query, found, view)),
        ),
    }),
    route({
      method: 'GET',
      path: '/borrowings/{id}',
      names: 'borrowing',
      permission: 'loan:read',
      summary: 'Show a borrowing',
      query: detailQuery,
      data: BorrowingView,
      handle: ({ act, id: loanId, query }) =>
        pipe(
          circulation.showLoan({ act, loanId: id(loanId) }),
          TE.map(found =>
            ofVersion(found.record.loan.version, ok('Borrowing', pick(view(found), query.fields))),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/borrowings/{id}/explain',
      names: 'borrowing',
      permission: 'loan:read',
      summary: 'Tell how due date and fine of a borrowing came about',
      data: ExplanationView,
      versionless: true,
      handle: ({ act, id: loanId }) =>
        pipe(
          circulation.explainLoan({ act, loanId: id(loanId) }),
          TE.map(found => ok('Explanation', explanation(found))),
        ),
    }),
    route({
      method: 'GET',
      path: '/users/{id}/borrowings',
      names: 'user',
      permission: 'loan:read',
      summary: 'List the borrowings of a member',
      query: ownLoans,
      data: t.array(BorrowingView),
      handle: ({ act, id: memberId, query, address }) =>
        pipe(
          circulation.listMemberLoans({
            act,
            memberId: id(memberId),
            search: searchOf(query.filters),
            page: query.page,
          }),
          TE.map(found => listed('Borrowings', address, query, found, view)),
        ),
    }),
  ]
}
