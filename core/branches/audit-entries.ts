/** What the audit is told of the calendar of a branch (AUT-9). */
import type { Act } from '../identity/actor.ts'
import { recordKept } from '../identity/audit.ts'
import type { AuditStores } from '../identity/audit.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { ClosureRecord } from './ports.ts'

const told = ({ branchId, closure }: ClosureRecord) => ({ branchId, ...closure })

const recorded = recordKept<ReturnType<typeof told>>('closure')

/** A closure was added (nothing before) or taken out (nothing after). */
export const recordClosure = (
  stores: AuditStores,
  act: Act,
  ...[before, after]: readonly [ClosureRecord, null] | readonly [null, ClosureRecord]
): TaskEither<never, void> =>
  recorded(stores, act, {
    id: (before ?? after).id,
    before: before === null ? null : told(before),
    after: after === null ? null : told(after),
  })
