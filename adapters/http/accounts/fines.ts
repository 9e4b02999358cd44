/** FIN-4: fines are shown, paid, waived and refunded; the ledger tells every movement. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { record } from '../codecs/record.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { moneyIn } from '../shapes.ts'
import { created, ofVersion, ok } from '../success.ts'
import {
  allFines,
  ledgerList,
  ownFines,
  PaymentBody,
  RefundBody,
  searchOf,
  WaiverBody,
} from './fine-forms.ts'
import { FineView, fineView, LedgerLineView, ledgerLineView, LedgerMeta } from './fine-view.ts'

const detailQuery = record('FineQuery', {}, { fields: fieldsOf(FineView) }, 'UNKNOWN_PARAMETER')

export const fineRoutes = ({
  accounts,
  currency,
}: Pick<HttpDeps, 'accounts' | 'currency'>): readonly Route[] => {
  const [view, line, money] = [fineView(currency), ledgerLineView(currency), moneyIn(currency)]
  return [
    route({
      method: 'GET',
      path: '/fines',
      permission: 'fine:list',
      summary: 'List fines',
      query: allFines,
      data: t.array(FineView),
      handle: ({ act, query, address }) =>
        pipe(
          accounts.listFines({ act, search: searchOf(query.filters), page: query.page }),
          TE.map(found => listed('Fines', address, query, found, view)),
        ),
    }),
    route({
      method: 'GET',
      path: '/fines/{id}',
      names: 'fine',
      permission: 'fine:read',
      summary: 'Show a fine to whom it belongs or to staff',
      query: detailQuery,
      data: FineView,
      handle: ({ act, id: fineId, query }) =>
        pipe(
          accounts.showFine({ act, fineId: id(fineId) }),
          TE.map(found => ofVersion(found.version, ok('Fine', pick(view(found), query.fields)))),
        ),
    }),
    route({
      method: 'GET',
      path: '/users/{id}/fines',
      names: 'user',
      permission: 'fine:read',
      summary: 'List the fines of a member',
      query: ownFines,
      data: t.array(FineView),
      handle: ({ act, id: memberId, query, address }) =>
        pipe(
          accounts.listMemberFines({
            act,
            memberId: id(memberId),
            search: searchOf(query.filters),
            page: query.page,
          }),
          TE.map(found => listed('Fines', address, query, found, view)),
        ),
    }),
    route({
      method: 'GET',
      path: '/users/{id}/ledger',
      names: 'user',
      permission: 'fine:read',
      summary: 'List every movement of a member’s money; meta tells what he owes in all',
      query: ledgerList,
      data: t.array(LedgerLineView),
      meta: LedgerMeta,
      handle: ({ act, id: memberId, query, address }) =>
        pipe(
          accounts.listLedger({ act, memberId: id(memberId), page: query.page }),
          TE.map(({ page, balance }) => {
            const answer = listed('Ledger', address, query, page, line)
            return { ...answer, meta: { ...answer.meta, balance: money(balance) } }
          }),
        ),
    }),
    route({
      method: 'POST',
      path: '/fines/{id}/payments',
      names: 'fine',
      permission: 'fine:pay',
      summary: 'Take a payment for a fine, whole or in part',
      changes: true,
      body: { codec: PaymentBody, required: true },
      data: FineView,
      errors: ['StaleWrite', 'PaymentRefused'],
      act: ({ act, id: fineId, body }) => accounts.recordPayment({ act, fineId: id(fineId), ...body }),
      show: paid =>
        ofVersion(paid.version, created('Payment recorded', `/api/v1/fines/${paid.id}`, view(paid))),
    }),
    route({
      method: 'POST',
      path: '/fines/{id}/waive',
      names: 'fine',
      permission: 'fine:waive',
      summary: 'Let go what is not paid of a fine, or a part of it, for a reason',
      changes: true,
      body: { codec: WaiverBody, required: true },
      data: FineView,
      status: 200,
      errors: ['StaleWrite', 'WaiverRefused'],
      act: ({ act, id: fineId, body }) => accounts.waiveFine({ act, fineId: id(fineId), ...body }),
      show: waived => ofVersion(waived.version, ok('Fine waived', view(waived))),
    }),
    route({
      method: 'POST',
      path: '/fines/{id}/refund',
      names: 'fine',
      permission: 'fine:refund',
      summary: 'Give back what was paid of a fine, or a part of it',
      changes: true,
      body: { codec: RefundBody, required: false },
      data: FineView,
      status: 200,
      errors: ['StaleWrite', 'RefundRefused'],
      act: ({ act, id: fineId, body }) => accounts.refundFine({ act, fineId: id(fineId), ...body }),
      show: refunded => ofVersion(refunded.version, ok('Fine refunded', view(refunded))),
    }),
  ]
}
