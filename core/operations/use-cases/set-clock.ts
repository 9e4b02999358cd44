/** The library's time is set, for training and for acceptance tests (api.md, "Settings, time and jobs"). */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import { instant, toIso } from '../../shared/local-time.ts'
import type { Instant } from '../../shared/local-time.ts'
import { conflict } from '../../shared/refusal.ts'
import type { Conflict, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { ClockOffset, ClockStores } from '../ports.ts'

export interface SetClock {
  readonly act: Act
  /** From where it runs on; null gives real time again. */
  readonly now: Instant | null
}

export interface LibraryTime {
  readonly now: Instant
  /** Set by somebody, and not real time. */
  readonly controlled: boolean
}

export type SetClockError = PermissionDenied | Conflict | StoreFailure

export interface SetClockDeps {
  readonly work: UnitOfWork<ClockStores & AuditStores>
  /** Real time. */
  readonly clock: Clock
}

/** Time never goes back before what happened: nothing would be due in its order. */
export const setClock =
  ({ work, clock }: SetClockDeps) =>
  ({ act, now }: SetClock): TaskEither<SetClockError, LibraryTime> =>
    work.run(({ clockSetting, audit }) => {
      const real = clock.now()
      const offset = now === null ? null : now - real
      return pipe(
        TE.Do,
        TE.tap(() => TE.fromEither(permitted(act.actor, 'clock:set'))),
        TE.bindW('before', () => clockSetting.get()),
        TE.bindW('latest', () => clockSetting.latestEvent()),
        TE.tap(({ latest }) => TE.fromEither(notBefore(latest, timeAt(real, offset)))),
        TE.tap(() => clockSetting.set(offset)),
        TE.tap(({ before }) =>
          audit.record(act, {
            action: 'clock.set',
            target: { type: 'clock', id: null },
            at: timeAt(real, offset).now,
            before: told(timeAt(real, before)),
            after: told(timeAt(real, offset)),
          }),
        ),
        TE.map(() => timeAt(real, offset)),
      )
    })

const timeAt = (real: Instant, offset: ClockOffset): LibraryTime => ({
  now: instant(real + (offset ?? 0)),
  controlled: offset !== null,
})

const told = ({ now, controlled }: LibraryTime) => ({ now: toIso(now), controlled })

const notBefore = (latest: Instant | null, { now }: LibraryTime): Either<Conflict, void> =>
  latest === null || latest <= now
    ? E.right(undefined)
    : E.left(
        conflict('Time does not go back before the latest thing that happened', {
          now: toIso(now),
          latest: toIso(latest),
        }),
      )
