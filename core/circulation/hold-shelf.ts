/** Where a copy goes that is at hand: to the first reservation it may fill, else home (circulation R3.3, R6.4 to R6.6). */
import { openDaysAfter } from '../branches/opening-calendar.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import type { Act } from '../identity/actor.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { dayOf, instant, plusDays, startOfDay } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import type { DuplicateKey, StaleWrite } from '../shared/unit-of-work.ts'
import { keep, sendTo, takeHome } from './copy.ts'
import type { AtHand, Copy, InTransit, Kept } from './copy.ts'
import { fillingRules } from './hold-rules.ts'
import { firstInLine } from './hold-queue.ts'
import type { Waiting } from './hold-queue.ts'
import type { Claimant } from './hold-rules.ts'
import { calendarIn } from './calendar-ports.ts'
import type { CirculationStores } from './ports.ts'
import { makeReady, send, waitAgain } from './reservation.ts'
import type { KeptReservation, TravellingReservation, WaitingReservation } from './reservation.ts'
import type { RuleValues } from './rule-table.ts'
import { moved } from './title.ts'
import type { Title } from './title.ts'
import { isToStay, transferBetween } from './transfer.ts'
import type { Move } from './transfer.ts'
import { isGivenUp, markTheUnfillable } from './unfillable.ts'

export type HoldStores = Pick<
  CirculationStores,
  'titles' | 'copies' | 'transfers' | 'reservations' | 'rules' | 'calendars' | 'borrowers' | 'settings'
>

/** A copy in the hands of a desk; book and copy are locked. */
export interface CopyAtDesk {
  readonly title: Title
  /** As the store has it. */
  readonly before: Copy
  /** As the desk has found it. */
  readonly copy: AtHand
  /** Where the desk is. */
  readonly at: BranchId
  readonly now: Instant
  /** The reservation it was under way to waits again. */
  readonly setFree?: boolean
}

export interface Settled {
  readonly copy: Copy
  /** The one it is set aside for, null when it goes to the shelf. */
  readonly reservation: KeptReservation | null
}

type Saving = StaleWrite | DuplicateKey

/** The first eligible reservation is trapped, in the same transaction (R3.3). A damaged copy goes home, whoever waits. */
export const settle = (stores: HoldStores, act: Act, found: CopyAtDesk): TaskEither<Saving, Settled> =>
  pipe(
    putAside(stores, act, found, goHome),
    // It came back after all: nobody is without a copy any more whom it may serve (R6.7).
    TE.tap(() =>
      isGivenUp(found.before)
        ? markTheUnfillable(stores, act, found.title.id, found.now)
        : TE.right(undefined),
    ),
  )

type Settling = (stores: HoldStores, act: Act, found: CopyAtDesk) => TaskEither<Saving, Settled>

/** @param forNobody what becomes of a copy that nobody waits for, or that is damaged */
const putAside = (
  stores: HoldStores,
  act: Act,
  found: CopyAtDesk,
  forNobody: Settling,
): TaskEither<Saving, Settled> =>
  found.copy.condition === 'damaged'
    ? forNobody(stores, act, found)
    : pipe(
        stores.reservations.queueOf(found.title.id),
        TE.flatMap((queue): TaskEither<Saving, Settled> =>
          queue.length === 0
            ? forNobody(stores, act, found)
            : pipe(
                choose(stores, found, queue),
                TE.flatMap(chosen =>
                  chosen === null
                    ? forNobody(stores, act, found)
                    : setAside(stores, act, found, chosen.reservation, chosen.values),
                ),
              ),
        ),
      )

/** A copy on a desk, of which it was known where it should be: on a hold shelf, or on its way. */
export interface PlacedCopyAtDesk extends CopyAtDesk {
  readonly before: Kept | InTransit
}

/**
 * Where it should be, nothing changes and nobody is told again (R3.4); a copy under way has arrived or goes on (R3.8); one that was
 * carried off a hold shelf goes back to it. One whose reservation has ended meanwhile is free when it arrives (R6.6).
 * @param reservation the one it is set aside for, null when there is none any more
 */
export const goOn = (
  stores: HoldStores,
  act: Act,
  found: PlacedCopyAtDesk,
  reservation: KeptReservation | null,
): TaskEither<Saving, Settled> => {
  const { before, at } = found
  if (reservation === null) {
    if (before.status === 'in_transit' && before.destination !== at) return noted(stores, found, null)
    return before.status === 'in_transit' && before.branchId !== at
      ? arriveAway(stores, act, found)
      : settle(stores, act, found)
  }
  if (reservation.status === 'in_transit' && found.copy.condition === 'damaged') {
    return pipe(
      stores.reservations.save(waitAgain(reservation), act),
      TE.flatMap(() => goHome(stores, act, { ...found, setFree: true })),
    )
  }
  if (reservation.branchId === at) {
    return reservation.status === 'ready'
      ? noted(stores, found, reservation)
      : arrive(stores, act, found, reservation)
  }
  return reservation.status === 'in_transit'
    ? noted(stores, found, reservation)
    : pipe(
        stores.reservations.save(send(reservation, before.id, found.now), act),
        TE.flatMap(sent =>
          pipe(
            putAway(stores, found.title, before, sendTo(found.copy, sent.branchId), {
              ...moveOf(act, found),
              reservationId: sent.id,
            }),
            TE.map((copy): Settled => ({ copy, reservation: sent })),
          ),
        ),
      )
}

/** Its reservation will be fetched elsewhere: from the hold shelf it is carried there, under way it goes there instead. */
export const carryTo = (
  stores: Pick<HoldStores, 'copies' | 'titles'>,
  title: Title,
  copy: Kept | InTransit,
  destination: BranchId,
  move: Move,
): TaskEither<Saving, Copy> => putAway(stores, title, copy, sendTo(copy, destination), move)

/** It stays what it is; only what the desk says of its condition is written down. */
const noted = (
  { copies }: HoldStores,
  { before, copy }: CopyAtDesk,
  reservation: KeptReservation | null,
): TaskEither<Saving, Settled> =>
  pipe(
    copy === before ? TE.right<Saving, Copy>(before) : copies.save(copy, null),
    TE.map(saved => ({ copy: saved, reservation })),
  )

/** A copy that was under way to a reservation has come to where it will be fetched (R3.8). */
const arrive = (
  stores: HoldStores,
  act: Act,
  found: CopyAtDesk,
  reservation: TravellingReservation,
): TaskEither<Saving, Settled> =>
  pipe(
    TE.Do,
    TE.bind('rules', () => rulesFor(stores, found)),
    TE.bind('privileges', () => stores.borrowers.privilegesOf(reservation.memberId)),
    TE.flatMap(({ rules, privileges }) =>
      setAside(stores, act, found, reservation, rules({ reservation, ...privileges })),
    ),
  )

/** Under way for nobody it has come to where it does not live (R3.8): it stays there, or its reservation was given up (R6.6). */
const arriveAway: Settling = (stores, act, found) =>
  pipe(
    stores.transfers.openOf(found.before.id),
    TE.flatMap(transfer =>
      transfer !== null && isToStay(transfer) ? stay(stores, act, found) : settle(stores, act, found),
    ),
  )

/** It lives here from now on, unless somebody waits for it. Whom it could not be given before, it may be given by the rules here. */
const stay: Settling = (stores, act, found) =>
  pipe(
    putAside(stores, act, found, () =>
      putAside(stores, act, { ...found, copy: { ...found.copy, branchId: found.at } }, goHome),
    ),
    TE.tap(({ copy }) =>
      copy.branchId === found.before.branchId
        ? TE.right(undefined)
        : markTheUnfillable(stores, act, found.title.id, found.now),
    ),
  )

interface Chosen {
  readonly reservation: WaitingReservation
  readonly values: RuleValues
}

const choose = (
  stores: HoldStores,
  found: CopyAtDesk,
  queue: readonly Waiting[],
): TaskEither<never, Chosen | null> =>
  pipe(
    rulesFor(stores, found),
    TE.map(rules => {
      const first = firstInLine(queue, waiting => rules(waiting).lendable)
      return first === null ? null : { reservation: first.reservation, values: rules(first) }
    }),
  )

type RulesFor = (who: Claimant) => RuleValues

const rulesFor = (stores: HoldStores, { copy, now }: CopyAtDesk): TaskEither<never, RulesFor> =>
  pipe(
    fillingRules(stores, [copy.branchId], now),
    TE.map(
      (rules): RulesFor =>
        who =>
          rules(copy, who),
    ),
  )

/** On the hold shelf where it will be fetched, else on its way there. */
const setAside = (
  stores: HoldStores,
  act: Act,
  found: CopyAtDesk,
  reservation: WaitingReservation | TravellingReservation,
  { pickupDays }: RuleValues,
): TaskEither<Saving, Settled> => {
  const { title, before, copy, at, now } = found
  return pipe(
    TE.Do,
    TE.bindW('kept', (): TaskEither<Saving, KeptReservation> => {
      if (reservation.branchId !== at) {
        return reservation.status === 'in_transit'
          ? TE.right(reservation)
          : stores.reservations.save(send(reservation, copy.id, now), act)
      }
      return pipe(
        calendarIn(stores, at),
        TE.flatMap(calendar =>
          stores.reservations.save(
            makeReady(reservation, copy.id, keptUntil(calendar, pickupDays, now), now),
            act,
          ),
        ),
      )
    }),
    TE.bindW('copy', ({ kept }) =>
      putAway(
        stores,
        title,
        before,
        kept.status === 'ready' ? keep(copy, kept.memberId) : sendTo(copy, kept.branchId),
        { ...moveOf(act, found), reservationId: kept.id },
      ),
    ),
    TE.map(({ kept, copy: saved }) => ({ copy: saved, reservation: kept })),
  )
}

/** For nobody, where nothing else is said. */
const moveOf = (act: Act, { at, now, setFree = false }: CopyAtDesk): Move => ({
  act,
  at: now,
  place: at,
  reservationId: null,
  setFree,
})

/**
 * The last second of the last day on the shelf: `pickup_days` open days of the branch where the shelf stands (R6.5). A branch that
 * never opens counts every day.
 * @param days null keeps it as long as it takes
 */
export const keptUntil = (calendar: OpeningCalendar, days: number | null, now: Instant): Instant | null => {
  if (days === null) return null
  const today = dayOf(now, calendar.zone)
  const last = openDaysAfter(calendar, today, days) ?? plusDays(today, days)
  return instant(startOfDay(plusDays(last, 1), calendar.zone) - 1000)
}

const goHome: Settling = (stores, act, found) => {
  const { title, before, copy, at } = found
  const home = takeHome(copy, at)
  const same = before.status === home.status && before.condition === home.condition
  return pipe(
    same && before.status !== 'in_transit'
      ? TE.right<Saving, Copy>(before)
      : putAway(stores, title, before, home, moveOf(act, found)),
    TE.map(saved => ({ copy: saved, reservation: null })),
  )
}

/** Saves the copy and what its book's copies add up to. */
export const putAway = (
  { copies, titles }: Pick<HoldStores, 'copies' | 'titles'>,
  title: Title,
  before: Copy,
  after: Copy,
  move: Move,
): TaskEither<Saving, Copy> =>
  pipe(
    copies.save(after, transferBetween(before, after, move)),
    TE.tap(() =>
      before.status === after.status
        ? TE.right(undefined)
        : titles.saveHoldings({ ...title, holdings: moved(title.holdings, before.status, after.status) }),
    ),
  )
