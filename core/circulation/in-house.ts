/** A copy that nobody borrowed was used in the house, and is scanned before it is put back (circulation R3.5, ADR 26). */
import { memberOf } from '../identity/actor.ts'
import type { Act } from '../identity/actor.ts'
import type { AuditStores } from '../identity/audit.ts'
import { changed } from '../shared/changed.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { plusMinutes } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Copy } from './copy.ts'
import type { CopyUsedInHouse } from './events.ts'
import type { Settled } from './hold-shelf.ts'
import type { InHouseStores, InHouseUse } from './in-house-ports.ts'
import type { Loan } from './loan.ts'

/** It stood free on its own shelf, and goes back there; what is fetched for somebody who waits is no use. */
export const standsAtHome = (before: Copy, { copy: after }: Settled, at: BranchId): boolean =>
  before.status === 'available' && after.status === 'available' && before.branchId === at

/** It has arrived at its shelf, or turned up: the same hand may scan it once more. */
export const comesToStand = (before: Copy, { copy: after }: Settled): boolean =>
  before.status !== 'available' && after.status === 'available'

/** A copy that is scanned twice within a minute was in one hand. */
const minutes = 1

/** Is it the scan of its return, once more? */
const justReturned = (last: Loan | null, from: Instant, to: Instant): boolean =>
  last?.state === 'returned' && [last.returnedAt, last.scannedAt].some(at => from < at && at < to)

/**
 * Counts it, unless the scan is one of a use, a return, an arrival or a find that was scanned already.
 * @param last the loan that the copy came back from last
 * @returns whether it was counted
 */
export const countUse = (
  { inHouseUses, audit }: InHouseStores & AuditStores,
  act: Act,
  copy: Copy,
  last: Loan | null,
  { at, branchId }: { readonly at: Instant; readonly branchId: BranchId },
): TaskEither<never, boolean> => {
  const [from, to] = [plusMinutes(at, -minutes), plusMinutes(at, minutes)]
  if (justReturned(last, from, to)) return TE.right(false)
  return pipe(
    inHouseUses.anyBetween(copy.id, from, to),
    TE.flatMap(counted => {
      if (counted) return TE.right(false)
      const use = { copyId: copy.id, branchId, usedAt: at, librarianId: memberOf(act.actor) }
      return pipe(
        inHouseUses.add(
          changed<Omit<InHouseUse, 'id'>, CopyUsedInHouse>(use, {
            type: 'CopyUsedInHouse',
            version: 1,
            aggregate: 'copy',
            aggregateId: copy.id,
            occurredAt: at,
            payload: { copyId: copy.id, bookId: copy.bookId, branchId },
          }),
          act,
        ),
        TE.tap(() =>
          audit.record(act, {
            action: 'copy.used_in_house',
            target: { type: 'copy', id: copy.id },
            at,
            before: null,
            after: { branch_id: branchId },
          }),
        ),
        TE.map(() => true),
      )
    }),
  )
}
