/** What running the library takes of a store: its clock, its jobs, what is to go. */
import type { TaskEither } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'

/** Milliseconds by which library time is ahead of real time, for every process on this storage; null: it is real time. */
export type ClockOffset = number | null

export interface ClockSetting {
  /** Locks it for change. */
  get(): TaskEither<never, ClockOffset>
  set(offset: ClockOffset): TaskEither<never, void>
  /** When the latest thing happened that is told of by an event, in library time; null where nothing did. */
  latestEvent(): TaskEither<never, Instant | null>
}

export interface ClockStores {
  readonly clockSetting: ClockSetting
}

export interface ClockQueries {
  /** Asked before each request while the clock may be set: one small read. */
  offset(): TaskEither<StoreFailure, ClockOffset>
}
