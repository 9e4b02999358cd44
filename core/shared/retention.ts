/** How long what was done with is kept before the purge may take it away. */
import { instant } from './local-time.ts'
import type { Instant } from './local-time.ts'

/** So long, whatever a calendar says: nobody's due date goes by it. */
const keptMilliseconds = 30 * 86_400_000

/** What was done with before may be gone. @param now real time */
export const keptSince = (now: Instant): Instant => instant(now - keptMilliseconds)

/** Wrong guesses say where somebody called from: no longer than they count. */
export const failuresCountMilliseconds = 86_400_000

/** Where none came since, none counts any more. @param now real time */
export const failuresKeptSince = (now: Instant): Instant => instant(now - failuresCountMilliseconds)

/** Clocks of several machines differ, and a purge may run while one looks. */
const marginMilliseconds = 86_400_000

/** What was written since is there still, whoever purges. @param now real time */
export const surelyKeptSince = (now: Instant): Instant => instant(keptSince(now) + marginMilliseconds)
