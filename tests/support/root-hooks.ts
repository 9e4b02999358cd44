/** What the whole run of the tests starts once, and what it does at its end. */
import { build } from './built.ts'
import { sharePostgres, stopPostgres } from './postgres.ts'

interface Run {
  readonly isParallelMode: () => boolean
  readonly stats?: { readonly passes: number; readonly failures: number }
}

/** Thrown in a worker between two files, where mocha listens to nothing. */
const strays: Error[] = []

// Of a stray a worker would die, and the run wait for it without end.
const outliveStrays = (): void => {
  process.on('uncaughtExceptionMonitor', error => {
    if (process.listenerCount('uncaughtException') > 0) return
    process.once('uncaughtException', () => {
      strays.push(error)
      console.error(error)
    })
  })
}

if (process.env['MOCHA_WORKER_ID'] !== undefined) {
  outliveStrays()
  // mocha gives a worker one second to end; the coverage it writes while it ends may take longer.
  process.on('SIGTERM', () => undefined)
}

/** Fails the next file, for the one that threw has its answer. */
export const mochaHooks = {
  afterAll: (): void => {
    const [stray] = strays.splice(0)
    if (stray !== undefined) throw stray
  },
}

/** Workers share one Postgres and one build. Without workers the first test that asks for one makes it. */
export async function mochaGlobalSetup(this: Run): Promise<void> {
  if (!this.isParallelMode()) return
  build()
  await sharePostgres()
}

/** The last line of a run is one that CI reads. */
export async function mochaGlobalTeardown(this: Run): Promise<void> {
  await stopPostgres()
  const { passes = 0, failures = 0 } = this.stats ?? {}
  process.stdout.write(`${String(passes)} passed, ${String(failures)} failed\n`)
}
