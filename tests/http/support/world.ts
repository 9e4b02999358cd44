/** One line in a test: a library, in memory where nothing else is said, its API, a client. Closed when the test ends. */
import type { Persistence } from '../../../app/persistence.ts'
import { instant } from '../../../core/shared/local-time.ts'
import type { Instant } from '../../../core/shared/local-time.ts'
import { backends } from '../../support/backends.ts'
import type { Backend, Filling } from '../../support/backends.ts'
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

type Options = Omit<Parameters<typeof startApi>[1], 'clock' | 'refreshTokens'>

/** The library that most tests begin with. */
const usual: Filling<Library> = {
  now: aClock().now,
  fill: async persistence => {
    const api = await startApi(persistence, { clock: aClock() })
    const library = await aLibrary(persistence, api.deps)
    await api.close()
    return library
  },
}

/** What of the options does not go into how it is filled. */
const later: readonly (keyof Options)[] = ['hsts', 'rateLimits', 'addresses', 'routes', 'beside', 'limits']

const isUsual = (options: Options): boolean =>
  (Object.keys(options) as (keyof Options)[]).every(option => later.includes(option))

export const aWorld = async (options: Options = {}, backend: Backend = memory!): Promise<World> => {
  const clock = aClock()
  const { library: persistence, made } = isUsual(options)
    ? await backend.openFilled(usual, clock.now)
    : { library: await backend.open(clock.now), made: null }
  open.push(persistence.destroy)
  const api = await startApi(persistence, {
    ...options,
    clock,
    refreshTokens: Object.keys(made?.refreshTokens ?? {}).length,
  })
  open.push(api.close)
  const library = made ?? (await aLibrary(persistence, api.deps))
  return { ...library, api, call: clientOf(api), persistence, clock }
}
