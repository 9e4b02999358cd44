/** A copy's way from one branch to another (CIR-11): it is in transit exactly while it has one that has not ended. */
import { isStaff, memberOf } from '../identity/actor.ts'
import type { Act } from '../identity/actor.ts'
import { changed } from '../shared/changed.ts'
import type { Changed } from '../shared/changed.ts'
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { BookId, BranchId, CopyId, MemberId, ReservationId, TransferId } from '../shared/id.ts'
import { dayOf, daysBetween, plusDays, startOfDay } from '../shared/local-time.ts'
import type { Instant, Zone } from '../shared/local-time.ts'
import { conflict } from '../shared/refusal.ts'
import type { Conflict } from '../shared/refusal.ts'
import type { Available, Copy, InTransit } from './copy.ts'
import type { TransferEnd, TransferEvent } from './events.ts'

export interface NewTransfer {
  readonly fromBranchId: BranchId
  readonly toBranchId: BranchId
  /** The one it was sent for, null when it was sent for nobody. */
  readonly reservationId: ReservationId | null
  readonly sentAt: Instant
  /** Who of the staff sent it, null where no staff did. */
  readonly sentBy: MemberId | null
}

/** One that has not ended. */
export interface OpenTransfer extends NewTransfer {
  readonly id: TransferId
  readonly copyId: CopyId
  readonly bookId: BookId
  /** When it was told that the copy is under way for too long, null while it was not. */
  readonly toldAt: Instant | null
}

/** Sent for nobody it stays where it arrives, and lives there from then on, unless somebody waits for it (R3.8). */
export const isToStay = ({ reservationId }: Pick<OpenTransfer, 'reservationId'>): boolean =>
  reservationId === null

/** Seen from a branch. */
export const directions = ['to', 'from'] as const
export type Direction = (typeof directions)[number]

/** How a copy is moved. */
export interface Move {
  readonly act: Act
  readonly at: Instant
  /** Where somebody has it in his hands; null: it is told from afar that it shall go elsewhere. */
  readonly place: BranchId | null
  /** The one it is sent for, null when it is sent for nobody. */
  readonly reservationId: ReservationId | null
  /** The one it was under way to waits again: wherever it goes, it goes for another, or for nobody. */
  readonly setFree?: boolean
}

/** What becomes of a copy's transfers when the copy is saved; to be written with it. */
export interface TransferChange {
  /** How the open one ended, null when none did. */
  readonly ended: TransferEnd | null
  readonly begun: NewTransfer | null
  /** Where the open one goes instead, and for whom; null when it goes where it went, for whom it went. */
  readonly redirected: Pick<NewTransfer, 'toBranchId' | 'reservationId'> | null
  readonly at: Instant
  readonly act: Act
  readonly events: readonly TransferEvent[]
}

/**
 * Whoever had it in his hands and sent it elsewhere ended one and began the next. From afar the same one goes elsewhere: nobody has seen
 * the copy, and the days it is under way count on.
 * What goes where it went, but for another, is on the same transfer, too.
 * @returns null when it was not under way and is not, or goes where it went, for whom it went
 */
export const transferBetween = (before: Copy, after: Copy, move: Move): TransferChange | null => {
  const was = before.status === 'in_transit' ? before : null
  const is = after.status === 'in_transit' ? after : null
  const same = was?.destination === is?.destination
  if (same && move.setFree !== true) return null
  return was !== null && is !== null && (same || move.place === null)
    ? redirect(is, move)
    : replace(was, after, move)
}

const redirect = (copy: InTransit, { act, at, reservationId }: Move): TransferChange => {
  const redirected = { toBranchId: copy.destination, reservationId }
  return {
    ended: null,
    begun: null,
    redirected,
    at,
    act,
    events: [{ type: 'TransferRedirected', payload: { ...ofA(copy), ...redirected }, ...told(copy, at) }],
  }
}

const replace = (
  was: InTransit | null,
  copy: Copy,
  { act, at, place, reservationId }: Move,
): TransferChange => {
  const ended = was === null ? null : endOf(was, copy, place)
  const begun =
    copy.status === 'in_transit'
      ? {
          // What nobody has in his hands stands where it lives.
          fromBranchId: place ?? copy.branchId,
          toBranchId: copy.destination,
          reservationId,
          sentAt: at,
          sentBy: isStaff(act.actor) ? memberOf(act.actor) : null,
        }
      : null
  return {
    ended,
    begun,
    redirected: null,
    at,
    act,
    events: [
      ...(was === null || ended === null
        ? []
        : [
            {
              type: 'TransferEnded' as const,
              payload: { toBranchId: was.destination, ended, ...ofA(copy) },
              ...told(copy, at),
            },
          ]),
      ...(begun === null
        ? []
        : [
            {
              type: 'TransferStarted' as const,
              payload: {
                fromBranchId: begun.fromBranchId,
                toBranchId: begun.toBranchId,
                reservationId,
                ...ofA(copy),
              },
              ...told(copy, at),
            },
          ]),
    ],
  }
}

const endOf = (was: InTransit, copy: Copy, place: BranchId | null): TransferEnd => {
  switch (copy.status) {
    case 'in_transit':
      return place === was.destination ? 'arrived' : 'sent_on'
    case 'available':
    case 'kept':
    case 'maintenance':
      return 'arrived'
    case 'on_loan':
    case 'claimed_returned':
      return 'lent'
    case 'missing':
    case 'lost':
      return 'missing'
    case 'withdrawn':
      return 'withdrawn'
  }
}

/**
 * The branches whose copy it is: where it lives, and where it is on its way to stay. One whose reservation was given up is no copy of the
 * branch where it would have been fetched.
 * @param transfer its open one, null when it is not under way
 */
export const branchesOf = (copy: Copy, transfer: OpenTransfer | null): readonly BranchId[] =>
  transfer !== null && isToStay(transfer) ? [copy.branchId, transfer.toBranchId] : [copy.branchId]

/**
 * What staff send by hand: a copy that stands free, or one that is under way for nobody, to a branch where it is not and does not go.
 * @param place where it is, null when nobody knows
 */
export const sendable = (
  copy: Copy,
  to: BranchId,
  place: BranchId | null,
): Either<Conflict, Available | InTransit> => {
  if (copy.status !== 'available' && copy.status !== 'in_transit') {
    return E.left(
      conflict(`A copy that is ${copy.status} cannot be sent`, {
        book_copy_id: copy.id,
        status: copy.status,
      }),
    )
  }
  const refused = (message: string) => E.left(conflict(message, { book_copy_id: copy.id, branch_id: to }))
  if (copy.status === 'in_transit' && copy.destination === to)
    return refused('It is on its way there already')
  return place === to ? refused('It is there already') : E.right(copy)
}

/** Whole days by the calendar on the wall; the day it was sent is none. */
export const daysUnderWay = ({ sentAt }: Pick<NewTransfer, 'sentAt'>, now: Instant, zone: Zone): number =>
  daysBetween(dayOf(sentAt, zone), dayOf(now, zone))

/** What was sent before it is under way for too long, by `daysUnderWay`. */
export const overdueBefore = (transferDays: number, now: Instant, zone: Zone): Instant =>
  startOfDay(plusDays(dayOf(now, zone), -transferDays), zone)

/** It is told once of a transfer, wherever it goes meanwhile. */
export const tellOverdue = (transfer: OpenTransfer, at: Instant): Changed<OpenTransfer, TransferEvent> =>
  changed(
    { ...transfer, toldAt: at },
    {
      type: 'TransferOverdue',
      payload: {
        copyId: transfer.copyId,
        bookId: transfer.bookId,
        transferId: transfer.id,
        fromBranchId: transfer.fromBranchId,
        toBranchId: transfer.toBranchId,
        reservationId: transfer.reservationId,
        sentAt: transfer.sentAt,
      },
      ...told({ id: transfer.copyId }, at),
    },
  )

/** Events of the copy, whose lock is held: a transfer has no number before it is stored. */
const told = ({ id }: Pick<Copy, 'id'>, occurredAt: Instant) =>
  ({ version: 1, aggregate: 'copy', aggregateId: id, occurredAt }) as const

const ofA = ({ id, bookId }: Copy) => ({ copyId: id, bookId })
