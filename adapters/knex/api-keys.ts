/** The tables `api_keys` and `api_key_secrets`. */
import type { ApiKey, ApiKeySecret } from '../../core/identity/api-key.ts'
import type {
  ApiKeyQueries,
  ApiKeys,
  ApiKeySort,
  KeptSecret,
  NewSecret,
} from '../../core/identity/api-key-ports.ts'
import { isScope } from '../../core/identity/permissions.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { ApiKeyId, BranchId, MemberId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import {
  fromInstant,
  fromJson,
  fromOptionalInstant,
  toInstant,
  toJson,
  toOptionalInstant,
} from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Tables } from './connection.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { always, nullable, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'
import { statement } from './statement.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

interface KeyRow {
  readonly id: ApiKeyId
  readonly version: number
  readonly name: string
  readonly scopes: unknown
  readonly branch_id: BranchId | null
  readonly expires_at: StoredInstant
  readonly created_by: MemberId | null
  readonly created_at: StoredInstant
  readonly last_used_at: StoredInstant | null
  readonly revoked_at: StoredInstant | null
}

interface SecretRow {
  readonly prefix: string
  readonly api_key_id: ApiKeyId
  readonly created_at: StoredInstant
  readonly good_until: StoredInstant | null
}

const scopesIn = (stored: unknown): readonly string[] => toJson(stored) as readonly string[]

const toSecret = (row: SecretRow): ApiKeySecret => ({
  prefix: row.prefix,
  createdAt: toInstant(row.created_at),
  goodUntil: toOptionalInstant(row.good_until),
})

const toKey = (row: KeyRow, secrets: readonly SecretRow[]): ApiKey => ({
  id: row.id,
  version: row.version,
  name: row.name,
  scopes: scopesIn(row.scopes).filter(isScope),
  branchId: row.branch_id,
  expiresAt: toInstant(row.expires_at),
  createdBy: row.created_by,
  createdAt: toInstant(row.created_at),
  lastUsedAt: toOptionalInstant(row.last_used_at),
  revokedAt: toOptionalInstant(row.revoked_at),
  secrets: secrets.filter(secret => secret.api_key_id === row.id).map(toSecret),
})

const shownOfSecret = ['prefix', 'api_key_id', 'created_at', 'good_until']

/** Without their hashes, newest first. */
const secretsOf = async (knex: Tables, ids: readonly ApiKeyId[]): Promise<readonly SecretRow[]> =>
  knex('api_key_secrets')
    .whereIn('api_key_id', [...ids])
    // The newest is good without an end; two of one moment differ in theirs.
    .orderByRaw('case when good_until is null then 0 else 1 end, created_at desc, prefix')
    .select<SecretRow[]>(...shownOfSecret)

const rowOfSecret = (id: ApiKeyId, { prefix, hash, createdAt, goodUntil }: NewSecret) => ({
  prefix,
  api_key_id: id,
  secret_hash: hash,
  created_at: fromInstant(createdAt),
  good_until: fromOptionalInstant(goodUntil),
})

export const apiKeys = (transaction: Transaction): ApiKeys => {
  const { knex, now } = transaction
  return {
    get: id =>
      pipe(
        sql(async () => {
          const row = await locking(transaction, knex('api_keys').where({ id })).first<KeyRow | undefined>()
          return row === undefined ? undefined : toKey(row, await secretsOf(knex, [id]))
        }),
        TE.flatMap(key => (key === undefined ? TE.left(notFound('api_key', id)) : TE.right(key))),
      ),
    add: ({ name, scopes, branchId, expiresAt, createdBy }, secret) =>
      sql(async () => {
        const at = now()
        const [row] = await knex('api_keys')
          .insert({
            name,
            scopes: fromJson(scopes),
            branch_id: branchId,
            expires_at: fromInstant(expiresAt),
            created_by: createdBy,
            version: 1,
            created_at: at,
            updated_at: at,
          })
          .returning<KeyRow[]>('*')
        const made = row as KeyRow
        await knex('api_key_secrets').insert(rowOfSecret(made.id, secret))
        return toKey(made, await secretsOf(knex, [made.id]))
      }),
    save: (key, secret) =>
      pipe(
        sql(async () => {
          const { id, version, expiresAt, revokedAt, secrets } = key
          const written = await knex('api_keys')
            .where({ id, version })
            .update({
              expires_at: fromInstant(expiresAt),
              revoked_at: fromOptionalInstant(revokedAt),
              version: version + 1,
              updated_at: now(),
            })
          if (written !== 1) return false
          const prefixes = secrets.map(({ prefix }) => prefix)
          await knex('api_key_secrets').where({ api_key_id: id }).whereNotIn('prefix', prefixes).del()
          for (const { prefix, goodUntil } of secrets)
            await knex('api_key_secrets')
              .where({ prefix })
              .update({ good_until: fromOptionalInstant(goodUntil) })
          if (secret !== null) await knex('api_key_secrets').insert(rowOfSecret(id, secret))
          return true
        }),
        TE.flatMap(saved =>
          saved ? TE.right({ ...key, version: key.version + 1 }) : TE.left(staleWrite('api_key', key.id)),
        ),
      ),
    used: (id, at, unlessSince) =>
      pipe(
        sql(() =>
          knex('api_keys')
            .where({ id })
            .where(rows => {
              void rows.whereNull('last_used_at').orWhere('last_used_at', '<=', fromInstant(unlessSince))
            })
            .update({ last_used_at: fromInstant(at) }),
        ),
        TE.map(() => undefined),
      ),
  }
}

type PresentedRow = Omit<KeyRow, 'version' | 'name' | 'created_by' | 'created_at'> &
  Pick<SecretRow, 'good_until'> & { readonly secret_hash: string }

/** Asked in every request with a key. */
const presented = statement<PresentedRow, { prefix: string }>((tables, { prefix }) =>
  tables('api_key_secrets')
    .join('api_keys', 'api_keys.id', 'api_key_secrets.api_key_id')
    .where({ 'api_key_secrets.prefix': prefix })
    .select(
      'api_keys.id',
      'api_keys.scopes',
      'api_keys.branch_id',
      'api_keys.expires_at',
      'api_keys.revoked_at',
      'api_keys.last_used_at',
      'api_key_secrets.secret_hash',
      'api_key_secrets.good_until',
    ),
)

const toKept = (row: PresentedRow): KeptSecret => ({
  id: row.id,
  scopes: scopesIn(row.scopes),
  branchId: row.branch_id,
  expiresAt: toInstant(row.expires_at),
  revokedAt: toOptionalInstant(row.revoked_at),
  lastUsedAt: toOptionalInstant(row.last_used_at),
  hash: row.secret_hash,
  goodUntil: toOptionalInstant(row.good_until),
})

const sorting: Readonly<Record<ApiKeySort, SortColumn>> = {
  id: always('api_keys.id', 'integer'),
  name: always('api_keys.name', 'text'),
  created_at: always('api_keys.created_at', 'instant'),
  expires_at: always('api_keys.expires_at', 'instant'),
  last_used_at: nullable('api_keys.last_used_at', 'instant'),
}

export const apiKeyQueries = (db: Database): ApiKeyQueries => ({
  secret: prefix =>
    query(
      sql(async () => {
        const [row] = await db.rows(presented, { prefix })
        return row === undefined ? null : toKept(row)
      }),
    ),
  keys: page =>
    query(
      sql(async () => {
        const { rows, ...rest } = await pageOf<KeyRow, ApiKeySort>(
          {
            matching: db.read('api_keys'),
            columns: sorting,
            id: 'api_keys.id',
            select: ['api_keys.*'],
          },
          page,
        )
        const secrets = await secretsOf(
          db.read,
          rows.map(({ id }) => id),
        )
        return { ...rest, rows: rows.map(row => toKey(row, secrets)) }
      }),
    ),
})
