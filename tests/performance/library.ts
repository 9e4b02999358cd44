/** A library of a given size to measure on, loaded by the product's own command line, with readers and copies to lend. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect } from '../../adapters/knex/connect.ts'
import type { Database } from '../../adapters/knex/database.ts'
import { newSigningKey } from '../../adapters/security/access-tokens.ts'
import { bare } from '../support/server.ts'
import type { Environment } from '../support/server.ts'
import { addReaders, lendableCopies, lift } from './library-rows.ts'
import { endWithUs } from './undo.ts'

/** A member and a copy that go together: nobody else asks for either at the same time. */
export interface Slot {
  readonly card: string
  readonly memberId: number
  readonly barcode: string
}

export interface Library {
  readonly storage: string
  /** Of the product's processes on it. */
  readonly env: Environment
  readonly librarian: {
    readonly id: number
    readonly login: string
    readonly password: string
    readonly otpSecret: string
  }
  /** To be lent and returned. */
  readonly slots: readonly Slot[]
  /** To be lent once, and renewed. */
  readonly renewals: readonly Slot[]
  readonly bookIds: readonly number[]
}

const run = promisify(execFile)
const cli = fileURLToPath(new URL('../../dist/app/cli.js', import.meta.url))

/** Members beside the sample's, with nothing out and nothing owed. */
const readers = 1000
/** Of them, those who renew. */
const renewers = 200

/** As in production, but that no job of the background falls into what is measured. */
const production = async (storage: string, folder: string, jobs: 'on' | 'off'): Promise<Environment> => ({
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: '0',
  STORAGE: storage,
  DATA_DIR: folder,
  LOG_LEVEL: 'info',
  TOKEN_SIGNING_KEY: await newSigningKey(),
  PASSWORD_PEPPER: randomBytes(32).toString('base64url'),
  BCRYPT_COST: '10',
  ACCESS_TOKEN_SECONDS: '86400',
  JOBS: jobs,
})

export interface LibraryOptions {
  /** An empty database. */
  readonly storage: string
  /** For secrets and logins. */
  readonly folder: string
  readonly titles: number
  readonly jobs: 'on' | 'off'
}

interface Login {
  readonly role: string
  readonly login: string
  readonly password: string
  readonly user_id: number
  readonly otp_secret: string | null
}

export const makeLibrary = async ({ storage, folder, titles, jobs }: LibraryOptions): Promise<Library> => {
  const env = await production(storage, folder, jobs)
  const seeding = run(process.execPath, [cli, 'seed', '--titles', String(titles), '--seed', '1'], {
    cwd: folder,
    env: { ...bare(), ...env },
    maxBuffer: 1 << 26,
  })
  endWithUs(seeding.child)
  await seeding
  const logins = JSON.parse(readFileSync(join(folder, 'sample-logins.json'), 'utf8')) as readonly Login[]
  const found = logins.find(({ role }) => role === 'librarian')
  if (found === undefined || found.otp_secret === null)
    throw new Error('The sample library has no librarian with a second factor')
  const { user_id: librarianId, login, password, otp_secret: otpSecret } = found
  const librarian = { id: librarianId, login, password, otpSecret }
  const db = connect({ storage, poolSize: 1, acquireTimeout: 5000, synchronous: 'NORMAL' })
  try {
    return { storage, env, librarian, ...(await prepared(db, librarian.id)) }
  } finally {
    await db.close()
  }
}

/** As many as there are of both. */
const paired = (members: readonly Omit<Slot, 'barcode'>[], barcodes: readonly string[]): readonly Slot[] =>
  members.flatMap((member, index) => {
    const barcode = barcodes[index]
    return barcode === undefined ? [] : [{ ...member, barcode }]
  })

const prepared = async (
  db: Database,
  librarianId: number,
): Promise<Pick<Library, 'slots' | 'renewals' | 'bookIds'>> => {
  const members = await addReaders(db, readers)
  await lift(db)
  const copies = await lendableCopies(db, librarianId)
  const lent = Math.min(renewers, Math.floor(copies.length / 4))
  const books = await db.read('books').whereNull('deleted_at').orderBy('id').select<{ id: number }[]>('id')
  // So that the first rounds are not planned by numbers of the empty tables, nor the later ones otherwise.
  if (db.dialect === 'postgres') await db.write.raw('vacuum analyze')
  return {
    slots: paired(members.slice(lent), copies.slice(lent)),
    renewals: paired(members.slice(0, lent), copies.slice(0, lent)),
    bookIds: books.map(({ id }) => id),
  }
}
