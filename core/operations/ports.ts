/** What running the library takes of a store: its clock, its jobs, what is to go. */
import type { TaskEither } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { JobResult } from './job.ts'

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

/** A job that one worker holds until its lease ends. */
export interface ClaimedJob {
  readonly id: number
  readonly name: string
  /** How often it was claimed, this time included; whoever holds an older claim has lost it. */
  readonly attempts: number
}

/** The jobs that are due: asked for by every process, each run by one. */
export interface JobQueue {
  /**
   * Asks for a run. One key gives one run, however often it is asked; while a run of the job waits or goes on, nothing
   * more is asked.
   */
  ask(name: string, key: string, dueAt: Instant): TaskEither<StoreFailure, void>
  /** The one that has been due longest, for oneself until the lease ends; null when there is none of these names. */
  claim(
    names: readonly string[],
    now: Instant,
    leaseUntil: Instant,
  ): TaskEither<StoreFailure, ClaimedJob | null>
  /** Holds it longer. @returns false when it was lost to another worker */
  keep(claimed: ClaimedJob, leaseUntil: Instant): TaskEither<StoreFailure, boolean>
  done(claimed: ClaimedJob, result: JobResult, at: Instant): TaskEither<StoreFailure, void>
  /** Not before `at`; a null gives it up (a dead letter, kept for a person to look at). */
  retry(claimed: ClaimedJob, at: Instant | null, reason: string): TaskEither<StoreFailure, void>
}

/**
 * What is of no use any more, taken away so many at a time.
 * @returns how many went; fewer than the limit when there are no more
 */
export interface Retention {
  /** Events handed on before; the latest thing that happened stays, for the clock goes by it. */
  doneEvents(before: Instant, limit: number): TaskEither<StoreFailure, number>
  /** Sessions that ended or ran out before, with their refresh tokens. */
  endedSessions(before: Instant, limit: number): TaskEither<StoreFailure, number>
  /** Wrong guesses at accounts and from addresses, where none came since. */
  loginFailures(before: Instant, limit: number): TaskEither<StoreFailure, number>
  doneJobs(before: Instant, limit: number): TaskEither<StoreFailure, number>
  /** Of mails of accounts, those that ran out before. */
  accountTokens(before: Instant, limit: number): TaskEither<StoreFailure, number>
}
