/** Passwords as bcrypt over a keyed pre-hash, on worker threads. */
import { Piscina } from 'piscina'
import type { PasswordHashing } from '../../core/identity/ports.ts'
import { E } from '../../core/shared/fp.ts'
import type { BcryptTask } from './bcrypt-worker.ts'

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
  const pool = new Piscina<BcryptTask, string | boolean>({
    filename: new URL(
      import.meta.url.endsWith('.ts') ? './bcrypt-worker.ts' : './bcrypt-worker.js',
      import.meta.url,
    ).href,
    minThreads: 0,
    maxThreads: 2,
    idleTimeout: 10_000,
  })
  return {
    hash: password => async () => E.right((await pool.run({ do: 'hash', password, pepper, cost })) as string),
    verify: (password, hash) => async () =>
      E.right((await pool.run({ do: 'verify', password, pepper, cost, hash })) as boolean),
    close: () => pool.destroy(),
  }
}
