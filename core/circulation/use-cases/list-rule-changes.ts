/** CIR-9: who changed what in the rule table, and when. The audit knows it: there is no second book of it. */
import type { Act } from '../../identity/actor.ts'
import type { AuditFacts, AuditQueries, AuditRecord } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'

/** One change of the table. Rows are as the audit has them, of whatever form they were then. */
export interface RuleChange {
  readonly id: number
  /** Of the table that came of it; null where the audit does not say. */
  readonly version: number | null
  /** Real time. */
  readonly recordedAt: Instant
  /** null where no member acted. */
  readonly actorId: MemberId | null
  readonly actorRole: string
  readonly requestId: string | null
  /** The rows that it took out or changed. */
  readonly before: readonly AuditFacts[]
  /** The rows that it put in, or as it left them. */
  readonly after: readonly AuditFacts[]
}

export type RuleChangeSort = 'id' | 'recorded_at'

export interface ListRuleChanges {
  readonly act: Act
  readonly page: PageRequest<RuleChangeSort>
}

export const listRuleChanges =
  ({ queries }: { readonly queries: AuditQueries }) =>
  ({ act, page }: ListRuleChanges): TaskEither<PermissionDenied | StoreFailure, Page<RuleChange>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'rule:read')),
      TE.flatMap(() => queries.records({ target: { type: 'circulation_rules', id: null } }, page)),
      TE.map(found => ({ ...found, rows: found.rows.map(changeOf) })),
    )

const changeOf = ({ before, after, ...row }: AuditRecord): RuleChange => {
  const version = after?.['version']
  return {
    id: row.id,
    version: typeof version === 'number' ? version : null,
    recordedAt: row.recordedAt,
    actorId: row.actorId,
    actorRole: row.actorRole,
    requestId: row.requestId,
    before: rowsIn(before),
    after: rowsIn(after),
  }
}

const rowsIn = (facts: AuditFacts | null): readonly AuditFacts[] =>
  Array.isArray(facts?.['rows']) ? (facts['rows'] as readonly AuditFacts[]) : []
