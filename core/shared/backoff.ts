/** How what failed is tried again: events that are handed on, jobs. */
import { instant } from './local-time.ts'
import type { Instant } from './local-time.ts'

/** Then it is a dead letter, kept for a person to look at. */
export const mostAttempts = 10

/** Doubling from a second to an hour. */
export const waitAfter = (attempts: number, now: Instant): Instant =>
  instant(now + Math.min(3_600_000, 1000 * 2 ** (attempts - 1)))
