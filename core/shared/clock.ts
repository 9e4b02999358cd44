/** Time comes from outside: no part of the core reads a clock of its own. */
import type { Instant } from './local-time.ts'

/** Library time: what loans, fines, memberships and notices go by. */
export interface Clock {
  now(): Instant
}
