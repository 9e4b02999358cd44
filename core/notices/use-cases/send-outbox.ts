/** NOT-6: what was written to the outbox is handed on; nothing is lost in a crash. */
import { mostAttempts, waitAfter } from '../../shared/backoff.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import { instant } from '../../shared/local-time.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import { enclosed, enclosingOf, noticeOf } from '../notice.ts'
import type { Notice } from '../notice.ts'
import type { Notifier, NotSent, Outbox, QueuedEvent, WriteEnclosure } from '../ports.ts'

export interface SendOutboxDeps {
  readonly outbox: Outbox
  readonly notifier: Notifier
  readonly writeEnclosure: WriteEnclosure
  /** Real time: leases and waits do not go by the library's. */
  readonly clock: Clock
}

export interface SendOutboxResult {
  readonly done: number
  readonly failed: number
}

const batch = 50
const leaseMilliseconds = 60_000

/** Hands on one batch. Safe to run in several processes at once: each event has one lease. */
export const sendOutbox = ({
  outbox,
  notifier,
  writeEnclosure,
  clock,
}: SendOutboxDeps): TaskEither<StoreFailure, SendOutboxResult> =>
  pipe(
    // Each run reads the clock anew: the task is made once and run again and again.
    TE.fromIO(() => clock.now()),
    TE.flatMap(now => outbox.claim(batch, now, instant(now + leaseMilliseconds))),
    TE.flatMap(TE.traverseSeqArray(queued => handOn({ outbox, notifier, writeEnclosure, clock }, queued))),
    TE.map(sent => ({ done: sent.filter(ok => ok).length, failed: sent.filter(ok => !ok).length })),
  )

const handOn = (
  { outbox, notifier, writeEnclosure, clock }: SendOutboxDeps,
  { id, event, attempts }: QueuedEvent,
): TaskEither<StoreFailure, boolean> =>
  pipe(
    writtenNotice(writeEnclosure, { id, event }),
    TE.flatMap(notice => (notice === null ? TE.right(undefined) : notifier.send(notice))),
    TE.matchEW(
      ({ detail }) =>
        pipe(
          outbox.retry(id, attempts >= mostAttempts ? null : waitAfter(attempts, clock.now()), detail),
          TE.map(() => false),
        ),
      () =>
        pipe(
          outbox.done(id, clock.now()),
          TE.map(() => true),
        ),
    ),
  )

/** A token is made here and goes to the notifier alone: the outbox never holds one. */
const writtenNotice = (
  writeEnclosure: WriteEnclosure,
  { id, event }: Pick<QueuedEvent, 'id' | 'event'>,
): TaskEither<NotSent, Notice | null> => {
  const enclosing = enclosingOf(event)
  return enclosing === null
    ? TE.right(noticeOf(id, event))
    : pipe(
        writeEnclosure(enclosing),
        TE.bimap(
          ({ detail }): NotSent => ({ type: 'NotSent', detail }),
          enclosure => (enclosure === null ? noticeOf(id, event) : enclosed(id, event, enclosure)),
        ),
      )
}
