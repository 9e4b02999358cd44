/** What the whole run of the tests starts once, and what it does at its end. */
import { sharePostgres, stopPostgres } from './postgres.ts'

interface Run {
  readonly isParallelMode: () => boolean
  readonly stats?: { readonly passes: number; readonly failures: number }
}

// mocha gives a worker one second to end; the coverage it writes while it ends may take longer.
if (process.env['MOCHA_WORKER_ID'] !== undefined) process.on('SIGTERM', () => undefined)

/** Workers share one Postgres. Without workers the first test that asks for one starts it. */
export async function mochaGlobalSetup(this: Run): Promise<void> {
  if (this.isParallelMode()) await sharePostgres()
}

/** The last line of a run is one that CI reads. */
export async function mochaGlobalTeardown(this: Run): Promise<void> {
  await stopPostgres()
  const { passes = 0, failures = 0 } = this.stats ?? {}
  process.stdout.write(`${String(passes)} passed, ${String(failures)} failed\n`)
}
