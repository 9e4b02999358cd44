/** CIR-3: a loan is given more time, where the rules allow it (circulation R5). */
import type { TaskEither } from '../../shared/fp.ts'
import { renewOne } from '../renewal.ts'
import type { Renew, RenewDeps, RenewError, RenewResult } from '../renewal.ts'

export const renewLoan =
  (deps: RenewDeps) =>
  (command: Renew): TaskEither<RenewError, RenewResult> =>
    renewOne(deps, command)
