/** What one contender did in one round, and how it is added up. */
import { percentile } from './median.ts'

export interface Measured {
  /** Requests that were answered as they should, or acts of a floor. */
  readonly done: number
  readonly seconds: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly errors: number
  /** What the first wrong answer said; null when there was none. */
  readonly firstError: string | null
  /** Milliseconds of processor time of all of it; null where the system keeps no account. */
  readonly serverMs: number | null
  /** null: as above, or there is no process of a database. */
  readonly databaseMs: number | null
}

/** What is run for some seconds and looked at: a scenario or a floor. */
export interface Contender {
  readonly name: string
  /** Requests that make one operation: two for a checkout and its return, one for the rest. */
  readonly requestsPerOperation: number
  readonly run: (seconds: number) => Promise<Measured>
}

/** What a run tells before the processor time is known. */
export type Timed = Omit<Measured, 'serverMs' | 'databaseMs'>

/** What went wrong: how often, and what was said the first time. */
export type Wrong = Pick<Measured, 'errors' | 'firstError'>

/** @param latencies milliseconds, one for each that is done */
export const timed = (
  seconds: number,
  latencies: readonly number[],
  wrong: Wrong = { errors: 0, firstError: null },
): Timed => ({
  done: latencies.length,
  seconds,
  p50: percentile(latencies, 0.5),
  p99: percentile(latencies, 0.99),
  ...wrong,
})

/** Milliseconds of processor time an operation cost, the database's included; null where it is not known. */
export const costOf = (
  { done, serverMs, databaseMs }: Pick<Measured, 'done' | 'serverMs' | 'databaseMs'>,
  requestsPerOperation: number,
): number | null =>
  serverMs === null || done === 0 ? null : ((serverMs + (databaseMs ?? 0)) / done) * requestsPerOperation
