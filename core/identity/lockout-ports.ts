/** What the lockout needs of the outside: the counts that all processes share. */
import type { TaskEither } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Act } from './actor.ts'
import type { AccountLocked } from './events.ts'
import type { AccountFailures, AddressFailures, Counter } from './lockout.ts'

/** Always asked in this order, the address first: two that guess at once never wait for each other. */
export interface LoginFailures {
  /** Locks it, whether anything is known of it or not. @param network see networkOf */
  ofAddress(network: string): TaskEither<never, AddressFailures>
  /** None: nothing is known of it any more. */
  saveAddress(network: string, failures: AddressFailures): TaskEither<never, void>
  /** Locks it, whether anything is known of it or not; null is nothing. */
  ofAccount(counter: Counter): TaskEither<never, AccountFailures | null>
  /** null: nothing is known of it any more. */
  saveAccount(counter: Counter, failures: AccountFailures | null): TaskEither<never, void>
  /** Tells the member of the lock. null: the name is nobody's; nobody is told, and it is as many statements. */
  tell(event: AccountLocked | null, act: Act): TaskEither<never, void>
}

export interface LockoutStores {
  readonly loginFailures: LoginFailures
}

/**
 * Counts how often an address was sent away, so that the audit is not filled with it.
 * @returns how many times within the hour, this one included; null where it is not to be written
 */
export type CountSentAway = (network: string, at: Instant) => number | null
