/** CIR-5: a copy is not where it should be (circulation R2.5). When it turns up, a scan at a desk says so. */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { CopyId } from '../../shared/id.ts'
import type { Conflict, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { recordCopy, reservationChanged } from '../audit-entries.ts'
import { notFoundInPlace } from '../copy.ts'
import type { Copy } from '../copy.ts'
import type { CirculationStores } from '../ports.ts'
import { waitAgain } from '../reservation.ts'
import { moved } from '../title.ts'
import { transferBetween } from '../transfer.ts'
import { markTheUnfillable } from '../unfillable.ts'

export interface MissCopy {
  readonly act: Act
  readonly copyId: CopyId
}

export type MissCopyError =
  NotFound | PermissionDenied | VersionMismatch | Conflict | DuplicateKey | StaleWrite | StoreFailure

export interface MissCopyDeps {
  readonly work: UnitOfWork<
    Pick<CirculationStores, 'titles' | 'copies' | 'reservations' | 'rules' | 'settings' | 'calendars'> &
      AuditStores
  >
  readonly clock: Clock
}

/** Whoever it was kept for waits again, in his old place. */
export const missCopy =
  ({ work, clock }: MissCopyDeps) =>
  ({ act, copyId }: MissCopy): TaskEither<MissCopyError, Copy> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('keys', () => stores.copies.locate({ copyId })),
        TE.bindW('title', ({ keys }) => stores.titles.get(keys.bookId)),
        TE.bindW('copy', () => stores.copies.get(copyId)),
        TE.tap(({ copy }) => TE.fromEither(permitted(act.actor, 'copy:write', copy))),
        TE.tap(({ copy }) => TE.fromEither(asExpected(act, 'copy', copy))),
        TE.bindW('missing', ({ copy }) => TE.fromEither(notFoundInPlace(copy))),
        TE.bindW('reservation', ({ copy }) =>
          copy.status === 'kept' || copy.status === 'in_transit'
            ? stores.reservations.keptOn(copyId)
            : TE.right(null),
        ),
        TE.tap(({ reservation }) =>
          reservation === null
            ? TE.right(undefined)
            : pipe(
                stores.reservations.save(waitAgain(reservation), act),
                TE.flatMap(waiting =>
                  stores.audit.record(act, reservationChanged(reservation, waiting, clock.now())),
                ),
              ),
        ),
        TE.bindW('saved', ({ copy, missing }): TaskEither<StaleWrite | DuplicateKey, Copy> =>
          copy.status === 'missing'
            ? TE.right(copy)
            : stores.copies.save(
                missing,
                transferBetween(copy, missing, { act, at: clock.now(), place: null, reservationId: null }),
              ),
        ),
        TE.tap(({ title, copy, saved }) =>
          copy.status === saved.status
            ? TE.right(undefined)
            : pipe(
                stores.titles.saveHoldings({
                  ...title,
                  holdings: moved(title.holdings, copy.status, saved.status),
                }),
                TE.flatMap(() => recordCopy(stores, act, copy, saved)),
                TE.flatMap(() => markTheUnfillable(stores, act, title.id, clock.now())),
              ),
        ),
        TE.map(({ saved }) => saved),
      ),
    )
