/**
 * Passwords as bcrypt over a keyed pre-hash, on worker threads. A hash is kept as `ID:$2b$…`, where the id tells which key it was made
 * with; one without is of the oldest key.
 */
import { createHash } from 'node:crypto'
import type { HashAge } from '../../core/identity/password-ports.ts'
import type { PasswordHashing } from '../../core/identity/ports.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { BcryptTask } from './bcrypt-worker.ts'
import { workers } from './workers.ts'

export interface PasswordOptions {
  /** Any secret text; without it a stolen table of hashes cannot be attacked. */
  readonly pepper: string
  /** What it was before, the oldest last: hashes made with one are good until their next login. */
  readonly oldPeppers?: readonly string[]
  /** bcrypt's cost, the power of two of its rounds. */
  readonly cost: number
}

export interface Passwords extends PasswordHashing, HashAge {
  readonly close: () => Promise<void>
}

const pool = { file: 'bcrypt-worker', idle: 10_000 }

/** bcrypt takes hundreds of milliseconds on purpose: on the event loop it would stall every other request. */
export const passwords = ({ pepper, oldPeppers = [], cost }: PasswordOptions): Passwords => {
  const present = idOf(pepper)
  const peppers = new Map([...oldPeppers.toReversed(), pepper].map(each => [idOf(each), each]))
  const oldest = oldPeppers.at(-1) ?? pepper
  /** One that names a key nobody has is of nobody, and takes as long. */
  const known = (kept: string | null): { readonly hash: string | null; readonly pepper: string } => {
    const { id, hash } = taken(kept ?? '')
    const its = id === null ? oldest : peppers.get(id)
    return kept === null || its === undefined ? { hash: null, pepper } : { hash, pepper: its }
  }
  const verifying = workers<BcryptTask, string | boolean>({ ...pool, threads: 2, waiting: 100 })
  // Apart from it: however many register, nobody waits for them to log in.
  const making = workers<BcryptTask, string | boolean>({ ...pool, threads: 1, waiting: 50 })
  return {
    hash: password =>
      pipe(
        () => making.run({ do: 'hash', password, pepper, cost }),
        TE.map(hash => `${present}:${String(hash)}`),
      ),
    verify: (password, hash) =>
      pipe(
        () => verifying.run({ do: 'verify', password, cost, ...known(hash) }),
        TE.map(matches => matches === true),
      ),
    isOutdated: kept => {
      const { id, hash } = taken(kept)
      return id !== present || !hash.startsWith(`$2b$${String(cost).padStart(2, '0')}$`)
    },
    close: async () => {
      await Promise.all([verifying.close(), making.close()])
    },
  }
}

/** Tells keys apart, and nothing of them. */
const idOf = (pepper: string): string =>
  createHash('sha256').update(`id of a pepper\n${pepper}`, 'utf8').digest('base64url').slice(0, 8)

/** A hash as it is kept, taken apart. */
const taken = (kept: string): { readonly id: string | null; readonly hash: string } => {
  const [, id, hash] = /^([\w-]{8}):(.*)$/.exec(kept) ?? []
  return id === undefined || hash === undefined ? { id: null, hash: kept } : { id, hash }
}
