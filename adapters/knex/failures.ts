/** What the two databases report, in the product's words. */
import { E } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { duplicateKey, storeFailure } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey, StoreFailure } from '../../core/shared/unit-of-work.ts'

export type Failure =
  | { readonly kind: 'retry'; readonly detail: string }
  | { readonly kind: 'failed'; readonly failure: StoreFailure }
  /** Not the database's doing: a bug. */
  | { readonly kind: 'bug' }

const retried = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  // Postgres: serialization failure, deadlock, lock not available.
  '40001',
  '40P01',
  '55P03',
])

const gone = new Set(['SQLITE_CONSTRAINT_FOREIGNKEY', '23503'])

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'SQLITE_CANTOPEN',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  // Postgres: shut down, crashed, starting, too many connections, disk full.
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '53100',
])

/** Said by pg without a code, and by Knex behind the statement that was under way. */
const cutOff = /Connection terminated|Client has encountered a connection error|server closed the connection/

/** `SQLITE_IOERR_WRITE` is a kind of `SQLITE_IOERR`. */
const base = (code: string): string => code.replace(/^(SQLITE_[A-Z]+)_\w+$/, '$1')

export const failureOf = (error: unknown): Failure => {
  const { code, message } = described(error)
  if (retried.has(base(code))) return { kind: 'retry', detail: code }
  if (gone.has(code)) return { kind: 'failed', failure: storeFailure('reference_gone', code) }
  if (unreachable.has(base(code)) || code.startsWith('08') || cutOff.test(message)) {
    return { kind: 'failed', failure: storeFailure('unavailable', code === '' ? 'cut off' : code) }
  }
  if (message.includes('Timeout acquiring a connection')) {
    return { kind: 'failed', failure: storeFailure('busy', 'no free connection in time') }
  }
  return { kind: 'bug' }
}

const described = (error: unknown): { readonly code: string; readonly message: string } => {
  if (!(error instanceof Error)) return { code: '', message: '' }
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : '', message: error.message }
}

/** Which field a unique index guards, by Postgres' name of the index and by the columns SQLite names. */
const uniqueFields: Readonly<Record<string, string>> = {
  membership_types_name_unique: 'name',
  'membership_types.name': 'name',
  library_branches_name_sort_unique: 'name',
  'library_branches.name_sort': 'name',
  users_username_normalised_unique: 'username',
  'users.username_normalised': 'username',
  users_email_normalised_unique: 'email',
  'users.email_normalised': 'email',
  users_library_card_number_unique: 'library_card_number',
  'users.library_card_number': 'library_card_number',
  staff_user_id_unique: 'user_id',
  'staff.user_id': 'user_id',
  publishers_name_sort_unique: 'name',
  'publishers.name_sort': 'name',
  genres_name_sort_unique: 'name',
  'genres.name_sort': 'name',
  books_isbn_13_unique: 'isbn_13',
  'books.isbn_13': 'isbn_13',
  book_copies_barcode_unique: 'barcode',
  'book_copies.barcode': 'barcode',
  book_copies_number_unique: 'copy_number',
  'book_copies.book_id, book_copies.copy_number': 'copy_number',
  borrowings_open_copy_unique: 'book_copy_id',
  'borrowings.book_copy_id': 'book_copy_id',
  reservations_kept_copy_unique: 'book_copy_id',
  'reservations.book_copy_id': 'book_copy_id',
  transfers_open_copy_unique: 'book_copy_id',
  'transfers.book_copy_id': 'book_copy_id',
  reservations_living_unique: 'book_id',
  'reservations.user_id, reservations.book_id': 'book_id',
  fines_charge_key_unique: 'charge_key',
  'fines.charge_key': 'charge_key',
}

/** The field whose uniqueness was about to be broken, null for any other error. */
const duplicateField = (error: unknown): string | null => {
  if (!(error instanceof Error) || !('code' in error)) return null
  if (error.code === '23505' && 'constraint' in error) return uniqueFields[String(error.constraint)] ?? null
  if (error.code !== 'SQLITE_CONSTRAINT_UNIQUE') return null
  return uniqueFields[error.message.slice(error.message.lastIndexOf('failed: ') + 'failed: '.length)] ?? null
}

/** A statement that cannot be refused: when the database fails, it throws, and the unit of work sees to that. */
export const sql =
  <A>(statement: () => Promise<A>): TaskEither<never, A> =>
  async () =>
    E.right(await statement())

/** A statement that may break a uniqueness. */
export const unique =
  <A>(statement: () => Promise<A>): TaskEither<DuplicateKey, A> =>
  async () => {
    try {
      return E.right(await statement())
    } catch (error) {
      const field = duplicateField(error)
      if (field === null) throw error
      return E.left(duplicateKey(field))
    }
  }

/** A query outside of any unit of work: a database that is away or busy is a Left, a bug is thrown. */
export const query =
  <E1, A>(read: TaskEither<E1, A>): TaskEither<E1 | StoreFailure, A> =>
  async () => {
    try {
      return await read()
    } catch (error) {
      const failure = failureOf(error)
      if (failure.kind === 'bug') throw error
      return E.left(failure.kind === 'failed' ? failure.failure : storeFailure('busy', failure.detail))
    }
  }
