/** CIR-9: the rule table. */
import * as t from 'io-ts'
import type { RuleChangeSort } from '../../../core/circulation/use-cases/list-rule-changes.ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { described } from '../codecs/codec.ts'
import { queryFlag, queryKey } from '../codecs/numbers.ts'
import { record } from '../codecs/record.ts'
import { line } from '../codecs/text.ts'
import type { Sorts } from '../cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { listed, listQuery } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ofVersion, ok } from '../success.ts'
import { NewRuleTable } from './rule-body.ts'
import {
  ResolvedRulesView,
  resolvedRulesView,
  RuleChangeView,
  ruleChangeView,
  RuleTableView,
  ruleTableView,
} from './rule-view.ts'

const putQuery = record(
  'RuleTableQuery',
  {},
  { dry_run: described('Say what is wrong with the table, or that nothing is; put nothing.', queryFlag) },
  'UNKNOWN_PARAMETER',
)

const resolveQuery = record(
  'ResolveQuery',
  {},
  {
    branch_id: described(
      'The branch whose rules count; left out, rows for any branch.',
      queryKey<'branch'>(),
    ),
    membership_type: described('Of the member; left out, rows for any membership type.', line(50)),
    loan_category: described('Of the copy; left out, rows for any loan category.', line(50)),
  },
  'UNKNOWN_PARAMETER',
)

const sorts: Sorts<RuleChangeSort> = { id: 'id', recorded_at: 'instant' }
const changeList = listQuery({
  sorts,
  // Changes are made one after another, so that their ids tell the order even of two in one moment.
  standard: { field: 'id', direction: 'desc' },
  shape: RuleChangeView,
  filters: {},
})

export const ruleRoutes = ({ rules }: Pick<HttpDeps, 'rules'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/circulation-rules',
    permission: 'rule:read',
    summary: 'Show the rule table',
    data: RuleTableView,
    handle: ({ act }) =>
      pipe(
        rules.showRules({ act }),
        TE.map(table => ofVersion(table.version, ok('Circulation rules', ruleTableView(table)))),
      ),
  }),
  route({
    method: 'PUT',
    path: '/circulation-rules',
    permission: 'rule:write',
    summary: 'Put the rule table as a whole',
    query: putQuery,
    body: { codec: NewRuleTable, required: true },
    data: RuleTableView,
    // Two administrators must not undo each other's rules unseen (api.md, "Writing safely"); a dry run undoes nothing.
    versionRequired: ({ dry_run: dryRun = false }) => !dryRun,
    errors: ['StaleWrite'],
    act: ({ act, query, body }) =>
      query.dry_run === true ? rules.tryRules({ act, rows: body }) : rules.changeRules({ act, rows: body }),
    show: (table, { query }) =>
      ofVersion(
        table.version,
        ok(
          query.dry_run === true ? 'Nothing is wrong with the rules' : 'Circulation rules changed',
          ruleTableView(table),
        ),
      ),
  }),
  route({
    method: 'GET',
    path: '/circulation-rules/resolve',
    permission: 'rule:read',
    summary: 'Show which values count in one case today, and the row that gave each',
    query: resolveQuery,
    data: ResolvedRulesView,
    errors: ['InvalidInput'],
    handle: ({ act, query }) =>
      pipe(
        rules.resolveRules({
          act,
          keys: {
            branchId: query.branch_id ?? null,
            membershipType: query.membership_type ?? null,
            loanCategory: query.loan_category ?? null,
          },
        }),
        TE.map(found => ofVersion(found.version, ok('Resolved rules', resolvedRulesView(found)))),
      ),
  }),
  route({
    method: 'GET',
    path: '/circulation-rules/history',
    permission: 'rule:read',
    summary: 'List who changed what in the rule table, newest first',
    query: changeList,
    data: t.array(RuleChangeView),
    handle: ({ act, query, address }) =>
      pipe(
        rules.listRuleChanges({ act, page: query.page }),
        TE.map(found => listed('Changes of the rules', address, query, found, ruleChangeView)),
      ),
  }),
]
