import { expect } from 'chai'
import { connect } from '../../adapters/knex/connect.ts'
import type { Database } from '../../adapters/knex/database.ts'
import type { Dialect } from '../../adapters/knex/statement.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import type { FreshDatabase } from '../support/databases.ts'

type Row = Readonly<Record<string, unknown>>

const at = '2026-03-02T12:00:00.000Z'
const later = '2026-03-05T12:00:00.000Z'
const stamps = { created_at: at, updated_at: at }

const branch = (id: number): Row => ({
  id,
  name: `Branch ${id}`,
  name_sort: `branch ${id}`,
  hours_of_operation: '{}',
  services_offered: '[]',
  time_zone: 'UTC',
  pickup: true,
  ...stamps,
})

const user = (id: number): Row => ({
  id,
  username: `reader${id}`,
  username_normalised: `reader${id}`,
  email: `reader${id}@example.org`,
  email_normalised: `reader${id}@example.org`,
  first_name: 'Ada',
  first_name_sort: 'ada',
  last_name: 'Lovelace',
  last_name_sort: 'lovelace',
  membership_date: '2026-01-01',
  membership_type: 'standard',
  status: 'active',
  library_card_number: `card-${id}`,
  preferences: '{}',
  ...stamps,
})

const author = (id: number): Row => ({
  id,
  first_name: 'Ada',
  first_name_sort: 'ada',
  last_name: 'Lovelace',
  last_name_sort: 'lovelace',
  name_sort: 'lovelace, ada',
  name_key: 'ada lovelace',
  ...stamps,
})

const publisher = (id: number): Row => ({ id, name: `P ${id}`, name_sort: `p ${id}`, ...stamps })
const genre = (id: number): Row => ({ id, name: `G ${id}`, name_sort: `g ${id}`, ...stamps })
const subject = (id: number): Row => ({ id, name: `S ${id}`, name_sort: `s ${id}`, scheme: 'own', ...stamps })

const book = (id: number): Row => ({
  id,
  title: 'The Dispossessed',
  title_sort: 'dispossessed',
  author_id: 1,
  isbn_13: `978000000000${id}`,
  availability_status: 'available',
  ...stamps,
})

const copy = (id: number): Row => ({
  id,
  book_id: 1,
  branch_id: 1,
  copy_number: id,
  barcode: `C-${id}`,
  condition: 'good',
  status: 'available',
  loan_category: 'book',
  ...stamps,
})

const borrowing = (id: number): Row => ({
  id,
  user_id: 1,
  book_copy_id: 1,
  book_id: 1,
  branch_id: 1,
  state: 'returned',
  borrow_date: at,
  due_date: later,
  overdue_from: later,
  return_date: later,
  scanned_at: later,
  due_zone: 'UTC',
  calendar_branch_id: 1,
  terms: '{}',
  ...stamps,
})

const openBorrowing = (id: number): Row => ({
  ...borrowing(id),
  state: 'open',
  return_date: null,
  scanned_at: null,
})

const reservation = (id: number): Row => ({
  id,
  user_id: 1,
  book_id: 1,
  branch_id: 1,
  reservation_date: at,
  status: 'fulfilled',
  unfillable: false,
  notification_sent: false,
  ...stamps,
})

const fine = (id: number): Row => ({
  id,
  user_id: 1,
  fine_type: 'overdue',
  amount: 100,
  description: 'Returned late',
  date_issued: at,
  status: 'open',
  charge_key: `overdue:${id}:0`,
  ...stamps,
})

const session = (id: number): Row => ({ id, user_id: 1, created_at: at, expires_at: later })

const transfer = (id: number): Row => ({
  id,
  book_copy_id: 1,
  from_branch_id: 1,
  to_branch_id: 2,
  sent_at: at,
  ...stamps,
})

const event = (id: number): Row => ({
  id,
  type: 'LoanOpened',
  version: 1,
  aggregate: 'loan',
  aggregate_id: id,
  seq: 1,
  occurred_at: at,
  recorded_at: at,
  payload: '{}',
  due_at: at,
})

const emergency = (id: number): Row => ({
  id,
  branch_id: 1,
  starts_on: '2026-12-09',
  ends_on: '2026-12-10',
  reopens_on: '2026-12-11',
  calendar_ignored: false,
  reason: 'Storm',
  state: 'applying',
  declared_at: at,
  ...stamps,
})

const apiKey = (id: number): Row => ({ id, name: 'Sorter', scopes: '[]', expires_at: later, ...stamps })

/** What the rows below refer to. */
const there: readonly (readonly [table: string, row: Row])[] = [
  ['library_branches', branch(1)],
  ['library_branches', branch(2)],
  ['users', user(1)],
  ['users', user(2)],
  ['authors', author(1)],
  ['publishers', publisher(1)],
  ['genres', genre(1)],
  ['books', book(1)],
  ['subjects', subject(1)],
  ['book_copies', copy(1)],
  ['book_copies', copy(2)],
  ['borrowings', borrowing(1)],
  ['reservations', reservation(1)],
  ['fines', fine(1)],
  ['emergency_closures', emergency(1)],
  ['sessions', session(1)],
  ['api_keys', apiKey(1)],
]

/** A row of each table that the database takes. */
const good: Readonly<Record<string, Row>> = {
  account_tokens: { id: 9, purpose: 'verify_email', nonce: 'n', created_at: at, expires_at: later },
  address_failures: { network: '192.0.2.7', moments: '[]', last_at: at },
  api_key_secrets: { prefix: 'p', api_key_id: 1, secret_hash: 'h', created_at: at },
  api_keys: apiKey(9),
  audit_log: { id: 9, recorded_at: at, occurred_at: at, action: 'login', outcome: 'allowed' },
  audit_seals: {
    number: 9,
    after_id: 0,
    last_id: 1,
    row_count: 1,
    rows: '1 digest',
    previous: '',
    key_id: 'key',
    sealed: at,
    mac: 'mac',
  },
  authors: author(9),
  book_authors: { book_id: 1, author_id: 1, position: 1 },
  book_copies: copy(9),
  book_subjects: { book_id: 1, subject_id: 1, position: 1 },
  books: book(9),
  borrowings: borrowing(9),
  branch_closures: {
    id: 9,
    branch_id: 1,
    starts_on: '2026-12-24',
    ends_on: '2026-12-26',
    yearly: false,
    open: '[]',
    reason: 'Christmas',
    ...stamps,
  },
  circulation_rules: { id: 9, values: '{}', ...stamps },
  emergency_closures: emergency(9),
  emergency_moves: {
    id: 9,
    emergency_closure_id: 1,
    borrowing_id: 1,
    was: at,
    was_overdue_from: at,
    becomes: later,
    renewal_count: 0,
    outcome: 'pending',
  },
  fines: fine(9),
  genres: genre(9),
  id_blocks: { kind: 'robot', next_id: 1 },
  idempotency_keys: {
    caller: 'member:1',
    key: 'k',
    fingerprint: 'f',
    claim: 'c',
    created_at: at,
    lease_until: at,
    expires_at: later,
  },
  in_house_uses: { id: 9, book_copy_id: 1, branch_id: 1, used_at: at, created_at: at },
  jobs: { id: 9, name: 'purge', dedupe_key: 'purge 1', due_at: at, created_at: at },
  ledger_entries: {
    id: 9,
    fine_id: 1,
    user_id: 1,
    entry_type: 'charge',
    amount: 100,
    occurred_at: at,
    ...stamps,
  },
  library_branches: branch(9),
  login_failures: { counter: 'user 1', failures: 1, last_at: at },
  loan_categories: { id: 9, name: 'tools', ...stamps },
  member_blocks: { id: 9, user_id: 1, reason: 'Lost his card', actions: '[]', ...stamps },
  membership_types: { id: 9, name: 'gold', ...stamps },
  offline_operations: {
    client_id: 'desk 1',
    type: 'checkout',
    occurred_at: at,
    barcode: 'C-1',
    branch_id: 1,
    created_at: later,
  },
  network_uses: { counter: 'mail 192.0.2.9', since: at, uses: 1 },
  outbox: event(9),
  publishers: publisher(9),
  recovery_codes: { user_id: 1, code_hash: 'h' },
  refresh_tokens: { token_hash: 'h', session_id: 1, created_at: at },
  reservations: reservation(9),
  reviews: { id: 9, user_id: 1, book_id: 1, rating: 5, ...stamps },
  rule_tables: { id: 1, ...stamps },
  second_factors: { user_id: 1, sealed_secret: 's', created_at: at },
  sessions: session(9),
  settings: { name: 'greeting', value: '{}', ...stamps },
  staff: { id: 9, user_id: 1, role: 'librarian', ...stamps },
  subjects: subject(9),
  transfers: transfer(9),
  users: user(9),
}

/** For each check, by its name, what it does not let into the good row; several where several words of it may bite. */
const checked: Readonly<Record<string, readonly [table: string, ...bad: Row[]]>> = {
  account_tokens_purpose: ['account_tokens', { purpose: 'log_in' }, { purpose: '' }],
  authors_life: ['authors', { birth_date: '1990-01-02', death_date: '1990-01-01' }],
  book_authors_position: ['book_authors', { position: 0 }, { position: -1 }],
  book_copies_condition: ['book_copies', { condition: 'perfect' }, { condition: '' }, { condition: 'Good' }],
  book_copies_in_transit: [
    'book_copies',
    { status: 'in_transit' },
    { status: 'available', destination_branch_id: 1 },
  ],
  book_copies_kept: [
    'book_copies',
    { status: 'kept' },
    { status: 'available', kept_for_id: 1 },
    { status: 'in_transit', destination_branch_id: 1, kept_for_id: 1 },
  ],
  book_copies_loan: [
    'book_copies',
    { status: 'available', loan_id: 1 },
    { status: 'missing', loan_id: 1 },
    { status: 'withdrawn', loan_id: 1 },
  ],
  book_copies_number: ['book_copies', { copy_number: 0 }],
  book_copies_out: ['book_copies', { status: 'on_loan' }, { status: 'claimed_returned' }],
  book_copies_price: ['book_copies', { price: -1 }],
  book_copies_status: ['book_copies', { status: 'borrowed' }, { status: '' }, { status: 'Available' }],
  books_availability: ['books', { availability_status: 'borrowed' }],
  books_counts: [
    'books',
    { total_copies: -1 },
    { total_copies: 1, available_copies: -1 },
    { total_copies: 1, circulating_copies: -1 },
  ],
  books_counts_fit: [
    'books',
    { available_copies: 1 },
    { circulating_copies: 1 },
    { total_copies: 2, available_copies: 2, circulating_copies: 1 },
  ],
  books_digital: ['books', { digital_copies: -1 }],
  books_isbn: ['books', { isbn_13: null, isbn_10: '0000000000' }],
  books_min_age: ['books', { min_age: -1 }],
  books_pages: ['books', { pages: 0 }, { pages: -5 }],
  books_year: ['books', { publication_year: 0 }],
  borrowings_fines: ['borrowings', { fine_amount: -1 }, { fine_paid: -1 }],
  borrowings_order: ['borrowings', { borrow_date: later, return_date: at, scanned_at: at }],
  borrowings_override: [
    'borrowings',
    { override_rules: '["loan-limit"]' },
    { override_reason: 'A friend of the house' },
  ],
  borrowings_renewals: ['borrowings', { renewal_count: -1 }],
  borrowings_returned: [
    'borrowings',
    { state: 'open' },
    { state: 'lost' },
    { return_date: null, scanned_at: null },
  ],
  borrowings_scanned: ['borrowings', { scanned_at: null }],
  borrowings_state: [
    'borrowings',
    { state: 'overdue', return_date: null, scanned_at: null },
    { state: '', return_date: null, scanned_at: null },
  ],
  branch_closures_order: ['branch_closures', { starts_on: '2026-12-27' }],
  circulation_rules_validity: ['circulation_rules', { valid_from: '2026-02-01', valid_to: '2026-01-31' }],
  emergency_closures_order: ['emergency_closures', { starts_on: '2026-12-11' }],
  emergency_closures_state: ['emergency_closures', { state: 'done' }, { state: '' }],
  emergency_moves_of_loan: [
    'emergency_moves',
    { was_overdue_from: null },
    { renewal_count: null },
    { borrowing_id: null, reservation_id: 1, was_overdue_from: null },
    { borrowing_id: null, reservation_id: 1, renewal_count: null },
  ],
  emergency_moves_of_one: [
    'emergency_moves',
    { reservation_id: 1 },
    { borrowing_id: null, was_overdue_from: null, renewal_count: null },
  ],
  emergency_moves_outcome: ['emergency_moves', { outcome: 'lost' }, { outcome: '' }],
  fines_amount: ['fines', { amount: 0 }, { amount: -1 }],
  fines_method: ['fines', { payment_method: 'cheque' }],
  fines_status: ['fines', { status: 'forgiven' }],
  fines_type: ['fines', { fine_type: 'noise' }],
  genres_parent: ['genres', { parent_genre_id: 9 }],
  idempotency_keys_answer: [
    'idempotency_keys',
    { status: 201 },
    { status: 201, headers: '{}' },
    { headers: '{}', body: '' },
    { body: '' },
  ],
  ledger_entries_amount: ['ledger_entries', { amount: 0 }],
  ledger_entries_type: ['ledger_entries', { entry_type: 'gift' }],
  membership_types_duration: ['membership_types', { duration_months: 0 }, { duration_months: -1 }],
  membership_types_price: ['membership_types', { price: -1 }],
  offline_operations_type: ['offline_operations', { type: 'renewal' }, { type: '' }],
  reservations_copy: ['reservations', { status: 'ready' }, { status: 'in_transit' }],
  reservations_status: ['reservations', { status: 'kept' }, { status: '' }],
  reviews_rating: ['reviews', { rating: 0 }, { rating: 6 }],
  rule_tables_one: ['rule_tables', { id: 2 }],
  second_factors_step: ['second_factors', { last_step: -1 }, { last_step: -5 }],
  staff_role: ['staff', { role: 'user' }, { role: 'root' }],
  staff_salary: ['staff', { salary: -1 }],
  transfers_ended: ['transfers', { ended_at: later }, { ended_as: 'arrived' }],
  transfers_ended_as: [
    'transfers',
    { ended_at: later, ended_as: 'eaten' },
    { ended_at: later, ended_as: '' },
  ],
  users_guardian: ['users', { guardian_id: 9 }],
  users_status: ['users', { status: 'expired' }, { status: '' }],
}

interface Unique {
  readonly table: string
  /** Rows that may all stand beside the first, what they differ in from the good one. */
  readonly first: Row
  readonly beside: readonly Row[]
  /** Rows that may not. */
  readonly not: readonly Row[]
}

const next = { id: 10 }
const deleted = { deleted_at: at }
const out = { state: 'open', return_date: null, scanned_at: null }

/** Of an emergency closure's list, in place of a borrowing. */
const ofReservation = { borrowing_id: null, was_overdue_from: null, renewal_count: null, reservation_id: 1 }

const uniques: Readonly<Record<string, Unique>> = {
  audit_seals_previous_unique: {
    table: 'audit_seals',
    first: {},
    beside: [{ number: 10, previous: 'mac' }],
    not: [{ number: 10 }],
  },
  book_authors_author_id_book_id_unique: {
    table: 'book_authors',
    first: {},
    beside: [],
    not: [{ position: 2 }],
  },
  book_copies_barcode_unique: {
    table: 'book_copies',
    first: {},
    beside: [
      { ...copy(10), barcode: 'C-9', ...deleted },
      { ...copy(11), barcode: 'C-9', ...deleted },
    ],
    not: [
      { ...copy(10), barcode: 'C-9' },
      { ...copy(10), barcode: 'C-9', status: 'withdrawn' },
    ],
  },
  book_copies_number_unique: {
    table: 'book_copies',
    first: {},
    beside: [{ ...copy(10), copy_number: 9, ...deleted }],
    not: [{ ...copy(10), copy_number: 9 }],
  },
  books_isbn_13_unique: {
    table: 'books',
    first: {},
    beside: [
      { ...next, ...deleted },
      { id: 11, isbn_13: null },
      { id: 12, isbn_13: null },
    ],
    not: [next],
  },
  borrowings_open_copy_unique: {
    table: 'borrowings',
    first: out,
    beside: [borrowing(10), { ...openBorrowing(11), book_copy_id: 2 }],
    not: [
      openBorrowing(10),
      { ...openBorrowing(10), user_id: 2 },
      { ...openBorrowing(10), state: 'lost' },
      { ...openBorrowing(10), state: 'claimed_returned' },
    ],
  },
  emergency_moves_emergency_closure_id_borrowing_id_unique: {
    table: 'emergency_moves',
    first: {},
    beside: [],
    not: [next, { id: 10, outcome: 'moved' }],
  },
  emergency_moves_emergency_closure_id_reservation_id_unique: {
    table: 'emergency_moves',
    first: ofReservation,
    beside: [],
    not: [next],
  },
  fines_charge_key_unique: { table: 'fines', first: {}, beside: [fine(10)], not: [next] },
  genres_name_sort_unique: { table: 'genres', first: {}, beside: [genre(10)], not: [next] },
  jobs_dedupe_key_unique: {
    table: 'jobs',
    first: {},
    beside: [{ id: 10, dedupe_key: 'purge 2' }],
    not: [next, { id: 10, name: 'recount', done_at: later }],
  },
  library_branches_name_sort_unique: {
    table: 'library_branches',
    first: {},
    beside: [branch(10)],
    not: [next],
  },
  loan_categories_name_unique: { table: 'loan_categories', first: {}, beside: [], not: [next] },
  membership_types_name_unique: { table: 'membership_types', first: {}, beside: [], not: [next] },
  outbox_aggregate_aggregate_id_seq_unique: {
    table: 'outbox',
    first: {},
    beside: [
      { id: 10, seq: 2 },
      { id: 11, aggregate: 'fine' },
    ],
    not: [next, { id: 10, type: 'LoanReturned' }],
  },
  publishers_name_sort_unique: { table: 'publishers', first: {}, beside: [publisher(10)], not: [next] },
  reservations_kept_copy_unique: {
    table: 'reservations',
    first: { status: 'ready', book_copy_id: 1 },
    beside: [
      { id: 10, user_id: 2, status: 'ready', book_copy_id: 2 },
      { id: 11, status: 'fulfilled', book_copy_id: 1 },
      { id: 12, status: 'expired', book_copy_id: 1 },
    ],
    not: [
      { id: 10, user_id: 2, status: 'ready' },
      { id: 10, user_id: 2, status: 'in_transit' },
    ],
  },
  reservations_living_unique: {
    table: 'reservations',
    first: { status: 'waiting' },
    beside: [
      { id: 10, user_id: 2 },
      { id: 11, status: 'cancelled' },
      { id: 12, status: 'fulfilled' },
    ],
    not: [
      next,
      { ...next, status: 'suspended' },
      { ...next, status: 'ready', book_copy_id: 1 },
      { ...next, status: 'in_transit', book_copy_id: 1 },
    ],
  },
  reviews_book_id_user_id_unique: {
    table: 'reviews',
    first: {},
    beside: [{ id: 10, user_id: 2 }],
    not: [{ id: 10, rating: 1 }],
  },
  staff_user_id_unique: {
    table: 'staff',
    first: {},
    beside: [{ id: 10, user_id: 2 }],
    not: [{ id: 10, role: 'admin' }],
  },
  subjects_scheme_name_sort_unique: {
    table: 'subjects',
    first: {},
    beside: [{ id: 10, scheme: 'lcsh' }],
    not: [next],
  },
  transfers_open_copy_unique: {
    table: 'transfers',
    first: {},
    beside: [
      { id: 10, ended_at: later, ended_as: 'arrived' },
      { id: 11, book_copy_id: 2 },
    ],
    not: [{ id: 10, to_branch_id: 1 }],
  },
  users_email_normalised_unique: {
    table: 'users',
    first: {},
    beside: [user(10)],
    not: [{ ...user(10), email_normalised: 'reader9@example.org' }],
  },
  users_library_card_number_unique: {
    table: 'users',
    first: {},
    beside: [],
    not: [{ ...user(10), library_card_number: 'card-9' }],
  },
  users_username_normalised_unique: {
    table: 'users',
    first: {},
    beside: [],
    not: [{ ...user(10), username_normalised: 'reader9', status: 'deactivated' }],
  },
}

interface Refused {
  readonly kind: string
  /** Of the constraint, where the database tells it. */
  readonly name: string
}

const kinds: Readonly<Record<string, string>> = {
  SQLITE_CONSTRAINT_CHECK: 'check',
  '23514': 'check',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'foreign key',
  '23503': 'foreign key',
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique',
  '23505': 'unique',
  SQLITE_CONSTRAINT_NOTNULL: 'not null',
  '23502': 'not null',
}

const refused = (error: Error & { code?: string; constraint?: string; column?: string }): Refused => ({
  kind: kinds[error.code ?? ''] ?? `${error.code ?? ''} ${error.message}`,
  name:
    error.constraint ?? error.column ?? error.message.slice(error.message.lastIndexOf('failed: ') + 8).trim(),
})

class Undone extends Error {}

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** Part of the primary key. */
  readonly key: boolean
}

interface Index {
  readonly name: string
  readonly table: string
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly partial: boolean
}

interface Reference {
  readonly table: string
  readonly column: string
  readonly to: string
  readonly onDelete: string
}

/** What a database tells of its own schema. */
interface Schema {
  readonly columns: readonly Column[]
  readonly indexes: readonly Index[]
  readonly references: readonly Reference[]
  readonly checks: readonly string[]
}

const ownTables = ['schema_migrations', 'schema_migrations_lock', 'sqlite_sequence']

const sqliteSchema = async (db: Database): Promise<Schema> => {
  const all = async <A>(text: string) => (await db.write.raw<unknown>(text)) as A[]
  const [columns, indexes, references, tables] = [
    await all<{ table: string; name: string; type: string; notnull: number; pk: number }>(
      `select m.name as "table", c.name, lower(c.type) as type, c."notnull", c.pk
       from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' order by 1, c.cid`,
    ),
    await all<{ name: string; table: string; unique: number; partial: number; columns: string }>(
      `select i.name, m.name as "table", i."unique", i.partial,
         (select group_concat(x.name) from (select name from pragma_index_info(i.name) order by seqno) x) as columns
       from sqlite_master m join pragma_index_list(m.name) i
       where m.type = 'table' and i.origin <> 'pk' order by 1`,
    ),
    await all<{ table: string; from: string; to: string; on_delete: string }>(
      `select m.name as "table", f."from", f."table" as "to", f.on_delete
       from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table' order by 1, 2`,
    ),
    await all<{ sql: string }>(`select sql from sqlite_master where type = 'table'`),
  ]
  return {
    columns: columns.map(({ table, name, type, notnull, pk }) => ({
      table,
      name,
      type,
      nullable: notnull === 0 && pk === 0,
      key: pk > 0,
    })),
    indexes: indexes.map(index => ({
      ...index,
      columns: index.columns.split(','),
      unique: index.unique === 1,
      partial: index.partial === 1,
    })),
    references: references.map(({ table, from, to, on_delete }) => ({
      table,
      column: from,
      to,
      onDelete: on_delete,
    })),
    checks: tables.flatMap(({ sql }) =>
      [...sql.matchAll(/constraint [`"]?(\w+)[`"]? check/gi)].map(([, name]) => name!),
    ),
  }
}

const postgresSchema = async (db: Database): Promise<Schema> => {
  const all = async <A>(text: string): Promise<A[]> => (await db.write.raw<{ rows: A[] }>(text)).rows
  const [columns, indexes, references, checks] = [
    await all<{ table: string; name: string; type: string; nullable: boolean; key: boolean }>(
      `select c.table_name as "table", c.column_name as name, c.data_type as type, c.is_nullable = 'YES' as nullable,
         exists (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
           where i.indrelid = format('%I', c.table_name)::regclass and i.indisprimary and a.attname = c.column_name) as key
       from information_schema.columns c where c.table_schema = 'public' order by 1, c.ordinal_position`,
    ),
    await all<Index>(
      `select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as "table", i.indisunique as "unique",
         i.indpred is not null as partial,
         array(select a.attname::text from unnest(i.indkey) with ordinality k(number, place)
           join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number order by k.place) as columns
       from pg_index i join pg_class t on t.oid = i.indrelid
       where t.relnamespace = 'public'::regnamespace and not i.indisprimary order by 1`,
    ),
    await all<Reference>(
      `select f.conrelid::regclass::text as "table", a.attname::text as "column", f.confrelid::regclass::text as "to",
         case f.confdeltype when 'c' then 'CASCADE' when 'a' then 'NO ACTION' when 'n' then 'SET NULL' else f.confdeltype::text end as "onDelete"
       from pg_constraint f join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
       where f.contype = 'f' and f.connamespace = 'public'::regnamespace order by 1, 2`,
    ),
    await all<{ name: string }>(
      `select conname::text as name from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace`,
    ),
  ]
  return { columns, indexes, references, checks: checks.map(({ name }) => name) }
}

const schemaOf = async (db: Database): Promise<Schema> => {
  const schema = await (db.dialect === 'sqlite' ? sqliteSchema(db) : postgresSchema(db))
  const ours = ({ table }: { readonly table: string }): boolean => !ownTables.includes(table)
  return { ...schema, columns: schema.columns.filter(ours), indexes: schema.indexes.filter(ours) }
}

interface Opened {
  db: Database
  schema: Schema
}

const both: Readonly<Record<Dialect, Opened>> = { sqlite: {} as Opened, postgres: {} as Opened }
const fresh: Readonly<Record<Dialect, () => Promise<FreshDatabase>>> = {
  sqlite: freshSqlite,
  postgres: freshPostgres,
}
const dialects = ['sqlite', 'postgres'] as const

describe('the schema', () => {
  const made: FreshDatabase[] = []
  before(async () => {
    for (const dialect of dialects) {
      const database = await fresh[dialect]()
      made.push(database)
      const db = connect({ ...connection, storage: database.storage })
      both[dialect].db = db
      both[dialect].schema = await schemaOf(db)
      // Of this table there is one row only, and every library has it.
      await db.write('rule_tables').del()
      for (const [table, row] of there) await db.write(table).insert(row)
    }
  })
  after(async () => {
    for (const dialect of dialects) await both[dialect].db.close()
    for (const { drop } of made) await drop()
  })

  for (const dialect of dialects) {
    const opened = both[dialect]

    /** Puts rows in one after another and takes them out again; what the database says to the last one. */
    const attempt = async (table: string, ...rows: readonly Row[]): Promise<Refused | 'taken'> => {
      let inserted = 0
      try {
        await opened.db.write.transaction(async trx => {
          for (const row of rows) {
            await trx(table).insert(row)
            inserted += 1
          }
          throw new Undone()
        })
      } catch (error) {
        if (inserted < rows.length - 1) throw error
        return error instanceof Undone ? 'taken' : refused(error as Error)
      }
      throw new Error('A transaction that threw was kept')
    }

    describe(`of ${dialect}`, () => {
      it('is described below, table by table', () => {
        const tables = new Set(opened.schema.columns.map(({ table }) => table))
        expect([...tables].sort()).to.deep.equal(Object.keys(good).sort())
      })

      for (const [table, row] of Object.entries(good)) {
        it(`takes a row of ${table}, and nothing for what must be given`, async () => {
          expect(await attempt(table, row)).to.equal('taken')
          const needed = opened.schema.columns.filter(
            column =>
              column.table === table &&
              !column.nullable &&
              !(column.key && typeof row[column.name] === 'number'),
          )
          for (const { name } of needed) {
            const result = await attempt(table, { ...row, [name]: null })
            expect(result, name).to.deep.include({ kind: 'not null' })
          }
        })
      }

      it('has a bad row below for each of its checks', () => {
        expect([...opened.schema.checks].sort()).to.deep.equal(Object.keys(checked).sort())
      })

      for (const [name, [table, ...bad]] of Object.entries(checked)) {
        it(`checks ${name}`, async () => {
          for (const row of bad)
            expect(await attempt(table, { ...good[table], ...row })).to.deep.equal({ kind: 'check', name })
        })
      }

      it('has a second row below for each of its unique indexes', () => {
        const names = opened.schema.indexes.flatMap(({ name, unique }) => (unique ? [name] : []))
        expect(names.sort()).to.deep.equal(Object.keys(uniques).sort())
      })

      for (const [name, { table, first, beside, not }] of Object.entries(uniques)) {
        it(`keeps ${name}`, async () => {
          const row = { ...good[table], ...first }
          const others = beside.map(other => ({ ...row, ...other }))
          expect(await attempt(table, row, ...others)).to.equal('taken')
          for (const other of not) {
            const result = await attempt(table, row, { ...row, ...other })
            expect(result, JSON.stringify(other)).to.deep.include({ kind: 'unique' })
            if (dialect === 'postgres') expect(result).to.deep.include({ name })
          }
        })
      }

      for (const table of Object.keys(good)) {
        it(`lets no row of ${table} point to what is not there`, async () => {
          for (const { column } of opened.schema.references.filter(reference => reference.table === table)) {
            const { type } = opened.schema.columns.find(of => of.table === table && of.name === column)!
            const nobody = type === 'text' ? 'nobody' : 999_999
            const needed =
              column === 'kept_for_id'
                ? { status: 'kept' }
                : column === 'destination_branch_id'
                  ? { status: 'in_transit' }
                  : column === 'loan_id'
                    ? { status: 'on_loan' }
                    : column === 'reservation_id' && table === 'emergency_moves'
                      ? ofReservation
                      : {}
            const result = await attempt(table, { ...good[table], ...needed, [column]: nobody })
            expect(result, column).to.deep.include({ kind: 'foreign key' })
            if (dialect === 'postgres') expect(result).to.deep.include({ name: `${table}_${column}_foreign` })
          }
        })
      }

      it('lets nothing go that something points to', async () => {
        for (const table of [
          'users',
          'library_branches',
          'authors',
          'books',
          'book_copies',
          'membership_types',
        ]) {
          const result = await opened.db
            .write(table)
            .where({ id: 1 })
            .del()
            .catch((error: unknown) => refused(error as Error))
          expect(result, table).to.deep.include({ kind: 'foreign key' })
        }
      })

      it('gives no id twice, not even one whose row is gone', async () => {
        const numbered = opened.schema.columns.filter(
          // From the audit nothing goes.
          ({ table, name, key }) =>
            key && name === 'id' && !['rule_tables', 'audit_log', ...taken].includes(table),
        )
        expect(numbered).to.have.length(20)
        for (const { table } of numbered) {
          // The rows that are there were given their ids by hand.
          if (dialect === 'postgres')
            await opened.db.write.raw("select setval(pg_get_serial_sequence(?, 'id'), 100)", [table])
          await opened.db.write.transaction(async trx => {
            const { id: _, ...row } = good[table]!
            const add = async (): Promise<number> =>
              (await trx(table).insert(row).returning<{ id: number }[]>('id'))[0]!.id
            const first = await add()
            await trx(table).where({ id: first }).del()
            const second = await add()
            await trx(table).where({ id: second }).del()
            expect(second, table).to.be.greaterThan(first)
          })
        }
      })
    })
  }

  it('has the same tables and columns in both databases, and asks for the same ones', () => {
    const shape = ({ schema }: Opened) =>
      schema.columns.map(({ table, name, nullable, key }) => ({ table, name, nullable, key }))
    expect(shape(both.sqlite)).to.deep.equal(shape(both.postgres))
  })

  it('has real types in Postgres, and their counterparts in SQLite', () => {
    const counterparts: Readonly<Record<string, readonly string[]>> = {
      bigint: ['bigint', 'integer'],
      integer: ['integer'],
      text: ['text'],
      'timestamp with time zone': ['text'],
      date: ['text'],
      boolean: ['integer'],
      jsonb: ['text'],
    }
    both.postgres.schema.columns.forEach(({ table, name, type }, index) => {
      expect(counterparts[type], `${table}.${name}: ${type}`).to.include(
        both.sqlite.schema.columns[index]!.type,
      )
    })
    for (const [type, pattern] of [
      ['timestamp with time zone', /_at$|^(borrow|due|return|reservation)_date$|^overdue_from$|^date_/],
      ['boolean', /^(pickup|yearly|unfillable|notification_sent)$/],
    ] as const) {
      const odd = both.postgres.schema.columns.filter(
        column => pattern.test(column.name) && column.type !== type && !/^date_of_birth$/.test(column.name),
      )
      expect(odd).to.deep.equal([])
    }
  })

  it('has the same indexes in both databases', () => {
    expect(both.sqlite.schema.indexes).to.deep.equal(both.postgres.schema.indexes)
  })

  it('has the same references in both databases', () => {
    const sorted = ({ schema }: Opened): readonly string[] =>
      schema.references.map(reference => JSON.stringify(Object.entries(reference).sort())).sort()
    expect(sorted(both.sqlite)).to.deep.equal(sorted(both.postgres))
  })

  it('has an index for each reference, so that nothing is looked through row by row when its target goes', () => {
    const { references, indexes, columns } = both.postgres.schema
    const keys = Object.keys(good).map(table => ({
      table,
      columns: columns.filter(column => column.table === table && column.key).map(({ name }) => name),
      partial: false,
    }))
    const without = references.filter(({ table, column }) =>
      [...indexes, ...keys].every(
        index => index.partial || index.table !== table || index.columns[0] !== column,
      ),
    )
    expect(without).to.deep.equal([])
  })
})

/** Their ids are taken from blocks before the rows are made (contract of ids). */
const taken = [
  'users',
  'borrowings',
  'reservations',
  'fines',
  'ledger_entries',
  'sessions',
  'account_tokens',
  'outbox',
]
