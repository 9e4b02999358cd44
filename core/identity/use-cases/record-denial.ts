/** AUT-9: that somebody who is known tried what he is not permitted to, as a row of the audit of its own. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { Resource } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { apiKeyOf, memberOf } from '../actor.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'

export interface Denial {
  readonly act: Act
  readonly permission: string
  /** What he lacked: the permission itself, or an address that it is used from. */
  readonly because: 'permission' | 'address'
  readonly method: string
  /** The pattern of the route. */
  readonly path: string
  /** What the path names; null where it names nothing. */
  readonly target: { readonly type: Resource; readonly id: number } | null
}

/**
 * Counts what a caller was denied.
 * @param caller a member, or a key by which a system calls
 * @returns how many times within the hour, this one included; null where it is not to be written: nobody fills the disk with it
 */
export type CountDenial = (caller: string, at: Instant) => number | null

export interface RecordDenialDeps {
  readonly work: UnitOfWork<AuditStores>
  readonly count: CountDenial
  /** Real time. */
  readonly clock: Clock
}

/** Behind the refused unit of work, which is undone with all that was written in it. */
export const recordDenial =
  ({ work, count, clock }: RecordDenialDeps) =>
  ({ act, permission, because, method, path, target }: Denial): TaskEither<StoreFailure, void> =>
    pipe(
      TE.fromIO(() => {
        const caller = callerOf(act)
        return caller === null ? null : count(caller, clock.now())
      }),
      TE.flatMap((times): TaskEither<StoreFailure, void> =>
        times === null
          ? TE.right(undefined)
          : work.run(({ audit }) =>
              audit.record(act, {
                action: 'permission.denied',
                target: target ?? { type: 'permission', id: null },
                at: null,
                before: null,
                after: { permission, because, method, path, times },
                outcome: 'denied',
              }),
            ),
      ),
    )

/** null for whoever is not known. */
const callerOf = ({ actor }: Act): string | null => {
  const [memberId, keyId] = [memberOf(actor), apiKeyOf(actor)]
  if (memberId !== null) return `member ${memberId}`
  return keyId === null ? null : `key ${keyId}`
}
