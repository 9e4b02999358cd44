/** CAT-3: copies are added, changed and withdrawn by staff; what the book's copies add up to is kept with them. */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BranchId, CopyId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { recordCopy } from '../audit-entries.ts'
import { shelve } from '../copy.ts'
import type { Copy, CopyDetails, ShelfStatus } from '../copy.ts'
import { settle } from '../hold-shelf.ts'
import type { HoldStores } from '../hold-shelf.ts'
import { branchKnown } from '../calendar-ports.ts'
import type { CirculationStores, NewCopy } from '../ports.ts'
import { moved } from '../title.ts'
import type { Title } from '../title.ts'
import { isToStay, transferBetween } from '../transfer.ts'
import { markTheUnfillable } from '../unfillable.ts'

export interface AddCopy {
  readonly act: Act
  readonly copy: NewCopy
}

export interface ChangeCopy {
  readonly act: Act
  readonly copyId: CopyId
  readonly changes: Partial<CopyDetails>
  /** null: it stays where it is. */
  readonly status: ShelfStatus | null
}

export type KeepCopyError =
  | NotFound
  | PermissionDenied
  | VersionMismatch
  | InvalidInput
  | Conflict
  | DuplicateKey
  | StaleWrite
  | StoreFailure

type Stores = HoldStores & Pick<CirculationStores, 'loanCategories'> & AuditStores

export interface KeepCopiesDeps {
  readonly work: UnitOfWork<Stores>
  readonly clock: Clock
}

export const addCopy =
  ({ work, clock }: KeepCopiesDeps) =>
  ({ act, copy }: AddCopy): TaskEither<KeepCopyError, Copy> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('title', () => stores.titles.get(copy.bookId)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'copy:write', { branchId: copy.branchId }))),
        TE.tap((): TaskEither<KeepCopyError, void> => referencesFit(stores, copy)),
        TE.bindW('added', (): TaskEither<KeepCopyError, Copy> => stores.copies.add(copy)),
        TE.tap(({ added }) => recordCopy(stores, act, null, added)),
        TE.let('grown', ({ title, added }) => ({
          ...title,
          holdings: moved(title.holdings, null, added.status),
        })),
        TE.tap(({ grown }) => stores.titles.saveHoldings(grown)),
        TE.flatMap(({ grown, added }) => offered(stores, act, grown, added, clock.now())),
        TE.tap(() => markTheUnfillable(stores, act, copy.bookId, clock.now())),
      ),
    )

/** The locks in the fixed order: the book is located without one first. */
export const changeCopy =
  ({ work, clock }: KeepCopiesDeps) =>
  ({ act, copyId, changes, status }: ChangeCopy): TaskEither<KeepCopyError, Copy> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('keys', () => stores.copies.locate({ copyId })),
        TE.bindW('title', ({ keys }) => stores.titles.get(keys.bookId)),
        TE.bindW('copy', () => stores.copies.get(copyId)),
        TE.tap(({ copy }) => TE.fromEither(permitted(act.actor, 'copy:write', { branchId: copy.branchId }))),
        TE.tap(() =>
          changes.branchId === undefined
            ? TE.right(undefined)
            : TE.fromEither(permitted(act.actor, 'copy:write', { branchId: changes.branchId })),
        ),
        TE.tap(({ copy }) => TE.fromEither(asExpected(act, 'copy', copy))),
        TE.tap(({ copy }): TaskEither<KeepCopyError, void> => referencesFit(stores, { ...copy, ...changes })),
        TE.bindW('placed', ({ copy }) =>
          status === null || status === copy.status
            ? TE.right<never, Copy>(copy)
            : TE.fromEither(shelve(copy, status)),
        ),
        TE.bindW('follows', ({ placed }) => followsHome(stores, placed, changes)),
        TE.let('after', ({ placed, follows }) =>
          follows === null ? { ...placed, ...changes } : { ...placed, ...changes, destination: follows },
        ),
        TE.bindW('saved', ({ copy, after }): TaskEither<KeepCopyError, Copy> =>
          stores.copies.save(
            after,
            transferBetween(copy, after, { act, at: clock.now(), place: null, reservationId: null }),
          ),
        ),
        TE.tap(({ copy, saved }) => recordCopy(stores, act, copy, saved)),
        TE.flatMap(({ title, copy, saved }): TaskEither<KeepCopyError, Copy> => {
          const mended = copy.condition === 'damaged' && saved.condition !== 'damaged'
          if (copy.status === saved.status && !mended) return TE.right(saved)
          const changed = { ...title, holdings: moved(title.holdings, copy.status, saved.status) }
          return pipe(
            stores.titles.saveHoldings(changed),
            TE.flatMap(() => offered(stores, act, changed, saved, clock.now())),
          )
        }),
        TE.tap(changed => markTheUnfillable(stores, act, changed.bookId, clock.now())),
      ),
    )

/** A copy that comes, or comes back, to its shelf goes to whoever waits for it (RES-2). */
const offered = (
  stores: Stores,
  act: Act,
  title: Title,
  copy: Copy,
  now: Instant,
): TaskEither<StaleWrite | DuplicateKey, Copy> =>
  copy.status === 'available'
    ? pipe(
        settle(stores, act, { title, before: copy, copy, at: copy.branchId, now }),
        TE.map(settled => settled.copy),
      )
    : TE.right(copy)

/**
 * The new home, to which a copy goes that is on its way home, or to where it was to stay. One on its way to a member goes on to him, even
 * where that is the old home.
 * @returns null when it goes where it goes
 */
const followsHome = (
  { reservations, transfers }: Stores,
  copy: Copy,
  { branchId }: Partial<CopyDetails>,
): TaskEither<never, BranchId | null> =>
  copy.status !== 'in_transit' || branchId === undefined || branchId === copy.branchId
    ? TE.right(null)
    : pipe(
        TE.Do,
        TE.bind('reservation', () => reservations.keptOn(copy.id)),
        TE.bind('transfer', () => transfers.openOf(copy.id)),
        TE.map(({ reservation, transfer }) =>
          reservation === null &&
          (copy.destination === copy.branchId || (transfer !== null && isToStay(transfer)))
            ? branchId
            : null,
        ),
      )

const referencesFit = (
  stores: Stores,
  { branchId, loanCategory }: Pick<CopyDetails, 'branchId' | 'loanCategory'>,
): TaskEither<InvalidInput, void> =>
  pipe(
    branchKnown(stores, branchId),
    TE.mapLeft(() => invalidInput('branch_id', 'UNKNOWN_REFERENCE', 'There is no such branch')),
    TE.flatMap(() => stores.loanCategories.known(loanCategory)),
    TE.flatMap(known =>
      known
        ? TE.right(undefined)
        : TE.left(invalidInput('loan_category', 'UNKNOWN_REFERENCE', 'There is no such loan category')),
    ),
  )
