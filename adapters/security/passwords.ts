/** Passwords as bcrypt over a keyed pre-hash, on worker threads. */
import type { PasswordHashing } from '../../core/identity/ports.ts'
import { E } from '../../core/shared/fp.ts'
import type { BcryptTask } from './bcrypt-worker.ts'
import { workers } from './workers.ts'

export interface PasswordOptions {
  /** Any secret text; without it a stolen table of hashes cannot be attacked. */
  readonly pepper: string
  /** bcrypt's cost, the power of two of its rounds. */
  readonly cost: number
}

export interface Passwords extends PasswordHashing {
  readonly close: () => Promise<void>
}

/** bcrypt takes hundreds of milliseconds on purpose: on the event loop it would stall every other request. */
export const passwords = ({ pepper, cost }: PasswordOptions): Passwords => {
  const pool = workers<BcryptTask, string | boolean>({ file: 'bcrypt-worker', threads: 2, idle: 10_000 })
  return {
    hash: password => async () => E.right((await pool.run({ do: 'hash', password, pepper, cost })) as string),
    verify: (password, hash) => async () =>
      E.right((await pool.run({ do: 'verify', password, pepper, cost, hash })) as boolean),
    close: pool.close,
  }
}
