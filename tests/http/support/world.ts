/** One line in a test: a library, in memory where nothing else is said, its API, a client. Closed when the test ends. */
import type { Persistence } from '../../../app/persistence.ts'
import { instant } from '../../../core/shared/local-time.ts'
import type { Instant } from '../../../core/shared/local-time.ts'
import { backends } from '../../support/backends.ts'
import type { Backend } from '../../support/backends.ts'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { aLibrary } from './library.ts'
import type { Library } from './library.ts'
import { startApi } from './start-api.ts'
import type { RunningApi } from './start-api.ts'

export interface World extends Library {
  readonly api: RunningApi
  readonly call: Client
  readonly persistence: Persistence
  readonly clock: MovableClock
}

export interface MovableClock {
  readonly now: () => Instant
  /** Lets days pass. */
  readonly days: (count: number) => void
  readonly minutes: (count: number) => void
}

const aClock = (start = Date.parse('2026-11-21T10:00:00Z')): MovableClock => {
  let at = start
  return {
    now: () => instant(at),
    days: count => void (at += count * 86_400_000),
    minutes: count => void (at += count * 60_000),
  }
}

const open: (() => Promise<void>)[] = []

/** For `afterEach`. */
export const closeAll = async (): Promise<void> => {
  for (const close of open.splice(0).reverse()) await close()
}

const [memory] = backends

export const aWorld = async (
  options: Omit<Parameters<typeof startApi>[1], 'clock'> = {},
  backend: Backend = memory!,
): Promise<World> => {
  const clock = aClock()
  const persistence = await backend.open(clock.now)
  open.push(persistence.destroy)
  const api = await startApi(persistence, { ...options, clock })
  open.push(api.close)
  const library = await aLibrary(persistence, api.deps)
  return { ...library, api, call: clientOf(api), persistence, clock }
}
