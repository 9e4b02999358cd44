/** AUT-9: the audit as the administrator reads it. */
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { ApiKeyId, BranchId, MemberId } from '../../shared/id.ts'
import { plusDays, startOfDay } from '../../shared/local-time.ts'
import type { Day, Zone } from '../../shared/local-time.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import { deskOf } from '../actor.ts'
import type { Act } from '../actor.ts'
import type { AuditFilter, AuditOutcome, AuditQueries, AuditRecord, AuditSort } from '../audit.ts'
import { permitted } from '../permissions.ts'

export interface AuditSearch {
  readonly actorId?: MemberId
  readonly apiKeyId?: ApiKeyId
  readonly action?: string
  readonly target?: NonNullable<AuditFilter['target']>
  readonly outcome?: AuditOutcome
  /** Both inclusive, in the zone of the desk that asks, UTC where none does. */
  readonly from?: Day
  readonly to?: Day
}

export interface ListAuditDeps {
  readonly queries: AuditQueries
  /** The zones of branches. */
  readonly zones: {
    calendars(
      branchIds: readonly BranchId[],
    ): TaskEither<StoreFailure, ReadonlyMap<BranchId, { readonly zone: Zone }>>
  }
}

export interface ListAudit {
  readonly act: Act
  readonly search: AuditSearch
  readonly page: PageRequest<AuditSort>
}

export const listAudit =
  ({ queries, zones }: ListAuditDeps) =>
  ({ act, search, page }: ListAudit): TaskEither<PermissionDenied | StoreFailure, Page<AuditRecord>> => {
    const { from, to, ...filter } = search
    return pipe(
      TE.fromEither(permitted(act.actor, 'audit:read')),
      TE.flatMap(() =>
        from === undefined && to === undefined ? TE.right(utc) : zoneOf(zones, deskOf(act.actor)),
      ),
      TE.flatMap(zone =>
        queries.records(
          {
            ...filter,
            ...(from === undefined ? {} : { from: startOfDay(from, zone) }),
            ...(to === undefined ? {} : { to: startOfDay(plusDays(to, 1), zone) }),
          },
          page,
        ),
      ),
    )
  }

const utc = 'UTC' as Zone

const zoneOf = (zones: ListAuditDeps['zones'], branchId: BranchId | null): TaskEither<StoreFailure, Zone> =>
  branchId === null
    ? TE.right(utc)
    : pipe(
        zones.calendars([branchId]),
        TE.map(found => found.get(branchId)?.zone ?? utc),
      )
