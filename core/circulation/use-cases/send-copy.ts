/** CIR-11: staff send a copy to another branch (ADR 24). */
import { deskOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { denied, may } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { BranchId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import { conflict } from '../../shared/refusal.ts'
import type { Conflict, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import { keysMoved, startingOver } from '../../shared/unit-of-work.ts'
import type {
  DuplicateKey,
  KeysMoved,
  StaleWrite,
  StoreFailure,
  UnitOfWork,
} from '../../shared/unit-of-work.ts'
import { recordCopy, sent } from '../audit-entries.ts'
import { sendTo } from '../copy.ts'
import type { Available, Copy, InTransit } from '../copy.ts'
import { fillingRules } from '../hold-rules.ts'
import { putAway } from '../hold-shelf.ts'
import type { HoldStores } from '../hold-shelf.ts'
import { branchKnown, calendarIn } from '../calendar-ports.ts'
import { send } from '../reservation.ts'
import type { TravellingReservation } from '../reservation.ts'
import { sentFor } from '../sent-for.ts'
import type { Title } from '../title.ts'
import { branchesOf, sendable } from '../transfer.ts'
import { overviewOf } from '../transfer-overview.ts'
import type { TransferOverview } from '../transfer-overview.ts'

export interface SendCopy {
  readonly act: Act
  /** In normal form. */
  readonly barcode: string
  readonly to: BranchId
}

export type SendCopyError = NotFound | PermissionDenied | Conflict | DuplicateKey | StaleWrite | StoreFailure

type Stores = HoldStores & AuditStores

export interface SendCopyDeps {
  readonly work: UnitOfWork<Stores>
  readonly clock: Clock
}

/** It keeps its home until it arrives: sent for one who waits there it comes back some day, sent for nobody it stays. */
export const sendCopy =
  ({ work, clock }: SendCopyDeps) =>
  (command: SendCopy): TaskEither<SendCopyError, TransferOverview> =>
    startingOver<SendCopyError, TransferOverview>(work.run(stores => sendNow(stores, command, clock.now())))

const sendNow = (
  stores: Stores,
  { act, barcode, to }: SendCopy,
  now: Instant,
): TaskEither<SendCopyError | KeysMoved, TransferOverview> =>
  pipe(
    TE.Do,
    TE.bindW('keys', () => stores.copies.locate({ barcode })),
    TE.bindW('title', ({ keys }) => stores.titles.get(keys.bookId)),
    TE.bindW('copy', ({ keys }) => stores.copies.get(keys.copyId)),
    TE.filterOrElseW(
      ({ keys, copy }) => copy.barcode === barcode && copy.bookId === keys.bookId,
      () => keysMoved,
    ),
    TE.bindW('under', ({ copy }) => stores.transfers.openOf(copy.id)),
    TE.tap(({ copy, under }) => TE.fromEither(maySend(act, branchesOf(copy, under)))),
    TE.let('place', ({ copy }) => placeOf(act, copy)),
    TE.tap(() => branchKnown(stores, to)),
    TE.bindW('idle', ({ copy, place }) => TE.fromEither(sendable(copy, to, place))),
    TE.tap(({ idle }) => forNobodyYet(stores, idle)),
    TE.bindW('reservation', ({ title, idle }) => setAsideFor(stores, act, title, idle, to, now)),
    TE.bindW('saved', ({ title, copy, idle, place, reservation }) =>
      putAway(stores, title, copy, sendTo(idle, to), {
        act,
        at: now,
        place,
        reservationId: reservation?.id ?? null,
      }),
    ),
    TE.bindW('transfer', ({ saved }) => stores.transfers.openOf(saved.id)),
    TE.bindW('facts', ({ transfer, title, saved }) =>
      transfer === null
        ? TE.left(conflict('Its transfer has ended meanwhile', { book_copy_id: saved.id }))
        : TE.right({ ...transfer, title: title.title, barcode: saved.barcode }),
    ),
    TE.tap(({ copy, saved }) => recordCopy(stores, act, copy, saved)),
    TE.tap(({ facts }) => stores.audit.record(act, sent(facts, now))),
    TE.bindW('there', () => calendarIn(stores, to)),
    TE.bindW('settings', () => stores.settings.current()),
    TE.map(({ facts, there, settings }) => overviewOf(facts, there.zone, settings.transferDays, now)),
  )

const maySend = ({ actor }: Act, branches: readonly BranchId[]): Either<PermissionDenied, void> =>
  branches.some(branchId => may(actor, 'transfer:create', { branchId }))
    ? E.right(undefined)
    : E.left(denied('transfer:create'))

/** A free copy stands where it lives; one under way is in the hands of the desk, where one acts. */
const placeOf = ({ actor }: Act, copy: Copy): BranchId | null =>
  copy.status === 'in_transit' ? deskOf(actor) : copy.branchId

/** What is under way to a member goes elsewhere when his reservation does. */
const forNobodyYet = ({ reservations }: Stores, copy: Available | InTransit): TaskEither<Conflict, void> =>
  copy.status === 'available'
    ? TE.right(undefined)
    : pipe(
        reservations.keptOn(copy.id),
        TE.flatMap(reservation =>
          reservation === null
            ? TE.right(undefined)
            : TE.left(
                conflict('It is on its way to a reservation', {
                  book_copy_id: copy.id,
                  reservation_id: reservation.id,
                }),
              ),
        ),
      )

const setAsideFor = (
  stores: Stores,
  act: Act,
  title: Title,
  copy: Available | InTransit,
  to: BranchId,
  now: Instant,
): TaskEither<StaleWrite | DuplicateKey, TravellingReservation | null> =>
  pipe(
    stores.reservations.queueOf(title.id),
    TE.flatMap((queue): TaskEither<StaleWrite | DuplicateKey, TravellingReservation | null> =>
      queue.length === 0
        ? TE.right(null)
        : pipe(
            TE.Do,
            TE.bind('copies', () => stores.copies.ofBook(title.id)),
            TE.bind('rules', ({ copies }) =>
              fillingRules(
                stores,
                copies.map(({ branchId }) => branchId),
                now,
              ),
            ),
            TE.flatMap(({ copies, rules }) => {
              const waiting = sentFor(queue, copies, copy, to, rules)
              return waiting === null
                ? TE.right(null)
                : stores.reservations.save(send(waiting.reservation, copy.id, now), act)
            }),
          ),
    ),
  )
