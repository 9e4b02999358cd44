/** What the whole run of the tests leaves behind is taken away at its end. */
import { stopPostgres } from './postgres.ts'

export const mochaHooks = {
  afterAll: stopPostgres,
}
