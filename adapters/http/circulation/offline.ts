/** CIR-12: a desk that was offline sends what it did meanwhile. */
import * as t from 'io-ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ok } from '../success.ts'
import { OfflineAnswerView, offlineAnswerView, OfflineBody, OfflineMeta } from './offline-forms.ts'

export const offlineRoutes = ({ circulation }: Pick<HttpDeps, 'circulation'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/offline',
    permission: 'loan:offline',
    summary: 'Apply what a desk did offline; each operation once, however often it is sent',
    body: { codec: OfflineBody, required: true },
    data: t.array(OfflineAnswerView),
    meta: OfflineMeta,
    status: 200,
    // Each operation is known by its own name: done again it does no harm.
    repeatable: 'in_steps',
    act: ({ act, body }) => circulation.applyOffline({ act, ...body }),
    show: answers => {
      const told = answers.map(offlineAnswerView)
      const count = (status: (typeof told)[number]['status']) =>
        told.filter(one => one.status === status).length
      return ok('Read', told, {
        applied: count('applied'),
        duplicate: count('duplicate'),
        conflict: count('conflict'),
        refused: count('refused'),
      })
    },
  }),
]
