/** The strength of passwords by zxcvbn. */
import type { Estimate, PasswordStrength } from '../../core/identity/password-policy.ts'
import type { StrengthTask } from './strength-worker.ts'
import { workers } from './workers.ts'

export interface Strength extends PasswordStrength {
  readonly close: () => Promise<void>
}

/**
 * One thread, and not one of those that verify: whoever sends hundreds of long passwords holds up nobody's login. The dictionaries are
 * read when it starts, with the first password that somebody chooses.
 */
export const passwordStrength = (): Strength => {
  const thread = workers<StrengthTask, Estimate>({
    file: 'strength-worker',
    threads: 1,
    waiting: 50,
    idle: 60_000,
  })
  return {
    estimate: (password, words) => () => thread.run({ password, words }),
    close: thread.close,
  }
}
