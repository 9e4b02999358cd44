/** What must hold at any moment, looked for on request. */
import * as t from 'io-ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { integer, view } from '../shapes.ts'
import { ok } from '../success.ts'

const ViolationView = view(
  'Violation',
  {
    invariant: t.string,
    resource: t.string,
    id: integer,
    message: t.string,
    details: t.UnknownRecord,
    // What an operator does about it.
    repair: t.string,
  },
  {
    invariant: 'title-counts',
    resource: 'book',
    id: 12,
    message: 'It says of its copies what they do not add up to',
    details: {
      said: { total: 3, available: 2, circulating: 1 },
      counted: { total: 3, available: 1, circulating: 2 },
    },
    repair: 'Run the job recount (POST /admin/jobs/recount/run).',
  },
)

const ConsistencyView = view(
  'Consistency',
  { checked: integer, violations: t.array(ViolationView) },
  { checked: 48_213, violations: [ViolationView.example] },
)

const ConsistencyMeta = view('ConsistencyMeta', { found: integer }, { found: 1 })

export const consistencyRoutes = ({ consistency }: Pick<HttpDeps, 'consistency'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/admin/consistency-check',
    permission: 'consistency:check',
    summary: 'Look through all that is stored for what must not be',
    data: ConsistencyView,
    meta: ConsistencyMeta,
    status: 200,
    versionless: true,
    // It commits nothing: a key repeats the answer as for any POST, and does no more.
    repeatable: 'in_steps',
    act: ({ act }) => consistency.checkConsistency({ actor: act.actor }),
    show: ({ checked, found, violations }) =>
      ok(found === 0 ? 'Consistent' : 'Not consistent', { checked, violations: [...violations] }, { found }),
  }),
]
