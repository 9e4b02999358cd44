/** Loaded by `npm run torture` before the tests: races and crashes in full, and a table of what was seen at the end. */
import { table } from '../e2e/fire/figures.ts'
import { stopPostgres } from '../support/postgres.ts'

process.env['TORTURE'] = 'full'

export const mochaHooks = {
  afterAll: async (): Promise<void> => {
    process.stdout.write(`\n${table()}\n`)
    await stopPostgres()
  },
}
